import type { NoteCount } from '../../../main/foundation/money.ts';
import type { KnownBillType } from '../../ccnet-family/bill-types.ts';
import type { CassetteStatus } from '../../ccnet-family/cassette-codec.ts';
import type { TypeCount } from '../../ccnet-family/codec.ts';
import type { PayoutRegisters } from '../../life/payout-count.ts';

/** Of one order: what a byte of 3C and 3D holds. */
const COUNT_MAX = 255;

/** The cassettes as 3B told them, in the money of the bill table. Several cassettes of one kind are one unit; several bill types may share a value. */
export class CassetteTable {
  readonly #cassettes: readonly CassetteStatus[];
  readonly #types: readonly KnownBillType[];

  constructor(cassettes: readonly CassetteStatus[], types: readonly KnownBillType[]) {
    this.#cassettes = cassettes;
    this.#types = types;
  }

  /** A cassette that is set to a type and not there: its notes cannot be counted now. */
  get isIncomplete(): boolean {
    return this.#cassettes.some(({ isPresent, billType }) => !isPresent && billType !== null);
  }

  /** Notes in the cassettes by kind, each kind of the table once. */
  levels(): readonly NoteCount[] {
    const kinds = [...new Set(this.#types.map((type) => type.denominationMinor))].sort((a, b) => a - b);
    return kinds.map((denominationMinor) => ({ denominationMinor, noteCount: this.#of(denominationMinor).reduce((sum, cassette) => sum + cassette.noteCount, 0) }));
  }

  isKept(denominationMinor: number): boolean {
    return this.#of(denominationMinor).length > 0;
  }

  /** Where a kind could be kept from now on: a cassette without a type and without notes; null: there is none. */
  get free(): CassetteStatus | null {
    return this.#cassettes.find(({ isPresent, billType, noteCount }) => isPresent && billType === null && noteCount === 0) ?? null;
  }

  /** Cassettes set to this kind; one with notes cannot be set to anything else. */
  of(denominationMinor: number): readonly CassetteStatus[] {
    return this.#of(denominationMinor);
  }

  typeOf(denominationMinor: number): number | null {
    return this.#types.find((type) => type.denominationMinor === denominationMinor)?.billType ?? null;
  }

  /** The pairs of DISPENSE for these notes; null: there are not as many. */
  pairsFor(notes: readonly NoteCount[]): readonly TypeCount[] | null {
    const pairs: TypeCount[] = [];
    for (const { denominationMinor, noteCount } of notes) {
      let missing = noteCount;
      for (const billType of new Set(this.#of(denominationMinor).map((cassette) => cassette.billType!))) {
        const stored = this.#of(denominationMinor).reduce((sum, cassette) => (cassette.billType === billType ? sum + cassette.noteCount : sum), 0);
        const take = Math.min(missing, stored, COUNT_MAX);
        if (take > 0) pairs.push({ billType, noteCount: take });
        missing -= take;
      }
      if (missing > 0) return null;
    }
    return pairs;
  }

  /** What UNLOAD must bring out of each cassette so that `keep` stays. */
  above(keep: readonly NoteCount[]): readonly { readonly cassetteNumber: number; readonly noteCount: number }[] {
    const left = new Map(keep.map(({ denominationMinor, noteCount }) => [denominationMinor, noteCount]));
    return this.#cassettes.flatMap(({ cassetteNumber, billType, noteCount }) => {
      const denominationMinor = this.#valueOf(billType);
      if (denominationMinor === null) return [];
      const stays = Math.min(noteCount, left.get(denominationMinor) ?? 0);
      left.set(denominationMinor, (left.get(denominationMinor) ?? 0) - stays);
      return noteCount > stays ? [{ cassetteNumber, noteCount: Math.min(noteCount - stays, COUNT_MAX) }] : [];
    });
  }

  #of(denominationMinor: number): readonly CassetteStatus[] {
    return this.#cassettes.filter(({ billType }) => this.#valueOf(billType) === denominationMinor);
  }

  #valueOf(billType: number | null): number | null {
    return this.#types.find((type) => type.billType === billType)?.denominationMinor ?? null;
  }
}

/** The unit has no counters besides its cassettes'. */
export const registersOf = (table: CassetteTable): PayoutRegisters => ({ levels: table.levels(), counters: null });
