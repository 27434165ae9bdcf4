/** Levels, counters and events of one payout: where they agree the count is certain, where they do not it is a range that holds the truth. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPayout, dispenseOutcome, levelDifference } from '../../../drivers/life/payout-count.ts';
import { decodeMark, encodeMark } from '../../../drivers/life/payout-mark.ts';

const [FIVE, TWO] = [500_000, 200_000];
const registers = (noteCount: number, paidCount: number, transferredCount = 0) => ({ levels: [{ denominationMinor: FIVE, noteCount }], counters: { paidCount, transferredCount } });
const told = (...presentedMinor: number[]) => ({ presentedMinor, stoppedBy: null });

describe('count of a payout', () => {
  it('all three agree', () => {
    expect(countPayout({ before: registers(6, 10), after: registers(3, 13), told: told(3 * FIVE), orderedCount: 3 })).toEqual({ picked: [{ denominationMinor: FIVE, noteCount: 3 }], presentedCountMin: 3, presentedCountMax: 3, toBoxCount: 0 });
  });

  it('no event, but levels and counters: certain, with what went to the box', () => {
    expect(countPayout({ before: registers(6, 10, 1), after: registers(3, 12, 2), told: told(), orderedCount: 3 })).toMatchObject({ presentedCountMin: 2, presentedCountMax: 2, toBoxCount: 1 });
  });

  it('event and counters disagree: a range over both', () => {
    expect(countPayout({ before: registers(6, 10), after: registers(3, 12), told: told(3 * FIVE), orderedCount: 3 })).toMatchObject({ presentedCountMin: 2, presentedCountMax: 3 });
  });

  it('nothing but levels: anything of what left', () => {
    const bare = (noteCount: number) => ({ levels: [{ denominationMinor: FIVE, noteCount }], counters: null });
    expect(countPayout({ before: bare(6), after: bare(4), told: told(), orderedCount: 3 })).toMatchObject({ presentedCountMin: 0, presentedCountMax: 2 });
    expect(countPayout({ before: bare(6), after: bare(6), told: told(), orderedCount: 3 })).toMatchObject({ presentedCountMin: 0, presentedCountMax: 0 });
    expect(countPayout({ before: bare(6), after: bare(4), told: told(FIVE), orderedCount: 3 })).toMatchObject({ presentedCountMin: 1, presentedCountMax: 1 });
  });

  it('levels that rose say nothing of this payout', () => {
    expect(countPayout({ before: registers(3, 10), after: registers(6, 10), told: told(), orderedCount: 3 })).toEqual({ picked: [], presentedCountMin: 0, presentedCountMax: 3, toBoxCount: 0 });
  });

  it('notes of another kind that hands took meanwhile are not of an order to one unit', () => {
    const both = (five: number, two: number, paidCount: number) => ({ levels: [{ denominationMinor: FIVE, noteCount: five }, { denominationMinor: TWO, noteCount: two }], counters: { paidCount, transferredCount: 0 } });
    expect(countPayout({ before: both(60, 60, 7), after: both(60, 56, 7), told: told(), orderedCount: 10, denominationMinor: FIVE })).toEqual({ picked: [], presentedCountMin: 0, presentedCountMax: 0, toBoxCount: 0 });
    expect(countPayout({ before: both(60, 60, 7), after: both(57, 56, 10), told: told(3 * FIVE), orderedCount: 10, denominationMinor: FIVE })).toEqual({ picked: [{ denominationMinor: FIVE, noteCount: 3 }], presentedCountMin: 3, presentedCountMax: 3, toBoxCount: 0 });
    expect(countPayout({ before: both(60, 60, 7), after: both(60, 64, 7), told: told(), orderedCount: 10, denominationMinor: FIVE })).toMatchObject({ presentedCountMin: 0, presentedCountMax: 0 });
    expect(countPayout({ before: both(60, 60, 7), after: both(57, 58, 12), told: told(3 * FIVE + 2 * TWO), orderedCount: 5 })).toMatchObject({ presentedCountMin: 5, presentedCountMax: 5 });
  });

  it.each([['its counter', registers(6, 14), told()], ['its event', registers(6, 10), told(4 * FIVE)], ['both', registers(6, 14), told(4 * FIVE)]])('%s says more than is missing, because hands put notes into the unit: never certain that less went out', (_, after, events) => {
    expect(countPayout({ before: registers(6, 10), after, told: events, orderedCount: 4 })).toMatchObject({ presentedCountMin: 0, presentedCountMax: 4 });
  });

  it('holds the truth whatever is told wrongly or not at all, and is never out of what left', () => {
    fc.assert(fc.property(fc.nat(10), fc.nat(10), fc.nat(10), fc.boolean(), fc.boolean(), (out, boxed, stuck, hasCounters, isTold) => {
      const start = 40;
      const after = { levels: [{ denominationMinor: FIVE, noteCount: start - out - boxed - stuck }], counters: hasCounters ? { paidCount: 7 + out, transferredCount: 2 + boxed } : null };
      const before = { levels: [{ denominationMinor: FIVE, noteCount: start }], counters: hasCounters ? { paidCount: 7, transferredCount: 2 } : null };
      const count = countPayout({ before, after, told: isTold ? told(out * FIVE) : told(), orderedCount: out + boxed + stuck });
      expect(count.presentedCountMin).toBeLessThanOrEqual(out);
      expect(count.presentedCountMax).toBeGreaterThanOrEqual(out);
      expect(count.presentedCountMax).toBeLessThanOrEqual(out + boxed + stuck);
      if (hasCounters || isTold) expect(count.presentedCountMin).toBe(count.presentedCountMax);
      const outcome = dispenseOutcome(count, { cassetteNumber: 1, noteCount: out + boxed + stuck, stoppedBy: null, stage: 'test' });
      if (outcome.kind === 'completed') expect(outcome.value.presentedCount + outcome.value.rejectedCount + outcome.value.inTransportCount).toBe(outcome.value.pickedCount);
    }));
  });

  it('is made of differences by kind', () => {
    expect(levelDifference([{ denominationMinor: 1, noteCount: 3 }, { denominationMinor: 2, noteCount: 1 }], [{ denominationMinor: 1, noteCount: 3 }, { denominationMinor: 3, noteCount: 2 }])).toEqual([{ denominationMinor: 2, noteCount: 1 }, { denominationMinor: 3, noteCount: -2 }]);
  });

  it('keeps registers as text, and takes no other', () => {
    expect(decodeMark(encodeMark(registers(3, 4, 5)))).toEqual(registers(3, 4, 5));
    for (const text of ['', '{', '{}', '{"levels":[{"denominationMinor":-1,"noteCount":1}],"counters":null}', 'null']) expect(decodeMark(text)).toBeNull();
  });
});
