import type { MixStrategy } from '../contracts/mix-strategies.ts';
import { assert } from '../foundation/assert.ts';
import { MINOR_PER_UNIT, assertMinor } from '../foundation/money.ts';
import type { Result } from '../foundation/outcome.ts';
import { err, ok } from '../foundation/outcome.ts';
import { cheapestMix } from './mix-cost.ts';
import type { MixTable, NoteStock } from './mix-table.ts';
import { createMixTable } from './mix-table.ts';

/** A cash unit as far as a mix needs it. */
export interface PayableUnit {
  /** From 1, as printed on the box. */
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  /** Notes by the terminal's own count, ≥ 0. */
  readonly noteCount: number;
  /** Notes that stay: the last ones of a cassette feed badly, and a count that is one too high must not become a failed dispense. */
  readonly keepCount: number;
}

export interface MixPart {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly noteCount: number;
}


/** A pay-out of more notes has no strategy but the fewest: nothing that a person can take has as many. */
export const STRATEGY_NOTES_MAX = 200;
/** `keepFullRange`: fewer notes of a kind than this are soon none. */
export const RESERVE_COUNT = 20;
/** In the cost of a mix: one kind that runs out weighs more than all that fall below the reserve, one of these more than all notes. */
const BELOW_RESERVE_COST = 1_000;
const EXHAUSTED_COST = BELOW_RESERVE_COST * 100;

/** Loaded cash units of one terminal. */
export const UNITS_MAX = 16;

/** The lowest of product, bank, client and machine limits; `noteCountMax` is what one pay-out may have. */
export interface MixLimits {
  readonly minMinor: number;
  readonly maxMinor: number;
  readonly noteCountMax?: number;
}

/** Sums that people ask for, ascending; those that cannot be paid now are left out. */
const QUICK_LADDER_MINOR: readonly number[] = [2000, 5000, 10_000, 20_000, 30_000, 50_000, 100_000, 150_000, 200_000, 300_000, 400_000, 500_000].map((units) => units * MINOR_PER_UNIT);
export const QUICK_AMOUNTS_MAX = 6;

/**
 * Splits an amount into notes by the strategy, never emptying a unit below its `keepCount`. Among equally good mixes the one with more of the larger
 * notes; notes of one value are taken from the fullest cassette first, so that cassettes run empty together.
 *
 * @param amountMinor   > 0, minor units
 * @param units         1…16 loaded cash units, any order; `noteCount` is notes, not bundles
 * @param noteCountMax  notes of one pay-out; no limit when left out
 * @returns             notes per `cassetteNumber`, ascending; their sum is exactly `amountMinor`
 * @error  CDM_NOT_DISPENSABLE  no exact mix with the notes loaded
 * @source XFS4IoT CashDispenser.Denominate, mix algorithms `minimumBills`, `equalEmptying`, and one of our own
 */
export function solveMix(request: {
  readonly amountMinor: number;
  readonly units: readonly PayableUnit[];
  readonly strategy: MixStrategy;
  readonly noteCountMax?: number;
}): Result<readonly MixPart[], 'CDM_NOT_DISPENSABLE'> {
  const amountMinor = assertMinor(request.amountMinor);
  assert(amountMinor > 0, 'a mix is asked for a positive amount');
  const stocks = stocksOf(request.units);
  // Before the table, which grows with the amount: somebody may ask for anything.
  if (amountMinor > mostMinor(stocks, request.noteCountMax ?? Infinity)) return err('CDM_NOT_DISPENSABLE');
  const table = createMixTable(stocks, amountMinor);
  const fewest = table.fewestNotes(amountMinor);
  if (fewest === null || fewest > (request.noteCountMax ?? Infinity)) return err('CDM_NOT_DISPENSABLE');
  const noteCountMax = Math.min(request.noteCountMax ?? Infinity, STRATEGY_NOTES_MAX);
  const parts = request.strategy === 'fewestNotes' || fewest > noteCountMax
    ? table.split(amountMinor)!.flatMap((notes) => fromFullestUnit(notes, request.units))
    : request.strategy === 'evenEmptying' ? evenMix(amountMinor, request.units, noteCountMax) : fullRangeMix(amountMinor, stocks, request.units, noteCountMax);
  return ok([...parts].sort((a, b) => a.cassetteNumber - b.cassetteNumber));
}

/** What a unit of `availableCount` notes adds to the cost of an `evenEmptying` mix when it gives `noteCount` of them. */
export function unevenness(noteCount: number, availableCount: number): number {
  return noteCount === 0 ? 0 : (noteCount * noteCount) / availableCount;
}

