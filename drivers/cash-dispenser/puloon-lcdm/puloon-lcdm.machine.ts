/**
 * The life of an LCDM dispenser as its driver sees it; `device.ts` owns the line, does what is to be done and tells what came of it.
 *
 * Where notes can be: `ready` in the cassettes only · `busy` path, or gone through the exit into the customer's hand: there is no shutter and no
 * way back [lcdm §7] · `faulty` anywhere, a person looks · after an uncertain command the state is `faulty`, because the device forgets counts
 * and the purge that would clear it destroys the evidence [lcdm §8].
 */
import { setup } from 'xstate';
import type { DeviceState } from '../../interfaces/device.ts';

export type LcdmMachineEvent =
  | { readonly type: 'port.opened' }
  | { readonly type: 'line.lost' }
  | { readonly type: 'driver.resetRequested' }
  /** ROM version and status were read, nothing stands in the way. */
  | { readonly type: 'device.identified' }
  | { readonly type: 'device.commandBegan' }
  | { readonly type: 'device.commandEnded' }
  | { readonly type: 'device.faulted' }
  | { readonly type: 'device.faultCleared' };

const machineSetup = setup({
  types: { context: {} as { wasReady: boolean }, events: {} as LcdmMachineEvent },
  guards: { wasReady: ({ context }) => context.wasReady },
});
const rememberReady = machineSetup.assign({ wasReady: true });

export const lcdmMachine = machineSetup.createMachine({
  id: 'lcdm',
  context: { wasReady: false },
  initial: 'offline',
  on: { 'line.lost': '.offline' },
  states: {
    offline: { on: { 'port.opened': [{ guard: 'wasReady', target: 'recovering' }, { target: 'initialising' }] } },
    initialising: { on: { 'device.identified': 'ready', 'device.faulted': 'faulty' } },
    ready: { entry: rememberReady, on: { 'device.commandBegan': 'busy', 'device.faulted': 'faulty', 'driver.resetRequested': 'recovering' } },
    busy: { on: { 'device.commandEnded': 'ready', 'device.faulted': 'faulty', 'driver.resetRequested': 'recovering' } },
    faulty: { entry: rememberReady, on: { 'device.faultCleared': 'ready', 'driver.resetRequested': 'recovering' } },
    recovering: { on: { 'device.identified': 'ready', 'device.faulted': 'faulty' } },
  },
});

/** The machine is flat: its state is what the rest of the terminal sees. */
export function lcdmDeviceState(value: unknown): DeviceState {
  return value as DeviceState;
}
