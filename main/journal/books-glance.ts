import type { Database } from 'better-sqlite3';
import type { EntryData } from './entry-kinds.ts';
import type { JournalError } from './journal.ts';

/**
 * The books as far as the newest entries tell them: what is in the cash units, in the queue and in doubt, and which fact stands. A start has no time to make all books again, and must not serve a customer
 * by a count, pay a claim by a sum or leave a report unsent by a lane that somebody, or a worn disk, changed while the core was stopped; the whole comparison (`books-check.ts`) follows when nobody is served.
 */
const KINDS = ['counts.changed', 'message.staged', 'message.moved', 'suspense.recorded', 'suspense.settled', 'fact.put'] as const;

interface GlanceRow {
  readonly entry_number: number;
  readonly kind: (typeof KINDS)[number];
  readonly operation_id: string | null;
  readonly data: string;
}

/** One row of a book as entries tell it; columns that they do not tell are left out. */
type Told = Record<string, string | number | null>;

/** @error JNL_BOOKS_DIFFER  where, never what */
export function booksGlanceProblem(database: Database, { afterEntryNumber }: { readonly afterEntryNumber: number }): JournalError | undefined {
  const counts = new Map<string, number>();
  const [messages, items, facts] = [new Map<string, Told>(), new Map<string, Told>(), new Map<string, Told>()];
  const rows = database.prepare<unknown[], GlanceRow>(`SELECT entry_number, kind, operation_id, data FROM entries WHERE entry_number > ? AND +kind IN (${KINDS.map((kind) => `'${kind}'`).join(', ')}) AND data <> '' AND version > 0 ORDER BY entry_number`);
  for (const { entry_number: entryNumber, kind, operation_id, data } of rows.iterate(afterEntryNumber)) {
    if (kind === 'counts.changed') for (const unit of dataOf(kind, data).units) counts.set(JSON.stringify([unit.unitId, unit.denominationMinor]), unit.noteCount);
    else if (kind === 'message.staged') {
      const { messageId, seq, state, operation, lane, digest } = dataOf(kind, data);
      // One of the first form (no number) comes with `books.carried`.
      if (seq !== null) messages.set(messageId, { state, seq, operation, lane, digest, operation_id, staged_entry: entryNumber });
    } else if (kind === 'message.moved') messages.set(dataOf(kind, data).messageId, { ...messages.get(dataOf(kind, data).messageId), state: dataOf(kind, data).to });
    else if (kind === 'suspense.recorded') {
      const { suspenseId, reason, amountMinor, reference } = dataOf(kind, data);
      items.set(suspenseId, { state: 'open', reason, amount_minor: amountMinor, reference, operation_id });
    } else if (kind === 'fact.put') facts.set(dataOf(kind, data).key, { put_entry: entryNumber });
    else {
      const item = items.get(dataOf(kind, data).suspenseId);
      if (item?.['state'] === 'open') item['state'] = dataOf(kind, data).to;
    }
  }
  const one = <T>(sql: string, ...keys: readonly unknown[]) => database.prepare<unknown[], T>(sql).pluck().get(...keys);
  // A head of years ahead would hold all later stamps there.
  if (one<number>('SELECT 1 FROM head JOIN entries USING (entry_number) WHERE head.at_utc_ms <> entries.at_utc_ms') !== undefined) return differs('head', '1');
  for (const [key, noteCount] of counts) {
    const [unitId, denominationMinor] = JSON.parse(key) as [string, number];
    if (one<number>('SELECT note_count FROM cash_units WHERE unit_id = ? AND denomination_minor = ?', unitId, denominationMinor) !== noteCount) return differs('cash_units', `${unitId} ${denominationMinor}`);
  }
  return rowProblem(database, { table: 'messages', key: 'message_id' }, messages) ?? rowProblem(database, { table: 'suspense', key: 'suspense_id' }, items) ?? rowProblem(database, { table: 'facts', key: 'key' }, facts);
}

function rowProblem(database: Database, { table, key }: { readonly table: string; readonly key: string }, told: ReadonlyMap<string, Told>): JournalError | undefined {
  const row = database.prepare<unknown[], Told>(`SELECT * FROM ${table} WHERE ${key} = ?`);
  for (const [id, columns] of told) {
    const kept = row.get(id);
    if (kept === undefined || Object.entries(columns).some(([name, value]) => kept[name] !== value)) return differs(table, table === 'facts' ? 'of a fact' : id);
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
