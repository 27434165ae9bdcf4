import type { Provider } from '../../main/contracts/host-operations.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';
import type { CustomerLeft, HostReply, IntentEvent } from '../events.ts';
import type { CashDepositContext, CashTerms } from '../deposit/deposit.types.ts';

/** The host's word on the requisites: who is paid, between which sums (`pay.check`). */
export interface CheckedPayment {
  readonly maskedPayee: string | null;
  readonly suggestedMinor: number | null;
}

export interface ChangeOffer {
  readonly target: 'phoneTopUp' | 'notes';
  readonly quoteId: string;
  readonly feeMinor: number;
  /** By the bank's clock; later nobody has agreed to a fee. */
  readonly validUntilUtcMs: number;
}

export interface PaymentContext extends CashDepositContext {
  readonly categoryId: string | null;
  readonly query: string;
  readonly page: number;
  readonly provider: Provider | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly checked: CheckedPayment | null;
  readonly problem: 'notFound' | 'refused' | 'noHost' | 'invalid' | null;
  /** Over-payment of a fixed sum and where it may go. */
  readonly changeMinor: number;
  readonly changeOffers: readonly ChangeOffer[];
  readonly changeChosen: ChangeOffer | null;
  readonly checkRefusal: RefusalCode | null;
}

export type PaymentEvent = IntentEvent | CustomerLeft;

export type CheckReply = HostReply<{ readonly checked: CheckedPayment; readonly terms: CashTerms }>;
export interface ChangeReply {
  readonly changeMinor: number;
  readonly offers: readonly ChangeOffer[];
}
