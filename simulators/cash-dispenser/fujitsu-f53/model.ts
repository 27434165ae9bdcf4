import type { Json } from '../../simulator.ts';
import type { LoadedCassette, Note } from '../../parts/dispenser-notes.ts';
import { DispenserNotes } from '../../parts/dispenser-notes.ts';

export const CASSETTE_CAPACITY = 2_000;
export const POOL_CAPACITY = 50;
export const REJECT_CAPACITY = 500;

type Place = 'pool' | 'exit' | 'path' | 'tray';

/** The notes of a unit with a pool before its shutter: in reach is what lies in the exit while that is open. [f53 §8] */
export class BduModel extends DispenserNotes {
  /** Between cassettes and pool, or pool and exit: where a jam left it. */
  readonly path: Note[] = [];
  readonly pool: Note[] = [];
  isShutterOpen = false;

  constructor(cassettes: readonly LoadedCassette[]) {
    super(cassettes, CASSETTE_CAPACITY);
  }

  protected override get underWay(): readonly Note[] {
    return [...this.path, ...this.pool];
  }

  override describe(): { readonly [key: string]: Json } {
    return { isShutterOpen: this.isShutterOpen, ...super.describe(), path: this.path.map((note) => ({ ...note })), pool: this.pool.map((note) => ({ ...note })) };
  }

  /** One note from a cassette. @returns false when it has none */
  pick(cassetteNumber: number, to: Exclude<Place, 'exit'>): boolean {
    const note = this.draw(cassetteNumber);
    if (note === undefined) return false;
    this[to].push(note);
    return true;
  }

  /** @returns how many moved; all when no count is given */
  move(from: Place, to: Place | 'taken', noteCount = Infinity): number {
    const notes = this[from].splice(0, noteCount);
    this[to].push(...notes);
    return notes.length;
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
