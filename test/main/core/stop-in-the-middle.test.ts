/**
 * Goal: a stop that does not wait until cash rests (a second signal, the battery) leaves no more in doubt than a death: what a device leaves open because its line is closed is asked by the next start. Method:
 * the whole terminal in virtual time, its devices closed one later than the other, with the core in the middle of an order.
 */
import { expect, it } from 'vitest';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { JournalBatch } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import type { DeskWorldOptions } from '../../support/virtual-desk.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const HUNDRED = 10_000;
const THOUSAND = 100_000;

async function world(options: DeskWorldOptions = {}): Promise<DeskWorld> {
  const desk = new DeskWorld({ limits: IMPATIENT, ...options });
  await desk.boot();
  return desk;
}

/** The line of one device takes its time; the others are closed, and the journal is open. */
async function stopAndStart(desk: DeskWorld): Promise<void> {
  const { printer } = desk.parts.devices;
  const stop = printer!.stop.bind(printer);
  Object.assign(printer!, { stop: async () => {
    await stop();
    await delay(desk.clock, 300);
  } });
  await desk.stopCore();
  await desk.clock.advance(20_000);
  desk.restart();
  await desk.until('attract', 300_000);
}

it.each([200, 600])('coins that fall are counted by the hopper, %i ms after they were ordered', async (afterMs) => {
  const desk = await world({ coins: { denominationMinor: HUNDRED, coinCount: 50 } });
  await desk.when(() => desk.parts.devices.coinDispensers[0]?.status().state === 'ready', 'the hopper is up');
  await desk.toWithdrawalConfirm(250_000);
  await desk.press('next');
  await desk.when(() => desk.dataOf('intent.dispense').some(({ cassetteNumber }) => cassetteNumber === 201), 'coins are ordered', 300_000);
  await desk.clock.advance(afterMs);
  await stopAndStart(desk);
  expect(desk.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'full', presentedMinor: 250_000, uncertainMinor: 0 }]);
  expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
  await desk.stop();
});

it.each([50, 400, 900])('a note on its way into the box is found there, %i ms after it was ordered', async (afterMs) => {
  const desk = await world();
  await desk.toCashIn(SAMPLE.phone);
  desk.insert(THOUSAND);
  await desk.when(() => desk.dataOf('intent.stack').length === 1, 'it is ordered into the box');
  await desk.clock.advance(afterMs);
  await stopAndStart(desk);
  expect(desk.journal.suspense({ state: 'open' }).map(({ reason, amountMinor }) => [reason, amountMinor])).toEqual([]);
  expect(desk.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: THOUSAND }]);
  await desk.stop();
});

it('what a device says for certain is written to the last, and a doubt of before its line was closed', async () => {
  const journal = memoryJournal();
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  let isFull = true;
  const disk = Object.assign(Object.create(journal) as typeof journal, { commit: (batch: JournalBatch) => (isFull ? ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } } as const) : journal.commit(batch)) });
  const held = new HeldOutcomes({ journal: disk, clock, log: silentLog });
  const outcome = (cassetteNumber: number, kind: 'completed' | 'uncertain'): JournalBatch => ({ entries: [entry('outcome.dispense', { cassetteNumber, denominationMinor: HUNDRED, requestedCount: 1, presentedCount: 0, rejectedCount: 0, pickedCount: 0, outcome: kind, uncertainCount: kind === 'uncertain' ? 1 : 0, rawErrorCode: null, evidence: 'x' }, { operationId: 'operation-1' })] });
  held.hold(outcome(1, 'uncertain'));
  isFull = false;
  held.end();
  const written = await Promise.all([held.commit(outcome(2, 'uncertain')), held.commit(outcome(3, 'completed'))]);
  held.requireWritten();
  expect([written, dataOf(journal.operationEntries('operation-1'), 'outcome.dispense').map(({ cassetteNumber }) => cassetteNumber)]).toEqual([[false, true], [1, 3]]);
});

it.each(['the core ends', 'it may no longer'] as const)('an order that was to follow an outcome is not written with it where %s while the disk kept it waiting', async (reason) => {
  const journal = memoryJournal();
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  let [isFull, mayFollow] = [true, true];
  const disk = Object.assign(Object.create(journal) as typeof journal, { commit: (batch: JournalBatch) => (isFull ? ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } } as const) : journal.commit(batch)) });
  const held = new HeldOutcomes({ journal: disk, clock, log: silentLog });
  const outcome = entry('outcome.dispense', { cassetteNumber: 1, denominationMinor: HUNDRED, requestedCount: 1, presentedCount: 1, rejectedCount: 0, pickedCount: 1, outcome: 'completed', uncertainCount: 0, rawErrorCode: null, evidence: 'full' }, { operationId: 'operation-1' });
  const next = entry('intent.dispense', { cassetteNumber: 1, denominationMinor: HUNDRED, noteCount: 1 }, { operationId: 'operation-1' });
  const committed = held.commit({ entries: [outcome] }, { follows: [next], mayFollow: () => mayFollow });
  await clock.advance(5_000);
  if (reason === 'the core ends') held.end();
  else mayFollow = false;
  isFull = false;
  await clock.advance(5_000);
  expect([await committed, journal.operationEntries('operation-1').map(({ kind }) => kind)]).toEqual([false, ['outcome.dispense']]);
});
