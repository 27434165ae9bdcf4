/** The life of a serial scanner. It holds no value and no transaction: after a loss it is opened and set up again, and that is all. [scanners §1.4] */
import { setup } from 'xstate';
import type { DeviceState } from '../../interfaces/device.ts';

export type ScannerMachineEvent =
  | { readonly type: 'port.opened' }
  | { readonly type: 'line.lost' }
  | { readonly type: 'driver.resetRequested' }
  | { readonly type: 'device.identified' }
  | { readonly type: 'device.armed' }
  | { readonly type: 'device.disarmed' };

const machineSetup = setup({
  types: { context: {} as { wasReady: boolean }, events: {} as ScannerMachineEvent },
  guards: { wasReady: ({ context }) => context.wasReady },
});

export const scannerMachine = machineSetup.createMachine({
  id: 'serialScanner',
  context: { wasReady: false },
  initial: 'offline',
  on: { 'line.lost': '.offline' },
  states: {
    offline: { on: { 'port.opened': [{ guard: 'wasReady', target: 'recovering' }, { target: 'initialising' }] } },
    initialising: { on: { 'device.identified': 'ready' } },
    ready: { entry: machineSetup.assign({ wasReady: true }), on: { 'device.armed': 'busy', 'driver.resetRequested': 'recovering' } },
    busy: { on: { 'device.disarmed': 'ready', 'driver.resetRequested': 'recovering' } },
    recovering: { on: { 'device.identified': 'ready' } },
  },
});

export function scannerDeviceState(value: unknown): DeviceState {
  return value as DeviceState;
}
