import { createHash } from 'node:crypto';
import { assert } from '../foundation/assert.ts';

/** Without I, L, O and U: read aloud on the telephone and written by hand. [requirements B "Reference code"] */
const REFERENCE_SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Three symbols and three digits: 32³ × 1000 codes. */
export const REFERENCE_COUNT_MAX = 32 ** 3 * 1000;
/** Odd and no multiple of five, hence coprime to 2¹⁸ × 5³: counter → code is one to one. Near the golden section of the range, so that neighbours look unlike. */
export const REFERENCE_STEP = 20_251_737;

/**
 * Receipt number of the n-th receipt of a terminal, `0427-000001`: gap-free, at least six digits. [T-2.6, requirements B]
 * @param count  1, 2, 3 …
 */
export function receiptNumber(terminalNumber: string, count: number): string {
  assert(Number.isSafeInteger(count) && count >= 1, 'receipts are counted from one');
  return `${terminalNumber}-${String(count).padStart(6, '0')}`;
}

/**
 * Reference code of the n-th receipt or claim of a terminal, `Q7K-482`: unique per terminal for 32 768 000 of them. Scrambled, so that a slip of the
 * pen rarely gives the neighbour's code; terminals start at different places.
 * @param count  1, 2, 3 … REFERENCE_COUNT_MAX
 */
export function referenceCode(terminalNumber: string, count: number): string {
  assert(Number.isSafeInteger(count) && count >= 1 && count <= REFERENCE_COUNT_MAX, 'a terminal has this many reference codes');
  const code = (count * REFERENCE_STEP + referenceOffset(terminalNumber)) % REFERENCE_COUNT_MAX;
  const symbols = Math.floor(code / 1000);
  const symbol = (power: number) => REFERENCE_SYMBOLS[Math.floor(symbols / power) % 32]!;
  return `${symbol(1024)}${symbol(32)}${symbol(1)}-${String(code % 1000).padStart(3, '0')}`;
}

/** What a person says or types as a reference: letters that none has are read as the figures that they look like. null: it is none. [requirements B "Reference code"] */
export function readReference(typed: string): string | null {
  const symbols = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  const [, letters, digits] = /^([0-9A-HJKMNP-TV-Z]{3})(\d{3})$/.exec(symbols) ?? [];
  return letters === undefined || digits === undefined ? null : `${letters}-${digits}`;
}

function referenceOffset(terminalNumber: string): number {
  return createHash('sha256').update(terminalNumber).digest().readUInt32BE(0) % REFERENCE_COUNT_MAX;
}
