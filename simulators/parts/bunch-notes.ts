import type { Json } from '../simulator.ts';
import type { LoadedCassette, Note } from './dispenser-notes.ts';
import { DispenserNotes } from './dispenser-notes.ts';

export type BunchPlace = 'pool' | 'exit' | 'path' | 'tray';

/** The notes of a unit with a pool before its shutter: in reach is what lies in the exit while that is open. [f53 §8] */
export class BunchNotes extends DispenserNotes {
  /** Between cassettes and pool, or pool and exit: where a jam left it. */
  readonly path: Note[] = [];
  readonly pool: Note[] = [];
  isShutterOpen = false;
  readonly #handedOut: (readonly Note[])[] = [];

  constructor(cassettes: readonly LoadedCassette[], capacity: number) {
    super(cassettes, capacity);
  }

  protected override get underWay(): readonly Note[] {
    return [...this.path, ...this.pool];
  }

  override describe(): { readonly [key: string]: Json } {
    const taken = new Set(this.taken);
    const kindsOf = (bunch: readonly Note[]) => [...Map.groupBy(bunch, ({ denominationMinor }) => denominationMinor)].map(([denominationMinor, notes]) => ({ denominationMinor, noteCount: notes.length, takenCount: notes.filter((note) => taken.has(note)).length }));
    return { isShutterOpen: this.isShutterOpen, ...super.describe(), path: this.path.map((note) => ({ ...note })), pool: this.pool.map((note) => ({ ...note })), handedOut: this.#handedOut.map(kindsOf) };
  }

  /** One note from a cassette. @returns it; null: the cassette has none */
  pick(cassetteNumber: number, to: Exclude<BunchPlace, 'exit'>): Note | null {
    const note = this.draw(cassetteNumber);
    if (note === undefined) return null;
    this[to].push(note);
    return note;
  }

  /** @returns how many moved; all when no count is given */
  move(from: BunchPlace, to: BunchPlace | 'taken', noteCount = Infinity): number {
    const notes = this[from].splice(0, noteCount);
    this[to].push(...notes);
    return notes.length;
  }

  /** From the pool into reach; all when no count is given. @returns how many */
  handOut(noteCount = Infinity): number {
    this.isShutterOpen = true;
    const before = this.exit.length;
    const movedCount = this.move('pool', 'exit', noteCount);
    this.#handedOut.push(this.exit.slice(before));
    return movedCount;
  }

  override take(noteCount: number): number {
    const takenCount = this.isShutterOpen ? this.move('exit', 'taken', noteCount) : 0;
    if (this.exit.length === 0) this.isShutterOpen = false;
    return takenCount;
  }

  override clearPath(): number {
    this.isShutterOpen = false;
    return this.remove(this.path) + this.remove(this.pool) + this.remove(this.exit);
  }
}
