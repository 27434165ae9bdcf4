import type { HostOperation } from '../../contracts/host-operations.ts';
import type { MessageState, StoredMessage } from '../../contracts/message-state.ts';
import { unreachable } from '../../foundation/assert.ts';
import type { RefusalCode } from '../../foundation/refusals.ts';
import type { DeliveryResult } from './outbox.ts';

/** reversals > completions > cash-in > the rest > best effort. [host-messages §5.1] Smaller goes first. */
export const PRIORITY = { reversal: 0, completion: 1, cashIn: 2, rest: 3, bestEffort: 4 } as const;

const COMPLETIONS: readonly HostOperation[] = ['cash.withdraw.complete', 'cash.deposit.complete'];
const CASH_IN: readonly HostOperation[] = ['cash.deposit', 'pay.provider'];
/** What they tell is told by nothing else. */
const OF_MONEY: readonly HostOperation[] = [...COMPLETIONS, ...CASH_IN, 'suspense.report', 'suspense.settlement'];
/** About the document, not about what it tells: its date, nonce or signature, or that the bank has another one of this id (TXND). [requirements §7, host-messages §5.5] */
const DOCUMENT_REFUSAL: RefusalCode = 'RF-31';

export function priorityOf(message: StoredMessage, isReversal: boolean): number {
  if (message.lane === 'bestEffort') return PRIORITY.bestEffort;
  if (COMPLETIONS.includes(message.operation)) return isReversal ? PRIORITY.reversal : PRIORITY.completion;
  return CASH_IN.includes(message.operation) ? PRIORITY.cashIn : PRIORITY.rest;
}

/** What a result does to a message in `sending` or `awaiting`. */
export interface Verdict {
  readonly to: Extract<MessageState, 'executed' | 'refused' | 'inProcess' | 'unknown' | 'ready'>;
  readonly detail: string;
  readonly answerBytes?: Uint8Array;
  /** Set: a deterministic rejection; the same one three times in a row parks the message. */
  readonly rejectionCode?: string;
}

/**
 * The table of §5.4 for one result.
 *
 * Decisions: `notFound` on a reversal is final and good, the host has nothing to reverse and remembers that (§5.2 "ORGF treated as
 * final"); on any other message, also the completion of notes that have left, it is a refusal. `partial` is an answer to a request for money, never to a report of cash: what the bank did with the rest is
 * not said, so a person has to ask. RF-31 to a report of money decides nothing about the money: the bank has looked at the document alone, and takes the same instruction in a new one, which two
 * persons can send. An answer that cannot be believed three times in a row with the same fault (wrong key, wrong schema)
 * will not get better by repeating, as long as other answers are believed meanwhile: it counts as a deterministic rejection and ends `parked`, in front of a person, never as refused.
 */
export function verdictOf(message: StoredMessage, result: DeliveryResult, isReversal: boolean): Verdict {
  switch (result.kind) {
    case 'answered':
      if (result.outcome === 'partial') return { to: 'unknown', detail: 'answered for a part of it', rejectionCode: 'PARTIAL' };
      if (isOfDocumentAlone(message, result)) return { to: 'unknown', detail: `${result.outcome} ${result.detail}`, rejectionCode: result.detail };
      return { to: answeredState(result.outcome, isReversal), detail: `${result.outcome} ${result.detail}`.trim(), answerBytes: result.answerBytes };
    case 'rejected':
      return { to: 'unknown', detail: `rejected ${result.code} ${result.detail}`.trim(), rejectionCode: result.code };
    case 'invalidAnswer':
      return { to: 'unknown', detail: `${result.code} ${result.detail}`.trim(), rejectionCode: result.code };
    case 'notSent':
      // A status inquiry that was not sent says nothing about the message itself.
      return { to: message.state === 'awaiting' ? 'unknown' : 'ready', detail: `${result.code} ${result.detail}`.trim() };
    case 'unanswered':
      return { to: 'unknown', detail: `${result.code} ${result.detail}`.trim() };
    default:
      return unreachable(result, 'delivery result');
  }
}

/** A refusal that leaves the money of a message undecided. */
export function isOfDocumentAlone({ operation }: Pick<StoredMessage, 'operation'>, result: Extract<DeliveryResult, { kind: 'answered' }>): boolean {
  return result.outcome === 'declined' && result.detail === DOCUMENT_REFUSAL && OF_MONEY.includes(operation);
}

export function answeredState(outcome: Exclude<Extract<DeliveryResult, { kind: 'answered' }>['outcome'], 'partial'>, isReversal: boolean): 'executed' | 'refused' | 'inProcess' {
  switch (outcome) {
    case 'approved':
      return 'executed';
    case 'inProcess':
      return 'inProcess';
    case 'notFound':
      return isReversal ? 'executed' : 'refused';
    case 'declined':
      return 'refused';
    default:
      return unreachable(outcome, 'outcome of an answer');
  }
}
