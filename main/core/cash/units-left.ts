import type { CashUnitRow } from '../../journal/journal.ts';

/** A cassette or hopper of an earlier configuration that was never emptied. */
export interface UnitLeft {
  readonly unitId: string;
  readonly unitNumber: number;
  /** Of the most of what lies in it. */
  readonly denominationMinor: number;
  readonly count: number;
}

export function isHeld(rows: readonly CashUnitRow[], unitId: string): boolean {
  return countOf(rows, unitId) > 0;
}

/** Pieces of another kind than it has now: an earlier configuration had it otherwise, and nobody emptied it since. */
export function holdsOthers(rows: readonly CashUnitRow[], unit: { readonly unitId: string; readonly denominationMinor: number }): boolean {
  return rows.some(({ unitId, denominationMinor, noteCount }) => noteCount > 0 && unitId === unit.unitId && denominationMinor !== unit.denominationMinor);
}

/** Pieces of all kinds. */
export function countOf(rows: readonly CashUnitRow[], unitId: string): number {
  return rows.filter((row) => row.unitId === unitId).reduce((sum, { noteCount }) => sum + noteCount, 0);
}

/** Denomination of the most of what lies in it; null: nothing does. */
export function mostIn(rows: readonly CashUnitRow[], unitId: string): number | null {
  const held = rows.filter((row) => row.unitId === unitId && row.noteCount > 0).sort((left, right) => right.noteCount - left.noteCount);
  return held[0]?.denominationMinor ?? null;
}

/** What lies in units that the configuration of this start does not have. */
export function unitsLeft(rows: readonly CashUnitRow[], { isOfThese, configured }: { readonly isOfThese: (unitId: string) => boolean; readonly configured: readonly string[] }): readonly UnitLeft[] {
  const held = rows.filter(({ unitId, noteCount }) => noteCount > 0 && isOfThese(unitId) && !configured.includes(unitId));
  return [...new Set(held.map(({ unitId }) => unitId))].sort().map((unitId) => ({ unitId, unitNumber: Number(unitId.slice(unitId.lastIndexOf('.') + 1)), denominationMinor: mostIn(held, unitId)!, count: countOf(held, unitId) }));
}
