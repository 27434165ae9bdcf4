import type { HostFailure } from '../../contracts/host-operations.ts';
import type { MessageState, StoredMessage } from '../../contracts/message-state.ts';
import type { Result } from '../../foundation/outcome.ts';

/** What one attempt to deliver came to. */
export type DeliveryResult =
  /** A verified, signed answer. */
  | { readonly kind: 'answered'; readonly outcome: 'approved' | 'partial' | 'declined' | 'inProcess' | 'notFound'; readonly answerBytes: Uint8Array; readonly detail: string }
  /** The host refuses the document as such, without a signed decision: unsigned 4xx, schema, signature, unknown terminal, TXND, TXNM. [host-messages §5.5 "poison"] */
  | { readonly kind: 'rejected'; readonly code: string; readonly detail: string }
  | HostFailure;

export type FinalState = Extract<MessageState, 'executed' | 'refused' | 'cancelled'>;

/** One change of one message; has the shape of the journal's `MessageMove`. */
export interface OutboxMove {
  readonly messageId: string;
  readonly to: MessageState;
  readonly detail: string;
  readonly answerBytes?: Uint8Array;
  readonly notBeforeUtcMs?: number;
  readonly isNewAttempt?: boolean;
}

/**
 * What the outbox needs of the journal; the core joins the two. `Consequences` is whatever the core writes together with a move
 * (a `JournalBatch` without moves); the outbox only carries it.
 */
export interface OutboxStore<Consequences> {
  /** Queued messages that are not final and online ones on the wire, with seq > `afterSeq`, by seq, at most `limit`. */
  pending(query: { readonly afterSeq: number; readonly limit: number }): readonly StoredMessage[];
  message(messageId: string): StoredMessage | undefined;
  /** ONE durable transaction: the moves in order, and the consequences. */
  commit(moves: readonly OutboxMove[], consequences: Consequences | undefined): Result<unknown, { readonly code: string; readonly detail: string }>;
}

/** Why a message ended or stopped; `result` null when time or a limit did it. */
export interface Settlement {
  readonly message: StoredMessage;
  readonly to: FinalState | 'parked';
  readonly result: DeliveryResult | null;
  readonly detail: string;
}

export interface OutboxOptions<Consequences> {
  readonly store: OutboxStore<Consequences>;
  /** Sends the stored bytes as they are. Never throws; ends by its own time-out. `attempt` 1, 2 … for the transport header. */
  readonly send: (message: StoredMessage) => Promise<DeliveryResult>;
  readonly isLinkUp: () => boolean;
  /** Whether anything that the bank said after this monotonic time was believed; without it an answer that is not says nothing about its message. @default it was */
  readonly wasBelievedSince?: (sinceMs: number) => boolean;
  /** The time by which the store dates its rows; a wall clock that was set wrongly must not make a message old. @default the clock's */
  readonly nowUtcMs?: () => number;
  /** Whether that time is more than what this computer's clock says after a start: before, no message about money is too old, nor sent as if it were not. @default it is */
  readonly isTimeKnown?: () => boolean;
  /** @default `QUEUE_LIMITS` */
  readonly limits?: QueueLimits;
  /** Cash in or out of the terminal that the bank learns of by this message, minor units; asked once, when it is taken up. @default none */
  readonly amountMinorOf?: (message: StoredMessage) => number;
  /** seq of the message in whose place it stands in its chain, where a person had it replaced; asked once. @default its own */
  readonly placeOf?: (message: StoredMessage) => number;
  /** A completion that only takes money back: it goes first, and a host that does not know its original has done what it asks. Decides on the stored bytes or on what the core remembers; default: none is. */
  readonly isReversal?: (message: StoredMessage) => boolean;
  /**
   * Asked right before a final state (or parking) is written: what else becomes true with it (receipt status, suspense, a follow-up message). It is
   * committed in the same transaction, so the answer and its consequences stand or fall together. May be asked again when that commit failed: no side effects.
   */
  readonly onFinal: (settlement: Settlement) => Consequences | undefined;
  /** A second final answer that contradicts the first, which stays; the consequences (an entry, an alarm) are committed alone. */
  readonly onConflict?: (message: StoredMessage, result: DeliveryResult) => Consequences | undefined;
}

