import type { RecoveredResult } from '../../../state-machines/terminal/terminal.types.ts';
import type { OperationEnd } from '../../../state-machines/events.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import { LANGUAGES, type Language } from '../../contracts/languages.ts';
import { OPERATIONS } from '../../contracts/operations.ts';
import type { OperationCode } from '../../contracts/operations.ts';
import { REFUSAL_CODES } from '../../foundation/refusals.ts';
import type { ReceiptRecord } from '../../receipt/receipt-record.ts';
import type { CoreParts } from '../core-parts.ts';
import { dataOf } from '../../journal/entry-data.ts';

/** A session lasts no longer; who stood there when the terminal went out does not wait longer for it either. **decision** [R-8.12] */
const STILL_THERE_MS = 15 * 60_000;

/** Whether the customer of these operations may stand there still. After a night without mains whoever comes first would read what another one has to claim. Asked before they are settled. */
export function mayStillBeThere({ journal }: Pick<CoreParts, 'journal'>, operationIds: readonly string[]): boolean {
  // A clock that fell back behind the newest entry does not say how long it was dark.
  if (journal.clockDoubt()?.against === 'journal') return false;
  const newestUtcMs = Math.max(0, ...operationIds.map((operationId) => lastServedUtcMs(journal, operationId)));
  return journal.nowUtcMs() - newestUtcMs <= STILL_THERE_MS;
}

/** What came after the next start, of the queue or of a try to settle, is no sign of a customer. */
function lastServedUtcMs(journal: CoreParts['journal'], operationId: string): number {
  const entries = journal.operationEntries(operationId);
  const [restarted] = journal.entries({ kinds: ['terminal.started'], fromEntryNumber: entries[0]?.entryNumber ?? 1, limit: 1 });
  return entries.findLast(({ entryNumber }) => restarted === undefined || entryNumber < restarted.entryNumber)?.atUtcMs ?? 0;
}

/** The session that a restart cut off, with its last operation that a customer has a reference of; null: the last session ended properly. */
export function cutOffVisit(parts: Pick<CoreParts, 'journal'>): { readonly sessionId: string; readonly operationId: string | null } | null {
  const newest = (kind: 'session.started' | 'session.ended' | 'operation.closed') => parts.journal.entries({ kinds: [kind], newestFirst: true, limit: 1 })[0];
  const started = newest('session.started');
  if (started?.sessionId === undefined || newest('session.ended')?.sessionId === started.sessionId) return null;
  const closed = newest('operation.closed');
  return { sessionId: started.sessionId, operationId: (closed?.sessionId === started.sessionId ? closed.operationId : undefined) ?? null };
}

/**
 * What the customer of an operation that was cut off and settled may read: outcome, receipt number and reference, nothing personal. null: nothing moved and
 * nothing was promised, so there is nothing to show. [design architecture, "State machines"]
 */
export function recoveredResult(parts: Pick<CoreParts, 'journal' | 'receipts'>, operationId: string): RecoveredResult | null {
  const entries = parts.journal.operationEntries(operationId);
  const closed = dataOf(entries, 'operation.closed').at(-1);
  const operation = operationOf(entries);
  if (closed === undefined || closed.reference === null || operation === null) return null;
  const issued = dataOf(entries, 'receipt.issued').at(-1);
  const record = issued === undefined ? null : parts.receipts.current(issued.receiptNumber);
  const isRetracted = dataOf(entries, 'outcome.retract').some(({ from, outcome }) => from === 'exit' && outcome !== 'failed');
  const isReversed = dataOf(entries, 'authorisation.timedOut').length > 0 || dataOf(entries, 'withdrawal.completed').some(({ outcome }) => outcome === 'none');
  return { operation, language: record?.language ?? languageOf(parts, entries), end: endOf(closed, record, { isRetracted, isReversed }) };
}

