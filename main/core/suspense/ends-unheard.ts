import type { Journal, JournalEntry, SuspenseRow } from '../../journal/journal.ts';
import { lossesOf } from '../../journal/lost-end.ts';
import { toldState, type ToldState } from './told-state.ts';

/**
 * A journal that lost its end has items open again that a person or the bank ended in the lost part: ended once more, another way perhaps, a claim is paid twice. So nobody ends them here before the bank, which
 * was told of every end, has heard of the loss and was asked about them. What the restored journal finds in doubt anew of an operation of before may be the same cash under another name: the bank, told of it, says how that
 * was ended.
 */

/** Of the newest loss after whose telling the bank was asked about each item. */
const ENDS_HEARD = 'loss.endsHeard';
const LOSS_TOLD = 'loss.told';

type Known = Pick<Journal, 'entries' | 'fact' | 'message' | 'operationEntries'>;

/** The newest loss, where the bank is not told of it by a message of its own. */
export function lossToTell(journal: Known): JournalEntry<'journal.restored'> | undefined {
  const told = Number(journal.fact(LOSS_TOLD)?.split(' ')[0] ?? 0);
  return lossesOf(journal).find(({ entryNumber }) => entryNumber > told);
}

/** For the commit of the message that tells of this loss. */
export const toldFacts = (entryNumber: number, messageId: string) => ({ [LOSS_TOLD]: `${entryNumber} ${messageId}` });

/** Entry of the newest loss that the bank has heard of, where it was not asked about the items since; null: nothing is to be asked. */
export function endsToAsk(journal: Known): number | null {
  const [told, messageId] = journal.fact(LOSS_TOLD)?.split(' ') ?? [];
  if (told === undefined || messageId === undefined || Number(told) <= heardUpTo(journal)) return null;
  return isFinal(toldState(journal, { toldMessageId: messageId })) ? Number(told) : null;
}

/** The message by which the bank is told of the newest loss. */
export const tellsOfLoss = (journal: Known, messageId: string): boolean => journal.fact(LOSS_TOLD)?.endsWith(` ${messageId}`) === true;

export const heardFacts = (entryNumber: number) => ({ [ENDS_HEARD]: String(entryNumber) });

/** False: the bank may know how it was ended, and has not said so yet. */
export function mayBeEndedHere(journal: Known, item: Pick<SuspenseRow, 'openedAtUtcMs' | 'toldMessageId' | 'operationId'>): boolean {
  const [loss] = lossesOf(journal);
  if (loss === undefined || (item.openedAtUtcMs > loss.atUtcMs && !beganBefore(journal, item, loss))) return true;
  return isFinal(toldState(journal, item)) && heardUpTo(journal) >= loss.entryNumber;
}

const beganBefore = (journal: Known, { operationId }: Pick<SuspenseRow, 'operationId'>, loss: JournalEntry): boolean => operationId !== null && (journal.operationEntries(operationId)[0]?.entryNumber ?? loss.entryNumber) < loss.entryNumber;

const isFinal = (told: ToldState): boolean => told === 'told' || told === 'refused';

const heardUpTo = (journal: Known): number => Number(journal.fact(ENDS_HEARD) ?? 0);
