import Database from 'better-sqlite3';
import type { Database as Connection } from 'better-sqlite3';
import { BOOK_TABLES, CREATE_BOOKS_SQL, type BookTable } from './books-schema.ts';
import type { Trust } from './distrust.ts';
import { readHead } from './chain-writer.ts';
import { JournalUnreadable } from './journal-unreadable.ts';
import { compareHead, compareKeys, createReplay, isSameCell, type BookDifference, type RebuildOptions } from './rebuild.ts';
import { tableProblem } from './index-check.ts';
import { createPayloadReader } from './reader.ts';

/**
 * `qolma journal rebuild --check` in short steps, beside a core that works: the books are made a second time in a temporary file, the chain's newest entries are followed at the head of each step, so
 * that both sides always stand at the same entry, and then compared a few thousand rows at a time. The first difference ends it.
 */
export interface BooksCheck {
  /** Some ten milliseconds. */
  step(): BooksCheckStep;
  /** The temporary file goes with it. */
  close(): void;
}

export type BooksCheckStep =
  | { readonly kind: 'more' }
  | { readonly kind: 'equal'; readonly entryCount: number }
  | { readonly kind: 'different'; readonly difference: BookDifference }
  /** Nothing is known: the temporary file could not be kept. */
  | { readonly kind: 'givenUp'; readonly detail: string };

const REPLAYED_ENTRIES = 500;
const COMPARED_ROWS = 4000;
/** Of the journal: a table of one so large is read in some tenths of a second. */
const INDICES_BYTES_MAX = 64 * 1024 * 1024;
/** Of the temporary file; a journal whose books are larger is compared with its core stopped. */
const SCRATCH_BYTES_MAX = 2 * 1024 ** 3;

/** What differs ends the trust. @throws nothing: a disk that fails here is met again where it matters */
export function beginBooksCheck(database: Connection, options: RebuildOptions, trust: Pick<Trust, 'note'>): BooksCheck {
  let work: Work | null = null;
  const close = () => {
    work?.scratch.close();
    work = null;
  };
  return {
    close,
    step: () => {
      try {
        // A purge takes out of the chain what the second books were made from: begun anew.
        if (work !== null && newestPurge(database) !== work.purgedAt) close();
        work ??= begin(database, options);
        const step = takeStep(database, work);
        if (step.kind !== 'more') close();
        if (step.kind === 'different') trust.note({ code: 'JNL_BOOKS_DIFFER', detail: differenceText(step.difference) });
        return step;
      } catch (thrown) {
        if (thrown instanceof JournalUnreadable) {
          close();
          trust.note({ code: 'JNL_PAGE_DAMAGED', detail: thrown.error.detail });
          return { kind: 'different', difference: { table: 'entries', key: '', problem: 'different', columns: [] } };
        }
        if (!(thrown instanceof Database.SqliteError)) throw thrown;
        close();
        return { kind: 'givenUp', detail: thrown.code };
      }
    },
  };
}

interface Work {
  readonly scratch: Connection;
  readonly replay: ReturnType<typeof createReplay>;
  readonly purgedAt: number;
  tableIndex: number;
  /** Key of the last row that was compared; null: a table begins. */
  afterKey: readonly unknown[] | null;
}

function begin(database: Connection, options: RebuildOptions): Work {
  const scratch = new Database(''); // a temporary file of SQLite's own, gone when closed
  scratch.pragma('synchronous = OFF');
  scratch.pragma('journal_mode = OFF');
  scratch.exec(CREATE_BOOKS_SQL);
  return { scratch, replay: createReplay({ chain: database, books: scratch, payloadOf: createPayloadReader(database, options), terminalNumber: options.terminalNumber }), purgedAt: newestPurge(database), tableIndex: 0, afterKey: null };
}

function takeStep(database: Connection, work: Work): BooksCheckStep {
  const { scratch, replay } = work;
  let isAtHead = false;
  scratch.transaction(() => void (isAtHead = replay.advance(REPLAYED_ENTRIES)))();
  if (bytesOf(scratch) > SCRATCH_BYTES_MAX) return { kind: 'givenUp', detail: 'the books are too large to be compared beside a core' };
  if (!isAtHead) return { kind: 'more' };
  const [headDifference] = compareHead(readHead(database), replay.head());
  if (headDifference !== undefined) return { kind: 'different', difference: headDifference };
  const table = BOOK_TABLES[work.tableIndex];
  if (table === undefined) return { kind: 'equal', entryCount: replay.head().entryNumber };
  const compared = compareSlice(database, scratch, table, work.afterKey);
  if (compared.difference !== null) return { kind: 'different', difference: compared.difference };
  work.afterKey = compared.upToKey;
  if (compared.upToKey !== null) return { kind: 'more' };
  work.tableIndex += 1;
  // The rows are right; that the indices lead to them is asked where that does not take long.
  const damage = bytesOf(database) <= INDICES_BYTES_MAX ? tableProblem(database, table.name) : null;
  if (damage !== null) throw new JournalUnreadable({ code: 'JNL_PAGE_DAMAGED', detail: `${table.name}: ${damage}` });
  return { kind: 'more' };
}

/** @returns upToKey  null: the table is done */
function compareSlice(kept: Connection, told: Connection, table: BookTable, afterKey: readonly unknown[] | null): { readonly difference: BookDifference | null; readonly upToKey: readonly unknown[] | null } {
  const keys = table.key.join(', ');
  const sql = `SELECT * FROM ${table.name} ${afterKey === null ? '' : `WHERE (${keys}) > (${table.key.map(() => '?').join(', ')})`} ORDER BY ${keys} LIMIT ${COMPARED_ROWS}`;
  const toldStatement = told.prepare(sql);
  const columns = toldStatement.columns().map(({ name }) => name);
  const [keptRows, toldRows] = [kept.prepare(sql).raw().all(...(afterKey ?? [])) as unknown[][], toldStatement.raw().all(...(afterKey ?? [])) as unknown[][]];
  const keyOf = (row: readonly unknown[]) => table.key.map((name) => row[columns.indexOf(name)]);
  for (let index = 0; index < Math.max(keptRows.length, toldRows.length); index += 1) {
    const [left, right] = [keptRows[index], toldRows[index]];
    const order = left === undefined ? 1 : right === undefined ? -1 : compareKeys(keyOf(left), keyOf(right));
    const differing = left !== undefined && right !== undefined && order === 0 ? columns.filter((_, cell) => !isSameCell(left[cell], right[cell])) : [];
    if (order === 0 && differing.length === 0) continue;
    const problem = order < 0 ? 'extra' : order > 0 ? 'missing' : 'different';
    return { difference: { table: table.name, key: keyOf((order > 0 ? right : left) ?? []).map(String).join(' '), problem, columns: differing }, upToKey: null };
  }
  const last = keptRows.length === COMPARED_ROWS ? keptRows.at(-1) : undefined;
  return { difference: null, upToKey: last === undefined ? null : keyOf(last) };
}

/** Where, never what: values may be personal. */
function differenceText({ table, key, problem, columns }: BookDifference): string {
  return `${table}, row ${key}: ${problem}${columns.length === 0 ? '' : ` (${columns.join(', ')})`}`;
}

function newestPurge(database: Connection): number {
  return database.prepare<unknown[], number | null>("SELECT max(entry_number) FROM entries WHERE kind = 'retention.purged'").pluck().get() ?? 0;
}

function bytesOf(scratch: Connection): number {
  return Number(scratch.pragma('page_count', { simple: true })) * Number(scratch.pragma('page_size', { simple: true }));
}
