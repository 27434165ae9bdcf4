import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { CashUnitRow } from '../../../main/journal/journal.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import type { Json } from '../../simulator.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { handCounts, sum } from './journal-money.ts';

/** One cassette as the device has it: what lies in it, and where its notes are that do not. */
interface CassetteWorld {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly noteCount: number;
  readonly left: { readonly underWay: number; readonly exit: number; readonly taken: number; readonly tray: number; readonly removed: number; readonly emptied: number };
}

type Payout = EntryData<'outcome.dispense'>;

const REJECT_UNIT = 'dispenser.reject';
const TRANSPORT_UNIT = 'dispenser.transport';
/** Of a command without a result nobody knows what the device threw into its tray besides what it may have handed out. */
const UNTOLD_REJECTS_MAX = 20;
/** A dispenser that gathers bunches counts behind its path: the note that jams before the counter has left its cassette, and lies in the bin after a reset. [f53 §4, §7] */
const UNCOUNTED_JAMMED_MAX = 1;

/**
 * Cassette by cassette, also where two hold the same denomination: what lies there is what the journal counts there, what left it is what the journal says of it, to the note. Only a command
 * that the journal itself calls uncertain, or jammed before the notes were counted, leaves room, on the cassette that it was for; what came back uncounted, on the reject bin.
 */
export function checkCassettes({ world, loaded }: { readonly world: Json; /** Before the first start. */ readonly loaded: readonly LoadedCassette[] }, money: JournalMoney, counted: readonly CashUnitRow[]): readonly Finding[] {
  const { cassettes } = world as unknown as { readonly cassettes: readonly CassetteWorld[] };
  const payouts = payoutsOf(money);
  const findings = cassettes.flatMap((cassette) => checkCassette(cassette, {
    payouts: payouts.filter(({ cassetteNumber }) => cassetteNumber === cassette.cassetteNumber),
    countedCount: unitCount(counted, `dispenser.${cassette.cassetteNumber}`, cassette.denominationMinor),
    loadedCount: sum(loaded.filter(({ cassetteNumber }) => cassetteNumber === cassette.cassetteNumber).map(({ noteCount }) => noteCount)) + sum(handCounts(money, 'notes.load', `dispenser.${cassette.cassetteNumber}`)),
    emptiedCount: movedOut(money, `dispenser.${cassette.cassetteNumber}`, cassette.denominationMinor),
  }));
  const denominations = [...new Set(cassettes.map(({ denominationMinor }) => denominationMinor))].sort((left, right) => left - right);
  return [...findings, ...denominations.flatMap((denominationMinor) => checkRejects(denominationMinor, { cassettes, money, counted }))];
}

function payoutsOf(money: JournalMoney): readonly Payout[] {
  return [...dataOf(money.entries, 'outcome.dispense'), ...unanswered(money)];
}

/** Notes that may lie in the reject bin or on the way to it, and the journal does not count them there. */
export function untoldRejectsMax(money: JournalMoney, denominationMinor: number): number {
  return sum(payoutsOf(money).filter((payout) => payout.denominationMinor === denominationMinor).map(untoldMaxOf)) + uncountedBunches(money, denominationMinor);
}

/** Ordered and without an outcome: nobody knows of any of these notes. Commands go out one after the other, so only the last ones of an operation can lack it. */
function unanswered({ entries, operations }: JournalMoney): readonly Payout[] {
  return operations.flatMap(({ operationId }) => {
    const own = entries.filter((one) => one.operationId === operationId);
    return dataOf(own, 'intent.dispense').slice(dataOf(own, 'outcome.dispense').length).map(({ noteCount, ...order }) => ({ ...order, outcome: 'uncertain' as const, requestedCount: noteCount, presentedCount: 0, rejectedCount: 0, pickedCount: 0, uncertainCount: noteCount, rawErrorCode: null, evidence: '' }));
  });
}

interface CassetteJournal {
  readonly payouts: readonly Payout[];
  readonly countedCount: number;
  readonly loadedCount: number;
  readonly emptiedCount: number;
}

