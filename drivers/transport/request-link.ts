import type { Clock } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { Reader } from './byte-line.ts';
import { ByteLine } from './byte-line.ts';
import { Exchange } from './exchange.ts';
import type { Transport, TransportError } from './transport.ts';

/** What goes out, the same bytes each time. */
export interface OutgoingRequest {
  readonly frame: Buffer;
  /** How often it may be sent; 1 where a repeat could act twice. */
  readonly attemptCountMax: number;
  readonly timeoutMs: number;
  attempts: number;
}

export interface RequestLinkOptions<Event> {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly gapMs: number;
  readonly createReader: () => Reader<Event>;
}

/** What every link counts; a protocol adds its own. */
const COUNTERS = { noiseByteCount: 0, timeoutCount: 0, retryCount: 0, unexpectedFrameCount: 0, duplicateCount: 0, lineLostCount: 0 };

/**
 * A link of requests and answers: one in flight, repeated unchanged on silence, given up after its attempts (`null`) or when the line is lost. What an answer
 * is, and whether it belongs to the request, the protocol says in `take`.
 */
export abstract class RequestLink<Event, Request extends OutgoingRequest, Reply, OwnCounters extends Record<string, number>> {
  protected readonly line: ByteLine<Event>;
  protected readonly exchange: Exchange<Request, Reply | null>;
  protected readonly count: typeof COUNTERS & OwnCounters;
  #onLost: () => void = () => {};

  protected constructor({ transport, clock, gapMs, createReader }: RequestLinkOptions<Event>, ownCounters: OwnCounters) {
    this.count = { ...ownCounters, ...COUNTERS };
    this.exchange = new Exchange(clock);
    this.line = new ByteLine<Event>({
      transport, clock, gapMs, createReader,
      onEvent: (event) => this.take(event),
      onLost: () => {
        this.count.lineLostCount++;
        this.exchange.settle(null);
        this.#onLost();
      },
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.count };
  }

  get isOpen(): boolean {
    return this.line.isOpen;
  }

  countDuplicate(): void {
    this.count.duplicateCount++;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.line.open();
  }

  async close(): Promise<void> {
    await this.line.close();
    this.exchange.settle(null);
  }

  protected abstract take(event: Event): void;

  /** @returns null: nothing usable came, the device may or may not have acted · the line must be open */
  protected begin(request: Request): Promise<Reply | null> {
    const answer = this.exchange.begin(request);
    this.#transmit(request);
    return answer;
  }

  #transmit(request: Request): void {
    if (request.attempts++ > 0) this.count.retryCount++;
    this.line.write(request.frame);
    this.exchange.arm(request.timeoutMs, () => {
      this.count.timeoutCount++;
      if (request.attempts < request.attemptCountMax) this.#transmit(request);
      else this.exchange.settle(null);
    });
  }
}
