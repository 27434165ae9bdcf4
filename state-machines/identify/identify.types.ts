import type { OperationCode } from '../../main/contracts/operations.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';
import type { CustomerLeft, HostReply, IntentEvent } from '../events.ts';

export type IdentifyMethod = 'phone' | 'iin';

/** Who stands in front of the terminal, as the host said it (T-2.8), or the phone a payer stated. */
export type Identity =
  | { readonly kind: 'client'; readonly clientId: string; readonly maskedName: string; readonly by: IdentifyMethod; readonly phone: string | null }
  | { readonly kind: 'payer'; readonly phone: string };

export interface IdentifyInput {
  readonly operation: OperationCode;
  /** payer: states a phone, nobody is looked up (op-05). */
  readonly purpose: 'client' | 'payer';
  readonly method: IdentifyMethod;
}

export type Stated = { readonly kind: 'phone'; readonly phone: string } | { readonly kind: 'iin'; readonly iin: string };

export type Found =
  | { readonly match: 'one'; readonly clientId: string; readonly maskedName: string }
  | { readonly match: 'ambiguous'; readonly findRef: string; readonly needs: 'birthDate' | 'personalCode'; readonly triesLeft: number };

export interface IdentifyContext extends IdentifyInput {
  readonly stated: Stated | null;
  readonly findRef: string | null;
  readonly triesLeft: number;
  readonly termsPage: number;
  readonly problem: 'notFound' | 'noHost' | 'noMatch' | null;
  readonly refusal: RefusalCode | null;
  readonly blockedUntilUtcMs: number | null;
  readonly identity: Identity | null;
  readonly end: IdentifyOutput['kind'];
}

export type IdentifyEvent = IntentEvent | CustomerLeft;

export type IdentifyOutput =
  | { readonly kind: 'identified'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly refusal: RefusalCode; readonly blockedUntilUtcMs: number | null }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'left' };

export type FindReply = HostReply<Found>;
export type DisambiguateReply = HostReply<{ readonly clientId: string | null; readonly maskedName: string | null; readonly triesLeft: number }>;
