import { assert } from '../../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { LcdmCommand, LcdmResponse } from './codec.ts';
import { decodeLcdmResponse, encodeLcdmCommand, opcodeOf } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { ACK, EVENT_NOTE_DISPENSED, FrameReader, NAK } from './frames.ts';

/** The device acknowledges within 500 ms; the host waits a little longer. [lcdm §3] */
const ACK_TIMEOUT_MS = 550;
/** First byte to BCC. [lcdm §3] */
const FRAME_MS_MAX = 200;
/** `01 50 02 CMD`: less than that is not known to be a response, and no reason to interrupt a device that works. */
const HEAD_BYTES = 3;
/** Times a command is sent, and times a response is asked for again. [lcdm §3] */
const ATTEMPTS_MAX = 3;

export interface LinkRequest {
  readonly command: LcdmCommand;
  readonly responseTimeoutMs: number;
  /**
   * Whether an unacknowledged command may be sent again. Not for one that moves notes: a lost command and a lost ACK look alike from here, and the
   * second copy would pay twice. Such a command is repeated only when the device itself says (NAK) that it did not take it.
   */
  readonly isRepeatable: boolean;
  /** `01 8D` groups as they come: notes certainly out. */
  readonly onNoteDispensed?: (noteCountSoFar: number) => void;
}

export type LinkReply =
  | { readonly kind: 'answered'; readonly response: LcdmResponse; readonly rawHex: string }
  /** Never sent, or refused with NAK each time: the device did nothing. */
  | { readonly kind: 'notTaken'; readonly detail: string }
  /** Sent, and nothing proves whether the device took it. */
  | { readonly kind: 'unacknowledged' }
  /** The device took it (ACK or events seen) and its result never came whole. */
  | { readonly kind: 'noResponse'; readonly dispensedCount: number }
  /** The port closed after the command was sent. */
  | { readonly kind: 'lost'; readonly wasAcknowledged: boolean };

interface Exchange {
  readonly request: LinkRequest;
  readonly settle: (reply: LinkReply) => void;
  timer: TimerHandle;
  sentCount: number;
  isAcknowledged: boolean;
  responseNakCount: number;
  dispensedCount: number;
}

