import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';
import { createXfsDispenser } from '../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import { createXfsDispenserSimulator } from '../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';
import { describeCashDispenser } from './cash-dispenser.contract.ts';

const CASSETTES = [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 200 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 200 }];

describeCashDispenser('XFS4IoT service with a stacker, simulated', () => {
  const bench = createXfsBench<CashDispenser>((common) => createXfsDispenser({ ...common, cassetteCount: 2, bunchNotesMax: 20, hasStacker: true, tokenKey: null }), (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES }));
  return { ...bench, dispenser: bench.device, unplug: () => bench.hand({ do: 'unplug' }), plug: () => bench.hand({ do: 'plug' }), takeNotes: () => bench.hand({ do: 'takeNotes' }), untilSent: () => bench.clock.advance(200) };
});
