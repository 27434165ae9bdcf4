import type { Migration } from './migrate.ts';

/**
 * Entries get versions and payloads, and every other table becomes a book that is made from them (`books-schema.ts`). What an older journal has
 * in its tables and not in its chain waits under `first_…` until `carry-first-books.ts` has put it into the chain.
 */
export const journalIsLaw: Migration = {
  version: 2,
  name: '0002-journal-is-law',
  sql: `
    -- 0: written in the first form of the chain (hash-chain.ts FIRST_FORM).
    ALTER TABLE entries ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    -- Set only where the data were purged; the tombstone keeps their hash.
    ALTER TABLE entries ADD COLUMN data_sha256 BLOB;
    ALTER TABLE entries ADD COLUMN payload_sha256 BLOB;
    -- Last, so that the chain is walked without reading it. Encrypted; NULL where there is none or it was purged.
    ALTER TABLE entries ADD COLUMN payload BLOB;

    -- Append-only but for one thing: data and payload may give way to a tombstone, never come back, never change.
    DROP TRIGGER entries_are_not_changed;
    CREATE TRIGGER entries_are_not_changed BEFORE UPDATE OF entry_number, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, hash, version, payload_sha256 ON entries
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER entries_become_tombstones_only BEFORE UPDATE OF data, data_sha256, payload ON entries
      WHEN new.payload IS NOT NULL OR NOT ((new.data = '' AND length(new.data_sha256) = 32 AND old.version > 0) OR (new.data = old.data AND new.data_sha256 IS old.data_sha256))
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

    DROP TABLE operations;
    DROP TRIGGER messages_keep_what_was_signed;
    DROP TRIGGER messages_stay_final;
    DROP TRIGGER messages_are_not_deleted;
    DROP TRIGGER receipts_are_not_changed;
    DROP TRIGGER receipts_are_not_deleted;
    DROP INDEX messages_by_state;
    DROP INDEX messages_by_operation;
    DROP INDEX receipts_by_operation;
    DROP INDEX receipt_statuses_by_receipt;
    DROP INDEX suspense_by_state;
    ALTER TABLE cash_units RENAME TO first_cash_units;
    ALTER TABLE messages RENAME TO first_messages;
    ALTER TABLE receipts RENAME TO first_receipts;
    ALTER TABLE receipt_statuses RENAME TO first_receipt_statuses;
    ALTER TABLE suspense RENAME TO first_suspense;
    ALTER TABLE facts RENAME TO first_facts;

    -- Which form of the books (books-schema.ts) the file has; 0: none yet, they are made when the journal is opened.
    CREATE TABLE books_form (id INTEGER PRIMARY KEY CHECK (id = 1), form INTEGER NOT NULL) STRICT;
    INSERT INTO books_form VALUES (1, 0);
  `,
};
