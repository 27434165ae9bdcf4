import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { Crt571Response, Crt571Verb } from './codec.ts';
import { decodeText, encodeText, isAnswerTo } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { ACK, NAK, createFrameReader, encodeFrame } from './frames.ts';

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

interface Pending {
  readonly verb: Crt571Verb;
  readonly frame: Buffer;
  sentCount: number;
  nakCount: number;
  isAcknowledged: boolean;
}

/** One exchange in flight: command, ACK, response, our ACK. Frame contents with card data are never logged. */
export class Crt571Link {
  readonly #line: ByteLine<FrameEvent>;
  readonly #log: Log;
  readonly #address: number;
  readonly #exchange: Exchange<Pending, LinkReply>;
  #onLost: () => void = () => {};
  readonly #counters = { bccErrorCount: 0, timeoutCount: 0, retryCount: 0, nakReceivedCount: 0, nakSentCount: 0, noiseByteCount: 0, unexpectedFrameCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log; readonly address: number }) {
    this.#log = options.log;
    this.#address = options.address;
    this.#exchange = new Exchange(options.clock);
    this.#line = new ByteLine({ ...options, createReader: createFrameReader, gapMs: INTER_BYTE_MS, onEvent: (event) => this.#take(event), onLost: (detail) => this.#lose(detail) });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.#line.open();
  }

  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#exchange.settle({ kind: 'silence' });
    await closed;
  }

  request(verb: Crt571Verb, data?: Uint8Array): Promise<LinkReply> {
    if (!this.#line.isOpen) return Promise.resolve({ kind: 'notTaken' });
    const pending: Pending = { verb, frame: encodeFrame(this.#address, encodeText(verb, data)), sentCount: 0, nakCount: 0, isAcknowledged: false };
    const reply = this.#exchange.begin(pending);
    this.#send(pending);
    return reply;
  }

  #send(pending: Pending): void {
    if (pending.sentCount > 0) this.#counters.retryCount++;
    this.#line.write(pending.frame);
    pending.sentCount++;
    this.#exchange.arm(ACK_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
      else this.#exchange.settle({ kind: 'silence' });
    });
  }

  #take(event: FrameEvent): void {
    const pending = this.#exchange.request;
    if (event.kind === 'ack' && pending !== undefined && !pending.isAcknowledged) this.#acknowledged(pending);
    else if (event.kind === 'nak') this.#takeNak();
    else if (event.kind === 'frame') this.#takeFrame(event);
    else if (event.kind === 'noise') this.#takeNoise(event);
  }

  #acknowledged(pending: Pending): void {
    pending.isAcknowledged = true;
    const isInitialise = pending.verb === 'initialiseInPlace' || pending.verb === 'initialiseToGate';
    this.#exchange.arm(isInitialise ? INITIALISE_TIMEOUT_MS : RESPONSE_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#exchange.settle({ kind: 'silence' });
    });
  }

  #takeNak(): void {
    this.#counters.nakReceivedCount++;
    const pending = this.#exchange.request;
    if (pending === undefined || pending.isAcknowledged) return;
    if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.#exchange.settle({ kind: 'notTaken' });
  }

  #takeFrame(frame: Extract<FrameEvent, { kind: 'frame' }>): void {
    if (frame.address !== this.#address) {
      this.#counters.unexpectedFrameCount++;
      return;
    }
    const decoded = decodeText(frame.text);
    if (decoded.ok) this.#line.write(Uint8Array.of(ACK));
    const pending = this.#exchange.request;
    if (!decoded.ok || pending === undefined || !isAnswerTo(pending.verb, decoded.value)) {
      // A response to something that was given up; acknowledged, so that the reader lets go of it.
      this.#counters.unexpectedFrameCount++;
      return;
    }
    this.#exchange.settle({ kind: 'answered', response: decoded.value });
  }

  #takeNoise(noise: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.#counters.noiseByteCount += noise.byteCount;
    this.#log.debug('idc.link.noise', () => ({ reason: noise.reason, byteCount: noise.byteCount }));
    if (noise.reason !== 'badBcc' && noise.reason !== 'badEnd' && noise.reason !== 'incomplete') return;
    this.#counters.bccErrorCount++;
    const pending = this.#exchange.request;
    if (pending === undefined || pending.nakCount >= ATTEMPTS_MAX) return;
    if (!pending.isAcknowledged) return;
    pending.nakCount++;
    this.#counters.nakSentCount++;
    this.#line.write(Uint8Array.of(NAK));
  }

  #lose(detail: string): void {
    this.#counters.lineLostCount++;
    this.#log.warn('idc.link.lost', { detail });
    this.#exchange.settle({ kind: 'silence' });
    this.#onLost();
  }
}
