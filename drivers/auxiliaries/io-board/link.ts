import type { LinkParts } from '../../transport/exchange-link.ts';
import { ExchangeLink } from '../../transport/exchange-link.ts';
import type { BoardLine } from './codec.ts';
import { decodeLine } from './codec.ts';
import type { LineEvent } from './frames.ts';
import { createLineReader } from './frames.ts';

/** The board answers within 50 ms; a line at 9600 baud takes 40 ms. [README §Timing] */
export const ANSWER_TIMEOUT_MS = 300;
export const ATTEMPTS_MAX = 3;
/** A begun line stays begun: what is behind a pause is the rest of it. */
const INTER_BYTE_MS = 250;

/** `strange`: bytes came, but nothing of this protocol. */
export type LinkFailure = 'lost' | 'silence' | 'strange';
type AnswerKind = Exclude<BoardLine['kind'], 'event' | 'unknown'>;

interface Request {
  readonly bytes: Uint8Array;
  readonly answeredBy: AnswerKind;
  attempts: number;
  hasHeard: boolean;
}

const COUNTERS = { checksumErrorCount: 0, unexpectedLineCount: 0 };

/** One question or order in flight, sent again when its answer is damaged or missing; events beside it. It does not know what a door is. */
export class IoBoardLink extends ExchangeLink<LineEvent, Request, BoardLine | LinkFailure, typeof COUNTERS> {
  #onEvent: (event: Extract<BoardLine, { kind: 'event' }>) => void = () => {};
  constructor(parts: LinkParts) {
    super({ ...parts, logArea: 'siu', gapMs: INTER_BYTE_MS, createReader: createLineReader }, COUNTERS);
  }

  onEvent(listener: (event: Extract<BoardLine, { kind: 'event' }>) => void): void {
    this.#onEvent = listener;
  }

  /** The answer, or why there is none after three attempts. Each request may be heard twice: none of them moves anything but a lamp. */
  async ask<K extends AnswerKind>(bytes: Uint8Array, answeredBy: K): Promise<Extract<BoardLine, { kind: K }> | LinkFailure> {
    if (!this.line.isOpen) return 'lost';
    const request: Request = { bytes, answeredBy, attempts: 0, hasHeard: false };
    const answered = this.exchange.begin(request);
    this.#send(request);
    return (await answered) as Extract<BoardLine, { kind: K }> | LinkFailure;
  }

  #send(request: Request): void {
    request.attempts += 1;
    if (request.attempts > 1) this.count.retryCount += 1;
    this.exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.count.timeoutCount += 1;
      if (request.attempts < ATTEMPTS_MAX) this.#send(request);
      else this.exchange.settle(request.hasHeard ? 'strange' : 'silence');
    });
    this.line.write(request.bytes);
  }

  protected override replyWhenLost(): LinkFailure {
    return 'lost';
  }

  protected override take(event: LineEvent): void {
    const request = this.exchange.request;
    if (request !== undefined) request.hasHeard = true;
    if (event.kind === 'line') return this.#take(decodeLine(event.body));
    this.countNoise(event);
    if (event.reason === 'badChecksum') this.count.checksumErrorCount += 1;
  }

  #take(line: BoardLine): void {
    if (line.kind === 'event') this.#onEvent(line);
    else if (line.kind === this.exchange.request?.answeredBy) this.exchange.settle(line);
    else this.count.unexpectedLineCount += 1;
  }
}
