import { assert } from '../../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { Crt571Response, Crt571Verb } from './codec.ts';
import { decodeText, encodeText, isAnswerTo } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { ACK, FrameReader, NAK, encodeFrame } from './frames.ts';

/** [card-readers §B]: ACK within 300 ms, else the host sends again; response within 20 s except where mechanics need longer. */
const ACK_TIMEOUT_MS = 300;
const RESPONSE_TIMEOUT_MS = 20_000;
const INITIALISE_TIMEOUT_MS = 40_000;
const INTER_BYTE_MS = 250;
const ATTEMPTS_MAX = 3;

export type LinkReply =
  | { readonly kind: 'answered'; readonly response: Crt571Response }
  /** Never sent or NAK each time: the reader did nothing. */
  | { readonly kind: 'notTaken' }
  /** Sent, and no answer came: the reader may have acted. */
  | { readonly kind: 'silence' };

interface Exchange {
  readonly verb: Crt571Verb;
  readonly frame: Buffer;
  readonly settle: (reply: LinkReply) => void;
  timer: TimerHandle;
  sentCount: number;
  nakCount: number;
  isAcknowledged: boolean;
}

/** One exchange in flight: command, ACK, response, our ACK. Frame contents with card data are never logged. */
export class Crt571Link {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #address: number;
  #reader = new FrameReader();
  #gapTimer: TimerHandle | undefined;
  #isOpen = false;
  #exchange: Exchange | undefined;
  #onLost: () => void = () => {};
  readonly #counters = { bccErrorCount: 0, timeoutCount: 0, retryCount: 0, nakReceivedCount: 0, nakSentCount: 0, noiseByteCount: 0, unexpectedFrameCount: 0, lineLostCount: 0 };

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

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#clearGapTimer();
    this.#settle({ kind: 'silence' });
    await this.#transport.close();
  }

  request(verb: Crt571Verb, data?: Uint8Array): Promise<LinkReply> {
    assert(this.#exchange === undefined, 'one CRT-571 exchange is in flight at a time');
    if (!this.#isOpen) return Promise.resolve({ kind: 'notTaken' });
    return new Promise((settle) => {
      this.#exchange = { verb, frame: encodeFrame(this.#address, encodeText(verb, data)), settle, timer: undefined, sentCount: 0, nakCount: 0, isAcknowledged: false };
      this.#send(this.#exchange);
    });
  }

  #send(exchange: Exchange): void {
    if (exchange.sentCount > 0) this.#counters.retryCount++;
    this.#transport.write(exchange.frame);
    exchange.sentCount++;
    this.#arm(exchange, ACK_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      if (exchange.sentCount < ATTEMPTS_MAX) this.#send(exchange);
      else this.#settle({ kind: 'silence' });
    });
  }

  #arm(exchange: Exchange, timeoutMs: number, onTimeout: () => void): void {
    this.#clock.clearTimeout(exchange.timer);
    exchange.timer = this.#clock.setTimeout(onTimeout, timeoutMs);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#clearGapTimer();
    for (const event of this.#reader.push(chunk)) this.#take(event);
    if (this.#reader.pendingByteCount > 0) {
      this.#gapTimer = this.#clock.setTimeout(() => {
        for (const event of this.#reader.expire()) this.#take(event);
      }, INTER_BYTE_MS);
    }
  }

  #take(event: FrameEvent): void {
    const exchange = this.#exchange;
    if (event.kind === 'ack' && exchange !== undefined && !exchange.isAcknowledged) this.#acknowledged(exchange);
    else if (event.kind === 'nak') this.#takeNak();
    else if (event.kind === 'frame') this.#takeFrame(event);
    else if (event.kind === 'noise') this.#takeNoise(event);
  }

  #acknowledged(exchange: Exchange): void {
    exchange.isAcknowledged = true;
    const isInitialise = exchange.verb === 'initialiseInPlace' || exchange.verb === 'initialiseToGate';
    this.#arm(exchange, isInitialise ? INITIALISE_TIMEOUT_MS : RESPONSE_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#settle({ kind: 'silence' });
    });
  }

  #takeNak(): void {
    this.#counters.nakReceivedCount++;
    const exchange = this.#exchange;
    if (exchange === undefined || exchange.isAcknowledged) return;
    if (exchange.sentCount < ATTEMPTS_MAX) this.#send(exchange);
    else this.#settle({ kind: 'notTaken' });
  }

  #takeFrame(frame: Extract<FrameEvent, { kind: 'frame' }>): void {
    if (frame.address !== this.#address) {
      this.#counters.unexpectedFrameCount++;
      return;
    }
    const decoded = decodeText(frame.text);
    if (decoded.ok) this.#transport.write(Uint8Array.of(ACK));
    const exchange = this.#exchange;
    if (!decoded.ok || exchange === undefined || !isAnswerTo(exchange.verb, decoded.value)) {
      // A response to something that was given up; acknowledged, so that the reader lets go of it.
      this.#counters.unexpectedFrameCount++;
      return;
    }
    this.#settle({ kind: 'answered', response: decoded.value });
  }

  #takeNoise(noise: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.#counters.noiseByteCount += noise.byteCount;
    this.#log.debug('idc.link.noise', () => ({ reason: noise.reason, byteCount: noise.byteCount }));
    if (noise.reason !== 'badBcc' && noise.reason !== 'badEnd' && noise.reason !== 'incomplete') return;
    this.#counters.bccErrorCount++;
    const exchange = this.#exchange;
    if (exchange === undefined || exchange.nakCount >= ATTEMPTS_MAX) return;
    if (!exchange.isAcknowledged) return;
    exchange.nakCount++;
    this.#counters.nakSentCount++;
    this.#transport.write(Uint8Array.of(NAK));
  }

  #settle(reply: LinkReply): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    this.#clock.clearTimeout(exchange.timer);
    exchange.settle(reply);
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#counters.lineLostCount++;
    this.#log.warn('idc.link.lost', { detail });
    this.#clearGapTimer();
    this.#settle({ kind: 'silence' });
    this.#onLost();
  }

  #clearGapTimer(): void {
    if (this.#gapTimer !== undefined) this.#clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }
}
