/**
 * Goal: a stop that does not wait until cash rests (a second signal, the battery) leaves no more in doubt than a death: what a device leaves open because its line is closed is asked by the next start. Method:
 * the whole terminal in virtual time, its devices closed one later than the other, with the core in the middle of an order.
 */
import { expect, it } from 'vitest';
import { delay } from '../../../main/foundation/clock.ts';
import type { DeskWorldOptions } from '../../support/virtual-desk.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

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