/** What a kind of note adds to the cost of a `keepFullRange` mix. One that is below the reserve already is not blamed on this pay-out. */
export function rangeLoss(noteCount: number, availableCount: number): number {
  const leftCount = availableCount - noteCount;
  const isExhausted = noteCount > 0 && leftCount === 0;
  const fallsBelow = noteCount > 0 && leftCount < RESERVE_COUNT;
  return (isExhausted ? EXHAUSTED_COST : 0) + (fallsBelow ? BELOW_RESERVE_COST : 0) + noteCount;
}

function evenMix(amountMinor: number, units: readonly PayableUnit[], noteCountMax: number): readonly MixPart[] {
  const givers = units.filter((unit) => availableOf(unit) > 0).sort((a, b) => b.denominationMinor - a.denominationMinor || a.cassetteNumber - b.cassetteNumber);
  const counts = cheapestMix(givers.map((unit) => ({ denominationMinor: unit.denominationMinor, availableCount: availableOf(unit), costOf: (noteCount) => unevenness(noteCount, availableOf(unit)) })), amountMinor, noteCountMax);
  assert(counts !== null, 'the table of fewest notes knows a mix');
  return givers.flatMap(({ cassetteNumber, denominationMinor }, index) => (counts[index] === 0 ? [] : [{ cassetteNumber, denominationMinor, noteCount: counts[index]! }]));
}

function fullRangeMix(amountMinor: number, stocks: readonly NoteStock[], units: readonly PayableUnit[], noteCountMax: number): readonly MixPart[] {
  const kinds = [...stocks].sort((a, b) => b.denominationMinor - a.denominationMinor);
  const counts = cheapestMix(kinds.map((kind) => ({ ...kind, costOf: (noteCount) => rangeLoss(noteCount, kind.availableCount) })), amountMinor, noteCountMax);
  assert(counts !== null, 'the table of fewest notes knows a mix');
  return kinds.flatMap(({ denominationMinor }, index) => fromFullestUnit({ denominationMinor, noteCount: counts[index]! }, units));
}

/**
 * What is still owed after a cassette failed in the middle, from the other units, by the same strategy.
 *
 * @param units  with the counts of now
 * @error  CDM_NOT_DISPENSABLE  the others cannot make the rest exactly: what came is a partial pay-out
 */
export function remix(request: {
  readonly owedMinor: number;
  readonly units: readonly PayableUnit[];
  readonly failedCassettes: ReadonlySet<number>;
  readonly strategy: MixStrategy;
  readonly noteCountMax?: number;
}): Result<readonly MixPart[], 'CDM_NOT_DISPENSABLE'> {
  const { owedMinor, units, failedCassettes, ...rest } = request;
  return solveMix({ ...rest, amountMinor: owedMinor, units: units.filter((unit) => !failedCassettes.has(unit.cassetteNumber)) });
}

/**
 * A mix as bunches that the exit holds, in order; as few bunches as there can be.
 *
 * @param bunchNotesMax  notes that the device presents at once, ≥ 1
 */
export function bunchesOf(parts: readonly MixPart[], bunchNotesMax: number): readonly (readonly MixPart[])[] {
  assert(Number.isSafeInteger(bunchNotesMax) && bunchNotesMax >= 1, 'a bunch holds a note');
  const bunches: MixPart[][] = [];
  let roomCount = 0;
  for (const part of parts) {
    for (let restCount = part.noteCount; restCount > 0; ) {
      if (roomCount === 0) {
        bunches.push([]);
        roomCount = bunchNotesMax;
      }
      const noteCount = Math.min(restCount, roomCount);
      bunches.at(-1)!.push({ ...part, noteCount });
      restCount -= noteCount;
      roomCount -= noteCount;
    }
  }
  return bunches;
}

/**
 * Payable amounts next to one that is not, ascending: the nearest by difference, the lower one when two are equally near.
 *
 * @returns at most `candidateCount` amounts within the limits; empty when nothing can be paid
 */
export function nearestPossible(request: { readonly amountMinor: number; readonly units: readonly PayableUnit[]; readonly limits: MixLimits; readonly candidateCount?: number }): readonly number[] {
  const candidateCount = request.candidateCount ?? 2;
  const { table, isPayable } = payableWithin(request.units, request.limits);
  if (table.stepMinor === 0) return [];
  const found: number[] = [];
  const top = Math.floor(table.limitMinor / table.stepMinor) * table.stepMinor;
  let below = Math.min(Math.floor(request.amountMinor / table.stepMinor) * table.stepMinor, top);
  let above = Math.max(below + table.stepMinor, 0);
  while (found.length < candidateCount && (below > 0 || above <= top)) {
    const isBelowNearer = below > 0 && (above > top || request.amountMinor - below <= above - request.amountMinor);
    const candidateMinor = isBelowNearer ? below : above;
    if (isBelowNearer) below -= table.stepMinor;
    else above += table.stepMinor;
    if (candidateMinor !== request.amountMinor && isPayable(candidateMinor)) found.push(candidateMinor);
  }
  return found.sort((a, b) => a - b);
}

