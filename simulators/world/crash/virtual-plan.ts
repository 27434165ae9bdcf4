import type { CrashCell } from './crash-cells.ts';
import type { CountedPoint } from './point-counter.ts';
import type { CoreDeath } from './virtual-visit.ts';

/** What one run in the cell without a fault has shown of a point: enough to know whether a fault of the bank would change anything after it. */
export type KnownDeaths = ReadonlyMap<string, CoreDeath>;

export interface VirtualPlan {
  readonly runs: readonly CountedPoint[];
  /** Points that differ in anything, before those are left out that another run shows. */
  readonly differentCount: number;
}

/** Points with the same key are one: the same bytes at the same moment over the same journal and the same physical truth. */
export function differentPoints(points: readonly CountedPoint[]): readonly CountedPoint[] {
  return firstOfEach(points, ({ key }) => key);
}

/**
 * The runs of one cell. `isFull`: one for each different point. Otherwise without those that another run is known to show:
 *
 * - bytes that change nothing (what the core only hears, questions it asks all day): one of them for each journal and physical truth;
 * - in a cell with a fault of the bank or of a device, a torn sync: the restart found the commit or did not, as after it or before it; and of the bytes of a frame
 *   all but the first, the middle and the last: how a device gets over a part of a frame is what the cell without the fault shows;
 * - there, before the fault can strike, the course is that of the cell without it (`known`): where the message never leaves afterwards, the whole run
 *   is that cell's, and of points after which the restart finds the same, one is run. A device's fault may strike in the next life, too.
 */
export function planRuns(cell: CrashCell, counted: { readonly points: readonly CountedPoint[]; readonly pointsBeforeFault: number }, options: { readonly isFull: boolean; readonly known: KnownDeaths | null }): VirtualPlan {
  const different = differentPoints(counted.points);
  if (options.isFull) return { runs: different, differentCount: different.length };
  const merged = firstOfEach(different, planKey);
  if (cell.hostFault === 'none' && cell.deviceFault === 'none') return { runs: merged, differentCount: different.length };
  const whole = merged.filter(({ at, isIdle, isBetween }) => at !== 'duringSync' && at !== 'duringCheckpoint' && (isIdle || !isBetween));
  const early = whole.filter(({ point }) => point <= counted.pointsBeforeFault);
  const late = whole.filter(({ point }) => point > counted.pointsBeforeFault);
  const mayBeStruck = early.filter((point) => cell.hostFault === 'none' || cell.deviceFault !== 'none' || options.known?.get(planKey(point))?.sentAfter.includes(cell.message) !== false);
  const distinct = firstOfEach(mayBeStruck, (point) => options.known?.get(planKey(point))?.found ?? point.key);
  return { runs: [...distinct, ...late], differentCount: different.length };
}

/** Points of a recovery: one for each state in which a second death leaves journal and notes. */
export function planSecondDeaths(points: readonly CountedPoint[]): readonly CountedPoint[] {
  return firstOfEach(points.filter(({ isIdle, at }) => !isIdle && at !== 'duringSync' && at !== 'duringCheckpoint'), ({ state }) => state);
}

/** Of runs that one restart found alike, the first. */
export function differentFinds(deaths: Iterable<CoreDeath>): readonly CoreDeath[] {
  return firstOfEach([...deaths], ({ found }) => found);
}

/** By it a run of one cell is found again from another. */
export function planKey({ key, state, isIdle }: CountedPoint): string {
  return isIdle ? `${state} idle` : key;
}

function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}
