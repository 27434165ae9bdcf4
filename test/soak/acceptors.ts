import { createCcnetAcceptor } from '../../drivers/cash-acceptor/ccnet/device.ts';
import { createCcnetSimulator } from '../../simulators/cash-acceptor/ccnet/simulator.ts';
import { acceptorSoak } from './acceptor-soak.ts';

export const ccnetSoak = acceptorSoak({
  name: 'ccnet',
  createSimulator: (environment) => createCcnetSimulator(environment, {}),
  createAcceptor: (common) => createCcnetAcceptor({ ...common, currencyByCountryCode: { KAZ: 'KZT' } }),
});
