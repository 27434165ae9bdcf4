import Database from 'better-sqlite3';
import type { JournalError } from './journal.ts';

/** The file itself is wrong. [SQLite result codes; extended codes begin with the primary one] */
const CORRUPT = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT'];
/** The disk, the rights or another process are in the way; the file may be whole. */
const UNWRITABLE = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PERM', 'SQLITE_AUTH', 'SQLITE_NOLFS', 'SQLITE_PROTOCOL', 'SQLITE_TOOBIG', 'SQLITE_NOMEM'];

/**
 * Sorts what SQLite threw: the world's errors become a `JournalError`; a broken constraint or wrong SQL is our own mistake and thrown on.
 * SQLite's texts name tables and paths of the database, never values.
 */
export function worldError(thrown: unknown): JournalError {
  if (!(thrown instanceof Database.SqliteError)) throw thrown;
  const isOneOf = (codes: readonly string[]) => codes.some((code) => thrown.code === code || thrown.code.startsWith(`${code}_`));
  if (isOneOf(CORRUPT)) return { code: 'JNL_CORRUPT', detail: `${thrown.code}: ${thrown.message}` };
  if (isOneOf(UNWRITABLE)) return { code: 'JNL_UNWRITABLE', detail: `${thrown.code}: ${thrown.message}` };
  throw thrown;
}
