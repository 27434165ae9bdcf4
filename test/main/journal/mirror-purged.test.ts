/** Goal: what the journal let go of stays in no file of its second copy: not in the second of two that one purge reaches into, nor on a medium of before the purge that is put in the place of the one that followed it. Method: a real copy in a folder, files exchanged by the test. */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { segmentPath } from '../../../main/journal/mirror-files.ts';
import { createMirror, type JournalMirror } from '../../../main/journal/mirror.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { journalOptions, makeFolder, mustOpen, standingClock } from './journal-fixture.ts';
import { keys, policyOf, sealer } from './purgeable-journal.ts';
import { isLevel, passUntil } from './second-copy.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2016, 0, 1);
const PERSONS = 20;

let folder: ReturnType<typeof makeFolder>;
let clock: ReturnType<typeof createVirtualClock>;
const copy = () => join(folder.path, 'usb');
beforeEach(() => {
  folder = makeFolder();
  mkdirSync(copy());
  clock = createVirtualClock({ startUtcMs: START });
});
afterEach(() => folder.remove());

/** Twenty persons in a row, whom a policy of the bank lets go of after 45 days. */
function withPersons(): { readonly journal: Journal; purge(): void } {
  const own = standingClock(START);
  const journal = mustOpen(journalOptions(folder.path, { keys, sealer, clock: own }));
  journal.commit({ entries: [policyOf({ personal: 45 })] });
  journal.commit({ entries: Array.from({ length: PERSONS }, (_, index) => entry('client.found', { by: 'phone', masked: `person ${index}`, match: 'one' }, { sessionId: 's1' })) });
  return {
    journal,
    purge: () => {
      own.pass(60 * DAY_MS);
      const upToEntryNumber = journal.entries({ limit: 1, newestFirst: true })[0]!.entryNumber;
      journal.commit({ entries: [entry('businessDay.began', { day: '2016-03-01', previous: null }), entry('seal.held', { upToEntryNumber, hostRef: 'h' })] });
      // The newest of a kind stays.
      expect(finishPurge(journal.beginPurge()!)).toMatchObject({ ok: true, value: { purgedCount: PERSONS - 1 } });
    },
  };
}

const start = (): JournalMirror => {
  const mirror = createMirror({ path: join(folder.path, 'journal.db'), folder: copy(), clock, log: silentLog });
  mirror.start();
  return mirror;
};
const until = (holds: () => boolean) => passUntil(clock, holds);
const hasAll = (mirror: JournalMirror) => () => isLevel(mirror.status());
const hasFollowed = () => readdirSync(copy()).some((name) => name.endsWith('.purged'));
const personCount = () => readdirSync(copy()).filter((name) => name.endsWith('.jsonl')).reduce((count, name) => count + readFileSync(join(copy(), name), 'utf8').split('person ').length - 1, 0);

it('one purge that reaches into two files is followed in both', async () => {
  const { journal, purge } = withPersons();
  const first = start();
  await until(hasAll(first));
  await first.stop();
  const [whole, next] = [1, 2].map((segment) => segmentPath(copy(), journal.journalId, segment)) as [string, string];
  const lines = readFileSync(whole, 'utf8').split('\n').filter((line) => line !== '');
  writeFileSync(whole, `${lines.slice(0, 10).join('\n')}\n`);
  writeFileSync(next, `${lines.slice(10).join('\n')}\n`);
  expect(personCount()).toBe(PERSONS);
  purge();
  // What a bad medium gives back for how far it was followed.
  writeFileSync(join(copy(), `journal-${journal.journalId}.purged`), '\0\0');
  const second = start();
  await until(() => personCount() === 1);
  await second.stop();
  expect([personCount(), readdirSync(copy()).filter((name) => name.endsWith('.jsonl')).length]).toEqual([1, 2]);
  journal.close();
});

it('so is one of before, on a medium that was put in the place of the one that followed it', async () => {
  const { journal, purge } = withPersons();
  const mirror = start();
  await until(hasAll(mirror));
  const before = join(folder.path, 'older');
  cpSync(copy(), before, { recursive: true });
  purge();
  await until(() => hasAll(mirror)() && hasFollowed());
  expect(personCount()).toBe(1);
  renameSync(copy(), join(folder.path, 'pulled'));
  // It is missed when there is something to write.
  journal.commit({ entries: [entry('session.started', { language: 'kk' })] });
  await until(() => mirror.status().state === 'lost');
  renameSync(before, copy());
  await until(() => hasAll(mirror)() && hasFollowed());
  expect(personCount()).toBe(1);
  await mirror.stop();
  journal.close();
});

it('an empty file behind the last that has entries is passed over', async () => {
  const { journal } = withPersons();
  const first = start();
  await until(hasAll(first));
  await first.stop();
  writeFileSync(segmentPath(copy(), journal.journalId, 2), '');
  journal.commit({ entries: [entry('session.started', { language: 'kk' })] });
  const second = start();
  await until(hasAll(second));
  await second.stop();
  const numbers = readdirSync(copy()).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) => readFileSync(join(copy(), name), 'utf8').split('\n')).filter((line) => line !== '').map((line) => (JSON.parse(line) as { entryNumber: number }).entryNumber);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  rmSync(copy(), { recursive: true });
  journal.close();
});
