/** Goal: a unit that takes its time between an order and its first motor is not counted before, also not by the core that comes after the one that ordered: it would have paid nothing, and pays. */
import { expect, it } from 'vitest';
import { billToBillParts, id003RecyclerParts, smartPayoutParts } from '../../support/acceptor-parts.ts';
import { isRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
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

it.each([smartPayoutParts(OPTIONS), id003RecyclerParts(OPTIONS), billToBillParts(OPTIONS)].flatMap((parts) => [50, 200, 600].map((afterMs) => [parts.name, afterMs, parts] as const)))('%s, of whose order the core dies after %i ms', async (_name, afterMs, parts) => {
  const bench = recyclerBench(parts);
  await bench.ready([FIVE]);
  const unitNumber = await bench.unitOf(FIVE);
  const mark = bench.recycler.payoutMark()!;
  void bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 2 });
  await bench.clock.advance(afterMs);
  await bench.settled(bench.recycler.stop());
  const next = bench.successor();
  if (!isRecycler(next)) throw new Error('a recycler');
  next.expectCutPayout();
  next.start();
  expect(await bench.clock.runUntil(() => ['ready', 'busy'].includes(next.status().state), 60_000)).toBe(true);
  const outcome = await bench.settled(next.resolvePayout({ unitNumber, noteCount: 2, mark }), 600_000);
  await bench.clock.advance(30_000);
  expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: bench.outCount() } });
});
