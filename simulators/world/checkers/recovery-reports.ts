import { FINAL_MESSAGE_STATES } from '../../../main/contracts/message-state.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { CASH_MESSAGES } from './cash-messages.ts';
import type { Finding } from './findings.ts';
import { sum } from './journal-money.ts';

type Report = EntryData<'recovery.report'>;

/** One line for each operation that was settled: its id, how it was closed, minor units that moved. */
const SETTLED = /^([0-9A-HJKMNP-TV-Z]{26}): (\w+) (\d+)$/;
const FINAL: readonly string[] = FINAL_MESSAGE_STATES;

/** What each start, and each recovery of a core that lived on, says that it found and made of it is what the entries before it show. */
export function checkRecoveryReports(entries: readonly JournalEntry[]): readonly Finding[] {
  return entries.flatMap((one, index) => (one.kind === 'recovery.report' ? ofReport((one as JournalEntry<'recovery.report'>).data, entries.slice(0, index)).map((what): Finding => ({ rule: 'session', detail: `recovery report ${one.entryNumber}: ${what}` })) : []));
}

function ofReport(report: Report, before: readonly JournalEntry[]): readonly string[] {
  const settled = report.lines.map((line) => SETTLED.exec(line)).filter((match) => match !== null).map(([line, operationId]) => ({ line, operationId: operationId ?? '' }));
  const ids = new Set(settled.map(({ operationId }) => operationId));
  const compare = (name: Exclude<keyof Report, 'lines'>, expected: number) => (report[name] === expected ? [] : [`${name} ${report[name]}, the entries ${expected}`]);
  const items = openItems(before.filter(({ operationId }) => operationId !== undefined && ids.has(operationId)));
  return [
    ...compare('openOperations', settled.length),
    ...settled.flatMap(({ line, operationId }) => (line === closedLine(operationId, before) ? [] : [`"${line}", the entries "${closedLine(operationId, before)}"`])),
    ...ofStart(before, ids, compare),
    ...compare('suspendedItems', items.length),
    ...compare('suspendedMinor', sum(items)),
    ...compare('waitingMessages', waitingMessages(before)),
  ];
}

function closedLine(operationId: string, before: readonly JournalEntry[]): string {
  const [closed] = dataOf(before.filter((one) => one.operationId === operationId), 'operation.closed');
  return closed === undefined ? `${operationId}: not closed` : `${operationId}: ${closed.outcome} ${closed.movedMinor}`;
}

/** Nobody is served between a start and its first report: what was closed there it closed, and the orders of which nothing was heard are those that the life before left. */
function ofStart(before: readonly JournalEntry[], ids: ReadonlySet<string>, compare: (name: 'openNoteOrders', expected: number) => readonly string[]): readonly string[] {
  const startIndex = before.findLastIndex(({ kind }) => kind === 'terminal.started' || kind === 'recovery.report');
  if (before[startIndex]?.kind !== 'terminal.started') return [];
  const closed = before.slice(startIndex).filter(({ kind }) => kind === 'operation.closed').map(({ operationId }) => operationId ?? '');
  return [
    ...closed.filter((operationId) => !ids.has(operationId)).map((operationId) => `nothing of ${operationId}, which was closed in it`),
    ...compare('openNoteOrders', openOrders(before.slice(0, startIndex).filter(({ operationId }) => operationId !== undefined && ids.has(operationId)))),
  ];
}

function openOrders(own: readonly JournalEntry[]): number {
  const decided = new Set([...dataOf(own, 'outcome.stack'), ...dataOf(own, 'outcome.return')].map(({ noteId }) => noteId));
  return [...dataOf(own, 'intent.stack'), ...dataOf(own, 'intent.return')].filter(({ noteId }) => !decided.has(noteId)).length;
}

/** Sums of what is in doubt and not ended. */
function openItems(own: readonly JournalEntry[]): readonly number[] {
  const ended = new Set(dataOf(own, 'suspense.settled').map(({ suspenseId }) => suspenseId));
  return dataOf(own, 'suspense.recorded').filter(({ suspenseId }) => !ended.has(suspenseId)).map(({ amountMinor }) => amountMinor);
}

/** Those of which the bank has not said that it has them. */
function waitingMessages(before: readonly JournalEntry[]): number {
  const heard = new Set(dataOf(before, 'message.moved').filter(({ to }) => to === 'inProcess' || FINAL.includes(to)).map(({ messageId }) => messageId));
  return dataOf(before, 'message.staged').filter(({ operation, messageId }) => CASH_MESSAGES.includes(operation) && !heard.has(messageId)).length;
}
