/**
 * Goal: a command that moves notes is sent again only for a NAK that is one. Method: scripted units whose ACK is lost and of whose result only the end
 * arrives, which is a 15.
 */
import { describe, expect, it } from 'vitest';
import { buildResponse } from '../../../simulators/cash-dispenser/puloon-lcdm/wire.ts';
import type { ScriptedProtocol } from '../../support/scripted-dispensers.ts';
import { createScriptedDispenser } from '../../support/scripted-dispensers.ts';

/** 4 of 5 out, one rejected, near end: its BCC is 15; without its SOH. [lcdm §4.5] */
const HEADLESS = buildResponse(0x45, [...'05041101'].map((character) => character.charCodeAt(0))).slice(1);

describe('a 15 after the time of the ACK', () => {
  it.each<[ScriptedProtocol, readonly number[]]>([
    ['puloon-lcdm', HEADLESS], ['puloon-lcdm-4000', [0x52, 0x20, 0x15]], ['fujitsu-f53', [0x10, 0x15]],
  ])('%s: is no NAK, and the order does not go out a second time', async (protocol, bytes) => {
    expect(bytes.at(-1)).toBe(0x15);
    const unit = await createScriptedDispenser(protocol, (_, isOrder) => (isOrder ? [{ afterMs: 8_000, bytes }] : undefined));
    expect(await unit.settle(unit.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 6 } });
    expect(unit.orderCount()).toBe(1);
  });
});

describe('a 15 that answers a copy of the question before', () => {
  it.each<[ScriptedProtocol, number]>([['puloon-lcdm', 0x46], ['puloon-lcdm-4000', 0x55]])('%s: is no NAK of the order', async (protocol, question) => {
    let isOrderDue = false;
    let copyCount = 0;
    const unit = await createScriptedDispenser(protocol, (chunk, isOrder) => {
      // It took the order, and says so in its time.
      if (isOrder) return [{ afterMs: 300, bytes: [0x06] }];
      if (!isOrderDue || chunk[3] !== question || copyCount === 2) return undefined;
      // Its answer comes just after the question was sent again, and the copy, heard while it spoke, meets a NAK.
      return ++copyCount === 1 ? unit.healthy(chunk).map(({ afterMs, bytes }) => ({ afterMs: 560 + afterMs, bytes })) : [{ afterMs: 100, bytes: [0x15] }];
    });
    isOrderDue = true;
    expect((await unit.settle(unit.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }))).kind).toBe('uncertain');
    expect(copyCount).toBe(2);
    expect(unit.orderCount()).toBe(1);
  });
});

it('fujitsu-f53: a NAK of an ENQ that was sent twice is none of the order behind it', async () => {
  let enquiryCount = 0;
  let isOrderDue = false;
  const unit = await createScriptedDispenser('fujitsu-f53', (chunk, isOrder) => {
    if (isOrder) return [{ afterMs: 300, bytes: [0x10, 0x06] }];
    const isStatus = chunk[1] === 0x02 && chunk[4] === 0x00;
    if (isOrderDue && isStatus) enquiryCount = 1;
    if (chunk[1] !== 0x05 || enquiryCount === 0 || enquiryCount > 2) return undefined;
    // Both want to speak at once; then it answers both ENQ, the second with a NAK.
    return enquiryCount++ === 1 ? [{ afterMs: 10, bytes: [0x10, 0x05] }, { afterMs: 20, bytes: [0x10, 0x06] }] : [{ afterMs: 100, bytes: [0x10, 0x15] }];
  });
  isOrderDue = true;
  expect((await unit.settle(unit.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }))).kind).toBe('uncertain');
  expect(unit.orderCount()).toBe(1);
});
