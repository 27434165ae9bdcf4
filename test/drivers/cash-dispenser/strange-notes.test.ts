/** Goal: notes of a cassette that nobody asked are never booked as those of another, nor handed out unbooked. Method: scripted units that count them. */
import { describe, expect, it } from 'vitest';
import { buildFrame, digits } from '../../../simulators/cash-dispenser/fujitsu-f53/wire.ts';
import { buildResponse } from '../../../simulators/cash-dispenser/puloon-lcdm-4000/wire.ts';
import { createScriptedDispenser, f53Status } from '../../support/scripted-dispensers.ts';
import { atOnce } from '../../support/scripted-line.ts';

const RESERVED = Array.from({ length: 9 }, () => 0x20);

describe('notes of a cassette that was not asked', () => {
  it('puloon-lcdm-4000: are in doubt, with those of the order', async () => {
    // Error 41 while from cassette 1: two of it are out, and one of cassette 2. [lcdm §5]
    const moved = [0x20 + 0x41, 0x30, 0x22, 0x20, 0x31, 0x21, 0x20, 0x32, 0x20, 0x20, 0x30, 0x20, 0x20, 0x30, ...RESERVED];
    const unit = await createScriptedDispenser('puloon-lcdm-4000', (_, isOrder) => (isOrder ? atOnce([0x06], buildResponse(0x52, moved)) : undefined));
    expect(await unit.settle(unit.dispenser.dispense({ cassetteNumber: 1, noteCount: 4 }))).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'notesOfAnotherCassette', noteCountMin: 2, noteCountMax: 4, strangeCounts: [{ cassetteNumber: 2, noteCount: 1 }] } });
    expect(unit.dispenser.status()).toMatchObject({ state: 'faulty', faults: ['CDM_COUNT_MISMATCH'] });
  });

  it('fujitsu-f53: leave the bunch in doubt, and it is not handed out', async () => {
    const payload = Array.from({ length: 156 }, () => 0);
    payload.splice(0, 3, 0xe0, 0x03, 0x99);
    payload.splice(0x27, 16, ...[2, 1, 0, 0].flatMap(digits), ...[0, 0, 0, 0].flatMap(digits));
    const unit = await createScriptedDispenser('fujitsu-f53', (_, isOrder) => (isOrder ? atOnce([0x10, 0x06], [0x10, 0x05], buildFrame([...payload, 0x1c])) : undefined));
    expect(await unit.settle(unit.dispenser.presenter!.stack([{ cassetteNumber: 1, noteCount: 2 }]))).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'notesOfAnotherCassette' } });
    expect(unit.dispenser.status()).toMatchObject({ state: 'faulty', faults: ['CDM_COUNT_MISMATCH'] });
  });
});

describe('something in the exit of an F53 that presents by itself, before the present', () => {
  it('is not taken for the bunch: that is in doubt, and nothing moves', async () => {
    const payload = Array.from({ length: 156 }, () => 0);
    payload.splice(0, 3, 0xe0, 0x03, 0x99);
    payload.splice(0x27, 16, ...[2, 0, 0, 0].flatMap(digits), ...[0, 0, 0, 0].flatMap(digits));
    let isBlocked = false;
    let presentCount = 0;
    const unit = await createScriptedDispenser('fujitsu-f53', (chunk, isOrder) => {
      if (isOrder) return atOnce([0x10, 0x06], [0x10, 0x05], buildFrame([...payload, 0x1c]));
      if (chunk[1] === 0x02 && chunk[5] === 0x09) presentCount++;
      return chunk[1] === 0x02 && chunk[4] === 0x00 && isBlocked ? atOnce([0x10, 0x06], [0x10, 0x05], f53Status(true)) : undefined;
    });
    expect(await unit.settle(unit.dispenser.presenter!.stack([{ cassetteNumber: 1, noteCount: 2 }]))).toMatchObject({ kind: 'completed' });
    isBlocked = true;
    expect(await unit.settle(unit.dispenser.presenter!.present())).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'exit blocked before the present' } });
    expect(presentCount).toBe(0);
    expect(unit.dispenser.status().faults).toContain('CDM_DISPENSE_UNCERTAIN');
  });
});
