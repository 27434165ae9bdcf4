import { assert } from '../../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { BoardLine, Query } from './codec.ts';
import { decodeLine, encodeQuery } from './codec.ts';
import { LineReader } from './frames.ts';

/** The board answers within 50 ms; a line at 9600 baud takes 40 ms. [README §Timing] */
export const ANSWER_TIMEOUT_MS = 300;
export const ATTEMPTS_MAX = 3;

/** `strange`: bytes came, but nothing of this protocol. */
export type LinkFailure = 'lost' | 'silence' | 'strange';
type AnswerOf<Q extends Query> = Extract<BoardLine, { kind: Q }>;

interface Waiting {
  readonly query: Query;
  readonly settle: (answer: BoardLine | LinkFailure) => void;
  attempts: number;
  hasHeard: boolean;
  timer: TimerHandle;
}

/** One question in flight, asked again when its answer is damaged or missing; events beside it. It does not know what a door is. */
export class IoBoardLink {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #reader = new LineReader();
  #isOpen = false;
  #waiting: Waiting | undefined;
  #onEvent: (event: Extract<BoardLine, { kind: 'event' }>) => void = () => {};
  #onLost: (detail: string) => void = () => {};
  readonly #counters = { checksumErrorCount: 0, noiseByteCount: 0, timeoutCount: 0, retryCount: 0, unexpectedLineCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#transport.onData((chunk) => this.#receive(chunk));
    this.#transport.onClosed((detail) => this.#lose(detail));
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onEvent(listener: (event: Extract<BoardLine, { kind: 'event' }>) => void): void {
    this.#onEvent = listener;
  }

  onLost(listener: (detail: string) => void): void {
    this.#onLost = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const result = await this.#transport.open();
    if (!result.ok) return result;
    this.#reader.reset();
    this.#isOpen = true;
    return result;
  }

  /** Settles the waiter with `lost` and closes the port. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#settle('lost');
    await this.#transport.close();
  }

  /** The answer, or why there is none after three attempts. */
  ask<Q extends Query>(query: Q): Promise<AnswerOf<Q> | LinkFailure> {
    assert(this.#waiting === undefined, 'one question is in flight at a time');
    if (!this.#isOpen) return Promise.resolve('lost');
    return new Promise((resolve) => {
      this.#waiting = { query, settle: (answer) => resolve(answer as AnswerOf<Q> | LinkFailure), attempts: 0, hasHeard: false, timer: undefined };
      this.#send(this.#waiting);
    });
  }

  #send(waiting: Waiting): void {
    waiting.attempts += 1;
    if (waiting.attempts > 1) this.#counters.retryCount += 1;
    waiting.timer = this.#clock.setTimeout(() => {
      this.#counters.timeoutCount += 1;
      if (waiting.attempts < ATTEMPTS_MAX) this.#send(waiting);
      else this.#settle(waiting.hasHeard ? 'strange' : 'silence');
    }, ANSWER_TIMEOUT_MS);
    this.#transport.write(encodeQuery(waiting.query));
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    if (this.#waiting !== undefined) this.#waiting.hasHeard = true;
    for (const event of this.#reader.push(chunk)) {
      if (event.kind === 'line') this.#take(decodeLine(event.body));
      else {
        this.#counters.noiseByteCount += event.byteCount;
        if (event.reason === 'badChecksum') this.#counters.checksumErrorCount += 1;
        this.#log.debug('ioBoard.noise.received', () => ({ reason: event.reason, byteCount: event.byteCount }));
      }
    }
  }

  #take(line: BoardLine): void {
    if (line.kind === 'event') this.#onEvent(line);
    else if (line.kind === this.#waiting?.query) this.#settle(line);
    else this.#counters.unexpectedLineCount += 1;
  }

  #settle(answer: BoardLine | LinkFailure): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    this.#clock.clearTimeout(waiting.timer);
    waiting.settle(answer);
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#counters.lineLostCount += 1;
    this.#onLost(detail);
    this.#settle('lost');
  }
}
