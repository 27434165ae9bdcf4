import { assert } from '../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { Transport, TransportError } from '../transport/transport.ts';
import type { FrameEvent } from './frames.ts';
import { FrameReader, encodeFrame } from './frames.ts';
import { ACK, ILLEGAL_COMMAND, NAK } from './codec.ts';

/**
 * A begun frame or garbage is given up after this much silence. The sheet's figure for the wire is 5 ms [ccnet §4]; a USB adapter hands
 * bytes on up to 16 ms later, so that less would cut good frames.
 */
const INTER_BYTE_MS = 30;
/** Quiet line before we speak again. [ccnet §4: ≥ 10 ms, 20 ms recommended] */
const QUIET_MS = 20;

export interface LinkRequest {
  readonly body: Uint8Array;
  /** `acknowledgement`: an action, answered by ACK, NAK or ILLEGAL. `data`: answered by data, which we acknowledge. [ccnet §4] */
  readonly expects: 'acknowledgement' | 'data';
  readonly timeoutMs: number;
  /** How often it may be sent; 1 where a repeat could act twice. */
  readonly attemptCountMax: number;
  /** For data whose acknowledgement ends the device's memory of money: the link keeps silent and the owner acknowledges later. */
  readonly withholdsAcknowledgement?: (body: Buffer) => boolean;
}

export type LinkReply =
  | { readonly kind: 'data'; readonly body: Buffer }
  | { readonly kind: 'acknowledged' }
  /** The device could not read the command (after all attempts): it has not acted. */
  | { readonly kind: 'notUnderstood' }
  /** Unknown command or not possible in this state. */
  | { readonly kind: 'illegal' }
  /** Nothing usable came back; the device may or may not have acted. */
  | { readonly kind: 'silence' }
  /** The line went away or was closed while waiting; as `silence` for what the device did. */
  | { readonly kind: 'lost' };

interface Waiting {
  readonly request: LinkRequest;
  readonly settle: (reply: LinkReply) => void;
  attempts: number;
  timer: TimerHandle;
  wasGarbled: boolean;
}

