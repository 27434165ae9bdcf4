import type { CashAcceptorEvent, NoteEnd } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { InsertedNote, NoteFate } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { Currency } from '../../foundation/money.ts';
import type { NoteOwner } from './open-note-orders.ts';

/** The device does not say which note it was. */
export const VALUE_UNTOLD = 0;
/** All that the terminal takes and books. */
export const CURRENCY: Currency = 'KZT';

/** A note ended somewhere, the device says. */
export type MovedNote = Extract<CashAcceptorEvent, { kind: 'noteStacked' | 'noteReturned' }>;

/** What the note is worth in the books; a foreign one has no value there. */
export function bookedMinor({ denominationMinor, currency }: NoteEnd): number {
  return currency === CURRENCY ? denominationMinor : VALUE_UNTOLD;
}

export function isForeign({ currency }: NoteEnd): boolean {
  return currency !== CURRENCY;
}

/** For evidence. */
export function toldAs(end: NoteEnd): string {
  const { denominationMinor, currency } = end;
  return currency === null ? 'no money' : `${denominationMinor}${isForeign(end) ? ` ${currency}` : ''}`;
}

/** A note that the acceptor was told to move. */
export interface Order extends NoteOwner {
  readonly note: InsertedNote;
  readonly verb: 'stack' | 'return';
  /** Number of the newest entry when it was given: the disk may not have taken its intent. Infinity: of an earlier start, which wrote it. */
  readonly givenBehind: number;
  fate: NoteFate | null;
  /** The outcome is on the disk: only then may the device forget its event. */
  isDurable: boolean;
  /** A write of the outcome is being tried, again and again while the disk is full. */
  isBeingWritten: boolean;
  /** The device was faulty since: hands may have moved the note, and no event tells it. */
  isInDoubt: boolean;
  /** Settles the waiting machine once the fate is durable. */
  settle: (fate: NoteFate) => void;
}

/** The device calls it otherwise than in escrow. */
export function isAnotherKind({ note }: Order, end: NoteEnd): boolean {
  return isForeign(end) || (end.denominationMinor !== note.denominationMinor && (end.note !== null || end.denominationMinor !== VALUE_UNTOLD));
}
