import type { Result } from '../../main/foundation/outcome.ts';
import { ok } from '../../main/foundation/outcome.ts';
import { notNow } from '../parts/not-now.ts';
import type { Note } from '../parts/validator-notes.ts';
import { ValidatorNotes } from '../parts/validator-notes.ts';
import type { ControlError, Json } from '../simulator.ts';
import type { CountedUnit, InRole, Tally } from './counted-units.ts';
import { REJECTS, RETRACTS, add, countedIn, newUnit, setInitial, setItems, tellUnit, wireCounts } from './counted-units.ts';

export interface Unit extends CountedUnit {
  readonly capacity: number;
  isLockedIn: boolean;
  /** Its sensor says so, however many notes lie there; until it is emptied. */
  isFull: boolean;
}

/** @param level  as what the head knows them [xfs4iot §3] */
export const countsOf = (notes: readonly Note[], level?: 'fit' | 'counterfeit'): object => {
  const tally: Tally = new Map();
  for (const note of notes) add(tally, note.denominationMinor, 1);
  return wireCounts(tally, level);
};

export const BOX = 'unitB';
/** At so many notes a unit is nearly empty. */
const LOW_NOTES = 10;

type UnitKind = Pick<Unit, 'name' | 'index' | 'types' | 'denominationMinor' | 'capacity'>;

/** Where notes go that are not paid out again. */
export const boxUnit = (index: number, capacity: number): UnitKind => ({ name: BOX, index, types: { cashIn: true }, denominationMinor: null, capacity });

/** Notes in the units of a service that takes them, and the counters that it keeps of them. What a note does to the counters is one act; where it lies is told by note. */
export class CashUnits {
  readonly notes = new ValidatorNotes();
  readonly units: readonly Unit[];
  readonly #unitOf = new Map<Note, Unit>();
  /** Counted so for good, wherever they go. [xfs4iot §14.9] */
  readonly #presented = new Set<Note>();

  /** @param kinds  one of them the cash box */
  constructor(kinds: readonly UnitKind[]) {
    this.units = kinds.map(({ capacity, ...kind }) => ({ ...newUnit(kind), capacity, isLockedIn: false, isFull: false }));
  }

  get box(): Unit {
    return this.named(BOX)!;
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
    return isKept ? kept : this.box;
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
    if (unit !== undefined && !this.#presented.has(note)) {
      add(unit.out.transport, note.denominationMinor, -1);
      add(unit.out.unknown, note.denominationMinor, 1);
    }
    this.notes.move(note, 'technician');
  }

  /** From the stacker into the customer's reach. */
  present(note: Note): void {
    this.#leftStacker(note, 'presented');
    this.#presented.add(note);
    this.notes.move(note, 'bezel');
  }

  /** Out of the exit, and no further. */
  stickBehindExit(note: Note): void {
    this.notes.move(note, 'transport');
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

  /** As SetStorage says it. @returns false: no such unit, or not for such notes */
  setCounts(name: string, items: Readonly<Record<string, number>>): boolean {
    const unit = this.named(name);
    return unit !== undefined && setItems(unit, items);
  }

  /** Hands take the box away with all that does not pay out, or put an empty one in its place. Without an exchange nobody knows it then. [xfs4iot §14.13] */
  moveBox(isOut: boolean, isExchanging: boolean): Result<Json, ControlError> {
    const { box } = this;
    if (isOut === (box.status === 'missing')) return notNow(isOut ? 'the box is out' : 'the box is in');
    box.status = isOut ? 'missing' : isExchanging ? 'ok' : 'manipulated';
    if (isOut) for (const unit of this.units) if (unit.types['cashOut'] !== true) this.takeOut(unit);
    return ok({ status: box.status });
  }

  takeOut(unit: Unit): void {
    for (const note of this.lyingIn(unit)) this.notes.move(note, 'collected');
    unit.isFull = false;
  }

  /** The units were closed: what was out meanwhile is known again. */
  closed(): void {
    for (const unit of this.units) if (unit.status === 'manipulated') unit.status = 'ok';
  }

  countIn(unit: Unit): number {
    return this.lyingIn(unit).length;
  }

  levelOf(unit: Unit): 'empty' | 'low' | 'ok' | 'full' {
    const noteCount = this.countIn(unit);
    return unit.isFull || noteCount >= unit.capacity ? 'full' : noteCount === 0 ? 'empty' : unit.denominationMinor !== null && noteCount <= LOW_NOTES ? 'low' : 'ok';
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
