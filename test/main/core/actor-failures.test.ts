/** Goal: a mistake of our own inside an actor of the machines is not swallowed by their `onError`. Method: small machines on a virtual clock, whose timers throw into the test. */
import { describe, expect, it } from 'vitest';
import { createActor, createMachine, fromPromise } from 'xstate';
import { tellActorFailure } from '../../../main/core/actor-failures.ts';
import { JournalUnavailable } from '../../../main/core/require-commit.ts';
import { assert } from '../../../main/foundation/assert.ts';
import type { LogFields } from '../../../main/foundation/log.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

function machineThat(fails: () => never) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const told: LogFields[] = [];
  const note = (level: string) => (event: string, fields?: LogFields) => void told.push({ level, event, ...fields });
  const log = { ...silentLog, error: note('error'), info: note('info') };
  const machine = createMachine({ initial: 'asking', states: { asking: { invoke: { src: fromPromise(async () => fails()), onError: 'refused' } }, refused: {} } });
  const actor = createActor(machine, { inspect: (inspected) => inspected.type === '@xstate.snapshot' && tellActorFailure(inspected.snapshot, { clock, log }) });
  actor.start();
  return { clock, told, actor };
}

describe('an actor that fails', () => {
  it.each([
    ['AssertionFailure', () => assert(false, 'never')],
    ['TypeError', () => (undefined as unknown as { readonly name: string }).name],
  ])('by a mistake of our own (%s) ends the process, after the machine has gone where the money is known, and the log says where it was', async (kind, mistake) => {
    const { clock, told, actor } = machineThat(mistake as () => never);
    await expect(clock.advance(1)).rejects.toThrow();
    expect(actor.getSnapshot().value).toBe('refused');
    expect(told).toEqual([{ level: 'error', event: 'trm.actor.failed', kind, at: expect.stringMatching(/^actor-failures\.test\.ts:\d+$/) }]);
  });

  it.each([
    ['JournalUnavailable', () => { throw new JournalUnavailable({ code: 'JNL_UNWRITABLE', detail: 'disk full (test)' }); }],
    ['Error', () => { throw new Error('the cassettes are open'); }],
  ])('to say no (%s) is heard by its machine, and the log has it', async (kind, refusal) => {
    const { clock, told, actor } = machineThat(refusal as () => never);
    await clock.advance(1);
    expect(actor.getSnapshot().value).toBe('refused');
    expect(told).toEqual([{ level: 'info', event: 'trm.actor.failed', kind, at: expect.stringMatching(/^actor-failures\.test\.ts:\d+$/) }]);
  });
});
