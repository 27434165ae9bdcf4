import { FINAL_MESSAGE_STATES } from '../../contracts/message-state.ts';
import type { OperationCode } from '../../contracts/operations.ts';
import { OPERATIONS } from '../../contracts/operations.ts';
import { sumOfNotesMinor } from '../../foundation/money.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { EntryData, EntryKind } from '../../journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../../journal/journal.ts';
import { bunchAccount } from '../cash/bunch-account.ts';
import { overDispensedMinor } from '../cash/dispense-suspense.ts';
import type { Compared } from '../cash/unit-counts.ts';
import { differenceOf, lastCompared } from '../cash/unit-counts.ts';
import { BOX_UNIT, cassetteUnit, COIN_BOX_UNIT, OUTSIDE, RECYCLER_TRANSPORT_UNIT, REJECT_UNIT, rejectUnit, TRANSPORT_UNIT, transportUnit } from '../cash/cash-unit-ids.ts';

/** What the totals are read from: an open journal, or one opened for reading beside a running core. */
export type DaySource = Pick<Journal, 'entries' | 'operationEntries' | 'messages'>;

/** Three accounts of the same money, minor units, in positive and out negative; fees are within the host's bookings. */
export interface ThreeWays {
  /** What the devices said that moved. */
  readonly deviceMinor: number;
  /** What the journal agreed with customers: accepted, retained, completed. */
  readonly journalMinor: number;
  /** What the bank has answered with a final, signed yes. */
  readonly hostMinor: number;
}

export interface OperationTotals extends ThreeWays {
  readonly operation: OperationCode;
  readonly count: number;
}

/** Why one operation's accounts differ. `unexplained` is what a person must look at. */
export interface DayDifference {
  readonly operationId: string;
  readonly kind: 'waiting' | 'parked' | 'refused' | 'settled' | 'doubt' | 'overDispensed' | 'lateNote' | 'open' | 'unassigned' | 'unexplained';
  readonly amountMinor: number;
  readonly explanation: string;
}

export interface UnitTotals {
  readonly unitId: string;
  /** Change of the journal's count. */
  readonly countedMinor: number;
  /** What the device's outcomes say that came in or was picked. */
  readonly movedMinor: number;
  /** The device's own count of the unit beside the journal's, by the last change of their difference in this day or before; null: they never differed. */
  readonly compared: UnitCompared | null;
}

/** Notes; sums where the unit has one kind of them. */
export interface UnitCompared {
  /** null: no device counts it any more. */
  readonly deviceCount: number | null;
  readonly journalCount: number;
  /** Notes that the device counts above the journal. 0: they agree again. */
  readonly differenceCount: number;
  readonly differenceMinor: number | null;
  readonly atUtcMs: number;
}

export interface DayTotals {
  /** `YYYY-MM-DD` as the host said; null: no answer of the host yet. */
  readonly day: string | null;
  readonly sinceUtcMs: number | null;
  readonly fromEntryNumber: number;
  readonly operations: readonly OperationTotals[];
  readonly units: readonly UnitTotals[];
  readonly differences: readonly DayDifference[];
  /** Every difference has its reason. */
  readonly isExplained: boolean;
}

const PAGE_ROWS = 2_000;
/** Days looked through for the one asked for. */
const DAYS_KEPT_MAX = 400;
/** More would not be read by anybody; the rest is in the sums. */
const DIFFERENCES_MAX = 500;
const MONEY_KINDS = [
  'deposit.accepted', 'deposit.cancelled', 'withdrawal.completed', 'outcome.stack', 'outcome.return', 'outcome.dispense', 'outcome.present', 'outcome.retract', 'note.unassigned', 'coin.accepted', 'notes.moved', 'counts.changed',
] as const satisfies readonly EntryKind[];
const REPORTS: readonly string[] = ['cash.deposit', 'pay.provider', 'cash.withdraw.complete', 'cash.deposit.complete'];

/**
 * Totals of one business day three ways, per kind of operation and per cash unit, with each difference explained down to its operation. An operation
 * belongs to the day in force when its money was agreed on, which is the day that its message carries. [host-messages §5.6]
 *
 * @param day  as the host names it; undefined: the one that runs
 */
