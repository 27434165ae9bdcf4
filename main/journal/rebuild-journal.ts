import Database from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { readHead, type Head } from './chain-writer.ts';
import { forgetDamage, holdBack, readDamage } from './distrust.ts';
import { checkIdentity, foreignFile, identityOf, namelessFile, newerEntry } from './file-checks.ts';
import { takeCoreLock } from './file-guards.ts';
import { headMarkProblem, readHeadMark } from './head-mark.ts';
import type { JournalError } from './journal.ts';
import { JournalUnreadable } from './journal-unreadable.ts';
import type { OpenJournalOptions } from './open-journal.ts';
import { rebuildBooks, type RebuildOptions } from './rebuild.ts';
import { mendLawSchema, tablesProblem } from './schema-check.ts';
import { fileSystemError, readingError } from './sqlite-errors.ts';
import { verifyChain, verifyJournal } from './verify.ts';

const BUSY_TIMEOUT_MS = 1000;

/**
 * Makes all books from the chain again, on a stopped terminal: after a damage that the chain survived. The whole chain is walked first, and a file whose chain is broken, ends too
 * early or is not this terminal's is left as it is.
 *
 * Where an end is lost and that is accepted, no core opens the file before the chain says what it lacks (`tellLoss`); cut off in between it is done again.
 *
 * @param options  as `openJournal`; `isLossAccepted`: a chain that ends before what was written is gone on with, as no copy holds the rest
 * @returns isEndLost  it was needed
 * @error as `openJournal`
 */
export function rebuildJournal(options: OpenJournalOptions & { readonly isLossAccepted?: boolean }): Result<{ readonly head: Head; readonly isEndLost: boolean }, JournalError> {
  const lock = takeCoreLock(options.path);
  if (!lock.ok) return lock;
  let database: Database.Database | undefined;
  try {
    const opened = (database = new Database(options.path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true }));
    const problem = foreignFile(opened) ?? tablesProblem(opened, 'law') ?? namelessFile(opened) ?? checkIdentity(opened, options);
    if (problem !== undefined) return err(problem);
    const own: RebuildOptions = { journalId: identityOf(opened, 'journalId'), terminalNumber: options.terminalNumber, keys: options.keys };
    const chain = verifyChain(opened, own);
    if (!chain.ok) return err({ code: 'JNL_CORRUPT', detail: `entry ${chain.error.entryNumber}: ${chain.error.detail}` });
    const newer = newerEntry(opened);
    if (newer !== undefined) return err(newer);
    const kept = readHead(opened);
    const ended = kept === undefined ? undefined : headMarkProblem(readHeadMark(options.path), { database: opened, journalId: own.journalId, head: kept });
    // The bank or the second copy said it, and no new book makes it untrue.
    const said = readDamage(options.path);
    const loss = [said, ended].find((one) => one?.code === 'JNL_CORRUPT');
    if (ended !== undefined && ended.code !== 'JNL_BOOKS_DIFFER' && ended.code !== 'JNL_CORRUPT') return err(ended);
    if (loss !== undefined && options.isLossAccepted !== true) return err(loss);
    const mend = opened.transaction(() => {
      mendLawSchema(opened);
      opened.exec('REINDEX entries');
    });
    mend.immediate();
    const head = rebuildBooks(opened, own);
    const verdict = verifyJournal(opened, own);
    if (!verdict.ok) return err({ code: 'JNL_CORRUPT', detail: `entry ${verdict.error.entryNumber}: ${verdict.error.detail}` });
    const page = String(opened.pragma('quick_check(1)', { simple: true }));
    if (page !== 'ok') return err({ code: 'JNL_PAGE_DAMAGED', detail: `SQLite: ${page.slice(0, 200)}` });
    if (loss === undefined) forgetDamage(options.path);
    else holdBack(options.path, options.path);
    return ok({ head, isEndLost: loss !== undefined });
  } catch (thrown) {
    return err(thrown instanceof Database.SqliteError || thrown instanceof JournalUnreadable ? readingError(thrown) : fileSystemError(thrown));
  } finally {
    database?.close();
    lock.value.release();
  }
}
