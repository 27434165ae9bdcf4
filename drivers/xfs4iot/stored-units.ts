import { MINOR_PER_UNIT } from '../../main/foundation/money.ts';
import type { StoredUnit, StoredUnitLevel, StoredUnitRole, StoredUnitStatus } from '../interfaces/cash-storage.ts';
import { CassetteNumbers } from './cassette-numbers.ts';
import type { StorageUnit } from './counts.ts';
import { totalOf } from './counts.ts';

const STATUSES: readonly string[] = ['ok', 'inoperative', 'missing', 'notConfigured', 'manipulated'] satisfies readonly StoredUnitStatus[];
const LEVELS: readonly string[] = ['ok', 'full', 'high', 'low', 'empty'] satisfies readonly StoredUnitLevel[];
const UNITS_MAX = 64;
/** Out, broken, or touched without an exchange: what lies in it is not known, so that it takes nothing and pays nothing. [xfs4iot §3, §14.13] */
const UNUSABLE: readonly string[] = ['missing', 'inoperative', 'notConfigured', 'manipulated'] satisfies readonly StoredUnitStatus[];
/** What came in and what went out. [xfs4iot §3] */
const IN = ['deposited', 'retracted', 'rejected', 'distributed', 'transport'] as const;
const OUT = ['presented', 'rejected', 'distributed', 'unknown', 'stacked', 'diverted', 'transport'] as const;

/** @param status  as the service tells it, if it does */
export function isUnusable(status: string | null | undefined): boolean {
  return UNUSABLE.includes(status ?? '');
}

/** Cash units of GetStorage in the order of their index; card and printer units are left out. @param numbers  of whoever goes by them over several listings */
export function storedUnitsOf(storage: Readonly<Record<string, StorageUnit>>, numbers = new CassetteNumbers()): readonly StoredUnit[] {
  const units = Object.entries(storage).filter(([, { cash }]) => cash !== undefined && cash !== null).slice(0, UNITS_MAX).sort(byIndex);
  const numberOf = numbers.of(units.filter(([, unit]) => paysOut(unit)).map(([unitId]) => unitId));
  return units.map(([unitId, unit]): StoredUnit => {
    const { status, cash } = unit;
    const { configuration } = cash!;
    const types = configuration?.types ?? {};
    const minor = Math.round((configuration?.value ?? 0) * MINOR_PER_UNIT);
    const accuracy = cash!.status?.['accuracy'];
    return {
      unitId, role: roleOf(types), cassetteNumber: paysOut(unit) ? numberOf.get(unitId)! : null, currency: configuration?.currency ?? null,
      denominationMinor: Number.isSafeInteger(minor) && minor > 0 ? minor : null,
      status: STATUSES.includes(status ?? '') ? (status as StoredUnitStatus) : 'unknown',
      level: LEVELS.includes(cash!.status?.replenishmentStatus ?? '') ? (cash!.status!.replenishmentStatus as StoredUnitLevel) : 'unknown',
      noteCount: noteCountOf(cash!), isCountSure: accuracy === 'accurate' || accuracy === 'accurateSet',
    };
  });
}

function paysOut({ cash }: StorageUnit): boolean {
  return cash?.configuration?.types?.['cashOut'] === true;
}

export function byIndex([leftName, left]: readonly [string, StorageUnit], [rightName, right]: readonly [string, StorageUnit]): number {
  return (left.cash?.status?.index ?? 0) - (right.cash?.status?.index ?? 0) || (leftName < rightName ? -1 : 1);
}

/** Not reported: `initial + in - out`. Without `initial` nobody ever said what lay in it. [xfs4iot §14.8] */
function noteCountOf({ status }: NonNullable<StorageUnit['cash']>): number | null {
  const initial = status?.['initial'];
  if (initial === undefined || initial === null) return null;
  const sum = (counts: Readonly<Record<string, unknown>> | null | undefined, roles: readonly string[]) => roles.reduce((total, role) => total + totalOf(counts?.[role]), 0);
  return totalOf(initial) + sum(status?.in, IN) - sum(status?.out, OUT);
}

function roleOf(types: Readonly<Record<string, unknown>>): StoredUnitRole {
  if (types['cashIn'] === true) return types['cashOut'] === true ? 'cashInCashOut' : 'cashIn';
  if (types['cashOut'] === true) return 'cashOut';
  if (types['reject'] === true) return 'reject';
  return types['cashInRetract'] === true || types['cashOutRetract'] === true ? 'retract' : 'other';
}
