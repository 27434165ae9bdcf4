import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import type { MirrorStatus } from '../../../main/journal/mirror.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { mustOpen } from './journal-fixture.ts';
import { secondCopy } from './second-copy.ts';

/** A second copy that goes further than the journal made of it: up to a bad place it could be read. What comes after was given up for lost, and says nothing against the journal. */
const { folder, copy, path, own, follow: followUntil, restore, tellRestored } = secondCopy();

const write = (journal: Journal, count: number) => {
  for (let index = 0; index < count; index++) journal.commit({ entries: [entry('session.started', { language: 'kk' })] });
};

/** @returns what the copy says of it */
async function follow(journal: Journal, awaited: MirrorStatus['state']): Promise<string> {
  return (await followUntil({ until: ({ state }) => state === awaited, onAhead: (detail) => journal.endTrust(detail) })).detail;
}

async function restored(): Promise<number> {
  rmSync(path());
  const made = await restore();
  if (!made.ok) throw new Error(made.error.detail);
  const telling = mustOpen(own({ isCopy: true, tellsLoss: true }));
  tellRestored(telling, made.value);
  telling.close();
  return made.value.entryCount;
}

it('a journal made of a copy up to a bad place in it is not out of service for what comes after that', async () => {
  const before = mustOpen(own());
  write(before, 40);
  await follow(before, 'following');
  before.close();
  const [segment] = readdirSync(copy());
  const lines = readFileSync(join(copy(), segment!), 'utf8').split('\n');
  writeFileSync(join(copy(), segment!), lines.with(20, '\0'.repeat(40)).join('\n'));
  expect(await restored()).toBe(19);
  const after = mustOpen(own());
  expect([await follow(after, 'foreign'), after.distrust()]).toEqual([expect.stringContaining('goes on to entry 42'), null]);
  after.close();
  expect(openJournal(own()).ok).toBe(true);
});

it('nor is one that was gone on with without its end, for the copy that nobody had then', async () => {
  const before = mustOpen(own());
  write(before, 5);
  before.close();
  copyFileSync(path(), join(folder(), 'yesterday'));
  const later = mustOpen(own());
  write(later, 40);
  await follow(later, 'following');
  later.close();
  copyFileSync(join(folder(), 'yesterday'), path());
  const rebuilt = rebuildJournal({ ...own(), isLossAccepted: true });
  if (!rebuilt.ok) throw new Error(rebuilt.error.detail);
  const telling = mustOpen(own({ tellsLoss: true }));
  tellRestored(telling, { entryCount: rebuilt.value.head.entryNumber, lastAtUtcMs: 0, knownLostCount: null, stoppedBecause: 'lost', skipped: null });
  expect([await follow(telling, 'foreign'), telling.distrust()]).toEqual([expect.stringContaining('the journal ends at'), null]);
  telling.close();
});

it('but an older copy of such a journal is told by what its second copy has since', async () => {
  const before = mustOpen(own());
  write(before, 5);
  await follow(before, 'following');
  before.close();
  await restored();
  copyFileSync(path(), join(folder(), 'yesterday'));
  const later = mustOpen(own());
  write(later, 5);
  await follow(later, 'following');
  later.close();
  copyFileSync(join(folder(), 'yesterday'), path());
  rmSync(join(folder(), 'journal.head'));
  const older = mustOpen(own());
  await follow(older, 'foreign');
  expect(older.distrust()).toMatchObject({ code: 'JNL_CORRUPT' });
  older.close();
});
