import { dataOf } from '../../../main/journal/entry-data.ts';
import type { CashUnitRow, JournalEntry } from '../../../main/journal/journal.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { Finding } from './findings.ts';
import { sum } from './journal-money.ts';

/** What an acceptor or a recycler counts for itself; only one behind a service has units with counters, which may be wrong. */
interface CountingWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[];
  readonly units?: readonly { readonly name: string; readonly denominationMinor: number | null; readonly countedCount: number; readonly isAccurate: boolean }[];
}

/** Of a service: cash box, rejects, what was drawn in. Whoever takes the box takes all of them. */
const BOX_UNITS: readonly string[] = ['unitB', 'unitR', 'unitT'];
/** The bin of a dispenser. */
const BIN_UNITS: readonly string[] = ['unitR', 'unitT'];

/** A dispenser behind a service; others count nothing. */
interface DispenserWorld {
  readonly cassettes: readonly { readonly cassetteNumber: number }[];
  readonly units?: NonNullable<CountingWorld['units']>;
}

/** Which devices are well and were let alone for a while. */
export interface QuietDevices {
  /** Or the recycler in its place. */
  readonly acceptor: boolean;
  readonly dispenser: boolean;
}

/** What the last `counts.compared` of each unit says is so, both ways: where there is none, the device counts as the journal does. Only what it is sure of. */
export function checkOwnCounts({ acceptor, dispenser, loaded: { recycler } }: Surroundings, isQuiet: QuietDevices, entries: readonly JournalEntry[], counted: readonly CashUnitRow[]): readonly Finding[] {
  const compared = dataOf(entries, 'counts.compared');
  const check = (unitId: string, deviceCount: number | null): readonly Finding[] => {
    if (deviceCount === null) return [];
    const last = compared.findLast((one) => one.unitId === unitId);
    // Of a unit that no device of a configuration counted any more there is no difference.
    const toldCount = last === undefined || last.deviceCount === null ? 0 : last.deviceCount - last.journalCount;
    const journalCount = sum(counted.filter((row) => row.unitId === unitId).map(({ noteCount }) => noteCount));
    return deviceCount - journalCount === toldCount ? [] : [{ rule: 'cash', detail: `${unitId}: the device counts ${deviceCount}, the journal ${journalCount}, and the last entry of it says ${toldCount} more` }];
  };
  const checkAcceptor = (kept: readonly number[], world: CountingWorld) => [...kept.flatMap((denominationMinor, index) => check(`recycler.${index + 1}`, unitCount(world, denominationMinor))), ...check('acceptor.box', serviceCount(world, BOX_UNITS))];
  const checkDispenser = (world: DispenserWorld) => [...world.cassettes.flatMap(({ cassetteNumber }) => check(`dispenser.${cassetteNumber}`, serviceCount(world, [`unit${cassetteNumber}`]))), ...check('dispenser.reject', serviceCount(world, BIN_UNITS))];
  return [
    ...(isQuiet.acceptor ? checkAcceptor(recycler?.denominationsMinor ?? [], acceptor.world() as unknown as CountingWorld) : []),
    ...(recycler?.isAlone === true || !isQuiet.dispenser ? [] : checkDispenser(dispenser.world() as unknown as DispenserWorld)),
  ];
}

/** null: it is not sure. */
function unitCount({ notes, units }: CountingWorld, denominationMinor: number): number | null {
  if (units === undefined) return notes.filter((note) => note.place === 'store' && note.denominationMinor === denominationMinor).length;
  const own = units.filter((unit) => unit.denominationMinor === denominationMinor);
  return own.every(({ isAccurate }) => isAccurate) ? sum(own.map(({ countedCount }) => countedCount)) : null;
}

/** null: it does not count what lies there, is not sure, or counts what cannot be. */
function serviceCount({ units }: { readonly units?: CountingWorld['units'] }, names: readonly string[]): number | null {
  const own = (units ?? []).filter(({ name }) => names.includes(name));
  return own.length > 0 && own.every(({ isAccurate, countedCount }) => isAccurate && countedCount >= 0) ? sum(own.map(({ countedCount }) => countedCount)) : null;
}
