import type { Account, FeeRule } from '../../main/contracts/host-operations.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';
import type { CashInOutput, InsertedNote } from '../cash-in/cash-in.types.ts';
import { insertedMinor } from '../cash-in/cash-in.types.ts';
import type { CustomerLeft, HostReply, IntentEvent, OperationEnd } from '../events.ts';
import type { Identity } from '../identify/identify.types.ts';
import type { Authentication } from '../one-time-code/one-time-code.types.ts';

/** What every operation starts from: an authenticated customer. */
export interface OperationInput {
  readonly operationId: string;
  readonly identity: Identity;
  readonly authentication: Authentication;
}

/** The host's quote with what follows from it for the notes. */
export interface CashTerms {
  readonly quoteId: string;
  readonly tariffId: string;
  readonly feeRule: FeeRule;
  /** Bounds of the inserted sum. */
  readonly insertMinMinor: number;
  readonly insertMaxMinor: number;
  readonly wantedMinor: number | null;
  readonly fixedCreditMinor: number | null;
  readonly execution: 'atOnce' | 'today' | 'nextBusinessDay';
  readonly acceptedMinor: readonly number[];
  /** Agreed to by then, by the bank's clock, they hold whenever the cash is told. */
  readonly validUntilUtcMs: number;
  /** From when they were asked for. */
  readonly validForMs: number;
}

/** Written in one transaction with the message, the receipt record and its number (`deposit.accepted`). */
export interface AcceptedDeposit {
  readonly messageId: string;
  readonly receiptNumber: string;
  readonly reference: string;
  readonly insertedMinor: number;
  readonly feeMinor: number;
  readonly creditMinor: number;
  readonly changeMinor: number;
}

export interface RetainedDeposit {
  readonly receiptNumber: string;
  readonly reference: string;
  readonly retainedMinor: number;
}

/** How far the message came while the customer waited. */
export type DeliveryReply = { readonly kind: 'executed' } | { readonly kind: 'refused'; readonly refusal: RefusalCode } | { readonly kind: 'inProcess' } | { readonly kind: 'noAnswer' };

/** The part of a cash-in operation's context that both cash-in operations share. */
export interface CashDepositContext extends OperationInput {
  readonly terms: CashTerms | null;
  /** The terms that the customer wanted to agree to did not hold any more: these were asked for anew. */
  readonly isRenewed: boolean;
  readonly inside: Extract<CashInOutput, { kind: 'accepted' | 'retained' }> | null;
  readonly accepted: AcceptedDeposit | null;
  readonly refusal: RefusalCode | null;
  readonly blockedUntilUtcMs: number | null;
  readonly end: OperationEnd;
}

export interface DepositContext extends CashDepositContext {
  readonly accounts: readonly Account[];
  readonly account: Account | null;
}

export type DepositEvent = IntentEvent | CustomerLeft;

export type AccountsReply = HostReply<readonly Account[]>;
export type TermsReply = HostReply<CashTerms>;

export interface AcceptDepositRequest<Context> {
  readonly context: Context;
  readonly notes: readonly InsertedNote[];
  readonly uncertainNotes: readonly InsertedNote[];
  readonly by: 'customer' | 'walkAway';
}

/** The end of an accepted deposit, by how far the host's answer came. */
export function depositEnd(accepted: AcceptedDeposit, delivery: DeliveryReply, hasUncertainNotes: boolean): OperationEnd {
  const result = { amountMinor: accepted.creditMinor, feeMinor: accepted.feeMinor, receiptNumber: accepted.receiptNumber, reference: accepted.reference };
  const also = hasUncertainNotes ? { also: 'noteUncertain' as const } : {};
  switch (delivery.kind) {
    case 'executed':
      return hasUncertainNotes ? { kind: 'pending', result, why: 'noteUncertain' } : { kind: 'success', result };
    case 'refused':
      return {
        kind: 'refused',
        result: { ...result, amountMinor: accepted.insertedMinor, feeMinor: null },
        refusal: delivery.refusal,
        keptMinor: accepted.insertedMinor,
        blockedUntilUtcMs: null,
        ...also,
      };
    case 'inProcess':
      return { kind: 'pending', result, why: 'inProcess', ...also };
    case 'noAnswer':
      return { kind: 'pending', result, why: 'noAnswer', ...also };
  }
}

export function refusedBeforeMoney(refusal: RefusalCode, blockedUntilUtcMs: number | null): OperationEnd {
  return { kind: 'refused', result: { amountMinor: 0, feeMinor: null, receiptNumber: null, reference: null }, refusal, keptMinor: 0, blockedUntilUtcMs };
}

/** Kept inside, uncredited. */
export function retainedEnd(retained: RetainedDeposit, hasUncertainNotes: boolean): OperationEnd {
  const result = { amountMinor: retained.retainedMinor, feeMinor: null, receiptNumber: retained.receiptNumber, reference: retained.reference };
  if (retained.retainedMinor === 0) return { kind: 'pending', result, why: 'noteUncertain' };
  return { kind: 'pending', result, why: 'notCredited', ...(hasUncertainNotes ? { also: 'noteUncertain' } : {}) };
}

/** What could not be written yet is settled later: there is no reference to give, but what is inside is known. */
export function interruptedEnd(inside: CashDepositContext['inside']): OperationEnd {
  const result = { amountMinor: insertedMinor(inside?.notes ?? []), feeMinor: null, receiptNumber: null, reference: null };
  return { kind: 'pending', result, why: 'interrupted', ...((inside?.uncertainNotes.length ?? 0) > 0 ? { also: 'noteUncertain' } : {}) };
}
