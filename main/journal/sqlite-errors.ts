import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { JournalError } from './journal.ts';
import { JournalUnreadable } from './journal-unreadable.ts';

/** A page of the file is not what it should be: found by SQLite where it reads it, at the start or years later. */
const PAGE_DAMAGED = ['SQLITE_CORRUPT'];
/** Not a database at all. */
const CORRUPT = ['SQLITE_NOTADB', 'SQLITE_FORMAT'];
const DISK_FULL = ['SQLITE_FULL'];
const READ_ONLY = ['SQLITE_READONLY', 'SQLITE_PERM'];
/** A write, a sync or a read that the disk did not do. What the system then keeps in memory may never have reached it. */
const DISK_FAILED = ['SQLITE_IOERR'];
/** Another process or the memory is in the way; the file may be whole. */
const UNWRITABLE = ['SQLITE_CANTOPEN', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_AUTH', 'SQLITE_NOLFS', 'SQLITE_PROTOCOL', 'SQLITE_TOOBIG', 'SQLITE_NOMEM'];

/** [SQLite result codes; extended codes begin with the primary one] */
const KINDS: readonly (readonly [JournalError['code'], readonly string[]])[] = [
  ['JNL_PAGE_DAMAGED', PAGE_DAMAGED], ['JNL_CORRUPT', CORRUPT], ['JNL_DISK_FULL', DISK_FULL], ['JNL_READ_ONLY', READ_ONLY], ['JNL_DISK_FAILED', DISK_FAILED], ['JNL_UNWRITABLE', UNWRITABLE],
];

/** After one of these the connection is not trusted any more: what it believes to be on the disk may not be there. */
const DISTRUSTED: readonly JournalError['code'][] = ['JNL_DISK_FAILED', 'JNL_PAGE_DAMAGED', 'JNL_BOOKS_DIFFER', 'JNL_CORRUPT'];

/**
 * Sorts what SQLite threw: the world's errors become a `JournalError`; a broken constraint or wrong SQL is our own mistake and thrown on.
 * SQLite's texts name tables and paths of the database, never values.
 */
export function worldError(thrown: unknown): JournalError {
  if (!(thrown instanceof Database.SqliteError)) throw thrown;
  const isOneOf = (codes: readonly string[]) => codes.some((code) => thrown.code === code || thrown.code.startsWith(`${code}_`));
  // Of a function on the data of an entry, which were written as JSON.
  if (thrown.code === 'SQLITE_ERROR' && thrown.message === 'malformed JSON') return { code: 'JNL_PAGE_DAMAGED', detail: 'the data of an entry are not JSON' };
  const kind = KINDS.find(([, codes]) => isOneOf(codes));
  if (kind === undefined) throw thrown;
  return { code: kind[0], detail: `${thrown.code}: ${thrown.message}` };
}

/** As `worldError`, also of what a question to a damaged journal throws. */
export function readingError(thrown: unknown): JournalError {
  return thrown instanceof JournalUnreadable ? thrown.error : worldError(thrown);
}

export function isDistrusted(error: JournalError): boolean {
  return DISTRUSTED.includes(error.code);
}

/** Whether folder and file can be written at all: a file system that was mounted read-only after an error says so here first. */
export function writeProblem(path: string): JournalError | undefined {
  for (const [name, what] of [[dirname(path), 'the folder of the journal'], [path, 'the journal file']] as const) {
    try {
      accessSync(name, constants.W_OK);
    } catch (thrown) {
      const code = fileErrorCode(thrown);
      if (code !== 'ENOENT') return { code: code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? 'JNL_READ_ONLY' : 'JNL_UNWRITABLE', detail: `${what}: ${code}` };
    }
  }
  return undefined;
}

/** @throws what is not the file system's: our own mistake */
export function fileSystemError(thrown: unknown): JournalError {
  const code = fileErrorCode(thrown);
  const kind = code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? 'JNL_READ_ONLY' : code === 'ENOSPC' || code === 'EDQUOT' ? 'JNL_DISK_FULL' : code === 'EIO' ? 'JNL_DISK_FAILED' : 'JNL_UNWRITABLE';
  return { code: kind, detail: `the folder of the journal: ${code}` };
}

function fileErrorCode(thrown: unknown): string {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  throw thrown;
}
