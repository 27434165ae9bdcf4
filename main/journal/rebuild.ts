import Database from 'better-sqlite3';
import type { Database as Connection } from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import { BOOK_TABLES, BOOKS_FORM, CREATE_BOOKS_SQL, DROP_BOOKS_SQL, type BookTable } from './books-schema.ts';
import { Books } from './books.ts';
import { keepCarriedBooks } from './carry-first-books.ts';
import { readHead, type Head } from './chain-writer.ts';
import { countersAfter, countersPastTombstone } from './counters.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import { JournalUnreadable } from './journal-unreadable.ts';
import { createPayloadReader, type ReaderOptions } from './reader.ts';
import { readData, type PayloadOf } from './rows.ts';

/** The chain is the law, the books are its consequence: made again from it, or compared with what it says. */

export interface BookDifference {
  readonly table: string;
  /** Values of the table's key, as text. */
  readonly key: string;
  readonly problem: 'missing' | 'extra' | 'different';
  /** Columns that differ; never their values, which may be personal. */
  readonly columns: readonly string[];
}

export interface RebuildOptions extends ReaderOptions {
  readonly terminalNumber: string;
}

const PAGE_ENTRY_COUNT = 2000;
const DIFFERENCES_MAX = 20;

interface ReplayRow {
  readonly entry_number: number;
  readonly kind: string;
  readonly version: number;
  readonly at_utc_ms: number;
  readonly session_id: string | null;
  readonly operation_id: string | null;
  readonly data: string;
  readonly has_payload: number;
  readonly hash: Uint8Array;
}

/** Drops all books and makes them from the chain, in one transaction. The chain itself is not touched. */
export function rebuildBooks(database: Connection, options: RebuildOptions): Head {
  const rebuild = database.transaction((): Head => {
    database.exec(DROP_BOOKS_SQL + CREATE_BOOKS_SQL);
    const head = replayChain({ chain: database, books: database, payloadOf: createPayloadReader(database, options), terminalNumber: options.terminalNumber });
    database.prepare('UPDATE head SET entry_number = ?, hash = ?, at_utc_ms = ?, receipt_count = ?, reference_count = ?, seq = ? WHERE id = 1').run(head.entryNumber, Buffer.from(head.hash, 'hex'), head.atUtcMs, head.receiptCount, head.referenceCount, head.seq);
    database.prepare('UPDATE books_form SET form = ? WHERE id = 1').run(BOOKS_FORM);
    return head;
  });
  return rebuild.immediate();
}

/**
 * Makes the books a second time, aside, and compares them row by row, cell by cell. Writes nothing to the journal.
 * @returns  the first differences, at most 20; empty: equal bit for bit
 */
export function compareBooks(database: Connection, options: RebuildOptions): readonly BookDifference[] {
  const scratch = new Database(''); // a temporary file of SQLite's own, gone when closed
  try {
    scratch.pragma('synchronous = OFF');
    scratch.pragma('journal_mode = OFF');
    scratch.exec(CREATE_BOOKS_SQL);
    const head = replayChain({ chain: database, books: scratch, payloadOf: createPayloadReader(database, options), terminalNumber: options.terminalNumber });
    const differences = compareHead(readHead(database), head);
    for (const table of BOOK_TABLES) {
      if (differences.length >= DIFFERENCES_MAX) break;
      differences.push(...compareTable(database, scratch, table, DIFFERENCES_MAX - differences.length));
    }
    return differences;
  } finally {
    scratch.close();
  }
}

function replayChain(parts: ReplayParts): Head {
  const replay = createReplay(parts);
  const inOne = parts.books.inTransaction ? (work: () => void) => work() : (work: () => void) => parts.books.transaction(work)();
  inOne(() => {
    while (!replay.advance(PAGE_ENTRY_COUNT));
  });
  return replay.head();
}

export interface ReplayParts {
  readonly chain: Connection;
  readonly books: Connection;
  readonly payloadOf: PayloadOf;
  readonly terminalNumber: string;
}

