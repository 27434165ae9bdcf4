import type { Database, Statement } from 'better-sqlite3';
import { QUEUED_LANES, type HostLane } from '../contracts/host-operations.ts';
import { FINAL_MESSAGE_STATES } from '../contracts/message-state.ts';
import { retentionClass, type RetentionClassId } from './retention-classes.ts';
import type { RetentionPolicy } from './retention-policy.ts';

/** What one step of a purge may take. */
export interface FoundPurge {
  /** Rising; an operation's money entries are all here or none. */
  readonly entryNumbers: readonly number[];
  /** Old enough and kept all the same: of something that is not settled, or still in force. */
  readonly keptCount: number;
  /** Looked through up to this entry. */
  readonly upToEntryNumber: number;
  readonly isEnd: boolean;
}

interface CandidateRow {
  readonly entry_number: number;
  readonly kind: string;
  readonly version: number;
  readonly session_id: string | null;
  readonly operation_id: string | null;
}

const DAY_MS = 86_400_000;
/** Candidates of one step: a few tens of milliseconds, in which no customer waits. */
const STEP_ENTRY_COUNT = 1000;
/** The bank's day is believed to be over by then: a wall clock that jumped years ahead purges nothing. */
const AFTER_BUSINESS_DAY_MS = 3 * DAY_MS;

/**
 * Finds what a policy no longer keeps, oldest first. Never found: what belongs to an open operation, an open suspense item or a message that is not final;
 * the newest entry of a kind that no operation owns; counts and facts in force; the newest faults of each device, and what ended them; anything of the first form; and anything after `upToEntryNumber`.
 */
export class PurgeSearch {
  readonly #policy: RetentionPolicy;
  readonly #nowUtcMs: number;
  readonly #upToEntryNumber: number;
  readonly #unsettledOperations: ReadonlySet<string>;
  /** Of the settled ones those that the books still have a message of, as which it stays: a question that nobody answered. Its money stays; what it asked and whom it asked about does not. */
  readonly #unansweredOperations: ReadonlySet<string>;
  readonly #unsettledSessions: ReadonlySet<string>;
  readonly #candidates: Statement<unknown[], CandidateRow>;
  readonly #moneyOf: Statement<unknown[], CandidateRow>;
  readonly #ofOperation: Statement<unknown[], { readonly newest_utc_ms: number; readonly oldest_form: number; readonly newest_entry: number }>;
  readonly #newestOfKind: Statement<unknown[], number>;
  readonly #isCountInForce: Statement<unknown[], number>;
  readonly #isFactInForce: Statement<unknown[], number>;
  readonly #isFaultInBook: Statement<unknown[], number>;
  readonly #endsFaultInBook: Statement<unknown[], number>;

