import type { LoadedCassette, Note } from '../../parts/dispenser-notes.ts';
import { LcdmNotes } from '../../puloon-family/lcdm-notes.ts';

/** Of the transport, as the status has them. [lcdm §5] */
export type Section = 'divert' | 'eject' | 'exit';

export class LcdmBModel extends LcdmNotes<Section> {
  constructor(cassettes: readonly LoadedCassette[]) {
    super(cassettes);
  }

  /** One note from a cassette: out of the exit, into the tray, or so far. @returns false when it has none */
  pick(cassetteNumber: number, to: 'reach' | 'tray' | Section): boolean {
    const note: Note | undefined = this.draw(cassetteNumber);
    if (note === undefined) return false;
    if (to === 'reach') this.exit.push(note);
    else if (to === 'tray') this.tray.push(note);
    else this.path.push({ note, section: to });
    return true;
  }

  /** PURGE: the path into the tray; what sticks in the exit may come out. [lcdm §9.8] */
  purge(): void {
    for (const { note, section } of this.path.splice(0)) (section === 'exit' ? this.exit : this.tray).push(note);
  }
}
