import { describe, expect, it } from 'vitest';
import { transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { CcnetMachineEvent } from '../../../../drivers/ccnet-family/ccnet.machine.ts';
import { ccnetMachine, deviceStateOf, stepOf } from '../../../../drivers/ccnet-family/ccnet.machine.ts';

const TYPES = [
  'driver.started', 'driver.stopped', 'driver.resetRequested', 'port.opened', 'port.failed', 'port.retryDue', 'line.lost', 'device.observed', 'device.resetAcknowledged',
  'device.resetNeeded', 'device.initialised', 'device.configured', 'device.maskLost', 'device.noteUnderWay', 'device.atRest', 'device.faulted', 'device.faultCleared',
] as const satisfies readonly CcnetMachineEvent['type'][];

const paths = getShortestPaths(ccnetMachine, { events: TYPES.map((type) => ({ type })), serializeState: (state) => JSON.stringify([state.value, state.context.wasReady]), limit: 1_000 });

describe('ccnet machine', () => {
  it('reaches each of its states', () => {
    const states = new Set(paths.map((path) => JSON.stringify(path.state.value)));
    for (const leaf of ['observing', 'resetting', 'settling', 'configuring']) {
      expect(states).toContain(JSON.stringify({ initialising: leaf }));
      expect(states).toContain(JSON.stringify({ recovering: leaf }));
    }
    for (const state of ['ready', 'busy', 'faulty']) expect(states).toContain(JSON.stringify(state));
  });

  it('has one thing to do in each state, and a name that the terminal knows', () => {
    for (const { state } of paths) {
      expect(['offline', 'initialising', 'ready', 'busy', 'faulty', 'recovering']).toContain(deviceStateOf(state.value as never));
      expect(stepOf(state)).not.toBe(state.matches({ offline: 'closed' }) ? 'open' : 'none');
    }
  });

  it('never gets ready without a RESET after the line or the mask was lost [ccnet §10]', () => {
    for (const path of paths.filter(({ state }) => state.matches('ready'))) {
      const types: string[] = path.steps.map((step) => step.event.type);
      const lost = Math.max(types.lastIndexOf('line.lost'), types.lastIndexOf('device.maskLost'), types.lastIndexOf('device.faultCleared'));
      expect(types.slice(lost + 1)).toContain('device.resetAcknowledged');
    }
  });

  it('leaves every state but offline when the line is lost, and every state when it is stopped', () => {
    for (const { state } of paths) {
      const isClosed = state.matches({ offline: 'closed' });
      expect(deviceStateOf(step(state, 'line.lost').value as never)).toBe('offline');
      expect(step(state, 'line.lost').matches({ offline: 'closed' })).toBe(isClosed);
      expect(step(state, 'driver.stopped').matches({ offline: 'closed' })).toBe(true);
    }
  });

  function step(state: (typeof paths)[number]['state'], type: CcnetMachineEvent['type']) {
    return transition(ccnetMachine, state, { type })[0];
  }
});
