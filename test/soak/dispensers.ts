import { randomInteger } from '../../main/foundation/random.ts';
import { LCDM_FAULTS } from '../../simulators/cash-dispenser/puloon-lcdm/faults.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { createLcdmBench } from '../support/lcdm-bench.ts';
import type { Soak } from './soaked.ts';

const LOADED = 1_000;

/** Dispenses with random faults: what the outcome says left the device is what left it. */
export const lcdmSoak: Soak = async ({ seed, transactionCount, byteFaultsOneOf }) => {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
  const bench = createLcdmBench({ seed, noteCounts: [LOADED, LOADED], ...(byteFaultsOneOf === null ? {} : { bytesMax: 5 }) });
  const outcomes: Record<string, number> = {};
  const differences: string[] = [];
  bench.dispenser.start();
  await bench.untilState('ready');
  bench.hand({ do: 'noteEvents', isOn: seed % 3 !== 0 });
  for (let turn = 0; turn < transactionCount; turn++) {
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
    outcomes[outcome.kind] = (outcomes[outcome.kind] ?? 0) + 1;
    const isTrue =
      outcome.kind === 'failed' ? outNow === 0
      : outcome.kind === 'completed' ? outNow === outcome.value.presentedCount
      : outNow >= outcome.lastKnown.noteCountMin! && outNow <= outcome.lastKnown.noteCountMax!;
    if (!isTrue) differences.push(`seed ${seed} turn ${turn}: ${outNow} left, told ${JSON.stringify(outcome)}`);
    const world = bench.world();
    const everywhere = world.cassettes.reduce((sum, cassette) => sum + cassette.noteCount, 0) + world.path.length + world.exit.length + world.takenCount + world.rejectTray.noteCount + world.removedCount;
    if (everywhere !== 2 * LOADED) differences.push(`seed ${seed} turn ${turn}: ${everywhere} of ${2 * LOADED} notes exist`);
    // The technician puts everything right again.
    for (const command of ['clearFaults', 'clearPath', 'powerOn', 'plug']) bench.hand({ do: command });
    bench.dispenser.reset();
    await bench.clock.advance(20_000);
    if (bench.dispenser.status().state !== 'ready') differences.push(`seed ${seed} turn ${turn}: not ready again`);
  }
  await bench.settle(bench.dispenser.stop());
  return { outcomes, differences };
};