/** Of what has no receipt: in which the customer agreed to it, else in which his session began. */
function languageOf({ journal }: Pick<CoreParts, 'journal'>, entries: readonly JournalEntry[]): Language {
  const [session] = journal.entries({ kinds: ['session.started'], newestFirst: true, limit: 1 });
  const began = session === undefined || session.sessionId !== entries[0]?.sessionId ? undefined : dataOf([session], 'session.started')[0]?.language;
  const known = dataOf(entries, 'consent.given').at(-1)?.language ?? began;
  return LANGUAGES.find((language) => language === known) ?? 'kk';
}

function operationOf(entries: readonly JournalEntry[]): OperationCode | null {
  const chosen = dataOf(entries, 'operation.chosen')[0]?.operation;
  return OPERATIONS.find((operation) => operation === chosen) ?? null;
}

function endOf(closed: EntryData<'operation.closed'>, record: ReceiptRecord | null, { isRetracted, isReversed }: { readonly isRetracted: boolean; readonly isReversed: boolean }): RecoveredResult['end'] {
  const held = isReversed ? { mayBeHeld: true as const } : {};
  const refusal = REFUSAL_CODES.find((code) => code === closed.refusal) ?? null;
  const result: Extract<OperationEnd, { kind: 'success' }>['result'] = {
    amountMinor: record === null ? closed.movedMinor : shownMinor(record), feeMinor: record?.feeMinor ?? null, receiptNumber: record?.receiptNumber ?? null, reference: closed.reference,
  };
  const pending = { kind: 'pending' as const, result, ...whyPending(record, isRetracted) };
  // Cash is inside, whether the operation was closed before the bank's no or by it.
  if (record?.status === 'refused') return endKnownNow(pending, record);
  if (closed.outcome === 'refused') return { kind: 'refused', result, refusal: refusal ?? 'RF-19', keptMinor: 0, blockedUntilUtcMs: null, ...held };
  if (record?.status === 'notDispensed' || closed.outcome === 'abandoned') return { kind: 'refused', result, refusal: 'RF-24', keptMinor: 0, blockedUntilUtcMs: null, ...held };
  const wantedMinor = record?.requestedMinor ?? null;
  if (record?.status === 'partial' && wantedMinor !== null) return { kind: 'partial', result, wantedMinor };
  return endKnownNow(pending, record);
}

/** The bank's word may come when a result says already that it is waited for: then nothing is pending any more but a note whose place is not known. The receipt says the same. */
export function endKnownNow(end: RecoveredResult['end'], record: ReceiptRecord | null): RecoveredResult['end'] {
  if (end.kind !== 'pending' || record === null) return end;
  if (record.status === 'refused') return { kind: 'refused', result: { ...end.result, amountMinor: record.amountMinor, feeMinor: null }, refusal: record.refusal ?? 'RF-19', keptMinor: record.amountMinor, blockedUntilUtcMs: null, ...(record.suspenseMinor > 0 ? { also: 'noteUncertain' } : {}) };
  if (record.status !== 'executed') return end;
  return record.suspenseMinor > 0 ? { kind: 'pending', result: end.result, why: 'noteUncertain' } : { kind: 'success', result: end.result };
}

function shownMinor(record: ReceiptRecord): number {
  return record.operation === 'op-10' || record.creditMinor === 0 ? record.amountMinor : record.creditMinor;
}

function whyPending(record: ReceiptRecord | null, isRetracted: boolean): Pick<Extract<OperationEnd, { kind: 'pending' }>, 'why' | 'also'> {
  const isDoubtful = record !== null && record.suspenseMinor > 0;
  if (isDoubtful && record.operation === 'op-10') return { why: isRetracted ? 'cashRetracted' : 'cashUncertain' };
  if (isDoubtful && record.amountMinor === 0) return { why: 'noteUncertain' };
  return { why: record?.status === 'notCredited' ? 'notCredited' : 'interrupted', ...(isDoubtful ? { also: 'noteUncertain' } : {}) };
}
