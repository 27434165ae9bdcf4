import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { Link } from '../life/line-device.ts';
import { ByteLine } from '../transport/byte-line.ts';
import { Exchange } from '../transport/exchange.ts';
import type { Transport, TransportError } from '../transport/transport.ts';
import { COMMANDS } from './codec.ts';
import { createReplyReader, type ReplyEvent } from './frames.ts';

/** Drivers seen wait 200 ms to 1 s for a status byte. [escpos §1] */
const REPLY_TIMEOUT_MS = 1000;
const QUERY_ATTEMPTS_MAX = 3;
/** Between queries; in it a second status byte shows that an older answer was in the way. [escpos §1: ≥ 10 ms] */
const QUIET_MS = 10;
/** A begun group (ASB, full status) is given up after this much silence. */
const INTER_BYTE_MS = 50;
/** A full buffer is emptied in this time or the printer stands. [escpos §1] */
export const XON_WAIT_MS = 60_000;
/** Texts of identity come at once or not at all: an older type does not know the question. */
const TEXT_TIMEOUT_MS = 300;

/** `lost`: the line was closed under the wait. `silence`: nothing usable came in time. */
export type LinkFailure = 'lost' | 'silence';
export type LinkFailed = { readonly kind: 'lost' } | { readonly kind: 'silence' };
export type Answer = { readonly kind: 'answer'; readonly bytes: readonly number[] } | LinkFailed;

/** Which replies answer a query. */
export type StatusKind = 'realTime' | 'fullStatus';

/** A status query in flight. */
interface Query {
  readonly bytes: Uint8Array;
  readonly answeredBy: StatusKind;
  attempts: number;
  answer: readonly number[] | undefined;
}

/**
 * The stream to and from the printer: one status query in flight, the in-order answer and a text beside it (their bits tell them apart), flow control,
 * time-outs, counters. It does not know what paper is.
 */
export class PrinterLink implements Link {
  readonly #line: ByteLine<ReplyEvent>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #query: Exchange<Query, Answer>;
  readonly #inOrder: Exchange<null, Answer>;
  readonly #text: Exchange<null, string | null>;
  readonly #released = new Set<(isReleased: boolean) => void>();
  readonly #pauses = new Set<() => void>();
  #isHeld = false;
  /** Questions in the stream whose answers nobody waits for one by one. */
  #owedCount = 0;
  #onLost: () => void = () => {};
  #onAutomaticStatus: (bytes: readonly number[]) => void = () => {};
  readonly #counters = { timeoutCount: 0, retryCount: 0, mergedReplyCount: 0, unexpectedReplyCount: 0, noiseByteCount: 0, heldCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#query = new Exchange(options.clock);
    this.#inOrder = new Exchange(options.clock);
    this.#text = new Exchange(options.clock);
    this.#line = new ByteLine({
      transport: options.transport, clock: options.clock, createReader: createReplyReader, gapMs: INTER_BYTE_MS,
      onEvent: (event) => this.#take(event),
      onLost: () => this.#lose(),
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  /** Status queries that got no answer in their time: the mark that the printer was away for a while. */
  get timeoutCount(): number {
    return this.#counters.timeoutCount;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  /** Status that comes unasked: at each change, when it was switched on. */
  onAutomaticStatus(listener: (bytes: readonly number[]) => void): void {
    this.#onAutomaticStatus = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    this.#isHeld = false;
    this.#owedCount = 0;
    return this.#line.open();
  }

  /** Settles every waiter with `lost` and closes the port. */
  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#settleAll();
    await closed;
  }

