import type { Database, Statement } from 'better-sqlite3';
import { indexTerm, maskedTerm, referenceTerm } from './search-terms.ts';

/** A deposit as the books know it when all is over. */
export interface BenchDeposit {
  /** Also the number of its message and of the notes in the box so far. */
  readonly operationNumber: number;
  readonly operationId: string;
  readonly sessionId: string;
  readonly amountMinor: number;
  readonly receiptNumber: string;
  readonly reference: string;
  /** Entry numbers. */
  readonly first: number;
  readonly counted: number;
  readonly recorded: number;
  readonly closed: number;
  readonly receiptAtUtcMs: number;
  readonly staged: number;
  readonly stagedAtUtcMs: number;
}

/**
 * The books of an invented history (`bench-history.ts`), each row written once and in its last state, indices made at the end: millions of rows in
 * minutes. What `books.ts` would have made of the same chain, which a test holds.
 */
export class BenchBooks {
  readonly #database: Database;
  readonly #operation: Statement;
  readonly #message: Statement;
  readonly #receipt: Statement;
  readonly #term: Statement;
  readonly #sealed: Statement;
  readonly #indices: readonly string[];
  #last: BenchDeposit | undefined;

  constructor(database: Database) {
    this.#database = database;
    const indices = database.prepare<unknown[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name <> 'entries'").all();
    for (const { name } of indices) database.exec(`DROP INDEX ${name}`);
    this.#indices = indices.map(({ sql }) => sql);
    database.exec('CREATE TEMP TABLE unsorted_terms (term TEXT NOT NULL, entry_number INTEGER NOT NULL) STRICT');
    this.#operation = database.prepare("INSERT INTO operations (operation_id, first_entry_number, is_closed, operation, outcome, amount_minor) VALUES (?, ?, 1, 'op-01', 'completed', ?)");
    this.#message = database.prepare(
      `INSERT INTO messages (seq, message_id, operation, lane, operation_id, session_id, state, digest, created_at_utc_ms, attempt_count, not_before_utc_ms, staged_entry)
       VALUES (?, ?, 'cash.deposit', 'mustDeliver', ?, ?, 'executed', 'd', ?, 1, 0, ?)`,
    );
    this.#receipt = database.prepare("INSERT INTO receipts (receipt_number, reference, operation_id, operation, status, at_utc_ms, recorded_entry) VALUES (?, ?, ?, 'op-01', 'accepted', ?, ?)");
    this.#term = database.prepare('INSERT INTO unsorted_terms VALUES (?, ?)');
    this.#sealed = database.prepare('INSERT INTO seals (entry_number, up_to_entry_number) VALUES (?, ?)');
  }

  key({ keyId, certificate, entryNumber }: { readonly keyId: string; readonly certificate: string; readonly entryNumber: number }): void {
    this.#database.prepare("INSERT INTO journal_keys (purpose, key_id, check_value, certificate, entry_number) VALUES ('seal', ?, NULL, ?, ?)").run(keyId, certificate, entryNumber);
  }

  terms(entryNumber: number, { index, phone }: { readonly index: string; readonly phone: string }): void {
    this.#term.run(indexTerm(index), entryNumber);
    this.#term.run(maskedTerm(phone.slice(-4)), entryNumber);
  }

  seal(entryNumber: number, upToEntryNumber: number): void {
    this.#sealed.run(entryNumber, upToEntryNumber);
  }

  deposit(deposit: BenchDeposit): void {
    const { operationNumber, operationId, sessionId, amountMinor, receiptNumber, reference, first, recorded, closed, receiptAtUtcMs, staged, stagedAtUtcMs } = deposit;
    this.#operation.run(operationId, first, amountMinor);
    this.#message.run(operationNumber, operationId, operationId, sessionId, stagedAtUtcMs, staged);
    this.#receipt.run(receiptNumber, reference, operationId, receiptAtUtcMs, recorded);
    for (const entryNumber of [recorded, closed]) this.#term.run(referenceTerm(reference), entryNumber);
    this.#last = deposit;
  }

  /** What is one row, and what is quicker in order. */
  end({ unitId, denominationMinor }: { readonly unitId: string; readonly denominationMinor: number }): void {
    const last = this.#last;
    if (last !== undefined) this.#database.prepare('INSERT INTO cash_units (unit_id, denomination_minor, note_count, changed_entry) VALUES (?, ?, ?, ?)').run(unitId, denominationMinor, last.operationNumber, last.counted);
    this.#database.exec('INSERT INTO search_terms SELECT term, entry_number FROM unsorted_terms ORDER BY term, entry_number; DROP TABLE unsorted_terms');
    for (const sql of this.#indices) this.#database.exec(sql);
  }
}
