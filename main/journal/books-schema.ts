/**
 * The books: every table beside the chain. Each row is made from entries by `books.ts` and from nothing else, so the books can be dropped and made
 * again. Their form therefore needs no migration: raise BOOKS_FORM with any change here or in `books.ts`, and the next start makes them anew.
 */
export const BOOKS_FORM = 7;

/** As many faults of one device as a technician reads at once. */
export const DEVICE_FAULTS_MAX = 10;

export interface BookTable {
  readonly name: string;
  /** In this order two versions of the book are compared. */
  readonly key: readonly string[];
}

export const BOOK_TABLES: readonly BookTable[] = [
  { name: 'operations', key: ['operation_id'] },
  { name: 'cash_units', key: ['unit_id', 'denomination_minor'] },
  { name: 'messages', key: ['seq'] },
  { name: 'receipts', key: ['receipt_number'] },
  { name: 'receipt_statuses', key: ['entry_number'] },
  { name: 'suspense', key: ['suspense_id'] },
  { name: 'suspense_decisions', key: ['decision_id', 'suspense_id', 'settled_as', 'amount_minor'] },
  { name: 'facts', key: ['key'] },
  { name: 'devices', key: ['device_id'] },
  { name: 'device_faults', key: ['entry_number'] },
  { name: 'seals', key: ['entry_number'] },
  { name: 'journal_keys', key: ['purpose', 'key_id'] },
  { name: 'search_terms', key: ['term', 'entry_number'] },
];

export const DROP_BOOKS_SQL: string = BOOK_TABLES.map(({ name }) => `DROP TABLE IF EXISTS ${name};`).join('\n');

