import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import type { Clock } from '../foundation/clock.ts';
import { createIdSource } from '../foundation/ids.ts';
import type { Log } from '../foundation/log.ts';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { Random } from '../foundation/random.ts';
import { booksGlanceProblem } from './books-glance.ts';
import { BOOKS_FORM } from './books-schema.ts';
import { carryFirstBooks } from './carry-first-books.ts';
import { readHead } from './chain-writer.ts';
import { CommitListeners } from './commit-listeners.ts';
import { DISK_ROOM, DiskReserve, diskOf, type DiskRoom } from './disk-reserve.ts';
import { isHeldBack, readDamage, Trust } from './distrust.ts';
import { FactMemory } from './fact-memory.ts';
import { booksSchemaProblem, lawSchemaProblem, tablesProblem } from './schema-check.ts';
import { checkFile, checkIdentity, foreignFile, identityOf, isUnfinished, namelessFile, newerEntry, olderFile, TAIL_ENTRY_COUNT, tailIndexProblem } from './file-checks.ts';
import { fileLengthBytes, readMarker, takeCoreLock, type CoreLock } from './file-guards.ts';
import { HeadMark, headMarkProblem, readHeadMark } from './head-mark.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import type { CashUnitRow, Journal, JournalError } from './journal.ts';
import { migrate, schemaVersion } from './migrations/migrate.ts';
import { receiptNumber, referenceCode } from './numbering.ts';
import { atOneMoment } from './one-moment.ts';
import { checkKeys, introductions, knownKeys } from './key-guard.ts';
import type { JournalKeys } from './protection.ts';
import { beginPurge } from './purge-run.ts';
import { createReader, type JournalReader } from './reader.ts';
import { beginBooksCheck } from './books-check.ts';
import { compareBooks, rebuildBooks, type RebuildOptions } from './rebuild.ts';
import type { JournalSealer } from './seal.ts';
import { fileSystemError, worldError, writeProblem } from './sqlite-errors.ts';
import { inspectEntries } from './inspect.ts';
import { safely, verifyJournal, verifyTail, type TrustedKeys } from './verify.ts';
import { JournalWriter, type JournalFaults } from './writer.ts';

export interface OpenJournalOptions {
  /** The database file; `journal.marker` and the lock lie beside it. `:memory:` for a virtual world: no marker, no lock, gone when closed. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Printed on receipts before the counter; a journal belongs to one terminal for life. */
  readonly terminalNumber: string;
  /** Id of this run of the core; monotonic times of one boot compare, those of two do not. */
  readonly bootId: string;
  /** The terminal was in service before: a missing file is an error even if the marker is gone too. */
  readonly mustExist?: boolean;
  /** It was made from the second copy a moment ago: that may end between what is sealed and its seal. */
  readonly isCopy?: boolean;
  /** It was restored, or goes on without its end: it is opened to tell so (`tellLoss`), though it is held back for everybody else and ends before its mark. */
  readonly tellsLoss?: boolean;
  /** `memory`: no sync, for tests that never lose power. Default `full`. */
  readonly durability?: 'full' | 'memory';
  /** Free space under which `probe` and `room` say no, and the reserve for what has moved all the same. Default `DISK_ROOM`; none for a journal that is not synced. */
  readonly room?: DiskRoom;
  /** Absent (tests): payloads lie in the clear and secrets are left out. */
  readonly keys?: JournalKeys;
  /** Absent (tests): the chain is not sealed. */
  readonly sealer?: JournalSealer;
  readonly faults?: JournalFaults;
}

/** A journal opened for reading: all questions, and both walks over the chain. */
export interface ReadableJournal extends JournalReader, Pick<Journal, 'compareBooks' | 'close'> {
  /** As `Journal.verify`, with seals and policies of these keys only where they are given. */
  verify(trusted?: TrustedKeys): ReturnType<Journal['verify']>;
  readonly journalId: string;
  readonly terminalNumber: string;
  /** For questions beside these (`search.ts`, `extract.ts`). */
  readonly database: Database.Database;
  /** Bounded: the last entries and the head, as at each start of a core. `entryCount` is that of the whole chain. */
  verifyTail(): ReturnType<Journal['verify']>;
}

/** How long another process (a command-line reader that checkpoints) is waited for. */
const BUSY_TIMEOUT_MS = 1000;
/** The write-ahead log is cut back to this after a checkpoint. */
const WAL_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Opens the journal of this terminal, creating it only where there never was one, and checks it at bounded cost. Nothing is ever overwritten:
 * a file that is not a sound journal of this terminal stays as it is. [failures 22, 23]
 *
 * @error JNL_MISSING       there was a journal here (marker, `mustExist`) and it is gone
 * @error JNL_CORRUPT       not a database, or its chain is broken
 * @error JNL_PAGE_DAMAGED  SQLite cannot read a page, now or in an earlier life
 * @error JNL_BOOKS_DIFFER  an earlier life found that the books are not what the chain tells
 * @error JNL_FOREIGN       another terminal's, or not the one that the marker names
 * @error JNL_HELD          another core writes it
 * @error JNL_NEWER         of newer software, by its tables or what its entries say
 * @error JNL_READ_ONLY · JNL_DISK_FULL · JNL_DISK_FAILED · JNL_UNWRITABLE  rights, room, a disk that fails, anything else in the way
 * @error JNL_KEY_MISSING · JNL_KEY_WRONG  as `checkKeys`
 */
