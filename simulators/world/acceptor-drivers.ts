import { createEbdsAcceptor } from '../../drivers/cash-acceptor/ebds/device.ts';
import { createXfsAcceptor } from '../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import { createCcnetAcceptor } from '../../drivers/ccnet-family/acceptor.ts';
import { createId003Acceptor } from '../../drivers/id003-family/acceptor.ts';
import type { CashAcceptor } from '../../drivers/interfaces/cash-acceptor.ts';
import { FACTORY_FIXED_KEY, createSspAcceptor } from '../../drivers/ssp-family/acceptor.ts';
import type { WorldAcceptorProtocol } from '../terminal/sample-config.ts';
import type { WorldDriverParts } from './recycler-drivers.ts';
import { SERVICE_URL } from './recycler-drivers.ts';

/** As the table of protocols makes them for the sample terminal. */
export const ACCEPTOR_DRIVERS: Readonly<Record<WorldAcceptorProtocol, (parts: WorldDriverParts) => CashAcceptor>> = {
  ccnet: (parts) => createCcnetAcceptor({ ...parts, currencyByCountryCode: { KAZ: 'KZT' } }),
  id003: (parts) => createId003Acceptor({ ...parts, currencyByCountryCode: { 81: 'KZT' } }),
  ebds: (parts) => createEbdsAcceptor(parts),
  ssp: (parts) => createSspAcceptor({ ...parts, address: 0, fixedKey: null }),
  essp: (parts) => createSspAcceptor({ ...parts, address: 0, fixedKey: FACTORY_FIXED_KEY }),
  'xfs4iot-cash-acceptor': ({ transport, ...parts }) => createXfsAcceptor({ ...parts, url: SERVICE_URL, connect: () => transport }),
};
