import type { DeviceSimulator, SimulatorEnvironment } from '../simulator.ts';
import type { WorldRecyclerProtocol } from '../terminal/sample-config.ts';
import { createBillToBillSimulator } from './ccnet-bill-to-bill/simulator.ts';
import { createId003RecyclerSimulator } from './id003-recycler/simulator.ts';
import { createSmartPayoutSimulator } from './ssp-smart-payout/simulator.ts';
import { createXfsRecyclerSimulator } from './xfs4iot-cash-recycler/simulator.ts';

export interface RecyclerContent {
  /** Notes in its units at the start. */
  readonly stored?: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
}

/** The recyclers that the sample terminal may have in the acceptor's place. */
export const RECYCLER_SIMULATORS: Readonly<Record<WorldRecyclerProtocol, (environment: SimulatorEnvironment, content: RecyclerContent) => DeviceSimulator>> = {
  'ccnet-bill-to-bill': createBillToBillSimulator,
  'id003-recycler': createId003RecyclerSimulator,
  'ssp-smart-payout': createSmartPayoutSimulator,
  'xfs4iot-cash-recycler': createXfsRecyclerSimulator,
};
