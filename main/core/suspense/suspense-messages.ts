import type { HostRequestBody } from '../../contracts/host-operations.ts';
import { operationCodeSchema } from '../../contracts/operations.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import { entry, type Journal, type JournalBatch, type SuspenseRow } from '../../journal/journal.ts';
import type { HostGateway } from '../host/host-gateway.ts';

const NOBODY = { operationId: null, sessionId: null, language: 'ru' } as const;

interface Parts {
  readonly journal: Pick<Journal, 'operationEntries' | 'nowUtcMs'>;
  readonly gateway: Pick<HostGateway, 'draft'>;
}

/** Tells the bank of an item: the message and the entry that says so, for one transaction. @param position n-th message of that transaction, from 0 */
export function reportOf(parts: Parts, item: SuspenseRow, position = 0) {
  const { suspenseId, reason: kind, amountMinor, operationId, reference, openedAtUtcMs, evidence } = item;
  const chosen = operationId === null ? undefined : dataOf(parts.journal.operationEntries(operationId), 'operation.chosen')[0]?.operation;
  const body: HostRequestBody<'suspense.report'> = { suspenseId, kind, amountMinor, operationId, operation: operationCodeSchema.safeParse(chosen).data ?? null, reference, openedAtUtcMs, evidence };
  const message = parts.gateway.draft('suspense.report', body, NOBODY, position);
  return { entries: [entry('suspense.told', { suspenseId, messageId: message.messageId }, { operationId: operationId ?? undefined })], messages: [message] };
}

/**
 * Tells the bank how a person here ended an item, in the transaction of the end. Its message goes behind the item's report in one chain, so that the bank hears of the item first; an item
 * that was not told yet is told with it.
 */
export function endOf(parts: Parts, item: SuspenseRow, { to, by, authority, why }: Pick<EntryData<'suspense.settled'>, 'to' | 'by' | 'authority' | 'why'>): Required<Pick<JournalBatch, 'entries' | 'messages'>> {
  const report = item.toldMessageId === null ? reportOf(parts, item) : { entries: [], messages: [] };
  const body: HostRequestBody<'suspense.settlement'> = {
    suspenseId: item.suspenseId, to, amountMinor: item.amountMinor, by, authority, why, evidence: item.evidence, settledAtUtcMs: Math.floor(parts.journal.nowUtcMs()),
  };
  const chain = item.toldMessageId ?? report.messages[0]?.messageId ?? null;
  const message = parts.gateway.draft('suspense.settlement', body, { ...NOBODY, operationId: chain }, report.messages.length);
  return { entries: [...report.entries, entry('suspense.endTold', { suspenseId: item.suspenseId, messageId: message.messageId }, { operationId: item.operationId ?? undefined })], messages: [...report.messages, message] };
}
