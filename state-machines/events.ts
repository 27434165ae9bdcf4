import type { RefusalCode } from '../main/foundation/refusals.ts';
import type { IntentKind, IntentOf } from '../main/contracts/intent.ts';

/** An intent that the core checked and passes to the machine in front of the customer. */
export type IntentEvent = { [Kind in IntentKind]: { readonly type: `intent.${Kind}` } & Omit<IntentOf<Kind>, 'kind' | 'revision'> }[IntentKind];

/** Nobody is there any more, or may go on: a walk-away is not a cancel (ux.md). */
export interface CustomerLeft {
  readonly type: 'customer.left';
  readonly reason: LeaveReason;
}
export type LeaveReason = 'walkAway' | 'sessionCap' | 'closing';

/** What an online question to the host came to, as machines see it. */
export type HostReply<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'declined'; readonly refusal: RefusalCode; readonly blockedUntilUtcMs: number | null }
  /** No verified answer in time: nothing starts without the host (PS-7.4). */
  | { readonly kind: 'unavailable' };

/**
 * Tags by which the core knows that a person is awaited, and how long: the presence watch runs only then.
 * `person`: the ordinary patience. `person.cashIn`: notes take longer. `person.result`: shown, then over without a warning.
 */
export type PresenceTag = 'person' | 'person.cashIn' | 'person.result';

/** How an operation ended, for the result screen and the session. */
export type OperationEnd =
  | { readonly kind: 'success'; readonly result: OperationResult }
  | { readonly kind: 'partial'; readonly result: OperationResult; readonly wantedMinor: number }
  | { readonly kind: 'pending'; readonly result: OperationResult; readonly why: 'noAnswer' | 'inProcess' | 'noteUncertain' | 'cashUncertain' | 'cashRetracted' | 'notCredited' | 'interrupted'; /** Beside what `why` says of the rest. */ readonly also?: 'noteUncertain' }
  | { readonly kind: 'refused'; readonly result: OperationResult; readonly refusal: RefusalCode; readonly keptMinor: number; readonly blockedUntilUtcMs: number | null; /** Beside what was kept. */ readonly also?: 'noteUncertain'; /** No cash was given out, and until the bank hears that it may hold the sum. */ readonly mayBeHeld?: true }
  /** Nothing moved, nothing to show. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'left' };

export interface OperationResult {
  /** The figure of the result screen, minor units. */
  readonly amountMinor: number;
  readonly feeMinor: number | null;
  readonly receiptNumber: string | null;
  readonly reference: string | null;
}
