/**
 * Goal: a note that the box counts late, while a recycler's units are open, may lie in one of them: what is counted there afterwards is not for certain what hands put in, and the fact of the exchange says so.
 * Method: the desk of an acceptor by itself over a journal whose recycler's units somebody has opened.
 */
import { expect, it } from 'vitest';
import { RECYCLER_EXCHANGE, RECYCLER_UNCOUNTED } from '../../../main/core/cash/recycler-exchange.ts';
import { A, FIVE, LOST, TEN, life } from './acceptor-desk-bench.ts';

/** @param keptMinor  the kind of its unit */
const opened = (keptMinor: number, { isOpen = true } = {}) => {
  const world = life();
  world.journal.commit({ cashUnits: [{ unitId: 'recycler.1', denominationMinor: keptMinor, noteCountDelta: 3 }], facts: { [RECYCLER_EXCHANGE]: isOpen ? 't-014' : '', [RECYCLER_UNCOUNTED]: isOpen ? `${keptMinor}:2` : '' } });
  return world;
};

it('told of an order that was given up', async () => {
  const world = opened(FIVE);
  world.begin(A);
  world.device.end(LOST);
  await world.time.advance(60_000);
  await world.moved('noteStacked', A);
  expect([world.outcomes(), world.journal.fact(RECYCLER_UNCOUNTED)]).toEqual([[['a', 'unknown'], ['a', 'stacked']], `${FIVE}:3`]);
});

it('told without an order', async () => {
  const world = opened(FIVE);
  await world.moved('noteStacked', null, FIVE);
  expect([world.items(), world.journal.fact(RECYCLER_UNCOUNTED)]).toEqual([[['unassigned', FIVE]], `${FIVE}:3`]);
});

it.each([['of a kind that none of them has counted yet', opened(TEN), `${TEN}:2 ${FIVE}:1`], ['not with its units closed', opened(FIVE, { isOpen: false }), '']] as const)('%s', async (_, world, uncounted) => {
  await world.moved('noteStacked', null, FIVE);
  expect([world.items(), world.journal.fact(RECYCLER_UNCOUNTED)]).toEqual([[['unassigned', FIVE]], uncounted]);
});
