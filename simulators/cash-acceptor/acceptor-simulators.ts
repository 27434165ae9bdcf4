import type { DeviceSimulator, SimulatorEnvironment } from '../simulator.ts';
import type { WorldAcceptorProtocol } from '../terminal/sample-config.ts';
import { SAMPLE_DENOMINATIONS_MINOR } from '../terminal/sample-config.ts';
import type { FirmwareDiffers } from '../parts/firmware.ts';
import { usualFirmware } from '../parts/firmware.ts';
import { createCcnetSimulator } from './ccnet/simulator.ts';
import { createEbdsSimulator } from './ebds/simulator.ts';
import { createId003Simulator } from './id003/simulator.ts';
import { createSspSimulator } from './ssp/simulator.ts';
import { createXfsAcceptorSimulator } from './xfs4iot-cash-acceptor/simulator.ts';

/** The acceptors that a world may have; the sample terminal has the first. [ccnet §12, §13, id003 §4–§6, ebds §13.2, ssp §11, §15.3] */
export const ACCEPTOR_SIMULATORS: Readonly<Record<WorldAcceptorProtocol, (environment: SimulatorEnvironment, differs?: FirmwareDiffers) => DeviceSimulator>> = {
  ccnet: (environment, differs = usualFirmware) => createCcnetSimulator(environment, {
    eventAfterPowerUp: differs() ? 'forgotten' : 'resent', tellsStackedAfterReset: differs(), tellsReturnedAfterReset: !differs(), skipsReturnedEvent: differs(), answersBadCrc: differs() ? 'nak' : 'silence',
  }),
  id003: (environment, differs = usualFirmware) => createId003Simulator(environment, { takesUnusedBits: !differs(), ...(differs() ? { stackedMs: 900 } : {}), ...(differs() ? { escrowMs: 5_000 } : {}) }),
  ebds: (environment, differs = usualFirmware) => createEbdsSimulator(environment, { tellsShortStackedFirst: differs() }),
  ssp: (environment, differs = usualFirmware) => createSspSimulator(environment, { repeatsCredit: differs(), ...(differs() ? { escrowMs: 5_000 } : {}) }),
  essp: (environment, differs = usualFirmware) => createSspSimulator(environment, { isEncrypted: true, ...(differs() ? { escrowMs: 5_000 } : {}) }),
  'xfs4iot-cash-acceptor': (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: SAMPLE_DENOMINATIONS_MINOR }),
};
