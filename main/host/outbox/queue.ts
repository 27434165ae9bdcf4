import type { HostLane } from '../../contracts/host-operations.ts';
import { FINAL_MESSAGE_STATES, type MessageState, type StoredMessage } from '../../contracts/message-state.ts';
import { BEST_EFFORT_AGE_MS_MAX, MUST_DELIVER_AGE_MS_MAX, type DeliveryResult, type OutboxLimits, type QueueLimits } from './outbox.ts';
import { PRIORITY, priorityOf } from './verdict.ts';

/** What the dispatcher remembers of a message; the bytes stay in the store. All times on the monotonic clock: a wall clock that was set moves no due time. */
export interface QueueItem {
  readonly messageId: string;
  readonly operationId: string;
  readonly lane: HostLane;
  readonly seq: number;
  /** Where it stands in its chain: its seq, or the place of the document that it replaces. */
  readonly place: number;
  readonly priority: number;
  /** Monotonic time at which the message was staged; before this process began, by the wall clock of the moment it was read. */
  stagedAtMs: number;
  readonly amountMinor: number;
  readonly isReversal: boolean;
  /** The bank has said once that it works on it: asking again makes it nobody's unheard cash. */
  isAcknowledged: boolean;
  state: MessageState;
  dueAtMs: number;
  isInFlight: boolean;
  /** A result that the store could not take yet; it is written again, not fetched again. */
  unwritten: DeliveryResult | undefined;
  /** `atMs`: monotonic time of the one that was counted last. */
  rejection: { readonly code: string; readonly count: number; readonly atMs: number } | undefined;
}

/**
 * @param now.waitMsMax  a stored "not before" further off than any back-off comes from a wall clock that was wrong
 */
export function toQueueItem(message: StoredMessage, now: { readonly utcMs: number; readonly monotonicMs: number; readonly waitMsMax: number; readonly isReversal: boolean; readonly amountMinor: number; readonly place: number }): QueueItem {
  const ageMs = Math.max(0, now.utcMs - message.createdAtUtcMs);
  const waitMs = Math.min(Math.max(0, message.notBeforeUtcMs - now.utcMs), now.waitMsMax);
  return {
    messageId: message.messageId,
    operationId: message.operationId,
    lane: message.lane,
    seq: message.seq,
    place: now.place,
    priority: priorityOf(message, now.isReversal),
    stagedAtMs: now.monotonicMs - ageMs,
    amountMinor: now.amountMinor,
    isReversal: now.isReversal,
    // An answer that was believed and did not end it.
    isAcknowledged: message.answerBytes !== null,
    state: message.state,
    dueAtMs: now.monotonicMs + waitMs,
    isInFlight: false,
    unwritten: undefined,
    rejection: undefined,
  };
}

/** The messages that are not final, by seq. */
export class OutboxQueue {
  readonly #items = new Map<string, QueueItem>();

  get size(): number {
    return this.#items.size;
  }

  add(item: QueueItem): void {
    this.#items.set(item.messageId, item);
  }

  get(messageId: string): QueueItem | undefined {
    return this.#items.get(messageId);
  }

  all(): IterableIterator<QueueItem> {
    return this.#items.values();
  }

  drop(item: QueueItem): void {
    this.#items.delete(item.messageId);
  }

  /** Takes over a state; a final one leaves the queue. */
  moved(item: QueueItem, state: MessageState): void {
    item.state = state;
    if (FINAL_MESSAGE_STATES.includes(state)) this.#items.delete(item.messageId);
  }

  /**
   * The first message of each chain, whatever its state. A chain is one operation in one lane: its messages go one after the other, and a parked one
   * stops those behind it; chains do not wait for each other, nor money for a receipt's text message. [host-messages §5.5 "Order"]
   */
  heads(): QueueItem[] {
    const heads = new Map<string, QueueItem>();
    const inAir = this.#operationsInAir();
    for (const item of this.#items.values()) {
      if (item.lane === 'online' || (item.lane === 'bestEffort' && inAir.has(item.operationId))) continue;
      const chain = `${item.lane} ${item.operationId}`;
      const head = heads.get(chain);
      if (head === undefined || item.place < head.place) heads.set(chain, item);
    }
    return [...heads.values()];
  }

  /** A receipt's text message while a report of its operation is in the air: the answer may make untrue what it says. */
  awaitsAnswer({ lane, operationId }: QueueItem): boolean {
    return lane === 'bestEffort' && this.#operationsInAir().has(operationId);
  }

  #operationsInAir(): ReadonlySet<string> {
    const inAir = new Set<string>();
    for (const { lane, isInFlight, operationId } of this.#items.values()) if (lane === 'mustDeliver' && isInFlight) inAir.add(operationId);
    return inAir;
  }

  /** Heads that may be sent at `nowMs`, the most urgent first, then by age. */
  sendable(nowMs: number): QueueItem[] {
    return this.heads()
      .filter((item) => !item.isInFlight && item.state !== 'parked' && item.unwritten === undefined && item.dueAtMs <= nowMs)
      .sort((left, right) => left.priority - right.priority || left.seq - right.seq);
  }

  /** Too old for their lane. [host-messages §5.1] */
  expired(nowMs: number): QueueItem[] {
    return [...this.#items.values()].filter((item) => {
      if (item.lane === 'online' || item.isInFlight || item.state === 'parked' || item.unwritten !== undefined) return false;
      return nowMs - item.stagedAtMs > (item.lane === 'bestEffort' ? BEST_EFFORT_AGE_MS_MAX : MUST_DELIVER_AGE_MS_MAX);
    });
  }

  limits(nowMs: number, { countMax, ageMsMax, sumMinorMax }: QueueLimits): OutboxLimits {
    let [unacknowledgedCount, oldestAgeMs, unacknowledgedMinor, parkedCount] = [0, 0, 0, 0];
    for (const item of this.#items.values()) {
      if (item.lane !== 'mustDeliver') continue;
      if (item.state === 'parked') parkedCount += 1;
      // Device reports and staff changes move no money and stop none.
      if (item.priority > PRIORITY.cashIn || item.isAcknowledged) continue;
      unacknowledgedCount += 1;
      // One that waits for a person may wait for days and is no sign that the bank is away; its cash is unheard of all the same.
      if (item.state !== 'parked') oldestAgeMs = Math.max(oldestAgeMs, nowMs - item.stagedAtMs);
      unacknowledgedMinor += item.amountMinor;
    }
    const exceeded = unacknowledgedCount > countMax ? 'count' : oldestAgeMs > ageMsMax ? 'age' : unacknowledgedMinor >= sumMinorMax ? 'sum' : null;
    return { unacknowledgedCount, oldestAgeMs, unacknowledgedMinor, parkedCount, exceeded };
  }
}
