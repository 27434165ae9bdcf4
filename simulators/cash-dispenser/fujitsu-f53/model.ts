/** The physical unit: every note has a number and is in exactly one place. Pure; knows nothing of bytes or time. [f53 §8] */
export interface Note {
  readonly serial: string;
  readonly denominationMinor: number;
}

export interface Cassette {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly notes: Note[];
  isInserted: boolean;
}

export const CASSETTE_CAPACITY = 2_000;
export const POOL_CAPACITY = 50;
export const REJECT_CAPACITY = 500;

export class BduModel {
  readonly cassettes: readonly Cassette[];
  /** Between cassettes and pool, or pool and exit: where a jam left it. */
  readonly path: Note[] = [];
  readonly pool: Note[] = [];
  /** Behind the open shutter, in the customer's reach. */
  readonly exit: Note[] = [];
  readonly taken: Note[] = [];
  readonly rejectBox: Note[] = [];
  readonly removed: Note[] = [];
  isRejectBoxInserted = true;
  isShutterOpen = false;
  #nextSerial = 1;

  constructor(cassettes: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly noteCount: number }[]) {
    this.cassettes = cassettes.map(({ cassetteNumber, denominationMinor }) => ({ cassetteNumber, denominationMinor, notes: [], isInserted: true }));
    for (const { cassetteNumber, noteCount } of cassettes) this.load(cassetteNumber, noteCount);
  }

  cassette(cassetteNumber: number): Cassette | undefined {
    return this.cassettes.find((cassette) => cassette.cassetteNumber === cassetteNumber);
  }

  /** @returns how many fitted */
  load(cassetteNumber: number, noteCount: number): number {
    const cassette = this.cassette(cassetteNumber);
    if (cassette === undefined) return 0;
    const fits = Math.min(noteCount, CASSETTE_CAPACITY - cassette.notes.length);
    for (let index = 0; index < fits; index++) cassette.notes.push({ serial: `SIM${cassetteNumber}${String(this.#nextSerial++).padStart(7, '0')}`, denominationMinor: cassette.denominationMinor });
    return fits;
  }

  /** One note from a cassette. @returns false when it has none */
  pick(cassetteNumber: number, to: 'pool' | 'rejectBox' | 'path'): boolean {
    const note = this.cassette(cassetteNumber)?.notes.shift();
    if (note === undefined) return false;
    this[to].push(note);
    return true;
  }

  /** @returns how many moved; all when no count is given */
  move(from: 'pool' | 'exit' | 'path' | 'rejectBox', to: 'pool' | 'exit' | 'path' | 'rejectBox' | 'taken' | 'removed', noteCount = Infinity): number {
    const notes = this[from].splice(0, noteCount);
    this[to].push(...notes);
    return notes.length;
  }
}
