/**
 * The life of a CCNET validator as its driver sees it. Each leaf is one thing to do next; `device.ts` owns the line, does it, and tells
 * what came of it. Nothing runs in parallel: the line has one owner, and a change of state never leaves an old request behind.
 *
 * Where a note can be: `ready` none · `busy` head, escrow or transport · `faulty` anywhere, a person looks · `observing` wherever the last
 * start left it, which is why the first states are read before the RESET that moves it. [ccnet §10, §13]
 */
import { setup } from 'xstate';
import type { DeviceState } from '../interfaces/device.ts';

export type CcnetMachineEvent =
  | { readonly type: 'driver.started' }
  | { readonly type: 'driver.stopped' }
  | { readonly type: 'driver.resetRequested' }
  | { readonly type: 'port.opened' }
  | { readonly type: 'port.failed' }
  | { readonly type: 'port.retryDue' }
  | { readonly type: 'line.lost' }
  /** The states before the reset are recorded, and no note is under way that could still tell its end. */
  | { readonly type: 'device.observed' }
  | { readonly type: 'device.resetAcknowledged' }
  /** 10, 11 or 12 again while it should initialise: the RESET was lost, or the power went again. */
  | { readonly type: 'device.resetNeeded' }
  | { readonly type: 'device.initialised' }
  | { readonly type: 'device.configured' }
  /** Power-up or initialisation seen in operation: the enable mask is gone. [ccnet §10] */
  | { readonly type: 'device.maskLost' }
  | { readonly type: 'device.noteUnderWay' }
  | { readonly type: 'device.atRest' }
  | { readonly type: 'device.faulted' }
  | { readonly type: 'device.faultCleared' };

/** What `device.ts` does in a leaf. */
export type CcnetStep = 'none' | 'open' | 'waitToOpen' | 'observe' | 'reset' | 'awaitInitialised' | 'configure' | 'poll';

const machineSetup = setup({
  types: { context: {} as { wasReady: boolean }, events: {} as CcnetMachineEvent, tags: '' as CcnetStep },
  guards: { wasReady: ({ context }) => context.wasReady },
});

const rememberReady = machineSetup.assign({ wasReady: true });

/** `initialising` at the first start and `recovering` later are the same way up; only the name differs for whoever watches. */
function bringUp() {
  return {
    initial: 'observing',
    on: { 'device.faulted': '#ccnet.faulty', 'driver.resetRequested': '.resetting' },
    states: {
      observing: { tags: ['observe'], on: { 'device.observed': 'resetting' } },
      resetting: { tags: ['reset'], on: { 'device.resetAcknowledged': 'settling' } },
      settling: { tags: ['awaitInitialised'], on: { 'device.initialised': 'configuring', 'device.resetNeeded': 'resetting' } },
      configuring: { tags: ['configure'], on: { 'device.configured': '#ccnet.ready', 'device.resetNeeded': 'resetting' } },
    },
  } as const;
}

export const ccnetMachine = machineSetup.createMachine({
  id: 'ccnet',
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
          on: {
            'port.opened': [{ guard: 'wasReady', target: '#ccnet.recovering' }, { target: '#ccnet.initialising' }],
            'port.failed': 'waiting',
          },
        },
        waiting: { tags: ['waitToOpen'], on: { 'port.retryDue': 'opening' } },
      },
    },
    initialising: bringUp(),
    recovering: bringUp(),
    ready: {
      tags: ['poll'],
      entry: rememberReady,
      on: {
        'device.noteUnderWay': 'busy',
        'device.faulted': 'faulty',
        'device.maskLost': 'recovering',
        'driver.resetRequested': 'recovering',
      },
    },
    busy: {
      tags: ['poll'],
      on: {
        'device.atRest': 'ready',
        'device.faulted': 'faulty',
        'device.maskLost': 'recovering',
        'driver.resetRequested': 'recovering',
      },
    },
    faulty: {
      tags: ['poll'],
      on: {
        'device.faultCleared': 'recovering',
        'device.maskLost': 'recovering',
        'driver.resetRequested': 'recovering.resetting',
      },
    },
  },
});

const STEPS: readonly CcnetStep[] = ['none', 'open', 'waitToOpen', 'observe', 'reset', 'awaitInitialised', 'configure', 'poll'];

export function stepOf(snapshot: { hasTag(tag: CcnetStep): boolean }): CcnetStep {
  return STEPS.find((step) => snapshot.hasTag(step)) ?? 'none';
}

/** The top level of the machine is the state that the rest of the terminal sees. */
export function deviceStateOf(value: string | Readonly<Record<string, unknown>>): DeviceState {
  return (typeof value === 'string' ? value : Object.keys(value)[0]) as DeviceState;
}