export function dayTotals(source: DaySource, day?: string): DayTotals | null {
  const found = readDay(source, day);
  if (found === null) return null;
  const { mark, fromEntryNumber, untilEntryNumber, entries, own } = found;
  const unassigned = dataOf(entries, 'note.unassigned').map((note): DayDifference => ({ operationId: '', kind: 'unassigned', amountMinor: note.denominationMinor, explanation: `a note that no operation owns: ${note.evidence}` }));
  const strayCoins = entries.filter((one) => one.kind === 'coin.accepted' && one.operationId === undefined).map((one): DayDifference => ({ operationId: '', kind: 'unassigned', amountMinor: (one.data as EntryData<'coin.accepted'>).denominationMinor, explanation: (one.data as EntryData<'coin.accepted'>).evidence }));
  const differences = [...own.flatMap(differencesOf), ...unassigned, ...strayCoins];
  return {
    day: mark?.data.day ?? null,
    sinceUtcMs: mark?.atUtcMs ?? null,
    fromEntryNumber,
    operations: OPERATIONS.map((operation) => totalOf(operation, own.filter((account) => account.operation === operation))).filter((total) => total.count > 0),
    units: withCompared(unitTotals(entries), lastCompared(source, untilEntryNumber)),
    differences: differences.slice(0, DIFFERENCES_MAX),
    isExplained: differences.every((difference) => difference.kind !== 'unexplained'),
  };
}

/** Each operation of a day with what the bank has confirmed of it; empty for a day that the journal does not know. */
export function operationsOfDay(source: DaySource, day: string): readonly Pick<Account, 'operationId' | 'operation' | 'hostMinor'>[] {
  return readDay(source, day)?.own ?? [];
}

function readDay(source: DaySource, day: string | undefined) {
  const marks = source.entries({ kinds: ['businessDay.began'], newestFirst: true, limit: DAYS_KEPT_MAX }) as readonly JournalEntry<'businessDay.began'>[];
  const index = day === undefined ? 0 : marks.findIndex((mark) => mark.data.day === day);
  const mark = marks[index];
  if (day !== undefined && mark === undefined) return null;
  // What happened before the host named the first day belongs to it.
  const isFirst = index === marks.length - 1 && marks.length < DAYS_KEPT_MAX;
  const fromEntryNumber = mark === undefined || isFirst ? 1 : mark.entryNumber;
  const untilEntryNumber = day === undefined || index === 0 ? Number.MAX_SAFE_INTEGER : marks[index - 1]!.entryNumber;
  const entries = moneyEntries(source, fromEntryNumber, untilEntryNumber);
  const accounts = [...new Set(entries.flatMap((one) => (one.operationId === undefined ? [] : [one.operationId])))].map((operationId) => accountOf(source, operationId)).filter((account) => account !== null);
  const own = accounts.filter((account) => account.agreedEntryNumber === null || (account.agreedEntryNumber >= fromEntryNumber && account.agreedEntryNumber < untilEntryNumber));
  return { mark, fromEntryNumber, untilEntryNumber, entries, own };
}

interface Account extends ThreeWays {
  readonly operationId: string;
  readonly operation: OperationCode;
  readonly agreedEntryNumber: number | null;
  readonly uncertainMinor: number;
  readonly lateMinor: number;
  /** What left on top of the authorisation, ≤ 0: the bank books no more than it authorised. */
  readonly overMinor: number;
  /** State of the message that reports it. */
  readonly reported: 'executed' | 'refused' | 'settled' | 'parked' | 'waiting' | 'none';
}

function moneyEntries(source: DaySource, fromEntryNumber: number, untilEntryNumber: number): readonly JournalEntry[] {
  const found: JournalEntry[] = [];
  for (let next = fromEntryNumber; ; ) {
    const page = source.entries({ kinds: MONEY_KINDS, fromEntryNumber: next, limit: PAGE_ROWS });
    found.push(...page.filter((one) => one.entryNumber < untilEntryNumber));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS || last.entryNumber >= untilEntryNumber) return found;
    next = last.entryNumber + 1;
  }
}

function accountOf(source: DaySource, operationId: string): Account | null {
  const entries = source.operationEntries(operationId);
  const operation = OPERATIONS.find((code) => code === dataOf(entries, 'operation.chosen')[0]?.operation);
  if (operation === undefined) return null;
  /** The last word about a note counts, whichever order it was of. */
  const fates = new Map(entries.flatMap((one) => [...dataOf([one], 'outcome.stack'), ...dataOf([one], 'outcome.return')]).map((outcome) => [outcome.noteId, outcome]));
  const stackedMinor = sum([...fates.values()].filter((fate) => fate.result === 'stacked').map((fate) => fate.denominationMinor)) + sum(dataOf(entries, 'coin.accepted').map((coin) => coin.denominationMinor));
  const dispensed = dataOf(entries, 'outcome.dispense');
  const bunches = bunchAccount(entries);
  const presentedMinor = bunches === null ? sum(dispensed.map((outcome) => outcome.presentedCount * outcome.denominationMinor)) : sumOfNotesMinor(bunches.presented);
  const agreed = entries.find((one) => one.kind === 'deposit.accepted' || one.kind === 'deposit.cancelled' || one.kind === 'withdrawal.completed');
  const agreedInMinor = dataOf(entries, 'deposit.accepted')[0]?.insertedMinor ?? dataOf(entries, 'deposit.cancelled')[0]?.retainedMinor ?? 0;
  const journalMinor = agreedInMinor - (dataOf(entries, 'withdrawal.completed')[0]?.presentedMinor ?? 0);
  const overMinor = overDispensedMinor(entries);
  const reported = reportState(source, operationId, entries);
  if (stackedMinor === 0 && presentedMinor === 0 && agreed === undefined && dispensed.length === 0) return null;
  return {
    operationId, operation, agreedEntryNumber: agreed?.entryNumber ?? null,
    deviceMinor: stackedMinor - presentedMinor,
    journalMinor,
    hostMinor: reported === 'executed' ? journalMinor - overMinor : 0,
    uncertainMinor: sum(dispensed.map((outcome) => outcome.uncertainCount * outcome.denominationMinor)) + (bunches?.uncertainMinor ?? 0),
    lateMinor: Math.max(0, stackedMinor - agreedInMinor),
    overMinor,
    reported,
  };
}

