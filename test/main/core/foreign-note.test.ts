/**
 * Goal: a note of another currency is worth nothing in the books, whatever its figure: it is offered to nobody, ends no order of ours as the ordered note, and stands in doubt without a
 * sum. Method: an acceptor that says what it is told to say, the real journal.
 */
import { expect, it } from 'vitest';
import { A, FIVE, life } from './acceptor-desk-bench.ts';

it('in escrow: it goes back', () => {
  const { device, ordered, told } = life();
  device.say({ kind: 'noteEscrowed', note: { ...A, currency: 'RUB' } });
  expect([ordered, told]).toEqual([['return a'], []]);
});

it('stacked for the note that was ordered: what lies in the box is in doubt', async () => {
  const { begin, moved, outcomes, box, acks } = life();
  const fate = begin(A);
  await moved('noteStacked', A, FIVE, 'RUB');
  expect([fate.is, outcomes(), box(), acks.length]).toEqual(['unknown', [['a', 'unknown']], {}, 1]);
});

it('stacked without an order: nobody’s, and no sum', async () => {
  const { moved, items, box, acks } = life();
  await moved('noteStacked', null, FIVE, 'RUB');
  expect([items(), box(), acks.length]).toEqual([[['unassigned', 0]], {}, 1]);
});
