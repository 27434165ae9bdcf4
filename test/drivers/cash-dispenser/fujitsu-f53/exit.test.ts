/** Goal: what a retract says is held against the exit sensor. Method: a scripted unit whose answer and sensor contradict each other. */
import { describe, expect, it } from 'vitest';
import { buildFrame, digits } from '../../../../simulators/cash-dispenser/fujitsu-f53/wire.ts';
import { createScriptedDispenser, f53Status } from '../../../support/scripted-dispensers.ts';
import { atOnce } from '../../../support/scripted-line.ts';

const counted = (() => {
  const payload = Array.from({ length: 156 }, () => 0);
  payload.splice(0, 3, 0xe0, 0x03, 0x99);
  payload.splice(0x27, 16, ...[5, 0, 0, 0].flatMap(digits), ...[0, 0, 0, 0].flatMap(digits));
  return buildFrame([...payload, 0x1c]);
})();

describe('a retract that finds nothing in the exit (A4)', () => {
  it.each([[true, 'failed'], [false, 'completed']] as const)('exit blocked afterwards %s: %s', async (isStillBlocked, kind) => {
    let isOut = false;
    const unit = await createScriptedDispenser('fujitsu-f53', (chunk, isOrder) => {
      if (isOrder) return atOnce([0x10, 0x06], [0x10, 0x05], counted);
      if (chunk[1] !== 0x02) return undefined;
      if (chunk[4] === 0x00) return atOnce([0x10, 0x06], [0x10, 0x05], f53Status(isOut));
      if (chunk[5] === 0x09) isOut = true;
      if (chunk[5] !== 0x0a) return undefined;
      isOut = isStillBlocked;
      return atOnce([0x10, 0x06], [0x10, 0x05], buildFrame([0xf0, 0x0a, 4, 0xa4, 0, 0, 0, 0x1c]));
    });
    const { dispenser, settle } = unit;
    expect(await settle(dispenser.presenter!.stack([{ cassetteNumber: 1, noteCount: 5 }]))).toMatchObject({ kind: 'completed' });
    expect(await settle(dispenser.presenter!.present())).toMatchObject({ kind: 'completed' });
    // What lies there is nobody's proof that it was taken.
    expect(await settle(dispenser.presenter!.retract())).toMatchObject({ kind, ...(kind === 'completed' ? { value: { noteCount: 0 } } : {}) });
  });
});
