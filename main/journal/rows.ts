import { z } from 'zod';
import { FINAL_MESSAGE_STATES, MESSAGE_STATES, type StoredMessage } from '../contracts/message-state.ts';
import { HOST_OPERATIONS, QUEUED_LANES, type HostOperation } from '../contracts/host-operations.ts';
import { OPERATIONS } from '../contracts/operations.ts';
import { assert } from '../foundation/assert.ts';
import { ENTRY_KINDS, type EntryKind } from './entry-kinds.ts';
import { upcast } from './entry-versions.ts';
import { SUSPENSE_REASONS } from './journal.ts';
import { JournalUnreadable } from './journal-unreadable.ts';
import type { CashUnitRow, DeviceRecord, JournalEntry, ReceiptDraft, SuspenseRow } from './journal.ts';
import type { SealedField } from './protection.ts';

/** Rows of the file ⇄ types. A row is asserted when it is read: the chain proves that it is ours, the schema that this version understands it. */

export interface EntryRow {
  readonly entry_number: number;
  readonly kind: string;
  readonly version: number;
  readonly at_utc_ms: number;
  readonly monotonic_ms: number;
  readonly boot_id: string;
  readonly session_id: string | null;
  readonly operation_id: string | null;
  /** Canonical JSON; empty: purged, `data_sha256` stands for it. */
  readonly data: string;
  readonly hash: Uint8Array;
}

export const ENTRY_COLUMNS = 'entry_number, kind, version, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash';

const isEntryKind = (kind: string): kind is EntryKind => Object.hasOwn(ENTRY_KINDS, kind);

type ReadData = Pick<JournalEntry, 'kind' | 'data' | 'sealed'>;

/** The data of an entry in the shape of today. @throws AssertionFailure or ZodError  a kind or shape that this software does not know */
export function readData(kind: string, version: number, dataJson: string): ReadData {
  assert(isEntryKind(kind), 'the journal holds only kinds that this version knows');
  const { sealed, ...data } = JSON.parse(dataJson) as { readonly sealed?: Readonly<Record<string, SealedField>> };
  return { kind, data: ENTRY_KINDS[kind].parse(upcast(kind, version, data)), ...(sealed === undefined ? {} : { sealed }) };
}

/** @throws JournalUnreadable  data that no journal writes in an entry of this kind */
export function rowToEntry(row: EntryRow): JournalEntry {
  return {
    entryNumber: row.entry_number,
    ...readRow(row),
    atUtcMs: row.at_utc_ms,
    monotonicMs: row.monotonic_ms,
    bootId: row.boot_id,
    hash: Buffer.from(row.hash).toString('hex'),
    ...(row.session_id === null ? {} : { sessionId: row.session_id }),
    ...(row.operation_id === null ? {} : { operationId: row.operation_id }),
  } as JournalEntry;
}

function readRow({ entry_number: entryNumber, kind, version, data }: EntryRow): ReadData {
  try {
    return readData(kind, version, data);
  } catch {
    throw new JournalUnreadable({ code: 'JNL_PAGE_DAMAGED', detail: `entry ${entryNumber}: no journal writes such an entry` });
  }
}

export const MESSAGE_COLUMNS =
  'seq, message_id, operation, lane, operation_id, session_id, state, digest, created_at_utc_ms, attempt_count, not_before_utc_ms, last_error, staged_entry, answer_entry, bytes, answer_bytes';

const bytes = z.instanceof(Uint8Array).nullable();
const messageRow = z.object({
  message_id: z.string(),
  operation: z.enum(Object.keys(HOST_OPERATIONS) as [HostOperation, ...HostOperation[]]),
  lane: z.enum(['online', 'mustDeliver', 'bestEffort']),
  operation_id: z.string(),
  session_id: z.string().nullable(),
  seq: z.number().int(),
  state: z.enum(MESSAGE_STATES),
  digest: z.string(),
  created_at_utc_ms: z.number().int(),
  attempt_count: z.number().int(),
  not_before_utc_ms: z.number().int(),
  last_error: z.string().nullable(),
  staged_entry: z.number().int(),
  answer_entry: z.number().int().nullable(),
  bytes,
  answer_bytes: bytes,
});