export const CREATE_BOOKS_SQL = `
  -- Which operations are still open, and what a technician searches by; \`amount_minor\` is the cash that moved.
  CREATE TABLE operations (
    operation_id TEXT PRIMARY KEY,
    first_entry_number INTEGER NOT NULL,
    is_closed INTEGER NOT NULL CHECK (is_closed IN (0, 1)),
    operation TEXT,
    outcome TEXT,
    amount_minor INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX operations_open ON operations (first_entry_number) WHERE is_closed = 0;
  CREATE INDEX operations_by_time ON operations (first_entry_number);
  CREATE INDEX operations_by_amount ON operations (amount_minor, first_entry_number) WHERE amount_minor > 0;

  CREATE TABLE cash_units (
    unit_id TEXT NOT NULL,
    denomination_minor INTEGER NOT NULL CHECK (denomination_minor > 0),
    note_count INTEGER NOT NULL CHECK (note_count >= 0),
    changed_entry INTEGER NOT NULL,
    PRIMARY KEY (unit_id, denomination_minor)
  ) STRICT, WITHOUT ROWID;

  -- The signed bytes and the answer are payloads of entries; \`bytes\` and \`answer_bytes\` only of messages older than that.
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL,
    lane TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    session_id TEXT,
    state TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at_utc_ms INTEGER NOT NULL,
    attempt_count INTEGER NOT NULL CHECK (attempt_count >= 0),
    not_before_utc_ms INTEGER NOT NULL,
    last_error TEXT,
    staged_entry INTEGER NOT NULL,
    answer_entry INTEGER,
    bytes BLOB,
    answer_bytes BLOB
  ) STRICT;
  CREATE INDEX messages_by_state ON messages (state, seq);
  CREATE INDEX messages_by_operation ON messages (operation_id, seq);
  CREATE TRIGGER messages_keep_what_was_signed BEFORE UPDATE OF seq, message_id, operation, lane, operation_id, session_id, bytes, digest, created_at_utc_ms, staged_entry ON messages
    BEGIN SELECT RAISE(ABORT, 'a message is not changed after it was staged'); END;
  CREATE TRIGGER messages_stay_final BEFORE UPDATE OF state ON messages WHEN old.state IN ('executed', 'refused', 'cancelled')
    BEGIN SELECT RAISE(ABORT, 'there is no exit from a final state'); END;
  -- Only a purge takes a row out, after its entry became a tombstone and the message was final.
  CREATE TRIGGER messages_are_not_deleted BEFORE DELETE ON messages WHEN old.state NOT IN ('executed', 'refused', 'cancelled') OR NOT EXISTS (SELECT 1 FROM entries WHERE entry_number = old.staged_entry AND data = '')
    BEGIN SELECT RAISE(ABORT, 'a message is not deleted'); END;

  -- The record is the payload of its entry; \`record_json\` only of receipts older than that.
  CREATE TABLE receipts (
    receipt_number TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    operation_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    status TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    recorded_entry INTEGER NOT NULL,
    record_json TEXT
  ) STRICT;
  CREATE INDEX receipts_by_operation ON receipts (operation_id);
  CREATE TRIGGER receipts_are_not_changed BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'a receipt is immutable'); END;
  CREATE TRIGGER receipts_are_not_deleted BEFORE DELETE ON receipts WHEN NOT EXISTS (SELECT 1 FROM entries WHERE entry_number = old.recorded_entry AND data = '')
    BEGIN SELECT RAISE(ABORT, 'a receipt is immutable'); END;
  -- \`entry_number\`: of the entry that tells the status; negative for those older than that.
  CREATE TABLE receipt_statuses (
    entry_number INTEGER PRIMARY KEY,
    receipt_number TEXT NOT NULL,
    status TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    host_ref TEXT,
    document_number TEXT,
    provider_ref TEXT
  ) STRICT;
  CREATE INDEX receipt_statuses_by_receipt ON receipt_statuses (receipt_number);

  -- Who each device last said it is.
  CREATE TABLE devices (
    device_id TEXT PRIMARY KEY,
    protocol TEXT NOT NULL,
    model TEXT,
    firmware TEXT,
    serial_number TEXT,
    identified_at_utc_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The newest faults of each device, at most DEVICE_FAULTS_MAX.
  CREATE TABLE device_faults (
    entry_number INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    recovered_at_utc_ms INTEGER
  ) STRICT;
  CREATE INDEX device_faults_by_device ON device_faults (device_id, entry_number);

  CREATE TABLE suspense (
    suspense_id TEXT PRIMARY KEY,
    operation_id TEXT,
    reason TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    reference TEXT,
    opened_at_utc_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    told_message_id TEXT
  ) STRICT;
  CREATE INDEX suspense_by_state ON suspense (state, opened_at_utc_ms);

  -- What the bank decided, as it was worded: the same word again changes nothing. \`result\`: what came of it here.
  CREATE TABLE suspense_decisions (
    decision_id TEXT NOT NULL,
    suspense_id TEXT NOT NULL,
    settled_as TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    authority TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_at_utc_ms INTEGER NOT NULL,
    result TEXT NOT NULL,
    entry_number INTEGER NOT NULL,
    PRIMARY KEY (decision_id, suspense_id, settled_as, amount_minor)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX suspense_decisions_by_item ON suspense_decisions (suspense_id);
  CREATE INDEX suspense_decisions_by_age ON suspense_decisions (entry_number);

  -- The value is the payload of the entry that put it; \`value\` only of facts older than that.
  CREATE TABLE facts (key TEXT PRIMARY KEY, put_entry INTEGER NOT NULL, value TEXT) STRICT, WITHOUT ROWID;

  CREATE TABLE seals (entry_number INTEGER PRIMARY KEY, up_to_entry_number INTEGER NOT NULL) STRICT;
  CREATE TABLE journal_keys (
    purpose TEXT NOT NULL,
    key_id TEXT NOT NULL,
    check_value TEXT,
    certificate TEXT,
    entry_number INTEGER NOT NULL,
    PRIMARY KEY (purpose, key_id)
  ) STRICT, WITHOUT ROWID;

  -- \`m:0012\` last four of what is masked · \`x:…\` blind index of a sealed field · \`r:Q7K-482\` reference of an operation.
  CREATE TABLE search_terms (term TEXT NOT NULL, entry_number INTEGER NOT NULL, PRIMARY KEY (term, entry_number)) STRICT, WITHOUT ROWID;
`;
