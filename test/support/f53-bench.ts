import { createF53Dispenser } from '../../drivers/cash-dispenser/fujitsu-f53/device.ts';
import { silentLog } from '../../main/foundation/log.ts';
import { createF53Simulator } from '../../simulators/cash-dispenser/fujitsu-f53/simulator.ts';
import type { DispenserBench, DispenserBenchOptions } from './dispenser-bench.ts';
import { createDispenserBench } from './dispenser-bench.ts';

const BILL = { lengthMmMax: 149, lengthMmMin: 129, thickness: 12 };

/** F53 with 5 000 ₸ and 2 000 ₸. */
export function createF53Bench(options: DispenserBenchOptions & { readonly noteCounts?: readonly [number, number]; readonly delivery?: 'separate' | 'withCount'; readonly countedBytes?: 157 | 139 } = {}): DispenserBench {
  const [first, second] = options.noteCounts ?? [100, 100];
  return createDispenserBench({
    driver: ({ transport, clock }) => createF53Dispenser({ deviceId: 'dispenser', transport, clock, log: silentLog, bills: [BILL, BILL], isPolymer: false, delivery: options.delivery ?? 'separate', slot: 'front' }),
    simulator: (environment) => createF53Simulator(environment, {
      cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: first }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: second }],
      ...(options.countedBytes === undefined ? {} : { countedBytes: options.countedBytes }),
    }),
  }, options);
}
