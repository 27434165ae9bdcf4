import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { tellLoss } from '../../../main/journal/lost-end.ts';
import { createMirror } from '../../../main/journal/mirror.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { restoreInPlace } from '../../../main/journal/restore-in-place.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { journalOptions, makeFolder, mustOpen } from './journal-fixture.ts';

/** A second copy that goes further than the journal made of it: up to a bad place it could be read. What comes after was given up for lost, and says nothing against the journal. */
let folder: ReturnType<typeof makeFolder>;
const keys = createJournalKeys({ current: 'k1', keys: { k1: new Uint8Array(32).fill(7) }, indexKey: new Uint8Array(32).fill(8) }, cryptoRandom());
const copy = () => join(folder.path, 'usb');
const path = () => join(folder.path, 'journal.db');
const own = () => journalOptions(folder.path, { keys });
beforeEach(() => {
  folder = makeFolder();
  mkdirSync(copy());
});
afterEach(() => folder.remove());

const write = (journal: Journal, count: number) => {
  for (let index = 0; index < count; index++) journal.commit({ entries: [entry('session.started', { language: 'kk' })] });
};

async function follow(journal: Journal, state: string): Promise<string> {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const follower = createMirror({ path: path(), folder: copy(), clock, log: silentLog, onAhead: (detail) => journal.endTrust(detail) });
  follower.start();
  await expect.poll(async () => {
    await clock.advance(500);
    return follower.status().state;
  }, { interval: 0 }).toBe(state);
  const { detail } = follower.status();
  await follower.stop();
  return detail;
}

const by = entry('service.acted', { login: 'root', action: 'journal.restore', target: 'usb' });

async function restored(): Promise<number> {
  rmSync(path());
  const made = await restoreInPlace({ fromFolder: copy(), path: path(), terminalNumber: '0427', keys, movesAside: true, nowUtcMs: 1, lastReceiptCount: null });
  if (!made.ok) throw new Error(made.error.detail);
  const { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause, skipped } = made.value;
  const telling = mustOpen({ ...own(), isCopy: true, tellsLoss: true });
  expect(tellLoss(telling, path(), { by, loss: { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause }, skipped }).ok).toBe(true);
  telling.close();
  return entryCount;
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
  copyFileSync(path(), join(folder.path, 'yesterday'));
  const later = mustOpen(own());
  write(later, 40);
  await follow(later, 'following');
  later.close();
  copyFileSync(join(folder.path, 'yesterday'), path());
  const rebuilt = rebuildJournal({ ...own(), isLossAccepted: true });
  if (!rebuilt.ok) throw new Error(rebuilt.error.detail);
  const telling = mustOpen({ ...own(), tellsLoss: true });
  expect(tellLoss(telling, path(), { by, loss: { entryCount: rebuilt.value.head.entryNumber, lastAtUtcMs: 0, knownLostCount: null, stoppedBecause: 'lost' }, skipped: null }).ok).toBe(true);
  expect([await follow(telling, 'foreign'), telling.distrust()]).toEqual([expect.stringContaining('the journal ends at'), null]);
  telling.close();
});

it('but an older copy of such a journal is told by what its second copy has since', async () => {
  const before = mustOpen(own());
  write(before, 5);
  await follow(before, 'following');
  before.close();
  await restored();
  copyFileSync(path(), join(folder.path, 'yesterday'));
  const later = mustOpen(own());
  write(later, 5);
  await follow(later, 'following');
  later.close();
  copyFileSync(join(folder.path, 'yesterday'), path());
  rmSync(join(folder.path, 'journal.head'));
  const older = mustOpen(own());
  await follow(older, 'foreign');
  expect(older.distrust()).toMatchObject({ code: 'JNL_CORRUPT' });
  older.close();
});