/** When no new money may be taken. [host-messages §5.1] */
export interface OutboxLimits {
  /** Completions, reversals and cash-in messages that no answer has acknowledged. */
  readonly unacknowledgedCount: number;
  readonly oldestAgeMs: number;
  /** Cash that they tell of, as `amountMinorOf` says. */
  readonly unacknowledgedMinor: number;
  /** Waiting for a person: an alarm of their own. They count with their cash, not with their age. */
  readonly parkedCount: number;
  /** Not null: withdrawals and cash-in stop for it (HST_QUEUE_LIMIT); what is queued goes on. */
  readonly exceeded: 'count' | 'age' | 'sum' | null;
}

export interface QueueLimits {
  readonly countMax: number;
  readonly ageMsMax: number;
  readonly sumMinorMax: number;
}

/** §5.1: more than 20 or older than 10 min; the sum is a decision: what a bank lets lie in a box before it has heard of it. */
export const QUEUE_LIMITS: QueueLimits = { countMax: 20, ageMsMax: 10 * 60_000, sumMinorMax: 500_000_000 };
/** §5.1: receipts expire; §5.4: money is parked for a person, never dropped. */
export const BEST_EFFORT_AGE_MS_MAX = 24 * 3_600_000;
export const MUST_DELIVER_AGE_MS_MAX = 30 * 24 * 3_600_000;
export function isPastItsAge({ lane, createdAtUtcMs }: Pick<StoredMessage, 'lane' | 'createdAtUtcMs'>, nowUtcMs: number): boolean {
  return nowUtcMs - createdAtUtcMs > (lane === 'bestEffort' ? BEST_EFFORT_AGE_MS_MAX : MUST_DELIVER_AGE_MS_MAX);
}

/** Parked for its age, or old enough to be: sent again as it is, it would only be parked again. [host-messages §3.6 "≤ 30 days for SAF classes", §5.1] */
export function isTooOldToSend(message: Pick<StoredMessage, 'lane' | 'createdAtUtcMs'>, nowUtcMs: number): boolean {
  return message.lane === 'mustDeliver' && isPastItsAge(message, nowUtcMs);
}

/** §5.5 "same deterministic rejection three times"; answers that are not believed count where the bank is otherwise believed. **decision** */
export const REJECTION_COUNT_MAX = 3;
/** §5.5 "drain at most 5 msg/s". */
export const SENDS_PER_SECOND_MAX = 5;
export const IN_FLIGHT_COUNT_MAX = 4;

export interface Outbox {
  /** Reads what an earlier life left (`sending`, `awaiting` → `unknown`, to be repeated with the same bytes) and begins to deliver. */
  start(): void;
  /** Sends nothing more. An attempt in the air is forgotten here; its row stays `sending` and the next start repeats it. */
  stop(): void;
  /** New messages were staged, rows were changed by a person, or the link came up. Cheap. */
  wake(): void;
  /** Tries everything that may be tried at once, whatever its wait; resolves when nothing is in the air and nothing is due. */
  flush(): Promise<void>;
  /** The technician's retry: a parked message becomes ready, one that waits is due now. `tooOld`: no bank takes it with its date, two persons replace or settle it. */
  retry(messageId: string): Result<void, { readonly code: 'notFound' | 'final' | 'tooOld' | 'notWritten'; readonly detail: string }>;
  /** A verified answer that came another way than as the answer to an attempt (push, status inquiry, late). Final ones win over `parked`. */
  accept(messageId: string, result: Extract<DeliveryResult, { kind: 'answered' }>): Result<void, { readonly code: 'notFound' | 'conflict' | 'notWritten'; readonly detail: string }>;
  limits(): OutboxLimits;
}
