import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import type { Bank } from '../../bank-host/bank.ts';
import { LEDGER_ACCOUNTS } from '../../bank-host/ledger.ts';
import { bookedByOperation } from './booked.ts';
import type { Finding } from './findings.ts';
import { sum } from './journal-money.ts';

const ENTRIES_MAX = 1_000;
/** `by` of what a decision of the bank ended. */
const BANK = 'bank';
/** Kinds of items that the bank books when it decides; the others wait for the count. What was settled by hand (`reportSettled`) it books unless it has the operation itself. */
const BOOKED_KINDS = ['retained', 'depositRefused', 'reportRefused', 'unassigned', 'overDispensed'];

/**
 * Money in doubt once everything is answered: the bank knows each item, once and as it is; an item is open or was ended once, with its own sum, the way that a decision of the bank says; cash that is
 * in doubt no more at the bank is money that it decided on or heard that a person at the terminal ended, to the last tenge, so that cash = bank + what is still held in doubt.
 * @param lost  entries of a journal that lost its end: what the bank heard from it is its own
 */
export function checkDecisions(journal: Journal, bank: Bank, lost: readonly JournalEntry[] = []): readonly Finding[] {
  const find = (detail: string): Finding => ({ rule: 'suspense', detail });
  const [items, known, decisions, settlements] = [journal.suspense(), bank.suspense.items(), bank.suspense.decisions(), bank.suspense.settlements()];
  const settled = (journal.entries({ kinds: ['suspense.settled'], limit: ENTRIES_MAX }) as readonly JournalEntry<'suspense.settled'>[]).map(({ data }) => data);
  const refused = new Set(journal.messages({ states: ['refused', 'parked'], limit: ENTRIES_MAX }).map(({ messageId }) => messageId));
  const untold = new Set((journal.entries({ kinds: ['suspense.endTold'], limit: ENTRIES_MAX }) as readonly JournalEntry<'suspense.endTold'>[]).filter(({ data }) => refused.has(data.messageId)).map(({ data }) => data.suspenseId));
  const told = items.filter((item) => item.toldMessageId === null || !refused.has(item.toldMessageId));
  const endedAtUtcMs = ({ suspenseId, amountMinor }: (typeof known)[number]) => Math.min(...[...decisions.map((word) => ({ ...word, atUtcMs: word.decidedAtUtcMs })), ...settlements.map((word) => ({ ...word, atUtcMs: word.settledAtUtcMs }))].filter((word) => word.suspenseId === suspenseId && word.amountMinor === amountMinor).map(({ atUtcMs }) => atUtcMs));
  const isOperationBooked = ({ operationId, terminalId }: (typeof known)[number]) => operationId !== null && bookedByOperation(bank, terminalId).has(operationId);
  /** What the bank has credited of it, as a journal that lost its end does not know, is nobody's claim. */
  const isCredited = (item: (typeof known)[number]) => ['retained', 'depositRefused'].includes(item.kind) && isOperationBooked(item) && !bank.ledger.isInSuspense({ terminalId: item.terminalId, operationId: item.operationId ?? '' });
  const isBooked = (item: (typeof known)[number]) => (item.kind === 'reportSettled' ? !isOperationBooked(item) : BOOKED_KINDS.includes(item.kind) && !isCredited(item));
  const ended = known.filter((item) => isBooked(item) && [...decisions, ...settlements].some((word) => word.suspenseId === item.suspenseId && word.amountMinor === item.amountMinor));
  const endedMinor = sum(ended.filter((item) => !ended.some((other) => isToldTwice(item, other) && endedAtUtcMs(other) < endedAtUtcMs(item))).map((item) => item.amountMinor));
  const bookedMinor = sum(bank.ledger.balances().filter(({ account }) => known.some(({ terminalId }) => account === LEDGER_ACCOUNTS.settledDoubts(terminalId))).map(({ balanceMinor }) => balanceMinor));
  return [
    ...told.filter((item) => !known.some((one) => one.suspenseId === item.suspenseId)).map((item) => find(`${item.suspenseId}: in doubt, and the bank was never told`)),
    ...known.flatMap((one) => ([...items, ...dataOf(lost, 'suspense.recorded')].some((item) => item.suspenseId === one.suspenseId && item.amountMinor === one.amountMinor && item.reason === one.kind) ? [] : [find(`${one.suspenseId}: the bank was told of another item than the journal has`)])),
    ...items.flatMap((item) => endOf(item, settled.filter(({ suspenseId }) => suspenseId === item.suspenseId)).map(find)),
    ...settled.flatMap((end) => (end.by === BANK ? (isDecided(end, decisions) ? [] : [find(`${end.suspenseId}: ended as ${end.to} by ${end.by}, which nobody at the bank decided`)]) : isTold(end, settlements, untold) ? [] : [find(`${end.suspenseId}: ended as ${end.to} by ${end.by}, of which the bank was told otherwise or not at all`)])),
    ...settlements.flatMap((one) => ([...settled, ...dataOf(lost, 'suspense.settled')].some((end) => end.suspenseId === one.suspenseId && end.by === one.by && end.by !== BANK) ? [] : [find(`${one.suspenseId}: the bank was told that ${one.by} ended it, the journal knows nothing of it`)])),
    ...(endedMinor === bookedMinor ? [] : [find(`${endedMinor} in doubt was ended and the bank booked ${bookedMinor} for it`)]),
  ];
}

type Told = Pick<ReturnType<Bank['suspense']['items']>[number], 'suspenseId' | 'operationId' | 'kind' | 'amountMinor'>;
/** Of all the cash that an operation took, or gave. */
const OF_REPORT = ['retained', 'depositRefused', 'reportRefused', 'reportSettled'];

/** Cash of one operation that a terminal whose journal lost its end told again, under another name: the bank books what was ended first. */
function isToldTwice(item: Told, other: Told): boolean {
  const isSameReport = OF_REPORT.includes(item.kind) && OF_REPORT.includes(other.kind) && item.amountMinor * other.amountMinor > 0;
  return item.suspenseId !== other.suspenseId && item.operationId !== null && item.operationId === other.operationId && (item.kind === other.kind || isSameReport);
}

function endOf(item: { readonly suspenseId: string; readonly state: string; readonly amountMinor: number }, ends: readonly EntryData<'suspense.settled'>[]): readonly string[] {
  if (ends.length > 1) return [`${item.suspenseId}: ended ${ends.length} times`];
  const [end] = ends;
  if (end === undefined) return item.state === 'open' ? [] : [`${item.suspenseId}: ${item.state} without an entry that says so`];
  return end.to === item.state && end.amountMinor === item.amountMinor ? [] : [`${item.suspenseId}: ended as ${end.to} with ${end.amountMinor}, the book says ${item.state} with ${item.amountMinor}`];
}

function isDecided({ suspenseId, to, authority, amountMinor }: EntryData<'suspense.settled'>, decisions: ReturnType<Bank['suspense']['decisions']>): boolean {
  return decisions.some((decision) => decision.suspenseId === suspenseId && decision.decisionId === authority && decision.to === to && decision.amountMinor === amountMinor);
}

/** What a person at the terminal ended, the bank heard in the same words; not where it would not take the message. */
function isTold(end: EntryData<'suspense.settled'>, settlements: ReturnType<Bank['suspense']['settlements']>, untold: ReadonlySet<string>): boolean {
  const { suspenseId, to, by, authority, why, amountMinor } = end;
  return untold.has(suspenseId) || settlements.some((one) => one.suspenseId === suspenseId && one.to === to && one.by === by && one.authority === authority && one.why === why && one.amountMinor === amountMinor);
}
