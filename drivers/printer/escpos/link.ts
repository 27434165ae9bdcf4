import { assert } from '../../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import { ReplyReader, type ReplyEvent } from './frames.ts';
import { COMMANDS, realTimeQuery, type RealTimeQuery } from './codec.ts';

/** Drivers seen wait 200 ms to 1 s for a status byte. [escpos §1] */
const REPLY_TIMEOUT_MS = 1000;
const QUERY_ATTEMPTS_MAX = 3;
/** Between queries; in it a second status byte shows that an older answer was in the way. [escpos §1: ≥ 10 ms] */
const QUIET_MS = 10;
/** A begun group (ASB, full status) is given up after this much silence. */
const INTER_BYTE_MS = 50;
/** A full buffer is emptied in this time or the printer stands. [escpos §1] */
export const XON_WAIT_MS = 60_000;

/** `lost`: the line was closed under the wait. `silence`: nothing usable came in time. */
export type LinkFailure = 'lost' | 'silence';
export type LinkFailed = { readonly kind: 'lost' } | { readonly kind: 'silence' };
export type Answer = { readonly kind: 'answer'; readonly value: number } | LinkFailed;

interface Waiting {
  readonly settle: (answer: Answer) => void;
  timer: TimerHandle;
}

/** A real-time query in flight. */
interface Query extends Waiting {
  readonly bytes: Uint8Array;
  attempts: number;
  value: number | undefined;
}

/**
 * The stream to and from the printer: one real-time query in flight, the in-order answer beside it (its bits tell it apart), flow
 * control, time-outs, counters. It does not know what paper is.
 */
export class EscposLink {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: Log;
  #reader = new ReplyReader();
  #isOpen = false;
  #isHeld = false;
  #query: Query | undefined;
  #inOrder: Waiting | undefined;
  readonly #released = new Set<(isReleased: boolean) => void>();
  #gapTimer: TimerHandle | undefined;
  #onLost: (detail: string) => void = () => {};
  readonly #counters = { timeoutCount: 0, retryCount: 0, mergedReplyCount: 0, unexpectedReplyCount: 0, noiseByteCount: 0, heldCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#transport.onData((chunk) => this.#receive(chunk));
    this.#transport.onClosed((detail) => this.#lose(detail));
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  /** Status queries that got no answer in their time: the mark that the printer was away for a while. */
  get timeoutCount(): number {
    return this.#counters.timeoutCount;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  onLost(listener: (detail: string) => void): void {
    this.#onLost = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const result = await this.#transport.open();
    if (!result.ok) return result;
    this.#reader = new ReplyReader();
    this.#isHeld = false;
    this.#isOpen = true;
    return result;
  }

  /** Settles every waiter with `lost` and closes the port. */
  async close(): Promise<void> {
    this.#settleAll();
    await this.#transport.close();
  }

