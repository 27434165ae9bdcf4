/** Goal: a unit that takes its time between an order and its first motor is not counted before: it would have paid nothing, and pays. */
import { expect, it } from 'vitest';
import { billToBillParts, id003RecyclerParts, smartPayoutParts } from '../../support/acceptor-parts.ts';
import { recyclerBench } from '../../support/recycler-bench.ts';

const FIVE = 500_000;
const OPTIONS = { stored: [{ denominationMinor: FIVE, noteCount: 6 }], thinksMs: 3_000 };

it.each([smartPayoutParts(OPTIONS), id003RecyclerParts(OPTIONS), billToBillParts(OPTIONS)].map((parts) => [parts.name, parts] as const))('%s', async (_name, parts) => {
  const bench = recyclerBench(parts);
  await bench.ready([FIVE]);
  const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 }), 600_000);
  expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: 2 } });
  await bench.clock.advance(30_000);
  expect(bench.outCount()).toBe(2);
});