function reportState(source: DaySource, operationId: string, entries: readonly JournalEntry[]): Account['reported'] {
  if (dataOf(entries, 'operation.toldBefore').length > 0) return 'executed';
  // Its instruction went out again in another document, whose answer counts.
  const ended = dataOf(entries, 'message.actConfirmed');
  const replaced = ended.filter((act) => act.newMessageId !== null).map((act) => act.messageId);
  const reports = source.messages({ operationId, lanes: ['mustDeliver'], limit: 100 }).filter((message) => REPORTS.includes(message.operation) && !replaced.includes(message.messageId));
  // A refused deposit is the bank's no to the money, whatever follows it.
  const first = reports.toSorted((left, right) => left.seq - right.seq)[0];
  if (first === undefined) return 'none';
  if (first.state === 'refused' && ended.some((act) => act.messageId === first.messageId)) return 'settled';
  if (first.state === 'executed' || first.state === 'refused' || first.state === 'parked') return first.state;
  return FINAL_MESSAGE_STATES.includes(first.state) ? 'none' : 'waiting';
}

function differencesOf(account: Account): readonly DayDifference[] {
  const { operationId, deviceMinor, journalMinor, hostMinor, uncertainMinor, lateMinor, overMinor, reported } = account;
  const say = (kind: DayDifference['kind'], amountMinor: number, explanation: string): DayDifference => ({ operationId, kind, amountMinor, explanation });
  const found: DayDifference[] = [];
  if (account.agreedEntryNumber === null && reported === 'executed') return deviceMinor === 0 ? [] : [say('doubt', deviceMinor, 'the journal lost its end, and the bank has heard how it ended; its suspense item stands')];
  if (account.agreedEntryNumber === null && deviceMinor !== 0) return [say('open', deviceMinor, 'money has moved and the operation is not settled yet')];
  if (deviceMinor !== journalMinor) found.push(lateMinor === deviceMinor - journalMinor ? say('lateNote', lateMinor, 'a note was found in the box after its operation was settled; its suspense item stands') : say('unexplained', deviceMinor - journalMinor, 'devices and journal disagree'));
  if (uncertainMinor > 0) found.push(say('doubt', -uncertainMinor, 'notes may have left besides; settled by the count'));
  if (reported === 'executed' && overMinor !== 0) found.push(say('overDispensed', overMinor, 'left on top of what was authorised; its suspense item stands'));
  else if (journalMinor !== hostMinor) {
    const explanations = { waiting: 'the bank has not answered yet', parked: 'the message waits for a person', refused: 'refused by the bank; its suspense item stands', settled: 'the message was ended by two persons; its suspense item stands' } as const;
    found.push(reported === 'executed' || reported === 'none' ? say('unexplained', journalMinor - hostMinor, 'the bank was told nothing of it') : say(reported, journalMinor - hostMinor, explanations[reported]));
  }
  return found;
}

function totalOf(operation: OperationCode, accounts: readonly Account[]): OperationTotals {
  return {
    operation, count: accounts.length, deviceMinor: sum(accounts.map((account) => account.deviceMinor)), journalMinor: sum(accounts.map((account) => account.journalMinor)),
    hostMinor: sum(accounts.map((account) => account.hostMinor)),
  };
}