  /** DLE EOT n, asked again when lost or when two answers came at once. */
  status(n: RealTimeQuery): Promise<Answer> {
    assert(this.#query === undefined, 'one status query is in flight at a time');
    if (!this.#isOpen) return Promise.resolve({ kind: 'lost' });
    return new Promise((settle) => {
      this.#query = { settle, bytes: realTimeQuery(n), attempts: 0, value: undefined, timer: undefined };
      this.#ask(this.#query);
    });
  }

  /**
   * GS r 1. Any answer while this waits proves that everything written before the first such query was consumed, for the answers come in order:
   * before a job the caller must have seen all earlier ones answered or the buffer cleared.
   */
  inOrderAnswer(timeoutMs: number): Promise<Answer> {
    assert(this.#inOrder === undefined, 'one in-order query is in flight at a time');
    if (!this.#isOpen) return Promise.resolve({ kind: 'lost' });
    return new Promise((settle) => {
      this.#inOrder = { settle, timer: this.#clock.setTimeout(() => this.#settleInOrder({ kind: 'silence' }), timeoutMs) };
      this.#transport.write(COMMANDS.queryPaperInOrder);
    });
  }

  /** Gives up waiting for the in-order answer. */
  cancelInOrder(): void {
    this.#settleInOrder({ kind: 'silence' });
  }

  /** Real-time commands and single orders: not held back by XOFF. */
  write(bytes: Uint8Array): void {
    if (this.#isOpen) this.#transport.write(bytes);
  }

  /** The printer said XOFF and not yet XON. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Waits until the printer takes data again, at most `timeoutMs`; true at once when it does. */
  awaitRelease(timeoutMs: number): Promise<boolean> {
    if (!this.#isHeld) return Promise.resolve(this.#isOpen);
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => settle(false), timeoutMs);
      const settle = (isReleased: boolean) => {
        this.#clock.clearTimeout(timer);
        this.#released.delete(settle);
        resolve(isReleased);
      };
      this.#released.add(settle);
    });
  }

  /**
   * Print data, whole: a raster command is never left half sent, for inside it the printer hears no status query. The caller looks at `isHeld`
   * before; then the stream gets the chance to say XOFF.
   */
  async send(bytes: Uint8Array): Promise<'sent' | 'lost'> {
    if (!this.#isOpen) return 'lost';
    this.#transport.write(bytes);
    await new Promise<void>((resolve) => void this.#clock.setTimeout(resolve, 0));
    return this.#isOpen ? 'sent' : 'lost';
  }

  #ask(query: Query): void {
    query.attempts += 1;
    query.value = undefined;
    if (query.attempts > 1) this.#counters.retryCount += 1;
    this.#rearm(query, REPLY_TIMEOUT_MS, () => {
      this.#counters.timeoutCount += 1;
      this.#askAgainOr(query, { kind: 'silence' });
    });
    this.#transport.write(query.bytes);
  }

  #askAgainOr(query: Query, answer: Answer): void {
    if (query.attempts < QUERY_ATTEMPTS_MAX) this.#ask(query);
    else this.#settleQuery(answer);
  }

  #rearm(waiting: Waiting, delayMs: number, callback: () => void): void {
    this.#clock.clearTimeout(waiting.timer);
    waiting.timer = this.#clock.setTimeout(callback, delayMs);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    for (const event of this.#reader.push(chunk)) this.#take(event);
    this.#clock.clearTimeout(this.#gapTimer);
    if (this.#reader.pendingByteCount > 0) this.#gapTimer = this.#clock.setTimeout(() => this.#reader.reset().forEach((event) => this.#take(event)), INTER_BYTE_MS);
  }

  #take(event: ReplyEvent): void {
    switch (event.kind) {
      case 'xoff':
        this.#counters.heldCount += 1;
        this.#isHeld = true;
        // The answer to a query may be XOFF itself: the printer lives, its buffer is full. [escpos §1]
        if (this.#query !== undefined && this.#query.value === undefined) this.#rearm(this.#query, XON_WAIT_MS, () => this.#settleQuery({ kind: 'silence' }));
        return;
      case 'xon':
        this.#isHeld = false;
        for (const settle of [...this.#released]) settle(true);
        if (this.#query !== undefined && this.#query.value === undefined) this.#ask(this.#query);
        return;
      case 'realTime':
        this.#takeRealTime(event.value);
        return;
      case 'paperSensor':
        if (this.#inOrder === undefined) this.#counters.unexpectedReplyCount += 1;
        this.#settleInOrder({ kind: 'answer', value: event.value });
        return;
      case 'automaticStatus':
      case 'fullStatus':
        this.#counters.unexpectedReplyCount += 1;
        return;
      case 'noise':
        this.#counters.noiseByteCount += 1;
        this.#log.debug('escpos.noise.received', () => ({ byteHex: event.value.toString(16) }));
        return;
    }
  }

  /** All answers look alike. The first is believed only when no second one follows at once: then one of them belongs to an older query. */
  #takeRealTime(value: number): void {
    const query = this.#query;
    if (query === undefined) {
      this.#counters.unexpectedReplyCount += 1;
      return;
    }
    if (query.value !== undefined) {
      this.#counters.mergedReplyCount += 1;
      this.#rearm(query, QUIET_MS, () => this.#askAgainOr(query, { kind: 'silence' }));
      return;
    }
    query.value = value;
    this.#rearm(query, QUIET_MS, () => this.#settleQuery({ kind: 'answer', value }));
  }

  #settleQuery(answer: Answer): void {
    const query = this.#query;
    this.#query = undefined;
    if (query === undefined) return;
    this.#clock.clearTimeout(query.timer);
    query.settle(answer);
  }

  #settleInOrder(answer: Answer): void {
    const waiting = this.#inOrder;
    this.#inOrder = undefined;
    if (waiting === undefined) return;
    this.#clock.clearTimeout(waiting.timer);
    waiting.settle(answer);
  }

  #settleAll(): void {
    this.#isOpen = false;
    this.#isHeld = false;
    this.#clock.clearTimeout(this.#gapTimer);
    this.#settleQuery({ kind: 'lost' });
    this.#settleInOrder({ kind: 'lost' });
    for (const settle of [...this.#released]) settle(false);
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#counters.lineLostCount += 1;
    this.#settleAll();
    this.#onLost(detail);
  }
}
