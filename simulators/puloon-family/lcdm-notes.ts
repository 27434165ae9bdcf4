import type { Json } from '../simulator.ts';
import type { LoadedCassette, Note } from '../parts/dispenser-notes.ts';
import { DispenserNotes } from '../parts/dispenser-notes.ts';

export const CASSETTE_CAPACITY = 1_000;

/** Notes of an LCDM: no sensor sees what is out of its exit, and a hand can draw out what sticks in it. `Section`: of the transport, as the unit's sheet has them. */
export abstract class LcdmNotes<Section extends string> extends DispenserNotes {
  readonly path: { readonly note: Note; readonly section: Section | 'exit' }[] = [];

  protected constructor(cassettes: readonly LoadedCassette[]) {
    super(cassettes, CASSETTE_CAPACITY);
  }

  protected override get underWay(): readonly Note[] {
    return this.path.map(({ note }) => note);
  }

  override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), path: this.path.map(({ note, section }) => ({ ...note, section })) };
  }

  isAt(section: Section | 'exit', cassetteNumber?: number): boolean {
    return this.path.some((moving) => moving.section === section && (cassetteNumber === undefined || moving.note.cassetteNumber === cassetteNumber));
  }

  override clearPath(): number {
    return this.remove(this.path.splice(0).map(({ note }) => note));
  }

  /** What has come out, then what sticks out of the exit. */
  override take(noteCount: number): number {
    const out = this.exit.splice(0, noteCount);
    while (out.length < noteCount) {
      const index = this.path.findIndex(({ section }) => section === 'exit');
      if (index < 0) break;
      out.push(this.path.splice(index, 1)[0]!.note);
    }
    this.taken.push(...out);
    return out.length;
  }
}
