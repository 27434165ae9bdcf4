import type { Account, FeeRule } from '../../main/contracts/host-operations.ts';
import type { NoteCount } from '../../main/foundation/money.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';
import type { CashOutInput, CashOutOutput, DispenseStep } from '../cash-out/cash-out.types.ts';
import type { CustomerLeft, HostReply, IntentEvent, OperationEnd } from '../events.ts';
import type { OperationInput } from '../deposit/deposit.types.ts';

/** What the loaded notes can pay now. */
export interface AmountChoices {
  readonly quickMinor: readonly number[];
  readonly minMinor: number;
  readonly maxMinor: number;
  readonly stepMinor: number;
  readonly denominationsMinor: readonly number[];
}

export type MixReply = { readonly kind: 'possible'; readonly steps: readonly DispenseStep[] } | { readonly kind: 'impossible'; readonly nearestMinor: readonly number[] };

export interface WithdrawalQuote {
  readonly quoteId: string;
  readonly tariffId: string;
  readonly feeRule: FeeRule;
  readonly feeMinor: number;
  readonly totalMinor: number;
  readonly execution: 'atOnce' | 'today' | 'nextBusinessDay';
  /** To be agreed to, from when it was asked for. */
  readonly validForMs: number;
}

export type AuthoriseReply =
  | { readonly kind: 'approved'; readonly messageId: string; readonly authorisedMinor: number }
  | { readonly kind: 'declined'; readonly refusal: RefusalCode }
  /** No usable answer; the reversal is durable already, before the screen says no. `mayBeHeld`: until the bank hears it. */
  | { readonly kind: 'reversed'; readonly mayBeHeld: boolean };

export interface WithdrawalContext extends OperationInput {
  readonly accounts: readonly Account[];
  readonly account: Account | null;
  readonly choices: AmountChoices | null;
  readonly amountMinor: number;
  readonly steps: readonly DispenseStep[];
  readonly impossible: { readonly amountMinor: number; readonly nearestMinor: readonly number[] } | null;
  readonly quote: WithdrawalQuote | null;
  /** The quote that the customer wanted to agree to did not hold any more: this one was asked for anew. */
  readonly isRenewed: boolean;
  readonly authorisationMessageId: string | null;
  readonly out: CashOutOutput | null;
  readonly end: OperationEnd;
}

export type WithdrawalEvent = IntentEvent | CustomerLeft;
export type QuoteReply = HostReply<WithdrawalQuote>;
export type CashOutSettings = Pick<CashOutInput, 'canRetract' | 'hasTakenSensor' | 'takeTimeoutMs' | 'bunchNotesMax'>;

export interface CompletedWithdrawal {
  readonly receiptNumber: string;
  readonly reference: string;
  readonly outcome: 'full' | 'partial' | 'none' | 'doubtful';
  readonly presentedMinor: number;
  readonly feeMinor: number;
  readonly notes: readonly NoteCount[];
}
