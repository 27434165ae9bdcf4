import type { Database } from 'better-sqlite3';
import { FINAL_MESSAGE_STATES, MESSAGE_STATES } from '../contracts/message-state.ts';
import { assert } from '../foundation/assert.ts';
import type { Journal } from './journal.ts';
import { ENTRY_COLUMNS, MESSAGE_COLUMNS, rowToCashUnit, rowToEntry, rowToMessage, rowToReceipt, rowToSuspense, type EntryRow } from './rows.ts';

/** The questions that can be asked of a journal without writing to it. */
export type JournalReader = Pick<Journal, 'operationEntries' | 'openOperationIds' | 'entries' | 'cashUnits' | 'message' | 'messages' | 'receipt' | 'suspense' | 'fact'>;

/** More rows in one answer than anybody looks at; asking for more is our mistake. */
export const ROWS_PER_QUERY_MAX = 100_000;

/** All questions over one connection; each is one indexed statement, prepared once. */
export function createReader(database: Database): JournalReader {
  return { ...entryQuestions(database), ...messageQuestions(database), ...bookQuestions(database) };
}

function entryQuestions(database: Database): Pick<JournalReader, 'entries' | 'operationEntries' | 'openOperationIds'> {
  const select = (where: string) => database.prepare<unknown[], EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE ${where}`);
  const forwards = select('entry_number >= ? ORDER BY entry_number LIMIT ?');
  const backwards = select('entry_number >= ? ORDER BY entry_number DESC LIMIT ?');
  const ofKinds = 'kind IN (SELECT value FROM json_each(?)) AND entry_number >= ?';
  const forwardsOfKinds = select(`${ofKinds} ORDER BY entry_number LIMIT ?`);
  const backwardsOfKinds = select(`${ofKinds} ORDER BY entry_number DESC LIMIT ?`);
  const ofOperation = select('operation_id = ? ORDER BY entry_number');
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
    operationEntries: (operationId) => ofOperation.all(operationId).map(rowToEntry),
    openOperationIds: () => openOperations.all(),
  };
}

function messageQuestions(database: Database): Pick<JournalReader, 'message' | 'messages'> {
  const final = FINAL_MESSAGE_STATES.map((state) => `'${state}'`).join(', ');
  const one = database.prepare(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE message_id = ?`);
  const byStates = database.prepare(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE state IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY state IN (${final}), seq LIMIT ?`,
  );
  const byOperation = database.prepare(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE operation_id = ? AND state IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY state IN (${final}), seq LIMIT ?`,
  );
  return {
    message: (messageId) => {
      const row = one.get(messageId);
      return row === undefined ? undefined : rowToMessage(row);
    },
    messages: ({ states = MESSAGE_STATES, operationId, afterSeq = 0, limit }) => {
      assert(limit >= 0 && limit <= ROWS_PER_QUERY_MAX, 'a page of rows has a limit');
      const rows = operationId === undefined ? byStates.all(JSON.stringify(states), afterSeq, limit) : byOperation.all(operationId, JSON.stringify(states), afterSeq, limit);
      return rows.map(rowToMessage);
    },
  };
}

function bookQuestions(database: Database): Pick<JournalReader, 'cashUnits' | 'receipt' | 'suspense' | 'fact'> {
  const units = database.prepare('SELECT unit_id, denomination_minor, note_count FROM cash_units ORDER BY unit_id, denomination_minor');
  const receipt = database.prepare('SELECT receipt_number, reference, operation_id, operation, record_json, status FROM receipts WHERE receipt_number = ?');
  const statuses = database.prepare<unknown[], { status: string; atUtcMs: number; hostRef: string | null }>(
    'SELECT status, at_utc_ms AS atUtcMs, host_ref AS hostRef FROM receipt_statuses WHERE receipt_number = ? ORDER BY status_number',
  );
  const suspense = database.prepare(
    'SELECT suspense_id, operation_id, reason, amount_minor, evidence, reference, opened_at_utc_ms, state FROM suspense WHERE @state IS NULL OR state = @state ORDER BY opened_at_utc_ms, suspense_id',
  );
  const fact = database.prepare<unknown[], string>('SELECT value FROM facts WHERE key = ?').pluck();
  return {
    cashUnits: () => units.all().map(rowToCashUnit),
    receipt: (receiptNumber) => {
      const row = receipt.get(receiptNumber);
      return row === undefined ? undefined : { receipt: rowToReceipt(row), statuses: statuses.all(receiptNumber) };
    },
    suspense: (query) => suspense.all({ state: query?.state ?? null }).map(rowToSuspense),
    fact: (key) => fact.get(key),
  };
}
