import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { Trust } from './distrust.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import { unindexedEntry } from './index-check.ts';
import type { JournalError } from './journal.ts';
import { lazyPurgeCover } from './purge-cover.ts';
import { readingError } from './sqlite-errors.ts';
import { walkChain } from './verify.ts';

/** Read and hashed in one go: some ten milliseconds, in which nothing else of the core runs. */
const INSPECTED_ENTRIES = 500;

/**
 * Reads the entries after one, payloads included, as a customer or a dispute may have to one day, and walks their chain. What cannot be read, or is not what
 * was written, ends the trust in the file like a damage that was met.
 */
export function inspectEntries(database: Database, trust: Trust, afterEntryNumber: number): Result<{ readonly upToEntryNumber: number; readonly isEnd: boolean }, JournalError> {
  try {
    const last = database.prepare<unknown[], number>('SELECT entry_number FROM head WHERE id = 1').pluck().get() ?? 0;
    const upToEntryNumber = Math.min(last, afterEntryNumber + INSPECTED_ENTRIES);
    const before = afterEntryNumber === 0 ? GENESIS_HASH : database.prepare<unknown[], Uint8Array>('SELECT hash FROM entries WHERE entry_number = ?').pluck().get(afterEntryNumber);
    const walked = walkChain(database, { afterEntryNumber, afterHash: Buffer.from(before ?? []).toString('hex'), upToEntryNumber, withPayloads: true, cover: lazyPurgeCover(database, { afterEntryNumber, upToEntryNumber }) });
    const unindexed = walked.ok ? unindexedEntry(database, { afterEntryNumber, upToEntryNumber }) : null;
    if (unindexed !== null) return doubt({ code: 'JNL_PAGE_DAMAGED', detail: `entry ${unindexed}: an index does not lead to it` });
    if (walked.ok) return ok({ upToEntryNumber, isEnd: upToEntryNumber === last });
    return doubt({ code: 'JNL_PAGE_DAMAGED', detail: `entry ${walked.error.entryNumber}: ${walked.error.detail}` });
  } catch (thrown) {
    return doubt(readingError(thrown));
  }

  function doubt(error: JournalError): Result<never, JournalError> {
    trust.note(error);
    return err(error);
  }
}
