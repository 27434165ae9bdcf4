import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { CashUnitRow } from '../../../main/journal/journal.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import { checkCassettes } from './cassettes.ts';
import { checkCoins } from './coins.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';
import { countOf, handSum, isOfHopper, isOfRecycler, sum, toldInstead } from './journal-money.ts';
import { lostNotes, pushedOutMinorMax } from './recycled.ts';

/** The devices' own account of where each note is. */
interface AcceptorWorld {
  readonly places: Readonly<Record<string, { readonly noteCount: number; readonly sumMinor: number }>>;
  readonly notes: readonly { readonly serial: string; readonly denominationMinor: number; readonly place: string; readonly isKept: boolean }[];
}
interface RecyclerWorld extends AcceptorWorld {
  /** Notes of its units before or with a customer. */
  readonly paidOutMinor: number;
}
interface DispenserWorld {
  readonly cassettes: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
  readonly path: readonly { readonly denominationMinor: number }[];
  /** Of one that gathers notes before they are presented. */
  readonly pool?: readonly { readonly denominationMinor: number }[];
  readonly exit: readonly { readonly denominationMinor: number }[];
  readonly exitMinor: number;
  readonly takenCount: number;
  readonly takenMinor: number;
  readonly rejectTray: { readonly noteCount: number };
  readonly removedCount: number;
}

const RECYCLER_UNITS = 'recycler.';

export type Payouts = readonly EntryData<'outcome.dispense'>[];

/** Every note is in exactly one place, and what lies in the box and what has left is what the journal says, but for what it says it does not know. */
export function checkCash(surroundings: Surroundings, money: JournalMoney, counted: readonly CashUnitRow[]): readonly Finding[] {
  const acceptor = surroundings.acceptor.world() as unknown as RecyclerWorld;
  const dispenser = surroundings.dispenser.world() as unknown as DispenserWorld;
  const { cassettes, recycler } = surroundings.loaded;
  const stored = [...(recycler?.stored ?? []), ...surroundings.handled.loaded];
  const dispenses = dataOf(money.entries, 'outcome.dispense');
  const payouts = dispenses.filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber));
  const others = dispenses.filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber) || isOfHopper(cassetteNumber));
  return [...checkConserved(acceptor, dispenser, sum(cassettes.map(({ noteCount }) => noteCount)) + handSum(money, 'notes.load')), ...checkBox(acceptor, money, { stored, payouts }), ...checkCoins(surroundings, money, counted), ...checkGiven(dispenser, money, others), ...checkPaidOut(acceptor, payouts, pushedOutMinorMax(money.entries)), ...checkUnits(acceptor, counted), ...(recycler?.isAlone === true ? [] : checkCassettes({ world: surroundings.dispenser.world(), loaded: cassettes }, money, counted))];
}

function checkConserved(acceptor: AcceptorWorld, dispenser: DispenserWorld, loadedNoteCount: number): readonly Finding[] {
  const findings: Finding[] = [];
  const placed = sum(Object.values(acceptor.places).map((place) => place.noteCount));
  const serials = new Set(acceptor.notes.map((note) => note.serial));
  if (placed !== acceptor.notes.length || serials.size !== acceptor.notes.length) findings.push({ rule: 'cash', detail: `acceptor: ${acceptor.notes.length} notes with ${serials.size} numbers lie in ${placed} places` });
  const dispenserCount = sum(dispenser.cassettes.map((cassette) => cassette.noteCount)) + dispenser.path.length + (dispenser.pool?.length ?? 0) + dispenser.exit.length + dispenser.takenCount + dispenser.rejectTray.noteCount + dispenser.removedCount;
  if (dispenserCount !== loadedNoteCount) findings.push({ rule: 'cash', detail: `dispenser: ${loadedNoteCount} notes loaded, ${dispenserCount} found` });
  return findings;
}

/**
 * A technician may hold a note that the journal rightly has in the box or in doubt (it was past the gate: there it is never the customer's again), or one from the head that it never heard of. In a recycler what lay in its units
 * before the first start is inside as well, and what it paid out is not any more.
 */
