import type { LinkParts } from '../../transport/exchange-link.ts';
import { ExchangeLink } from '../../transport/exchange-link.ts';
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

export interface ZtLinkOptions extends LinkParts {
  /** A byte outside frames. */
  readonly onKey: (code: number) => void;
  /** The port is gone or closed: an entry at the pad is lost with it. */
  readonly onInterrupted: () => void;
}

const COUNTERS = { checkErrorCount: 0, unexpectedFrameCount: 0 };

/** One command in flight; keys come at any time between frames. Contents of frames and codes of keys are never logged. */
export class ZtLink extends ExchangeLink<FrameEvent, Pending, LinkReply, typeof COUNTERS> {
  readonly #options: ZtLinkOptions;

  constructor(options: ZtLinkOptions) {
    super({ ...options, logArea: 'pin', gapMs: INTER_BYTE_MS, createReader: createFrameReader }, COUNTERS);
    this.#options = options;
  }

  request(command: Command): Promise<LinkReply> {
    if (!this.line.isOpen) return Promise.resolve({ kind: 'silence' });
    const pending: Pending = { command, frame: encodeFrame(encodeCommand(command)), sentCount: 0 };
    const reply = this.exchange.begin(pending);
    this.#send(pending);
    return reply;
  }

  #send(pending: Pending): void {
    if (pending.sentCount > 0) this.count.retryCount++;
    this.line.write(pending.frame);
    pending.sentCount++;
    this.exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.count.timeoutCount++;
      this.#again(pending);
    });
  }

  /** A block is asked for once: the pad has forgotten the PIN with its first answer, and a DUKPT key with it. */
  #again(pending: Pending): void {
    if (pending.command.verb !== 'getPin' && pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.exchange.settle({ kind: 'silence' });
  }

  protected override interrupted(): void {
    this.#options.onInterrupted();
  }

  protected override replyWhenLost(): LinkReply {
    return { kind: 'silence' };
  }

  protected override take(event: FrameEvent): void {
    if (event.kind === 'key') this.#options.onKey(event.code);
    else if (event.kind === 'frame') this.#takeText(event.text);
    else this.#takeNoise(event);
  }

  #takeText(text: Buffer): void {
    const pending = this.exchange.request;
    const decoded = pending === undefined ? null : decodeAnswer(pending.command.verb, text);
    // An answer to something that was given up.
    if (decoded?.ok !== true) this.count.unexpectedFrameCount++;
    else this.exchange.settle({ kind: 'answered', answer: decoded.value });
  }

  #takeNoise(noise: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.countNoise(noise);
    if (noise.reason !== 'badCheck' && noise.reason !== 'badEnd') return;
    this.count.checkErrorCount++;
    const pending = this.exchange.request;
    if (pending !== undefined) this.#again(pending);
  }
}
