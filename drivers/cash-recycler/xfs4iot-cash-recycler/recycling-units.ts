import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import type { StorageUnit } from '../../xfs4iot/counts.ts';
import { paysNothing } from '../../xfs4iot/dispensing.ts';
import { storedUnitsOf } from '../../xfs4iot/stored-units.ts';

/** A unit with cashIn and cashOut of one kind of note. [xfs4iot §3] */
export interface RecyclingUnit {
  readonly unitId: string;
  readonly denominationMinor: number;
  /** By the service's own counters; 0 where nobody ever said what lies in it. */
  readonly noteCount: number;
  /** The application's lock against notes that come in; null: not told. */
  readonly isLockedIn: boolean | null;
  readonly isUsable: boolean;
}

export function recyclingUnitsOf(storage: Readonly<Record<string, StorageUnit>>, currency: Currency): readonly RecyclingUnit[] {
  return storedUnitsOf(storage).flatMap(({ unitId, role, denominationMinor, currency: ofUnit, noteCount }): RecyclingUnit[] => {
    if (role !== 'cashInCashOut' || denominationMinor === null || ofUnit !== currency) return [];
    const lock = storage[unitId]?.cash?.configuration?.['appLockIn'];
    return [{ unitId, denominationMinor, noteCount: Math.max(0, noteCount ?? 0), isLockedIn: typeof lock === 'boolean' ? lock : null, isUsable: !paysNothing(storage[unitId]) }];
  });
}

export const levelsOf = (units: readonly RecyclingUnit[]): readonly NoteCount[] => {
  const kinds = [...new Set(units.map((unit) => unit.denominationMinor))].sort((a, b) => a - b);
  return kinds.map((denominationMinor) => ({ denominationMinor, noteCount: units.filter((unit) => unit.denominationMinor === denominationMinor).reduce((sum, unit) => sum + unit.noteCount, 0) }));
};
