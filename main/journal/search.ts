import type { Database, Statement } from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { JournalKeys, KeyProblem, Secret } from './protection.ts';
import { indexTerm, maskedTerm, referenceTerm } from './search-terms.ts';

/** What a technician knows of an operation that a customer asks about. All that is given must hold. */
export interface OperationQuery {
  /** First entry of the operation at or after. */
  readonly fromUtcMs?: number;
  /** First entry of the operation before. */
  readonly toUtcMs?: number;
  readonly receiptNumber?: string;
  /** What the customer read beside it, `Q7K-482`: also where there is no receipt. */
  readonly reference?: string;
  /** Last four digits of what was masked: telephone, card, IIN, account. */
  readonly lastFour?: string;
  /** In full; needs the journal's keys. */
  readonly secret?: Secret;
  /** Cash that moved, inclusive; equal for an exact amount. */
  readonly amountMinor?: { readonly min: number; readonly max: number };
  readonly limit: number;
}

export interface FoundOperation {
  readonly operationId: string;
  readonly operation: string | null;
  readonly outcome: string | null;
  readonly amountMinor: number | null;
  readonly isClosed: boolean;
  readonly firstEntryNumber: number;
  readonly atUtcMs: number;
  readonly receiptNumbers: readonly string[];
}

export interface SearchAnswer {
  /** Newest first. */
  readonly operations: readonly FoundOperation[];
  /** False: there may be more than `limit`, or looking ended at SCANNED_MAX: ask more narrowly. */
  readonly isComplete: boolean;
}

export const SEARCH_LIMIT_MAX = 1000;
/** Operations looked at for one question: bounds the time where no index answers all of it. */
const SCANNED_MAX = 20_000;

