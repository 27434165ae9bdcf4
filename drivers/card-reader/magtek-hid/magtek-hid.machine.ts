/** The life of a swipe reader: it is there or not, and swipes are wanted (`busy`) or not. It never holds a card. [card-readers, MagTek SureSwipe] */
import { setup } from 'xstate';
import type { DeviceState } from '../../interfaces/device.ts';

export type MagtekMachineEvent = { readonly type: 'port.opened' } | { readonly type: 'line.lost' } | { readonly type: 'entry.enabled' } | { readonly type: 'entry.disabled' };

export const magtekMachine = setup({ types: { events: {} as MagtekMachineEvent } }).createMachine({
  id: 'magtekHid',
  initial: 'offline',
  on: { 'line.lost': '.offline' },
  states: {
    offline: { on: { 'port.opened': 'ready' } },
    ready: { on: { 'entry.enabled': 'busy' } },
    busy: { on: { 'entry.disabled': 'ready' } },
  },
});

export function magtekDeviceState(value: unknown): DeviceState {
  return value as DeviceState;
}
