import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import type { NoteType } from '../../life/look.ts';
import { kindsOf } from '../../life/unit-kinds.ts';
import { ESCROW_CODE_MIN } from '../../id003-family/codec.ts';

/** Two boxes: what each keeps and how much lies in it. [id003 §9, 90, A2] */
export interface Box {
  readonly boxNumber: number;
  /** Bit n ↔ escrow code 61 + n; 0: none. */
  readonly mask: number;
  readonly noteCount: number;
}

export const BOX_COUNT = 2;

/** @param counts  A2 without its head: low and high byte of each box. null: something else */
export function decodeCounts(counts: Uint8Array): readonly number[] | null {
  return counts.length === 2 * BOX_COUNT ? [counts[0]! + 256 * counts[1]!, counts[2]! + 256 * counts[3]!] : null;
}

/** @param currencies  90 without its head: a group for each box whose first byte is the mask; groups of two or three bytes are described [unverified]. null: something else */
export function decodeCurrencies(currencies: Uint8Array): readonly number[] | null {
  const groupBytes = currencies.length / BOX_COUNT;
  return groupBytes === 2 || groupBytes === 3 ? [currencies[0]!, currencies[groupBytes]!] : null;
}

/** The boxes in the money of the currency table; kinds ascending are the units. */
export class BoxTable {
  readonly #boxes: readonly Box[];
  readonly #types: readonly NoteType[];
  readonly #currency: Currency;

  constructor(boxes: readonly Box[], types: readonly NoteType[], currency: Currency) {
    this.#boxes = boxes;
    this.#types = types.filter((type) => type.currency === currency);
    this.#currency = currency;
  }

  levels(): readonly NoteCount[] {
    return kindsOf(this.#types, this.#currency).map((denominationMinor) => ({ denominationMinor, noteCount: this.of(denominationMinor).reduce((sum, box) => sum + box.noteCount, 0) }));
  }

  of(denominationMinor: number): readonly Box[] {
    return this.#boxes.filter((box) => this.valueOf(box) === denominationMinor);
  }

  /** null: it keeps nothing, several kinds, or one that the table does not know: not to be paid from. */
  valueOf({ mask }: Box): number | null {
    return this.#types.find((type) => mask === 1 << (type.noteType - ESCROW_CODE_MIN))?.denominationMinor ?? null;
  }

  get all(): readonly Box[] {
    return this.#boxes;
  }

  get free(): Box | null {
    return this.#boxes.find((box) => box.mask === 0 && box.noteCount === 0) ?? null;
  }

  maskOf(denominationMinor: number): number {
    const type = this.#types.find((candidate) => candidate.denominationMinor === denominationMinor);
    return type === undefined ? 0 : 1 << (type.noteType - ESCROW_CODE_MIN);
  }
}
