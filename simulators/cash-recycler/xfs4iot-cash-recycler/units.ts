import type { Json } from '../../simulator.ts';
import type { CountedUnit, InRole, Tally } from '../../xfs4iot/counted-units.ts';
import { REJECTS, RETRACTS, add, countedIn, newUnit, setInitial, tellUnit, wireCounts } from '../../xfs4iot/counted-units.ts';
import type { Note, NotePlace } from '../../parts/validator-notes.ts';
import { ValidatorNotes } from '../../parts/validator-notes.ts';

export interface Unit extends CountedUnit {
  readonly capacity: number;
  isLockedIn: boolean;
}

export const countsOf = (notes: readonly Note[]): object => {
  const tally: Tally = new Map();
  for (const note of notes) add(tally, note.denominationMinor, 1);
  return wireCounts(tally);
};

export const BOX = 'unitB';
/** At so many notes a unit is nearly empty. */
const LOW_NOTES = 10;

/** Notes of a recycler and the counters that its service keeps of them. What a note does to the counters is one act; where it lies is told by note. */
export class RecyclerUnits {
  readonly notes = new ValidatorNotes();
  readonly units: readonly Unit[];
  readonly #unitOf = new Map<Note, Unit>();

  constructor({ recyclingMinor, capacity }: { readonly recyclingMinor: readonly number[]; readonly capacity: number }) {
    const unit = ({ capacity: unitCapacity, ...parts }: Pick<Unit, 'name' | 'index' | 'types' | 'denominationMinor' | 'capacity'>): Unit => ({ ...newUnit(parts), capacity: unitCapacity, isLockedIn: false });
    this.units = [
      ...recyclingMinor.map((denominationMinor, index) => unit({ name: `unit${index + 1}`, index: index + 1, types: { cashIn: true, cashOut: true }, denominationMinor, capacity })),
      unit({ name: BOX, index: 80, types: { cashIn: true }, denominationMinor: null, capacity: 2_000 }),
      unit({ name: REJECTS, index: 90, types: { reject: true }, denominationMinor: null, capacity: 200 }),
      unit({ name: RETRACTS, index: 91, types: { cashOutRetract: true }, denominationMinor: null, capacity: 200 }),
    ];
  }

  named(name: string): Unit | undefined {
    return this.units.find((unit) => unit.name === name);
  }

  /** Notes in a unit, the one that came last at the end. */
  lyingIn(unit: Unit): readonly Note[] {
    return [...this.notes.in('store'), ...this.notes.in('box')].filter((note) => this.#unitOf.get(note) === unit);
  }

  /** Where an accepted note goes. */
  destinationOf(denominationMinor: number, usesRecycleUnits: boolean): Unit {
    const kept = this.units.find((unit) => unit.denominationMinor === denominationMinor);
    const isKept = kept !== undefined && usesRecycleUnits && !kept.isLockedIn && kept.status === 'ok' && this.lyingIn(kept).length < kept.capacity;
    return isKept ? kept : this.named(BOX)!;
  }

  /** By hands, and told to the service in an exchange of the vendor's own: what came and went before is forgotten. */
  load(unit: Unit, noteCount: number): void {
    for (let count = 0; count < noteCount; count++) this.#unitOf.set(this.notes.add({ denominationMinor: unit.denominationMinor!, kind: 'genuine', noteType: null, place: 'store' }), unit);
    setInitial(unit, new Map([[unit.denominationMinor!, this.lyingIn(unit).length]]));
  }

  store(note: Note, unit: Unit, role: InRole): void {
    add(unit.in[role], note.denominationMinor, 1);
    this.#lay(note, unit);
  }

  /** Off its unit: into the stacker, or stuck in the transport. */
  pick(note: Note, role: 'stacked' | 'transport'): Unit {
    const unit = this.#unitOf.get(note)!;
    add(unit.out[role], note.denominationMinor, 1);
    if (role === 'transport') unit.isAccurate = false;
    this.notes.move(note, 'transport');
    return unit;
  }

  /** Staff took it out of the transport: the service sees that it is gone, and not where to. One that came in was in no unit. */
  takeFromPath(note: Note): void {
    const unit = this.#unitOf.get(note);
    if (unit !== undefined) {
      add(unit.out.transport, note.denominationMinor, -1);
      add(unit.out.unknown, note.denominationMinor, 1);
    }
    this.notes.move(note, 'technician');
  }

  /** From the stacker into the customer's reach. */
  present(note: Note): void {
    this.#leftStacker(note, 'presented');
    this.notes.move(note, 'bezel');
  }

  /** From the stacker, or straight from its unit, into the reject unit. */
  reject(note: Note): void {
    this.#leftStacker(note, 'rejected');
    this.store(note, this.named(REJECTS)!, 'rejected');
  }

  /** Out of the customer's reach again; what the source counts as presented stays so. [xfs4iot §14.9] */
  retract(note: Note, isCounted: boolean): void {
    const bin = this.named(RETRACTS)!;
    if (isCounted) this.store(note, bin, 'retracted');
    else this.#lay(note, bin);
  }

  /** From one unit into another. */
  move(note: Note, target: Unit): void {
    add(this.#unitOf.get(note)!.out.distributed, note.denominationMinor, 1);
    this.store(note, target, 'distributed');
  }

  /** Hands take all of it away. */
  takeOut(unit: Unit, place: NotePlace): number {
    const notes = this.lyingIn(unit);
    for (const note of notes) this.notes.move(note, place);
    return notes.length;
  }

  countIn(unit: Unit): number {
    return this.lyingIn(unit).length;
  }

  levelOf(unit: Unit): 'empty' | 'low' | 'ok' | 'full' {
    const noteCount = this.countIn(unit);
    return noteCount === 0 ? 'empty' : noteCount >= unit.capacity ? 'full' : unit.denominationMinor !== null && noteCount <= LOW_NOTES ? 'low' : 'ok';
  }

  /** Member `storage` of GetStorage. */
  tell(currency: string): Readonly<Record<string, object>> {
    return Object.fromEntries(this.units.map((unit) => [unit.name, tellUnit(unit, { currency, level: this.levelOf(unit), capacity: unit.capacity, configuration: unit.denominationMinor === null ? {} : { appLockIn: unit.isLockedIn } })]));
  }

  describe(): { readonly [key: string]: Json } {
    return { ...this.notes.describe(), units: this.units.map((unit) => ({ name: unit.name, denominationMinor: unit.denominationMinor, noteCount: this.countIn(unit), countedCount: countedIn(unit), isAccurate: unit.isAccurate, status: unit.status, isLockedIn: unit.isLockedIn, serials: this.lyingIn(unit).map((note) => note.serial) })) };
  }

  #leftStacker(note: Note, role: 'presented' | 'rejected'): void {
    const { out } = this.#unitOf.get(note)!;
    if (note.place === 'transport') add(out.stacked, note.denominationMinor, -1);
    add(out[role], note.denominationMinor, 1);
  }

  #lay(note: Note, unit: Unit): void {
    this.#unitOf.set(note, unit);
    this.notes.move(note, unit.types['cashOut'] === true ? 'store' : 'box');
  }
}
