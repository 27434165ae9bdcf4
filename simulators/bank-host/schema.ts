import Database from 'better-sqlite3';
import type { Statement } from 'better-sqlite3';

/** The simulated bank's own database; nothing of it is shared with the terminal's journal. */
export type BankDatabase = Database.Database;

/** Bump when a table changes: an older file is refused with the remedy, a simulator migrates nothing. */
const SCHEMA_VERSION = 5;

const SCHEMA = `
CREATE TABLE clients (
  client_id TEXT PRIMARY KEY, given TEXT NOT NULL, surname TEXT NOT NULL, phone TEXT NOT NULL, iin TEXT NOT NULL UNIQUE,
  birth_date TEXT NOT NULL, block_refusal TEXT
) STRICT;
CREATE INDEX clients_phone ON clients (phone);
CREATE TABLE accounts (
  account_ref TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients, position INTEGER NOT NULL, kind TEXT NOT NULL, masked TEXT NOT NULL,
  can_deposit INTEGER NOT NULL, can_withdraw INTEGER NOT NULL, deposit_max_minor INTEGER NOT NULL, debit_refusal TEXT
) STRICT;
-- One row per signed document of a terminal: the duplicate key, what came of it, the answer byte for byte. [host-messages §5.3]
CREATE TABLE documents (
  document_id INTEGER PRIMARY KEY, terminal_id TEXT NOT NULL, message_id TEXT NOT NULL, operation_id TEXT NOT NULL, operation TEXT NOT NULL,
  session_id TEXT, digest TEXT NOT NULL, state TEXT NOT NULL, refusal TEXT, answer_json TEXT NOT NULL, answer_bytes BLOB NOT NULL,
  is_effect INTEGER NOT NULL, business_day TEXT NOT NULL, received_at_utc_ms INTEGER NOT NULL,
  UNIQUE (terminal_id, message_id)
) STRICT;
-- A business effect happens once, whatever the number of documents that ask for it.
CREATE UNIQUE INDEX documents_effect ON documents (terminal_id, operation, operation_id) WHERE is_effect = 1;
CREATE TABLE postings (
  posting_id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, account TEXT NOT NULL, amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  terminal_id TEXT, operation_id TEXT, purpose TEXT NOT NULL, business_day TEXT NOT NULL, at_utc_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX postings_account ON postings (account);
CREATE INDEX postings_operation ON postings (terminal_id, operation_id);
CREATE TABLE holds (
  terminal_id TEXT NOT NULL, message_id TEXT NOT NULL, operation_id TEXT NOT NULL, client_id TEXT NOT NULL, account_ref TEXT NOT NULL REFERENCES accounts,
  amount_minor INTEGER NOT NULL, fee_minor INTEGER NOT NULL, state TEXT NOT NULL, business_day TEXT NOT NULL,
  PRIMARY KEY (terminal_id, message_id)
) STRICT;
-- Reversals are remembered even when their original never came: it may still be on its way. [host-messages §5.2]
CREATE TABLE reversals (terminal_id TEXT NOT NULL, original_message_id TEXT NOT NULL, at_utc_ms INTEGER NOT NULL, PRIMARY KEY (terminal_id, original_message_id)) STRICT;
CREATE TABLE nonces (terminal_id TEXT NOT NULL, nonce TEXT NOT NULL, message_id TEXT NOT NULL, at_utc_ms INTEGER NOT NULL, PRIMARY KEY (terminal_id, nonce)) STRICT;
CREATE TABLE finds (
  find_ref TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, session_id TEXT NOT NULL, phone TEXT NOT NULL, operation TEXT NOT NULL, tries_left INTEGER NOT NULL
) STRICT;
CREATE TABLE find_failures (terminal_id TEXT NOT NULL, at_utc_ms INTEGER NOT NULL) STRICT;
-- The code itself is nowhere in this file: a salted hash only. (R-1.1.18)
CREATE TABLE one_time_codes (
  otp_ref TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, session_id TEXT NOT NULL, client_id TEXT, phone TEXT NOT NULL, operation TEXT NOT NULL,
  salt BLOB NOT NULL, code_hash BLOB NOT NULL, issued_at_utc_ms INTEGER NOT NULL, expires_at_utc_ms INTEGER NOT NULL, tries_left INTEGER NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE INDEX one_time_codes_session ON one_time_codes (terminal_id, session_id);
CREATE TABLE access_blocks (subject TEXT PRIMARY KEY, until_utc_ms INTEGER NOT NULL) STRICT;
CREATE TABLE access_tokens (
  token TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, session_id TEXT NOT NULL, client_id TEXT, phone TEXT NOT NULL, scope_json TEXT NOT NULL, expires_at_utc_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE quotes (
  quote_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, session_id TEXT NOT NULL, operation TEXT NOT NULL, target_json TEXT NOT NULL,
  fee_rule_json TEXT NOT NULL, min_minor INTEGER NOT NULL, max_minor INTEGER NOT NULL, valid_until_utc_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE staff (login TEXT PRIMARY KEY, account_json TEXT NOT NULL) STRICT;
CREATE TABLE device_events (event_id INTEGER PRIMARY KEY, terminal_id TEXT NOT NULL, kind TEXT NOT NULL, device_id TEXT NOT NULL, error_code TEXT NOT NULL, detail TEXT NOT NULL, at_utc_ms INTEGER NOT NULL) STRICT;
-- What each operation of a terminal brought in (+) or took out (−), under the day of its document: what the bank's side of a day's totals is added up from.
CREATE TABLE day_reports (terminal_id TEXT NOT NULL, business_day TEXT NOT NULL, operation TEXT NOT NULL, operation_id TEXT NOT NULL, amount_minor INTEGER NOT NULL) STRICT;
CREATE INDEX day_reports_day ON day_reports (terminal_id, business_day);
CREATE TABLE day_totals (terminal_id TEXT NOT NULL, business_day TEXT NOT NULL, totals_json TEXT NOT NULL, result TEXT NOT NULL, at_utc_ms INTEGER NOT NULL, PRIMARY KEY (terminal_id, business_day)) STRICT;
CREATE TABLE journal_seals (terminal_id TEXT NOT NULL, journal_id TEXT NOT NULL, up_to_entry_number INTEGER NOT NULL, hash TEXT NOT NULL, key_id TEXT NOT NULL, signature TEXT NOT NULL, at_utc_ms INTEGER NOT NULL, is_lost INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (terminal_id, journal_id, up_to_entry_number, hash)) STRICT;
-- Ends of journals that were lost with their medium: seals of them stay as evidence and count no more.
CREATE TABLE journal_losses (terminal_id TEXT NOT NULL, journal_id TEXT NOT NULL, entry_hash TEXT NOT NULL, after_entry_number INTEGER NOT NULL, told_at_utc_ms INTEGER NOT NULL, PRIMARY KEY (terminal_id, journal_id, entry_hash)) STRICT;
CREATE TABLE suspense_items (
  terminal_id TEXT NOT NULL, suspense_id TEXT NOT NULL, kind TEXT NOT NULL, amount_minor INTEGER NOT NULL, operation_id TEXT, operation TEXT, reference TEXT, opened_at_utc_ms INTEGER NOT NULL, evidence TEXT NOT NULL,
  told_at_utc_ms INTEGER NOT NULL, PRIMARY KEY (terminal_id, suspense_id)
) STRICT;
CREATE TABLE suspense_decisions (
  terminal_id TEXT NOT NULL, suspense_id TEXT NOT NULL, decision_id TEXT NOT NULL PRIMARY KEY, settled_as TEXT NOT NULL, amount_minor INTEGER NOT NULL, authority TEXT NOT NULL, reason TEXT NOT NULL, decided_at_utc_ms INTEGER NOT NULL
) STRICT;
-- What people at the terminals ended, once for each item; it may come before the item itself.
CREATE TABLE suspense_settlements (
  terminal_id TEXT NOT NULL, suspense_id TEXT NOT NULL, settled_as TEXT NOT NULL, amount_minor INTEGER NOT NULL, login TEXT NOT NULL, authority TEXT NOT NULL, why TEXT NOT NULL, evidence TEXT NOT NULL, settled_at_utc_ms INTEGER NOT NULL,
  told_at_utc_ms INTEGER NOT NULL, PRIMARY KEY (terminal_id, suspense_id)
) STRICT;
CREATE INDEX suspense_decisions_item ON suspense_decisions (terminal_id, suspense_id);
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`;

/**
 * Opens the bank's file, creating the tables in an empty one.
 *
 * @param path a file, or `:memory:`
 * @returns the database and whether it was empty (then sample data belong in)
 * @throws at start-up, when the file was made by another version of the simulator
 */
export function openBankDatabase(path: string): { readonly database: BankDatabase; readonly isNew: boolean } {
  const database = keepingStatements(new Database(path));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const found = database.pragma('user_version', { simple: true }) as number;
  if (found === SCHEMA_VERSION) return { database, isNew: false };
  if (found !== 0) {
    database.close();
    throw new Error(`bank database ${path}: found schema ${found}, expected ${SCHEMA_VERSION}; delete the file, sample data are made anew`);
  }
  database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  return { database, isNew: true };
}

/** A statement is prepared once for each text, wherever it is asked for. */
function keepingStatements(database: BankDatabase): BankDatabase {
  const known = new Map<string, Statement>();
  const prepare = database.prepare.bind(database);
  const kept = (text: string): Statement => {
    const statement = known.get(text) ?? prepare(text);
    known.set(text, statement);
    return statement;
  };
  return Object.assign(database, { prepare: kept });
}
