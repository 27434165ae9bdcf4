/**
 * Goal: an orderly stop in the middle of a visit leaves no gate open behind it: a coin acceptor that nobody reads remembers five coins, and the customer's own would be among the forgotten. A gate that a
 * death left open is over when it was shut and read. Method: the whole terminal in virtual time; a coin is put in before the end, more of them into the dark terminal, and the power goes again and again.
 */
import { expect, it } from 'vitest';
import type { Coin } from '../../../simulators/coin-acceptor/cctalk-coin-acceptor/model.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
const THOUSAND = 100_000;

async function taking() {
  const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount: 50 } });
  await desk.boot();
  await desk.when(() => desk.parts.devices.coinAcceptor?.status().state === 'ready', 'the coin acceptor is up');
  const { acceptor } = desk.surroundings.coins!;
  await desk.toCashIn(SAMPLE.phone);
  return { desk, acceptor, throwIn: () => void acceptor.control({ do: 'insertCoin', denominationMinor: HUNDRED }) };
}

it.each([120, 700])('a coin that was put in %i ms before it is its customer\'s, and none goes in behind it', async (beforeMs) => {
  const { desk, acceptor, throwIn } = await taking();
  const boxed = () => (acceptor.world() as unknown as { coins: Coin[] }).coins.filter((coin) => coin.place === 'box').length;
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

it('after a death with the gate open, and when that is settled, a power cut is nobody\'s doubt', async () => {
  const { desk, acceptor, throwIn } = await taking();
  throwIn();
  await desk.clock.advance(2_000);
  desk.die();
  desk.restart();
  await desk.until('attract', 300_000);
  await desk.clock.advance(20_000);
  for (let cut = 0; cut < 2; cut++) {
    desk.die();
    acceptor.control({ do: 'powerOff' });
    acceptor.control({ do: 'powerOn' });
    desk.restart();
    await desk.until('attract', 300_000);
    await desk.clock.advance(20_000);
  }
  expect(desk.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'retained', amountMinor: HUNDRED }]);
  await desk.stop();
});
