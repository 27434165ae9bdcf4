/**
 * The life of a CRT-571 as its driver sees it. Where a card can be: `ready` none · `busy` under way, inside, or at the gate waiting to be taken ·
 * `faulty` anywhere, a person looks. A card found at the start stays where it is (initialise "do not move"); the owner decides about it.
 * [card-readers: sequences common to motorised readers]
 */
import { setup } from 'xstate';
import type { DeviceState } from '../../interfaces/device.ts';

export type Crt571MachineEvent =
  | { readonly type: 'port.opened' }
  | { readonly type: 'line.lost' }
  | { readonly type: 'driver.resetRequested' }
  | { readonly type: 'device.initialised' }
  | { readonly type: 'device.cardPresent' }
  | { readonly type: 'device.cardGone' }
  | { readonly type: 'device.faulted' }
  | { readonly type: 'device.faultCleared' };

const machineSetup = setup({
  types: { context: {} as { wasReady: boolean }, events: {} as Crt571MachineEvent },
  guards: { wasReady: ({ context }) => context.wasReady },
});
const rememberReady = machineSetup.assign({ wasReady: true });

export const crt571Machine = machineSetup.createMachine({
  id: 'crt571',
  context: { wasReady: false },
  initial: 'offline',
  on: { 'line.lost': '.offline' },
  states: {
    offline: { on: { 'port.opened': [{ guard: 'wasReady', target: 'recovering' }, { target: 'initialising' }] } },
    initialising: { on: { 'device.initialised': 'ready', 'device.faulted': 'faulty' } },
    ready: { entry: rememberReady, on: { 'device.cardPresent': 'busy', 'device.faulted': 'faulty', 'driver.resetRequested': 'recovering' } },
    busy: { on: { 'device.cardGone': 'ready', 'device.faulted': 'faulty', 'driver.resetRequested': 'recovering' } },
    faulty: { entry: rememberReady, on: { 'device.faultCleared': 'ready', 'driver.resetRequested': 'recovering' } },
    recovering: { on: { 'device.initialised': 'ready', 'device.faulted': 'faulty' } },
  },
});

export function crt571DeviceState(value: unknown): DeviceState {
  return value as DeviceState;
}
