import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { insertedMinor, noteCounts } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { RetainedDeposit } from '../../../state-machines/deposit/deposit.types.ts';
import type { Identity } from '../../../state-machines/identify/identify.types.ts';
import type { HostRequestBody } from '../../contracts/host-operations.ts';
import type { OperationCode } from '../../contracts/operations.ts';
import type { EntryDraft, JournalBatch, SuspenseDraft } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { ReceiptTarget } from '../../receipt/receipt-record.ts';
import type { CoreParts } from '../core-parts.ts';
import { isEndLost, lostEndEvidence } from '../recovery/lost-end.ts';
import { memoFacts, readMemo } from '../recovery/operation-memo.ts';
import { JournalUnavailable } from '../require-commit.ts';
import type { HostScope } from '../host/host-gateway.ts';
import { clientIdOf, destinationOf } from './operation-scope.ts';

/** Suspense items of notes whose place is unknown, with their journal entries. Where the journal lost its end they may have been credited since, and whoever is asked to pay such a claim must read so. */
export function suspectNotes(parts: CoreParts, request: { readonly notes: readonly InsertedNote[]; readonly operationId: string; readonly reference: string | null; readonly scope: { sessionId: string | undefined; operationId: string | undefined } }): { readonly entries: EntryDraft[]; readonly suspense: SuspenseDraft[] } {
  const isLost = request.notes.length > 0 && isEndLost(parts, parts.journal.operationEntries(request.operationId));
  const suspense = request.notes.map((note): SuspenseDraft => ({
    suspenseId: parts.ids.ulid(),
    operationId: request.operationId,
    reason: 'noteUncertain',
    amountMinor: note.denominationMinor,
    evidence: `note ${note.noteId} was ordered into the box and not heard of again${isLost ? `; ${lostEndEvidence(parts)}` : ''}`,
    reference: request.reference,
  }));
  return {
    suspense,
    entries: suspense.map((item) => entry('suspense.opened', {
      suspenseId: item.suspenseId,
      reason: item.reason,
      amountMinor: item.amountMinor,
      reference: item.reference,
    }, request.scope)),
  };
}

export interface RetainRequest {
  readonly operation: OperationCode;
  readonly operationId: string;
  readonly identity: Identity;
  readonly notes: readonly InsertedNote[];
  readonly uncertainNotes: readonly InsertedNote[];
  readonly target: ReceiptTarget;
  readonly cause: HostRequestBody<'cash.deposit.complete'>['cause'];
  readonly reason: string;
  readonly scope: HostScope;
}

/**
 * Money that stays inside uncredited: one transaction writes the cancellation, the suspense item, the receipt with its reference, and the
 * message that tells the bank (Q-24).
 */
export function retainMoney(parts: CoreParts, request: RetainRequest): RetainedDeposit {
  parts.heldOutcomes.requireWritten();
  const retainedMinor = insertedMinor(request.notes);
  const notes = noteCounts(request.notes);
  const scope = { sessionId: request.scope.sessionId ?? undefined, operationId: request.operationId };
  const uncertainMinor = insertedMinor(request.uncertainNotes);
  const issued = parts.receipts.issue(
    {
      operation: request.operation, language: request.scope.language, acceptedAtUtcMs: parts.journal.nowUtcMs(),
      amountMinor: retainedMinor, requestedMinor: null, feeMinor: 0, totalMinor: retainedMinor, creditMinor: 0, changeMinor: 0, maskedChangePhone: null,
      target: request.target, maskedPayee: null, notes, execution: null, status: 'notCredited', refusal: null, suspenseMinor: uncertainMinor,
    },
    request.operationId,
  );
  const { receiptNumber, reference } = issued.record;
  const suspenseId = parts.ids.ulid();
  const suspected = suspectNotes(parts, { notes: request.uncertainNotes, operationId: request.operationId, reference, scope });
  const kept: SuspenseDraft[] = retainedMinor === 0 ? [] : [{
    suspenseId,
    operationId: request.operationId,
    reason: 'retained',
    amountMinor: retainedMinor,
    evidence: request.reason,
    reference,
  }];
  const batch: JournalBatch = {
    entries: [
      entry('deposit.cancelled', { retainedMinor, notes, reason: request.reason }, scope),
      ...kept.map((item) => entry('suspense.opened', { suspenseId: item.suspenseId, reason: item.reason, amountMinor: item.amountMinor, reference }, scope)),
      ...suspected.entries,
      { ...issued.entry, ...scope },
    ],
    suspense: [...kept, ...suspected.suspense],
    receipts: [issued.draft],
    messages: [
      parts.gateway.draft('cash.deposit.complete', {
        outcome: 'retained', operation: request.operation, depositedMinor: 0, retainedMinor: retainedMinor + uncertainMinor, notes, cause: request.cause,
        payerPhone: request.identity.phone, clientId: clientIdOf(request.identity) || null, receiptNumber, reference,
      }, request.scope, 0),
      parts.receipts.electronicDraft(issued.record, destinationOf(request.identity), request.scope, 1),
    ],
  };
  const committed = parts.journal.commit(batch);
  if (!committed.ok) {
    if (request.cause === 'CUCL') holdClaim(parts, request.operationId);
    throw new JournalUnavailable(committed.error);
  }
  parts.deliveries.wake();
  return { receiptNumber, reference, retainedMinor };
}

/** "Do not credit" is the customer's word: whoever settles the operation later must know it, or would use the money as he had agreed before. */
function holdClaim({ journal, heldOutcomes }: CoreParts, operationId: string): void {
  const memo = readMemo(journal, operationId);
  if (memo !== null) heldOutcomes.hold({ facts: memoFacts({ ...memo, isClaimed: true }) });
}