export function openJournal(options: OpenJournalOptions): Result<Journal, JournalError> {
  if (options.path === ':memory:') return openDatabase(options, undefined);
  try {
    const missing = missingJournal(options);
    if (missing !== undefined) return err(missing);
    if (options.mustExist !== true) mkdirSync(dirname(options.path), { recursive: true });
  } catch (thrown) {
    return err(fileSystemError(thrown));
  }
  const lock = takeCoreLock(options.path);
  if (!lock.ok) return lock;
  const damage = readDamage(options.path);
  if (damage !== undefined && !(options.tellsLoss === true && isHeldBack(damage))) {
    lock.value.release();
    return err(damage);
  }
  let opened = openDatabase(options, lock.value);
  // What a full disk does not even let begin: the room of the reserve is for this, too.
  if (!opened.ok && opened.error.code === 'JNL_DISK_FULL' && reserveOf(options)?.giveUp() === true) opened = openDatabase(options, lock.value);
  if (!opened.ok) lock.value.release();
  return opened;
}

/** A journal that is never synced lives in a world without disks, unless that brings one. */
function reserveOf({ path, durability, room, faults }: OpenJournalOptions): DiskReserve | undefined {
  const hasDisk = path !== ':memory:' && (durability !== 'memory' || room !== undefined);
  const disk = faults?.disk ?? (hasDisk ? diskOf(path) : undefined);
  return disk === undefined ? undefined : new DiskReserve(disk, room ?? DISK_ROOM);
}

/**
 * Opens a journal for reading while a core may be writing it: for the command line. Sees each commit whole.
 * @param options.keys    without them what is sealed reads as empty
 * @param options.sealer  is held against the seals that stand in it
 * @error as `openJournal`
 */
export function openJournalForReading(path: string, options: { readonly keys?: JournalKeys; readonly sealer?: JournalSealer } = {}): Result<ReadableJournal, JournalError> {
  if (!existsSync(path)) return err({ code: 'JNL_MISSING', detail: 'there is no journal file' });
  let database: Database.Database | undefined;
  try {
    const opened = (database = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS }));
    const problem = foreignFile(opened) ?? olderFile(opened) ?? tablesProblem(opened, 'all') ?? namelessFile(opened) ?? newerEntry(opened) ?? (options.keys === undefined ? undefined : checkKeys(opened, { ...options, journalId: identityOf(opened, 'journalId') }));
    if (problem !== undefined) {
      opened.close();
      return err(problem);
    }
    const own: RebuildOptions = { journalId: identityOf(opened, 'journalId'), terminalNumber: identityOf(opened, 'terminalNumber'), keys: options.keys };
    return ok({
      ...createReader(opened, own),
      journalId: own.journalId,
      terminalNumber: own.terminalNumber,
      database: opened,
      verify: (trusted) => safely(() => atOneMoment(opened, () => verifyJournal(opened, { ...own, ...trusted }))),
      verifyTail: () => safely(() => atOneMoment(opened, () => verifyTail(opened, { entryCountMax: TAIL_ENTRY_COUNT, journalId: own.journalId }))),
      compareBooks: () => atOneMoment(opened, () => compareBooks(opened, own)),
      close: () => void opened.close(),
    });
  } catch (thrown) {
    database?.close();
    return err(worldError(thrown));
  }
}

/**
 * Whether the journal here, if there is one, has sealed anything: then keys that are gone must be put back, and none made. Any doubt is a yes.
 */
export function hasSealedContent(path: string): boolean {
  try {
    if (fileLengthBytes(path) === 0) return readMarker(path) !== undefined;
    const database = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      if (schemaVersion(database) === 1) return false; // the first form had no keys
      return knownKeys(database, 'data').length > 0;
    } finally {
      database.close();
    }
  } catch {
    return true;
  }
}

/** "Never start empty": an absent or emptied file is only a beginning where nothing says that there was a journal. */
function missingJournal(options: OpenJournalOptions): JournalError | undefined {
  const wasHere = options.mustExist === true || readMarker(options.path) !== undefined || readHeadMark(options.path) !== undefined;
  if (!wasHere || fileLengthBytes(options.path) > 0) return undefined;
  return existsSync(options.path)
    ? { code: 'JNL_CORRUPT', detail: 'the journal file is empty, but this terminal was in service' }
    : { code: 'JNL_MISSING', detail: 'the journal file is gone, but this terminal was in service' };
}

