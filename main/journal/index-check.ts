import type { Database } from 'better-sqlite3';

/**
 * The first entry of a range that one of the indices does not lead to; null: all are found. SQLite believes its indices, and its quick check does not hold them against the table: an
 * operation whose entries are not found has no money to settle.
 */
export function unindexedEntry(database: Database, { afterEntryNumber, upToEntryNumber }: { readonly afterEntryNumber: number; readonly upToEntryNumber: number }): number | null {
  const lost = database.prepare<unknown[], number>(
    `SELECT entry_number FROM entries AS one NOT INDEXED WHERE entry_number > ? AND entry_number <= ? AND (
       NOT EXISTS (SELECT 1 FROM entries AS found INDEXED BY entries_by_kind WHERE found.kind = one.kind AND found.entry_number = one.entry_number)
       OR (operation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entries AS found INDEXED BY entries_by_operation WHERE found.operation_id = one.operation_id AND found.entry_number = one.entry_number))) ORDER BY entry_number LIMIT 1`,
  );
  return lost.pluck().get(afterEntryNumber, upToEntryNumber) ?? null;
}

/** All indices of one table against its rows; blocks for as long as the table is read. @returns null: sound, else SQLite's words */
export function tableProblem(database: Database, table: string): string | null {
  const verdict = String(database.pragma(`integrity_check('${table}')`, { simple: true }));
  return verdict === 'ok' ? null : verdict.slice(0, 200);
}
