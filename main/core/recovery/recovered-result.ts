import type { RecoveredResult } from '../../../state-machines/terminal/terminal.types.ts';
import type { OperationEnd } from '../../../state-machines/events.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import { OPERATIONS } from '../../contracts/operations.ts';
import type { OperationCode } from '../../contracts/operations.ts';
import { REFUSAL_CODES } from '../../foundation/refusals.ts';
import type { ReceiptRecord } from '../../receipt/receipt-record.ts';
import type { CoreParts } from '../core-parts.ts';
import { dataOf } from '../../journal/entry-data.ts';

/** Entries that tell how the last visit ended; the newest few decide. */
const LAST_VISIT_KINDS = ['session.started', 'session.ended', 'operation.closed'] as const;
const LAST_VISIT_ENTRIES_MAX = 10;

/** The session that a restart cut off, with its last operation that a customer has a reference of; null: the last session ended properly. */
export function cutOffVisit(parts: Pick<CoreParts, 'journal'>): { readonly sessionId: string; readonly operationId: string | null } | null {
  const newest = parts.journal.entries({ kinds: LAST_VISIT_KINDS, newestFirst: true, limit: LAST_VISIT_ENTRIES_MAX });
  const started = newest.find((candidate) => candidate.kind === 'session.started');
  if (started?.sessionId === undefined || newest.some((candidate) => candidate.kind === 'session.ended' && candidate.sessionId === started.sessionId)) return null;
  const closed = newest.find((candidate) => candidate.kind === 'operation.closed' && candidate.sessionId === started.sessionId);
  return { sessionId: started.sessionId, operationId: closed?.operationId ?? null };
}

/**
 * What the customer of a closed operation may read after a restart: outcome, receipt number and reference, nothing personal. null: nothing moved and
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
  return { operation, language: record?.language ?? 'kk', end: endOf(closed, record, isRetracted) };
}

function operationOf(entries: readonly JournalEntry[]): OperationCode | null {
  const chosen = dataOf(entries, 'operation.chosen')[0]?.operation;
  return OPERATIONS.find((operation) => operation === chosen) ?? null;
}

function endOf(closed: EntryData<'operation.closed'>, record: ReceiptRecord | null, isRetracted: boolean): RecoveredResult['end'] {
  const refusal = REFUSAL_CODES.find((code) => code === closed.refusal) ?? null;
  const result: Extract<OperationEnd, { kind: 'success' }>['result'] = {
    amountMinor: record === null ? closed.movedMinor : shownMinor(record), feeMinor: record?.feeMinor ?? null, receiptNumber: record?.receiptNumber ?? null, reference: closed.reference,
  };
  if (closed.outcome === 'refused') return { kind: 'refused', result, refusal: refusal ?? 'RF-19', keptMinor: record?.status === 'refused' ? record.amountMinor : 0, blockedUntilUtcMs: null };
  if (record?.status === 'notDispensed') return { kind: 'refused', result, refusal: 'RF-24', keptMinor: 0, blockedUntilUtcMs: null };
  const wantedMinor = record?.requestedMinor ?? null;
  if (closed.outcome === 'partial' && wantedMinor !== null) return { kind: 'partial', result, wantedMinor };
  if (closed.outcome === 'completed') return { kind: 'success', result };
  return { kind: 'pending', result, why: whyPending(record, isRetracted) };
}

function shownMinor(record: ReceiptRecord): number {
  return record.operation === 'op-10' || record.creditMinor === 0 ? record.amountMinor : record.creditMinor;
}

function whyPending(record: ReceiptRecord | null, isRetracted: boolean): Extract<OperationEnd, { kind: 'pending' }>['why'] {
  if (record !== null && record.suspenseMinor > 0) return record.operation !== 'op-10' ? 'noteUncertain' : isRetracted ? 'cashRetracted' : 'cashUncertain';
  return record?.status === 'notCredited' ? 'notCredited' : 'interrupted';
}
