import Database from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { readHead } from './chain-writer.ts';
import { forgetDamage, readDamage } from './distrust.ts';
import { checkIdentity, foreignFile, identityOf, namelessFile } from './file-checks.ts';
import { takeCoreLock } from './file-guards.ts';
import { forgetHeadMark, headMarkProblem, readHeadMark } from './head-mark.ts';
import type { JournalError } from './journal.ts';
import type { OpenJournalOptions } from './open-journal.ts';
import { rebuildBooks, type RebuildOptions } from './rebuild.ts';
import { mendLawSchema, tablesProblem } from './schema-check.ts';
import { readingError } from './sqlite-errors.ts';
import { verifyChain, verifyJournal } from './verify.ts';

const BUSY_TIMEOUT_MS = 1000;

/**
 * Makes all books from the chain again, on a stopped terminal: after a damage that the chain survived. The whole chain is walked first, and a file whose chain is broken, ends too
 * early or is not this terminal's is left as it is.
 *
 * @param options  as `openJournal`
 * @error as `openJournal`
 */
export function rebuildJournal(options: OpenJournalOptions & { /** A chain that ends before what was written is gone on with: no copy holds the rest. */ readonly isLossAccepted?: boolean }): Result<{ readonly entryCount: number }, JournalError> {
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
    const kept = readHead(opened);
    const ended = kept === undefined ? undefined : headMarkProblem(readHeadMark(options.path), { database: opened, journalId: own.journalId, head: kept });
    // The bank or the second copy said it, and no new book makes it untrue.
    const said = readDamage(options.path);
    if (said?.code === 'JNL_CORRUPT' && options.isLossAccepted !== true) return err(said);
    if (ended !== undefined && ended.code !== 'JNL_BOOKS_DIFFER' && options.isLossAccepted !== true) return err(ended);
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
    if (options.isLossAccepted === true) forgetHeadMark(options.path);
    forgetDamage(options.path);
    return ok({ entryCount: head.entryNumber });
  } catch (thrown) {
    return err(readingError(thrown));
  } finally {
    database?.close();
    lock.value.release();
  }
}
