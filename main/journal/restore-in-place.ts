import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Result } from '../foundation/outcome.ts';
import { err, ok } from '../foundation/outcome.ts';
import { readHead, type Head } from './chain-writer.ts';
import { isHeldBack, readDamage } from './distrust.ts';
import type { EntryData } from './entry-kinds.ts';
import { takeCoreLock } from './file-guards.ts';
import { readHeadMark } from './head-mark.ts';
import type { JournalError } from './journal.ts';
import { lostCount, numbersToSkip } from './lost-end.ts';
import { openJournalForReading } from './open-journal.ts';
import { restoreJournal, type RestoreOptions, type RestoreReport } from './restore.ts';

export interface RestoreInPlaceOptions extends Omit<RestoreOptions, 'onMade'> {
  /** A journal that lies there is kept under another name. */
  readonly movesAside: boolean;
  /** Of that name. */
  readonly nowUtcMs: number;
  /** Highest receipt number that the bank or a customer holds; null: nobody says. */
  readonly lastReceiptCount: number | null;
}

export interface RestoredInPlace extends RestoreReport {
  /** Where the journal that lay here is kept; null: none lay here. */
  readonly movedTo: string | null;
  /** Entries of the journal that lay here which the copy lacks; null: nobody can say. */
  readonly knownLostCount: number | null;
  /** Where the journal that lay here went another way than the copy, as `journal.restored` has it. */
  readonly forkedAfter?: number;
  /** Numbers that are not given again; null: nothing is lacking. */
  readonly skipped: EntryData<'numbers.skipped'> | null;
}

/**
 * Puts the journal that its second copy holds where the terminal's journal belongs, with no core running. What lay there is kept, and comes back where the copy is of no use. Marker and head mark stay
 * all along: a core that is started in the middle of it, after a loss of power, does not begin anew. No core opens what was put there until it tells what it lacks (`tellLoss`).
 * @error JNL_HELD        a core runs
 * @error JOURNAL_EXISTS  a journal lies there, and is not to be moved aside
 * @error as `restoreJournal`
 */
export async function restoreInPlace({ movesAside, nowUtcMs, lastReceiptCount, ...options }: RestoreInPlaceOptions): Promise<Result<RestoredInPlace, JournalError | { readonly code: 'JOURNAL_EXISTS'; readonly detail: string }>> {
  const { path } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = takeCoreLock(path);
  if (!lock.ok) return lock;
  try {
    const isThere = existsSync(path);
    if (isThere && !movesAside) return err({ code: 'JOURNAL_EXISTS', detail: `there is a journal at ${path}: it is never overwritten; --move-aside keeps it under another name` });
    const mark = readHeadMark(path);
    // One whose own restoring was cut off does not know what it lacks.
    const lay = isThere && !isHeldBack(readDamage(path)) ? headOf(path) : null;
    const aside = `${path}.aside-${nowUtcMs}`;
    moveFiles(path, aside);
    let forks: { readonly ofLay: number | undefined; readonly ofMark: number | undefined } = { ofLay: undefined, ofMark: undefined };
    let restored: Awaited<ReturnType<typeof restoreJournal>> | undefined;
    try {
      restored = await restoreJournal({ ...options, onMade: (hashOf) => void (forks = { ofLay: forkOf(hashOf, lay?.head, aside), ofMark: forkOf(hashOf, mark) }) });
    } finally {
      if (restored?.ok !== true) moveFiles(aside, path);
    }
    if (!restored.ok) return restored;
    const report = restored.value;
    const known = mark?.journalId === report.journalId ? mark : undefined;
    // An older copy of the file knows less than the mark beside it, and then nobody knows how far it had come.
    const before = lay === null || lay.journalId !== report.journalId || (known !== undefined && known.entryNumber > lay.head.entryNumber) ? null : lay.head;
    const forkedAfter = before !== null ? forks.ofLay : known !== undefined ? forks.ofMark : undefined;
    const knownLostCount = forkedAfter === undefined ? lostCount(report.entryCount, before, known) : before === null ? null : before.entryNumber - forkedAfter;
    return ok({ ...report, movedTo: isThere ? aside : null, knownLostCount, ...(forkedAfter === undefined ? {} : { forkedAfter }), skipped: numbersToSkip(report.counters, { before, mark: known, sinceMs: nowUtcMs - report.lastAtUtcMs }, lastReceiptCount) });
  } finally {
    lock.value.release();
  }
}

/** @returns null when it cannot be read, which is why it is being replaced */
function headOf(path: string): { readonly journalId: string; readonly head: Head } | null {
  const opened = openJournalForReading(path);
  if (!opened.ok) return null;
  try {
    const head = readHead(opened.value.database);
    return head === undefined ? null : { journalId: opened.value.journalId, head };
  } catch {
    return null;
  } finally {
    opened.value.close();
  }
}

/**
 * After which entry the journal that lay here, made itself from an older copy and gone on with, left the course of the one that was restored. What came of it is lost, however long the restored one is.
 * @param known  what lay here, or what stands beside it, knew last of itself @param path  of what lay here; null: it does not say
 * @returns 0: it did, and nobody knows where; undefined: it did not, as far as is known
 */
function forkOf(hashOf: (entryNumber: number) => string | undefined, known: Pick<Head, 'entryNumber' | 'hash'> | undefined, path: string | null = null): number | undefined {
  const own = known === undefined ? undefined : hashOf(known.entryNumber);
  if (known === undefined || own === undefined || own === known.hash) return undefined;
  const opened = path === null ? null : openJournalForReading(path);
  if (opened?.ok !== true) return 0;
  try {
    const lay = opened.value.database.prepare<unknown[], string>('SELECT lower(hex(hash)) FROM entries WHERE entry_number = ?').pluck();
    let [same, other] = [0, known.entryNumber];
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (lay.get(middle) === hashOf(middle)) same = middle;
      else other = middle;
    }
    return same;
  } finally {
    opened.value.close();
  }
}

/** With its log: a stray one would be read into the next file of that name. */
function moveFiles(from: string, to: string): void {
  for (const end of ['', '-wal', '-shm']) if (existsSync(`${from}${end}`)) renameSync(`${from}${end}`, `${to}${end}`);
}
