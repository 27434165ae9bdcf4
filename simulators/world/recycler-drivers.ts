import { createBillToBill } from '../../drivers/cash-recycler/ccnet-bill-to-bill/device.ts';
import { createId003Recycler } from '../../drivers/cash-recycler/id003-recycler/device.ts';
import { createSmartPayout } from '../../drivers/cash-recycler/ssp-smart-payout/device.ts';
import { createXfsRecycler } from '../../drivers/cash-recycler/xfs4iot-cash-recycler/device.ts';
import type { CashRecycler } from '../../drivers/interfaces/cash-recycler.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { WorldRecyclerProtocol } from '../terminal/sample-config.ts';

/** One service alone at its place, where no line is opened. */
export const SERVICE_URL = 'ws://127.0.0.1:5846/xfs4iot/v1.0/Device1';

/** What every driver of a world is made of. */
export interface WorldDriverParts {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

/** As the table of protocols makes them for the sample terminal. */
export const RECYCLER_DRIVERS: Readonly<Record<WorldRecyclerProtocol, (common: WorldDriverParts) => CashRecycler>> = {
  'ccnet-bill-to-bill': (common) => createBillToBill({ ...common, currency: 'KZT', currencyByCountryCode: { KAZ: 'KZT' } }),
  'id003-recycler': (common) => createId003Recycler({ ...common, currency: 'KZT', currencyByCountryCode: { 81: 'KZT' } }),
  'ssp-smart-payout': (common) => createSmartPayout({ ...common, address: 0, currency: 'KZT' }),
  'xfs4iot-cash-recycler': ({ transport, ...common }) => createXfsRecycler({ ...common, url: SERVICE_URL, connect: () => transport, currency: 'KZT', tokenKey: null }),
};
