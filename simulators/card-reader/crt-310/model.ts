import type { Chip, ChipKind } from '../chip.ts';
import { createChip } from '../chip.ts';
import type { TestCard } from '../test-cards.ts';

/** mouth: held by the rollers, can be pulled. captured cards are not here any more. */
export type Place = 'mouth' | 'inside' | 'contacts';
/** 01 to 07 of the status: [card-readers §A] */
const PLACE_CODES: Readonly<Record<Place, number>> = { mouth: 0x49, inside: 0x4a, contacts: 0x4b };

export interface Inserted {
  readonly card: TestCard;
  place: Place;
  /** Refuses to move until staff take it. */
  isStuck: boolean;
  readonly size: 'normal' | 'long' | 'short';
  /** Of each track: as read on the way in. */
  readonly tracks: readonly (string | number | null)[];
}

/** Rollers, contacts, shutter. Cards captured are behind, with their order. No time, no line. */
export class Crt310Model {
  inserted: Inserted | null = null;
  chip: Chip | null = null;
  /** After power-on and reset: by the switch, so anybody. [card-readers §A, defaults] */
  entry: 'any' | 'magnetic' | 'prohibited' = 'any';
  readonly captured: TestCard[] = [];

  status(): readonly number[] {
    const { inserted } = this;
    const place = inserted === null ? 0x4e : inserted.size === 'long' ? 0x46 : inserted.size === 'short' ? 0x47 : PLACE_CODES[inserted.place];
    return [place, this.entry === 'any' ? 0x4a : this.entry === 'magnetic' ? 0x49 : 0x4e, 0x4e];
  }

  /** @returns P of the answer, or E of a refusal as `{ refused }` */
  move(to: Place | 'rear', isJammed: boolean): number | { readonly refused: number } {
    const { inserted } = this;
    if (inserted === null) return 0x45;
    if (inserted.size !== 'normal' && to !== 'mouth') return { refused: 0x06 };
    if (isJammed) inserted.isStuck = true;
    if (inserted.isStuck) return 0x4e;
    if (to === 'rear') {
      this.captured.push(inserted.card);
      this.inserted = null;
    } else inserted.place = to;
    if (to !== 'contacts') this.chip = null;
    return 0x59;
  }

  resetChip(kind: ChipKind): readonly number[] | null {
    if (this.inserted?.place !== 'contacts') return null;
    const chip = createChip(this.inserted.card, kind);
    this.chip = chip.answerToReset === null ? null : chip;
    return chip.answerToReset;
  }

  /** `mode track`, then 1F, status, data for each. [card-readers §A] */
  tracks(mode: readonly number[]): readonly number[] {
    const all = this.inserted?.tracks ?? [0xe5, 0xe5, 0xe5];
    return [...mode, ...all.flatMap((track) => (typeof track === 'string' ? [0x1f, 0x59, ...Buffer.from(track, 'latin1')] : track === null ? [0x1f, 0x4f, 0xe0] : [0x1f, 0x4e, track]))];
  }
}
