import { assert } from './assert.ts';

/** ISO 4217. The product moves tenge; the type has room for the currencies that acceptors recognise. */
export type Currency = 'KZT' | 'USD' | 'EUR' | 'RUB';

/** Minor units per unit; all four have two decimals. */
export const MINOR_PER_UNIT = 100;

/** Fails on a float, NaN or an unsafe integer: a float never holds money. */
export function assertMinor(amountMinor: number): number {
  assert(Number.isSafeInteger(amountMinor), 'money is a safe integer of minor units');
  return amountMinor;
}

/** ISO 20022 decimal with two places, `1250.00`. @param amountMinor ≥ 0 */
export function minorToDecimal(amountMinor: number): string {
  assert(Number.isSafeInteger(amountMinor) && amountMinor >= 0, 'a decimal amount is a non-negative integer of minor units');
  const units = Math.floor(amountMinor / MINOR_PER_UNIT);
  return `${units}.${String(amountMinor % MINOR_PER_UNIT).padStart(2, '0')}`;
}

/** The reverse of `minorToDecimal`; up to five decimals as ISO 20022 allows, only zeros past the second. `undefined` when it is not such a number. */
export function decimalToMinor(decimal: string): number | undefined {
  const match = /^(\d{1,13})(?:\.(\d{1,2})0{0,3})?$/.exec(decimal);
  if (match === null) return undefined;
  return Number(match[1]) * MINOR_PER_UNIT + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Notes of one kind. */
export interface NoteCount {
  readonly denominationMinor: number;
  readonly noteCount: number;
}

export function sumOfNotesMinor(notes: readonly NoteCount[]): number {
  return assertMinor(notes.reduce((sum, note) => sum + note.denominationMinor * note.noteCount, 0));
}

/** How many of them are of one kind. */
export function noteCountOf(notes: readonly NoteCount[], denominationMinor: number): number {
  return notes.filter((note) => note.denominationMinor === denominationMinor).reduce((sum, { noteCount }) => sum + noteCount, 0);
}
