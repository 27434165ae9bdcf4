import type { Clock } from '../../main/foundation/clock.ts';
import { delay } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import { ByteLine } from '../transport/byte-line.ts';
import { Exchange } from '../transport/exchange.ts';
import type { Transport, TransportError } from '../transport/transport.ts';
import type { Checksum, Frame, FrameEvent } from './frames.ts';
import { HOST_ADDRESS, createFrameReader, encodeFrame } from './frames.ts';
import type { HeaderName } from './headers.ts';
import { ANSWER, BUSY, HEADERS, NAK } from './headers.ts';

/** [misc §5.2]: an answer within 50 to 500 ms; a frame ends after 50 ms of silence; three attempts, 100 ms apart; a busy device is left alone for a second. */
const ANSWER_TIMEOUT_MS = 500;
const GAP_MS = 50;
const ATTEMPTS_MAX = 3;
const RETRY_MS = 100;
const BUSY_MS = 1_000;
/** After a repeated request the answer to its first sending may still come: no other request may take it for its own, since answers do not say what they answer. */
const DRAIN_MS = 1_000;

export type LinkReply =
  /** `wasRepeated`: there was a silence in which the device can have restarted. */
  | { readonly kind: 'answered'; readonly data: Buffer; readonly wasRepeated: boolean }
  | { readonly kind: 'refused'; readonly isBusy: boolean; readonly wasRepeated: boolean }
  /** `wasSent` false: the port did not take the bytes. */
  | { readonly kind: 'silent'; readonly wasSent: boolean };

export interface LinkRequest {
  readonly header: HeaderName;
  readonly data?: Uint8Array | readonly number[];
  /** Lengths that an answer may have; another is no answer to this. Any when left out. */
  readonly answerBytes?: readonly number[];
  /** Reading and setting may be repeated; a dispense never. [misc §5.2, §5.8] */
  readonly isRepeatable: boolean;
}

interface Pending {
  readonly request: LinkRequest;
  attemptCount: number;
}

export interface CctalkLinkOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the device. Frames of others on the same wire are counted and left alone. */
  readonly address: number;
  readonly checksum: Checksum;
}

/** One request in flight on the one wire; what we sent and hear back is thrown away. */
export class CctalkLink {
  readonly #options: CctalkLinkOptions;
  readonly #line: ByteLine<FrameEvent>;
  readonly #exchange: Exchange<Pending, LinkReply>;
  #onLost: () => void = () => {};
  #quietUntilMs = 0;
  readonly #counters = { checksumErrorCount: 0, timeoutCount: 0, retryCount: 0, nakReceivedCount: 0, busyCount: 0, echoCount: 0, unexpectedFrameCount: 0, noiseByteCount: 0, lineLostCount: 0 };

  constructor(options: CctalkLinkOptions) {
    this.#options = options;
    this.#exchange = new Exchange(options.clock);
    this.#line = new ByteLine({ ...options, createReader: () => createFrameReader(options.checksum), gapMs: GAP_MS, onEvent: (event) => this.#take(event), onLost: (detail) => this.#lose(detail) });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const opened = await this.#line.open();
    // Whoever had the line before may have asked something.
    if (opened.ok) this.#quietUntilMs = this.#options.clock.monotonicMs() + DRAIN_MS;
    return opened;
  }

  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#exchange.settle({ kind: 'silent', wasSent: true });
    await closed;
  }

  async request(request: LinkRequest): Promise<LinkReply> {
    const quietMs = this.#quietUntilMs - this.#options.clock.monotonicMs();
    if (quietMs > 0) await delay(this.#options.clock, quietMs);
    if (!this.#line.isOpen) return { kind: 'silent', wasSent: false };
    const pending: Pending = { request, attemptCount: 0 };
    const reply = this.#exchange.begin(pending);
    this.#send(pending);
    const settled = await reply;
    if (pending.attemptCount > 1 || settled.kind === 'silent') this.#quietUntilMs = this.#options.clock.monotonicMs() + DRAIN_MS;
    return settled;
  }

  #send(pending: Pending): void {
    const { header, data = [] } = pending.request;
    if (pending.attemptCount++ > 0) this.#counters.retryCount++;
    const { checksum, address } = this.#options;
    if (!this.#line.write(encodeFrame(checksum, address, HEADERS[header], Uint8Array.from(data)))) return this.#exchange.settle({ kind: 'silent', wasSent: pending.attemptCount > 1 });
    this.#exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#again(pending, { kind: 'silent', wasSent: true }, RETRY_MS);
    });
  }

  #again(pending: Pending, otherwise: LinkReply, waitMs: number): void {
    if (!pending.request.isRepeatable || pending.attemptCount >= ATTEMPTS_MAX) this.#exchange.settle(otherwise);
    else this.#exchange.arm(waitMs, () => this.#send(pending));
  }

  #take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.#counters.noiseByteCount += event.byteCount;
      if (event.reason === 'badChecksum') this.#counters.checksumErrorCount++;
    } else if (event.destination !== HOST_ADDRESS) this.#counters.echoCount++;
    else if (event.source !== null && event.source !== this.#options.address) this.#counters.unexpectedFrameCount++;
    else this.#takeAnswer(event);
  }

  #takeAnswer({ header, data }: Frame): void {
    const pending = this.#exchange.request;
    const { answerBytes } = pending?.request ?? {};
    const wasRepeated = (pending?.attemptCount ?? 0) > 1;
    if (pending !== undefined && (header === NAK || header === BUSY)) {
      const isBusy = header === BUSY;
      this.#counters[isBusy ? 'busyCount' : 'nakReceivedCount']++;
      this.#again(pending, { kind: 'refused', isBusy, wasRepeated }, isBusy ? BUSY_MS : RETRY_MS);
    } else if (pending !== undefined && header === ANSWER && (answerBytes === undefined || answerBytes.includes(data.length))) this.#exchange.settle({ kind: 'answered', data, wasRepeated });
    else this.#counters.unexpectedFrameCount++;
  }

  #lose(detail: string): void {
    this.#counters.lineLostCount++;
    this.#options.log.warn('cctalk.link.lost', { detail });
    this.#exchange.settle({ kind: 'silent', wasSent: true });
    this.#onLost();
  }
}
