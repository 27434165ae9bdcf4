import { dataOf } from '../../journal/entry-data.ts';
import type { Journal, SuspenseRow } from '../../journal/journal.ts';

export type ToldState = 'no' | 'waiting' | 'told' | 'refused';

/** How far the bank knows of an item. `refused`: it would not take the report. */
export function toldState(journal: Pick<Journal, 'message' | 'operationEntries'>, { toldMessageId }: Pick<SuspenseRow, 'toldMessageId'>): ToldState {
  if (toldMessageId === null) return 'no';
  const message = journal.message(toldMessageId);
  const successor = message?.state === 'refused' ? dataOf(journal.operationEntries(message.operationId), 'message.actConfirmed').find((one) => one.messageId === toldMessageId)?.newMessageId : null;
  if (typeof successor === 'string') return toldState(journal, { toldMessageId: successor });
  // Purged since: it was final, and what the bank refused would have been seen to.
  const state = message?.state ?? 'executed';
  return state === 'executed' ? 'told' : state === 'refused' || state === 'cancelled' ? 'refused' : 'waiting';
}
