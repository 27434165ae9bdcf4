import { dataOf } from '../../journal/entry-data.ts';
import type { Journal, JournalEntry, SuspenseDraft } from '../../journal/journal.ts';
import { lossesOf } from '../../journal/lost-end.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';

/** An operation that was open where a journal ends that lost what came after (restored from its second copy, or gone on with without its end): cash may have moved of which it has not even the order. */

const EVIDENCE = 'the journal goes on without what was written after';

/** The restored journal does not know what this operation did next; false where nothing is known to be lacking, or what it did was all done here. */
export function isEndLost({ journal }: { readonly journal: Pick<Journal, 'entries'> }, entries: readonly JournalEntry[]): boolean {
  const [[loss], [first]] = [lossesOf(journal), entries];
  return loss !== undefined && first !== undefined && first.entryNumber < loss.entryNumber;
}

/**
 * Open operations of whose orders the devices may be asked. Where a journal lost its end, others came after them of which it does not know: what a device tells, by an event, its registers or where it
 * found a note, may be theirs, and may have been booked.
 */
export function operationsOfDevices(journal: Pick<Journal, 'openOperationIds' | 'operationEntries' | 'entries'>): readonly string[] {
  return journal.openOperationIds().filter((operationId) => !isEndLost({ journal }, journal.operationEntries(operationId)));
}

/** @returns in words of the journal, for an item of this operation */
export function lostEndEvidence({ journal }: Pick<CoreParts, 'journal'>): string {
  const { entryCount, knownLostCount } = lossesOf(journal)[0]!.data;
  return `${EVIDENCE} entry ${entryCount} (${knownLostCount ?? 'nobody knows how many'} entries): what this operation ordered then is not in it`;
}

/** @param amountMinor  ≤ 0: what may have left; 0: nobody can say how much came in or left, the units are counted */
export function lostEndItem(parts: Pick<CoreParts, 'journal' | 'ids'>, { operationId, isWithdrawal, amountMinor, reference }: { readonly operationId: string; readonly isWithdrawal: boolean; readonly amountMinor: number; readonly reference: string | null }): SuspenseDraft {
  return { suspenseId: parts.ids.ulid(), operationId, reason: isWithdrawal ? 'dispenseUncertain' : 'noteUncertain', amountMinor, evidence: lostEndEvidence(parts), reference };
}

/** Whether the item stands already: a disk that took it and not the end of the operation. */
export function hasLostEndItem({ journal }: Pick<CoreParts, 'journal'>, operationId: string): boolean {
  return journal.suspense({ operationId }).some((item) => item.evidence.includes(EVIDENCE));
}

/** Where the journal lost its end, what this operation did next may be cash: its item, once, under a reference by which people find it; that of a receipt may be lost with the end. @param amountMinor  as of `lostEndItem` */
export function suspendLostEnd(parts: Pick<CoreParts, 'journal' | 'ids'>, operationId: string, entries: readonly JournalEntry[], amountMinor: number): void {
  if (!isEndLost(parts, entries) || hasLostEndItem(parts, operationId)) return;
  const isWithdrawal = dataOf(entries, 'operation.chosen')[0]?.operation === 'op-10';
  requireCommit(parts.journal, { suspense: [lostEndItem(parts, { operationId, isWithdrawal, amountMinor, reference: parts.journal.peekReference() })] });
}
