import type { DispenseCounts } from '../interfaces/cash-dispenser.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { NoteCount } from '../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';

/** What a recycler counts by itself and keeps over power cuts. */
export interface PayoutRegisters {
  /** Notes in its units, by kind. */
  readonly levels: readonly NoteCount[];
  /** Notes ever paid out, and ever moved from units to the cash box; null: the device has no such counters. */
  readonly counters: { readonly paidCount: number; readonly transferredCount: number } | null;
}

/** What events said of one payout. */
export interface PayoutTold {
  /** Sums that the events allow: one, or two where the sheet leaves open whether a note is within the first; empty: none was told. */
  readonly presentedMinor: readonly number[];
  readonly stoppedBy: ErrorCode | null;
}

export interface PayoutCount {
  /** Left their units, by kind. */
  readonly picked: readonly NoteCount[];
  /** How many went out at least and at most; equal: known. */
  readonly presentedCountMin: number;
  readonly presentedCountMax: number;
  /** Of the others, how many lie in the cash box. */
  readonly toBoxCount: number;
}

export const countOf = (notes: readonly NoteCount[]): number => notes.reduce((sum, note) => sum + note.noteCount, 0);

/** What lies in `left` and not in `right`. Negative counts stay. */
export function levelDifference(left: readonly NoteCount[], right: readonly NoteCount[]): readonly NoteCount[] {
  const kinds = [...new Set([...left, ...right].map((note) => note.denominationMinor))].sort((a, b) => a - b);
  const of = (notes: readonly NoteCount[], denominationMinor: number) => notes.find((note) => note.denominationMinor === denominationMinor)?.noteCount ?? 0;
  return kinds.map((denominationMinor) => ({ denominationMinor, noteCount: of(left, denominationMinor) - of(right, denominationMinor) })).filter((note) => note.noteCount !== 0);
}

/** What an order to one unit is counted by. @param denominationMinor  undefined: it may be of any */
export function ofKind(registers: PayoutRegisters, denominationMinor: number | undefined): PayoutRegisters {
  return denominationMinor === undefined ? registers : { ...registers, levels: registers.levels.filter((note) => note.denominationMinor === denominationMinor) };
}

/** How many notes of `picked` make exactly `amountMinor`; null: none do, or not in one way only. */
function countWorth(picked: readonly NoteCount[], amountMinor: number): number | null {
  const [only, ...others] = picked;
  if (amountMinor === 0) return 0;
  if (amountMinor === sumOfNotesMinor(picked)) return countOf(picked);
  if (only === undefined || others.length > 0 || amountMinor % only.denominationMinor !== 0) return null;
  return amountMinor / only.denominationMinor;
}

export interface CountRequest {
  readonly before: PayoutRegisters;
  readonly after: PayoutRegisters;
  readonly told: PayoutTold;
  readonly orderedCount: number;
  /** Of an order to one unit: what hands took from others meanwhile is not of this payout. */
  readonly denominationMinor?: number | undefined;
  /** Of an earlier life of the core: what is told may be of the payout before it, whose end the device keeps. */
  readonly isOlder?: boolean;
}

/**
 * Levels say what left the units, events and counters what of it went out. Where both speak they must agree; where they do not, the outcome is a range.
 * Levels that rose during a payout are no levels of it: everything between nothing and `orderedCount` may have gone. So it may where more was told or counted than is missing: hands put notes into the unit.
 */
export function countPayout(request: CountRequest): PayoutCount {
  const { before, after, told, orderedCount, denominationMinor } = request;
  const picked = levelDifference(ofKind(before, denominationMinor).levels, ofKind(after, denominationMinor).levels);
  if (picked.some((note) => note.noteCount < 0)) return { picked: [], presentedCountMin: 0, presentedCountMax: orderedCount, toBoxCount: 0 };
  const pickedCount = countOf(picked);
  const counted = before.counters === null || after.counters === null ? null : { paid: after.counters.paidCount - before.counters.paidCount, transferred: after.counters.transferredCount - before.counters.transferredCount };
  // Two counts that know nothing of each other stand where they stood.
  if (request.isOlder === true && pickedCount === 0 && counted?.paid === 0 && counted.transferred === 0) return { picked: [], presentedCountMin: 0, presentedCountMax: 0, toBoxCount: 0 };
  const transferredCount = counted === null ? 0 : Math.min(Math.max(0, counted.transferred), pickedCount);
  const byEvents = told.presentedMinor.map((amountMinor) => countWorth(picked, amountMinor));
  const allowed = byEvents.filter((count) => count !== null && count <= pickedCount) as number[];
  const isToldUnreadable = told.presentedMinor.length > 0 && allowed.length === 0;
  const range = (presentedCountMin: number, presentedCountMax: number): PayoutCount => ({ picked, presentedCountMin, presentedCountMax, toBoxCount: presentedCountMin === presentedCountMax ? Math.min(transferredCount, pickedCount - presentedCountMax) : 0 });
  if (pickedCount === 0 && !isToldUnreadable && (counted === null || counted.paid === 0)) return range(0, 0);
  if (counted !== null && counted.paid >= 0 && counted.paid <= pickedCount && !isToldUnreadable && (allowed.length === 0 || allowed.includes(counted.paid))) return range(counted.paid, counted.paid);
  const only = allowed[0];
  if (counted === null && allowed.length === 1 && only !== undefined) return range(only, only);
  // They contradict each other, or nothing was told.
  const isMoreThanMissing = (counted !== null && counted.paid > pickedCount) || told.presentedMinor.some((amountMinor) => amountMinor > sumOfNotesMinor(picked));
  const possible = [...(isMoreThanMissing ? [Math.max(pickedCount, orderedCount)] : []), ...(counted === null ? [] : [Math.min(Math.max(0, counted.paid), pickedCount)])];
  const candidates = [...allowed, ...possible];
  return candidates.length === 0 || isToldUnreadable ? range(0, Math.max(pickedCount, ...possible)) : range(Math.min(...candidates), Math.max(...candidates));
}

/** The counts of a payout from one unit in the words of a dispenser. What went to the cash box stands as rejected. */
export function dispenseOutcome(count: PayoutCount, request: { readonly cassetteNumber: number; readonly noteCount: number; readonly stoppedBy: ErrorCode | null; readonly stage: string }): DeviceOutcome<DispenseCounts> {
  const { presentedCountMin, presentedCountMax, toBoxCount } = count;
  if (presentedCountMin !== presentedCountMax) return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: request.stage, noteCountMin: presentedCountMin, noteCountMax: presentedCountMax } };
  const pickedCount = countOf(count.picked);
  return {
    kind: 'completed',
    value: {
      cassetteNumber: request.cassetteNumber, requestedCount: request.noteCount, presentedCount: presentedCountMin, rejectedCount: toBoxCount, pickedCount, stackedCount: 0,
      inTransportCount: pickedCount - presentedCountMin - toBoxCount, stoppedBy: request.stoppedBy ?? (presentedCountMin < request.noteCount ? 'CDM_PICK_FAILURE' : null), rawErrorCode: 0,
    },
  };
}
