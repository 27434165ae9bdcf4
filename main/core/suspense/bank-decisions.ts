import type { HostAnswer, HostAnswerBody, HostOperation, SuspenseDecision } from '../../contracts/host-operations.ts';
import type { Settlement } from '../../host/outbox/outbox.ts';
import { entry, type Journal, type JournalBatch, type SuspenseDecisionRow } from '../../journal/journal.ts';

/** `by` of what the bank settled; `authority` beside it is the id of its decision. */
export const BY_BANK = 'bank';
/** More words on one item than any bank has; a further one is compared with the newest of them. */
const DECISIONS_OF_ITEM_MAX = 50;

type Known = Pick<Journal, 'suspense' | 'suspenseDecisions'>;

/**
 * What the bank's decisions leave in the journal: an open item with that sum is ended, as a person ends it; anything else is only written down. Nothing is
 * ended twice, and a decision that was heard before, worded the same, leaves nothing.
 */
export function decisionBatch(journal: Known, decisions: readonly SuspenseDecision[], messageId: string): JournalBatch | null {
  const entries: NonNullable<JournalBatch['entries']>[number][] = [];
  const judged: { readonly decision: SuspenseDecision; readonly result: SuspenseDecisionRow['result'] }[] = [];
  for (const decision of decisions) {
    const { suspenseId, to, decisionId } = decision;
    const isSame = (heard: Pick<SuspenseDecisionRow, 'suspenseId' | 'decisionId' | 'to' | 'amountMinor'>) => heard.suspenseId === suspenseId && heard.decisionId === decisionId && heard.to === to && heard.amountMinor === decision.amountMinor;
    if (judged.some((earlier) => isSame(earlier.decision)) || journal.suspenseDecisions({ suspenseId, limit: DECISIONS_OF_ITEM_MAX }).some(isSame)) continue;
    const item = journal.suspense({ suspenseId })[0];
    const settledHere = judged.find((earlier) => earlier.result === 'settled' && earlier.decision.suspenseId === suspenseId);
    const state = settledHere?.decision.to ?? item?.state;
    const result = item === undefined ? 'unknownItem' : item.amountMinor !== decision.amountMinor ? 'otherSum' : state === 'open' ? 'settled' : state === to ? 'agrees' : 'contradicts';
    judged.push({ decision, result });
    const scope = { operationId: item?.operationId ?? undefined };
    entries.push(entry('suspense.decided', { ...decision, result, messageId }, scope));
    if (item !== undefined && result === 'settled') {
      entries.push(entry('suspense.settled', { suspenseId, to, by: BY_BANK, authority: decisionId, why: decision.reason, itemReason: item.reason, amountMinor: item.amountMinor, reference: item.reference }, scope));
    }
  }
  return entries.length === 0 ? null : { entries };
}

/** The answer to the report or the end of an item may hold a decision already; in the transaction of the message's last state. */
export function suspenseAnswer(journal: Known, { message, to }: Settlement, answer: HostAnswer<HostOperation> | undefined): JournalBatch | undefined {
  if (to !== 'executed' || answer?.outcome !== 'approved') return undefined;
  const { decision } = answer.body as HostAnswerBody<'suspense.report'>;
  return decision === null ? undefined : (decisionBatch(journal, [decision], message.messageId) ?? undefined);
}
