import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHeadMark } from '../../../main/journal/head-mark.ts';
import { numbersToSkip } from '../../../main/journal/lost-end.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { makeFolder, mustOpen } from './journal-fixture.ts';
import { operate, secondCopy } from './second-copy.ts';

/** A restoring that is cut off by a loss of power at each of its steps: the next start neither begins anew nor gives a number twice. */
const { folder, copy, path, own, follow, restore, tellRestored } = secondCopy();
const mirror = () => follow({ segmentBytesMax: 2000 });

/** Two receipts that the copy has, and a third that only the journal, and a customer, has. */
async function oneMoreThanTheCopy(): Promise<void> {
  const journal = mustOpen(own());
  operate(journal);
  operate(journal);
  await mirror();
  operate(journal);
  journal.close();
}

const codeOf = (opened: ReturnType<typeof openJournal>) => (opened.ok ? 'opened' : opened.error.code);

it('cut off before the restored file is in its place, leaves a terminal that says its journal is gone', async () => {
  await oneMoreThanTheCopy();
  const running = restore();
  const cutOff = makeFolder();
  cpSync(folder(), cutOff.path, { recursive: true });
  expect([existsSync(join(cutOff.path, 'journal.db')), codeOf(openJournal(own({ path: join(cutOff.path, 'journal.db') })))]).toEqual([false, 'JNL_MISSING']);
  cutOff.remove();
  await running;
});

it('gives back what lay there, and says why, where something else lies where it is made', async () => {
  await oneMoreThanTheCopy();
  mkdirSync(`${path()}.restoring`);
  expect(await restore()).toMatchObject({ ok: false, error: { code: 'JNL_UNWRITABLE', detail: expect.stringContaining('EISDIR') as string } });
  const journal = mustOpen(own());
  expect(journal.peekReceiptNumber()).toBe('0427-000004');
  journal.close();
});

it('cut off before the chain says what it lacks, is not gone on with; done again it knows that numbers were given', async () => {
  await oneMoreThanTheCopy();
  const first = await restore();
  expect(first).toMatchObject({ ok: true, value: { skipped: { receiptCount: 3 } } });
  for (const more of [{}, { isCopy: true }]) expect(codeOf(openJournal(own(more)))).toBe('JNL_CORRUPT');
  expect(codeOf(rebuildJournal(own()) as ReturnType<typeof openJournal>)).toBe('JNL_CORRUPT');
  const again = await restore({ nowUtcMs: 2 });
  expect(again).toMatchObject({ ok: true, value: { skipped: { receiptCount: 1003 } } });
  if (!first.ok || !again.ok) return;
  expect([first.value.knownLostCount, again.value.knownLostCount]).toEqual([3, 3]);
  const journal = mustOpen(own({ isCopy: true, tellsLoss: true }));
  tellRestored(journal, again.value);
  journal.close();
  const next = mustOpen(own());
  expect([next.peekReceiptNumber(), next.verify().ok, next.entries({ kinds: ['journal.restored', 'numbers.skipped'], limit: 9 }).length]).toEqual(['0427-001004', true, 2]);
  next.close();
});

it('cut off where no mark says how far the journal had come, and done again, gives no number twice', async () => {
  await oneMoreThanTheCopy();
  for (const name of readdirSync(folder()).filter((one) => one.startsWith('journal'))) rmSync(join(folder(), name));
  expect(await restore()).toMatchObject({ ok: true, value: { knownLostCount: null, skipped: { receiptCount: 1002 } } });
  expect(await restore({ nowUtcMs: 2 })).toMatchObject({ ok: true, value: { knownLostCount: null, skipped: { receiptCount: 1002 } } });
});

it('an accepted loss, cut off before the chain says so, still knows from its mark how far the journal had come', async () => {
  const journal = mustOpen(own());
  operate(journal);
  journal.close();
  copyFileSync(path(), `${path()}.yesterday`);
  const today = mustOpen(own());
  for (let count = 0; count < 3; count += 1) operate(today);
  today.close();
  copyFileSync(`${path()}.yesterday`, path());
  const head = rebuildJournal({ ...own(), isLossAccepted: true });
  expect([head.ok, codeOf(openJournal(own())), readHeadMark(path())?.receiptCount]).toEqual([true, 'JNL_CORRUPT', 4]);
  // As a core that dies before its commit.
  mustOpen(own({ tellsLoss: true })).close();
  expect([codeOf(openJournal(own())), readHeadMark(path())?.receiptCount]).toEqual(['JNL_CORRUPT', 4]);
  if (head.ok) expect(numbersToSkip(head.value.head, { before: null, mark: readHeadMark(path()), sinceMs: 0 }, null)).toMatchObject({ receiptCount: 1004 });
});

