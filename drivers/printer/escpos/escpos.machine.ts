/**
 * The life of a receipt printer as its driver sees it. Each leaf is one thing to do next; `device.ts` owns the line and does it.
 * No money is here, but a person's paper is: `recovering` clears what an earlier job left in the buffer and in the throat before anybody
 * else's receipt is printed. [escpos §8, §9]
 */
import { setup } from 'xstate';
import type { DeviceState } from '../../interfaces/device.ts';

export type EscposMachineEvent =
  | { readonly type: 'driver.started' }
  | { readonly type: 'driver.stopped' }
  | { readonly type: 'driver.resetRequested' }
  | { readonly type: 'port.opened' }
  | { readonly type: 'port.failed' }
  | { readonly type: 'port.retryDue' }
  | { readonly type: 'line.lost' }
  /** Buffers cleared, initialised, in-order answer seen. */
  | { readonly type: 'device.cleared' }
  | { readonly type: 'job.started' }
  | { readonly type: 'job.finished' }
  /** The job did not end as it should: buffer and throat may hold the rest of it. */
  | { readonly type: 'job.interrupted' }
  | { readonly type: 'device.faulted' }
  | { readonly type: 'device.faultCleared' };

/** What `device.ts` does in a leaf. */
export type EscposStep = 'none' | 'open' | 'waitToOpen' | 'clear' | 'serve' | 'print' | 'watch';

const machineSetup = setup({
  types: { context: {} as { wasReady: boolean }, events: {} as EscposMachineEvent, tags: '' as EscposStep },
  guards: { wasReady: ({ context }) => context.wasReady },
});

const rememberReady = machineSetup.assign({ wasReady: true });

/** `initialising` at the first start, `recovering` later: the same way up. */
function bringUp() {
  return { tags: ['clear'], on: { 'device.cleared': 'ready', 'device.faulted': 'faulty' } } as const;
}

export const escposMachine = machineSetup.createMachine({
  id: 'escpos',
  context: { wasReady: false },
  initial: 'offline',
  on: { 'driver.stopped': '.offline.closed', 'line.lost': '.offline.waiting' },
  states: {
    offline: {
      initial: 'closed',
      states: {
        closed: { tags: ['none'], on: { 'driver.started': 'opening', 'line.lost': {} } },
        opening: {
          tags: ['open'],
          on: { 'port.opened': [{ guard: 'wasReady', target: '#escpos.recovering' }, { target: '#escpos.initialising' }], 'port.failed': 'waiting' },
        },
        waiting: { tags: ['waitToOpen'], on: { 'port.retryDue': 'opening', 'line.lost': {} } },
      },
    },
    initialising: bringUp(),
    recovering: bringUp(),
    ready: {
      tags: ['serve'],
      entry: rememberReady,
      on: { 'job.started': 'busy', 'device.faulted': 'faulty', 'driver.resetRequested': 'recovering' },
    },
    busy: { tags: ['print'], on: { 'job.finished': 'ready', 'job.interrupted': 'recovering' } },
    faulty: { tags: ['watch'], on: { 'device.faultCleared': 'recovering', 'driver.resetRequested': 'recovering' } },
  },
});

const STEPS: readonly EscposStep[] = ['none', 'open', 'waitToOpen', 'clear', 'serve', 'print', 'watch'];

export function stepOf(snapshot: { hasTag(tag: EscposStep): boolean }): EscposStep {
  return STEPS.find((step) => snapshot.hasTag(step)) ?? 'none';
}

/** The top level of the machine is the state that the rest of the terminal sees. */
export function deviceStateOf(value: string | Readonly<Record<string, unknown>>): DeviceState {
  return (typeof value === 'string' ? value : Object.keys(value)[0]) as DeviceState;
}
