import type { Database } from 'better-sqlite3';
import { HOST_LANES } from '../contracts/host-operations.ts';
import { FINAL_MESSAGE_STATES, MESSAGE_STATES } from '../contracts/message-state.ts';
import { assert } from '../foundation/assert.ts';
import { sha256Hex } from './hash-chain.ts';
import type { Journal, JournalError, ReceiptStatusRow, SuspenseDecisionRow } from './journal.ts';
import { JournalUnreadable } from './journal-unreadable.ts';
import type { EntryData } from './entry-kinds.ts';
import { openField, unwrapPayload, type JournalKeys } from './protection.ts';
import { lazyPurgeCover } from './purge-cover.ts';
import { searchOperations } from './search.ts';
import { ENTRY_COLUMNS, MESSAGE_COLUMNS, rowToCashUnit, rowToEntry, rowToMessage, rowToReceipt, rowToSuspense, rowsToDeviceRecords, type EntryRow, type PayloadOf } from './rows.ts';

/** The questions that can be asked of a journal without writing to it. */
export type JournalReader = Pick<Journal, 'findOperations' | 'operationEntries' | 'openOperationIds' | 'entries' | 'cashUnits' | 'message' | 'messages' | 'messageCount' | 'receipt' | 'suspense' | 'suspenseDecisions' | 'fact' | 'deviceRecords' | 'secret' | 'newestSeal'>;

/** More rows in one answer than anybody looks at; asking for more is our mistake. */
export const ROWS_PER_QUERY_MAX = 100_000;

export interface ReaderOptions {
  readonly journalId: string;
  /** Without them chain, books and masks can be read; what is sealed reads as empty, and `secret` says why. */
  readonly keys?: JournalKeys | undefined;
  /** Told of a payload that is not the one that was written, or is gone while it is needed, before the question throws. */
  readonly onDamage?: ((error: JournalError) => void) | undefined;
}

/** All questions over one connection; each is one indexed statement, prepared once. */
export function createReader(database: Database, options: ReaderOptions): JournalReader {
  const payloadOf = createPayloadReader(database, options);
  return { ...entryQuestions(database), ...messageQuestions(database, payloadOf), ...bookQuestions(database, payloadOf), deviceRecords: deviceQuestion(database), findOperations: (query) => searchOperations(database, options.keys, query), ...sealedQuestions(database, options) };
}

const NOTHING = Buffer.alloc(0);

/**
 * Opens payloads. A purged one reads as empty, also of a message that is not final: where a journal lost its end, that ended there, and its content went with a purge that the journal lost as well.
 * @throws JournalUnreadable  it is not the one that was written, or gone while something needs it (a message that is not final, a fact in force) and no purge took it
 */
export function createPayloadReader(database: Database, { journalId, keys, onDamage }: ReaderOptions): PayloadOf {
  const select = database.prepare<unknown[], PayloadRow>('SELECT kind, payload, lower(hex(payload_sha256)) AS sha256 FROM entries WHERE entry_number = ?');
  return (entryNumber, isNeeded = false) => {
    const row = select.get(entryNumber);
    if (row === undefined || row.payload === null) return !isNeeded || isPurged(entryNumber, row) ? NOTHING : damaged(entryNumber, 'the payload is gone');
    if (sha256Hex(row.payload) !== row.sha256) return damaged(entryNumber, 'the payload is not the one that was written');
    const opened = unwrapPayload(keys, row.payload, { journalId, entryNumber, kind: row.kind, field: 'payload' });
    if (opened.ok) return opened.value;
    return keys === undefined ? NOTHING : damaged(entryNumber, opened.error.detail);
  };

  function isPurged(entryNumber: number, row: PayloadRow | undefined): boolean {
    return row !== undefined && lazyPurgeCover(database, { afterEntryNumber: entryNumber - 1, upToEntryNumber: entryNumber }).covers(entryNumber, row.kind, 'payload');
  }

  function damaged(entryNumber: number, detail: string): never {
    const error: JournalError = { code: 'JNL_PAGE_DAMAGED', detail: `entry ${entryNumber}: ${detail}` };
    onDamage?.(error);
    throw new JournalUnreadable(error);
  }
}

