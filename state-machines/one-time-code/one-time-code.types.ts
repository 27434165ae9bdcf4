import type { OperationCode } from '../../main/contracts/operations.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';
import type { CustomerLeft, HostReply, IntentEvent } from '../events.ts';
import type { Identity } from '../identify/identify.types.ts';

export interface OneTimeCodeInput {
  readonly operation: OperationCode;
  readonly identity: Identity;
}

/** What the host says of a code it made; never the code. */
export interface IssuedCode {
  readonly otpRef: string;
  /** By the clock of this computer, for the screen. */
  readonly expiresAtUtcMs: number;
  readonly maskedDestination: string;
  readonly channel: 'sms' | 'push';
  readonly codeLength: number;
  /** When another code may be asked for. */
  readonly resendAtUtcMs: number;
  readonly expiresInMs: number;
  readonly resendAfterMs: number;
  readonly triesLeft: number;
  readonly codesLeft: number;
}

/** One verified code confirms several operations of the session (R-8.11c, Q-03). */
export interface Authentication {
  readonly authToken: string;
  readonly scope: readonly OperationCode[];
  readonly expiresAtUtcMs: number;
  readonly expiresInMs: number;
}

export type IssueReply = HostReply<IssuedCode>;
export type VerifyReply = HostReply<{ readonly authentication: Authentication | null; readonly triesLeft: number }>;

export interface OneTimeCodeContext extends OneTimeCodeInput {
  readonly issued: IssuedCode | null;
  /** The cool-down is over: another code may be asked for. */
  readonly isResendDue: boolean;
  readonly triesLeft: number;
  readonly problem: 'wrongCode' | 'expired' | 'noHost' | null;
  readonly authentication: Authentication | null;
  readonly refusal: RefusalCode | null;
  readonly blockedUntilUtcMs: number | null;
  readonly end: OneTimeCodeOutput['kind'];
}

export type OneTimeCodeEvent = IntentEvent | CustomerLeft;

export type OneTimeCodeOutput =
  | { readonly kind: 'verified'; readonly authentication: Authentication }
  | { readonly kind: 'refused'; readonly refusal: RefusalCode; readonly blockedUntilUtcMs: number | null }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'left' };
