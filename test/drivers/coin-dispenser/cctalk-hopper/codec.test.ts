import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLevel, decodeStatus, decodeTest, decodeTotal, eventAfter, totalSince } from '../../../../drivers/coin-dispenser/cctalk-hopper/codec.ts';
import { decodeHopper } from '../../../../drivers/coin-dispenser/cctalk-hopper/decode.ts';
import type { Registers } from '../../../../drivers/coin-dispenser/cctalk-hopper/registers.ts';
import { decodeMark, encodeMark, judge } from '../../../../drivers/coin-dispenser/cctalk-hopper/registers.ts';
import { faultsOf } from '../../../../drivers/coin-dispenser/cctalk-hopper/test-faults.ts';
import vectors from '../../../vectors/cctalk-hopper.json' with { type: 'json' };

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('golden answers', () => {
  it.each(vectors.vectors.filter(({ status }) => status !== undefined))('$name', ({ data, status }) => {
    expect(decodeStatus(Uint8Array.from(data))).toEqual(status);
  });

  it.each(vectors.vectors.filter(({ test }) => test !== undefined))('$name', ({ data, test }) => {
    expect(decodeTest(Uint8Array.from(data)).bits).toEqual(test);
  });

  it('a capture is told in words by what was asked', () => {
    const told = decodeHopper(Buffer.concat(['03 04 01 A7 56 34 12 07 AE', '01 01 03 00 01 FA', '03 00 01 A6 56', '01 04 03 00 01 05 02 00 F0', '03 00 01 A3 59', '01 02 03 00 C0 00 3A'].map(bytesOf)));
    expect(told).toMatchObject([
      { from: 'host', decoded: { command: 'dispense' } }, { from: 'device', decoded: { value: { eventCount: 1 } } },
      { from: 'host', decoded: { command: 'hopperStatus' } }, { from: 'device', decoded: { value: { remainingCount: 5, paidCount: 2 } } },
      { from: 'host', decoded: { command: 'testHopper' } }, { from: 'device', decoded: { value: ['poweredUp', 'payoutDisabled'] } },
    ]);
  });
});

it('any bytes have an answer', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.string(), (data, text) => {
    for (const decode of [decodeStatus, decodeTotal, decodeTest, decodeLevel, decodeHopper]) decode(data);
    faultsOf(decodeTest(data));
    decodeMark(text);
  }));
});

it('counters go on after their last value', () => {
  expect([eventAfter(0), eventAfter(254), eventAfter(255)]).toEqual([1, 255, 1]);
  expect([totalSince(0xff_ff_ff, 2), totalSince(5, 5)]).toEqual([3, 0]);
});

// ——— Goal: whatever a hopper really did between two readings lies within the verdict. Method: a hopper in a few lines, with restarts, and its truth beside it.

const TRUST = { isMemoryBad: false, isWriteCut: false };
const registersOf = (eventCount: number, paidCount: number, unpaidCount: number, total: number | null): Registers => ({ serialNumber: '7', eventCount, remainingCount: 0, paidCount, unpaidCount, total });
const byte = fc.integer({ min: 0, max: 255 });

describe('the judgement', () => {
  const story = fc.record({
    eventCount: byte, earlierPaid: fc.integer({ min: 0, max: 20 }), earlierUnpaid: fc.integer({ min: 0, max: 20 }), total: fc.integer({ min: 0, max: 0xff_ff_ff }), hasTotal: fc.boolean(),
    requested: fc.integer({ min: 1, max: 20 }), isTaken: fc.boolean(), paid: fc.integer({ min: 0, max: 20 }), restarts: fc.boolean(), isWriteCut: fc.boolean(), overPaid: fc.integer({ min: 0, max: 1 }),
  });

  it('holds what really fell', () => {
    fc.assert(fc.property(story, (told) => {
      const before = registersOf(told.eventCount, told.earlierPaid, told.earlierUnpaid, told.hasTotal ? told.total : null);
      const fellCounted = told.isTaken ? Math.min(told.paid, told.requested) : 0;
      // A coin in the opto when the power went: out, and not written down. One too many: seen by the total only, which a hopper without one cannot say.
      const isWriteCut = told.isTaken && told.restarts && told.isWriteCut && fellCounted < told.requested;
      const overPaid = told.isTaken && told.hasTotal && !isWriteCut ? told.overPaid : 0;
      const after: Registers = {
        ...before,
        eventCount: told.restarts ? 0 : told.isTaken ? eventAfter(told.eventCount) : told.eventCount,
        paidCount: told.isTaken ? fellCounted : told.earlierPaid,
        unpaidCount: told.isTaken ? told.requested - fellCounted : told.earlierUnpaid,
        total: told.hasTotal ? (told.total + fellCounted + overPaid) % 0x1_00_00_00 : null,
      };
      const fell = fellCounted + overPaid + (isWriteCut ? 1 : 0);
      const verdict = judge(before, after, told.requested, { ...TRUST, isWriteCut });
      const [min, max] = verdict.kind === 'ended' ? [verdict.paidCount, verdict.paidCount] : verdict.kind === 'doubt' ? [verdict.countMin, verdict.countMax] : [0, 0];
      expect(verdict.kind).not.toBe('running');
      expect(fell).toBeGreaterThanOrEqual(min);
      expect(fell).toBeLessThanOrEqual(max);
      // A clean end without a restart is known exactly; a counter that stood at 0 and has no total beside it cannot say that there was none.
      const couldHaveRestarted = told.restarts || (!told.isTaken && told.eventCount === 0 && !told.hasTotal);
      if (!couldHaveRestarted && overPaid === 0) expect(verdict.kind === 'doubt').toBe(false);
    }), { numRuns: 3_000, examples: [[{ eventCount: 0, earlierPaid: 1, earlierUnpaid: 3, total: 0, hasTotal: false, requested: 4, isTaken: false, paid: 0, restarts: false, isWriteCut: false, overPaid: 0 }]] });
  });

  it.each([
    ['another hopper', { serialNumber: '8' }, TRUST, 5], ['a memory that fails its check', {}, { ...TRUST, isMemoryBad: true }, 5], ['a counter that somebody else moved', { eventCount: 9 }, TRUST, 4],
    ['registers that do not add up', { eventCount: 6, paidCount: 3, unpaidCount: 9 }, TRUST, 4], ['coins without a command', { total: 103 }, TRUST, 4],
    ['a counter that somebody else moved, without a life total,', { eventCount: 9, total: null }, TRUST, 5],
  ] as const)('%s is doubt about all of it, and about one more where nothing says otherwise', (_, change, trust, countMax) => {
    const before = registersOf(5, 2, 0, 100);
    expect(judge(before, { ...before, ...change }, 4, trust)).toMatchObject({ kind: 'doubt', countMin: 0, countMax });
  });

  it('a command that is being paid is running', () => {
    expect(judge(registersOf(5, 2, 0, 100), { ...registersOf(6, 1, 0, 101), remainingCount: 3 }, 4, TRUST)).toEqual({ kind: 'running', paidCount: 1 });
  });

  it('marks come back as they were', () => {
    const registers = registersOf(5, 2, 1, null);
    expect(decodeMark(encodeMark(registers))).toEqual(registers);
    expect(decodeMark('{"eventCount":1}')).toBeNull();
  });
});
