import type { FoundOperation, StaffMember } from '../../../state-machines/service/service.types.ts';
import { entry } from '../../journal/journal.ts';
import { readReference } from '../../journal/numbering.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';

const RECEIPT_NUMBER = /^\d+-\d{6,}$/;

/**
 * Looks an operation up by what a customer has in hand or reads out: its reference, also where there is no receipt, or its receipt number. Any level may look; who looked for what is journaled, and of what is no
 * code nothing, since it may be anything.
 *
 * @throws JournalUnavailable  who looked could not be written
 */
export function findOperation({ journal }: Pick<CoreParts, 'journal'>, { staff, code }: { readonly staff: StaffMember; readonly code: string }): FoundOperation {
  const reference = readReference(code);
  const receiptNumber = code.replaceAll(/\s/g, '');
  const isReceipt = reference === null && RECEIPT_NUMBER.test(receiptNumber);
  if (reference === null && !isReceipt) return { code: null, operationId: null };
  const sought = reference ?? receiptNumber;
  requireCommit(journal, { entries: [entry('service.acted', { login: staff.login, action: 'journal.search', target: sought })] });
  const found = journal.findOperations({ limit: 1, ...(reference === null ? { receiptNumber } : { reference }) });
  return { code: sought, operationId: found.ok ? (found.value.operations[0]?.operationId ?? null) : null };
}