/** Amounts for the quick buttons, ascending, at most six, each payable now. When more fit, the spread over the whole range is kept. */
export function quickAmounts(units: readonly PayableUnit[], limits: MixLimits): readonly number[] {
  const { isPayable } = payableWithin(units, limits);
  const payable = QUICK_LADDER_MINOR.filter(isPayable);
  if (payable.length <= QUICK_AMOUNTS_MAX) return payable;
  return Array.from({ length: QUICK_AMOUNTS_MAX }, (_, index) => payable[Math.round((index * (payable.length - 1)) / (QUICK_AMOUNTS_MAX - 1))]!);
}

/** Every payable amount is a multiple of it (not every multiple is payable); 0 when no note may leave. */
export function possibleStep(units: readonly PayableUnit[]): number {
  return createMixTable(stocksOf(units), 0).stepMinor;
}

/** Largest amount that the notes and limits allow, 0 when none. */
export function largestPossible(units: readonly PayableUnit[], limits: MixLimits): number {
  const { table, isPayable } = payableWithin(units, limits);
  if (table.stepMinor === 0) return 0;
  for (let amountMinor = Math.floor(table.limitMinor / table.stepMinor) * table.stepMinor; amountMinor > 0; amountMinor -= table.stepMinor) {
    if (isPayable(amountMinor)) return amountMinor;
  }
  return 0;
}

function payableWithin(units: readonly PayableUnit[], limits: MixLimits): { readonly table: MixTable; readonly isPayable: (amountMinor: number) => boolean } {
  const stocks = stocksOf(units);
  const table = createMixTable(stocks, Math.max(0, Math.min(limits.maxMinor, mostMinor(stocks, limits.noteCountMax ?? Infinity))));
  const noteCountMax = limits.noteCountMax ?? Infinity;
  const isPayable = (amountMinor: number) => {
    if (amountMinor <= 0 || amountMinor < limits.minMinor || amountMinor > limits.maxMinor) return false;
    const fewest = table.fewestNotes(amountMinor);
    return fewest !== null && fewest <= noteCountMax;
  };
  return { table, isPayable };
}

function availableOf(unit: PayableUnit): number {
  return Math.max(0, unit.noteCount - unit.keepCount);
}

function stocksOf(units: readonly PayableUnit[]): readonly NoteStock[] {
  assert(units.length <= UNITS_MAX, 'a terminal has at most 16 cash units');
  const counts = new Map<number, number>();
  for (const unit of units) {
    assert(Number.isSafeInteger(unit.denominationMinor) && unit.denominationMinor > 0, 'a denomination is positive, in minor units');
    assert(Number.isSafeInteger(unit.noteCount) && unit.noteCount >= 0 && Number.isSafeInteger(unit.keepCount) && unit.keepCount >= 0, 'note counts are whole and not negative');
    if (availableOf(unit) > 0) counts.set(unit.denominationMinor, (counts.get(unit.denominationMinor) ?? 0) + availableOf(unit));
  }
  return [...counts].map(([denominationMinor, availableCount]) => ({ denominationMinor, availableCount }));
}

/** What so many notes can be worth, the largest first. */
function mostMinor(stocks: readonly NoteStock[], noteCountMax: number): number {
  let restCount = noteCountMax;
  let sumMinor = 0;
  for (const { denominationMinor, availableCount } of [...stocks].sort((a, b) => b.denominationMinor - a.denominationMinor)) {
    const noteCount = Math.min(restCount, availableCount);
    sumMinor += noteCount * denominationMinor;
    restCount -= noteCount;
  }
  return assertMinor(sumMinor);
}

function fromFullestUnit(notes: { readonly denominationMinor: number; readonly noteCount: number }, units: readonly PayableUnit[]): readonly MixPart[] {
  let rest = notes.noteCount;
  const parts: MixPart[] = [];
  const fullestFirst = units
    .filter((unit) => unit.denominationMinor === notes.denominationMinor)
    .sort((a, b) => availableOf(b) - availableOf(a) || a.cassetteNumber - b.cassetteNumber);
  for (const unit of fullestFirst) {
    const noteCount = Math.min(rest, availableOf(unit));
    if (noteCount === 0) continue;
    parts.push({ cassetteNumber: unit.cassetteNumber, denominationMinor: unit.denominationMinor, noteCount });
    rest -= noteCount;
  }
  assert(rest === 0, 'a mix takes only notes that are there');
  return parts;
}