interface PayloadRow {
  readonly kind: string;
  readonly payload: Uint8Array | null;
  readonly sha256: string;
}

function sealedQuestions(database: Database, { journalId, keys }: ReaderOptions): Pick<JournalReader, 'secret' | 'newestSeal'> {
  const one = database.prepare<unknown[], EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE entry_number = ? AND data <> ''`);
  const newest = database.prepare<unknown[], EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE entry_number = (SELECT max(entry_number) FROM seals)`);
  return {
    secret: (entryNumber, field) => {
      const row = one.get(entryNumber);
      const sealed = row === undefined ? undefined : rowToEntry(row).sealed?.[field];
      return row === undefined || sealed === undefined ? undefined : openField(keys, sealed, { journalId, entryNumber, kind: row.kind, field });
    },
    newestSeal: () => {
      const row = newest.get();
      return row === undefined ? null : (rowToEntry(row).data as EntryData<'journal.sealed'>);
    },
  };
}

function entryQuestions(database: Database): Pick<JournalReader, 'entries' | 'operationEntries' | 'openOperationIds'> {
  const select = (where: string) => database.prepare<unknown[], EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE data <> '' AND ${where}`);
  const forwards = select('entry_number >= ? ORDER BY entry_number LIMIT ?');
  const backwards = select('entry_number >= ? ORDER BY entry_number DESC LIMIT ?');
  const ofKinds = 'kind IN (SELECT value FROM json_each(?)) AND entry_number >= ?';
  const forwardsOfKinds = select(`${ofKinds} ORDER BY entry_number LIMIT ?`);
  const backwardsOfKinds = select(`${ofKinds} ORDER BY entry_number DESC LIMIT ?`);
  const ofOperation = select('operation_id = ? ORDER BY entry_number');
  // By the index of operations, which have tens of entries; the plus keeps SQLite from that of kinds, of which there are all that ever were.
  const ofOperationAndKinds = select('operation_id = ? AND +kind IN (SELECT value FROM json_each(?)) ORDER BY entry_number');
  const openOperations = database.prepare<unknown[], string>('SELECT operation_id FROM operations WHERE is_closed = 0 ORDER BY first_entry_number').pluck();
  return {
    entries: ({ fromEntryNumber = 1, limit, kinds, newestFirst = false }) => {
      assert(limit >= 0 && limit <= ROWS_PER_QUERY_MAX, 'a page of rows has a limit');
      const rows =
        kinds === undefined
          ? (newestFirst ? backwards : forwards).all(fromEntryNumber, limit)
          : (newestFirst ? backwardsOfKinds : forwardsOfKinds).all(JSON.stringify(kinds), fromEntryNumber, limit);
      return rows.map(rowToEntry);
    },
    operationEntries: (operationId, kinds) => (kinds === undefined ? ofOperation.all(operationId) : ofOperationAndKinds.all(operationId, JSON.stringify(kinds))).map(rowToEntry),
    openOperationIds: () => openOperations.all(),
  };
}

function messageQuestions(database: Database, payloadOf: PayloadOf): Pick<JournalReader, 'message' | 'messages' | 'messageCount'> {
  const final = FINAL_MESSAGE_STATES.map((state) => `'${state}'`).join(', ');
  const one = database.prepare(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE message_id = ?`);
  const byStates = database.prepare(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE state IN (SELECT value FROM json_each(?)) AND lane IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY state IN (${final}), seq LIMIT ?`,
  );
  const byOperation = database.prepare(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE operation_id = ? AND state IN (SELECT value FROM json_each(?)) AND lane IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY state IN (${final}), seq LIMIT ?`,
  );
  const count = database.prepare<unknown[], number>('SELECT count(*) FROM messages WHERE state IN (SELECT value FROM json_each(?)) AND lane IN (SELECT value FROM json_each(?))').pluck();
  return {
    messageCount: ({ states, lanes }) => count.get(JSON.stringify(states), JSON.stringify(lanes)) ?? 0,
    message: (messageId) => {
      const row = one.get(messageId);
      return row === undefined ? undefined : rowToMessage(row, payloadOf);
    },
    messages: ({ states = MESSAGE_STATES, lanes = HOST_LANES, operationId, afterSeq = 0, limit }) => {
      assert(limit >= 0 && limit <= ROWS_PER_QUERY_MAX, 'a page of rows has a limit');
      const rows = operationId === undefined ? byStates.all(JSON.stringify(states), JSON.stringify(lanes), afterSeq, limit) : byOperation.all(operationId, JSON.stringify(states), JSON.stringify(lanes), afterSeq, limit);
      return rows.map((row) => rowToMessage(row, payloadOf));
    },
  };
}