interface OperationRow {
  readonly operation_id: string;
  readonly operation: string | null;
  readonly outcome: string | null;
  readonly amount_minor: number | null;
  readonly is_closed: number;
  readonly first_entry_number: number;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Looks operations up by indices, newest first, in a time that does not grow with the journal.
 * @error JNL_KEY_MISSING  a number in full was asked for and the journal was opened without keys
 */
export function searchOperations(database: Database, keys: JournalKeys | undefined, query: OperationQuery): Result<SearchAnswer, KeyProblem> {
  assert(query.limit >= 1 && query.limit <= SEARCH_LIMIT_MAX, 'a search has a limit');
  const terms: string[] = [];
  if (query.lastFour !== undefined) terms.push(maskedTerm(query.lastFour));
  if (query.secret !== undefined) {
    const index = keys?.blindIndex(query.secret) ?? null;
    if (index === null) return err({ code: 'JNL_KEY_MISSING', detail: 'a number in full is searched for with the journal’s keys' });
    terms.unshift(whereKnown(database, indexTerm(index), query.secret));
  }
  // One operation's alone: no other term leaves fewer to look at.
  if (query.reference !== undefined) terms.unshift(referenceTerm(query.reference));
  const range = entryRange(database, query);
  const one = database.prepare<unknown[], OperationRow>('SELECT * FROM operations WHERE operation_id = ?');
  const hasTerm = database.prepare('SELECT 1 FROM entries JOIN search_terms USING (entry_number) WHERE operation_id = ? AND term = ? LIMIT 1');
  // Candidates come from the first term already, unless a receipt says more.
  const otherTerms = query.receiptNumber === undefined ? terms.slice(1) : terms;
  const describe = createDescriber(database);
  const found = new Map<string, FoundOperation>();
  const seen = new Set<string>();
  let scannedCount = 0;
  for (const operationId of candidates(database, query, terms, range)) {
    scannedCount += 1;
    if (scannedCount > SCANNED_MAX || found.size === query.limit) return ok({ operations: newestFirst(found), isComplete: false });
    if (seen.has(operationId)) continue;
    seen.add(operationId);
    const row = one.get(operationId);
    if (row === undefined || row.first_entry_number < range.first || row.first_entry_number > range.last || !isOfAmount(row, query)) continue;
    if (!otherTerms.every((term) => hasTerm.get(operationId, term) !== undefined)) continue;
    found.set(operationId, describe(row));
  }
  return ok({ operations: newestFirst(found), isComplete: true });
}

/** A card behind an account is known to the terminal by its last four digits only: then these are looked for. */
function whereKnown(database: Database, term: string, { kind, value }: Secret): string {
  if (kind !== 'card' || database.prepare('SELECT 1 FROM search_terms WHERE term = ? LIMIT 1').get(term) !== undefined) return term;
  return maskedTerm(value.replace(/\D/g, '').slice(-4));
}

/** Ids from the index that says most, perhaps more than once. */
function candidates(database: Database, query: OperationQuery, terms: readonly string[], range: Range): Iterable<string> {
  const pluck = (sql: string) => database.prepare<unknown[], string>(sql).pluck();
  if (query.receiptNumber !== undefined) return pluck('SELECT operation_id FROM receipts WHERE receipt_number = ?').all(query.receiptNumber);
  if (terms[0] !== undefined) {
    // A term may stand in any entry of the operation, so only the beginning of the time bounds it.
    const ofTerm = pluck('SELECT operation_id FROM search_terms CROSS JOIN entries USING (entry_number) WHERE term = ? AND entry_number >= ? AND operation_id IS NOT NULL ORDER BY entry_number DESC LIMIT ?');
    // One by one: of the hundreds that share four digits only so many are looked at as are asked for.
    return ofTerm.iterate(terms[0], range.first, SCANNED_MAX + 1);
  }
  const { amountMinor } = query;
  if (amountMinor !== undefined && amountMinor.min === amountMinor.max) {
    return pluck('SELECT operation_id FROM operations WHERE amount_minor = ? AND amount_minor > 0 AND first_entry_number BETWEEN ? AND ? ORDER BY first_entry_number DESC LIMIT ?').all(amountMinor.min, range.first, range.last, SCANNED_MAX + 1);
  }
  // Page by page: most questions are answered by the first.
  return pages(pluck('SELECT operation_id FROM operations WHERE first_entry_number BETWEEN ? AND ? ORDER BY first_entry_number DESC LIMIT ? OFFSET ?'), range);
}

const PAGE = 1000;

function* pages(statement: Statement<unknown[], string>, range: Range): Generator<string> {
  for (let offset = 0; offset <= SCANNED_MAX; offset += PAGE) {
    const page = statement.all(range.first, range.last, PAGE, offset);
    yield* page;
    if (page.length < PAGE) return;
  }
}

function isOfAmount(row: OperationRow, { amountMinor }: OperationQuery): boolean {
  if (amountMinor === undefined) return true;
  return row.amount_minor !== null && row.amount_minor >= amountMinor.min && row.amount_minor <= amountMinor.max;
}

function createDescriber(database: Database): (row: OperationRow) => FoundOperation {
  const at = database.prepare<unknown[], number>('SELECT at_utc_ms FROM entries WHERE entry_number = ?').pluck();
  const receipts = database.prepare<unknown[], string>('SELECT receipt_number FROM receipts WHERE operation_id = ? ORDER BY recorded_entry').pluck();
  return (row) => ({
    operationId: row.operation_id, operation: row.operation, outcome: row.outcome, amountMinor: row.amount_minor, isClosed: row.is_closed === 1,
    firstEntryNumber: row.first_entry_number, atUtcMs: at.get(row.first_entry_number) ?? 0, receiptNumbers: receipts.all(row.operation_id),
  });
}

function newestFirst(found: ReadonlyMap<string, FoundOperation>): readonly FoundOperation[] {
  return [...found.values()].sort((left, right) => right.firstEntryNumber - left.firstEntryNumber);
}

/** Time never goes back in the journal, so times are found by halving the chain: no index, some twenty-five looks. */
function entryRange(database: Database, { fromUtcMs, toUtcMs }: Pick<OperationQuery, 'fromUtcMs' | 'toUtcMs'>): Range {
  const last = database.prepare<unknown[], number>('SELECT entry_number FROM head').pluck().get() ?? 0;
  const at = database.prepare<unknown[], number>('SELECT at_utc_ms FROM entries WHERE entry_number = ?').pluck();
  const firstAtOrAfter = (utcMs: number) => {
    let [low, high] = [1, last + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((at.get(middle) ?? Number.MAX_SAFE_INTEGER) < utcMs) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { first: fromUtcMs === undefined ? 1 : firstAtOrAfter(fromUtcMs), last: toUtcMs === undefined ? last : firstAtOrAfter(toUtcMs) - 1 };
}
