/**
 * Goal: an orderly stop in the middle of a visit leaves no gate open behind it: a coin acceptor that nobody reads remembers five coins, and the customer's own would be among the forgotten. Method: the whole
 * terminal in virtual time; a coin is put in before the stop, and more of them into the dark terminal.
 */
import { expect, it } from 'vitest';
import type { Coin } from '../../../simulators/coin-acceptor/cctalk-coin-acceptor/model.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
const THOUSAND = 100_000;

it.each([120, 700])('a coin that was put in %i ms before it is its customer\'s, and none goes in behind it', async (beforeMs) => {
  const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount: 50 } });
  await desk.boot();
  await desk.when(() => desk.parts.devices.coinAcceptor?.status().state === 'ready', 'the coin acceptor is up');
  const { acceptor } = desk.surroundings.coins!;
  const boxed = () => (acceptor.world() as unknown as { coins: Coin[] }).coins.filter((coin) => coin.place === 'box').length;
  const throwIn = () => acceptor.control({ do: 'insertCoin', denominationMinor: HUNDRED });
  await desk.toCashIn(SAMPLE.phone);
  await desk.insertCounted(THOUSAND);
  throwIn();
  await desk.clock.advance(beforeMs);
  await desk.stopCore();
  for (let coin = 0; coin < 7; coin++) {
    throwIn();
    await desk.clock.advance(1_000);
  }
  expect(boxed()).toBe(1);
  desk.restart();
  await desk.until('attract', 300_000);
  expect(desk.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: THOUSAND + HUNDRED, by: 'recovery' }]);
  expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
  await desk.stop();
});
