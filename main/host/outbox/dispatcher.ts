import { FINAL_MESSAGE_STATES, type MessageState, type StoredMessage } from '../../contracts/message-state.ts';
import { assert } from '../../foundation/assert.ts';
import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import { err, ok } from '../../foundation/outcome.ts';
import type { Random } from '../../foundation/random.ts';
import { askedAgainMs, backoffMs, MESSAGE_BACKOFF, WAIT_MS_MAX } from './backoff.ts';
import { IN_FLIGHT_COUNT_MAX, QUEUE_LIMITS, isPastItsAge, isTooOldToSend, REJECTION_COUNT_MAX, type DeliveryResult, type Outbox, type OutboxMove, type OutboxOptions } from './outbox.ts';
import { Pace } from './pace.ts';
import { OutboxQueue, toQueueItem, type QueueItem } from './queue.ts';
import { answeredState, isOfDocumentAlone, verdictOf, type Verdict } from './verdict.ts';

/** Rows read at once. */
const PAGE_ROWS = 500;
/** Ages are looked at and the link is asked at least this often while anything waits. */
const LOOK_INTERVAL_MS = 60_000;
/** An advice waits for its own request to come off the wire. */
const REQUEST_IN_FLIGHT_WAIT_MS = 1000;

type Options<Consequences> = OutboxOptions<Consequences> & { readonly clock: Clock; readonly random: Random; readonly log: Log };

/** The one sender of queued messages: at least once, same bytes, in order per operation, until a signed final answer. [host-messages §5] */
export function createOutbox<Consequences>(options: Options<Consequences>): Outbox {
  const dispatcher = new Dispatcher(options);
  return {
    start: () => dispatcher.start(),
    stop: () => dispatcher.stop(),
    wake: () => dispatcher.enter(() => dispatcher.refresh()),
    flush: () => dispatcher.flush(),
    retry: (messageId) => dispatcher.enter(() => dispatcher.retry(messageId)),
    accept: (messageId, result) => dispatcher.enter(() => dispatcher.accept(messageId, result)),
    limits: () => dispatcher.limits(),
  };
}

class Dispatcher<Consequences> {
  readonly #options: Options<Consequences>;
  readonly #pace: Pace;
  #queue = new OutboxQueue();
  #life = 0;
  #isRunning = false;
  #isRecovered = false;
  #depth = 0;
  #mustLookAgain = false;
  #lastSeq = 0;
  #inFlightCount = 0;
  #timer: TimerHandle | undefined;
  #flushWaiters: (() => void)[] = [];

  constructor(options: Options<Consequences>) {
    this.#options = options;
    this.#pace = new Pace(options);
  }

