import { BunchNotes } from '../../parts/bunch-notes.ts';
import type { LoadedCassette, Note } from '../../parts/dispenser-notes.ts';
import type { Json } from '../../simulator.ts';
import type { CountedUnit } from '../../xfs4iot/counted-units.ts';
import { REJECTS, RETRACTS, add, countedIn, newUnit, setInitial } from '../../xfs4iot/counted-units.ts';

export const CASSETTE_CAPACITY = 3_000;
/** At so many notes a cassette is nearly empty. */
export const LOW_NOTES = 10;

/**
 * The notes of a dispenser with stacker and shutter, and the counters that its service keeps of them: what a note does to the counters is one act with its move. Rejects and what is drawn in lie in two
 * units of one bin, `tray`: whoever takes it takes both.
 */
export class CountedNotes extends BunchNotes {
  readonly units: readonly CountedUnit[];
  /** Notes that their cassette counts as on their way. One that was presented is counted so for good, wherever it goes. [xfs4iot §14.9] */
  readonly #onTheirWay = new Map<Note, 'stacked' | 'transport'>();

  /** @param countsRetracted  the bin counts what is drawn in */
  constructor(cassettes: readonly LoadedCassette[], countsRetracted: boolean) {
    super(cassettes, CASSETTE_CAPACITY);
    this.units = [
      ...cassettes.map(({ cassetteNumber, denominationMinor, noteCount }) => {
        const unit = newUnit({ name: `unit${cassetteNumber}`, index: cassetteNumber, types: { cashOut: true }, denominationMinor });
        setInitial(unit, new Map([[denominationMinor, noteCount]]));
        return unit;
      }),
      newUnit({ name: REJECTS, index: 90, types: { reject: true }, denominationMinor: null }),
      { ...newUnit({ name: RETRACTS, index: 91, types: { cashOutRetract: true }, denominationMinor: null }), isAccurate: countsRetracted },
    ];
  }

  named(name: string): CountedUnit | undefined {
    return this.units.find((unit) => unit.name === name);
  }

  /** @throws where there is none */
  unitOf(cassetteNumber: number): CountedUnit {
    return this.named(`unit${cassetteNumber}`)!;
  }

  /** What left its unit before is in no counter any more. @returns false where there is none */
  countAnew(cassetteNumber: number): boolean {
    const unit = this.named(`unit${cassetteNumber}`);
    if (unit === undefined) return false;
    setInitial(unit, new Map([[unit.denominationMinor!, this.cassette(cassetteNumber)?.notes.length ?? 0]]));
    for (const tally of Object.values(unit.out)) tally.clear();
    for (const [note] of this.#onTheirWay) if (note.cassetteNumber === cassetteNumber) this.#onTheirWay.delete(note);
    return true;
  }

  levelOf({ index, types }: CountedUnit): 'empty' | 'low' | 'ok' {
    const noteCount = types['cashOut'] === true ? (this.cassette(index)?.notes.length ?? 0) : Infinity;
    return noteCount === 0 ? 'empty' : noteCount <= LOW_NOTES ? 'low' : 'ok';
  }

  /** From a cassette to the stacker, into the transport where it sticks, or straight into the bin. @returns false when it has none */
  pickCounted(cassetteNumber: number, role: 'stacked' | 'transport' | 'rejected'): boolean {
    const note = this.pick(cassetteNumber, role === 'stacked' ? 'pool' : role === 'transport' ? 'path' : 'tray');
    if (note === null) return false;
    add(this.unitOf(cassetteNumber).out[role], note.denominationMinor, 1);
    if (role === 'transport') this.unitOf(cassetteNumber).isAccurate = false;
    if (role === 'rejected') add(this.named(REJECTS)!.in.rejected, note.denominationMinor, 1);
    else this.#onTheirWay.set(note, role);
    return true;
  }

  /** The bunch into the customer's reach, or the first of it. */
  present(noteCount = this.pool.length): number {
    this.#recount(this.pool.slice(0, noteCount), 'presented');
    return this.handOut(noteCount);
  }

  /** The bunch sticks on its way out. */
  jamBunch(): void {
    this.#recount(this.pool, 'transport');
    this.move('pool', 'path');
  }

  /** Out of the exit, and no further. */
  jamRetract(): void {
    this.isShutterOpen = false;
    this.move('exit', 'path');
  }

  /** What lies in stacker and transport, into the reject unit. */
  reject(): number {
    for (const note of this.underWay) add(this.named(REJECTS)!.in.rejected, note.denominationMinor, 1);
    this.#recount(this.underWay, 'rejected');
    return this.move('pool', 'tray') + this.move('path', 'tray');
  }

  /** What nobody took, into the retract unit. */
  retract(isCounted: boolean): number {
    const unit = this.named(RETRACTS)!;
    unit.retractOperations++;
    if (!isCounted) unit.isAccurate = false;
    else for (const note of this.exit) add(unit.in.retracted, note.denominationMinor, 1);
    this.isShutterOpen = false;
    return this.move('exit', 'tray');
  }

  /** The service sees that it is gone, and not where to. */
  override clearPath(): number {
    this.#recount(this.underWay, 'unknown');
    return super.clearPath();
  }

  override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), units: this.units.map((unit) => ({ name: unit.name, denominationMinor: unit.denominationMinor, countedCount: countedIn(unit), isAccurate: unit.isAccurate, status: unit.status, retractOperations: unit.retractOperations })) };
  }

  #recount(notes: readonly Note[], role: 'presented' | 'transport' | 'rejected' | 'unknown'): void {
    for (const note of notes) {
      const before = this.#onTheirWay.get(note);
      if (before === undefined) continue;
      const { out } = this.unitOf(note.cassetteNumber);
      add(out[before], note.denominationMinor, -1);
      add(out[role], note.denominationMinor, 1);
      if (role === 'transport') this.#onTheirWay.set(note, role);
      else this.#onTheirWay.delete(note);
    }
  }
}
