import type { Database } from 'better-sqlite3';
import { assert } from '../../foundation/assert.ts';
import { first } from './0001-first.ts';
import { journalIsLaw } from './0002-journal-is-law.ts';

/** One step of the schema; `version` is the `user_version` after it. Rows that exist are carried over, never dropped. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** In order, without a gap. A migration that was released is never edited. */
export const MIGRATIONS: readonly Migration[] = [first, journalIsLaw];

/** `QLMJ`: tells our file from any other SQLite database. [SQLite file format, offset 68] */
export const APPLICATION_ID = 0x514c4d4a;

/**
 * Brings the file to the newest of `migrations`, each step in a transaction of its own together with its version number.
 *
 * @returns  the versions applied, empty when there was nothing to do
 * @throws   SqliteError  what the disk says; the file stays at the last whole step
 */
export function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): readonly number[] {
  assert(migrations.every((migration, index) => migration.version === index + 1), 'migrations are numbered 1, 2, 3 … without a gap');
  const applied: number[] = [];
  for (const migration of migrations) {
    const step = database.transaction(() => {
      // Read inside the transaction: nobody else can have migrated in between.
      if (schemaVersion(database) >= migration.version) return;
      database.exec(migration.sql);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${migration.version}`);
      applied.push(migration.version);
    });
    step.immediate();
  }
  return applied;
}

export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
