import { describe, expect, it } from 'vitest';
import type { CourseEnd } from '../../../../drivers/cash-recycler/xfs4iot-cash-recycler/payout-course.ts';
import { dispenseCountsOf, paidOutOf } from '../../../../drivers/cash-recycler/xfs4iot-cash-recycler/payout-counts.ts';

const unit = (unitId: string, denominationMinor: number, presentedCount: number) => ({ unitId, denominationMinor, initialCount: 60, presentedCount, rejectedCount: 0, stackedCount: 0, transportCount: 0, unknownCount: 0 });
const registers = (fives: number, twos: number) => ({ units: [unit('unit1', 500_000, fives), unit('unit2', 200_000, twos)], drawnIn: { operationCount: 0, noteCount: 0 } });
const end = (fives: number, twos: number): CourseEnd => ({ before: registers(7, 7), after: registers(7 + fives, 7 + twos), drawnInCount: 0, mayBeOut: true, isDoubtful: false, isDone: true, stoppedBy: () => null });
const REQUEST = { cassetteNumber: 1, noteCount: 2, denominationMinor: 500_000 };

describe('a payout of one kind', () => {
  it('that was done by the word of the service, and left no counter moved, is in doubt', () => {
    expect(dispenseCountsOf(end(0, 0), REQUEST)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'countsDisagree', noteCountMin: 0, noteCountMax: 2 } });
    expect(dispenseCountsOf(end(1, 0), REQUEST)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 1, noteCountMax: 2 } });
    expect(paidOutOf(end(1, 0), 1_000_000, 2)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'countsDisagree', noteCountMin: 1, noteCountMax: 2 } });
  });

  it('that stayed in the stacker, or of which the service said that it stopped, is what the counters say', () => {
    expect(dispenseCountsOf({ ...end(0, 0), mayBeOut: false }, REQUEST)).toMatchObject({ kind: 'completed', value: { presentedCount: 0 } });
    expect(dispenseCountsOf({ ...end(1, 0), isDone: false }, REQUEST)).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
  });

  it('is what the counters of that kind say', () => {
    expect(dispenseCountsOf(end(2, 0), REQUEST)).toMatchObject({ kind: 'completed', value: { presentedCount: 2, pickedCount: 2, stoppedBy: null } });
  });

  it('that brought notes of another kind into reach, which an order of before had gathered, is in doubt by at least their worth', () => {
    expect(dispenseCountsOf(end(2, 3), REQUEST)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'notesOfAnotherKind', noteCountMin: 2, noteCountMax: 4 } });
  });
});