/** One request in flight over a byte line: frames, retries, time-outs, counters. It does not know what a note is. */
export class CcnetLink {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #address: number;
  #reader = new FrameReader();
  #isOpen = false;
  #isAbandoned = false;
  #waiting: Waiting | undefined;
  #gapTimer: TimerHandle | undefined;
  #lastTrafficMs = -Infinity;
  #lastReplyMs = 0;
  /** A command went unanswered: what comes next may be its answer, and that of others behind it. `arriving`: such a burst began. */
  #overdue: 'none' | 'awaited' | 'arriving' = 'none';
  #onLost: (detail: string) => void = () => {};
  #onLateData: (body: Buffer) => void = () => {};
  readonly #counters = {
    crcErrorCount: 0,
    timeoutCount: 0,
    retryCount: 0,
    duplicateCount: 0,
    noiseByteCount: 0,
    nakReceivedCount: 0,
    nakSentCount: 0,
    illegalCount: 0,
    unexpectedFrameCount: 0,
    foreignAddressCount: 0,
    lineLostCount: 0,
  };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log; readonly address: number }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#address = options.address;
    this.#transport.onData((chunk) => this.#receive(chunk));
    this.#transport.onClosed((detail) => this.#lose(detail));
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  /** For the owner, who alone can tell a repeated event from a new one. */
  countDuplicate(): void {
    this.#counters.duplicateCount++;
  }

  /** How long nothing valid came from the device; it is considered dead after 5 s. [ccnet §4] */
  get silentForMs(): number {
    return this.#clock.monotonicMs() - this.#lastReplyMs;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  onLost(listener: (detail: string) => void): void {
    this.#onLost = listener;
  }

  /** A good data frame that came when nobody waited: a reply overtaken by our time-out. It may carry an event, so it is not thrown away. */
  onLateData(listener: (body: Buffer) => void): void {
    this.#onLateData = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const result = await this.#transport.open();
    if (!result.ok) return result;
    this.#reader = new FrameReader();
    this.#lastReplyMs = this.#clock.monotonicMs();
    this.#isOpen = true;
    this.#isAbandoned = false;
    this.#overdue = 'none';
    return result;
  }

  /** Settles the waiter, if any, and closes the port. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#clearGapTimer();
    this.#settle({ kind: 'lost' });
    await this.#transport.close();
  }

  /** Sends and waits; the outcome is always one of the union. One request at a time. */
  request(request: LinkRequest): Promise<LinkReply> {
    assert(this.#waiting === undefined, 'one CCNET request is in flight at a time');
    if (!this.#isOpen || this.#isAbandoned) return Promise.resolve({ kind: 'lost' });
    return new Promise((settle) => {
      this.#waiting = { request, settle, attempts: 0, timer: undefined, wasGarbled: false };
      this.#send(this.#waiting);
    });
  }

  /** Gives up the request in flight and all that follow until the next opening; their waiters get `lost`. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#settle({ kind: 'lost' });
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Sends without waiting for the answer: the last word before closing. */
  sendLast(body: Uint8Array): void {
    this.#write(body);
  }

  /** Acknowledges the last data reply; nobody answers it. [ccnet §4] */
  acknowledge(): void {
    this.#write(Uint8Array.of(ACK));
  }

  #send(waiting: Waiting): void {
    waiting.attempts++;
    waiting.wasGarbled = false;
    this.#clock.clearTimeout(waiting.timer);
    if (waiting.attempts > 1) this.#counters.retryCount++;
    const quietMs = this.#lastTrafficMs + QUIET_MS - this.#clock.monotonicMs();
    if (quietMs > 0) {
      waiting.timer = this.#clock.setTimeout(() => this.#transmit(waiting), quietMs);
      return;
    }
    this.#transmit(waiting);
  }

  #transmit(waiting: Waiting): void {
    // The line has been quiet since: nothing of the burst is still to come.
    if (this.#overdue === 'arriving') this.#overdue = 'none';
    this.#write(waiting.request.body);
    this.#armTimeout(waiting);
  }

  #armTimeout(waiting: Waiting): void {
    this.#clock.clearTimeout(waiting.timer);
    waiting.timer = this.#clock.setTimeout(() => {
      this.#counters.timeoutCount++;
      this.#overdue = 'awaited';
      this.#retryOr(waiting, { kind: 'silence' });
    }, waiting.request.timeoutMs);
  }

  #retryOr(waiting: Waiting, reply: LinkReply): void {
    if (this.#waiting !== waiting) return;
    if (waiting.attempts < waiting.request.attemptCountMax) this.#send(waiting);
    else this.#settle(reply);
  }

  #settle(reply: LinkReply): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    this.#clock.clearTimeout(waiting.timer);
    waiting.settle(reply);
  }

  #write(body: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#lastTrafficMs = this.#clock.monotonicMs();
    this.#transport.write(encodeFrame(this.#address, body));
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#lastTrafficMs = this.#clock.monotonicMs();
    this.#take(this.#reader.push(chunk));
    this.#clearGapTimer();
    if (this.#reader.pendingByteCount > 0 || this.#waiting?.wasGarbled === true) {
      this.#gapTimer = this.#clock.setTimeout(() => this.#endOfBurst(), INTER_BYTE_MS);
    }
  }

  #take(events: readonly FrameEvent[]): void {
    for (const event of events) {
      if (event.kind === 'frame') {
        this.#takeFrame(event.address, event.body);
        continue;
      }
      this.#counters.noiseByteCount += event.byteCount;
      if (event.reason === 'badCrc') this.#counters.crcErrorCount++;
      // Bytes before a start are just noise; a start that led nowhere may have been our reply.
      if (event.reason !== 'noSync' && this.#waiting !== undefined) this.#waiting.wasGarbled = true;
      this.#log.debug('cim.link.noise', () => ({ reason: event.reason, byteCount: event.byteCount }));
    }
  }

  /** The line has been quiet after something unreadable: ask for a repeat of data, or send an action again where it may be. */
  #endOfBurst(): void {
    this.#gapTimer = undefined;
    this.#take(this.#reader.expire());
    const waiting = this.#waiting;
    if (waiting === undefined || !waiting.wasGarbled) return;
    if (waiting.request.expects === 'acknowledgement') {
      this.#retryOr(waiting, { kind: 'silence' });
      return;
    }
    if (waiting.attempts >= waiting.request.attemptCountMax) return;
    waiting.attempts++;
    waiting.wasGarbled = false;
    this.#counters.nakSentCount++;
    this.#write(Uint8Array.of(NAK));
    this.#armTimeout(waiting);
  }

  #takeFrame(address: number, body: Buffer): void {
    if (address !== this.#address) {
      this.#counters.foreignAddressCount++;
      return;
    }
    this.#lastReplyMs = this.#clock.monotonicMs();
    const waiting = this.#waiting;
    const code = body[0]!;
    const isAnswerToAction = body.length === 1 && (code === ACK || code === NAK || code === ILLEGAL_COMMAND);
    if (waiting === undefined) {
      this.#counters.unexpectedFrameCount++;
      if (!isAnswerToAction) this.#onLateData(body);
      return;
    }
    if (isAnswerToAction) this.#takeAnswer(waiting, code);
    else this.#takeData(waiting, body);
  }

  #takeAnswer(waiting: Waiting, code: number): void {
    if (code === NAK) {
      this.#counters.nakReceivedCount++;
      this.#retryOr(waiting, { kind: 'notUnderstood' });
      return;
    }
    if (code === ILLEGAL_COMMAND) {
      this.#counters.illegalCount++;
      this.#settle({ kind: 'illegal' });
      return;
    }
    if (waiting.request.expects === 'acknowledgement') this.#settle({ kind: 'acknowledged' });
    // A late ACK while we wait for data belongs to an action that we gave up.
    else this.#counters.unexpectedFrameCount++;
  }

  #takeData(waiting: Waiting, body: Buffer): void {
    if (waiting.request.expects === 'acknowledgement') {
      this.#counters.unexpectedFrameCount++;
      this.#onLateData(body);
      return;
    }
    if (this.#overdue !== 'none') this.#overdue = 'arriving';
    // An acknowledgement bears no number. That of an answer to an earlier command would be taken for the newest one's, which may tell of a note; unacknowledged, the device says it again.
    else if (waiting.request.withholdsAcknowledgement?.(body) !== true) this.acknowledge();
    this.#settle({ kind: 'data', body });
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#counters.lineLostCount++;
    this.#clearGapTimer();
    this.#settle({ kind: 'lost' });
    this.#onLost(detail);
  }

  #clearGapTimer(): void {
    if (this.#gapTimer !== undefined) this.#clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }
}
