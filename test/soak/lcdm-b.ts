import { randomInteger } from '../../main/foundation/random.ts';
import { LCDM_B_FAULTS } from '../../simulators/cash-dispenser/puloon-lcdm-4000/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { createLcdmBBench } from '../support/lcdm-b-bench.ts';
import type { Soak } from './soaked.ts';

const LOADED = 900;

/** Dispenses with random faults; also what LAST STATUS resolved must be what left. */
export const lcdmBSoak: Soak = async ({ seed, transactionCount, byteFaultsOneOf }) => {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
  const bench = createLcdmBBench({ seed, noteCount: LOADED, keepsLastStatus: seed % 4 < 2, byteFaultsOneOf, ...(seed % 2 === 0 ? { bytesMax: 5 } : {}) });
  const outcomes: Record<string, number> = {};
  const differences: string[] = [];
  bench.dispenser.start();
  await bench.untilState('ready');
  for (let turn = 0; turn < transactionCount; turn++) {
    const noteCount = 1 + randomInteger(random, 10);
    if (randomInteger(random, 4) > 0) {
      const fault = pick(Object.keys(LCDM_B_FAULTS) as (keyof typeof LCDM_B_FAULTS)[]);
      bench.hand({ do: 'fault', fault, at: pick(LCDM_B_FAULTS[fault].at), ...(randomInteger(random, 2) === 0 ? {} : { index: randomInteger(random, noteCount) }), times: 1 + randomInteger(random, 4) });
    }
    const before = bench.outCount();
    const outcome = await bench.settle(bench.dispenser.dispense({ cassetteNumber: pick([1, 2, 3]), noteCount }));
    await bench.clock.advance(10_000);
    const out = bench.outCount() - before;
    outcomes[outcome.kind] = (outcomes[outcome.kind] ?? 0) + 1;
    const isTrue = outcome.kind === 'failed' ? out === 0 : outcome.kind === 'completed' ? out === outcome.value.presentedCount : out >= outcome.lastKnown.noteCountMin! && out <= outcome.lastKnown.noteCountMax!;
    if (!isTrue) differences.push(`seed ${seed} turn ${turn}: ${out} left, told ${JSON.stringify(outcome)}`);
    if (bench.everywhereCount() !== 3 * LOADED) differences.push(`seed ${seed} turn ${turn}: ${bench.everywhereCount()} notes exist`);
    for (const command of ['clearFaults', 'clearPath', 'powerOn', 'plug']) bench.hand({ do: command });
    for (let tries = 0; tries < 5; tries++) {
      bench.dispenser.reset();
      await bench.clock.advance(40_000);
      if (bench.dispenser.status().state === 'ready') break;
    }
    if (bench.dispenser.status().state !== 'ready') differences.push(`seed ${seed} turn ${turn}: not ready again`);
  }
  await bench.settle(bench.dispenser.stop());
  return { outcomes, differences };
};
