import { expect, it } from 'vitest';
import { isRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import { xfsRecyclerParts } from '../../../support/acceptor-parts.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const FIVE = 500_000;

it('notes in the exit, of a payout of which nobody asks any more, are shown as left there', async () => {
  const bench = recyclerBench(xfsRecyclerParts({ stored: [{ denominationMinor: FIVE, noteCount: 6 }], takesPaidAfterMs: null }));
  await bench.ready([FIVE]);
  void bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 });
  expect(await bench.clock.runUntil(() => bench.outCount() === 3, 60_000)).toBe(true);
  await bench.settled(bench.recycler.stop());
  const next = bench.successor();
  if (!isRecycler(next)) throw new Error('a recycler');
  next.expectCutPayout();
  next.start();
  expect(await bench.clock.runUntil(() => next.status().state === 'busy', 60_000)).toBe(true);
  // It was away for too long: its operation is settled without it.
  next.confirmPayout();
  await bench.clock.advance(10_000);
  expect(next.status()).toMatchObject({ state: 'faulty', faults: ['CDM_ITEMS_LEFT'] });
});