function checkCassette({ cassetteNumber, noteCount, left }: CassetteWorld, { payouts, countedCount, loadedCount, emptiedCount }: CassetteJournal): readonly Finding[] {
  const findings: Finding[] = [];
  const found = (detail: string) => findings.push({ rule: 'cash', detail: `cassette ${cassetteNumber}: ${detail}` });
  const total = (count: (payout: Payout) => number) => sum(payouts.map(count));
  const uncertainCount = total((payout) => payout.uncertainCount);
  const untoldMax = total(untoldMaxOf);

  const placedCount = noteCount + left.underWay + left.exit + left.taken + left.tray + left.removed + left.emptied;
  if (placedCount !== loadedCount) found(`${loadedCount} notes loaded, ${placedCount} found`);
  if (noteCount > countedCount || noteCount < countedCount - untoldMax) found(`${noteCount} notes lie there, the journal counts ${countedCount}, ${uncertainCount} uncertain`);

  if (left.emptied > emptiedCount || left.emptied < emptiedCount - untoldMax) found(`${left.emptied} notes were taken out of it by hand, the journal has ${emptiedCount}, ${uncertainCount} uncertain`);

  const pickedCount = total((payout) => payout.pickedCount);
  const goneCount = placedCount - noteCount - left.emptied;
  if (goneCount < pickedCount || goneCount > pickedCount + untoldMax) found(`${goneCount} notes left it, the journal has ${pickedCount} picked and ${uncertainCount} uncertain`);

  const outCount = left.exit + left.taken;
  const presentedCount = total((payout) => payout.presentedCount);
  // What was gathered is told by denomination from there on, and handed out or not; what was picked and is neither out nor rejected may lie at the exit, where a hand reaches it. [lcdm §5]
  const perhapsCount = total((payout) => payout.pickedCount - payout.presentedCount - payout.rejectedCount) + uncertainCount;
  if (outCount < presentedCount || outCount > presentedCount + perhapsCount) found(`${outCount} of its notes went out, the journal has ${presentedCount} presented and ${perhapsCount} perhaps`);

  const rejectedCount = total((payout) => payout.rejectedCount);
  const asideCount = left.tray + left.removed;
  if (asideCount < rejectedCount) found(`${asideCount} of its notes were rejected or taken out, the journal has ${rejectedCount} rejected`);
  return findings;
}

/** Notes that may have left the cassette beyond what the journal says of the command. */
function untoldMaxOf({ outcome, uncertainCount, stackedCount, evidence }: Payout): number {
  if (outcome === 'uncertain') return uncertainCount + UNTOLD_REJECTS_MAX;
  return stackedCount !== undefined && evidence === 'CDM_JAMMED' ? UNCOUNTED_JAMMED_MAX : 0;
}

interface RejectParts {
  readonly cassettes: readonly CassetteWorld[];
  readonly money: JournalMoney;
  readonly counted: readonly CashUnitRow[];
}

/** The bin has one count for each denomination, whatever cassette a note came from. */
function checkRejects(denominationMinor: number, { cassettes, money, counted }: RejectParts): readonly Finding[] {
  const own = cassettes.filter((cassette) => cassette.denominationMinor === denominationMinor);
  const asideCount = sum(own.map(({ left }) => left.underWay + left.tray + left.removed));
  const held = (unitId: string) => unitCount(counted, unitId, denominationMinor) + movedOut(money, unitId, denominationMinor);
  const [rejectedCount, transportCount] = [held(REJECT_UNIT), held(TRANSPORT_UNIT)];
  const doubtMax = untoldRejectsMax(money, denominationMinor);
  if (asideCount >= rejectedCount && asideCount <= rejectedCount + transportCount + doubtMax) return [];
  return [{ rule: 'cash', detail: `reject bin: ${asideCount} notes of ${denominationMinor} lie there, on the way or were taken out; the journal counts ${rejectedCount}, ${transportCount} in transport and ${doubtMax} of which it does not know` }];
}

/** Notes of bunches of which the journal says that nobody knows: handed out without a result, or drawn back and not counted. */
function uncountedBunches({ entries }: JournalMoney, denominationMinor: number): number {
  const doubted = new Set(entries.filter((one) => (one.kind === 'outcome.present' && (one.data as EntryData<'outcome.present'>).outcome === 'uncertain') || (one.kind === 'outcome.retract' && (one.data as EntryData<'outcome.retract'>).notes === null)).map((one) => one.operationId));
  // An order without an outcome, as when the core died of it.
  for (const kind of ['present', 'retract'] as const) {
    for (const operationId of new Set(entries.filter((one) => one.kind === `intent.${kind}`).map((one) => one.operationId))) {
      const countOf = (of: 'intent' | 'outcome') => entries.filter((one) => one.operationId === operationId && one.kind === `${of}.${kind}`).length;
      if (countOf('intent') > countOf('outcome')) doubted.add(operationId);
    }
  }
  return sum(dataOf(entries.filter((one) => doubted.has(one.operationId)), 'outcome.dispense').filter((payout) => payout.denominationMinor === denominationMinor).map((payout) => payout.stackedCount ?? 0));
}

function unitCount(counted: readonly CashUnitRow[], unitId: string, denominationMinor: number): number {
  return sum(counted.filter((row) => row.unitId === unitId && row.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount));
}

/** Taken out of the terminal, as a person said. */
function movedOut({ entries }: JournalMoney, unitId: string, denominationMinor: number): number {
  return sum(dataOf(entries, 'notes.moved').flatMap(({ moves }) => moves).filter((move) => move.fromUnitId === unitId && move.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount));
}
