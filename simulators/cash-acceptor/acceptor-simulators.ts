import type { DeviceSimulator, SimulatorEnvironment } from '../simulator.ts';
import type { WorldAcceptorProtocol } from '../terminal/sample-config.ts';
import { SAMPLE_DENOMINATIONS_MINOR } from '../terminal/sample-config.ts';
import { createCcnetSimulator } from './ccnet/simulator.ts';
import { createEbdsSimulator } from './ebds/simulator.ts';
import { createId003Simulator } from './id003/simulator.ts';
import { createSspSimulator } from './ssp/simulator.ts';
import { createXfsAcceptorSimulator } from './xfs4iot-cash-acceptor/simulator.ts';

/** The acceptors that a world may have; the sample terminal has the first. */
export const ACCEPTOR_SIMULATORS: Readonly<Record<WorldAcceptorProtocol, (environment: SimulatorEnvironment) => DeviceSimulator>> = {
  ccnet: (environment) => createCcnetSimulator(environment, {}),
  id003: (environment) => createId003Simulator(environment, {}),
  ebds: (environment) => createEbdsSimulator(environment, {}),
  ssp: (environment) => createSspSimulator(environment, {}),
  'xfs4iot-cash-acceptor': (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: SAMPLE_DENOMINATIONS_MINOR }),
};