function bookQuestions(database: Database, payloadOf: PayloadOf): Pick<JournalReader, 'cashUnits' | 'receipt' | 'suspense' | 'suspenseDecisions' | 'fact'> {
  const units = database.prepare('SELECT unit_id, denomination_minor, note_count FROM cash_units ORDER BY unit_id, denomination_minor');
  const receipt = database.prepare('SELECT receipt_number, reference, operation_id, operation, status, recorded_entry, record_json FROM receipts WHERE receipt_number = ?');
  const statuses = database.prepare<unknown[], ReceiptStatusRow>(
    'SELECT status, at_utc_ms AS atUtcMs, host_ref AS hostRef, document_number AS documentNumber, provider_ref AS providerRef FROM receipt_statuses WHERE receipt_number = ? ORDER BY entry_number',
  );
  const suspense = database.prepare(
    'SELECT suspense_id, operation_id, reason, amount_minor, evidence, reference, opened_at_utc_ms, state, told_message_id FROM suspense WHERE (@state IS NULL OR state = @state) AND (@isTold IS NULL OR (told_message_id IS NOT NULL) = @isTold) AND (@suspenseId IS NULL OR suspense_id = @suspenseId) AND (@operationId IS NULL OR operation_id = @operationId) ORDER BY opened_at_utc_ms, suspense_id',
  );
  const decisions = database.prepare<unknown[], SuspenseDecisionRow>(
    `SELECT suspense_id AS suspenseId, decision_id AS decisionId, settled_as AS "to", amount_minor AS amountMinor, authority, reason, decided_at_utc_ms AS decidedAtUtcMs, result, entry_number AS entryNumber
     FROM suspense_decisions WHERE @suspenseId IS NULL OR suspense_id = @suspenseId ORDER BY entry_number DESC LIMIT @limit`,
  );
  const fact = database.prepare<unknown[], { put_entry: number; value: string | null }>('SELECT put_entry, value FROM facts WHERE key = ?');
  return {
    cashUnits: () => units.all().map(rowToCashUnit),
    receipt: (receiptNumber) => {
      const row = receipt.get(receiptNumber);
      return row === undefined ? undefined : { receipt: rowToReceipt(row, payloadOf), statuses: statuses.all(receiptNumber) };
    },
    suspense: (query) => suspense.all({ state: query?.state ?? null, isTold: query?.isTold === undefined ? null : Number(query.isTold), suspenseId: query?.suspenseId ?? null, operationId: query?.operationId ?? null }).map(rowToSuspense),
    suspenseDecisions: ({ suspenseId, limit }) => decisions.all({ suspenseId: suspenseId ?? null, limit }),
    fact: (key) => {
      const row = fact.get(key);
      return row === undefined ? undefined : (row.value ?? Buffer.from(payloadOf(row.put_entry, true)).toString('utf8'));
    },
  };
}

function deviceQuestion(database: Database): JournalReader['deviceRecords'] {
  const devices = database.prepare('SELECT device_id, protocol, model, firmware, serial_number, identified_at_utc_ms FROM devices');
  const faults = database.prepare('SELECT device_id, code, detail, at_utc_ms, recovered_at_utc_ms FROM device_faults ORDER BY entry_number DESC');
  return () => rowsToDeviceRecords(devices.all(), faults.all());
}
