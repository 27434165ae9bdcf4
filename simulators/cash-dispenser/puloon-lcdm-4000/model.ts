/** The physical unit: every note has a number and is in exactly one place. Pure; knows nothing of bytes or time. [lcdm §9] */
export interface Note {
  readonly serial: string;
  readonly denominationMinor: number;
}

export type Section = 'divert' | 'eject' | 'exit';
export const CASSETTE_CAPACITY = 1_000;
const NEAR_END_COUNT = 30;

export class DispenserModel {
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly notes: Note[]; isInserted: boolean }[];
  readonly path: { readonly note: Note; readonly section: Section }[] = [];
  /** Out of the exit, in the customer's reach; no sensor sees it. */
  readonly reach: Note[] = [];
  readonly taken: Note[] = [];
  readonly tray: Note[] = [];
  readonly removed: Note[] = [];
  isTrayInserted = true;
  #nextSerial = 1;

  constructor(cassettes: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly noteCount: number }[]) {
    this.cassettes = cassettes.map(({ cassetteNumber, denominationMinor }) => ({ cassetteNumber, denominationMinor, notes: [], isInserted: true }));
    for (const { cassetteNumber, noteCount } of cassettes) this.load(cassetteNumber, noteCount);
  }

  cassette(cassetteNumber: number): DispenserModel['cassettes'][number] | undefined {
    return this.cassettes.find((cassette) => cassette.cassetteNumber === cassetteNumber);
  }

  load(cassetteNumber: number, noteCount: number): number {
    const cassette = this.cassette(cassetteNumber);
    if (cassette === undefined) return 0;
    const fits = Math.min(noteCount, CASSETTE_CAPACITY - cassette.notes.length);
    for (let index = 0; index < fits; index++) cassette.notes.push({ serial: `SIM${cassetteNumber}${String(this.#nextSerial++).padStart(7, '0')}`, denominationMinor: cassette.denominationMinor });
    return fits;
  }

  isNearEnd(cassetteNumber: number): boolean {
    return (this.cassette(cassetteNumber)?.notes.length ?? 0) <= NEAR_END_COUNT;
  }

  /** One note from a cassette. @returns false when it has none */
  pick(cassetteNumber: number, to: 'reach' | 'tray' | Section): boolean {
    const note = this.cassette(cassetteNumber)?.notes.shift();
    if (note === undefined) return false;
    if (to === 'reach' || to === 'tray') this[to].push(note);
    else this.path.push({ note, section: to });
    return true;
  }

  /** PURGE: the path into the tray; what sticks in the exit may come out. [lcdm §9.8] */
  purge(): void {
    for (const { note, section } of this.path.splice(0)) this[section === 'exit' ? 'reach' : 'tray'].push(note);
  }

  clearPath(): number {
    const notes = this.path.splice(0).map(({ note }) => note);
    this.removed.push(...notes);
    return notes.length;
  }

  /** What has come out, then what sticks out of the exit. */
  take(noteCount: number): number {
    const out = this.reach.splice(0, noteCount);
    while (out.length < noteCount) {
      const index = this.path.findIndex(({ section }) => section === 'exit');
      if (index < 0) break;
      out.push(this.path.splice(index, 1)[0]!.note);
    }
    this.taken.push(...out);
    return out.length;
  }
}
