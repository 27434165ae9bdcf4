import type { HostRequestBody } from '../../../main/contracts/host-operations.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import type { Bank } from '../../bank-host/bank.ts';
import { CASH_MESSAGES } from './cash-messages.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';
import { readJournalMoney, sum } from './journal-money.ts';

type Totals = HostRequestBody<'recon.totals'>;

const SETTLING: readonly string[] = ['deposit.accepted', 'deposit.cancelled', 'withdrawal.completed'];

/** One operation of a day, as the entries up to a moment tell it. Minor units, in positive and out negative. */
interface DayOperation {
  readonly operationId: string;
  readonly operation: string;
  readonly deviceMinor: number;
  readonly journalMinor: number;
  readonly hostMinor: number;
  readonly isConfirmed: boolean;
}

/** The totals of each day that the bank was told are those of its operations by the entries up to then, each cash unit comes out even, and what the bank had confirmed it has booked under that day and no other. */
export function checkDays({ entries }: JournalMoney, bank: Bank, terminalId: string): readonly Finding[] {
  const told = new Map((bank.database.prepare('SELECT business_day AS day, totals_json AS json FROM day_totals WHERE terminal_id = ?').all(terminalId) as { day: string; json: string }[]).map(({ day, json }) => [day, JSON.parse(json) as Totals]));
  const booked = bank.database.prepare('SELECT business_day AS day, operation_id AS operationId, sum(amount_minor) AS bookedMinor FROM day_reports WHERE terminal_id = ? GROUP BY business_day, operation_id').all(terminalId) as { day: string; operationId: string; bookedMinor: number }[];
  return entries.flatMap((one, index) => {
    if (one.kind !== 'day.totalsSent') return [];
    const { day, messageId } = (one as JournalEntry<'day.totalsSent'>).data;
    const totals = told.get(day);
    const own = operationsOf(entries.slice(0, index), day);
    const [answer] = dataOf(entries, 'day.reconciled').filter((reconciled) => reconciled.messageId === messageId);
    return [...(totals === undefined ? [] : ofTotals(totals, own)), ...ofBookings(own, { day, booked }), ...ofAnswer(answer, own)].map((what): Finding => ({ rule: 'money', detail: `day ${day}: ${what}` }));
  });
}

function ofTotals({ operations, isExplained, units }: Totals, own: readonly DayOperation[]): readonly string[] {
  const kinds = [...new Set([...operations, ...own].map(({ operation }) => operation))];
  const found = kinds.flatMap((kind) => {
    const mine = own.filter(({ operation }) => operation === kind);
    const total = { count: mine.length, deviceMinor: sum(mine.map(({ deviceMinor }) => deviceMinor)), journalMinor: sum(mine.map(({ journalMinor }) => journalMinor)), hostMinor: sum(mine.map(({ hostMinor }) => hostMinor)) };
    const said = operations.find(({ operation }) => operation === kind) ?? { count: 0, deviceMinor: 0, journalMinor: 0, hostMinor: 0 };
    const names = Object.keys(total) as (keyof typeof total)[];
    return names.filter((name) => total[name] !== said[name]).map((name) => `${kind} ${name} ${said[name]} was told, the entries ${total[name]}`);
  });
  const uneven = units.filter(({ movedMinor, countedMinor }) => movedMinor !== countedMinor).map(({ unitId, movedMinor, countedMinor }) => `${unitId}: ${movedMinor} by the devices, ${countedMinor} by the counts`);
  return [...found, ...uneven, ...(isExplained ? [] : ['told as unexplained'])];
}

