import type Database from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import { BOOKS_FORM } from './books-schema.ts';
import { ENTRY_KINDS } from './entry-kinds.ts';
import { fileLengthBytes, readMarker, writeMarker } from './file-guards.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import { unindexedEntry } from './index-check.ts';
import type { JournalError } from './journal.ts';
import { tablesProblem } from './schema-check.ts';
import { APPLICATION_ID, MIGRATIONS, schemaVersion } from './migrations/migrate.ts';
import { readData } from './rows.ts';
import { verifyTail, walkChain } from './verify.ts';

/** What a file must be before it is believed to be the journal of this terminal. Each asks the open file and changes nothing in it. */

/** Up to here SQLite holds its indices against the tables, too: about a tenth of a second. */
const INTEGRITY_CHECK_BYTES_MAX = 8 * 1024 * 1024;
/** SQLite's own check reads the whole file; above this it is left to `qolma journal verify`. About a third of a second on a kiosk's disk. */
const QUICK_CHECK_BYTES_MAX = 64 * 1024 * 1024;
/** Entries whose chain is walked at every start. */
export const TAIL_ENTRY_COUNT = 2000;

export function foreignFile(database: Database.Database): JournalError | undefined {
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) return { code: 'JNL_CORRUPT', detail: 'the file is not a journal' };
  const version = schemaVersion(database);
  if (version <= MIGRATIONS.length) return undefined;
  return { code: 'JNL_NEWER', detail: `the journal has schema ${version}, this software knows ${MIGRATIONS.length}` };
}

/** Reading changes nothing, so it cannot bring the file up to date. */
export function olderFile(database: Database.Database): JournalError | undefined {
  const isOlder = schemaVersion(database) < MIGRATIONS.length;
  const lost = isOlder ? undefined : tablesProblem(database, 'law');
  if (lost !== undefined) return lost;
  const hasOlderBooks = isOlder || database.prepare('SELECT form FROM books_form WHERE id = 1').pluck().get() !== BOOKS_FORM;
  return hasOlderBooks ? { code: 'JNL_UNWRITABLE', detail: 'the journal is of older software: it is brought up to date when the core starts' } : undefined;
}

interface NewestOfKind {
  readonly entry_number: number;
  readonly kind: string;
  readonly version: number;
  /** Empty: purged. */
  readonly data: string;
  /** Of the entry before it, hex. */
  readonly hash_before: string | null;
}

/**
 * A file that newer software has gone on with, tables and all: what it wrote is whole, and called damaged it would stay so for the newer one too. Asked is the newest entry of each kind, which has the newest shape of it.
 * @error JNL_NEWER  one is genuine, and of a kind or shape that this software does not know
 */
export function newerEntry(database: Database.Database): JournalError | undefined {
  const newest = database.prepare<unknown[], NewestOfKind>(`
    WITH RECURSIVE kinds (kind) AS (SELECT min(kind) FROM entries UNION ALL SELECT (SELECT min(kind) FROM entries WHERE entries.kind > kinds.kind) FROM kinds WHERE kinds.kind IS NOT NULL)
    SELECT entry_number, entries.kind, version, data, (SELECT lower(hex(hash)) FROM entries AS before WHERE before.entry_number = entries.entry_number - 1) AS hash_before
      FROM kinds JOIN entries ON entry_number = (SELECT max(entry_number) FROM entries AS own WHERE own.kind = kinds.kind)`);
  const unknown = newest.all().find((row) => !isKnown(row));
  if (unknown === undefined) return undefined;
  const { entry_number: entryNumber, kind, hash_before: afterHash } = unknown;
  const walked = walkChain(database, { afterEntryNumber: entryNumber - 1, afterHash: afterHash ?? GENESIS_HASH.toString('hex'), upToEntryNumber: entryNumber, withPayloads: false });
  // One that was changed since is met as what it is.
  return walked.ok ? { code: 'JNL_NEWER', detail: `entry ${entryNumber} (${kind}) is of a kind or shape that this software does not know` } : undefined;
}

