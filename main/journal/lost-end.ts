import type { Result } from '../foundation/outcome.ts';
import type { Head } from './chain-writer.ts';
import { forgetDamage } from './distrust.ts';
import type { EntryData } from './entry-kinds.ts';
import type { HeadMarkContent } from './head-mark.ts';
import type { EntryDraft, Journal, JournalEntry, JournalError } from './journal.ts';
import { entry } from './journal.ts';

/** What is known of entries that a journal had and has no more, and which numbers are not given again for it. */

/** Where nobody can say how far the lost journal had come: more operations than between two looks at the second copy, and than a terminal gets done since its newest entry. */
const SKIPPED_RECEIPTS = 1_000;
const RECEIPT_MS_MIN = 30_000;
/** An operation gives at most so many messages to a receipt, inquiries included. */
const MESSAGES_PER_RECEIPT = 20;
/** No terminal beats more often (`host.heartbeatMs`). */
const MESSAGE_MS_MIN = 1_000;
/** Nobody is refused, and given a reference for it, more often: language, operation and a number are typed before. */
const REFUSAL_MS_MIN = 5_000;
/** A clock that stands years ahead must not use up the numbers of a terminal's life; a copy is not older than a quarter of a year. */
const SINCE_MS_MAX = 92 * 86_400_000;

/** The mark alone may be behind: it tells that entries are missing, and never that none is. */
export function lostCount(entryCount: number, before: Head | null, mark: HeadMarkContent | undefined): number | null {
  if (before !== null) return Math.max(0, before.entryNumber - entryCount);
  return mark !== undefined && mark.entryNumber > entryCount ? mark.entryNumber - entryCount : null;
}

/** What the copy lacks may be in the hands of customers and of the bank: its numbers are not given again. @returns null: nothing is lacking */
export function numbersToSkip(counters: Pick<Head, 'receiptCount' | 'referenceCount' | 'seq'>, { before, mark, sinceMs }: { readonly before: Head | null; readonly mark: HeadMarkContent | undefined; /** Of the wall clock, since the newest entry. */ readonly sinceMs: number }, lastReceiptCount: number | null): EntryData<'numbers.skipped'> | null {
  const beats = Math.ceil(Math.max(0, sinceMs) / MESSAGE_MS_MIN);
  const mostSince = (eachMs: number) => Math.ceil(Math.min(Math.max(0, sinceMs), SINCE_MS_MAX) / eachMs);
  // References and messages of operations without a receipt come on top, however few receipts were given beside them, and what the terminal asks while nobody is there.
  const known = (name: 'receiptCount' | 'referenceCount' | 'seq') => Math.max(counters[name], mark?.[name] ?? 0, before?.[name] ?? 0);
  const ahead = (receiptCount: number, because: string) => ({
    receiptCount, because,
    referenceCount: Math.max(known('referenceCount'), counters.referenceCount + (receiptCount - counters.receiptCount + 1) * 2 + mostSince(REFUSAL_MS_MIN)),
    seq: Math.max(known('seq'), counters.seq + (receiptCount - counters.receiptCount + 1) * MESSAGES_PER_RECEIPT + beats),
  });
  if (lastReceiptCount !== null) return ahead(Math.max(lastReceiptCount, known('receiptCount')), 'the highest number that the bank or a customer holds');
  if (before === null) return ahead(known('receiptCount') + Math.max(SKIPPED_RECEIPTS, mostSince(RECEIPT_MS_MIN)), 'nobody knows how far the lost journal had come');
  const isBehind = before.receiptCount > counters.receiptCount || before.referenceCount > counters.referenceCount || before.seq > counters.seq;
  return isBehind ? { receiptCount: before.receiptCount, referenceCount: before.referenceCount, seq: before.seq, because: 'as far as the journal that lay here had come' } : null;
}

/** What the restored journal lacks, as `journal.restored` has it. */
export type Loss = Omit<EntryData<'journal.restored'>, 'untoldPurge'> & { /** @default none */ readonly untoldPurge?: NonNullable<EntryData<'journal.restored'>['untoldPurge']> | null };

/**
 * The first that a journal writes which was restored, or goes on without its end (opened with `tellsLoss`): what it lacks, and which numbers it leaves out for it. From then on any core may open it.
 * @param by  who did it
 */
export function tellLoss(journal: Pick<Journal, 'commit'>, path: string, { by, loss, skipped }: { readonly by: EntryDraft; readonly loss: Loss; readonly skipped: EntryData<'numbers.skipped'> | null }): Result<unknown, JournalError> {
  const { untoldPurge = null, ...known } = loss;
  const lossData = untoldPurge === null ? known : { ...known, untoldPurge };
  const written = journal.commit({ entries: [by, entry('journal.restored', lossData), ...(skipped === null ? [] : [entry('numbers.skipped', skipped)])] });
  if (written.ok) forgetDamage(path);
  return written;
}

/** More than one terminal's disks are lost in its life. */
const LOSSES_MAX = 100;

/** Each time that this journal lost its end, the newest first; without those of which it is known that nothing was lacking. */
export function lossesOf(journal: Pick<Journal, 'entries'>): readonly JournalEntry<'journal.restored'>[] {
  const restored = journal.entries({ kinds: ['journal.restored'], newestFirst: true, limit: LOSSES_MAX }) as readonly JournalEntry<'journal.restored'>[];
  return restored.filter(({ data }) => data.knownLostCount !== 0);
}
