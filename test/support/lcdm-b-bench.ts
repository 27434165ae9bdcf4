import { createLcdmBDispenser } from '../../drivers/cash-dispenser/puloon-lcdm-4000/device.ts';
import { silentLog } from '../../main/foundation/log.ts';
import { createLcdmBSimulator } from '../../simulators/cash-dispenser/puloon-lcdm-4000/simulator.ts';
import type { DispenserBench, DispenserBenchOptions } from './dispenser-bench.ts';
import { createDispenserBench } from './dispenser-bench.ts';

/** LCDM-4000 with three cassettes. */
export function createLcdmBBench(options: DispenserBenchOptions & { readonly noteCount?: number; readonly keepsLastStatus?: boolean; readonly codes?: readonly number[] } = {}): DispenserBench {
  const noteCount = options.noteCount ?? 100;
  return createDispenserBench({
    driver: ({ transport, clock }) => createLcdmBDispenser({ deviceId: 'dispenser', transport, clock, log: silentLog, cassetteCount: 3 }),
    simulator: (environment) => createLcdmBSimulator(environment, { cassettes: [500_000, 200_000, 100_000].map((denominationMinor, index) => ({ cassetteNumber: index + 1, denominationMinor, noteCount })), keepsLastStatus: options.keepsLastStatus ?? false, ...(options.codes === undefined ? {} : { codes: options.codes }) }),
  }, options);
}
