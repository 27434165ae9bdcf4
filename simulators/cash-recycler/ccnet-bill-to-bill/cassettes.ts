import { assert } from '../../../main/foundation/assert.ts';
import type { Json } from '../../simulator.ts';
import type { Note } from '../../parts/validator-notes.ts';

const UNASSIGNED = 0x1f;
const PRESENT = 0x80;
const ASSIGN = 0x80;
const UNASSIGN = 0x5f;
const BILL_TYPES = 24;

/** The recycling cassettes: which bill type each is set to, which notes lie in each. What they are set to outlives power. [ccnet §6, 3B, 40] */
export class Cassettes {
  readonly #cassettes: { type: number | null; notes: Note[] }[];
  readonly #capacity: number;

  constructor({ count, capacity }: { readonly count: number; readonly capacity: number }) {
    this.#cassettes = Array.from({ length: count }, () => ({ type: null, notes: [] }));
    this.#capacity = capacity;
  }

  /** Number of the cassette that takes this note, from 1; null: it goes to the drop cassette. */
  roomFor(note: Note): number | null {
    const index = this.#cassettes.findIndex(({ type, notes }) => type !== null && type === note.noteType && inside(notes).length < this.#capacity);
    return index < 0 ? null : index + 1;
  }

  /** How many more notes of this type fit in. */
  roomOf(type: number): number {
    return this.#cassettes.reduce((sum, cassette) => (cassette.type === type ? sum + this.#capacity - inside(cassette.notes).length : sum), 0);
  }

  /** @returns the cassette's number @throws AssertionFailure  there is none for it */
  put(note: Note): number {
    const cassetteNumber = this.roomFor(note);
    assert(cassetteNumber !== null, 'a note is put where there is room for it');
    const cassette = this.#cassettes[cassetteNumber - 1]!;
    cassette.notes = [...inside(cassette.notes), note];
    return cassetteNumber;
  }

  /** A person sets a cassette to this type where none is. @returns whether one is */
  claim(type: number): boolean {
    if (this.#cassettes.some((cassette) => cassette.type === type)) return true;
    const free = this.#cassettes.find((cassette) => cassette.type === null && inside(cassette.notes).length === 0);
    if (free !== undefined) free.type = type;
    return free !== undefined;
  }

  notesOf(type: number): readonly Note[] {
    return this.#cassettes.flatMap((cassette) => (cassette.type === type ? inside(cassette.notes) : []));
  }

  /** null: there is no such cassette. */
  notesIn(cassetteNumber: number): readonly Note[] | null {
    const cassette = this.#cassettes[cassetteNumber - 1];
    return cassette === undefined ? null : inside(cassette.notes);
  }

  /** @param code  type byte of command 40; the cassette must be empty */
  assign(cassetteNumber: number, code: number): boolean {
    const cassette = this.#cassettes[cassetteNumber - 1];
    if (cassette === undefined || inside(cassette.notes).length > 0) return false;
    if (code === UNASSIGN) cassette.type = null;
    else if ((code & ASSIGN) !== 0 && (code & ~ASSIGN) < BILL_TYPES) cassette.type = code & ~ASSIGN;
    else return false;
    return true;
  }

  /** Two bytes each: presence and type, count. */
  table(): readonly number[] {
    return this.#cassettes.flatMap(({ type, notes }) => [PRESENT | (type ?? UNASSIGNED), inside(notes).length & 0xff]);
  }

  describe(): Json {
    return this.#cassettes.map(({ type, notes }) => ({ billType: type, noteCount: inside(notes).length }));
  }
}

/** A note that left its cassette is not in it any more, wherever it went. */
const inside = (notes: readonly Note[]): readonly Note[] => notes.filter((note) => note.place === 'store');
