/**
 * The physical dispenser: every note has a number and is in exactly one place. Pure and deterministic; knows nothing of bytes or time.
 * [lcdm §9: ledger of physical notes]
 */
export interface Note {
  readonly serial: string;
  readonly denominationMinor: number;
}

export type Section = 'chk' | 'div' | 'ejt' | 'exit';

/** Where each note can be. `reach`: out of the exit, in the customer's reach; there is no sensor for it. */
export interface Places {
  readonly path: { readonly note: Note; readonly section: Section; readonly cassetteNumber: number }[];
  readonly reach: Note[];
  readonly taken: Note[];
  readonly tray: Note[];
  /** Taken out by staff: from the path with the transport open, or from the tray. */
  readonly removed: Note[];
}

export interface Cassette {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly notes: Note[];
  isInserted: boolean;
}

/** The near-end switch of the field units. [lcdm §9.4, single source] */
const NEAR_END_COUNT = 30;
export const CASSETTE_CAPACITY = 1000;

export class DispenserModel {
  readonly cassettes: readonly Cassette[];
  readonly places: Places = { path: [], reach: [], taken: [], tray: [], removed: [] };
  isTrayInserted = true;
  #nextSerial = 1;

  readonly #isSingle: boolean;

  constructor(cassettes: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly noteCount: number }[], isSingle = false) {
    this.#isSingle = isSingle;
    this.cassettes = cassettes.map(({ cassetteNumber, denominationMinor }) => ({ cassetteNumber, denominationMinor, notes: [], isInserted: true }));
    for (const { cassetteNumber, noteCount } of cassettes) this.load(cassetteNumber, noteCount);
  }

  cassette(cassetteNumber: number): Cassette | undefined {
    return this.cassettes.find((cassette) => cassette.cassetteNumber === cassetteNumber);
  }

  /** Adds new notes. @returns how many fitted */
  load(cassetteNumber: number, noteCount: number): number {
    const cassette = this.cassette(cassetteNumber);
    if (cassette === undefined) return 0;
    const fits = Math.min(noteCount, CASSETTE_CAPACITY - cassette.notes.length);
    for (let index = 0; index < fits; index++) {
      cassette.notes.push({ serial: `SIM${cassetteNumber}${String(this.#nextSerial++).padStart(7, '0')}`, denominationMinor: cassette.denominationMinor });
    }
    return fits;
  }

  isEmpty(cassetteNumber: number): boolean {
    return (this.cassette(cassetteNumber)?.notes.length ?? 0) === 0;
  }

  isNearEnd(cassetteNumber: number): boolean {
    const cassette = this.cassette(cassetteNumber);
    return cassette !== undefined && cassette.notes.length <= NEAR_END_COUNT;
  }

  /** One note from the cassette to a section of the path. */
  pick(cassetteNumber: number, section: Section): boolean {
    const note = this.cassette(cassetteNumber)?.notes.shift();
    if (note === undefined) return false;
    this.places.path.push({ note, section, cassetteNumber });
    return true;
  }

  /** The newest note of the path leaves through the exit. */
  presentNewest(): void {
    const moving = this.places.path.pop();
    if (moving !== undefined) this.places.reach.push(moving.note);
  }

  rejectNewest(): void {
    const moving = this.places.path.pop();
    if (moving !== undefined) this.places.tray.push(moving.note);
  }

  /** PURGE: what lies in the path goes into the tray. */
  purge(): void {
    for (const { note } of this.places.path.splice(0)) this.places.tray.push(note);
  }

  /** The customer takes what has come out, then what sticks out of the exit. @returns how many */
  take(noteCount: number): number {
    const takenFromReach = this.places.reach.splice(0, noteCount);
    this.places.taken.push(...takenFromReach);
    let takenCount = takenFromReach.length;
    while (takenCount < noteCount) {
      const index = this.places.path.findIndex(({ section }) => section === 'exit');
      if (index < 0) break;
      this.places.taken.push(this.places.path.splice(index, 1)[0]!.note);
      takenCount++;
    }
    return takenCount;
  }

  emptyTray(): number {
    const notes = this.places.tray.splice(0);
    this.places.removed.push(...notes);
    return notes.length;
  }

  emptyCassette(cassetteNumber: number): number {
    const notes = this.cassette(cassetteNumber)?.notes.splice(0) ?? [];
    this.places.removed.push(...notes);
    return notes.length;
  }

  /** Staff open the transport and take out what lies there. */
  clearPath(): number {
    const notes = this.places.path.splice(0);
    this.places.removed.push(...notes.map(({ note }) => note));
    return notes.length;
  }

  /** Set = abnormal; b7 of SENSOR0 always set, on an LCDM-1000 of SENSOR1 too. [lcdm §4.2] */
  sensors(): { readonly sensor0: number; readonly sensor1: number } {
    const isAt = (section: Section, cassetteNumber?: number) => this.places.path.some((moving) => moving.section === section && (cassetteNumber === undefined || moving.cassetteNumber === cassetteNumber));
    const isMissing = (cassetteNumber: number) => this.cassette(cassetteNumber)?.isInserted !== true;
    let sensor0 = 0x80;
    if (isAt('chk', 1)) sensor0 |= 0x03;
    if (isAt('div')) sensor0 |= 0x0c;
    if (isAt('ejt')) sensor0 |= 0x10;
    if (isAt('exit')) sensor0 |= 0x20;
    if (this.isNearEnd(1)) sensor0 |= 0x40;
    if (this.#isSingle) return { sensor0, sensor1: 0x80 | (this.isTrayInserted ? 0 : 0x01) | (isMissing(1) ? 0x02 : 0) };
    let sensor1 = 0x00;
    if (isMissing(1)) sensor1 |= 0x02;
    if (isMissing(2)) sensor1 |= 0x04;
    if (isAt('chk', 2)) sensor1 |= 0x18;
    if (this.isNearEnd(2)) sensor1 |= 0x20;
    if (!this.isTrayInserted) sensor1 |= 0x40;
    return { sensor0, sensor1 };
  }
}
