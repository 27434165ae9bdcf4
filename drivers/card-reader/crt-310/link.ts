import type { LinkParts } from '../../transport/exchange-link.ts';
import { ExchangeLink } from '../../transport/exchange-link.ts';
import type { Crt310Response, Crt310Verb } from './codec.ts';
import { decodeBody, encodeBody, isAnswerTo } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader, encodeFrame, ENQ, EOT } from './frames.ts';

/** The sheet's 300 ms of the sister dialect. [card-readers §A, §B] */
const ACK_TIMEOUT_MS = 300;
const ATTEMPTS_MAX = 3;
/** A movement with its retries. [card-readers §B: 20 s] */
const RESPONSE_TIMEOUT_MS = 20_000;
/** At 9600 baud a byte takes 1 ms. */
const INTER_BYTE_MS = 100;

interface Pending {
  readonly verb: Crt310Verb;
  readonly frame: Buffer;
  sentCount: number;
  isEnquired: boolean;
}

export type LinkReply = { readonly kind: 'answered'; readonly response: Crt310Response } | { readonly kind: 'notTaken' | 'silence' };

const COUNTERS = { nakReceivedCount: 0, bccErrorCount: 0, unexpectedFrameCount: 0, cancelCount: 0 };

/**
 * Frame, ACK, ENQ, response. The frame may be sent again, for nothing is executed before ENQ; ENQ is sent once, because the reader moves on it. A lost
 * response is silence: the caller looks at the status.
 */
export class Crt310Link extends ExchangeLink<FrameEvent, Pending, LinkReply, typeof COUNTERS> {
  constructor(parts: LinkParts) {
    super({ ...parts, logArea: 'idc', gapMs: INTER_BYTE_MS, createReader: createFrameReader }, COUNTERS);
  }

  request(verb: Crt310Verb, data?: Uint8Array): Promise<LinkReply> {
    if (!this.line.isOpen) return Promise.resolve({ kind: 'notTaken' });
    const pending: Pending = { verb, frame: encodeFrame(encodeBody(verb, data)), sentCount: 0, isEnquired: false };
    const reply = this.exchange.begin(pending);
    this.#send(pending);
    return reply;
  }

  #send(pending: Pending): void {
    if (pending.sentCount > 0) this.count.retryCount++;
    pending.sentCount++;
    this.line.write(pending.frame);
    this.exchange.arm(ACK_TIMEOUT_MS, () => {
      this.count.timeoutCount++;
      this.#sendAgain(pending);
    });
  }

  #sendAgain(pending: Pending): void {
    if (pending.sentCount < ATTEMPTS_MAX) return this.#send(pending);
    // A late ACK must not be answered by an ENQ that executes what was given up.
    this.#cancel();
    this.exchange.settle({ kind: 'notTaken' });
  }

  protected override replyWhenLost(): LinkReply {
    return { kind: 'silence' };
  }

  protected override take(event: FrameEvent): void {
    const pending = this.exchange.request;
    switch (event.kind) {
      case 'ack':
        if (pending !== undefined && !pending.isEnquired) this.#enquire(pending);
        return;
      case 'nak':
        this.count.nakReceivedCount++;
        if (pending !== undefined && !pending.isEnquired) this.#sendAgain(pending);
        return;
      case 'eot':
        return;
      case 'frame':
        return this.#takeFrame(event.body);
      case 'noise':
        this.countNoise(event);
        if (event.reason === 'badBcc') this.count.bccErrorCount++;
        return;
    }
  }

  #enquire(pending: Pending): void {
    pending.isEnquired = true;
    this.line.write(Uint8Array.of(ENQ));
    this.exchange.arm(RESPONSE_TIMEOUT_MS, () => {
      this.count.timeoutCount++;
      this.#cancel();
      this.exchange.settle({ kind: 'silence' });
    });
  }

  #takeFrame(body: Buffer): void {
    const response = decodeBody(body);
    const pending = this.exchange.request;
    if (pending === undefined || !pending.isEnquired || !isAnswerTo(pending.verb, response)) this.count.unexpectedFrameCount++;
    else this.exchange.settle({ kind: 'answered', response });
  }

  #cancel(): void {
    this.count.cancelCount++;
    this.line.write(Uint8Array.of(EOT));
  }
}
