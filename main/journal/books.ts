import type { Database, Statement } from 'better-sqlite3';
import { FINAL_MESSAGE_STATES, type MessageState } from '../contracts/message-state.ts';
import { DEVICE_FAULTS_MAX } from './books-schema.ts';
import type { EntryData, EntryKind } from './entry-kinds.ts';
import { searchTerms } from './search-terms.ts';

/** An entry as the books read it: data in the shape of today, with what is sealed in it by index only. */
export interface BookEntry<Kind extends EntryKind = EntryKind> {
  readonly entryNumber: number;
  readonly kind: Kind;
  readonly data: EntryData<Kind>;
  readonly atUtcMs: number;
  readonly sessionId: string | null;
  readonly operationId: string | null;
  /** Blind indices of its sealed fields. */
  readonly indices: readonly string[];
  readonly hasPayload: boolean;
}

/** Kinds that open an operation until its `operation.closed`: the choice, and whatever shows that money may have moved. */
const OPENING_KINDS: ReadonlySet<string> = new Set([
  'operation.chosen', 'note.escrowed', 'intent.stack', 'outcome.stack', 'intent.return', 'outcome.return', 'coin.accepted', 'deposit.accepted',
  'authorisation.received', 'intent.dispense', 'outcome.dispense', 'outcome.present', 'outcome.take',
]);
/** States in which the message waits for its next try, so that why it waits is worth keeping beside it. */
const KEEPS_ERROR: readonly MessageState[] = ['ready', 'unknown', 'parked', 'refused', 'inProcess', 'cancelled'];

export interface StagedMessage {
  readonly state: MessageState;
  readonly operationId: string;
  readonly sessionId: string | null;
}

type Keeper<Kind extends EntryKind> = (entry: BookEntry<Kind>) => void;

/**
 * Keeps the books from entries, the same way when an entry is written and when all books are made again from the chain: what is equal by
 * construction cannot drift. Inside a transaction that the caller holds.
 */
export class Books {
  readonly #keepers: { readonly [Kind in EntryKind]?: Keeper<Kind> };
  readonly #openOperation: Statement;
  readonly #insertTerm: Statement;
  readonly #message: Statement<unknown[], StagedMessage>;
  readonly #operationOfReceipt: Statement<unknown[], string>;
  readonly #unitCount: Statement<unknown[], number>;

  constructor(database: Database) {
    this.#openOperation = database.prepare('INSERT INTO operations (operation_id, first_entry_number, is_closed) VALUES (?, ?, 0) ON CONFLICT DO NOTHING');
    this.#insertTerm = database.prepare('INSERT INTO search_terms (term, entry_number) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#message = database.prepare('SELECT state, operation_id AS operationId, session_id AS sessionId FROM messages WHERE message_id = ?');
    this.#operationOfReceipt = database.prepare<unknown[], string>('SELECT operation_id FROM receipts WHERE receipt_number = ?').pluck();
    this.#unitCount = database.prepare<unknown[], number>('SELECT note_count FROM cash_units WHERE unit_id = ? AND denomination_minor = ?').pluck();
    this.#keepers = { ...operationKeepers(database), ...messageKeepers(database), ...receiptKeepers(database), ...deviceKeepers(database), ...smallKeepers(database) };
  }

