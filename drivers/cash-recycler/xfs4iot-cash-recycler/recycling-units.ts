import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import type { StorageUnit } from '../../xfs4iot/counts.ts';
import { paysNothing } from '../../xfs4iot/dispensing.ts';
import { storedUnitsOf } from '../../xfs4iot/stored-units.ts';

/** A unit with cashIn and cashOut of one kind of note. [xfs4iot §3] */
export interface RecyclingUnit {
  readonly unitId: string;
  readonly denominationMinor: number;
  /** By the service's own counters; null: it does not say what lay in it at first. */
  readonly noteCount: number | null;
  /** The application's lock against notes that come in; null: not told. */
  readonly isLockedIn: boolean | null;
  readonly isUsable: boolean;
}

export function recyclingUnitsOf(storage: Readonly<Record<string, StorageUnit>>, currency: Currency): readonly RecyclingUnit[] {
  return storedUnitsOf(storage).flatMap(({ unitId, role, denominationMinor, currency: ofUnit, noteCount }): RecyclingUnit[] => {
    if (role !== 'cashInCashOut' || denominationMinor === null || ofUnit !== currency) return [];
    const lock = storage[unitId]?.cash?.configuration?.['appLockIn'];
    return [{ unitId, denominationMinor, noteCount: noteCount === null ? null : Math.max(0, noteCount), isLockedIn: typeof lock === 'boolean' ? lock : null, isUsable: !paysNothing(storage[unitId]) }];
  });
}

const kindsOf = (units: readonly RecyclingUnit[]): readonly number[] => [...new Set(units.map((unit) => unit.denominationMinor))].sort((a, b) => a - b);

/** How many certainly lie there to be paid out. */
export const levelsOf = (units: readonly RecyclingUnit[]): readonly NoteCount[] =>
  kindsOf(units).map((denominationMinor) => ({ denominationMinor, noteCount: units.filter((unit) => unit.denominationMinor === denominationMinor).reduce((sum, unit) => sum + (unit.noteCount ?? 0), 0) }));

/** Kinds of which the service does not say how many lie there: not none. */
export const uncountedKinds = (units: readonly RecyclingUnit[]): readonly number[] => kindsOf(units.filter(({ noteCount }) => noteCount === null));
