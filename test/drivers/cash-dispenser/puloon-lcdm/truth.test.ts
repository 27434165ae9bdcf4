/**
 * Goal: whatever happens on the line and in the machine, what the driver reports and what physically happened agree.
 * Method: seeded sequences of dispenses with one random fault each, in virtual time; after each the simulator's places of notes are compared with the
 * outcome, and no note may appear or vanish.
 */
import { describe, expect, it } from 'vitest';
import { randomInteger } from '../../../../main/foundation/random.ts';
import { LCDM_FAULTS } from '../../../../simulators/cash-dispenser/puloon-lcdm/faults.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createLcdmBench } from '../../../support/lcdm-bench.ts';

const SEEDS = 40;
const DISPENSES_PER_SEED = 12;
const LOADED = 200;

async function runSeed(seed: number): Promise<Record<string, number>> {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
  const bench = createLcdmBench({ seed, ...(seed % 2 === 0 ? { bytesMax: 5 } : {}) });
  const kinds: Record<string, number> = {};
  bench.dispenser.start();
  await bench.untilState('ready');
  bench.hand({ do: 'noteEvents', isOn: seed % 3 !== 0 });
  for (let turn = 0; turn < DISPENSES_PER_SEED; turn++) {
    const noteCount = 1 + randomInteger(random, 5);
    const cassetteNumber = pick([1, 2]);
    if (randomInteger(random, 4) > 0) {
      const fault = pick(Object.keys(LCDM_FAULTS) as (keyof typeof LCDM_FAULTS)[]);
      const at = pick(LCDM_FAULTS[fault].at);
      const index = randomInteger(random, noteCount);
      bench.hand({ do: 'fault', fault, at, ...(at === 'command' || at === 'reply' ? {} : { index }), times: 1 + randomInteger(random, 3), opcode: cassetteNumber === 1 ? 0x45 : 0x55 });
    }
    const outBefore = bench.outCount();
    const outcome = await bench.settle(bench.dispenser.dispense({ cassetteNumber, noteCount }));
    // A device whose cable is out goes on alone.
    await bench.clock.advance(10_000);
    const outNow = bench.outCount() - outBefore;
    kinds[outcome.kind] = (kinds[outcome.kind] ?? 0) + 1;
    const context = `seed ${seed} turn ${turn}: ${JSON.stringify(outcome)}`;
    if (outcome.kind === 'failed') expect(outNow, context).toBe(0);
    if (outcome.kind === 'completed') expect(outNow, context).toBe(outcome.value.presentedCount);
    if (outcome.kind === 'uncertain') {
      expect(outNow, context).toBeGreaterThanOrEqual(outcome.lastKnown.noteCountMin!);
      expect(outNow, context).toBeLessThanOrEqual(outcome.lastKnown.noteCountMax!);
    }
    const world = bench.world();
    const everywhere = world.cassettes.reduce((sum, cassette) => sum + cassette.noteCount, 0) + world.path.length + world.exit.length + world.takenCount + world.rejectTray.noteCount + world.removedCount;
    expect(everywhere, context).toBe(LOADED);
    // The technician puts everything right again.
    for (const command of ['clearFaults', 'clearPath', 'powerOn', 'plug']) bench.hand({ do: command });
    bench.dispenser.reset();
    await bench.clock.advance(20_000);
    expect(bench.dispenser.status().state, context).toBe('ready');
  }
  await bench.settle(bench.dispenser.stop());
  return kinds;
}

describe('driver and physics', () => {
  it(`agree over ${SEEDS} seeds of ${DISPENSES_PER_SEED} dispenses with faults`, async () => {
    const total: Record<string, number> = {};
    for (let seed = 1; seed <= SEEDS; seed++) {
      for (const [kind, count] of Object.entries(await runSeed(seed))) total[kind] = (total[kind] ?? 0) + count;
    }
    // The loop must have met all three, or it proves nothing.
    expect(Object.keys(total).sort()).toEqual(['completed', 'failed', 'uncertain']);
  });
});
