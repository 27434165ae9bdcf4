import type { HostRequestBody } from '../contracts/host-operations.ts';
import type { Journal, JournalBatch } from '../journal/journal.ts';
import type { ReceiptRecord } from '../receipt/receipt-record.ts';
import { receiptShortText } from '../receipt/receipt-text.ts';

/** Where the electronic receipt goes (T-2.5): the client's cabinet, or the phone that a payer stated. */
export type ReceiptDestination = { readonly kind: 'client'; readonly clientId: string } | { readonly kind: 'phone'; readonly phone: string };

/** The receipt as it is known now, in the customer's language. */
export function electronicReceipt(record: ReceiptRecord, destination: ReceiptDestination): HostRequestBody<'receipt.send'> {
  return {
    receiptNumber: record.receiptNumber,
    channel: destination.kind === 'client' ? 'push' : 'sms',
    phone: destination.kind === 'phone' ? destination.phone : null,
    clientId: destination.kind === 'client' ? destination.clientId : null,
    language: record.language,
    text: receiptShortText(record, record.language),
  };
}

const keyOf = (operationId: string): string => `receipt.destination.${operationId}`;

/** Facts that keep where the receipt went, until the bank's last word on what it promises: a no makes it untrue, and whoever has it may have left. */
export function destinationFacts(operationId: string, destination: ReceiptDestination): NonNullable<JournalBatch['facts']> {
  return { [keyOf(operationId)]: JSON.stringify(destination) };
}

/** Our own writing, read back; null where none is kept. */
export function readDestination(journal: Pick<Journal, 'fact'>, operationId: string): ReceiptDestination | null {
  const kept = journal.fact(keyOf(operationId)) ?? '';
  return kept === '' ? null : (JSON.parse(kept) as ReceiptDestination);
}

/** Facts that empty it; none where none is kept. */
export function forgetDestination(journal: Pick<Journal, 'fact'>, operationId: string): NonNullable<JournalBatch['facts']> {
  return readDestination(journal, operationId) === null ? {} : { [keyOf(operationId)]: '' };
}
