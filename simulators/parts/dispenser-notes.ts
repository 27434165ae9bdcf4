import type { Json } from '../simulator.ts';

export interface Note {
  readonly serial: string;
  readonly denominationMinor: number;
  /** That it was loaded into. */
  readonly cassetteNumber: number;
}

export interface Cassette {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly notes: Note[];
  isInserted: boolean;
}

export interface LoadedCassette {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly noteCount: number;
}

/** The near-end switch of the field units. [lcdm §9.4, single source] */
const NEAR_END_COUNT = 30;

/**
 * The notes of a simulated dispenser: every one has a number and is in exactly one place, always. Pure and deterministic; knows nothing of bytes or time. A unit adds
 * what lies between cassettes and exit. [lcdm §9: ledger of physical notes]
 */
export abstract class DispenserNotes {
  readonly cassettes: readonly Cassette[];
  /** In the customer's reach. */
  readonly exit: Note[] = [];
  readonly taken: Note[] = [];
  /** Rejected: the tray of an LCDM, the reject box of an F53. */
  readonly tray: Note[] = [];
  /** Taken by staff out of the way or the tray. */
  readonly removed: Note[] = [];
  /** Taken by staff out of a cassette. */
  readonly emptied: Note[] = [];
  isTrayInserted = true;
  readonly #capacity: number;
  #nextSerial = 1;

  protected constructor(cassettes: readonly LoadedCassette[], capacity: number) {
    this.#capacity = capacity;
    this.cassettes = cassettes.map(({ cassetteNumber, denominationMinor }) => ({ cassetteNumber, denominationMinor, notes: [], isInserted: true }));
    for (const { cassetteNumber, noteCount } of cassettes) this.load(cassetteNumber, noteCount);
  }

  /** Neither in a cassette nor at an end of the way. */
  protected abstract get underWay(): readonly Note[];
  /** The customer's hand. @returns how many he got */
  abstract take(noteCount: number): number;
  /** Staff open the unit and take out what lies between cassettes and customer. @returns how many */
  abstract clearPath(): number;

  cassette(cassetteNumber: number): Cassette | undefined {
    return this.cassettes.find((cassette) => cassette.cassetteNumber === cassetteNumber);
  }

  /** Adds new notes. @returns how many fitted */
  load(cassetteNumber: number, noteCount: number): number {
    const cassette = this.cassette(cassetteNumber);
    if (cassette === undefined) return 0;
    const { denominationMinor, notes } = cassette;
    const fits = Math.min(noteCount, this.#capacity - notes.length);
    for (let index = 0; index < fits; index++) notes.push({ serial: `SIM${cassetteNumber}${String(this.#nextSerial++).padStart(7, '0')}`, denominationMinor, cassetteNumber });
    return fits;
  }

  isEmpty(cassetteNumber: number): boolean {
    return (this.cassette(cassetteNumber)?.notes.length ?? 0) === 0;
  }

  isNearEnd(cassetteNumber: number): boolean {
    return (this.cassette(cassetteNumber)?.notes.length ?? 0) <= NEAR_END_COUNT;
  }

  isInserted(cassetteNumber: number): boolean {
    return this.cassette(cassetteNumber)?.isInserted === true;
  }

  /** The next note of a cassette; undefined: it has none. */
  protected draw(cassetteNumber: number): Note | undefined {
    return this.cassette(cassetteNumber)?.notes.shift();
  }

  /** @returns how many it held */
  emptyCassette(cassetteNumber: number): number {
    return this.remove(this.cassette(cassetteNumber)?.notes ?? [], this.emptied);
  }

  emptyTray(): number {
    return this.remove(this.tray);
  }

  protected remove(from: Note[], to = this.removed): number {
    const notes = from.splice(0);
    to.push(...notes);
    return notes.length;
  }

  /** The account of all notes, but for what a unit says of its way; `left`: where those of a cassette are that are not in it any more. */
  describe(): { readonly [key: string]: Json } {
    const { cassettes, underWay, exit, taken, tray, removed, emptied } = this;
    const places = { underWay, exit, taken, tray, removed, emptied };
    const minorOf = (notes: readonly Note[]) => notes.reduce((sum, note) => sum + note.denominationMinor, 0);
    return {
      cassettes: cassettes.map(({ cassetteNumber, denominationMinor, notes, isInserted }) => ({
        cassetteNumber, denominationMinor, noteCount: notes.length, isInserted, isNearEnd: this.isNearEnd(cassetteNumber), firstSerial: notes[0]?.serial ?? null,
        left: Object.fromEntries(Object.entries(places).map(([place, own]) => [place, own.filter((note) => note.cassetteNumber === cassetteNumber).length])),
      })),
      exit: exit.map((note) => ({ ...note })),
      exitMinor: minorOf(exit),
      takenCount: taken.length,
      takenMinor: minorOf(taken),
      rejectTray: { isInserted: this.isTrayInserted, noteCount: tray.length, notes: tray.map((note) => ({ ...note })) },
      removedCount: removed.length + emptied.length,
    };
  }
}
