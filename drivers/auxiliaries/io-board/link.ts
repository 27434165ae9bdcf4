import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Link } from '../../life/line-device.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
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

/** One question or order in flight, sent again when its answer is damaged or missing; events beside it. It does not know what a door is. */
export class IoBoardLink implements Link {
  readonly #log: Log;
  readonly #line: ByteLine<LineEvent>;
  readonly #exchange: Exchange<Request, BoardLine | LinkFailure>;
  #onEvent: (event: Extract<BoardLine, { kind: 'event' }>) => void = () => {};
  #onLost: () => void = () => {};
  readonly #counters = { checksumErrorCount: 0, noiseByteCount: 0, timeoutCount: 0, retryCount: 0, unexpectedLineCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#log = options.log;
    this.#exchange = new Exchange(options.clock);
    this.#line = new ByteLine({
      transport: options.transport, clock: options.clock, createReader: createLineReader, gapMs: INTER_BYTE_MS,
      onEvent: (event) => this.#receive(event),
      onLost: () => this.#lose(),
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onEvent(listener: (event: Extract<BoardLine, { kind: 'event' }>) => void): void {
    this.#onEvent = listener;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.#line.open();
  }

  /** Settles the waiter with `lost` and closes the port. */
  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#exchange.settle('lost');
    await closed;
  }

  /** The answer, or why there is none after three attempts. Each request may be heard twice: none of them moves anything but a lamp. */
  async ask<K extends AnswerKind>(bytes: Uint8Array, answeredBy: K): Promise<Extract<BoardLine, { kind: K }> | LinkFailure> {
    if (!this.#line.isOpen) return 'lost';
    const request: Request = { bytes, answeredBy, attempts: 0, hasHeard: false };
    const answered = this.#exchange.begin(request);
    this.#send(request);
    return (await answered) as Extract<BoardLine, { kind: K }> | LinkFailure;
  }

  #send(request: Request): void {
    request.attempts += 1;
    if (request.attempts > 1) this.#counters.retryCount += 1;
    this.#exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.#counters.timeoutCount += 1;
      if (request.attempts < ATTEMPTS_MAX) this.#send(request);
      else this.#exchange.settle(request.hasHeard ? 'strange' : 'silence');
    });
    this.#line.write(request.bytes);
  }

  #receive(event: LineEvent): void {
    const request = this.#exchange.request;
    if (request !== undefined) request.hasHeard = true;
    if (event.kind === 'line') return this.#take(decodeLine(event.body));
    this.#counters.noiseByteCount += event.byteCount;
    if (event.reason === 'badChecksum') this.#counters.checksumErrorCount += 1;
    this.#log.debug('siu.noise.received', () => ({ reason: event.reason, byteCount: event.byteCount }));
  }

  #take(line: BoardLine): void {
    if (line.kind === 'event') this.#onEvent(line);
    else if (line.kind === this.#exchange.request?.answeredBy) this.#exchange.settle(line);
    else this.#counters.unexpectedLineCount += 1;
  }

  #lose(): void {
    this.#counters.lineLostCount += 1;
    this.#exchange.settle('lost');
    this.#onLost();
  }
}