  /** As the store dates its rows. */
  get #nowUtcMs(): number {
    return this.#options.nowUtcMs?.() ?? this.#options.clock.nowUtcMs();
  }

  get #isTimeKnown(): boolean {
    return this.#options.isTimeKnown?.() ?? true;
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  start(): void {
    assert(!this.#isRunning, 'an outbox is started once until it is stopped');
    this.#isRunning = true;
    this.#life += 1;
    [this.#queue, this.#lastSeq, this.#inFlightCount, this.#isRecovered] = [new OutboxQueue(), 0, 0, false];
    this.enter(() => this.refresh());
  }

  stop(): void {
    this.#isRunning = false;
    this.#life += 1;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#releaseFlush();
  }

  limits(): ReturnType<Outbox['limits']> {
    return this.#queue.limits(this.#nowMs, this.#options.limits ?? QUEUE_LIMITS);
  }

  flush(): Promise<void> {
    const done = new Promise<void>((resolve) => this.#flushWaiters.push(resolve));
    this.enter(() => {
      this.refresh();
      for (const item of this.#queue.all()) item.dueAtMs = this.#nowMs;
      this.#pace.probeNow(this.#nowMs);
    });
    return done;
  }

  /**
   * Every way in: the work, then one look at what may be sent. A commit of ours wakes us through the journal's listeners; that is remembered
   * and done after, never in the middle.
   */
  enter<T>(work: () => T): T {
    this.#depth += 1;
    try {
      const value = work();
      if (this.#depth > 1) this.#mustLookAgain = true;
      else this.#lookUntilQuiet();
      return value;
    } finally {
      this.#depth -= 1;
    }
  }

  #lookUntilQuiet(): void {
    do {
      this.#mustLookAgain = false;
      if (this.#isRunning) this.#look();
    } while (this.#mustLookAgain);
  }

  /** New rows, and rows that a person may have moved. */
  refresh(): void {
    if (!this.#isRunning) return;
    for (;;) {
      const page = this.#options.store.pending({ afterSeq: this.#lastSeq, limit: PAGE_ROWS });
      for (const message of page) this.#take(message);
      if (page.length < PAGE_ROWS) break;
    }
    for (const item of [...this.#queue.all()]) {
      if (item.state !== 'parked' && item.lane !== 'online') continue;
      const { state } = this.#stored(item);
      this.#queue.moved(item, state);
      // Of the online lane only what is on the wire matters here; the rest would pile up.
      if (item.lane === 'online' && state !== 'sending' && state !== 'awaiting') this.#queue.drop(item);
    }
  }

  #take(message: StoredMessage): void {
    const isReversal = this.#options.isReversal?.(message) ?? false;
    const now = { utcMs: this.#nowUtcMs, monotonicMs: this.#nowMs, waitMsMax: WAIT_MS_MAX, isReversal, amountMinor: this.#options.amountMinorOf?.(message) ?? 0, place: this.#options.placeOf?.(message) ?? message.seq };
    this.#queue.add(toQueueItem(message, now));
    this.#lastSeq = message.seq;
  }

  #look(): void {
    const nowMs = this.#nowMs;
    if (!this.#isRecovered && !this.#recover()) return this.#arm(nowMs + MESSAGE_BACKOFF.firstMs);
    if (this.#pace.hasReturned(nowMs)) for (const item of this.#queue.all()) item.dueAtMs = nowMs;
    for (const item of [...this.#queue.all()]) if (item.unwritten !== undefined && item.dueAtMs <= nowMs) this.#settle(item, item.unwritten);
    for (const item of this.#queue.expired(nowMs)) this.#expire(item);
    let nextSendAtMs = this.#pace.nextSendAtMs(nowMs, this.#inFlightCount);
    for (const item of this.#queue.sendable(nowMs)) {
      if (this.#inFlightCount >= IN_FLIGHT_COUNT_MAX || nextSendAtMs > nowMs) break;
      if (!this.#queue.awaitsAnswer(item)) this.#begin(item);
      nextSendAtMs = this.#pace.nextSendAtMs(nowMs, this.#inFlightCount);
    }
    this.#armNext(nowMs, nextSendAtMs);
  }

  /** What was on the wire when the process died may or may not have arrived: `unknown`. Queued messages are sent again with the same key, nothing waits for the online ones any more. */
  #recover(): boolean {
    const cut = [...this.#queue.all()].filter((item) => item.state === 'sending' || item.state === 'awaiting');
    const moves = cut.map((item): OutboxMove => ({ messageId: item.messageId, to: 'unknown', detail: 'process restart' }));
    if (moves.length > 0 && !this.#commit(moves, undefined)) return false;
    for (const item of cut) this.#queue.moved(item, 'unknown');
    this.#isRecovered = true;
    return true;
  }

  #begin(item: QueueItem): void {
    const before = this.#stored(item);
    // Somebody else (a person, a cancelled session) may have moved it since.
    this.#queue.moved(item, before.state);
    if (FINAL_MESSAGE_STATES.includes(before.state) || before.state === 'parked') return;
    // It ended in a part of the journal that is lost, and was purged since: there is nothing to send.
    if (before.bytes.length === 0) {
      item.dueAtMs = this.#nowMs + LOOK_INTERVAL_MS;
      return this.#end(item, before, 'its content was purged');
    }
    // Whether the bank still takes its date is known when it has said what time it is.
    if (!this.#isTimeKnown && isTooOldToSend(before, this.#nowUtcMs)) {
      item.dueAtMs = this.#nowMs + LOOK_INTERVAL_MS;
      return;
    }
    if (this.#isRequestInFlight(item)) {
      item.dueAtMs = this.#nowMs + REQUEST_IN_FLIGHT_WAIT_MS;
      return;
    }
    const to = before.state === 'inProcess' ? 'awaiting' : 'sending';
    const attempt = before.attemptCount + 1;
    if (!this.#commit([{ messageId: item.messageId, to, detail: `attempt ${attempt}`, isNewAttempt: true }], undefined)) {
      item.dueAtMs = this.#nowMs + this.#waitMs(attempt);
      return;
    }
    this.#queue.moved(item, to);
    item.isInFlight = true;
    this.#inFlightCount += 1;
    this.#pace.sent(this.#nowMs);
    void this.#deliver(item, this.#life);
  }

  /** A rejection of `send` is our own mistake and ends the process. */
  async #deliver(item: QueueItem, life: number): Promise<void> {
    const result = await this.#options.send(this.#stored(item));
    if (life !== this.#life) return;
    this.enter(() => {
      this.#inFlightCount -= 1;
      item.isInFlight = false;
      this.#pace.ended(this.#nowMs, result.kind !== 'notSent');
      this.#settle(item, result);
    });
  }

  #settle(item: QueueItem, result: DeliveryResult): void {
    const message = this.#stored(item);
    item.unwritten = undefined;
    if (message.state !== 'sending' && message.state !== 'awaiting') return this.#late(item, message, result);
    const verdict = verdictOf(message, result, item.isReversal);
    const written = this.#write(item, message, verdict, result);
    if (written === undefined) {
      // The answer is not lost: it is written as soon as the journal can be, or the host gives it again after a restart.
      item.unwritten = result;
      item.dueAtMs = this.#nowMs + this.#waitMs(message.attemptCount);
      return;
    }
    this.#options.log.info('hst.message.moved', { messageId: item.messageId, operation: message.operation, to: written, attempt: message.attemptCount });
    this.#queue.moved(item, written);
  }

  /** @returns the state reached, undefined when the store could not write */
  #write(item: QueueItem, message: StoredMessage, verdict: Verdict, result: DeliveryResult): MessageState | undefined {
    const move: OutboxMove = { messageId: message.messageId, to: verdict.to, detail: verdict.detail, ...(verdict.answerBytes === undefined ? {} : { answerBytes: verdict.answerBytes }) };
    if (verdict.to === 'executed' || verdict.to === 'refused') {
      return this.#commit([move], this.#options.onFinal({ message, to: verdict.to, result, detail: verdict.detail })) ? verdict.to : undefined;
    }
    const rejection = verdict.rejectionCode === undefined ? undefined : this.#counted(item, verdict.rejectionCode, result);
    const { code, count } = rejection ?? { code: undefined, count: 0 };
    if (count >= REJECTION_COUNT_MAX) {
      // A text message to a customer is not worth a person's time; money is.
      const to = message.lane === 'bestEffort' ? 'refused' : 'parked';
      const detail = `${count} times ${verdict.detail}`;
      if (!this.#commit([move, { messageId: message.messageId, to, detail }], this.#options.onFinal({ message, to, result, detail }))) return undefined;
      this.#options.log.error('hst.message.parked', { messageId: message.messageId, operation: message.operation, code, to });
      item.rejection = undefined;
      return to;
    }
    const waitMs = Math.max(this.#waitMs(message.attemptCount), askedAgainMs(result));
    if (!this.#commit([{ ...move, notBeforeUtcMs: Math.floor(this.#nowUtcMs + waitMs) }], undefined)) return undefined;
    item.rejection = rejection;
    if (verdict.to === 'inProcess') item.isAcknowledged = true;
    item.dueAtMs = this.#nowMs + waitMs;
    return verdict.to;
  }

  /** While nothing that the bank says is believed it is its key, or what answers in its place, and not this message: nobody could do anything about each of those that wait. */
  #counted({ rejection }: QueueItem, code: string, result: DeliveryResult): NonNullable<QueueItem['rejection']> {
    if (rejection?.code !== code) return { code, count: 1, atMs: this.#nowMs };
    if (result.kind === 'invalidAnswer' && this.#options.wasBelievedSince?.(rejection.atMs) === false) return rejection;
    return { code, count: rejection.count + 1, atMs: this.#nowMs };
  }

  #expire(item: QueueItem): void {
    const message = this.#stored(item);
    this.#queue.moved(item, message.state);
    if (FINAL_MESSAGE_STATES.includes(message.state) || message.state === 'parked') return;
    if (!this.#isTimeKnown) return;
    if (!isPastItsAge(message, this.#nowUtcMs)) return this.#age(item, message);
    this.#end(item, message, message.lane === 'mustDeliver' ? 'not delivered in 30 days' : 'expired after 24 hours');
  }

  /** Unsent: for a person, where money is told of. */
  #end(item: QueueItem, message: StoredMessage, detail: string): void {
    const isFresh = message.state === 'staged' || message.state === 'ready';
    // §5.4 forbids unknown → cancelled: it may have arrived, so a best-effort message that was tried ends refused.
    const to = message.lane === 'mustDeliver' ? 'parked' : isFresh ? 'cancelled' : 'refused';
    const steps: OutboxMove[] = to === 'parked' && message.state === 'staged' ? [{ messageId: message.messageId, to: 'ready', detail }] : [];
    if (!this.#commit([...steps, { messageId: message.messageId, to, detail }], this.#options.onFinal({ message, to, result: null, detail }))) return;
    this.#options.log[to === 'parked' ? 'error' : 'warn']('hst.message.expired', { messageId: message.messageId, operation: message.operation, to });
    this.#queue.moved(item, to);
  }

  /** It may have been read while the clock was wrong. */
  #age(item: QueueItem, message: StoredMessage): void {
    item.stagedAtMs = this.#nowMs - Math.max(0, this.#nowUtcMs - message.createdAtUtcMs);
  }

  retry(messageId: string): ReturnType<Outbox['retry']> {
    const message = this.#options.store.message(messageId);
    if (message === undefined || message.lane === 'online') return err({ code: 'notFound', detail: 'no such queued message' });
    if (FINAL_MESSAGE_STATES.includes(message.state)) return err({ code: 'final', detail: `the message is ${message.state}` });
    if (isTooOldToSend(message, this.#nowUtcMs)) return err({ code: 'tooOld', detail: 'older than 30 days' });
    if (message.state === 'parked' && !this.#commit([{ messageId, to: 'ready', detail: 'retry by the technician' }], undefined)) return err({ code: 'notWritten', detail: 'the journal cannot be written' });
    const item = this.#queue.get(messageId);
    if (item === undefined) return ok(undefined);
    if (message.state === 'parked') item.state = 'ready';
    this.#age(item, message);
    [item.dueAtMs, item.rejection] = [this.#nowMs, undefined];
    this.#pace.probeNow(this.#nowMs);
    return ok(undefined);
  }

  accept(messageId: string, result: Extract<DeliveryResult, { kind: 'answered' }>): ReturnType<Outbox['accept']> {
    const message = this.#options.store.message(messageId);
    if (message === undefined) return err({ code: 'notFound', detail: 'no such message' });
    if (result.outcome === 'partial' || isOfDocumentAlone(message, result)) return ok(undefined);
    const to = answeredState(result.outcome, this.#options.isReversal?.(message) ?? false);
    if (to === 'inProcess' || message.state === to) return ok(undefined);
    if (FINAL_MESSAGE_STATES.includes(message.state)) return this.#conflict(message, result);
    if (message.state === 'staged' || message.state === 'ready') return err({ code: 'conflict', detail: 'an answer to what is not on the wire' });
    const detail = `${result.outcome} ${result.detail}`.trim();
    const consequences = this.#options.onFinal({ message, to, result, detail });
    if (!this.#commit([{ messageId, to, detail, answerBytes: result.answerBytes }], consequences)) return err({ code: 'notWritten', detail: 'the journal cannot be written' });
    const item = this.#queue.get(messageId);
    if (item !== undefined) this.#queue.moved(item, to);
    return ok(undefined);
  }

  /** The result of an attempt whose message was settled meanwhile by `accept` or by a person: the first final answer stays. */
  #late(item: QueueItem, message: StoredMessage, result: DeliveryResult): void {
    this.#queue.moved(item, message.state);
    if (result.kind === 'answered') this.accept(message.messageId, result);
  }

  #conflict(message: StoredMessage, result: DeliveryResult): ReturnType<Outbox['accept']> {
    this.#options.log.error('hst.answer.conflicting', { messageId: message.messageId, operation: message.operation, state: message.state, result: result.kind });
    const consequences = this.#options.onConflict?.(message, result);
    if (consequences !== undefined) this.#commit([], consequences);
    return err({ code: 'conflict', detail: `the message is ${message.state}; the first final answer stays` });
  }

  /** An advice is not sent before its request left the wire. [host-messages §5.5 "Order"] */
  #isRequestInFlight(item: QueueItem): boolean {
    return [...this.#queue.all()].some((other) => {
      if (other.lane !== 'online' || other.operationId !== item.operationId || other.seq > item.seq) return false;
      const { state } = this.#stored(other);
      this.#queue.moved(other, state);
      return state === 'sending' || state === 'awaiting';
    });
  }

  #commit(moves: readonly OutboxMove[], consequences: Consequences | undefined): boolean {
    const written = this.#options.store.commit(moves, consequences);
    if (!written.ok) this.#options.log.error('hst.outbox.notWritten', { code: written.error.code, detail: written.error.detail });
    return written.ok;
  }

  #stored(item: QueueItem): StoredMessage {
    const message = this.#options.store.message(item.messageId);
    assert(message !== undefined, 'a queued message is never deleted');
    return message;
  }

  #waitMs(attempt: number): number {
    return backoffMs(MESSAGE_BACKOFF, Math.max(1, attempt), this.#options.random);
  }

  #armNext(nowMs: number, nextSendAtMs: number): void {
    const waiting = this.#queue.heads().filter((item) => !item.isInFlight && item.state !== 'parked');
    const unwritten = [...this.#queue.all()].filter((item) => item.unwritten !== undefined);
    const canSendLater = this.#inFlightCount < IN_FLIGHT_COUNT_MAX;
    const sendAtMs = waiting.filter((item) => item.unwritten === undefined).map((item) => Math.max(item.dueAtMs, canSendLater ? nextSendAtMs : Infinity));
    const nextAtMs = Math.min(...sendAtMs, ...unwritten.map((item) => item.dueAtMs), nowMs + LOOK_INTERVAL_MS);
    const isIdle = this.#inFlightCount === 0 && unwritten.length === 0 && !sendAtMs.some((atMs) => atMs <= Math.max(nowMs, Math.min(nextSendAtMs, nowMs + 1000)));
    if (isIdle) this.#releaseFlush();
    if (waiting.length > 0 || unwritten.length > 0) this.#arm(nextAtMs);
    else this.#disarm();
  }

  #arm(atMs: number): void {
    this.#disarm();
    this.#timer = this.#options.clock.setTimeout(() => this.enter(() => undefined), Math.max(1, atMs - this.#nowMs));
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #releaseFlush(): void {
    const waiters = this.#flushWaiters;
    this.#flushWaiters = [];
    for (const release of waiters) release();
  }
}
