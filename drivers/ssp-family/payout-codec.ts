import type { NoteCount } from '../../main/foundation/money.ts';
import type { PollEvent } from './codec.ts';

/** Last byte of PAYOUT and FLOAT: do it, or only say whether it could be done. [ssp §6 33 44 46] */
export const COMMIT = 0x58;
export const TEST = 0x19;
/** Route of a kind of note. [ssp §6 3B] */
export const ROUTES = { payout: 0, cashBox: 1 } as const;
/** Reason behind F5 of a payout. [ssp §5] */
export const PAYOUT_REFUSALS = { notEnough: 1, notExact: 2, busy: 3, disabled: 4 } as const;
const CURRENCY_BYTES = 3;
const LEVEL_BYTES = 9;
const VALUE_BYTES = 7;
const PAIR_BYTES = 11;
const COUNTER_COUNT = 5;

export function valueBytes(amountMinor: number, currency: string): readonly number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(amountMinor);
  return [...bytes, ...Buffer.from(currency, 'latin1')];
}

/** Data of 44 and 46 behind the code. [ssp §6] */
export function byDenomination(notes: readonly NoteCount[], currency: string, option: number): readonly number[] {
  return [notes.length, ...notes.flatMap(({ denominationMinor, noteCount }) => [noteCount & 0xff, noteCount >> 8, ...valueBytes(denominationMinor, currency)]), option];
}

export interface Level extends NoteCount {
  readonly currency: string;
}

/** GET ALL LEVELS behind F0. null: not such an answer. Total */
export function decodeLevels(data: Buffer): readonly Level[] | null {
  const count = data[0];
  if (count === undefined || data.length < 1 + count * LEVEL_BYTES) return null;
  return Array.from({ length: count }, (_, index) => {
    const at = 1 + index * LEVEL_BYTES;
    return { noteCount: data.readUInt16LE(at), denominationMinor: data.readUInt32LE(at + 2), currency: data.subarray(at + 6, at + 6 + CURRENCY_BYTES).toString('latin1') };
  });
}

export interface Counters {
  readonly stackedCount: number;
  readonly storedCount: number;
  readonly dispensedCount: number;
  readonly transferredCount: number;
  readonly rejectedCount: number;
}

/** GET COUNTERS behind F0; they outlive power. null: not such an answer. Total [ssp §6 58] */
export function decodeCounters(data: Buffer): Counters | null {
  if (data[0] !== COUNTER_COUNT || data.length < 1 + 4 * COUNTER_COUNT) return null;
  const [stackedCount, storedCount, dispensedCount, transferredCount, rejectedCount] = Array.from({ length: COUNTER_COUNT }, (_, index) => data.readUInt32LE(1 + 4 * index)) as [number, number, number, number, number];
  return { stackedCount, storedCount, dispensedCount, transferredCount, rejectedCount };
}

/** Sum of an event's values in one currency; of a pair the first, what was paid. null: the event carries none. Total */
export function valueOf(event: PollEvent, currency: string): number | null {
  if (event.event === 'unknown' || event.dataHex === undefined) return null;
  const data = Buffer.from(event.dataHex, 'hex');
  const isOne = data.length === VALUE_BYTES && !SETS.includes(event.event);
  const isPair = event.event === 'incompletePayout' || event.event === 'incompleteFloat';
  const bytes = isPair ? PAIR_BYTES : VALUE_BYTES;
  const count = isOne ? 1 : (data[0] ?? 0);
  const start = isOne ? 0 : 1;
  let sum = 0;
  for (let at = start, left = count; left > 0 && at + bytes <= data.length; at += bytes, left--) {
    if (data.subarray(at + bytes - CURRENCY_BYTES, at + bytes).toString('latin1') === currency) sum += data.readUInt32LE(at);
  }
  return sum;
}

/** The one note of CA, CB, CD, C9, CE. null: another event, or its value is not told. Total */
export function noteOf(event: PollEvent): { readonly denominationMinor: number; readonly currency: string } | null {
  if (event.event === 'unknown' || event.dataHex === undefined || SETS.includes(event.event)) return null;
  const data = Buffer.from(event.dataHex, 'hex');
  const denominationMinor = data.length === VALUE_BYTES ? data.readUInt32LE(0) : 0;
  return denominationMinor === 0 ? null : { denominationMinor, currency: data.subarray(VALUE_BYTES - CURRENCY_BYTES).toString('latin1') };
}

const SETS: readonly string[] = ['dispensing', 'dispensed', 'jammed', 'halted', 'floating', 'floated', 'timeOut', 'smartEmptying', 'smartEmptied', 'payoutError', 'incompletePayout', 'incompleteFloat'];
