/**
 * Goal: the worlds' nearly full disk is one as the guards know it, so that what they find on it holds in the field. Method: the product's journal on it, at each of its limits.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DISK_ROOM } from '../../../main/journal/disk-reserve.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { Chance } from '../../../simulators/world/chance.ts';
import { drawNearlyFull } from '../../../simulators/world/nearly-full-disk.ts';
import { FailingDisk } from '../../../simulators/world/random-faults.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { journalOptions, makeFolder, mustOpen } from '../../main/journal/journal-fixture.ts';

const { freeBytesMin: MIN, reserveBytes: RESERVE } = DISK_ROOM;
const PAGE = 4096;
const stopped = { entries: [entry('terminal.stopped', { reason: 'test' })] };
const stacked = { entries: [entry('intent.stack', { noteId: 'n', denominationMinor: 100 }, { operationId: 'o' })] };
let folder: ReturnType<typeof makeFolder>;
let faults: FailingDisk;
let journal: Journal;
beforeEach(() => {
  folder = makeFolder();
  faults = new FailingDisk();
  journal = mustOpen(journalOptions(folder.path, { durability: 'memory', faults }));
  expect([journal.room().ok, faults.disk.reservedBytes()]).toEqual([true, RESERVE]);
});
afterEach(() => {
  journal.close();
  folder.remove();
});
const free = (freeBytes: number) => faults.disk.setTides([{ after: 1, freeBytes }]);

it('has room at the limit, none a byte below it, and grows with what the journal writes', () => {
  free(MIN - 1);
  expect([journal.room().ok, journal.probe().ok, journal.commit(stopped).ok]).toEqual([false, false, true]);
  free(MIN + 2 * PAGE - 1);
  expect([journal.room().ok, journal.commit(stopped).ok, journal.room()]).toMatchObject([true, true, { ok: false, error: { code: 'JNL_DISK_FULL' } }]);
});

it('full to the last byte, takes a commit by the blocks of the reserve, and has room again where both fit', () => {
  free(0);
  expect([journal.commit(stopped).ok, faults.disk.reservedBytes()]).toEqual([true, 0]);
  free(MIN + RESERVE - 1);
  expect([journal.room().ok, faults.disk.reservedBytes()]).toEqual([false, 0]);
  free(MIN + RESERVE);
  expect([journal.room().ok, faults.disk.reservedBytes()]).toEqual([true, RESERVE]);
});

it('full again after the reserve is gone, takes nothing until it is cleared', () => {
  faults.disk.setTides([{ after: 1, freeBytes: 0 }, { after: 2, freeBytes: 0 }]);
  expect([journal.commit(stopped), journal.commit(stopped)]).toMatchObject([{ ok: true }, { ok: false, error: { code: 'JNL_DISK_FULL' } }]);
  faults.endFailures();
  expect(journal.commit(stopped).ok).toBe(false);
  faults.heal();
  expect([journal.commit(stopped).ok, journal.verify().ok, journal.compareBooks()]).toEqual([true, true, []]);
});

it('tells of whoever takes a note in after he saw that there is no room', () => {
  expect([journal.commit(stacked).ok, faults.disk.findings]).toEqual([true, []]);
  free(MIN - 1);
  journal.room();
  journal.commit(stacked);
  expect(faults.disk.findings).toMatchObject([{ rule: 'order', detail: 'intent.stack of o on a disk that was seen to be nearly full' }]);
});

it('is drawn by the dice of a session, and only where everything goes wrong', () => {
  const draw = (level: 'some' | 'all', seed: number) => drawNearlyFull(level, { disk: faults }, 7, new Chance(seededRandom(seed)));
  const drawn = Array.from({ length: 300 }, (_, seed) => draw('all', seed)).flat();
  expect([draw('some', 1), drawn.length > 10, new Set(drawn.map(({ id }) => id)), draw('all', 1).map(({ name }) => name)]).toEqual([[], true, new Set(['7.14']), draw('all', 1).map(({ name }) => name)]);
});

it('is not asked again for what was on it before, and only read back', () => {
  free(MIN - 1);
  expect(journal.room().ok).toBe(false);
  faults.failNext({ skips: 0, failures: 1 });
  faults.readBack(() => expect(journal.commit(stacked).ok).toBe(true));
  expect([faults.disk.findings, journal.commit(stopped).ok, journal.commit(stopped).ok]).toEqual([[], false, true]);
});