  /** A status query, asked again when lost or when two answers came at once. Assertion: none is in flight. */
  status(bytes: Uint8Array, answeredBy: StatusKind): Promise<Answer> {
    if (!this.#line.isOpen) return Promise.resolve({ kind: 'lost' });
    const query: Query = { bytes, answeredBy, attempts: 0, answer: undefined };
    const answered = this.#query.begin(query);
    this.#ask(query);
    return answered;
  }

  /**
   * GS r 1. The answer that comes after all that are still owed proves that everything written before was consumed, for they come in order:
   * before a job the caller must have seen all earlier ones answered or the buffer cleared.
   */
  inOrderAnswer(timeoutMs: number): Promise<Answer> {
    if (!this.#line.isOpen) return Promise.resolve({ kind: 'lost' });
    const answered = this.#inOrder.begin(null);
    this.#inOrder.arm(timeoutMs, () => this.#inOrder.settle({ kind: 'silence' }));
    this.#line.write(COMMANDS.queryPaperInOrder);
    return answered;
  }

  /** Gives up waiting for the in-order answer; it is owed from now on. */
  cancelInOrder(): void {
    if (this.#inOrder.request !== undefined) this.#owedCount += 1;
    this.#inOrder.settle({ kind: 'silence' });
  }

  /** The printer's buffers were cleared: it owes no answer any more. */
  forgetOwed(): void {
    this.#owedCount = 0;
  }

  /** A text that the printer tells of itself (GS I); null when it tells none. */
  ownText(query: Uint8Array): Promise<string | null> {
    if (!this.#line.isOpen) return Promise.resolve(null);
    const answered = this.#text.begin(null);
    this.#text.arm(TEXT_TIMEOUT_MS, () => this.#text.settle(null));
    this.#line.write(query);
    return answered;
  }

  /** Real-time commands and single orders: not held back by XOFF. */
  write(bytes: Uint8Array): void {
    this.#line.write(bytes);
  }

  /** The printer said XOFF and not yet XON. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Waits until the printer takes data again, at most `timeoutMs`; true at once when it does. */
  awaitRelease(timeoutMs: number): Promise<boolean> {
    if (!this.#isHeld) return Promise.resolve(this.#line.isOpen);
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
    if (!this.#line.write(bytes)) return 'lost';
    await this.pause(0);
    return this.#line.isOpen ? 'sent' : 'lost';
  }

  /**
   * As `send`, with a GS r 1 right behind in the same write: what a blink of power or line takes out of the printer's buffer takes its answer with it,
   * and the next `inOrderAnswer` comes to nothing.
   */
  sendCounted(bytes: Uint8Array): Promise<'sent' | 'lost'> {
    this.#owedCount += 1;
    return this.send(Buffer.concat([bytes, COMMANDS.queryPaperInOrder]));
  }

  /** Lets time pass; ends early when the line is lost or closed. */
  pause(delayMs: number): Promise<void> {
    if (!this.#line.isOpen) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => end(), delayMs);
      const end = () => {
        this.#clock.clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      this.#pauses.add(end);
    });
  }

  #ask(query: Query): void {
    query.attempts += 1;
    query.answer = undefined;
    if (query.attempts > 1) this.#counters.retryCount += 1;
    this.#query.arm(REPLY_TIMEOUT_MS, () => {
      this.#counters.timeoutCount += 1;
      this.#askAgain(query);
    });
    this.#line.write(query.bytes);
  }

  #askAgain(query: Query): void {
    if (query.attempts < QUERY_ATTEMPTS_MAX) this.#ask(query);
    else this.#query.settle({ kind: 'silence' });
  }

  #take(event: ReplyEvent): void {
    switch (event.kind) {
      case 'xoff':
        return this.#hold();
      case 'xon':
        return this.#release();
      case 'realTime':
        return this.#takeStatus('realTime', [event.value]);
      case 'fullStatus':
        return this.#takeStatus('fullStatus', event.bytes);
      case 'paperSensor':
        if (this.#owedCount > 0) {
          this.#owedCount -= 1;
          return;
        }
        if (this.#inOrder.request === undefined) this.#counters.unexpectedReplyCount += 1;
        return this.#inOrder.settle({ kind: 'answer', bytes: [event.value] });
      case 'automaticStatus':
        return this.#onAutomaticStatus(event.bytes);
      case 'text':
        if (this.#text.request === undefined) this.#counters.unexpectedReplyCount += 1;
        return this.#text.settle(event.text);
      case 'noise':
        this.#counters.noiseByteCount += event.byteCount;
        this.#log.debug('ptr.noise.received', () => ({ reason: event.reason, byteCount: event.byteCount }));
        return;
    }
  }

  #hold(): void {
    this.#counters.heldCount += 1;
    this.#isHeld = true;
    // The answer to a query may be XOFF itself: the printer lives, its buffer is full. [escpos §1]
    if (this.#query.request?.answer === undefined) this.#query.arm(XON_WAIT_MS, () => this.#query.settle({ kind: 'silence' }));
  }

  #release(): void {
    this.#isHeld = false;
    for (const settle of [...this.#released]) settle(true);
    const query = this.#query.request;
    if (query !== undefined && query.answer === undefined) this.#ask(query);
  }

  /** All answers look alike. The first is believed only when no second one follows at once: then one of them belongs to an older query. */
  #takeStatus(kind: StatusKind, bytes: readonly number[]): void {
    const query = this.#query.request;
    if (query === undefined || query.answeredBy !== kind) {
      this.#counters.unexpectedReplyCount += 1;
      return;
    }
    if (query.answer !== undefined) {
      this.#counters.mergedReplyCount += 1;
      this.#query.arm(QUIET_MS, () => this.#askAgain(query));
      return;
    }
    query.answer = bytes;
    this.#query.arm(QUIET_MS, () => this.#query.settle({ kind: 'answer', bytes }));
  }

  #settleAll(): void {
    this.#isHeld = false;
    this.#query.settle({ kind: 'lost' });
    this.#inOrder.settle({ kind: 'lost' });
    this.#text.settle(null);
    for (const settle of [...this.#released]) settle(false);
    for (const end of [...this.#pauses]) end();
  }

  #lose(): void {
    this.#counters.lineLostCount += 1;
    this.#settleAll();
    this.#onLost();
  }
}
