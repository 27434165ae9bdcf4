import { z } from 'zod';
import { MESSAGE_STATES, type StoredMessage } from '../contracts/message-state.ts';
import { HOST_OPERATIONS, type HostOperation } from '../contracts/host-operations.ts';
import { OPERATIONS } from '../contracts/operations.ts';
import { assert } from '../foundation/assert.ts';
import { ENTRY_KINDS, type EntryKind } from './entry-kinds.ts';
import { SUSPENSE_REASONS } from './journal.ts';
import type { CashUnitRow, JournalEntry, ReceiptDraft, SuspenseRow } from './journal.ts';

/** Rows of the file ⇄ types. A row is asserted when it is read: the chain proves that it is ours, the schema that this version understands it. */

export interface EntryRow {
  readonly entry_number: number;
  readonly kind: string;
  readonly at_utc_ms: number;
  readonly monotonic_ms: number;
  readonly boot_id: string;
  readonly session_id: string | null;
  readonly operation_id: string | null;
  readonly data: string;
  readonly hash: Uint8Array;
}

export const ENTRY_COLUMNS = 'entry_number, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash';

const isEntryKind = (kind: string): kind is EntryKind => Object.hasOwn(ENTRY_KINDS, kind);

export function rowToEntry(row: EntryRow): JournalEntry {
  assert(isEntryKind(row.kind), 'the journal holds only kinds that this version knows');
  const data = ENTRY_KINDS[row.kind].parse(JSON.parse(row.data));
  return {
    entryNumber: row.entry_number,
    kind: row.kind,
    data,
    atUtcMs: row.at_utc_ms,
    monotonicMs: row.monotonic_ms,
    bootId: row.boot_id,
    hash: Buffer.from(row.hash).toString('hex'),
    ...(row.session_id === null ? {} : { sessionId: row.session_id }),
    ...(row.operation_id === null ? {} : { operationId: row.operation_id }),
  } as JournalEntry;
}

export const MESSAGE_COLUMNS =
  'seq, message_id, operation, lane, operation_id, session_id, state, bytes, digest, created_at_utc_ms, attempt_count, not_before_utc_ms, last_error, answer_bytes';

const bytes = z.instanceof(Uint8Array);
const messageRow = z
  .object({
    message_id: z.string(),
    operation: z.enum(Object.keys(HOST_OPERATIONS) as [HostOperation, ...HostOperation[]]),
    lane: z.enum(['online', 'mustDeliver', 'bestEffort']),
    operation_id: z.string(),
    session_id: z.string().nullable(),
    seq: z.number().int(),
    state: z.enum(MESSAGE_STATES),
    bytes,
    digest: z.string(),
    created_at_utc_ms: z.number().int(),
    attempt_count: z.number().int(),
    not_before_utc_ms: z.number().int(),
    last_error: z.string().nullable(),
    answer_bytes: bytes.nullable(),
  })
  .transform(
    (row): StoredMessage => ({
      messageId: row.message_id,
      operation: row.operation,
      lane: row.lane,
      operationId: row.operation_id,
      sessionId: row.session_id,
      seq: row.seq,
      state: row.state,
      bytes: row.bytes,
      digest: row.digest,
      createdAtUtcMs: row.created_at_utc_ms,
      attemptCount: row.attempt_count,
      notBeforeUtcMs: row.not_before_utc_ms,
      lastError: row.last_error,
      answerBytes: row.answer_bytes,
    }),
  );
export const rowToMessage = (row: unknown): StoredMessage => messageRow.parse(row);

const cashUnitRow = z
  .object({ unit_id: z.string(), denomination_minor: z.number().int(), note_count: z.number().int().nonnegative() })
  .transform((row): CashUnitRow => ({ unitId: row.unit_id, denominationMinor: row.denomination_minor, noteCount: row.note_count }));
export const rowToCashUnit = (row: unknown): CashUnitRow => cashUnitRow.parse(row);

const receiptRow = z
  .object({ receipt_number: z.string(), reference: z.string(), operation_id: z.string(), operation: z.enum(OPERATIONS), record_json: z.string(), status: z.string() })
  .transform((row): ReceiptDraft => ({ receiptNumber: row.receipt_number, reference: row.reference, operationId: row.operation_id, operation: row.operation, recordJson: row.record_json, status: row.status }));
export const rowToReceipt = (row: unknown): ReceiptDraft => receiptRow.parse(row);

const suspenseRow = z
  .object({
    suspense_id: z.string(),
    operation_id: z.string().nullable(),
    reason: z.enum(SUSPENSE_REASONS),
    amount_minor: z.number().int(),
    evidence: z.string(),
    reference: z.string().nullable(),
    opened_at_utc_ms: z.number().int(),
    state: z.enum(['open', 'matched', 'paid', 'writtenOff']),
  })
  .transform((row): SuspenseRow => ({ suspenseId: row.suspense_id, operationId: row.operation_id, reason: row.reason, amountMinor: row.amount_minor, evidence: row.evidence, reference: row.reference, openedAtUtcMs: row.opened_at_utc_ms, state: row.state }));
export const rowToSuspense = (row: unknown): SuspenseRow => suspenseRow.parse(row);