function checkBox(acceptor: AcceptorWorld, money: JournalMoney, { stored, payouts }: { readonly stored: readonly { readonly denominationMinor: number; readonly noteCount: number }[]; readonly payouts: Payouts }): readonly Finding[] {
  const stacked = [...money.operations.flatMap((operation) => operation.stacked), ...money.unassigned];
  const unknown = [...money.operations.flatMap((operation) => operation.unknown), ...toldInstead(money.entries)];
  const lyingIn = (places: readonly string[]) => acceptor.notes.filter((note) => places.includes(note.place)).map((note) => note.denominationMinor);
  const boxed = lyingIn(['box', 'store', 'collected']);
  const stuck = lyingIn(['transport', 'technician']);
  const kept = acceptor.notes.filter((note) => note.isKept).map((note) => note.denominationMinor);
  const lost = lostNotes(money.entries);
  const kinds = [...new Set([...stacked, ...unknown, ...boxed, ...kept])].sort((left, right) => left - right).map((denominationMinor) => {
    const counts = [boxed, stuck, kept, stacked, unknown].map((notes) => countOf(notes, denominationMinor)) as [number, number, number, number, number];
    const [boxCount, stuckCount, keptCount, stackedCount, unknownCount] = counts;
    const own = payouts.filter((payout) => payout.denominationMinor === denominationMinor);
    const paidCount = sum(own.map(({ presentedCount }) => presentedCount));
    const maybePaidCount = sum(own.map(({ uncertainCount }) => uncertainCount));
    // Stand in doubt as a whole: one that was on its way to the box when power went may have been pushed out at the mouth.
    const lostCount = sum(lost.filter((notes) => notes.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount));
    const insideCount = stackedCount + sum(stored.filter((unit) => unit.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount)) - paidCount;
    return { denominationMinor, boxCount, stuckCount, unknownCount, maybePaidCount, insideCount, lostCount, surplusCount: Math.max(0, boxCount + keptCount - insideCount - unknownCount) };
  });
  // A note of untold value is of any kind.
  const mayBeUntold = sum(kinds.map(({ surplusCount }) => surplusCount)) <= money.untoldNotes;
  return kinds.flatMap(({ denominationMinor, boxCount, stuckCount, unknownCount, maybePaidCount, insideCount, lostCount, surplusCount }): Finding[] => {
    if (insideCount - maybePaidCount - lostCount <= boxCount + stuckCount && (surplusCount === 0 || mayBeUntold)) return [];
    return [{ rule: 'cash', detail: `box: ${boxCount} notes of ${denominationMinor} and ${stuckCount} stuck; the journal has ${insideCount}, ${unknownCount} unknown, ${maybePaidCount} perhaps paid out and ${lostCount} gone from the units` }];
  });
}

/** What counts as payable lies in the units of a recycler, to the note: neither on its way there nor in the box. */
function checkUnits(acceptor: AcceptorWorld, counted: readonly CashUnitRow[]): readonly Finding[] {
  return counted.filter(({ unitId }) => unitId.startsWith(RECYCLER_UNITS)).flatMap(({ unitId, denominationMinor, noteCount }): readonly Finding[] => {
    const storedCount = acceptor.notes.filter((note) => note.place === 'store' && note.denominationMinor === denominationMinor).length;
    return noteCount <= storedCount ? [] : [{ rule: 'cash', detail: `${unitId} counts ${noteCount} notes of ${denominationMinor} as payable, ${storedCount} lie there` }];
  });
}

/** Out of a recycler's units went to customers what payouts say, and no more but what stands in doubt as pushed out: what is gone from a unit besides is in somebody else's hands. */
function checkPaidOut({ paidOutMinor }: RecyclerWorld, payouts: Payouts, pushedOutMinor: number): readonly Finding[] {
  const mostMinor = pushedOutMinor + sum(payouts.map(({ denominationMinor, presentedCount, uncertainCount, pickedCount, rejectedCount }) => (Math.max(presentedCount, pickedCount - rejectedCount) + uncertainCount) * denominationMinor));
  return paidOutMinor <= mostMinor ? [] : [{ rule: 'cash', detail: `paid out: ${paidOutMinor} of a recycler's units went to customers; the journal has ${mostMinor} at most` }];
}

/** @param others  what recycler and hopper gave is missing inside them */
function checkGiven(dispenser: DispenserWorld, money: JournalMoney, others: Payouts): readonly Finding[] {
  const outMinor = dispenser.exitMinor + dispenser.takenMinor;
  const { presentedMinor, uncertainMinor, inPathMinor } = givenOut(money.operations, others);
  if (presentedMinor <= outMinor && outMinor <= presentedMinor + uncertainMinor + inPathMinor) return [];
  return [{ rule: 'cash', detail: `given: ${outMinor} left the exit; the journal has ${presentedMinor} presented, ${uncertainMinor} uncertain and ${inPathMinor} in the path` }];
}

/** What a dispenser gave to customers by the journal, and what it may have given besides. @param others  payouts of these operations out of recycler and hoppers */
export function givenOut(operations: readonly OperationMoney[], others: Payouts): { readonly presentedMinor: number; readonly uncertainMinor: number; readonly inPathMinor: number } {
  const paidMinor = (count: (payout: Payouts[number]) => number) => sum(others.map((payout) => count(payout) * payout.denominationMinor));
  return {
    presentedMinor: sum(operations.map((operation) => operation.presentedMinor)) - paidMinor(({ presentedCount }) => presentedCount),
    uncertainMinor: sum(operations.map((operation) => operation.uncertainOutMinor)) - paidMinor(({ uncertainCount }) => uncertainCount),
    inPathMinor: sum(operations.map((operation) => operation.inPathMinor)) - paidMinor(({ pickedCount, presentedCount, rejectedCount }) => pickedCount - presentedCount - rejectedCount),
  };
}
