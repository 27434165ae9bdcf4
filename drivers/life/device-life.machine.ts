/**
 * The life of a device as its driver sees it, the same for every device on a line: `line-device.ts` owns the line, does what is to be done and tells
 * what came of it. What `ready`, `busy` and `faulty` say about money, notes and cards differs by class and stands in the README of each driver.
 *
 * A protocol that needs more states than these has a machine of its own beside its driver.
 */
import { setup } from 'xstate';
import type { DeviceState } from '../interfaces/device.ts';

export type DeviceLifeEvent =
  | { readonly type: 'port.opened' }
  | { readonly type: 'line.lost' }
  | { readonly type: 'driver.resetRequested' }
  /** It answered who it is, and nothing stands in the way. */
  | { readonly type: 'device.identified' }
  /** Something is under way or held: a command, a note, a card. */
  | { readonly type: 'device.engaged' }
  | { readonly type: 'device.released' }
  | { readonly type: 'device.faulted' }
  | { readonly type: 'device.faultCleared' };

const machineSetup = setup({
  types: { context: {} as { wasReady: boolean }, events: {} as DeviceLifeEvent },
  guards: { wasReady: ({ context }) => context.wasReady },
});
const rememberReady = machineSetup.assign({ wasReady: true });

export const deviceLifeMachine = machineSetup.createMachine({
  id: 'deviceLife',
  context: { wasReady: false },
  initial: 'offline',
  on: { 'line.lost': '.offline' },
  states: {
    offline: { on: { 'port.opened': [{ guard: 'wasReady', target: 'recovering' }, { target: 'initialising' }] } },
    initialising: { on: { 'device.identified': 'ready', 'device.faulted': 'faulty' } },
    ready: { entry: rememberReady, on: { 'device.engaged': 'busy', 'device.faulted': 'faulty', 'driver.resetRequested': 'recovering' } },
    busy: { on: { 'device.released': 'ready', 'device.faulted': 'faulty', 'driver.resetRequested': 'recovering' } },
    faulty: { entry: rememberReady, on: { 'device.faultCleared': 'ready', 'driver.resetRequested': 'recovering' } },
    recovering: { on: { 'device.identified': 'ready', 'device.faulted': 'faulty' } },
  },
});

/** The machine is flat: its state is what the rest of the terminal sees. */
export function deviceLifeState(value: unknown): DeviceState {
  return value as DeviceState;
}
