import type { CashOutOutput } from '../../../state-machines/cash-out/cash-out.types.ts';
import type { Identity } from '../../../state-machines/identify/identify.types.ts';
import type { CompletedWithdrawal } from '../../../state-machines/withdrawal/withdrawal.types.ts';
import { feeMinor } from '../../cash/fees.ts';
import type { Account, FeeRule, HostRequestBody } from '../../contracts/host-operations.ts';
import type { NoteCount } from '../../foundation/money.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import type { HostScope } from '../host/host-gateway.ts';
import { accountTarget } from '../operations/deposit-actors.ts';
import { clientIdOf, destinationOf } from '../operations/operation-scope.ts';
import { requireCommit } from '../require-commit.ts';
import { dispenseException, dispenseSuspense } from './dispense-suspense.ts';

export type CompletionCause = HostRequestBody<'cash.withdraw.complete'>['cause'];

export interface CompletionRequest {
  readonly operationId: string;
  readonly identity: Identity;
  readonly account: Account;
  readonly requestedMinor: number;
  readonly quotedFeeMinor: number;
  readonly feeRule: FeeRule;
  readonly execution: 'atOnce' | 'today' | 'nextBusinessDay';
  readonly authorisationMessageId: string;
  readonly presented: readonly NoteCount[];
  readonly presentedMinor: number;
  readonly uncertainMinor: number;
  /** Why some of it is in doubt though no command says so. */
  readonly untold?: string;
  readonly cause: CompletionCause;
  readonly scope: HostScope;
}

export function completionCause(out: CashOutOutput): CompletionCause {
  // Forgotten and drawn back: not counted, counted. [host-messages §5.2]
  if (out.retracted !== 'none') return out.retracted === 'unknown' ? 'CHFG' : 'CFGC';
  if (out.uncertainMinor > 0) return 'MALF';
  if (!out.stoppedShort) return 'none';
  return out.presentedMinor === 0 ? 'MALF' : 'FILL';
}

/** full · partial · none · doubtful, by what certainly left the exit; who has all of it has no doubt, whatever may have left besides. [host-messages §5.2] */
export function withdrawalOutcome(request: Pick<CompletionRequest, 'requestedMinor' | 'presentedMinor' | 'uncertainMinor'>): CompletedWithdrawal['outcome'] {
  if (request.presentedMinor >= request.requestedMinor) return 'full';
  if (request.uncertainMinor > 0) return 'doubtful';
  return request.presentedMinor === 0 ? 'none' : 'partial';
}

/** One transaction: the outcome of the whole, the receipt record, the completion or reversal, and what stays in doubt. */
export function completeWithdrawal(parts: CoreParts, request: CompletionRequest): CompletedWithdrawal {
  const outcome = withdrawalOutcome(request);
  const scope = { sessionId: request.scope.sessionId ?? undefined, operationId: request.operationId };
  // The customer pays for no more than was authorised. What left on top of it (two notes as one, lcdm 34) is the bank's to claim or to write off.
  const chargedMinor = Math.min(request.presentedMinor, request.requestedMinor);
  const overDispensedMinor = request.presentedMinor - chargedMinor;
  // Empty where no sum of the notes that left is the figure that is paid.
  const chargedNotes = overDispensedMinor === 0 ? [...request.presented] : [];
  // The bank holds, and the customer reads, no more than was authorised for notes that may have left.
  const reportedUncertainMinor = Math.min(request.uncertainMinor, Math.max(0, request.requestedMinor - chargedMinor));
  // For less money never a larger fee than was agreed: the bank may have quoted less than its rule gives.
  const feePaidMinor = chargedMinor === 0 ? 0 : chargedMinor === request.requestedMinor ? request.quotedFeeMinor : Math.min(request.quotedFeeMinor, feeMinor(request.feeRule, chargedMinor));
  const issued = parts.receipts.issue(
    {
      operation: 'op-10', language: request.scope.language, acceptedAtUtcMs: parts.journal.nowUtcMs(), amountMinor: chargedMinor,
      requestedMinor: outcome === 'full' ? null : request.requestedMinor, feeMinor: feePaidMinor, totalMinor: chargedMinor + feePaidMinor, creditMinor: 0, changeMinor: 0, maskedChangePhone: null,
      target: accountTarget(request.account), maskedPayee: null, notes: chargedNotes, execution: request.execution,
      status: outcome === 'full' ? 'executed' : outcome === 'partial' ? 'partial' : outcome === 'none' ? 'notDispensed' : 'uncertain', refusal: null, suspenseMinor: reportedUncertainMinor,
    },
    request.operationId,
  );
  const { receiptNumber, reference } = issued.record;
  const suspense = dispenseSuspense(parts, { operationId: request.operationId, uncertainMinor: request.uncertainMinor, overDispensedMinor, entries: parts.journal.operationEntries(request.operationId), reference, untold: request.untold });
  const exception = dispenseException(parts, suspense);
  requireCommit(parts.journal, {
    entries: [
      entry('withdrawal.completed', { outcome, presentedMinor: request.presentedMinor, uncertainMinor: request.uncertainMinor, cause: request.cause }, scope),
      ...suspense.map((item) => entry('suspense.opened', { suspenseId: item.suspenseId, reason: item.reason, amountMinor: item.amountMinor, reference }, scope)),
      { ...issued.entry, ...scope },
    ],
    suspense,
    receipts: [issued.draft],
    messages: [
      parts.gateway.draft('cash.withdraw.complete', {
        accountRef: request.account.accountRef, clientId: clientIdOf(request.identity), outcome, requestedMinor: request.requestedMinor, authorisedMinor: request.requestedMinor,
        presentedMinor: chargedMinor, uncertainMinor: reportedUncertainMinor, feeMinor: feePaidMinor, notes: chargedNotes, cause: request.cause,
        originalMessageId: request.authorisationMessageId, receiptNumber,
      }, request.scope, 0),
      parts.receipts.electronicDraft(issued.record, destinationOf(request.identity), request.scope, 1),
      ...(exception === null ? [] : [parts.gateway.draft('device.exception', exception, request.scope, 2)]),
    ],
  });
  parts.deliveries.wake();
  return { receiptNumber, reference, outcome, presentedMinor: chargedMinor, feeMinor: feePaidMinor, notes: chargedNotes };
}
