import type { ScreenId } from '../../../main/contracts/screen-model.ts';
import type { MessageState } from '../../../main/contracts/message-state.ts';
import type { RefusalCode } from '../../../main/foundation/refusals.ts';
import { REFUSAL_CODES } from '../../../main/foundation/refusals.ts';
import type { JournalReader } from '../../../main/journal/reader.ts';
import { ROWS_PER_QUERY_MAX } from '../../../main/journal/reader.ts';
import { receiptLines } from '../../../main/receipt/receipt-lines.ts';
import type { ReceiptRecord } from '../../../main/receipt/receipt-record.ts';
import { RECEIPT_STATUSES, receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { receiptPlainText } from '../../../main/receipt/receipt-text.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import type { CashFigures, Worlds } from './cash-figures.ts';
import { bankBalanceMinor } from './cash-figures.ts';
import { dataOf } from './journal-entries.ts';

const MINOR_PER_TENGE = 100;

export interface ReportedReceipt {
  readonly number: string;
  readonly reference: string;
  readonly status: string;
  /** As it stands on paper, 48 columns. */
  readonly text: string;
  /** The printer proved that it came out. */
  readonly printed: boolean;
}

export interface ReportedMessage {
  readonly id: string;
  readonly kind: string;
  readonly state: MessageState;
}

/** What `qolma scenario --json` prints, one object. */
export interface VisitReport {
  readonly ok: boolean;
  readonly scenario: string;
  /** Each entered screen in order, dialogs too. */
  readonly screens: readonly ScreenId[];
  readonly cash: CashFigures;
  readonly receipts: readonly ReportedReceipt[];
  readonly messages: readonly ReportedMessage[];
  /** The last RF code that the customer was shown. */
  readonly refusal: RefusalCode | null;
  readonly problems: readonly string[];
}

/** Issued receipts, oldest first, each as its record reads now. */
export function issuedReceipts(journal: JournalReader): readonly { readonly record: ReceiptRecord; readonly status: string; readonly isPrinted: boolean }[] {
  const printed = new Set(dataOf(journal, 'outcome.print').filter(({ outcome }) => outcome === 'completed').map(({ receiptNumber }) => receiptNumber));
  return dataOf(journal, 'receipt.issued').flatMap(({ receiptNumber }) => {
    const kept = journal.receipt(receiptNumber);
    if (kept === undefined) return [];
    const written = receiptRecordSchema.parse(JSON.parse(kept.receipt.recordJson));
    const last = kept.statuses.at(-1);
    const [statusWord, refusalWord] = (last?.status ?? written.status).split(' ');
    const status = RECEIPT_STATUSES.find((known) => known === statusWord) ?? written.status;
    const refusal = REFUSAL_CODES.find((known) => known === refusalWord) ?? written.refusal;
    return [{ record: { ...written, status, refusal, hostRef: last?.hostRef ?? written.hostRef, documentNumber: last?.documentNumber ?? null, providerRef: last?.providerRef ?? null }, status, isPrinted: printed.has(receiptNumber) }];
  });
}

export function reportedReceipts(journal: JournalReader): readonly ReportedReceipt[] {
  return issuedReceipts(journal).map(({ record, status, isPrinted }) => ({ number: record.receiptNumber, reference: record.reference, status, text: receiptPlainText(receiptLines(record, record.language)), printed: isPrinted }));
}

/** All messages in the order of their making; heartbeats left out, their number depends on how long it took. */
export function reportedMessages(journal: JournalReader): readonly ReportedMessage[] {
  return [...journal.messages({ limit: ROWS_PER_QUERY_MAX })]
    .sort((left, right) => left.seq - right.seq)
    .filter(({ operation }) => operation !== 'link.heartbeat')
    .map(({ messageId, operation, state }) => ({ id: messageId, kind: operation, state }));
}

/** What was expected and did not come, in words. */
export function expectationProblems(expected: Scenario['expect'], visit: Omit<VisitReport, 'ok' | 'problems'>, worlds: Worlds): readonly string[] {
  const { screens, messages, receipts, cash, refusal } = visit;
  const problems: string[] = [];
  const say = (isMet: boolean, problem: string) => {
    if (!isMet) problems.push(`expected ${problem}`);
  };
  if (expected.lastScreen !== undefined) say(screens.at(-1) === expected.lastScreen, `to end on ${expected.lastScreen}, ended on ${screens.at(-1) ?? 'nothing'}`);
  const include = expected.screensInclude ?? [];
  say(isSubsequence(include, screens), `the screens ${include.join(' → ')}, saw ${screens.join(' → ')}`);
  const excluded = (expected.screensExclude ?? []).filter((screen) => screens.includes(screen));
  say(excluded.length === 0, `never to see ${excluded.join(', ')}`);
  for (const [name, tenge] of Object.entries(expected.cash ?? {})) {
    const foundMinor = cash[`${name}Minor` as keyof CashFigures];
    say(tenge !== undefined && foundMinor === tenge * MINOR_PER_TENGE, `${name} ${tenge} ₸, found ${foundMinor / MINOR_PER_TENGE} ₸`);
  }
  if (expected.refusal !== undefined) say(refusal === expected.refusal, `the refusal ${expected.refusal ?? 'none'}, shown was ${refusal ?? 'none'}`);
  const wanted = (expected.messages ?? []).map(({ kind, state }) => `${kind} ${state}`);
  const found = messages.map(({ kind, state }) => `${kind} ${state}`);
  say(isSubsequence(wanted, found), `the messages ${wanted.join(', ')}, found ${found.join(', ')}`);
  if (expected.receipts !== undefined) {
    const shown = receipts.map(({ status, printed }) => `${status}${printed ? ' printed' : ''}`).join(', ');
    const isRight = expected.receipts.length === receipts.length && expected.receipts.every(({ status, printed }, index) => (status ?? receipts[index]?.status) === receipts[index]?.status && (printed ?? receipts[index]?.printed) === receipts[index]?.printed);
    say(isRight, `the receipts ${expected.receipts.map(({ status, printed }) => `${status ?? 'any'}${printed === true ? ' printed' : ''}`).join(', ') || 'none'}, found ${shown || 'none'}`);
  }
  for (const [account, tenge] of Object.entries(expected.recordedInBank ?? {})) {
    const balanceMinor = bankBalanceMinor(worlds, account);
    say(balanceMinor === tenge * MINOR_PER_TENGE, `the bank to have ${tenge} ₸ on ${account}, it has ${balanceMinor / MINOR_PER_TENGE} ₸`);
  }
  return problems;
}

function isSubsequence(wanted: readonly string[], found: readonly string[]): boolean {
  const next = found.reduce((index, one) => (index < wanted.length && wanted[index] === one ? index + 1 : index), 0);
  return next === wanted.length;
}

/** The report as a person reads it. */
export function reportText(report: VisitReport, title: string): string {
  const tenge = (amountMinor: number) => `${(amountMinor / MINOR_PER_TENGE).toLocaleString('en-US').replaceAll(',', ' ')} ₸`;
  const { cash, receipts, messages } = report;
  const forMoney = messages.filter(({ kind }) => kind.startsWith('cash.') || kind.startsWith('pay.') || kind === 'receipt.send');
  return [
    `${report.ok ? 'ok  ' : 'FAIL'} ${report.scenario}: ${title}`,
    `     screens   ${report.screens.join(' → ')}`,
    `     cash      moved ${tenge(cash.movedMinor)} · journal ${tenge(cash.journalMinor)} · bank ${tenge(cash.hostMinor)} · suspense ${tenge(cash.suspenseMinor)}`,
    ...(report.refusal === null ? [] : [`     refusal   ${report.refusal}`]),
    ...receipts.map(({ number, reference, status, printed }) => `     receipt   ${number} ${reference} ${status}${printed ? ', printed' : ''}`),
    ...(forMoney.length === 0 ? [] : [`     messages  ${forMoney.map(({ kind, state }) => `${kind} ${state}`).join(' · ')}`]),
    ...report.problems.map((problem) => `     problem   ${problem}`),
  ].join('\n');
}
