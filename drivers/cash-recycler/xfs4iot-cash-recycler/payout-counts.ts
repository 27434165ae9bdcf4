import type { NoteCount } from '../../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { DispenseCounts } from '../../interfaces/cash-dispenser.ts';
import type { PaidOut } from '../../interfaces/cash-recycler.ts';
import type { PayoutEnd } from '../../life/payout-desk.ts';
import type { CourseEnd } from './payout-course.ts';
import type { KindMoves } from '../../xfs4iot/payout-registers.ts';
import { movesBetween } from '../../xfs4iot/payout-registers.ts';
import type { RecyclingUnit } from './recycling-units.ts';

type Uncertain = Extract<DeviceOutcome<never>, { kind: 'uncertain' }>;

export function uncertain(stage: string, noteCountMin: number, noteCountMax: number): Uncertain {
  return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage, noteCountMin, noteCountMax } };
}

/** How many of what was brought into reach stayed with the customer, at least and at most. */
function outCount(moves: readonly KindMoves[], { drawnInCount, mayBeOut }: CourseEnd): { readonly min: number; readonly max: number } {
  const sum = (count: (kind: KindMoves) => number) => moves.reduce((total, kind) => total + count(kind), 0);
  const presented = sum((kind) => kind.presentedCount);
  const unaccounted = sum((kind) => kind.unknownCount + (mayBeOut ? kind.stackedCount : 0));
  return { min: Math.max(0, presented - (drawnInCount ?? presented)), max: (drawnInCount === null ? presented : Math.max(0, presented - drawnInCount)) + unaccounted };
}

/** All was handed out by its word, and its counters have fewer that left their units. Not where a stacker kept them in: what was never presented is not out. */
function isContradicted(moves: readonly KindMoves[], { isDone, mayBeOut }: CourseEnd, orderedCount: number): boolean {
  const leftCount = moves.reduce((sum, kind) => sum + kind.presentedCount + kind.rejectedCount + kind.stackedCount + kind.transportCount + kind.unknownCount, 0);
  return isDone && mayBeOut && leftCount < orderedCount;
}

/** A payout of one kind in the words of a dispenser: what was drawn in again, and what went to the reject unit, stands as rejected. */
export function dispenseCountsOf(end: CourseEnd, request: { readonly cassetteNumber: number; readonly noteCount: number; readonly denominationMinor: number }): DeviceOutcome<DispenseCounts> {
  const { cassetteNumber, noteCount, denominationMinor } = request;
  const moves = movesBetween(end.before, end.after);
  if (moves === null) return uncertain('countersSetAnew', 0, noteCount);
  const own = moves.filter((kind) => kind.denominationMinor === denominationMinor);
  const { min, max } = outCount(own, end);
  if (end.isDoubtful) return uncertain('mechanismFailed', min, Math.max(max, noteCount));
  // Of another order: they would be booked nowhere. In doubt is at least what they are worth.
  const strangeMinor = sumOfNotesMinor(moves.filter((kind) => kind.denominationMinor !== denominationMinor).map((kind) => ({ denominationMinor: kind.denominationMinor, noteCount: kind.presentedCount })));
  if (strangeMinor > 0) return uncertain('notesOfAnotherKind', min, Math.max(max, noteCount) + Math.ceil(strangeMinor / denominationMinor));
  if (isContradicted(own, end, noteCount)) return uncertain('countsDisagree', min, Math.max(max, noteCount));
  if (min !== max) return uncertain(end.drawnInCount === null ? 'drawnInUncounted' : 'notAllAccountedFor', min, Math.max(min, Math.min(max, noteCount)));
  const [kind] = own;
  const drawnInCount = Math.min(end.drawnInCount ?? 0, kind?.presentedCount ?? 0);
  const rejectedCount = (kind?.rejectedCount ?? 0) + drawnInCount;
  const inTransportCount = (kind?.stackedCount ?? 0) + (kind?.transportCount ?? 0);
  const told = end.before.units.filter((unit) => unit.denominationMinor === denominationMinor).map(({ unitId }) => end.stoppedBy(unitId)).find((code) => code !== null) ?? null;
  return {
    kind: 'completed',
    value: {
      cassetteNumber, requestedCount: noteCount, presentedCount: min, rejectedCount, stackedCount: 0, inTransportCount, pickedCount: min + rejectedCount + inTransportCount,
      stoppedBy: drawnInCount > 0 ? 'CDM_ITEMS_LEFT' : min < noteCount ? (told ?? 'CDM_PICK_FAILURE') : null, rawErrorCode: 0,
    },
  };
}

/** A payout of several kinds as one bunch. A part of it that was drawn in is not told by kind. */
export function paidOutOf(end: CourseEnd, amountMinor: number, orderedCount: number): DeviceOutcome<PaidOut> {
  const moves = movesBetween(end.before, end.after);
  if (moves === null) return uncertain('countersSetAnew', 0, orderedCount);
  const { min, max } = outCount(moves, end);
  if (end.isDoubtful) return uncertain('mechanismFailed', min, Math.max(max, orderedCount));
  if (isContradicted(moves, end, orderedCount)) return uncertain('countsDisagree', min, Math.max(max, orderedCount));
  const isSomeBack = end.drawnInCount !== 0 && min > 0;
  if (min !== max || isSomeBack) return uncertain(isSomeBack ? 'drawnInOfSeveralKinds' : 'notAllAccountedFor', min, Math.max(min, Math.min(max, orderedCount)));
  const countsOf = (count: (kind: KindMoves) => number): readonly NoteCount[] => moves.map((kind) => ({ denominationMinor: kind.denominationMinor, noteCount: count(kind) })).filter(({ noteCount }) => noteCount > 0);
  const presented = min === 0 ? [] : countsOf((kind) => kind.presentedCount);
  return { kind: 'completed', value: { presented, toBox: countsOf((kind) => kind.rejectedCount + (min === 0 ? kind.presentedCount : 0)), isShort: sumOfNotesMinor(presented) !== amountMinor } };
}

/** Notes that went from one unit into the box: certain when the box has as many more as the unit has fewer. */
export function toBoxOf(end: CourseEnd, { from, boxGain }: { readonly from: RecyclingUnit; readonly boxGain: number }): PayoutEnd {
  const moved = movesBetween(end.before, end.after)?.find((kind) => kind.denominationMinor === from.denominationMinor);
  const leftCount = moved === undefined ? 0 : moved.presentedCount + moved.rejectedCount + moved.stackedCount + moved.transportCount + moved.unknownCount;
  const registers = { levels: [], counters: null };
  const picked = leftCount === 0 ? [] : [{ denominationMinor: from.denominationMinor, noteCount: leftCount }];
  return { before: registers, after: registers, told: { presentedMinor: [], stoppedBy: null }, count: { picked, presentedCountMin: 0, presentedCountMax: moved === undefined || boxGain !== leftCount ? Math.max(1, leftCount) : 0, toBoxCount: Math.min(boxGain, leftCount) } };
}
