import { z } from 'zod';
import type { Out, StorageUnit } from './counts.ts';
import { totalOf } from './counts.ts';

const unitRegisters = z.strictObject({
  unitId: z.string(),
  denominationMinor: z.number().int().positive(),
  initialCount: z.number().int().nonnegative(),
  presentedCount: z.number().int().nonnegative(),
  rejectedCount: z.number().int().nonnegative(),
  stackedCount: z.number().int().nonnegative(),
  transportCount: z.number().int().nonnegative(),
  unknownCount: z.number().int().nonnegative(),
});
const registersSchema = z.strictObject({
  units: z.array(unitRegisters),
  /** Of all bins into which notes are drawn in from the exit. null: operations are not told, notes are not recounted. */
  drawnIn: z.strictObject({ operationCount: z.number().int().nonnegative().nullable(), noteCount: z.number().int().nonnegative().nullable() }),
});
/** What came and went, as the service counts it over power cuts: Storage of its units that pay out and of its retract bins. [xfs4iot §14.9, §14.10] */
export type Registers = z.infer<typeof registersSchema>;

/** A unit whose notes go out. */
export interface PayingUnit {
  readonly unitId: string;
  readonly denominationMinor: number;
}

export function registersOf(storage: Readonly<Record<string, StorageUnit>>, units: readonly PayingUnit[]): Registers {
  const bins = Object.values(storage).filter(({ cash }) => cash?.configuration?.types?.['cashOutRetract'] === true).map(({ cash }) => cash?.status?.in ?? {});
  const operations = bins.map((bin) => bin['retractOperations']).filter((count): count is number => typeof count === 'number' && Number.isSafeInteger(count) && count >= 0);
  const counted = bins.filter((bin) => bin['retracted'] !== undefined && bin['retracted'] !== null);
  return {
    units: units.map(({ unitId, denominationMinor }) => {
      const status = storage[unitId]?.cash?.status;
      const count = (role: keyof Out) => totalOf(status?.out?.[role]);
      // `distributed`: into another unit, out of the customer's reach. [unverified]
      return { unitId, denominationMinor, initialCount: totalOf(status?.['initial']), presentedCount: count('presented'), rejectedCount: count('rejected') + count('diverted') + count('distributed'), stackedCount: count('stacked'), transportCount: count('transport'), unknownCount: count('unknown') };
    }),
    drawnIn: { operationCount: operations.length === 0 ? null : operations.reduce((sum, count) => sum + count, 0), noteCount: counted.length === 0 ? null : counted.reduce((sum, bin) => sum + totalOf(bin['retracted']), 0) },
  };
}

/** Registers as text that the core keeps with a durable intent, and gives back after a restart. */
export function encodeRegisters(registers: Registers): string {
  return JSON.stringify(registers);
}

/** null: not such a text. Total */
export function decodeRegisters(mark: string): Registers | null {
  try {
    return registersSchema.safeParse(JSON.parse(mark)).data ?? null;
  } catch {
    return null;
  }
}

/** What left a unit, or all units of a kind. */
export interface Moves {
  readonly presentedCount: number;
  readonly rejectedCount: number;
  readonly stackedCount: number;
  readonly transportCount: number;
  readonly unknownCount: number;
}

export interface KindMoves extends Moves {
  readonly denominationMinor: number;
}

const ROLES = ['presentedCount', 'rejectedCount', 'stackedCount', 'transportCount', 'unknownCount'] as const;

/** Of one unit. What was on its way before may have gone on since. null: another counter went back, the unit is gone, or counts were set anew: they say nothing. */
export function movesOfUnit(unitId: string, before: Registers, after: Registers): Moves | null {
  const [was, is] = [before, after].map(({ units }) => units.find((unit) => unit.unitId === unitId));
  if (was === undefined || is === undefined || is.initialCount !== was.initialCount || is.denominationMinor !== was.denominationMinor) return null;
  if (is.presentedCount < was.presentedCount || is.rejectedCount < was.rejectedCount) return null;
  return Object.fromEntries(ROLES.map((role) => [role, Math.max(0, is[role] - was[role])])) as Record<(typeof ROLES)[number], number>;
}

/** By kind, ascending. null: of one of the units nothing is said. */
export function movesBetween(before: Registers, after: Registers): readonly KindMoves[] | null {
  const kinds = new Map<number, Record<(typeof ROLES)[number], number>>();
  for (const { unitId, denominationMinor } of before.units) {
    const moved = movesOfUnit(unitId, before, after);
    if (moved === null) return null;
    const sums = kinds.get(denominationMinor) ?? { presentedCount: 0, rejectedCount: 0, stackedCount: 0, transportCount: 0, unknownCount: 0 };
    for (const role of ROLES) sums[role] += moved[role];
    kinds.set(denominationMinor, sums);
  }
  return [...kinds].sort(([left], [right]) => left - right).map(([denominationMinor, sums]) => ({ denominationMinor, ...sums }));
}

/** By the bins: `noteCount` null: not counted; `isTold` false: they do not even say whether any were. */
export function drawnInBetween(before: Registers, after: Registers): { readonly isTold: boolean; readonly noteCount: number | null } {
  const noteCount = (after.drawnIn.noteCount ?? 0) - (before.drawnIn.noteCount ?? 0);
  if (noteCount > 0) return { isTold: true, noteCount };
  const isTold = before.drawnIn.operationCount !== null && after.drawnIn.operationCount !== null;
  return { isTold, noteCount: isTold && after.drawnIn.operationCount === before.drawnIn.operationCount ? 0 : null };
}
