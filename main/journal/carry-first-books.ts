import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { assert } from '../foundation/assert.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import { ChainWriter, readHead, type Head } from './chain-writer.ts';
import { entry } from './journal.ts';
import type { JournalKeys } from './protection.ts';
import { TimeStamper } from './time-stamp.ts';

/**
 * A journal of the first form kept facts, message bytes and receipt records in its tables only. When it is first opened by this software they are
 * put into the chain, whole, as the payload of one entry `books.carried`; the books begin from there.
 */

/** Statuses refer to receipts: dropped in this order. */
export const FIRST_TABLES = ['cash_units', 'messages', 'receipt_statuses', 'receipts', 'suspense', 'facts'] as const;

const cell = z.union([z.string(), z.number(), z.null(), z.strictObject({ base64: z.string() })]);
const carried = z.record(z.enum(FIRST_TABLES), z.array(z.record(z.string(), cell)));

export interface CarryOptions {
  readonly journalId: string;
  readonly keys?: JournalKeys | undefined;
  readonly bootId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Inside a transaction that the caller holds, before the books are made. Does nothing for a journal that began with this form. */
export function carryFirstBooks(database: Database, options: CarryOptions): void {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'first_messages'").get() === undefined) return;
  const head = readHead(database);
  assert(head !== undefined, 'a checked journal has a head');
  if (head.entryNumber > 0) appendCarried(database, head, options);
  for (const table of FIRST_TABLES) database.exec(`DROP TABLE first_${table}`);
}

function appendCarried(database: Database, head: Head, { journalId, keys, bootId, clock, log }: CarryOptions): void {
  const tables = FIRST_TABLES.map((table) => [table, database.prepare(`SELECT * FROM first_${table} ORDER BY 1, 2`).all().map((row) => rowToJson(row as Record<string, unknown>))]);
  const payload = Buffer.from(JSON.stringify(Object.fromEntries(tables)), 'utf8');
  const stamper = new TimeStamper(clock, head.atUtcMs);
  const chain = new ChainWriter(database, { bootId, stamper, books: { keep: () => {} }, journalId, keys, log });
  const { receiptCount, referenceCount, seq } = head;
  const { head: after } = chain.append(head, entry('books.carried', { schema: 1, receiptCount, referenceCount, seq }), stamper.commitMs(), payload);
  database.prepare('UPDATE head SET entry_number = ?, hash = ?, at_utc_ms = ? WHERE id = 1').run(after.entryNumber, Buffer.from(after.hash, 'hex'), after.atUtcMs);
}

/**
 * Puts what was carried into the books, in place of what the entries before told of it.
 * @param payload      of `books.carried`, opened
 * @param entryNumber  of that entry
 */
export function keepCarriedBooks(database: Database, payload: Uint8Array, entryNumber: number): void {
  const tables = carried.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  database.exec('DELETE FROM cash_units; DELETE FROM receipt_statuses;');
  const more: { readonly [Table in (typeof FIRST_TABLES)[number]]: Readonly<Record<string, number>> } = {
    cash_units: { changed_entry: entryNumber }, messages: { staged_entry: entryNumber }, receipts: { recorded_entry: entryNumber }, receipt_statuses: {}, suspense: {}, facts: { put_entry: entryNumber },
  };
  for (const table of FIRST_TABLES) {
    for (const row of tables[table]) {
      const { status_number: statusNumber, ...cells } = { ...row, ...more[table] };
      // Older than any entry that tells a status, in their order.
      if (statusNumber !== undefined) cells['entry_number'] = Number(statusNumber) - 1_000_000_000_000;
      const names = Object.keys(cells);
      database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`).run(...names.map((name) => cellToValue(cells[name]!)));
    }
  }
}

function rowToJson(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value]));
}

function cellToValue(value: z.infer<typeof cell>): string | number | null | Buffer {
  return typeof value === 'object' && value !== null ? Buffer.from(value.base64, 'base64') : value;
}