  /** @throws AssertionFailure or SqliteError  an entry that no journal writes: a count below zero, a forbidden move, a receipt twice */
  keep(entry: BookEntry): void {
    if (entry.operationId !== null && OPENING_KINDS.has(entry.kind)) this.#openOperation.run(entry.operationId, entry.entryNumber);
    (this.#keepers[entry.kind] as Keeper<EntryKind> | undefined)?.(entry);
    for (const term of searchTerms(entry)) this.#insertTerm.run(term, entry.entryNumber);
  }

  message(messageId: string): StagedMessage | undefined {
    return this.#message.get(messageId);
  }

  operationOfReceipt(receiptNumber: string): string | undefined {
    return this.#operationOfReceipt.get(receiptNumber);
  }

  noteCount(unitId: string, denominationMinor: number): number {
    return this.#unitCount.get(unitId, denominationMinor) ?? 0;
  }
}

function operationKeepers(database: Database): { readonly [Kind in EntryKind]?: Keeper<Kind> } {
  const name = database.prepare('UPDATE operations SET operation = ? WHERE operation_id = ?');
  const moved = database.prepare('UPDATE operations SET amount_minor = ? WHERE operation_id = ?');
  const close = database.prepare(
    `INSERT INTO operations (operation_id, first_entry_number, is_closed, outcome, amount_minor) VALUES (?, ?, 1, ?, ?)
     ON CONFLICT (operation_id) DO UPDATE SET is_closed = 1, outcome = excluded.outcome, amount_minor = coalesce(amount_minor, excluded.amount_minor)`,
  );
  return {
    'operation.chosen': ({ data, operationId }) => void (operationId !== null && name.run(data.operation, operationId)),
    'deposit.accepted': ({ data, operationId }) => void (operationId !== null && moved.run(data.insertedMinor, operationId)),
    'deposit.cancelled': ({ data, operationId }) => void (operationId !== null && moved.run(data.retainedMinor, operationId)),
    'withdrawal.completed': ({ data, operationId }) => void (operationId !== null && moved.run(data.presentedMinor, operationId)),
    'operation.closed': ({ data, operationId, entryNumber }) => void (operationId !== null && close.run(operationId, entryNumber, data.outcome, data.movedMinor)),
  };
}

function messageKeepers(database: Database): { readonly [Kind in EntryKind]?: Keeper<Kind> } {
  const stage = database.prepare(
    `INSERT INTO messages (seq, message_id, operation, lane, operation_id, session_id, state, digest, created_at_utc_ms, attempt_count, not_before_utc_ms, staged_entry)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
  );
  const move = database.prepare(
    `UPDATE messages SET state = ?, attempt_count = attempt_count + ?, not_before_utc_ms = ?,
       last_error = CASE WHEN ? THEN ? WHEN ? THEN NULL ELSE last_error END, answer_entry = coalesce(?, answer_entry) WHERE message_id = ?`,
  );
  return {
    'message.staged': ({ data, atUtcMs, entryNumber, operationId, sessionId }) => {
      // Of the first form: it comes with `books.carried`.
      if (data.seq === null) return;
      // A draft in `sending` is on its first attempt.
      stage.run(data.seq, data.messageId, data.operation, data.lane, operationId, sessionId, data.state, data.digest, atUtcMs, data.state === 'sending' ? 1 : 0, entryNumber);
    },
    'message.moved': ({ data, entryNumber, hasPayload }) => {
      const to = data.to as MessageState;
      move.run(to, data.isNewAttempt ? 1 : 0, data.notBeforeUtcMs, KEEPS_ERROR.includes(to) ? 1 : 0, data.detail, FINAL_MESSAGE_STATES.includes(to) ? 1 : 0, hasPayload ? entryNumber : null, data.messageId);
    },
  };
}

function receiptKeepers(database: Database): { readonly [Kind in EntryKind]?: Keeper<Kind> } {
  const record = database.prepare('INSERT INTO receipts (receipt_number, reference, operation_id, operation, status, at_utc_ms, recorded_entry) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const status = database.prepare('INSERT INTO receipt_statuses (entry_number, receipt_number, status, at_utc_ms, host_ref, document_number, provider_ref) VALUES (?, ?, ?, ?, ?, ?, ?)');
  return {
    'receipt.recorded': ({ data, entryNumber, atUtcMs, operationId }) => {
      if (data.reference !== null) record.run(data.receiptNumber, data.reference, operationId, data.operation, data.status, atUtcMs, entryNumber);
    },
    'receipt.statusChanged': ({ data, entryNumber, atUtcMs }) => void status.run(entryNumber, data.receiptNumber, data.status, atUtcMs, data.hostRef, data.documentNumber ?? null, data.providerRef ?? null),
  };
}

function deviceKeepers(database: Database): { readonly [Kind in EntryKind]?: Keeper<Kind> } {
  const identify = database.prepare(
    `INSERT INTO devices (device_id, protocol, model, firmware, serial_number, identified_at_utc_ms) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (device_id) DO UPDATE SET
       protocol = excluded.protocol, model = excluded.model, firmware = excluded.firmware, serial_number = excluded.serial_number, identified_at_utc_ms = excluded.identified_at_utc_ms`,
  );
  const fault = database.prepare('INSERT INTO device_faults (entry_number, device_id, code, detail, at_utc_ms) VALUES (?, ?, ?, ?, ?)');
  const forget = database.prepare('DELETE FROM device_faults WHERE device_id = @id AND entry_number NOT IN (SELECT entry_number FROM device_faults WHERE device_id = @id ORDER BY entry_number DESC LIMIT @max)');
  const recover = database.prepare('UPDATE device_faults SET recovered_at_utc_ms = ? WHERE device_id = ? AND recovered_at_utc_ms IS NULL');
  return {
    'device.identified': ({ data, atUtcMs }) => void identify.run(data.deviceId, data.protocol, data.model, data.firmware, data.serialNumber, atUtcMs),
    'device.faulted': ({ data, atUtcMs, entryNumber }) => {
      fault.run(entryNumber, data.deviceId, data.code, data.detail, atUtcMs);
      forget.run({ id: data.deviceId, max: DEVICE_FAULTS_MAX });
    },
    'device.recovered': ({ data, atUtcMs }) => void recover.run(atUtcMs, data.deviceId),
  };
}

function smallKeepers(database: Database): { readonly [Kind in EntryKind]?: Keeper<Kind> } {
  const putUnit = database.prepare('INSERT INTO cash_units (unit_id, denomination_minor, note_count, changed_entry) VALUES (?, ?, ?, ?) ON CONFLICT (unit_id, denomination_minor) DO UPDATE SET note_count = excluded.note_count, changed_entry = excluded.changed_entry');
  const openSuspense = database.prepare("INSERT INTO suspense (suspense_id, operation_id, reason, amount_minor, evidence, reference, opened_at_utc_ms, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')");
  const settleSuspense = database.prepare("UPDATE suspense SET state = ? WHERE suspense_id = ? AND state = 'open'");
  const tellSuspense = database.prepare('UPDATE suspense SET told_message_id = ? WHERE suspense_id = ? AND told_message_id IS NULL');
  const decideSuspense = database.prepare(
    'INSERT INTO suspense_decisions (decision_id, suspense_id, settled_as, amount_minor, authority, reason, decided_at_utc_ms, result, entry_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const putFact = database.prepare('INSERT INTO facts (key, put_entry) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET put_entry = excluded.put_entry, value = NULL');
  const putSeal = database.prepare('INSERT INTO seals (entry_number, up_to_entry_number) VALUES (?, ?)');
  const putKey = database.prepare('INSERT INTO journal_keys (purpose, key_id, check_value, certificate, entry_number) VALUES (?, ?, ?, ?, ?)');
  return {
    'counts.changed': ({ data, entryNumber }) => {
      for (const { unitId, denominationMinor, noteCount } of data.units) putUnit.run(unitId, denominationMinor, noteCount, entryNumber);
    },
    'suspense.recorded': ({ data, operationId, atUtcMs }) => void openSuspense.run(data.suspenseId, operationId, data.reason, data.amountMinor, data.evidence, data.reference, atUtcMs),
    'suspense.settled': ({ data }) => void settleSuspense.run(data.to, data.suspenseId),
    'suspense.told': ({ data }) => void tellSuspense.run(data.messageId, data.suspenseId),
    'suspense.decided': ({ data, entryNumber }) => void decideSuspense.run(data.decisionId, data.suspenseId, data.to, data.amountMinor, data.authority, data.reason, data.decidedAtUtcMs, data.result, entryNumber),
    'fact.put': ({ data, entryNumber }) => void putFact.run(data.key, entryNumber),
    'journal.sealed': ({ data, entryNumber }) => void putSeal.run(entryNumber, data.upToEntryNumber),
    'key.introduced': ({ data, entryNumber }) => void putKey.run(data.purpose, data.keyId, data.check, data.certificate, entryNumber),
  };
}