function ofBookings(own: readonly DayOperation[], { day, booked }: { readonly day: string; readonly booked: readonly { readonly day: string; readonly operationId: string; readonly bookedMinor: number }[] }): readonly string[] {
  return own.filter(({ isConfirmed }) => isConfirmed).flatMap(({ operationId, hostMinor }) => {
    const rows = booked.filter((row) => row.operationId === operationId);
    const elsewhere = rows.filter((row) => row.day !== day && row.bookedMinor !== 0);
    const bookedMinor = sum(rows.filter((row) => row.day === day).map((row) => row.bookedMinor));
    return bookedMinor === hostMinor && elsewhere.length === 0 ? [] : [`${operationId}: the bank confirmed ${hostMinor} and has booked ${bookedMinor}${elsewhere.map((row) => `, ${row.bookedMinor} under ${row.day}`).join('')}`];
  });
}

/** It may have booked what it has not confirmed yet. */
function ofAnswer(answer: EntryData<'day.reconciled'> | undefined, own: readonly DayOperation[]): readonly string[] {
  if (answer?.result === 'refused') return ['the bank would not compare'];
  return (answer?.bank ?? []).filter(({ operation }) => own.every((one) => one.operation !== operation || one.isConfirmed)).map(({ operation, bookedMinor }) => `${operation}: all of it was confirmed, and the bank has ${bookedMinor}`);
}

/** Agreed on while the day ran; what was moved and not agreed on yet is of each day in which it moved. What came before the first day belongs to that. */
function operationsOf(before: readonly JournalEntry[], day: string): readonly DayOperation[] {
  const marks = before.filter(({ kind }) => kind === 'businessDay.began') as readonly JournalEntry<'businessDay.began'>[];
  const index = marks.findLastIndex(({ data }) => data.day === day);
  const from = index <= 0 ? 1 : marks[index]!.entryNumber;
  const until = marks[index + 1]?.entryNumber ?? Infinity;
  const isOfDay = ({ entryNumber }: JournalEntry) => entryNumber >= from && entryNumber < until;
  const { operations } = readJournalMoney({ entries: ({ fromEntryNumber = 1, limit }) => before.slice(fromEntryNumber - 1, fromEntryNumber - 1 + limit) });
  return operations.flatMap((money) => {
    const own = before.filter(({ operationId }) => operationId === money.operationId);
    const settled = own.find(({ kind }) => SETTLING.includes(kind));
    const moved = own.filter(({ kind }) => kind === 'outcome.stack' || kind === 'outcome.return' || kind === 'outcome.dispense' || kind === 'coin.accepted');
    const hasMoved = money.stacked.length + money.coins.length > 0 || own.some(({ kind }) => kind === 'outcome.dispense');
    return (settled === undefined ? hasMoved && moved.some(isOfDay) : isOfDay(settled)) ? [dayOperation(money, own)] : [];
  });
}

function dayOperation({ operationId, stacked, coins, presentedMinor, settledInMinor }: OperationMoney, own: readonly JournalEntry[]): DayOperation {
  const journalMinor = (settledInMinor ?? 0) - (dataOf(own, 'withdrawal.completed')[0]?.presentedMinor ?? 0);
  const overMinor = 0 - sum(dataOf(own, 'suspense.recorded').filter(({ reason }) => reason === 'overDispensed').map(({ amountMinor }) => amountMinor));
  const isConfirmed = isExecuted(own);
  return { operationId, operation: dataOf(own, 'operation.chosen')[0]?.operation ?? '', deviceMinor: sum(stacked) + sum(coins) - presentedMinor, journalMinor, hostMinor: isConfirmed ? journalMinor + overMinor : 0, isConfirmed };
}

/** Whether the bank has taken the operation's first report, or the document that went out in its place. */
function isExecuted(own: readonly JournalEntry[]): boolean {
  const replaced = dataOf(own, 'message.actConfirmed').filter(({ newMessageId }) => newMessageId !== null).map(({ messageId }) => messageId);
  const first = dataOf(own, 'message.staged').find(({ operation, messageId }) => CASH_MESSAGES.includes(operation) && !replaced.includes(messageId));
  return first !== undefined && dataOf(own, 'message.moved').some(({ messageId, to }) => messageId === first.messageId && to === 'executed');
}