/** What was put beside an entry, opened. @param isNeeded  nothing may have purged it */
export type PayloadOf = (entryNumber: number, isNeeded?: boolean) => Uint8Array;

/** Request and answer are fetched when they are looked at: a queue is listed without opening each message. */
export function rowToMessage(input: unknown, payloadOf: PayloadOf): StoredMessage {
  const row = messageRow.parse(input);
  return {
    messageId: row.message_id,
    operation: row.operation,
    lane: row.lane,
    operationId: row.operation_id,
    sessionId: row.session_id,
    seq: row.seq,
    state: row.state,
    get bytes() {
      return row.bytes ?? payloadOf(row.staged_entry, !FINAL_MESSAGE_STATES.includes(row.state) && QUEUED_LANES.includes(row.lane));
    },
    digest: row.digest,
    createdAtUtcMs: row.created_at_utc_ms,
    attemptCount: row.attempt_count,
    notBeforeUtcMs: row.not_before_utc_ms,
    lastError: row.last_error,
    get answerBytes() {
      return row.answer_entry === null ? row.answer_bytes : payloadOf(row.answer_entry);
    },
  };
}

const cashUnitRow = z
  .object({ unit_id: z.string(), denomination_minor: z.number().int(), note_count: z.number().int().nonnegative() })
  .transform((row): CashUnitRow => ({ unitId: row.unit_id, denominationMinor: row.denomination_minor, noteCount: row.note_count }));
export const rowToCashUnit = (row: unknown): CashUnitRow => cashUnitRow.parse(row);

const receiptRow = z.object({ receipt_number: z.string(), reference: z.string(), operation_id: z.string(), operation: z.enum(OPERATIONS), status: z.string(), recorded_entry: z.number().int(), record_json: z.string().nullable() });
export function rowToReceipt(input: unknown, payloadOf: PayloadOf): ReceiptDraft {
  const row = receiptRow.parse(input);
  const recordJson = row.record_json ?? Buffer.from(payloadOf(row.recorded_entry)).toString('utf8');
  return { receiptNumber: row.receipt_number, reference: row.reference, operationId: row.operation_id, operation: row.operation, recordJson, status: row.status };
}

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
    told_message_id: z.string().nullable(),
  })
  .transform((row): SuspenseRow => ({ suspenseId: row.suspense_id, operationId: row.operation_id, reason: row.reason, amountMinor: row.amount_minor, evidence: row.evidence, reference: row.reference, openedAtUtcMs: row.opened_at_utc_ms, state: row.state, toldMessageId: row.told_message_id }));
export const rowToSuspense = (row: unknown): SuspenseRow => suspenseRow.parse(row);

const deviceRow = z.object({ device_id: z.string(), protocol: z.string(), model: z.string().nullable(), firmware: z.string().nullable(), serial_number: z.string().nullable(), identified_at_utc_ms: z.number().int() });
const deviceFaultRow = z.object({ device_id: z.string(), code: z.string(), detail: z.string(), at_utc_ms: z.number().int(), recovered_at_utc_ms: z.number().int().nullable() });

/** @param faultRows  newest first */
export function rowsToDeviceRecords(deviceRows: readonly unknown[], faultRows: readonly unknown[]): readonly DeviceRecord[] {
  const devices = deviceRows.map((row) => deviceRow.parse(row));
  const faults = faultRows.map((row) => deviceFaultRow.parse(row));
  return [...new Set([...devices, ...faults].map((row) => row.device_id))].sort().map((deviceId): DeviceRecord => {
    const row = devices.find((each) => each.device_id === deviceId);
    return {
      deviceId,
      identity: row === undefined ? null : { protocol: row.protocol, model: row.model, firmware: row.firmware, serialNumber: row.serial_number, identifiedAtUtcMs: row.identified_at_utc_ms },
      faults: faults.filter((each) => each.device_id === deviceId).map((each) => ({ code: each.code, detail: each.detail, atUtcMs: each.at_utc_ms, recoveredAtUtcMs: each.recovered_at_utc_ms })),
    };
  });
}
