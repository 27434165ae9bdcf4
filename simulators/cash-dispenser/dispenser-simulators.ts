import type { LoadedCassette } from '../parts/dispenser-notes.ts';
import type { DeviceSimulator, SimulatorEnvironment } from '../simulator.ts';
import type { WorldDispenserProtocol } from '../terminal/sample-config.ts';
import { createF53Simulator } from './fujitsu-f53/simulator.ts';
import { createLcdmBSimulator } from './puloon-lcdm-4000/simulator.ts';
import { createLcdmSimulator } from './puloon-lcdm/simulator.ts';
import { createXfsDispenserSimulator } from './xfs4iot-cash-dispenser/simulator.ts';

export interface DispenserContent {
  readonly cassettes: readonly LoadedCassette[];
}

/** The dispensers that a world may have, and the sample terminal some of. */
export const DISPENSER_SIMULATORS: Readonly<Record<WorldDispenserProtocol, (environment: SimulatorEnvironment, content: DispenserContent) => DeviceSimulator>> = {
  'puloon-lcdm': createLcdmSimulator,
  'fujitsu-f53': createF53Simulator,
  'puloon-lcdm-4000': createLcdmBSimulator,
  'xfs4iot-cash-dispenser': createXfsDispenserSimulator,
};