  /** @param options.nowUtcMs  of the wall clock; not believed beyond the bank's newest business day */
  constructor(database: Database, options: { readonly policy: RetentionPolicy; readonly nowUtcMs: number; readonly upToEntryNumber: number }) {
    this.#policy = options.policy;
    this.#nowUtcMs = Math.min(options.nowUtcMs, bankTimeMax(database));
    this.#upToEntryNumber = options.upToEntryNumber;
    this.#unsettledOperations = new Set(unsettledOperations(database));
    this.#unansweredOperations = new Set(operationsWithOpenMessage(database, ['online']));
    const sessionsOf = database.prepare<unknown[], string>('SELECT DISTINCT session_id FROM entries WHERE operation_id = ? AND session_id IS NOT NULL').pluck();
    this.#unsettledSessions = new Set([...this.#unsettledOperations].flatMap((operationId) => sessionsOf.all(operationId)));
    const columns = 'entry_number, kind, version, session_id, operation_id';
    this.#candidates = database.prepare(
      `SELECT ${columns} FROM entries WHERE entry_number > ? AND entry_number <= ? AND at_utc_ms < ? AND kind IN (SELECT value FROM json_each(?)) AND data <> '' AND (? = 'data' OR payload IS NOT NULL) ORDER BY entry_number LIMIT ?`,
    );
    this.#moneyOf = database.prepare(`SELECT ${columns} FROM entries WHERE operation_id = ? AND kind IN (SELECT value FROM json_each(?)) AND data <> '' ORDER BY entry_number`);
    this.#ofOperation = database.prepare('SELECT max(at_utc_ms) AS newest_utc_ms, min(version) AS oldest_form, max(entry_number) AS newest_entry FROM entries WHERE operation_id = ?');
    this.#newestOfKind = database.prepare<unknown[], number>('SELECT max(entry_number) FROM entries WHERE kind = ?').pluck();
    this.#isCountInForce = database.prepare<unknown[], number>('SELECT 1 FROM cash_units WHERE changed_entry = ?').pluck();
    this.#isFactInForce = database.prepare<unknown[], number>('SELECT 1 FROM facts WHERE put_entry = ?').pluck();
    this.#isFaultInBook = database.prepare<unknown[], number>('SELECT 1 FROM device_faults WHERE entry_number = ?').pluck();
    // No two entries of a journal have the same time.
    this.#endsFaultInBook = database.prepare<unknown[], number>('SELECT 1 FROM device_faults WHERE recovered_at_utc_ms = (SELECT at_utc_ms FROM entries WHERE entry_number = ?)').pluck();
  }

  /** Classes of the policy. `money` last: it takes with it what the classes before it name by operation. */
  classIds(): readonly RetentionClassId[] {
    return (['messages', 'receipts', 'personal', 'facts', 'course', 'money'] as const).filter((classId) => this.#policy.classes[classId] !== undefined);
  }

  find(classId: RetentionClassId, afterEntryNumber: number): FoundPurge {
    const { content, kinds } = retentionClass(classId);
    const beforeUtcMs = this.#nowUtcMs - (this.#policy.classes[classId]?.keepDays ?? Number.MAX_SAFE_INTEGER / DAY_MS) * DAY_MS;
    const rows = this.#candidates.all(afterEntryNumber, this.#upToEntryNumber, beforeUtcMs, JSON.stringify(kinds), content, STEP_ENTRY_COUNT);
    const taken = new Set<number>();
    const looked = new Set<string>();
    let keptCount = 0;
    for (const row of rows) {
      if (taken.has(row.entry_number)) continue;
      if (classId === 'money' && row.operation_id !== null) {
        if (looked.has(row.operation_id)) continue;
        looked.add(row.operation_id);
        const own = this.#moneyOf.all(row.operation_id, JSON.stringify(kinds));
        const isOver = this.#isOperationOver(row.operation_id, beforeUtcMs);
        for (const one of own) {
          if (isOver && !this.#isInForce(one)) taken.add(one.entry_number);
          else keptCount += 1;
        }
      } else if (this.#isKept(row)) keptCount += 1;
      else taken.add(row.entry_number);
    }
    return { entryNumbers: [...taken].sort((left, right) => left - right), keptCount, upToEntryNumber: rows.at(-1)?.entry_number ?? this.#upToEntryNumber, isEnd: rows.length < STEP_ENTRY_COUNT };
  }

  #isKept(row: CandidateRow): boolean {
    if (row.version === 0 || this.#isInForce(row)) return true;
    if (row.operation_id !== null) return this.#unsettledOperations.has(row.operation_id);
    return (row.session_id !== null && this.#unsettledSessions.has(row.session_id)) || this.#newestOfKind.get(row.kind) === row.entry_number;
  }

  /** A book is made of it today: without it the book made from the chain would be another one. */
  #isInForce({ kind, entry_number: entryNumber }: CandidateRow): boolean {
    const inBook = { 'counts.changed': this.#isCountInForce, 'fact.put': this.#isFactInForce, 'device.faulted': this.#isFaultInBook, 'device.recovered': this.#endsFaultInBook }[kind];
    return inBook?.get(entryNumber) !== undefined;
  }

  #isOperationOver(operationId: string, beforeUtcMs: number): boolean {
    if (this.#unsettledOperations.has(operationId) || this.#unansweredOperations.has(operationId)) return false;
    const of = this.#ofOperation.get(operationId);
    return of !== undefined && of.newest_utc_ms < beforeUtcMs && of.oldest_form > 0 && of.newest_entry <= this.#upToEntryNumber;
  }
}

/** Operations that are open, of which something is in suspense, or which have a queued message without a final answer. Money that was asked for online is ended by a queued one. */
function unsettledOperations(database: Database): readonly string[] {
  const open = database.prepare<unknown[], string>("SELECT operation_id FROM operations WHERE is_closed = 0 UNION SELECT operation_id FROM suspense WHERE state = 'open' AND operation_id IS NOT NULL").pluck().all();
  return [...open, ...operationsWithOpenMessage(database, QUEUED_LANES)];
}

function operationsWithOpenMessage(database: Database, lanes: readonly HostLane[]): readonly string[] {
  return database
    .prepare<unknown[], string>('SELECT DISTINCT operation_id FROM messages WHERE state NOT IN (SELECT value FROM json_each(?)) AND lane IN (SELECT value FROM json_each(?))')
    .pluck()
    .all(JSON.stringify(FINAL_MESSAGE_STATES), JSON.stringify(lanes));
}

/** @returns 0 where the bank has never named a day: then nothing is old */
function bankTimeMax(database: Database): number {
  const newest = database.prepare<unknown[], string>("SELECT json_extract(data, '$.day') FROM entries WHERE kind = 'businessDay.began' AND data <> '' ORDER BY entry_number DESC LIMIT 1").pluck().get();
  const utcMs = newest === undefined ? Number.NaN : Date.parse(newest);
  return Number.isNaN(utcMs) ? 0 : utcMs + AFTER_BUSINESS_DAY_MS;
}
