import type { HostAnswer, HostAnswerBody, HostOperation } from '../../main/contracts/host-operations.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';

/** What the bank decided on one request, before it is dated, numbered and signed. */
export type Decision<Op extends HostOperation> =
  | { readonly outcome: 'approved' | 'partial'; readonly body: HostAnswerBody<Op> }
  | Declined
  | { readonly outcome: 'inProcess' }
  | { readonly outcome: 'notFound' };

export interface Declined {
  readonly outcome: 'declined';
  readonly refusal: RefusalCode;
  /** The same request later may be approved. */
  readonly isRetryable: boolean;
  readonly blockedUntilUtcMs: number | null;
}

export const approved = <Op extends HostOperation>(body: HostAnswerBody<Op>): Decision<Op> => ({ outcome: 'approved', body });

export function declined(refusal: RefusalCode, more: { readonly isRetryable?: boolean; readonly blockedUntilUtcMs?: number | null } = {}): Declined {
  return { outcome: 'declined', refusal, isRetryable: more.isRetryable ?? false, blockedUntilUtcMs: more.blockedUntilUtcMs ?? null };
}

/** Where and when a request stands, for everything that is bound to terminal and session. */
export interface Place {
  readonly terminalId: string;
  readonly sessionId: string | null;
}

/** The unsigned answer as it is stored: everything of `HostAnswer`. */
export type AnyAnswer = HostAnswer<HostOperation>;
