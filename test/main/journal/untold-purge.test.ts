/** Goal: a second copy that had the tombstones of a purge and not yet the purge is restored, says what is gone, and hides no other deletion. Method: a copy cut before the purge. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256Hex } from '../../../main/journal/hash-chain.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { tellLoss } from '../../../main/journal/lost-end.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import { restoreInPlace } from '../../../main/journal/restore-in-place.ts';
import { verifyJournal } from '../../../main/journal/verify.ts';
import { cutAfter } from '../../../simulators/world/short-copy.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { copyWhole } from '../../../simulators/world/whole-copy.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen, standingClock } from './journal-fixture.ts';
import { keys, policyOf, purgeableJournal, sealer } from './purgeable-journal.ts';

const START = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => (folder = makeFolder()));
afterEach(() => folder.remove());

/** Restored from a copy that ends at an entry before the purge. */
async function restored(lost: Journal, last: number): Promise<Journal> {
  const [path, copy] = [join(folder.path, 'journal.db'), join(folder.path, 'usb')];
  expect(finishPurge(lost.beginPurge()!)).toMatchObject({ ok: true, value: { purgedCount: 1 } });
  lost.close();
  mkdirSync(copy);
  await copyWhole({ journalPath: path, folder: copy, clock: createVirtualClock({ startUtcMs: 0 }), segmentBytesMax: 1_000_000 });
  cutAfter(copy, last);
  const made = await restoreInPlace({ fromFolder: copy, path, terminalNumber: '0427', keys, movesAside: true, nowUtcMs: 1, lastReceiptCount: null });
  if (!made.ok) throw new Error(`${made.error.code} ${made.error.detail}`);
  const { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause, untoldPurge, skipped } = made.value;
  expect(untoldPurge).not.toBeNull();
  const journal = mustOpen(journalOptions(folder.path, { keys, sealer, mustExist: true, isCopy: true, tellsLoss: true }));
  expect(tellLoss(journal, path, { by: entry('service.acted', { login: 'root', action: 'journal.restore', target: 'usb' }), loss: { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause, untoldPurge }, skipped }).ok).toBe(true);
  return journal;
}

const newest = (journal: Journal) => journal.entries({ limit: 1, newestFirst: true })[0]!.entryNumber;
function restoredWhole(): Promise<Journal> {
  const lost = purgeableJournal(folder.path);
  return restored(lost, newest(lost));
}

it('is restored, and sound with what it says is gone', async () => {
  const journal = await restoredWhole();
  expect([journal.verify(), journal.compareBooks()]).toMatchObject([{ ok: true }, []]);
  journal.close();
});

it('and what somebody else deletes from it is found', async () => {
  (await restoredWhole()).close();
  const database = new Database(join(folder.path, 'journal.db'));
  for (const trigger of database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) database.exec(`DROP TRIGGER ${trigger}`);
  const [kept] = database.prepare<unknown[], { entry_number: number; data: string }>("SELECT entry_number, data FROM entries WHERE kind = 'operation.chosen'").all();
  database.prepare("UPDATE entries SET data = '', data_sha256 = unhex(?) WHERE entry_number = ?").run(sha256Hex(kept!.data), kept!.entry_number);
  expect(verifyJournal(database, { journalId: '', terminalNumber: '0427', keys })).toMatchObject({ ok: false, error: { entryNumber: kept!.entry_number, detail: 'the data are gone and no purge says so' } });
  database.close();
});

it('a message that ended in the lost part, and was purged there, is no damage where it seems to wait: it is empty', async () => {
  const clock = standingClock(START);
  const lost = mustOpen(journalOptions(folder.path, { keys, sealer, clock }));
  lost.commit({ entries: [policyOf({ messages: 45 })] });
  lost.commit({ messages: [messageDraft(1, { messageId: 'm' })] });
  const last = newest(lost);
  lost.commit({ messageMoves: [{ messageId: 'm', to: 'sending', detail: 'attempt 1' }, { messageId: 'm', to: 'executed', detail: 'approved' }] });
  clock.pass(400 * DAY_MS);
  lost.commit({ entries: [entry('businessDay.began', { day: '2017-02-04', previous: null })] });
  lost.commit({ entries: [entry('seal.held', { upToEntryNumber: newest(lost), hostRef: 'h' })] });
  const journal = await restored(lost, last);
  expect([journal.message('m')?.state, journal.message('m')?.bytes.length, journal.distrust(), journal.compareBooks()]).toEqual(['staged', 0, null, []]);
  journal.close();
});
