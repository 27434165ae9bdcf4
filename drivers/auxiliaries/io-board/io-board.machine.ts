/**
 * The life of the board as its driver sees it. Each leaf is one thing to do next; `device.ts` owns the line and does it. No money is here:
 * what is at stake is that an opened safe is seen, so silence for longer than one poll means offline and every position unknown. [README §Loss]
 */
import { setup } from 'xstate';
import type { DeviceState } from '../../interfaces/device.ts';

export type IoBoardMachineEvent =
  | { readonly type: 'driver.started' }
  | { readonly type: 'driver.stopped' }
  | { readonly type: 'driver.resetRequested' }
  | { readonly type: 'port.opened' }
  | { readonly type: 'port.failed' }
  | { readonly type: 'port.retryDue' }
  /** The port closed under us, or the board was silent or strange. */
  | { readonly type: 'line.lost' }
  /** Identity and positions were read. */
  | { readonly type: 'board.read' };

/** What `device.ts` does in a leaf. */
export type IoBoardStep = 'none' | 'open' | 'waitToOpen' | 'read' | 'poll';

const machineSetup = setup({
  types: { context: {} as { wasReady: boolean }, events: {} as IoBoardMachineEvent, tags: '' as IoBoardStep },
  guards: { wasReady: ({ context }) => context.wasReady },
});

const rememberReady = machineSetup.assign({ wasReady: true });

export const ioBoardMachine = machineSetup.createMachine({
  id: 'ioBoard',
  context: { wasReady: false },
  initial: 'offline',
  on: { 'driver.stopped': '.offline.closed', 'line.lost': '.offline.waiting' },
  states: {
    offline: {
      initial: 'closed',
      states: {
        closed: { tags: ['none'], on: { 'driver.started': 'opening', 'line.lost': {} } },
        opening: { tags: ['open'], on: { 'port.opened': [{ guard: 'wasReady', target: '#ioBoard.recovering' }, { target: '#ioBoard.initialising' }], 'port.failed': 'waiting' } },
        waiting: { tags: ['waitToOpen'], on: { 'port.retryDue': 'opening', 'driver.resetRequested': 'opening', 'line.lost': {} } },
      },
    },
    initialising: { tags: ['read'], on: { 'board.read': 'ready' } },
    /** As `initialising`, later in life. */
    recovering: { tags: ['read'], on: { 'board.read': 'ready' } },
    ready: { tags: ['poll'], entry: rememberReady, on: { 'driver.resetRequested': 'recovering' } },
  },
});

const STEPS: readonly IoBoardStep[] = ['none', 'open', 'waitToOpen', 'read', 'poll'];

export function stepOf(snapshot: { hasTag(tag: IoBoardStep): boolean }): IoBoardStep {
  return STEPS.find((step) => snapshot.hasTag(step)) ?? 'none';
}

/** The top level of the machine is the state that the rest of the terminal sees. */
export function deviceStateOf(value: string | Readonly<Record<string, unknown>>): DeviceState {
  return (typeof value === 'string' ? value : Object.keys(value)[0]) as DeviceState;
}