function isKnown({ kind, version, data }: NewestOfKind): boolean {
  if (data === '') return Object.hasOwn(ENTRY_KINDS, kind);
  try {
    readData(kind, version, data);
    return true;
  } catch {
    return false;
  }
}

/** The power went while the file was being made: no table yet, or tables and no identity, and nothing of money either way. */
export function isUnfinished(database: Database.Database): boolean {
  if (schemaVersion(database) === 0) return database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) return false;
  const tableCount = database.prepare<unknown[], number>("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('identity', 'head', 'entries')").pluck().get();
  if (tableCount !== 3) return false;
  return database.prepare('SELECT 1 FROM identity').get() === undefined && database.prepare('SELECT 1 FROM head').get() === undefined && database.prepare('SELECT 1 FROM entries').get() === undefined;
}

/** Pages and the end of the chain, at bounded cost. */
export function checkFile(database: Database.Database, { path, isCopy }: { readonly path: string; readonly isCopy?: boolean | undefined }): JournalError | undefined {
  const nobodys = namelessFile(database);
  if (nobodys !== undefined) return nobodys;
  const lengthBytes = path === ':memory:' ? Number.MAX_SAFE_INTEGER : fileLengthBytes(path);
  if (lengthBytes <= QUICK_CHECK_BYTES_MAX) {
    const verdict = String(database.pragma(lengthBytes <= INTEGRITY_CHECK_BYTES_MAX ? 'integrity_check(1)' : 'quick_check(1)', { simple: true }));
    if (verdict !== 'ok') return { code: 'JNL_PAGE_DAMAGED', detail: `SQLite: ${verdict.slice(0, 200)}` };
  }
  const tail = verifyTail(database, { entryCountMax: TAIL_ENTRY_COUNT, journalId: identityOf(database, 'journalId'), isCopy });
  return tail.ok ? undefined : { code: 'JNL_CORRUPT', detail: `entry ${tail.error.entryNumber}: ${tail.error.detail}` };
}

/** After the indices are known to be there. @param lastEntryNumber  of the chain */
export function tailIndexProblem(database: Database.Database, lastEntryNumber: number): JournalError | undefined {
  const unindexed = unindexedEntry(database, { afterEntryNumber: lastEntryNumber - TAIL_ENTRY_COUNT, upToEntryNumber: lastEntryNumber });
  return unindexed === null ? undefined : { code: 'JNL_PAGE_DAMAGED', detail: `entry ${unindexed}: an index does not lead to it` };
}

/** The file is this terminal's, and the one that the marker names; a marker lost or not yet written is written. */
export function checkIdentity(database: Database.Database, options: { readonly path: string; readonly terminalNumber: string }): JournalError | undefined {
  if (identityOf(database, 'terminalNumber') !== options.terminalNumber) return { code: 'JNL_FOREIGN', detail: 'the journal belongs to a terminal of another number' };
  const journalId = identityOf(database, 'journalId');
  if (options.path === ':memory:') return undefined;
  const marked = readMarker(options.path);
  if (marked === undefined) writeMarker(options.path, journalId);
  else if (marked !== journalId) return { code: 'JNL_FOREIGN', detail: 'the journal is not the one that the marker names' };
  return undefined;
}

export function namelessFile(database: Database.Database): JournalError | undefined {
  const known = database.prepare<unknown[], number>("SELECT count(*) FROM identity WHERE key IN ('journalId', 'terminalNumber')").pluck().get();
  return known === 2 ? undefined : { code: 'JNL_CORRUPT', detail: 'the journal does not say whose it is' };
}

export function identityOf(database: Database.Database, key: 'journalId' | 'terminalNumber'): string {
  const value = database.prepare<unknown[], string>('SELECT value FROM identity WHERE key = ?').pluck().get(key);
  assert(value !== undefined, 'a checked journal says whose it is');
  return value;
}
