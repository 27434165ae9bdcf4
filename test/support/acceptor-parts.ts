import { createCcnetAcceptor } from '../../drivers/ccnet-family/acceptor.ts';
import { createEbdsAcceptor } from '../../drivers/cash-acceptor/ebds/device.ts';
import { createId003Acceptor } from '../../drivers/id003-family/acceptor.ts';
import { FACTORY_FIXED_KEY, createSspAcceptor } from '../../drivers/ssp-family/acceptor.ts';
import { createCcnetSimulator } from '../../simulators/cash-acceptor/ccnet/simulator.ts';
import type { EbdsSimulatorOptions } from '../../simulators/cash-acceptor/ebds/simulator.ts';
import { createEbdsSimulator } from '../../simulators/cash-acceptor/ebds/simulator.ts';
import type { Id003SimulatorOptions } from '../../simulators/cash-acceptor/id003/simulator.ts';
import { createId003Simulator } from '../../simulators/cash-acceptor/id003/simulator.ts';
import type { SspSimulatorOptions } from '../../simulators/cash-acceptor/ssp/simulator.ts';
import { createSspSimulator } from '../../simulators/cash-acceptor/ssp/simulator.ts';
import { createBillToBill } from '../../drivers/cash-recycler/ccnet-bill-to-bill/device.ts';
import { createId003Recycler } from '../../drivers/cash-recycler/id003-recycler/device.ts';
import { createSmartPayout } from '../../drivers/cash-recycler/ssp-smart-payout/device.ts';
import type { BillToBillSimulatorOptions } from '../../simulators/cash-recycler/ccnet-bill-to-bill/simulator.ts';
import { createBillToBillSimulator } from '../../simulators/cash-recycler/ccnet-bill-to-bill/simulator.ts';
import type { Id003RecyclerSimulatorOptions } from '../../simulators/cash-recycler/id003-recycler/simulator.ts';
import { createId003RecyclerSimulator } from '../../simulators/cash-recycler/id003-recycler/simulator.ts';
import type { SmartPayoutSimulatorOptions } from '../../simulators/cash-recycler/ssp-smart-payout/simulator.ts';
import { createSmartPayoutSimulator } from '../../simulators/cash-recycler/ssp-smart-payout/simulator.ts';
import { createXfsRecycler } from '../../drivers/cash-recycler/xfs4iot-cash-recycler/device.ts';
import type { XfsRecyclerSimulatorOptions } from '../../simulators/cash-recycler/xfs4iot-cash-recycler/simulator.ts';
import { createXfsRecyclerSimulator } from '../../simulators/cash-recycler/xfs4iot-cash-recycler/simulator.ts';
import type { AcceptorParts } from './acceptor-bench.ts';

export const ccnetParts = (): AcceptorParts => ({
  name: 'ccnet',
  createSimulator: (environment) => createCcnetSimulator(environment, {}),
  createAcceptor: (common) => createCcnetAcceptor({ ...common, currencyByCountryCode: { KAZ: 'KZT' } }),
});

export const id003Parts = (options: Id003SimulatorOptions = {}): AcceptorParts => ({
  name: 'id003',
  createSimulator: (environment) => createId003Simulator(environment, options),
  createAcceptor: (common) => createId003Acceptor({ ...common, currencyByCountryCode: { 81: 'KZT' } }),
});

export const ebdsParts = (options: EbdsSimulatorOptions = {}): AcceptorParts => ({
  name: 'ebds',
  createSimulator: (environment) => createEbdsSimulator(environment, options),
  createAcceptor: (common) => createEbdsAcceptor(common),
});

export const sspParts = (options: SspSimulatorOptions = {}): AcceptorParts => ({
  name: options.isEncrypted === true ? 'essp' : 'ssp',
  createSimulator: (environment) => createSspSimulator(environment, options),
  createAcceptor: (common) => createSspAcceptor({ ...common, address: 0, fixedKey: options.isEncrypted === true ? FACTORY_FIXED_KEY : null }),
});

export const smartPayoutParts = (options: SmartPayoutSimulatorOptions = {}): AcceptorParts => ({
  name: 'ssp-smart-payout',
  createSimulator: (environment) => createSmartPayoutSimulator(environment, options),
  createAcceptor: (common) => createSmartPayout({ ...common, address: 0, currency: 'KZT' }),
});

export const billToBillParts = (options: BillToBillSimulatorOptions = {}): AcceptorParts => ({
  name: 'ccnet-bill-to-bill',
  createSimulator: (environment) => createBillToBillSimulator(environment, options),
  createAcceptor: (common) => createBillToBill({ ...common, currency: 'KZT', currencyByCountryCode: { KAZ: 'KZT' } }),
});

export const id003RecyclerParts = (options: Id003RecyclerSimulatorOptions = {}): AcceptorParts => ({
  name: 'id003-recycler',
  createSimulator: (environment) => createId003RecyclerSimulator(environment, options),
  createAcceptor: (common) => createId003Recycler({ ...common, currency: 'KZT', currencyByCountryCode: { 81: 'KZT' } }),
});

export const xfsRecyclerParts = (options: XfsRecyclerSimulatorOptions = {}): AcceptorParts => ({
  name: 'xfs4iot-cash-recycler',
  createSimulator: (environment) => createXfsRecyclerSimulator(environment, options),
  createAcceptor: ({ transport, ...common }) => createXfsRecycler({ ...common, url: 'ws://127.0.0.1:5846/xfs4iot/v1.0/Device1', connect: () => transport, currency: 'KZT', tokenKey: options.tokenKey ?? null }),
});
