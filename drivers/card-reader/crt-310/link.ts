import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Link } from '../../life/line-device.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
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

/**
 * Frame, ACK, ENQ, response. The frame may be sent again, for nothing is executed before ENQ; ENQ is sent once, because the reader moves on it. A lost
 * response is silence: the caller looks at the status.
 */
export class Crt310Link implements Link {
  readonly #log: Log;
  readonly #line: ByteLine<FrameEvent>;
  readonly #exchange: Exchange<Pending, LinkReply>;
  #onLost: () => void = () => {};
  readonly #counters = { timeoutCount: 0, retryCount: 0, nakReceivedCount: 0, bccErrorCount: 0, noiseByteCount: 0, unexpectedFrameCount: 0, cancelCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#log = options.log;
    this.#exchange = new Exchange(options.clock);
    this.#line = new ByteLine({
      transport: options.transport, clock: options.clock, createReader: createFrameReader, gapMs: INTER_BYTE_MS,
      onEvent: (event) => this.#take(event),
      onLost: () => this.#lose(),
    });
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

  request(verb: Crt310Verb, data?: Uint8Array): Promise<LinkReply> {
    if (!this.#line.isOpen) return Promise.resolve({ kind: 'notTaken' });
    const pending: Pending = { verb, frame: encodeFrame(encodeBody(verb, data)), sentCount: 0, isEnquired: false };
    const reply = this.#exchange.begin(pending);
    this.#send(pending);
    return reply;
  }

  #send(pending: Pending): void {
    if (pending.sentCount > 0) this.#counters.retryCount++;
    pending.sentCount++;
    this.#line.write(pending.frame);
    this.#exchange.arm(ACK_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#sendAgain(pending);
    });
  }

  #sendAgain(pending: Pending): void {
    if (pending.sentCount < ATTEMPTS_MAX) return this.#send(pending);
    // A late ACK must not be answered by an ENQ that executes what was given up.
    this.#cancel();
    this.#exchange.settle({ kind: 'notTaken' });
  }

  #take(event: FrameEvent): void {
    const pending = this.#exchange.request;
    switch (event.kind) {
      case 'ack':
        if (pending !== undefined && !pending.isEnquired) this.#enquire(pending);
        return;
      case 'nak':
        this.#counters.nakReceivedCount++;
        if (pending !== undefined && !pending.isEnquired) this.#sendAgain(pending);
        return;
      case 'eot':
        return;
      case 'frame':
        return this.#takeFrame(event.body);
      case 'noise':
        this.#counters.noiseByteCount += event.byteCount;
        if (event.reason === 'badBcc') this.#counters.bccErrorCount++;
        this.#log.debug('idc.link.noise', () => ({ reason: event.reason, byteCount: event.byteCount }));
        return;
    }
  }

  #enquire(pending: Pending): void {
    pending.isEnquired = true;
    this.#line.write(Uint8Array.of(ENQ));
    this.#exchange.arm(RESPONSE_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#cancel();
      this.#exchange.settle({ kind: 'silence' });
    });
  }

  #takeFrame(body: Buffer): void {
    const response = decodeBody(body);
    const pending = this.#exchange.request;
    if (pending === undefined || !pending.isEnquired || !isAnswerTo(pending.verb, response)) this.#counters.unexpectedFrameCount++;
    else this.#exchange.settle({ kind: 'answered', response });
  }

  #cancel(): void {
    this.#counters.cancelCount++;
    this.#line.write(Uint8Array.of(EOT));
  }

  #lose(): void {
    this.#counters.lineLostCount++;
    this.#exchange.settle({ kind: 'silence' });
    this.#onLost();
  }
}
