/**
 * Goal: wherever in the bytes or the mechanics of a payout the power goes, what is told is what fell. Method: one byte a millisecond, the power cut after each of
 * many milliseconds of the same payout, and given back, or the cable pulled and put back.
 */
import { expect, it } from 'vitest';
import { createHopperBench } from '../../../support/hopper-bench.ts';

const COINS = 3;
/** From the first question before the order to after the last coin. */
const SPAN_MS = 2_600;
const STEP_MS = 11;

it.each([['powerOff', 'powerOn', 11], ['powerOff', 'powerOn', 12], ['unplug', 'plug', 13]] as const)('%s and %s at each moment of a payout: told as it fell (seed %s)', { timeout: 60_000 }, async (away, back, seed) => {
  const kinds = new Set<string>();
  for (let atMs = seed % STEP_MS; atMs < SPAN_MS; atMs += STEP_MS) {
    const bench = createHopperBench({ seed, bytesMax: 1, simulator: { eventCount: seed === 12 ? 0 : 9 } });
    expect(await bench.ready()).toBe(true);
    const paying = bench.dispenser.dispense({ coinCount: COINS });
    await bench.clock.advance(atMs);
    bench.hand({ do: away });
    await bench.clock.advance(400);
    bench.hand({ do: back });
    const outcome = await bench.settle(paying);
    await bench.clock.advance(5_000);
    const out = bench.outCount();
    const [min, max] = outcome.kind === 'completed' ? [outcome.value.presentedCount, outcome.value.presentedCount] : outcome.kind === 'failed' ? [0, 0] : [outcome.lastKnown.noteCountMin!, outcome.lastKnown.noteCountMax!];
    expect(out >= min && out <= max, `${atMs} ms: ${out} left, told ${JSON.stringify(outcome)}`).toBe(true);
    // Only the coin in the opto may be in doubt.
    if (outcome.kind === 'uncertain') expect(max - min, `${atMs} ms: ${JSON.stringify(outcome)}`).toBe(1);
    expect(bench.world().dispenseCommandCount).toBeLessThanOrEqual(1);
    kinds.add(`${outcome.kind}${outcome.kind === 'completed' ? ` ${outcome.value.presentedCount}` : ''}`);
    await bench.settle(bench.dispenser.stop());
  }
  expect(kinds).toContain(away === 'unplug' ? `completed ${COINS}` : 'uncertain');
  expect(kinds).toContain('failed');
});
