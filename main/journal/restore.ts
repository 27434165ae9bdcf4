import { createReadStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { FIRST_TABLES } from './carry-first-books.ts';
import { CopiedCommits, cutAway, type Copied } from './copied-commits.ts';
import { holdBack } from './distrust.ts';
import { newerEntry } from './file-checks.ts';
import { writeMarker } from './file-guards.ts';
import type { Head } from './chain-writer.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import type { JournalError } from './journal.ts';
import { JournalUnreadable } from './journal-unreadable.ts';
import { listSegments, mirrorLine, segmentPath, type MirrorLine } from './mirror-files.ts';
import { migrate } from './migrations/migrate.ts';
import type { JournalKeys } from './protection.ts';
import { runsOf } from './purge-cover.ts';
import { rebuildBooks } from './rebuild.ts';
import { readingError } from './sqlite-errors.ts';
import { verifyJournal } from './verify.ts';

/**
 * A journal made from its second copy: each entry as it was mirrored, then the books from the chain, then the whole walked. Made aside and put in its
 * place only when it is sound; no core opens it there until it tells what it lacks (`tellLoss`). [issue 3 "second copy"]
 */
export interface RestoreOptions {
  readonly fromFolder: string;
  /** Where the journal is to lie; nothing may be there. */
  readonly path: string;
  readonly terminalNumber: string;
  readonly keys: JournalKeys | undefined;
  /** Shows the chain before it is put in its place: hashes of its entries by their number, lower-case hex. @default nobody looks */
  readonly onMade?: (hashOf: (entryNumber: number) => string | undefined) => void;
}

export interface RestoreReport {
  readonly journalId: string;
  readonly entryCount: number;
  readonly lastAtUtcMs: number;
  readonly sealedUpTo: number;
  /** Receipts, references and messages that the copy knows of. */
  readonly counters: Pick<Head, 'receiptCount' | 'referenceCount' | 'seq'>;
  /** Why the copy ends where it does, if it does not end by itself; what comes after is not in it. */
  readonly stoppedBecause: string | null;
  /** Content that was purged by what the copy lacks. null: none */
  readonly untoldPurge: { readonly fromEntryNumber: number; readonly runs: number[] } | null;
}

/**
 * @error JNL_MISSING     the folder holds no copy of a journal, or none that begins at its beginning
 * @error JNL_NEWER       newer software wrote some of it
 * @error JNL_CORRUPT     copies of several journals, or what was copied is not a sound chain
 * @error JNL_UNWRITABLE  something lies where the journal is to be, or the disk says no
 */
export async function restoreJournal(options: RestoreOptions): Promise<Result<RestoreReport, JournalError>> {
  const { path, fromFolder } = options;
  if (existsSync(path)) return err({ code: 'JNL_UNWRITABLE', detail: 'a journal lies there: it is never overwritten' });
  const aside = `${path}.restoring`;
  let database: Database.Database | undefined;
  let isBegun = false;
  try {
    const segments = await listSegments(fromFolder);
    const journalIds = new Set(segments.map(({ journalId }) => journalId));
    const [journalId] = journalIds;
    if (journalId === undefined) return err({ code: 'JNL_MISSING', detail: 'the folder holds no copy of a journal' });
    if (journalIds.size > 1) return err({ code: 'JNL_CORRUPT', detail: 'the folder holds copies of several journals' });
    removeDatabase(aside);
    isBegun = true;
    const made = (database = new Database(aside));
    prepare(made, { journalId, terminalNumber: options.terminalNumber });
    const paths = segments.map(({ segment }) => segmentPath(fromFolder, journalId, segment));
    const { leftOut, ...copied } = await copyEntries(made, paths);
    if (copied.entryCount === 0) return err({ code: 'JNL_MISSING', detail: copied.stoppedBecause ?? 'the copy is empty' });
    const newer = newerEntry(made);
    if (newer !== undefined) return err(newer);
    const own = { journalId, terminalNumber: options.terminalNumber, keys: options.keys, isCopy: true };
    const { receiptCount, referenceCount, seq } = rebuildBooks(made, own);
    const untold: number[] = [];
    const verdict = verifyJournal(made, { ...own, onUntold: (entryNumber) => void untold.push(entryNumber) });
    if (!verdict.ok) return err({ code: 'JNL_CORRUPT', detail: `entry ${verdict.error.entryNumber}: ${verdict.error.detail}` });
    const hashes = made.prepare<unknown[], string>('SELECT lower(hex(hash)) FROM entries WHERE entry_number = ?').pluck();
    options.onMade?.((entryNumber) => hashes.get(entryNumber));
    made.pragma('synchronous = FULL');
    made.pragma('wal_checkpoint(TRUNCATE)');
    made.close();
    database = undefined;
    holdBack(path, aside);
    renameSync(aside, path);
    writeMarker(path, journalId);
    if (leftOut !== null) cutAway(leftOut, paths);
    const untoldPurge = untold[0] === undefined ? null : { fromEntryNumber: untold[0], runs: runsOf(untold) };
    return ok({ journalId, ...copied, untoldPurge, counters: { receiptCount, referenceCount, seq }, sealedUpTo: verdict.value.sealedUpTo });
  } catch (thrown) {
    return err(thrown instanceof Database.SqliteError || thrown instanceof JournalUnreadable ? readingError(thrown) : fileError(thrown));
  } finally {
    database?.close();
    // What could not be removed before, such as a folder of that name, is not ours.
    if (isBegun) removeDatabase(aside);
  }
}

function prepare(database: Database.Database, identity: { readonly journalId: string; readonly terminalNumber: string }): void {
  database.pragma('journal_mode = WAL');
  migrate(database);
  for (const table of FIRST_TABLES) database.exec(`DROP TABLE first_${table}`);
  const put = database.prepare('INSERT INTO identity (key, value) VALUES (?, ?)');
  for (const [key, value] of Object.entries(identity)) put.run(key, value);
  database.prepare('INSERT INTO head (id, entry_number, hash, at_utc_ms, receipt_count, reference_count, seq) VALUES (1, 0, ?, 0, 0, 0, 0)').run(GENESIS_HASH);
}

/** Entry after entry as long as they follow each other; whether each is the one that was written is seen when the chain is walked. Of a commit that the copy has not whole nothing is taken. */
async function copyEntries(database: Database.Database, paths: readonly string[]): Promise<Copied> {
  const insert = database.prepare(
    'INSERT INTO entries (entry_number, kind, version, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, data_sha256, payload_sha256, payload, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const commits = new CopiedCommits(
    database.transaction((lines: readonly MirrorLine[]) => {
      for (const one of lines) {
        const payload = one.payload === null ? null : Buffer.from(one.payload, 'base64');
        insert.run(one.entryNumber, one.kind, one.version, one.atUtcMs, one.monotonicMs, one.bootId, one.sessionId, one.operationId, one.data, bytesOf(one.dataSha256), bytesOf(one.payloadSha256), payload, bytesOf(one.hash));
      }
    }).immediate,
  );
  for (const path of paths) {
    let offset = 0;
    for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      const parsed = mirrorLine.safeParse(jsonOf(text));
      if (!parsed.success) return commits.end({ because: `the line after entry ${commits.lastNumber} is torn or not of a journal`, isAtEnd: path === paths.at(-1) && offset + Buffer.byteLength(text) >= statSync(path).size });
      if (parsed.data.entryNumber !== commits.lastNumber + 1) return commits.end({ because: `entry ${commits.lastNumber + 1} is not in the copy, which goes on with ${parsed.data.entryNumber}`, isAtEnd: false });
      commits.take(parsed.data, { path, offset });
      offset += Buffer.byteLength(text) + 1;
    }
  }
  return commits.end({ because: null, isAtEnd: true });
}

const bytesOf = (hex: string): Buffer | null => (hex === '' ? null : Buffer.from(hex, 'hex'));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
}

/** @throws what is not the file system's: our own mistake */
function fileError(thrown: unknown): JournalError {
  if (!(thrown instanceof Error) || !('code' in thrown)) throw thrown;
  return { code: 'JNL_UNWRITABLE', detail: `the copy or the place of the journal: ${String(thrown.code)}` };
}
