import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Coin } from '../../coin-acceptor/cctalk-coin-acceptor/model.ts';
import type { CashUnitRow } from '../../../main/journal/journal.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { countOf, isOfRecycler, sum } from './journal-money.ts';

/** The devices' own account of where each note is. */
interface AcceptorWorld {
  readonly places: Readonly<Record<string, { readonly noteCount: number; readonly sumMinor: number }>>;
  readonly notes: readonly { readonly serial: string; readonly denominationMinor: number; readonly place: string }[];
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

interface HopperWorld {
  readonly denominationMinor: number;
  readonly trayCount: number;
  readonly takenCount: number;
}

const RECYCLER_UNITS = 'recycler.';

type Payouts = readonly EntryData<'outcome.dispense'>[];

/** Every note is in exactly one place, and what lies in the box and what has left is what the journal says, but for what it says it does not know. */
export function checkCash(surroundings: Surroundings, money: JournalMoney, counted: readonly CashUnitRow[]): readonly Finding[] {
  const acceptor = surroundings.acceptor.world() as unknown as AcceptorWorld;
  const dispenser = surroundings.dispenser.world() as unknown as DispenserWorld;
  const hopper = surroundings.coins === null ? null : (surroundings.coins.hopper.world() as unknown as HopperWorld);
  const coinsOutMinor = hopper === null ? 0 : (hopper.trayCount + hopper.takenCount) * hopper.denominationMinor;
  const { cassetteNoteCount, recycler } = surroundings.loaded;
  const payouts = dataOf(money.entries, 'outcome.dispense').filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber));
  return [...checkConserved(acceptor, dispenser, cassetteNoteCount), ...checkBox(acceptor, money, { stored: recycler?.stored ?? [], payouts }), ...checkCoins(surroundings, money), ...checkGiven(dispenser, money, { coinsOutMinor, payouts }), ...checkUnits(acceptor, counted)];
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
 * A technician may hold a note that the journal rightly has in the box (it was past the gate), or one that it never heard of. In a recycler what lay in its units
 * before the first start is inside as well, and what it paid out is not any more.
 */
function checkBox(acceptor: AcceptorWorld, money: JournalMoney, { stored, payouts }: { readonly stored: readonly { readonly denominationMinor: number; readonly noteCount: number }[]; readonly payouts: Payouts }): readonly Finding[] {
  const stacked = [...money.operations.flatMap((operation) => operation.stacked), ...money.unassigned];
  const unknown = money.operations.flatMap((operation) => operation.unknown);
  const lyingIn = (places: readonly string[]) => acceptor.notes.filter((note) => places.includes(note.place)).map((note) => note.denominationMinor);
  const boxed = lyingIn(['box', 'store', 'collected']);
  const stuck = lyingIn(['transport', 'technician']);
  return [...new Set([...stacked, ...unknown, ...boxed])].sort((left, right) => left - right).flatMap((denominationMinor): Finding[] => {
    const counts = [boxed, stuck, stacked, unknown].map((notes) => countOf(notes, denominationMinor)) as [number, number, number, number];
    const [boxCount, stuckCount, stackedCount, unknownCount] = counts;
    const own = payouts.filter((payout) => payout.denominationMinor === denominationMinor);
    const paidCount = sum(own.map(({ presentedCount }) => presentedCount));
    const maybePaidCount = sum(own.map(({ uncertainCount }) => uncertainCount));
    const insideCount = stackedCount + sum(stored.filter((unit) => unit.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount)) - paidCount;
    if (insideCount - maybePaidCount <= boxCount + stuckCount && boxCount <= insideCount + unknownCount) return [];
    return [{ rule: 'cash', detail: `box: ${boxCount} notes of ${denominationMinor} and ${stuckCount} stuck; the journal has ${insideCount}, ${unknownCount} unknown and ${maybePaidCount} perhaps paid out` }];
  });
}

/** A coin in the box without a credit is one that the device said it cannot tell of: an item without a sum stands for such. */
function checkCoins({ coins }: Surroundings, money: JournalMoney): readonly Finding[] {
  if (coins === null) return [];
  const boxed = (coins.acceptor.world() as unknown as { readonly coins: readonly Coin[] }).coins.filter((coin) => coin.place === 'box' || coin.place === 'collected').map((coin) => coin.denominationMinor);
  const credited = [...money.operations.flatMap((operation) => operation.coins), ...money.strayCoins];
  const isDoubtTold = money.entries.some((one) => one.kind === 'suspense.opened' && (one.data as EntryData<'suspense.opened'>).reason === 'unassigned' && (one.data as EntryData<'suspense.opened'>).amountMinor === 0);
  return [...new Set([...boxed, ...credited])].sort((left, right) => left - right).flatMap((denominationMinor): Finding[] => {
    const [boxCount, creditedCount] = [countOf(boxed, denominationMinor), countOf(credited, denominationMinor)];
    return creditedCount === boxCount || (creditedCount < boxCount && isDoubtTold) ? [] : [{ rule: 'cash', detail: `coin box: ${boxCount} coins of ${denominationMinor}, the journal has ${creditedCount}` }];
  });
}

/** What counts as payable lies in the units of a recycler, to the note: neither on its way there nor in the box. */
function checkUnits(acceptor: AcceptorWorld, counted: readonly CashUnitRow[]): readonly Finding[] {
  return counted.filter(({ unitId }) => unitId.startsWith(RECYCLER_UNITS)).flatMap(({ unitId, denominationMinor, noteCount }): readonly Finding[] => {
    const storedCount = acceptor.notes.filter((note) => note.place === 'store' && note.denominationMinor === denominationMinor).length;
    return noteCount <= storedCount ? [] : [{ rule: 'cash', detail: `${unitId} counts ${noteCount} notes of ${denominationMinor} as payable, ${storedCount} lie there` }];
  });
}

/** Of dispenser and hopper: what a recycler gave is missing inside it. */
function checkGiven(dispenser: DispenserWorld, money: JournalMoney, { coinsOutMinor, payouts }: { readonly coinsOutMinor: number; readonly payouts: Payouts }): readonly Finding[] {
  const paidMinor = (count: (payout: Payouts[number]) => number) => sum(payouts.map((payout) => count(payout) * payout.denominationMinor));
  const outMinor = dispenser.exitMinor + dispenser.takenMinor + coinsOutMinor;
  const presentedMinor = sum(money.operations.map((operation) => operation.presentedMinor)) - paidMinor(({ presentedCount }) => presentedCount);
  const uncertainMinor = sum(money.operations.map((operation) => operation.uncertainOutMinor)) - paidMinor(({ uncertainCount }) => uncertainCount);
  const inPathMinor = sum(money.operations.map((operation) => operation.inPathMinor)) - paidMinor(({ pickedCount, presentedCount, rejectedCount }) => pickedCount - presentedCount - rejectedCount);
  if (presentedMinor <= outMinor && outMinor <= presentedMinor + uncertainMinor + inPathMinor) return [];
  return [{ rule: 'cash', detail: `given: ${outMinor} left the exit; the journal has ${presentedMinor} presented, ${uncertainMinor} uncertain and ${inPathMinor} in the path` }];
}
