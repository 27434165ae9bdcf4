import type { Migration } from './migrate.ts';

/**
 * The tables of the first journal. What is law cannot be rewritten even by our own mistake: triggers refuse to change or delete entries,
 * receipts, the bytes of a message and its final state. [host-messages §5.4 "forbidden"]
 */
export const first: Migration = {
  version: 1,
  name: '0001-first',
  sql: `
    -- What this file is: journalId, terminalNumber, createdAtUtcMs. Never changes.
    CREATE TABLE identity (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    -- The head of the chain and the counters; one row, written by every commit together with what it counts.
    CREATE TABLE head (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      entry_number INTEGER NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      at_utc_ms INTEGER NOT NULL,
      receipt_count INTEGER NOT NULL,
      reference_count INTEGER NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE entries (
      entry_number INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      at_utc_ms INTEGER NOT NULL,
      monotonic_ms INTEGER NOT NULL,
      boot_id TEXT NOT NULL,
      session_id TEXT,
      operation_id TEXT,
      data TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;
    CREATE INDEX entries_by_operation ON entries (operation_id) WHERE operation_id IS NOT NULL;
    CREATE INDEX entries_by_kind ON entries (kind);
    CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

    -- Which operations are still open; an index over the chain, so that start-up does not walk ten years.
    CREATE TABLE operations (
      operation_id TEXT PRIMARY KEY,
      first_entry_number INTEGER NOT NULL,
      is_closed INTEGER NOT NULL CHECK (is_closed IN (0, 1))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX operations_open ON operations (first_entry_number) WHERE is_closed = 0;

    CREATE TABLE cash_units (
      unit_id TEXT NOT NULL,
      denomination_minor INTEGER NOT NULL CHECK (denomination_minor > 0),
      note_count INTEGER NOT NULL CHECK (note_count >= 0),
      PRIMARY KEY (unit_id, denomination_minor)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE messages (
      seq INTEGER PRIMARY KEY,
      message_id TEXT NOT NULL UNIQUE,
      operation TEXT NOT NULL,
      lane TEXT NOT NULL,
      operation_id TEXT NOT NULL,
      session_id TEXT,
      state TEXT NOT NULL,
      bytes BLOB NOT NULL,
      digest TEXT NOT NULL,
      created_at_utc_ms INTEGER NOT NULL,
      attempt_count INTEGER NOT NULL CHECK (attempt_count >= 0),
      not_before_utc_ms INTEGER NOT NULL,
      last_error TEXT,
      answer_bytes BLOB
    ) STRICT;
    CREATE INDEX messages_by_state ON messages (state, seq);
    CREATE INDEX messages_by_operation ON messages (operation_id, seq);
    CREATE TRIGGER messages_keep_what_was_signed BEFORE UPDATE OF seq, message_id, operation, lane, operation_id, session_id, bytes, digest, created_at_utc_ms ON messages
      BEGIN SELECT RAISE(ABORT, 'a message is not changed after it was staged'); END;
    CREATE TRIGGER messages_stay_final BEFORE UPDATE OF state ON messages WHEN old.state IN ('executed', 'refused', 'cancelled')
      BEGIN SELECT RAISE(ABORT, 'there is no exit from a final state'); END;
    CREATE TRIGGER messages_are_not_deleted BEFORE DELETE ON messages BEGIN SELECT RAISE(ABORT, 'a message is not deleted'); END;

    CREATE TABLE receipts (
      receipt_number TEXT PRIMARY KEY,
      reference TEXT NOT NULL UNIQUE,
      operation_id TEXT NOT NULL,
      operation TEXT NOT NULL,
      record_json TEXT NOT NULL,
      status TEXT NOT NULL,
      at_utc_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX receipts_by_operation ON receipts (operation_id);
    CREATE TRIGGER receipts_are_not_changed BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'a receipt is immutable'); END;
    CREATE TRIGGER receipts_are_not_deleted BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'a receipt is immutable'); END;
    CREATE TABLE receipt_statuses (
      status_number INTEGER PRIMARY KEY,
      receipt_number TEXT NOT NULL REFERENCES receipts (receipt_number),
      status TEXT NOT NULL,
      at_utc_ms INTEGER NOT NULL,
      host_ref TEXT
    ) STRICT;
    CREATE INDEX receipt_statuses_by_receipt ON receipt_statuses (receipt_number);

    CREATE TABLE suspense (
      suspense_id TEXT PRIMARY KEY,
      operation_id TEXT,
      reason TEXT NOT NULL,
      amount_minor INTEGER NOT NULL,
      evidence TEXT NOT NULL,
      reference TEXT,
      opened_at_utc_ms INTEGER NOT NULL,
      state TEXT NOT NULL
    ) STRICT;
    CREATE INDEX suspense_by_state ON suspense (state, opened_at_utc_ms);

    CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), probe_count INTEGER NOT NULL) STRICT;
    INSERT INTO probe VALUES (1, 0);
  `,
};
