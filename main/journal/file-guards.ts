import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { JournalError } from './journal.ts';
import { fileSystemError, worldError, writeProblem } from './sqlite-errors.ts';

/** What lies beside the journal's file and keeps it from being started empty or written by two. */

/** Says that this folder has held a journal, and which. */
export function markerPath(journalPath: string): string {
  return join(dirname(journalPath), 'journal.marker');
}

/** The id of the journal that belongs here, undefined when there never was one. @throws the file system's error */
export function readMarker(journalPath: string): string | undefined {
  const path = markerPath(journalPath);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/** Durable, file and folder, before it returns. Whole or not there: written aside and renamed. @throws the file system's error */
export function writeMarker(journalPath: string, journalId: string): void {
  const path = markerPath(journalPath);
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, `${journalId}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  // A folder cannot be opened on Windows; there the rename is journaled by the file system.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** 0 when there is no such file. */
export function fileLengthBytes(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** Longer than the look of `isLockHeld`. */
const LOCK_WAIT_MS = 250;

export interface CoreLock {
  release(): void;
}

/**
 * Only one core writes a journal. The guard is an exclusive transaction on an empty side file, held for life: the operating system ends it
 * with the process, however that dies, so nothing stale is left; and readers of the journal itself are not shut out.
 *
 * @error JNL_HELD  another core holds it
 * @error JNL_READ_ONLY · JNL_DISK_FULL · JNL_DISK_FAILED · JNL_UNWRITABLE  the folder cannot be written
 */
export function takeCoreLock(journalPath: string): Result<CoreLock, JournalError> {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(`${journalPath}.lock`, { timeout: LOCK_WAIT_MS });
    lock.exec('BEGIN EXCLUSIVE');
    const held = lock;
    return ok({ release: () => held.close() });
  } catch (thrown) {
    lock?.close();
    if (!(thrown instanceof Database.SqliteError)) return err(fileSystemError(thrown));
    if (thrown.code === 'SQLITE_BUSY') return err({ code: 'JNL_HELD', detail: 'another core holds this journal' });
    const problem = writeProblem(journalPath) ?? worldError(thrown);
    return err({ ...problem, detail: `the lock beside the journal cannot be taken: ${problem.detail}` });
  }
}

/** Whether some process writes this journal now; nothing is made or kept for the question. */
export function isLockHeld(journalPath: string): boolean {
  if (!existsSync(`${journalPath}.lock`)) return false;
  let lock: Database.Database | undefined;
  try {
    lock = new Database(`${journalPath}.lock`, { readonly: true, timeout: 0 });
    lock.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (thrown) {
    return thrown instanceof Database.SqliteError && thrown.code === 'SQLITE_BUSY';
  } finally {
    lock?.close();
  }
}
