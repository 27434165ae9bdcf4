import { isNoteExchangeOpen } from '../../main/core/cash/note-exchange.ts';
import { tendCoins } from './coin-technician.ts';
import { meetParkedMessage } from './message-technicians.ts';
import { endOpenExchange, tendNotes } from './note-technician.ts';
import type { StaffVisit } from './staff-visit.ts';

/** Who of the staff may come after a customer, each with dice of his own. */
export interface StaffRound {
  readonly visitOf: (what: 'tending' | 'notes' | 'meeting') => StaffVisit;
  /** Nobody stands there, and no money is on its way. */
  readonly isFree: () => boolean;
}

/** Coins first, then notes; units that an earlier one left open are closed before anything else. */
export async function tendCash({ visitOf, isFree }: StaffRound): Promise<void> {
  const atCoins = visitOf('tending');
  const { coins } = atCoins.surroundings;
  if (coins !== null && atCoins.parts() !== null && isFree() && atCoins.chance.isOnce(25)) await tendCoins(atCoins, coins);
  const atNotes = visitOf('notes');
  const parts = atNotes.parts();
  if (parts === null || !isFree()) return;
  if (isNoteExchangeOpen(parts.journal)) {
    if (atNotes.chance.isOnce(70)) await endOpenExchange(atNotes);
  } else if (atNotes.chance.isOnce(20)) await tendNotes(atNotes);
}

/** A message waits for two persons; sometimes they come. */
export async function meetOverMessage({ visitOf }: StaffRound): Promise<void> {
  const visit = visitOf('meeting');
  if (visit.parts() === null || !visit.chance.isOnce(70)) return;
  await meetParkedMessage({ ...visit, dieAtNextCommit: (when) => visit.dieAtCommit({ commitsLeft: 1, when }) });
}
