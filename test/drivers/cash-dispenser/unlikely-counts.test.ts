/**
 * Goal: counts that cannot be are not booked from one reading. Method: scripted units whose result has the same bit wrong in two bytes, which their check byte does not see, or who
 * say the impossible each time.
 */
import { describe, expect, it } from 'vitest';
import { buildResponse as buildB } from '../../../simulators/cash-dispenser/puloon-lcdm-4000/wire.ts';
import { buildResponse as buildA } from '../../../simulators/cash-dispenser/puloon-lcdm/wire.ts';
import { createScriptedDispenser } from '../../support/scripted-dispensers.ts';
import { atOnce } from '../../support/scripted-line.ts';

const NAK = 0x15;
const lcdm = (text: string) => buildA(0x45, [...text].map((character) => character.charCodeAt(0)));
const FIVE_A = lcdm('05051000');
const RESERVED = Array.from({ length: 9 }, () => 0x20);
const FIVE_B = buildB(0x52, [0x20, 0x30, 0x25, 0x20, 0x31, 0x20, 0x20, 0x32, 0x20, 0x20, 0x30, 0x20, 0x20, 0x30, ...RESERVED]);
/** One bit in two bytes: the XOR of all is the same. */
const bent = (frame: readonly number[], indices: readonly number[], bit: number) => frame.map((byte, index) => (indices.includes(index) ? byte ^ bit : byte));

describe('a result whose counts cannot be', () => {
  it.each([
    // CHK and EXIT 45 of 5.
    ['puloon-lcdm', FIVE_A, bent(FIVE_A, [4, 6], 0x04)],
    // EXIT 69 of 5, and 64 rejected.
    ['puloon-lcdm-4000', FIVE_B, bent(FIVE_B, [6, 7], 0x40)],
  ] as const)('%s: is asked for again, and the repeat is believed', async (protocol, good, bad) => {
    expect(good.reduce((sum, byte) => sum ^ byte, 0)).toBe(bad.reduce((sum, byte) => sum ^ byte, 0));
    const unit = await createScriptedDispenser(protocol, (chunk, isOrder) => (isOrder ? atOnce([0x06], bad) : chunk[0] === NAK ? atOnce(good) : undefined));
    expect(await unit.settle(unit.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 5, stoppedBy: null } });
    expect(unit.orderCount()).toBe(1);
    expect(unit.dispenser.status().counters).toMatchObject({ nakSentCount: 1 });
  });

  it('puloon-lcdm: that the unit repeats is what it counted', async () => {
    const six = lcdm('06061000');
    const unit = await createScriptedDispenser('puloon-lcdm', (chunk, isOrder) => (isOrder ? atOnce([0x06], six) : chunk[0] === NAK ? atOnce(six) : undefined));
    expect(await unit.settle(unit.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 6, stoppedBy: 'CDM_COUNT_MISMATCH' } });
  });
});
