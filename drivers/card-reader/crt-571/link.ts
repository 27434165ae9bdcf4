import type { LinkParts } from '../../transport/exchange-link.ts';
import { ExchangeLink } from '../../transport/exchange-link.ts';
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

const COUNTERS = { bccErrorCount: 0, nakReceivedCount: 0, nakSentCount: 0, unexpectedFrameCount: 0 };

/** One exchange in flight: command, ACK, response, our ACK. Frame contents with card data are never logged. */
export class Crt571Link extends ExchangeLink<FrameEvent, Pending, LinkReply, typeof COUNTERS> {
  readonly #address: number;

  constructor({ address, ...parts }: LinkParts & { readonly address: number }) {
    super({ ...parts, logArea: 'idc', gapMs: INTER_BYTE_MS, createReader: createFrameReader }, COUNTERS);
    this.#address = address;
  }

  request(verb: Crt571Verb, data?: Uint8Array): Promise<LinkReply> {
    if (!this.line.isOpen) return Promise.resolve({ kind: 'notTaken' });
    const pending: Pending = { verb, frame: encodeFrame(this.#address, encodeText(verb, data)), sentCount: 0, nakCount: 0, isAcknowledged: false };
    const reply = this.exchange.begin(pending);
    this.#send(pending);
    return reply;
  }

  #send(pending: Pending): void {
    if (pending.sentCount > 0) this.count.retryCount++;
    this.line.write(pending.frame);
    pending.sentCount++;
    this.exchange.arm(ACK_TIMEOUT_MS, () => {
      this.count.timeoutCount++;
      if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
      else this.exchange.settle({ kind: 'silence' });
    });
  }

  protected override replyWhenLost(): LinkReply {
    return { kind: 'silence' };
  }

  protected override take(event: FrameEvent): void {
    const pending = this.exchange.request;
    if (event.kind === 'ack' && pending !== undefined && !pending.isAcknowledged) this.#acknowledged(pending);
    else if (event.kind === 'nak') this.#takeNak();
    else if (event.kind === 'frame') this.#takeFrame(event);
    else if (event.kind === 'noise') this.#takeNoise(event);
  }

  #acknowledged(pending: Pending): void {
    pending.isAcknowledged = true;
    const isInitialise = pending.verb === 'initialiseInPlace' || pending.verb === 'initialiseToGate';
    this.exchange.arm(isInitialise ? INITIALISE_TIMEOUT_MS : RESPONSE_TIMEOUT_MS, () => {
      this.count.timeoutCount++;
      this.exchange.settle({ kind: 'silence' });
    });
  }

  #takeNak(): void {
    this.count.nakReceivedCount++;
    const pending = this.exchange.request;
    if (pending === undefined || pending.isAcknowledged) return;
    if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.exchange.settle({ kind: 'notTaken' });
  }

  #takeFrame(frame: Extract<FrameEvent, { kind: 'frame' }>): void {
    if (frame.address !== this.#address) {
      this.count.unexpectedFrameCount++;
      return;
    }
    const decoded = decodeText(frame.text);
    if (decoded.ok) this.line.write(Uint8Array.of(ACK));
    const pending = this.exchange.request;
    if (!decoded.ok || pending === undefined || !isAnswerTo(pending.verb, decoded.value)) {
      // A response to something that was given up; acknowledged, so that the reader lets go of it.
      this.count.unexpectedFrameCount++;
      return;
    }
    this.exchange.settle({ kind: 'answered', response: decoded.value });
  }

  #takeNoise(noise: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.countNoise(noise);
    if (noise.reason !== 'badBcc' && noise.reason !== 'badEnd' && noise.reason !== 'incomplete') return;
    this.count.bccErrorCount++;
    const pending = this.exchange.request;
    if (pending === undefined || pending.nakCount >= ATTEMPTS_MAX) return;
    if (!pending.isAcknowledged) return;
    pending.nakCount++;
    this.count.nakSentCount++;
    this.line.write(Uint8Array.of(NAK));
  }
}