/** One exchange in flight: command, ACK, response, our ACK; repeats, time-outs, counters. It does not know what follows from a count. */
export class LcdmLink {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: Log;
  #reader = new FrameReader();
  #frameTimer: TimerHandle | undefined;
  #isOpen = false;
  #exchange: Exchange | undefined;
  #onLost: () => void = () => {};
  readonly #counters = { bccErrorCount: 0, timeoutCount: 0, retryCount: 0, nakReceivedCount: 0, nakSentCount: 0, duplicateCount: 0, noiseByteCount: 0, unexpectedFrameCount: 0, noteEventCount: 0, lineLostCount: 0 };

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

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const opened = await this.#transport.open();
    if (opened.ok) {
      this.#reader = new FrameReader();
      this.#isOpen = true;
    }
    return opened;
  }

  /** Settles the exchange in flight and closes the port. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#settleAsLost();
    this.#clearFrameTimer();
    await this.#transport.close();
  }

  request(request: LinkRequest): Promise<LinkReply> {
    assert(this.#exchange === undefined, 'one LCDM exchange is in flight at a time');
    if (!this.#isOpen) return Promise.resolve({ kind: 'notTaken', detail: 'the port is closed' });
    return new Promise((settle) => {
      this.#exchange = { request, settle, timer: undefined, sentCount: 0, isAcknowledged: false, responseNakCount: 0, dispensedCount: 0 };
      this.#send(this.#exchange);
    });
  }

  #send(exchange: Exchange): void {
    if (exchange.sentCount > 0) this.#counters.retryCount++;
    if (!this.#transport.write(encodeLcdmCommand(exchange.request.command)) && exchange.sentCount === 0) {
      this.#settle({ kind: 'notTaken', detail: 'the port did not take the bytes' });
      return;
    }
    exchange.sentCount++;
    this.#arm(exchange, ACK_TIMEOUT_MS, () => this.#ackTimedOut(exchange));
  }

  #ackTimedOut(exchange: Exchange): void {
    this.#counters.timeoutCount++;
    if (!exchange.request.isRepeatable) {
      // A device that did take it answers in its time, with a result that no other command can have.
      this.#arm(exchange, exchange.request.responseTimeoutMs, () => this.#settle({ kind: 'unacknowledged' }));
    } else if (exchange.sentCount < ATTEMPTS_MAX) this.#send(exchange);
    else this.#settle({ kind: 'unacknowledged' });
  }

  #arm(exchange: Exchange, timeoutMs: number, onTimeout: () => void): void {
    this.#clock.clearTimeout(exchange.timer);
    exchange.timer = this.#clock.setTimeout(onTimeout, timeoutMs);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#clearFrameTimer();
    this.#take(this.#reader.push(chunk));
    if (this.#reader.pendingByteCount > 0) this.#frameTimer = this.#clock.setTimeout(() => this.#take(this.#reader.expire()), FRAME_MS_MAX);
  }

  #take(events: readonly FrameEvent[]): void {
    for (const event of events) {
      if (event.kind === 'ack') this.#takeAck();
      else if (event.kind === 'nak') this.#takeNak();
      else if (event.kind === 'noteEvent') this.#takeNoteEvent(event.event);
      else if (event.kind === 'response') this.#takeResponse(event.command, event.data);
      else this.#takeNoise(event);
    }
  }

  #takeAck(): void {
    const exchange = this.#exchange;
    if (exchange === undefined || exchange.isAcknowledged) return;
    this.#acknowledged(exchange);
  }

  #acknowledged(exchange: Exchange): void {
    exchange.isAcknowledged = true;
    this.#arm(exchange, exchange.request.responseTimeoutMs, () => {
      this.#counters.timeoutCount++;
      this.#settle({ kind: 'noResponse', dispensedCount: exchange.dispensedCount });
    });
  }

  #takeNak(): void {
    this.#counters.nakReceivedCount++;
    const exchange = this.#exchange;
    // After the ACK a command is never sent again, whatever the line makes out of noise. [lcdm §3]
    if (exchange === undefined || exchange.isAcknowledged) return;
    if (exchange.sentCount < ATTEMPTS_MAX) this.#send(exchange);
    else this.#settle({ kind: 'notTaken', detail: 'NAK three times' });
  }

  #takeNoteEvent(event: number): void {
    this.#counters.noteEventCount++;
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    // Notes move, so the command was taken even when its ACK was not seen.
    if (!exchange.isAcknowledged) this.#acknowledged(exchange);
    if (event !== EVENT_NOTE_DISPENSED) return;
    exchange.dispensedCount++;
    exchange.request.onNoteDispensed?.(exchange.dispensedCount);
  }

  #takeResponse(command: number, data: Buffer): void {
    const exchange = this.#exchange;
    const isExpected = exchange !== undefined && command === opcodeOf(exchange.request.command);
    const decoded = decodeLcdmResponse(command, data);
    if (!decoded.ok) {
      this.#counters.bccErrorCount++;
      this.#askAgain();
      return;
    }
    this.#transport.write(Uint8Array.of(ACK));
    if (!isExpected) {
      // Repeated because our ACK was lost, or left from before we opened: acknowledged so that the device lets go of it.
      this.#counters[exchange === undefined ? 'duplicateCount' : 'unexpectedFrameCount']++;
      return;
    }
    this.#settle({ kind: 'answered', response: decoded.value, rawHex: data.toString('hex') });
  }

  #takeNoise(noise: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.#counters.noiseByteCount += noise.byteCount;
    this.#log.debug('cdm.link.noise', () => ({ reason: noise.reason, byteCount: noise.byteCount }));
    const isResponseDamaged = noise.reason === 'badBcc' || noise.reason === 'badEnd' || (noise.reason === 'incomplete' && noise.byteCount > HEAD_BYTES);
    if (!isResponseDamaged) return;
    this.#counters.bccErrorCount++;
    this.#askAgain();
  }

  /** A response came damaged; the device keeps it and repeats it without moving anything. [lcdm §6] */
  #askAgain(): void {
    const exchange = this.#exchange;
    if (exchange === undefined || exchange.responseNakCount >= ATTEMPTS_MAX) return;
    // The whole command comes again when its ACK stays away; that is simpler, where it may be repeated.
    if (!exchange.isAcknowledged && exchange.request.isRepeatable) return;
    exchange.responseNakCount++;
    this.#counters.nakSentCount++;
    this.#transport.write(Uint8Array.of(NAK));
    if (!exchange.isAcknowledged) this.#acknowledged(exchange);
    else if (exchange.responseNakCount === ATTEMPTS_MAX) {
      // The last repeat comes at once or never.
      this.#arm(exchange, ACK_TIMEOUT_MS + FRAME_MS_MAX, () => this.#settle({ kind: 'noResponse', dispensedCount: exchange.dispensedCount }));
    }
  }

  #settle(reply: LinkReply): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    this.#clock.clearTimeout(exchange.timer);
    exchange.settle(reply);
  }

  #settleAsLost(): void {
    const exchange = this.#exchange;
    if (exchange !== undefined) this.#settle({ kind: 'lost', wasAcknowledged: exchange.isAcknowledged });
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#counters.lineLostCount++;
    this.#log.warn('cdm.link.lost', { detail });
    this.#clearFrameTimer();
    this.#settleAsLost();
    this.#onLost();
  }

  #clearFrameTimer(): void {
    if (this.#frameTimer !== undefined) this.#clock.clearTimeout(this.#frameTimer);
    this.#frameTimer = undefined;
  }
}
