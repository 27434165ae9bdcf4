import type { HostAnswer, HostAnswerBody, HostOperation } from '../../contracts/host-operations.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import type { Settlement } from '../../host/outbox/outbox.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import { entry, type Journal, type JournalBatch } from '../../journal/journal.ts';
import { lossesOf } from '../../journal/lost-end.ts';

/**
 * What the bank holds a seal of does not stand in this journal: it is an older copy of itself, its end was lost, or it went another way since. The newest seal alone would not show a copy that has grown past it again.
 *
 * @returns in words; null: the bank's seals are of this chain
 */
export function sealsAgainstJournal(journal: Pick<Journal, 'entries'>, { message, to }: Settlement, answer: HostAnswer<HostOperation> | undefined): string | null {
  if (message.operation !== 'journal.seal' || to !== 'executed' || answer?.outcome !== 'approved') return null;
  if (isOfBeforeLoss(journal, message)) return null;
  const { heldUpTo, previous } = answer.body as HostAnswerBody<'journal.seal'>;
  const last = journal.entries({ newestFirst: true, limit: 1 })[0]?.entryNumber ?? 0;
  if (heldUpTo > last) return `the journal ends at entry ${last}, but the bank holds a seal of entry ${heldUpTo}: it is an older copy, or its end was lost`;
  if (previous === null) return null;
  const [own] = journal.entries({ fromEntryNumber: previous.upToEntryNumber, limit: 1 });
  // Let go of under the retention policy: it says nothing any more.
  if (own?.entryNumber !== previous.upToEntryNumber) return null;
  return own.hash === previous.hash ? null : `the bank holds another seal of entry ${previous.upToEntryNumber}: since an older copy of the journal it went another way`;
}

/** It was answered by a bank that holds seals of the lost part and need not have heard of the loss: the seal that tells it says all that this one did. */
function isOfBeforeLoss(journal: Pick<Journal, 'entries'>, { createdAtUtcMs }: StoredMessage): boolean {
  const [loss] = lossesOf(journal);
  return loss !== undefined && createdAtUtcMs < loss.atUtcMs;
}

/** What the bank's answer to a day's totals, to its operations or to a seal leaves in the journal, in the transaction of the message's last state. */
export function dayAnswer(journal: Pick<Journal, 'operationEntries' | 'entries'>, { message, to }: Settlement, answer: HostAnswer<HostOperation> | undefined): JournalBatch | undefined {
  const scope = { operationId: message.operationId };
  const isApproved = to === 'executed' && answer?.outcome === 'approved';
  if (message.operation === 'journal.seal') {
    if (to === 'refused') return { entries: [entry('seal.refused', { messageId: message.messageId, refusal: answer?.outcome === 'declined' ? answer.refusal : '' }, scope)] };
    return isApproved && !isOfBeforeLoss(journal, message) ? { entries: [entry('seal.held', { upToEntryNumber: (answer.body as HostAnswerBody<'journal.seal'>).heldUpTo, hostRef: answer.hostRef }, scope)] } : undefined;
  }
  // One that waits for a person was not refused.
  if (to === 'parked') return undefined;
  if (message.operation === 'recon.detail') return detailAnswer(journal, message, answer);
  const sent = dataOf(journal.operationEntries(message.operationId, ['day.totalsSent']), 'day.totalsSent')[0];
  if (message.operation !== 'recon.totals' || sent === undefined) return undefined;
  const body = isApproved ? (answer.body as HostAnswerBody<'recon.totals'>) : null;
  const data: EntryData<'day.reconciled'> = { day: sent.day, messageId: message.messageId, result: body?.result ?? 'refused', bank: (body?.bank ?? []).map((booked) => ({ ...booked })), hostRef: answer?.hostRef ?? null };
  return { entries: [entry('day.reconciled', data, scope)] };
}

function detailAnswer(journal: Pick<Journal, 'operationEntries'>, { operationId, messageId }: StoredMessage, answer: HostAnswer<HostOperation> | undefined): JournalBatch | undefined {
  const sent = dataOf(journal.operationEntries(operationId, ['day.detailSent']), 'day.detailSent')[0];
  if (sent === undefined) return undefined;
  const { differences, isCut } = answer?.outcome === 'approved' ? (answer.body as HostAnswerBody<'recon.detail'>) : { differences: [], isCut: false };
  const data: EntryData<'day.detailed'> = { day: sent.day, operation: sent.operation, messageId, result: answer?.outcome === 'approved' ? 'compared' : 'refused', differences: differences.map((one) => ({ ...one })), isCut, hostRef: answer?.hostRef ?? null };
  return { entries: [entry('day.detailed', data, { operationId })] };
}
