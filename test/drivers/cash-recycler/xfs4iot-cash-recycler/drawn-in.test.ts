/**
 * Goal: notes that the device draws in by itself, as one may that is powered with notes in its exit, are never told as paid out.
 * Method: driver and simulated service in virtual time; the power blinks while three notes lie in reach, with the core there or not.
 */
import { expect, it } from 'vitest';
import { isRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import { xfsRecyclerParts } from '../../../support/acceptor-parts.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const FIVE = 500_000;
const PLACES = [
  ['into its bin, which counts', 'drawnIn', {}, { kind: 'completed', value: { presentedCount: 0, rejectedCount: 3 } }],
  ['into its bin, which does not count', 'drawnIn', { countsRetracted: false }, { kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } }],
  ['no further than the transport', 'drawnInPartWay', {}, { kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } }],
] as const;

it.each(PLACES.flatMap(([where, fault, options, expected]) => [false, true].map((isCoreDead) => [where, isCoreDead, fault, options, expected] as const)))('what it drew in %s (the core dead: %s) is not paid', async (_where, isCoreDead, fault, options, expected) => {
  const bench = recyclerBench(xfsRecyclerParts({ stored: [{ denominationMinor: FIVE, noteCount: 6 }], takesPaidAfterMs: null, ...options }));
  await bench.ready([FIVE]);
  bench.hand({ do: 'fault', fault, at: 'powerUp' });
  const unitNumber = await bench.unitOf(FIVE);
  const mark = bench.recycler.payoutMark()!;
  const paid = bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 3 });
  expect(await bench.clock.runUntil(() => bench.notes().filter(({ place }) => place === 'bezel').length === 3, 60_000)).toBe(true);
  const stopping = isCoreDead ? bench.recycler.stop() : null;
  bench.hand({ do: 'powerOff' });
  await bench.clock.advance(3_000);
  bench.hand({ do: 'powerOn' });
  await stopping;
  expect(bench.outCount()).toBe(0);
  if (!isCoreDead) return expect(await bench.settled(paid, 600_000)).toMatchObject(expected);
  const next = bench.successor();
  if (!isRecycler(next)) throw new Error('a recycler');
  next.expectCutPayout();
  next.start();
  await bench.clock.runUntil(() => ['ready', 'busy', 'faulty'].includes(next.status().state), 60_000);
  return expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark }), 600_000)).toMatchObject(expected);
});
