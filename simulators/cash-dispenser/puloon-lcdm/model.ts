import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import { LcdmNotes } from '../../puloon-family/lcdm-notes.ts';

/** Of the transport, as the sensors have them. [lcdm §4.2] */
export type Section = 'chk' | 'div' | 'ejt' | 'exit';

export class DispenserModel extends LcdmNotes<Section> {
  readonly #isSingle: boolean;

  constructor(cassettes: readonly LoadedCassette[], isSingle = false) {
    super(cassettes);
    this.#isSingle = isSingle;
  }

  /** One note from the cassette to a section of the path. @returns false when it has none */
  pick(cassetteNumber: number, section: Section): boolean {
    const note = this.draw(cassetteNumber);
    if (note === undefined) return false;
    this.path.push({ note, section });
    return true;
  }

  /** The newest note of the path leaves through the exit. */
  presentNewest(): void {
    const moving = this.path.pop();
    if (moving !== undefined) this.exit.push(moving.note);
  }

  rejectNewest(): void {
    const moving = this.path.pop();
    if (moving !== undefined) this.tray.push(moving.note);
  }

  /** PURGE: what lies in the path goes into the tray. */
  purge(): void {
    for (const { note } of this.path.splice(0)) this.tray.push(note);
  }

  /** Set = abnormal; b7 of SENSOR0 always set, on an LCDM-1000 of SENSOR1 too. [lcdm §4.2] */
  sensors(): { readonly sensor0: number; readonly sensor1: number } {
    const isMissing = (cassetteNumber: number) => !this.isInserted(cassetteNumber);
    const isLow = (cassetteNumber: number) => this.cassette(cassetteNumber) !== undefined && this.isNearEnd(cassetteNumber);
    let sensor0 = 0x80;
    if (this.isAt('chk', 1)) sensor0 |= 0x03;
    if (this.isAt('div')) sensor0 |= 0x0c;
    if (this.isAt('ejt')) sensor0 |= 0x10;
    if (this.isAt('exit')) sensor0 |= 0x20;
    if (isLow(1)) sensor0 |= 0x40;
    if (this.#isSingle) return { sensor0, sensor1: 0x80 | (this.isTrayInserted ? 0 : 0x01) | (isMissing(1) ? 0x02 : 0) };
    let sensor1 = 0x00;
    if (isMissing(1)) sensor1 |= 0x02;
    if (isMissing(2)) sensor1 |= 0x04;
    if (this.isAt('chk', 2)) sensor1 |= 0x18;
    if (isLow(2)) sensor1 |= 0x20;
    if (!this.isTrayInserted) sensor1 |= 0x40;
    return { sensor0, sensor1 };
  }
}
