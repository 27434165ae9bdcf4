import type { DeviceSimulator, SimulatorEnvironment } from '../simulator.ts';
import type { WorldRecyclerProtocol } from '../terminal/sample-config.ts';
import type { FirmwareDiffers } from '../parts/firmware.ts';
import { usualFirmware } from '../parts/firmware.ts';
import { createBillToBillSimulator } from './ccnet-bill-to-bill/simulator.ts';
import { createId003RecyclerSimulator } from './id003-recycler/simulator.ts';
import { createSmartPayoutSimulator } from './ssp-smart-payout/simulator.ts';
import { createXfsRecyclerSimulator } from './xfs4iot-cash-recycler/simulator.ts';

export interface RecyclerContent {
  /** Notes in its units at the start. */
  readonly stored?: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
}

/** The recyclers that the sample terminal may have in the acceptor's place. [ccnet §7, §13, §16, id003 §5, §6] */
export const RECYCLER_SIMULATORS: Readonly<Record<WorldRecyclerProtocol, (environment: SimulatorEnvironment, content: RecyclerContent, differs?: FirmwareDiffers) => DeviceSimulator>> = {
  'ccnet-bill-to-bill': (environment, content, differs = usualFirmware) => createBillToBillSimulator(environment, {
    ...content, stackedByte: differs() ? 'typeAndDestination' : 'billType', dispensedData: differs() ? 'none' : differs() ? 'other' : 'pairs', tellsStackedAfterReset: differs(),
  }),
  'id003-recycler': (environment, content, differs = usualFirmware) => createId003RecyclerSimulator(environment, { ...content, takesUnusedBits: !differs(), ...(differs() ? { stackedMs: 900 } : {}) }),
  // Older firmware has no GET COUNTERS, or no SMART EMPTY. [ssp §6]
  'ssp-smart-payout': (environment, content, differs = usualFirmware) => createSmartPayoutSimulator(environment, { ...content, withoutCommands: [...(differs() ? [0x58] : []), ...(differs() ? [0x52] : [])] }),
  'xfs4iot-cash-recycler': createXfsRecyclerSimulator,
};
