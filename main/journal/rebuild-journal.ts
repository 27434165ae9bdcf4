import Database from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { readHead } from './chain-writer.ts';
import { forgetDamage, markDamaged, readDamage } from './distrust.ts';
import { checkIdentity, foreignFile, identityOf, namelessFile } from './file-checks.ts';
import { takeCoreLock } from './file-guards.ts';
import { forgetLostMark, headMarkProblem, readHeadMark, setHeadMarkAside } from './head-mark.ts';
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
 * Where an end is lost and that is accepted, the file stays marked as damaged, and what its mark knew is set aside, until `endOfLoss`: whoever calls writes into the chain first what it lacks, and
 * cut off in between it is done again.
 *
 * @param options  as `openJournal`; `isLossAccepted`: a chain that ends before what was written is gone on with, as no copy holds the rest
 * @returns isEndLost  it was needed
 * @error as `openJournal`
 */
export function rebuildJournal(options: OpenJournalOptions): Result<{ readonly entryCount: number; readonly isEndLost: boolean }, JournalError> {
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
    const loss = [said, ended].find((one) => one?.code === 'JNL_CORRUPT');
    if (ended !== undefined && ended.code !== 'JNL_BOOKS_DIFFER' && ended.code !== 'JNL_CORRUPT') return err(ended);
    if (loss !== undefined && options.isLossAccepted !== true) return err(loss);
    if (loss !== undefined) markDamaged(options.path, { code: 'JNL_CORRUPT', detail: loss.detail });
    if (loss !== undefined && readDamage(options.path) === undefined) return err({ code: 'JNL_UNWRITABLE', detail: 'the note beside the journal cannot be written' });
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
    else setHeadMarkAside(options.path);
    return ok({ entryCount: head.entryNumber, isEndLost: loss !== undefined });
  } catch (thrown) {
    return err(readingError(thrown));
  } finally {
    database?.close();
    lock.value.release();
  }
}

/** The chain says what it lacks: from here on the journal is opened as any other. */
export function endOfLoss(journalPath: string): void {
  forgetLostMark(journalPath);
  forgetDamage(journalPath);
}
