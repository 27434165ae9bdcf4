import { createXfsDispenser } from '../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import type { CashDispenser } from '../../drivers/interfaces/cash-dispenser.ts';
import { createXfsDispenserSimulator } from '../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import type { XfsBench } from './xfs-bench.ts';
import { createXfsBench } from './xfs-bench.ts';

const CASSETTES = [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 100 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 100 }];

/** A dispenser with a stacker behind a service, up; `again` is a driver of a terminal that was started anew. */
export async function createXfsDispenserBench(): Promise<XfsBench<CashDispenser> & { again(): CashDispenser }> {
  const made: (() => CashDispenser)[] = [];
  const bench = createXfsBench<CashDispenser>(
    (common) => {
      made.push(() => createXfsDispenser({ ...common, cassetteCount: 2, bunchNotesMax: 40, hasStacker: true, tokenKey: null }));
      return made[0]!();
    },
    (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES }),
  );
  bench.device.start();
  await bench.untilState('ready');
  return { ...bench, again: () => made[0]!() };
}
