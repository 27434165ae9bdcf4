import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Coin } from '../../coin-acceptor/cctalk-coin-acceptor/model.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { countOf, sum } from './journal-money.ts';

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

/** Every note is in exactly one place, and what lies in the box and what has left is what the journal says, but for what it says it does not know. */
export function checkCash(surroundings: Surroundings, money: JournalMoney, loadedNoteCount: number): readonly Finding[] {
  const acceptor = surroundings.acceptor.world() as unknown as AcceptorWorld;
  const dispenser = surroundings.dispenser.world() as unknown as DispenserWorld;
  const hopper = surroundings.coins === null ? null : (surroundings.coins.hopper.world() as unknown as HopperWorld);
  const coinsOutMinor = hopper === null ? 0 : (hopper.trayCount + hopper.takenCount) * hopper.denominationMinor;
  return [...checkConserved(acceptor, dispenser, loadedNoteCount), ...checkBox(acceptor, money), ...checkCoins(surroundings, money), ...checkGiven(dispenser, money, coinsOutMinor)];
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

/** A technician may hold a note that the journal rightly has in the box (it was past the gate), or one that it never heard of. */
function checkBox(acceptor: AcceptorWorld, money: JournalMoney): readonly Finding[] {
  const stacked = [...money.operations.flatMap((operation) => operation.stacked), ...money.unassigned];
  const unknown = money.operations.flatMap((operation) => operation.unknown);
  const lyingIn = (places: readonly string[]) => acceptor.notes.filter((note) => places.includes(note.place)).map((note) => note.denominationMinor);
  const boxed = lyingIn(['box', 'collected']);
  const stuck = lyingIn(['transport', 'technician']);
  return [...new Set([...stacked, ...unknown, ...boxed])].sort((left, right) => left - right).flatMap((denominationMinor): Finding[] => {
    const counts = [boxed, stuck, stacked, unknown].map((notes) => countOf(notes, denominationMinor)) as [number, number, number, number];
    const [boxCount, stuckCount, stackedCount, unknownCount] = counts;
    if (stackedCount <= boxCount + stuckCount && boxCount <= stackedCount + unknownCount) return [];
    return [{ rule: 'cash', detail: `box: ${boxCount} notes of ${denominationMinor} and ${stuckCount} stuck; the journal has ${stackedCount} and ${unknownCount} unknown` }];
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

function checkGiven(dispenser: DispenserWorld, money: JournalMoney, coinsOutMinor: number): readonly Finding[] {
  const outMinor = dispenser.exitMinor + dispenser.takenMinor + coinsOutMinor;
  const presentedMinor = sum(money.operations.map((operation) => operation.presentedMinor));
  const uncertainMinor = sum(money.operations.map((operation) => operation.uncertainOutMinor));
  const inPathMinor = sum(money.operations.map((operation) => operation.inPathMinor));
  if (presentedMinor <= outMinor && outMinor <= presentedMinor + uncertainMinor + inPathMinor) return [];
  return [{ rule: 'cash', detail: `given: ${outMinor} left the exit; the journal has ${presentedMinor} presented, ${uncertainMinor} uncertain and ${inPathMinor} in the path` }];
}