function openDatabase(options: OpenJournalOptions, lock: CoreLock | undefined): Result<Journal, JournalError> {
  let database: Database.Database | undefined;
  try {
    database = new Database(options.path, { timeout: BUSY_TIMEOUT_MS });
    const problem = prepare(database, options) ?? checkFile(database, options) ?? checkIdentity(database, options) ?? checkHead(database, options) ?? newerEntry(database) ?? prepareBooks(database, options);
    if (problem === undefined) return ok(joinJournal(database, options, lock));
    database.close();
    options.log.error('journal.open.failed', { code: problem.code, detail: problem.detail });
    return err(problem);
  } catch (thrown) {
    database?.close();
    const error = thrown instanceof Database.SqliteError ? openError(thrown, options.path) : fileSystemError(thrown);
    options.log.error('journal.open.failed', { code: error.code, detail: error.detail });
    return err(error);
  }
}

/** SQLite says "cannot open" of much; whether the file system lets us write is asked of it. */
function openError(thrown: Error, path: string): JournalError {
  const error = worldError(thrown);
  return error.code === 'JNL_PAGE_DAMAGED' || error.code === 'JNL_CORRUPT' ? error : (writeProblem(path) ?? error);
}

/** Settings of the connection, then tables and the identity where the file is new. */
function prepare(database: Database.Database, options: OpenJournalOptions): JournalError | undefined {
  const isNew = Number(database.pragma('page_count', { simple: true })) === 0 || isUnfinished(database);
  const foreign = isNew ? undefined : foreignFile(database);
  if (foreign !== undefined) return foreign;
  database.pragma('foreign_keys = ON');
  database.pragma('cell_size_check = ON');
  // What is purged is overwritten, not only let go of.
  database.pragma('secure_delete = ON');
  database.pragma(options.durability === 'memory' ? 'synchronous = OFF' : 'synchronous = FULL');
  // Nobody reads along in a virtual world: the lock is kept, where each question would take and give it back.
  if (options.durability === 'memory') database.pragma('locking_mode = EXCLUSIVE');
  database.pragma(`journal_mode = ${options.durability === 'memory' ? 'MEMORY' : 'WAL'}`);
  database.pragma(`journal_size_limit = ${WAL_BYTES_MAX}`);
  // An earlier life may have been told "not synced" of what the system shows all the same: written into the file itself and synced before anything builds on it.
  if (options.durability !== 'memory' && options.path !== ':memory:') database.pragma('wal_checkpoint(TRUNCATE)');
  const applied = migrated(database);
  if (applied === undefined) return { code: 'JNL_CORRUPT', detail: 'the file has not the tables of its version' };
  const lost = tablesProblem(database, 'law');
  if (lost !== undefined) return lost;
  if (applied.length > 0) options.log.info('journal.schema.migrated', { toVersion: applied.at(-1) });
  if (database.prepare('SELECT 1 FROM identity').get() === undefined) {
    const identify = database.transaction(() => {
      const put = database.prepare('INSERT INTO identity (key, value) VALUES (?, ?)');
      put.run('journalId', createIdSource(options.clock, options.random).ulid());
      put.run('terminalNumber', options.terminalNumber);
      put.run('createdAtUtcMs', String(options.clock.nowUtcMs()));
      database.prepare('INSERT INTO head (id, entry_number, hash, at_utc_ms, receipt_count, reference_count, seq) VALUES (1, 0, ?, 0, 0, 0, 0)').run(GENESIS_HASH);
    });
    if (isNew) identify.immediate();
    else return { code: 'JNL_CORRUPT', detail: 'the journal does not say whose it is' };
  }
  return undefined;
}

/** After the chain is known to be sound: keys that open it, and books of today's form. */
function prepareBooks(database: Database.Database, options: OpenJournalOptions): JournalError | undefined {
  const own: RebuildOptions = { journalId: identityOf(database, 'journalId'), terminalNumber: options.terminalNumber, keys: options.keys };
  if (database.prepare('SELECT form FROM books_form WHERE id = 1').pluck().get() !== BOOKS_FORM) {
    const remake = database.transaction(() => {
      carryFirstBooks(database, { ...own, bootId: options.bootId, clock: options.clock, log: options.log });
      rebuildBooks(database, own);
    });
    remake.immediate();
    options.log.info('journal.books.made', { form: BOOKS_FORM });
  }
  const head = readHead(database)?.entryNumber ?? 0;
  return lawSchemaProblem(database) ?? tailIndexProblem(database, head) ?? booksSchemaProblem(database) ?? booksGlanceProblem(database, { afterEntryNumber: head - TAIL_ENTRY_COUNT }) ?? checkKeys(database, { journalId: own.journalId, keys: options.keys, sealer: options.sealer });
}

