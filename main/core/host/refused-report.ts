import type { StoredMessage } from '../../contracts/message-state.ts';
import type { RefusalCode } from '../../foundation/refusals.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { JournalBatch, JournalEntry, SuspenseDraft } from '../../journal/journal.ts';
import { overDispensedMinor } from '../cash/dispense-suspense.ts';
import { dataOf } from '../../journal/entry-data.ts';

/** Messages that tell the bank of cash which has moved already, or free what it holds for cash that has not: refused, they must not end in silence. */
const REPORTS: readonly StoredMessage['operation'][] = ['cash.deposit', 'pay.provider', 'cash.withdraw.complete', 'cash.deposit.complete'];

export interface Refusal {
  readonly message: StoredMessage;
  /** Of the message's operation: `receipt.issued`, `deposit.accepted`, `withdrawal.completed`, `suspense.opened`, `operation.closed`. */
  readonly entries: readonly JournalEntry[];
  readonly code: RefusalCode;
  /** It said "not found": it has nothing that the report could close. */
  readonly isUnknownThere: boolean;
  readonly hostRef: string | null;
}

/** Cash that came in, to be used as agreed. */
export function isDeposit({ operation }: Pick<StoredMessage, 'operation'>): boolean {
  return operation === 'cash.deposit' || operation === 'pay.provider';
}

export function isReportOfMoney(message: StoredMessage): boolean {
  return REPORTS.includes(message.operation);
}

/**
 * What a final, signed refusal leaves behind: a suspense item with the refusal as evidence, for the transaction of the message's last state. Its amount is the
 * cash that no other item and no booking of the bank stands for, so that cash moved = host + suspense; 0 where an earlier item has it, or where an account
 * may still be held although nothing moved.
 */
export function refusedReport(ids: IdSource, refusal: Refusal): JournalBatch {
  const { message, entries, code, isUnknownThere, hostRef } = refusal;
  const issued = dataOf(entries, 'receipt.issued')[0];
  const isOfDeposit = isDeposit(message);
  const item: SuspenseDraft = {
    suspenseId: ids.ulid(),
    operationId: message.operationId,
    reason: isOfDeposit ? 'depositRefused' : 'reportRefused',
    amountMinor: uncoveredMinor(message.operation, entries),
    evidence: `${message.operation} ${message.messageId} ${isUnknownThere ? 'is about nothing that the bank knows' : `refused by the bank: ${code}`}${hostRef === null ? '' : `, ${hostRef}`}${meaningOf(message.operation, entries)}`,
    reference: referenceOf(entries),
  };
  return {
    suspense: [item],
    ...(isOfDeposit && issued !== undefined ? { receiptStatuses: [{ receiptNumber: issued.receiptNumber, status: `refused ${code}`, hostRef }] } : {}),
  };
}

/** What a report that two persons ended by hand leaves behind: its cash in doubt, with them as evidence. Whether the bank has booked it is not known; the receipt stays as it was given. */
export function settledReport(ids: IdSource, settled: Pick<Refusal, 'message' | 'entries'> & { readonly persons: readonly [string, string]; readonly why: string }): JournalBatch {
  const { message, entries, persons, why } = settled;
  return { suspense: [{
    suspenseId: ids.ulid(),
    operationId: message.operationId,
    reason: 'reportSettled',
    amountMinor: uncoveredMinor(message.operation, entries),
    evidence: `${message.operation} ${message.messageId} ended by ${persons.join(' and ')}: ${why}; its last word: ${message.lastError ?? 'none'}; whether the bank booked it is not known${meaningOf(message.operation, entries)}`,
    reference: referenceOf(entries),
  }] };
}

/** What the customer has: without a receipt that of his result, by which nobody would find the item else, the bank least of all. */
function referenceOf(entries: readonly JournalEntry[]): string | null {
  return dataOf(entries, 'receipt.issued')[0]?.reference ?? dataOf(entries, 'operation.closed')[0]?.reference ?? null;
}

function uncoveredMinor(operation: StoredMessage['operation'], entries: readonly JournalEntry[]): number {
  // The retained sum has its own item since it was kept; what an uncertain dispense may have given and what left on top of the authorisation have theirs, too.
  if (operation === 'cash.deposit.complete') return 0;
  if (operation === 'cash.withdraw.complete') return 0 - (dataOf(entries, 'withdrawal.completed')[0]?.presentedMinor ?? 0) - overDispensedMinor(entries);
  return dataOf(entries, 'deposit.accepted')[0]?.insertedMinor ?? 0;
}

function meaningOf(operation: StoredMessage['operation'], entries: readonly JournalEntry[]): string {
  if (operation === 'cash.deposit.complete') return '; the sum itself stands in the items of its operation';
  if (operation !== 'cash.withdraw.complete') return '';
  const [completed] = dataOf(entries, 'withdrawal.completed');
  if (completed !== undefined && completed.presentedMinor > 0) return '; the notes have left';
  const isDoubted = dataOf(entries, 'suspense.opened').some(({ reason }) => reason === 'dispenseUncertain');
  return isDoubted ? '; whether notes have left stands in the items of its operation, the account may still be held' : '; nothing was dispensed, the account may still be held';
}
