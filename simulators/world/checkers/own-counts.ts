import { dataOf } from '../../../main/journal/entry-data.ts';
import type { CashUnitRow, JournalEntry } from '../../../main/journal/journal.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { Finding } from './findings.ts';
import { sum } from './journal-money.ts';

/** What a recycler counts for itself; only one behind a service has units with counters, which may be wrong. */
interface RecyclerWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[];
  readonly units?: readonly { readonly name: string; readonly denominationMinor: number | null; readonly countedCount: number; readonly isAccurate: boolean }[];
}

/** Of a service: cash box, rejects, what was drawn in. Whoever takes the box takes all of them. */
const BOX_UNITS: readonly string[] = ['unitB', 'unitR', 'unitT'];

/**
 * What the last `counts.compared` of each unit says is so, both ways: where there is none, the recycler counts as the journal does. Only of a recycler that is well and was let alone for a
 * while, and only what it is sure of.
 */
export function checkOwnCounts({ acceptor, loaded: { recycler } }: Surroundings, entries: readonly JournalEntry[], counted: readonly CashUnitRow[]): readonly Finding[] {
  if (recycler === null) return [];
  const world = acceptor.world() as unknown as RecyclerWorld;
  const compared = dataOf(entries, 'counts.compared');
  const check = (unitId: string, deviceCount: number | null): readonly Finding[] => {
    if (deviceCount === null) return [];
    const last = compared.findLast((one) => one.unitId === unitId);
    const toldCount = (last?.deviceCount ?? 0) - (last?.journalCount ?? 0);
    const journalCount = sum(counted.filter((row) => row.unitId === unitId).map(({ noteCount }) => noteCount));
    return deviceCount - journalCount === toldCount ? [] : [{ rule: 'cash', detail: `${unitId}: the device counts ${deviceCount}, the journal ${journalCount}, and the last entry of it says ${toldCount} more` }];
  };
  return [...recycler.denominationsMinor.flatMap((denominationMinor, index) => check(`recycler.${index + 1}`, unitCount(world, denominationMinor))), ...check('acceptor.box', boxCount(world))];
}

/** null: it is not sure. */
function unitCount({ notes, units }: RecyclerWorld, denominationMinor: number): number | null {
  if (units === undefined) return notes.filter((note) => note.place === 'store' && note.denominationMinor === denominationMinor).length;
  const own = units.filter((unit) => unit.denominationMinor === denominationMinor);
  return own.every(({ isAccurate }) => isAccurate) ? sum(own.map(({ countedCount }) => countedCount)) : null;
}

/** null: it does not count what lies there, is not sure, or counts what cannot be. */
function boxCount({ units }: RecyclerWorld): number | null {
  const own = (units ?? []).filter(({ name }) => BOX_UNITS.includes(name));
  return own.length > 0 && own.every(({ isAccurate, countedCount }) => isAccurate && countedCount >= 0) ? sum(own.map(({ countedCount }) => countedCount)) : null;
}