/** The end of the chain against what is remembered of it beside the file. */
function checkHead(database: Database.Database, { path, tellsLoss }: Pick<OpenJournalOptions, 'path' | 'tellsLoss'>): JournalError | undefined {
  const head = readHead(database);
  assert(head !== undefined, 'a checked journal has a head');
  return path === ':memory:' || tellsLoss === true ? undefined : headMarkProblem(readHeadMark(path), { database, journalId: identityOf(database, 'journalId'), head });
}

/** @returns undefined where a step finds what it would make, or nothing of what it would change: the version of the file is not its own */
function migrated(database: Database.Database): readonly number[] | undefined {
  try {
    return migrate(database);
  } catch (thrown) {
    if (thrown instanceof Database.SqliteError && thrown.code === 'SQLITE_ERROR') return undefined;
    throw thrown;
  }
}

function joinJournal(database: Database.Database, options: OpenJournalOptions, lock: CoreLock | undefined): Journal {
  const head = readHead(database);
  assert(head !== undefined, 'a checked journal has a head');
  const own: RebuildOptions = { journalId: identityOf(database, 'journalId'), terminalNumber: options.terminalNumber, keys: options.keys };
  const sealedUpTo = database.prepare<unknown[], number>('SELECT up_to_entry_number FROM seals ORDER BY entry_number DESC LIMIT 1').pluck().get() ?? 0;
  const trust = new Trust(options.path);
  const reserve = reserveOf(options);
  const writer = new JournalWriter(database, { ...options, trust, giveUpReserve: () => reserve?.giveUp() === true, head, journalId: own.journalId, sealedUpTo, introductions: introductions(database, { journalId: own.journalId, keys: options.keys, sealer: options.sealer }) });
  const mark = options.path === ':memory:' || options.durability === 'memory' ? null : new HeadMark(options.path, own.journalId);
  // What was is overwritten together with what tells of it.
  if (options.tellsLoss !== true) mark?.note(head);
  const listeners = new CommitListeners();
  const reader = trust.guard(createReader(database, { ...own, onDamage: (error) => trust.note(error) }));
  const room = (): Result<void, JournalError> => {
    const looked = reserve?.look() ?? ok(undefined);
    if (!looked.ok) trust.note(looked.error);
    return looked;
  };
  // Asked for by each screen and changed by few commits; there is no other writer.
  let cashUnits: readonly CashUnitRow[] | null = null;
  const facts = new FactMemory((key) => reader.fact(key));
  return {
    ...reader,
    journalId: own.journalId,
    cashUnits: () => (cashUnits ??= reader.cashUnits()),
    fact: (key) => facts.fact(key),
    commit: (batch) => {
      const written = writer.commit(batch);
      if (!written.ok) return written;
      mark?.note(writer.head);
      if (written.value.some((one) => one.kind === 'counts.changed')) cashUnits = null;
      facts.noteCommitted(batch.facts);
      const lastEntryNumber = writer.head.entryNumber;
      listeners.tell(written.value, batch);
      return ok({ lastEntryNumber });
    },
    peekReceiptNumber: () => receiptNumber(options.terminalNumber, writer.head.receiptCount + 1),
    peekReference: () => referenceCode(options.terminalNumber, writer.head.referenceCount + 1),
    peekSeq: () => writer.head.seq + 1,
    onCommitted: (listener) => listeners.add(listener),
    verify: () => safely(() => verifyJournal(database, own)),
    compareBooks: () => compareBooks(database, own),
    beginBooksCheck: () => beginBooksCheck(database, own, trust),
    beginPurge: () => beginPurge(database, {
      // Never by a clock that ran ahead: what is purged is gone.
      nowUtcMs: writer.nowUtcMs(),
      take: (order) => {
        const purged = writer.purge(order);
        if (purged.ok) mark?.note(writer.head);
        if (purged.ok) listeners.tell(purged.value, {});
        return purged;
      },
    }),
    // Out of service comes before the last safe write: what is running still has the reserve. [failures 22]
    probe: () => {
      const looked = room();
      return looked.ok ? writer.probe() : looked;
    },
    room,
    inspect: (afterEntryNumber) => inspectEntries(database, trust, afterEntryNumber),
    endTrust: (detail) => trust.note({ code: 'JNL_CORRUPT', detail }),
    distrust: () => trust.error,
    onTrouble: (listener) => trust.onTrouble(listener),
    nowUtcMs: () => writer.nowUtcMs(),
    clockDoubt: () => writer.clockDoubt(),
    confirmClock: (bankUtcMs) => writer.confirmClock(bankUtcMs),
    close: () => {
      trust.close();
      mark?.close();
      database.close();
      lock?.release();
    },
  };
}
