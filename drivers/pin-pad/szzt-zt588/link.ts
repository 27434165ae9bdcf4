import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { Answer, Command } from './codec.ts';
import { decodeAnswer, encodeCommand } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

/** [scanners-pinpads-misc §2.1]: time-out 1 s, 4 retries. */
const ANSWER_TIMEOUT_MS = 1_000;
const ATTEMPTS_MAX = 5;
const INTER_BYTE_MS = 250;

export type LinkReply =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** Sent, and no answer came. */
  | { readonly kind: 'silence' };

interface Pending {
  readonly command: Command;
  readonly frame: Buffer;
  sentCount: number;
}

export interface ZtLinkOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** A byte outside frames. */
  readonly onKey: (code: number) => void;
  /** The port is gone or closed: an entry at the pad is lost with it. */
  readonly onInterrupted: () => void;
}

/** One command in flight; keys come at any time between frames. Contents of frames and codes of keys are never logged. */
export class ZtLink {
  readonly #line: ByteLine<FrameEvent>;
  readonly #log: Log;
  readonly #options: ZtLinkOptions;
  readonly #exchange: Exchange<Pending, LinkReply>;
  #onLost: () => void = () => {};
  readonly #counters = { checkErrorCount: 0, timeoutCount: 0, retryCount: 0, noiseByteCount: 0, unexpectedFrameCount: 0, lineLostCount: 0 };

  constructor(options: ZtLinkOptions) {
    this.#log = options.log;
    this.#options = options;
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
    this.#options.onInterrupted();
    await closed;
  }

  request(command: Command): Promise<LinkReply> {
    if (!this.#line.isOpen) return Promise.resolve({ kind: 'silence' });
    const pending: Pending = { command, frame: encodeFrame(encodeCommand(command)), sentCount: 0 };
    const reply = this.#exchange.begin(pending);
    this.#send(pending);
    return reply;
  }

  #send(pending: Pending): void {
    if (pending.sentCount > 0) this.#counters.retryCount++;
    this.#line.write(pending.frame);
    pending.sentCount++;
    this.#exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#again(pending);
    });
  }

  /** A block is asked for once: the pad has forgotten the PIN with its first answer, and a DUKPT key with it. */
  #again(pending: Pending): void {
    if (pending.command.verb !== 'getPin' && pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.#exchange.settle({ kind: 'silence' });
  }

  #take(event: FrameEvent): void {
    if (event.kind === 'key') this.#options.onKey(event.code);
    else if (event.kind === 'frame') this.#takeText(event.text);
    else this.#takeNoise(event);
  }

  #takeText(text: Buffer): void {
    const pending = this.#exchange.request;
    const decoded = pending === undefined ? null : decodeAnswer(pending.command.verb, text);
    // An answer to something that was given up.
    if (decoded?.ok !== true) this.#counters.unexpectedFrameCount++;
    else this.#exchange.settle({ kind: 'answered', answer: decoded.value });
  }

  #takeNoise(noise: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.#counters.noiseByteCount += noise.byteCount;
    this.#log.debug('pin.link.noise', () => ({ reason: noise.reason, byteCount: noise.byteCount }));
    if (noise.reason !== 'badCheck' && noise.reason !== 'badEnd') return;
    this.#counters.checkErrorCount++;
    const pending = this.#exchange.request;
    if (pending !== undefined) this.#again(pending);
  }

  #lose(detail: string): void {
    this.#counters.lineLostCount++;
    this.#log.warn('pin.link.lost', { detail });
    this.#exchange.settle({ kind: 'silence' });
    this.#options.onInterrupted();
    this.#onLost();
  }
}
