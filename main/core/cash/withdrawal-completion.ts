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

/** full · partial · none · doubtful, by what certainly left the exit. [host-messages §5.2] */
export function withdrawalOutcome(request: Pick<CompletionRequest, 'requestedMinor' | 'presentedMinor' | 'uncertainMinor'>): CompletedWithdrawal['outcome'] {
  if (request.uncertainMinor > 0) return 'doubtful';
  if (request.presentedMinor === 0) return 'none';
  return request.presentedMinor === request.requestedMinor ? 'full' : 'partial';
}

/** One transaction: the outcome of the whole, the receipt record, the completion or reversal, and what stays in doubt. */
export function completeWithdrawal(parts: CoreParts, request: CompletionRequest): CompletedWithdrawal {
  const outcome = withdrawalOutcome(request);
  const scope = { sessionId: request.scope.sessionId ?? undefined, operationId: request.operationId };
  const feePaidMinor = request.presentedMinor === 0 ? 0 : request.presentedMinor === request.requestedMinor ? request.quotedFeeMinor : feeMinor(request.feeRule, request.presentedMinor);
  const issued = parts.receipts.issue(
    {
      operation: 'op-10', language: request.scope.language, acceptedAtUtcMs: parts.clock.nowUtcMs(), amountMinor: request.presentedMinor,
      requestedMinor: outcome === 'full' ? null : request.requestedMinor, feeMinor: feePaidMinor, totalMinor: request.presentedMinor + feePaidMinor, creditMinor: 0, changeMinor: 0, maskedChangePhone: null,
      target: accountTarget(request.account), maskedPayee: null, notes: [...request.presented], execution: request.execution,
      status: outcome === 'full' ? 'executed' : outcome === 'partial' ? 'partial' : outcome === 'none' ? 'notDispensed' : 'uncertain', refusal: null, suspenseMinor: request.uncertainMinor,
    },
    request.operationId,
  );
  const { receiptNumber, reference } = issued.record;
  const suspense = dispenseSuspense(parts, { operationId: request.operationId, uncertainMinor: request.uncertainMinor, entries: parts.journal.operationEntries(request.operationId), reference });
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
        presentedMinor: request.presentedMinor, uncertainMinor: request.uncertainMinor, feeMinor: feePaidMinor, notes: [...request.presented], cause: request.cause,
        originalMessageId: request.authorisationMessageId, receiptNumber,
      }, request.scope, 0),
      parts.receipts.electronicDraft(issued.record, destinationOf(request.identity), request.scope, 1),
      ...(exception === null ? [] : [parts.gateway.draft('device.exception', exception, request.scope, 2)]),
    ],
  });
  parts.deliveries.wake();
  return { receiptNumber, reference, outcome, presentedMinor: request.presentedMinor, feeMinor: feePaidMinor, notes: request.presented };
}
