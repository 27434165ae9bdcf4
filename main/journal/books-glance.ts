import type { Database } from 'better-sqlite3';
import type { EntryData } from './entry-kinds.ts';
import type { JournalError } from './journal.ts';

/**
 * The books as far as the newest entries tell them: what is in the cash units, in the queue and in doubt. A start has no time to make all books again, and must not serve a customer
 * by a count that somebody changed while the core was stopped; the whole comparison (`books-check.ts`) follows when nobody is served.
 */
const KINDS = ['counts.changed', 'message.staged', 'message.moved', 'suspense.recorded', 'suspense.settled'] as const;

interface GlanceRow {
  readonly kind: (typeof KINDS)[number];
  readonly data: string;
}

/** @error JNL_BOOKS_DIFFER  where, never what */
export function booksGlanceProblem(database: Database, { afterEntryNumber }: { readonly afterEntryNumber: number }): JournalError | undefined {
  const counts = new Map<string, number>();
  const states = new Map<string, string>();
  const doubts = new Map<string, string>();
  const rows = database.prepare<unknown[], GlanceRow>(`SELECT kind, data FROM entries WHERE entry_number > ? AND +kind IN (${KINDS.map((kind) => `'${kind}'`).join(', ')}) AND data <> '' AND version > 0 ORDER BY entry_number`);
  for (const { kind, data } of rows.iterate(afterEntryNumber)) {
    if (kind === 'counts.changed') for (const unit of dataOf(kind, data).units) counts.set(JSON.stringify([unit.unitId, unit.denominationMinor]), unit.noteCount);
    else if (kind === 'message.staged') states.set(dataOf(kind, data).messageId, dataOf(kind, data).state ?? '');
    else if (kind === 'message.moved') states.set(dataOf(kind, data).messageId, dataOf(kind, data).to);
    else if (kind === 'suspense.recorded') doubts.set(dataOf(kind, data).suspenseId, 'open');
    else if (doubts.get(dataOf(kind, data).suspenseId) === 'open') doubts.set(dataOf(kind, data).suspenseId, dataOf(kind, data).to);
  }
  const one = <T>(sql: string, ...keys: readonly unknown[]) => database.prepare<unknown[], T>(sql).pluck().get(...keys);
  // A head of years ahead would hold all later stamps there.
  if (one<number>('SELECT 1 FROM head JOIN entries USING (entry_number) WHERE head.at_utc_ms <> entries.at_utc_ms') !== undefined) return differs('head', '1');
  for (const [key, noteCount] of counts) {
    const [unitId, denominationMinor] = JSON.parse(key) as [string, number];
    if (one<number>('SELECT note_count FROM cash_units WHERE unit_id = ? AND denomination_minor = ?', unitId, denominationMinor) !== noteCount) return differs('cash_units', `${unitId} ${denominationMinor}`);
  }
  // What was purged since is in no book; a staged one of the first form (no state) comes with `books.carried`.
  for (const [messageId, state] of states) {
    if (state !== '' && one<string>('SELECT state FROM messages WHERE message_id = ?', messageId) !== state) return differs('messages', messageId);
  }
  for (const [suspenseId, state] of doubts) {
    if (one<string>('SELECT state FROM suspense WHERE suspense_id = ?', suspenseId) !== state) return differs('suspense', suspenseId);
  }
  return undefined;
}

/** The chain of these entries was walked: they are as they were written. */
function dataOf<Kind extends GlanceRow['kind']>(_kind: Kind, data: string): EntryData<Kind> {
  return JSON.parse(data) as EntryData<Kind>;
}

function differs(table: string, key: string): JournalError {
  return { code: 'JNL_BOOKS_DIFFER', detail: `${table}, row ${key}: different` };
}