/** Box: notes stacked. Cassettes: notes picked, never more than were counted in. */
function unitTotals(entries: readonly JournalEntry[]): readonly Omit<UnitTotals, 'compared'>[] {
  const units = new Map<string, { countedMinor: number; movedMinor: number }>();
  const unit = (unitId: string) => {
    const known = units.get(unitId) ?? { countedMinor: 0, movedMinor: 0 };
    units.set(unitId, known);
    return known;
  };
  for (const changed of dataOf(entries, 'counts.changed')) {
    for (const change of changed.units) {
      // What staff put in or took out is told by their act, not here.
      const isLoad = isCassette(change.unitId) ? change.noteCountDelta > 0 : change.noteCountDelta < 0;
      if (!isLoad) unit(change.unitId).countedMinor += change.noteCountDelta * change.denominationMinor;
    }
  }
  for (const outcome of [...dataOf(entries, 'outcome.stack'), ...dataOf(entries, 'outcome.return')]) if (outcome.result === 'stacked') unit(BOX_UNIT).movedMinor += outcome.denominationMinor;
  for (const note of dataOf(entries, 'note.unassigned')) unit(BOX_UNIT).movedMinor += note.denominationMinor;
  for (const coin of dataOf(entries, 'coin.accepted')) if (coin.denominationMinor > 0) unit(COIN_BOX_UNIT).movedMinor += coin.denominationMinor;
  for (const outcome of dataOf(entries, 'outcome.dispense')) {
    const inTransportCount = outcome.outcome === 'completed' ? outcome.pickedCount - outcome.presentedCount - outcome.rejectedCount : 0;
    if (outcome.pickedCount > 0) unit(cassetteUnit(outcome.cassetteNumber)).movedMinor -= outcome.pickedCount * outcome.denominationMinor;
    if (outcome.rejectedCount > 0) unit(rejectUnit(outcome.cassetteNumber)).movedMinor += outcome.rejectedCount * outcome.denominationMinor;
    if (inTransportCount > 0) unit(transportUnit(outcome.cassetteNumber)).movedMinor += inTransportCount * outcome.denominationMinor;
  }
  // What left the stacker, for the exit or the box, was counted out of it; by their direction these counts looked like an act of staff above.
  const unstacked = [...dataOf(entries, 'outcome.present').filter(({ outcome }) => outcome !== undefined && outcome !== 'failed'), ...dataOf(entries, 'outcome.retract').filter(({ from }) => from === 'stacker')];
  for (const amountMinor of unstacked.map(({ notes }) => sumOfNotesMinor(notes ?? []))) {
    unit(TRANSPORT_UNIT).movedMinor -= amountMinor;
    unit(TRANSPORT_UNIT).countedMinor -= amountMinor;
  }
  for (const { notes } of dataOf(entries, 'outcome.retract')) if (notes !== null && notes.length > 0) unit(REJECT_UNIT).movedMinor += sumOfNotesMinor(notes);
  for (const move of dataOf(entries, 'notes.moved').flatMap((moved) => moved.moves)) {
    const amountMinor = move.noteCount * move.denominationMinor;
    if (move.toUnitId === OUTSIDE) {
      // An act of staff as well: by its direction the count of a cassette did not look like one above.
      if (isCassette(move.fromUnitId)) unit(move.fromUnitId).countedMinor += amountMinor;
      continue;
    }
    unit(move.fromUnitId).movedMinor -= amountMinor;
    unit(move.toUnitId).movedMinor += amountMinor;
    // By their direction these counts looked like an act of staff above.
    if (!isCassette(move.fromUnitId)) unit(move.fromUnitId).countedMinor -= amountMinor;
    if (isCassette(move.toUnitId)) unit(move.toUnitId).countedMinor += amountMinor;
  }
  return [...units].map(([unitId, figures]) => ({ unitId, ...figures }));
}

/** A unit in which nothing moved is told where its counts differ. */
function withCompared(units: readonly Omit<UnitTotals, 'compared'>[], compared: readonly Compared[]): readonly UnitTotals[] {
  const still = compared.filter((one) => differenceOf(one) !== 0 && !units.some(({ unitId }) => unitId === one.unitId)).map(({ unitId }) => ({ unitId, countedMinor: 0, movedMinor: 0 }));
  const ofUnit = (unitId: string): UnitCompared | null => {
    const one = compared.find((each) => each.unitId === unitId);
    if (one === undefined) return null;
    const { deviceCount, journalCount, denominationMinor, atUtcMs } = one;
    const differenceCount = differenceOf(one);
    return { deviceCount, journalCount, differenceCount, differenceMinor: denominationMinor === null ? null : differenceCount * denominationMinor, atUtcMs };
  };
  return [...units, ...still].map((unit) => ({ ...unit, compared: ofUnit(unit.unitId) })).sort((left, right) => (left.unitId < right.unitId ? -1 : 1));
}

function isCassette(unitId: string): boolean {
  return ![BOX_UNIT, COIN_BOX_UNIT, REJECT_UNIT, TRANSPORT_UNIT, RECYCLER_TRANSPORT_UNIT].includes(unitId);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
