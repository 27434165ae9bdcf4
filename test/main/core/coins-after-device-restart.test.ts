/**
 * Goal: a coin that fell into a device that counts anew, and that no core heard of, is found by the next one. Method: desk, driver and simulated device in virtual time; the device restarts in the middle of a cash-in,
 * where its counter may come to stand again where the journal's mark stands.
 */
import { expect, it } from 'vitest';
import type { CoinAcceptor } from '../../../drivers/interfaces/coin-acceptor.ts';
import { CoinDesk } from '../../../main/core/cash/coin-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry } from '../../../main/journal/journal.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createCoinBench } from '../../support/coin-acceptor-bench.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';
import { OWNER, ROOM_MINOR } from './coin-desk-bench.ts';

const HUNDRED = 10_000;

/** A cash-in has the gate open; the core may die, and another one read the journal. */
async function taking() {
  const bench = createCoinBench({ isListening: false });
  const { clock } = bench;
  const journal = memoryJournal({ clock });
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER)] });
  let isDead = false;
  const disk = Object.assign(Object.create(journal) as typeof journal, { commit: (batch: Parameters<typeof journal.commit>[0]) => (isDead ? ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } } as const) : journal.commit(batch)) });
  const deskOf = (acceptor: CoinAcceptor, on: typeof journal) => {
    const desk = new CoinDesk({ acceptor, boxCapacity: 500, journal: on, heldOutcomes: new HeldOutcomes({ journal: on, clock, log: silentLog }), clock, ids: createIdSource(clock, cryptoRandom()), log: silentLog });
    desk.attach(() => (isDead ? null : { operationId: OWNER.operationId, roomMinor: () => ROOM_MINOR * 2, coinAccepted: () => {} }), () => {});
    return desk;
  };
  const first = deskOf(bench.acceptor, disk);
  first.settled();
  expect(await bench.ready()).toBe(true);
  expect(await bench.settle(first.enable(OWNER))).not.toEqual([]);
  const restart = async () => {
    const second = bench.create();
    deskOf(second, journal);
    second.start();
    expect(await clock.runUntil(() => second.status().state === 'ready', 60_000)).toBe(true);
    await clock.advance(5_000);
  };
  const money = () => ({ boxed: bench.boxed().length, credited: dataOf(journal.operationEntries(OWNER.operationId), 'coin.accepted').length, items: journal.suspense({ state: 'open' }).length });
  return { bench, clock, first, die: () => (isDead = true), restart, money };
}

it('at the counter of the mark', async () => {
  const { bench, clock, first, die, restart, money } = await taking();
  bench.insert(HUNDRED);
  await clock.advance(3_000);
  expect(money().credited).toBe(1);
  bench.hand({ do: 'powerOff' });
  await clock.advance(500);
  bench.hand({ do: 'powerOn' });
  expect(await clock.runUntil(() => !first.isOpen, 60_000)).toBe(true);
  expect(await clock.runUntil(() => first.isOpen && bench.acceptor.status().state === 'busy', 60_000)).toBe(true);
  await clock.advance(2_000);
  const { items } = money();
  // The core dies of the coin: nothing of it is durable.
  die();
  bench.insert(HUNDRED);
  await clock.advance(3_000);
  await restart();
  expect(money()).toEqual({ boxed: 2, credited: 2, items });
});

it.each([1_440, 1_460, 1_480, 1_500, 1_520, 1_540, 1_560, 1_580, 1_600])('at the counter of the mark, where the device restarted just before the gate was opened: put in after %i ms', async (afterMs) => {
  const { bench, clock, first, die, restart, money } = await taking();
  bench.insert(HUNDRED);
  await clock.advance(3_000);
  await bench.settle(first.disable());
  bench.hand({ do: 'powerOff' });
  bench.hand({ do: 'powerOn' });
  void first.enable(OWNER);
  await clock.advance(afterMs);
  bench.insert(HUNDRED);
  await clock.advance(20);
  die();
  await clock.advance(3_000);
  await restart();
  const { boxed, credited, items } = money();
  expect([credited, items]).toEqual([boxed, 0]);
});