/** Makes books from a chain, as far as it is asked to. */
export function createReplay({ chain, books, payloadOf, terminalNumber }: ReplayParts): { /** @returns true: there are no further entries now */ advance(entryCountMax: number): boolean; head(): Head } {
  const keeper = new Books(books);
  const page = chain.prepare<unknown[], ReplayRow>(
    'SELECT entry_number, kind, version, at_utc_ms, session_id, operation_id, data, payload_sha256 IS NOT NULL AS has_payload, hash FROM entries WHERE entry_number > ? ORDER BY entry_number LIMIT ?',
  );
  let head: Head = { entryNumber: 0, hash: GENESIS_HASH.toString('hex'), atUtcMs: 0, receiptCount: 0, referenceCount: 0, seq: 0 };
  return {
    head: () => head,
    advance: (entryCountMax) => {
      const rows = page.all(head.entryNumber, entryCountMax);
      for (const row of rows) head = replayed(row, head);
      return rows.length < entryCountMax;
    },
  };

  /** @throws JournalUnreadable  an entry that no journal writes: not of its kind's shape, a number twice, a move that is none */
  function replayed(row: ReplayRow, before: Head): Head {
    try {
      return replayEntry(row, before);
    } catch (thrown) {
      if (thrown instanceof JournalUnreadable || (thrown instanceof Database.SqliteError && !thrown.code.startsWith('SQLITE_CONSTRAINT'))) throw thrown;
      throw new JournalUnreadable({ code: 'JNL_CORRUPT', detail: `entry ${row.entry_number}: no journal writes such an entry (${thrown instanceof Error ? thrown.name : ''})` });
    }
  }

  function replayEntry(row: ReplayRow, before: Head): Head {
    const after = { ...before, entryNumber: row.entry_number, hash: Buffer.from(row.hash).toString('hex'), atUtcMs: row.at_utc_ms };
    if (row.data === '') return countersPastTombstone(after, row);
    const { kind, data, sealed } = readData(row.kind, row.version, row.data);
    const indices = Object.values(sealed ?? {}).flatMap((field) => field.index ?? []);
    keeper.keep({ entryNumber: row.entry_number, kind, data, atUtcMs: row.at_utc_ms, sessionId: row.session_id, operationId: row.operation_id, indices, hasPayload: row.has_payload === 1 });
    if (kind === 'books.carried') keepCarriedBooks(books, payloadOf(row.entry_number), row.entry_number);
    return countersAfter(after, { kind, data }, terminalNumber);
  }
}

export function compareHead(kept: Head | undefined, told: Head): BookDifference[] {
  if (kept === undefined) return [{ table: 'head', key: '1', problem: 'missing', columns: [] }];
  const columns = (Object.keys(told) as (keyof Head)[]).filter((column) => kept[column] !== told[column]);
  return columns.length === 0 ? [] : [{ table: 'head', key: '1', problem: 'different', columns }];
}

/** Both sides in the order of the key, in step; no more than one row of each in memory. */
function compareTable(kept: Connection, told: Connection, table: BookTable, differencesMax: number): readonly BookDifference[] {
  const sql = `SELECT * FROM ${table.name} ORDER BY ${table.key.join(', ')}`;
  const [keptStatement, toldStatement] = [kept.prepare(sql), told.prepare(sql)];
  const columns = toldStatement.columns().map(({ name }) => name);
  assert(keptStatement.columns().map(({ name }) => name).join() === columns.join(), 'the books have the form that this version knows');
  const keyIndices = table.key.map((name) => columns.indexOf(name));
  const keyOf = (row: readonly unknown[]) => keyIndices.map((index) => row[index]);
  const [keptRows, toldRows] = [keptStatement.raw().iterate() as IterableIterator<unknown[]>, toldStatement.raw().iterate() as IterableIterator<unknown[]>];
  const differences: BookDifference[] = [];
  const add = (row: readonly unknown[], problem: BookDifference['problem'], differing: readonly string[]) => differences.push({ table: table.name, key: keyOf(row).map(String).join(' '), problem, columns: differing });
  try {
    let [left, right] = [keptRows.next(), toldRows.next()];
    while ((left.done !== true || right.done !== true) && differences.length < differencesMax) {
      const order = left.done === true ? 1 : right.done === true ? -1 : compareKeys(keyOf(left.value), keyOf(right.value));
      if (order < 0) add(left.value as unknown[], 'extra', []);
      else if (order > 0) add(right.value as unknown[], 'missing', []);
      else {
        const [keptRow, toldRow] = [left.value as unknown[], right.value as unknown[]];
        const differing = columns.filter((_, index) => !isSameCell(keptRow[index], toldRow[index]));
        if (differing.length > 0) add(keptRow, 'different', differing);
      }
      if (order <= 0) left = keptRows.next();
      if (order >= 0) right = toldRows.next();
    }
  } finally {
    keptRows.return?.();
    toldRows.return?.();
  }
  return differences;
}

/** SQLite's order: BINARY, that is by the bytes of UTF-8. */
export function compareKeys(left: readonly unknown[], right: readonly unknown[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    const order = typeof value === 'number' && typeof other === 'number' ? value - other : Buffer.compare(Buffer.from(String(value)), Buffer.from(String(other)));
    if (order !== 0) return order;
  }
  return 0;
}

export function isSameCell(left: unknown, right: unknown): boolean {
  return left instanceof Uint8Array && right instanceof Uint8Array ? Buffer.compare(left, right) === 0 : left === right;
}