it('keeps the log of a lost file away from the file that takes its place', async () => {
  await oneMoreThanTheCopy();
  copyFileSync(path(), `${path()}-wal`);
  rmSync(path());
  expect(await restore()).toMatchObject({ ok: true, value: { movedTo: null, entryCount: expect.any(Number) as number } });
  expect(readdirSync(folder()).filter((name) => name.endsWith('-wal'))).toEqual(['journal.db.aside-1-wal']);
});

it('the mark of another journal says nothing of what this one lacks', async () => {
  await oneMoreThanTheCopy();
  for (const name of readdirSync(folder()).filter((one) => one.startsWith('journal'))) rmSync(join(folder(), name));
  const other = mustOpen(own());
  for (let count = 0; count < 9; count += 1) operate(other);
  other.close();
  expect(await restore()).toMatchObject({ ok: true, value: { knownLostCount: null, skipped: { receiptCount: 1002 } } });
});

it.each([[null, 20_021, 1_880 * 20], [0, 21, 0]])('what the terminal asked while nobody came has numbers too (highest receipt known: %s)', (lastReceiptCount, seq, more) => {
  const skipped = (sinceMs: number) => numbersToSkip({ receiptCount: 0, referenceCount: 0, seq: 1 }, { before: null, mark: undefined, sinceMs }, lastReceiptCount);
  expect([skipped(-5)?.seq, skipped(86_400_000)?.seq]).toEqual([seq, seq + more + 86_400]);
});

it('whoever was refused while few receipts were given has a reference that nobody else is given', () => {
  const skipped = (sinceMs: number, lastReceiptCount: number | null) => numbersToSkip({ receiptCount: 10, referenceCount: 40, seq: 1 }, { before: null, mark: undefined, sinceMs }, lastReceiptCount)?.referenceCount;
  const dayMs = 86_400_000;
  expect([skipped(-5, 12), skipped(dayMs, 12), skipped(dayMs / 3, null)]).toEqual([46, 46 + 17_280, 2042 + 5_760]);
  // A clock that is years ahead does not use up what a terminal has for its life.
  expect(skipped(40 * 365 * dayMs, 12)).toBeLessThan(2_000_000);
  expect(skipped(40 * 365 * dayMs, null)).toBeLessThan(2_500_000);
});

it('more receipts may have been given in a long time without a second copy than in a short one', () => {
  const skipped = (days: number) => numbersToSkip({ receiptCount: 10, referenceCount: 40, seq: 1 }, { before: null, mark: undefined, sinceMs: days * 86_400_000 }, null)?.receiptCount;
  expect([skipped(0), skipped(0.3), skipped(7), skipped(40_000)]).toEqual([1010, 1010, 10 + 7 * 2_880, 10 + 92 * 2_880]);
});

it.each([['says how far', true], ['cannot be read any more', false]])('from a newer copy, after one from an older copy was gone on with that %s: what came of that is lost and said to be, also where the copy is longer', async (_, isReadable) => {
  const journal = mustOpen(own());
  operate(journal);
  operate(journal);
  await mirror();
  const older = join(folder(), 'older');
  cpSync(copy(), older, { recursive: true });
  for (let count = 0; count < 9; count += 1) operate(journal);
  await mirror();
  journal.close();
  const first = await restore({ fromFolder: older });
  if (!first.ok) throw new Error(first.error.detail);
  const { entryCount } = first.value;
  const otherWay = mustOpen(own({ mustExist: true, isCopy: true, tellsLoss: true }));
  tellRestored(otherWay, first.value);
  operate(otherWay);
  const lostCount = otherWay.entries({ limit: 1, newestFirst: true })[0]!.entryNumber - entryCount;
  otherWay.close();
  if (!isReadable) rmSync(path());
  const second = await restore({ nowUtcMs: 2 });
  expect(second.ok && second.value.entryCount).toBeGreaterThan(entryCount + lostCount);
  expect(second).toMatchObject({ ok: true, value: isReadable ? { knownLostCount: lostCount, forkedAfter: entryCount } : { knownLostCount: null, forkedAfter: 0 } });
});
