import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { Reader } from './byte-line.ts';
import { ByteLine } from './byte-line.ts';
import { Exchange } from './exchange.ts';
import type { Transport, TransportError } from './transport.ts';

/** What every link is given. */
export interface LinkParts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ExchangeLinkOptions<Event> extends LinkParts {
  /** First word of its log lines, an XFS4IoT area: `cdm`, `idc`. */
  readonly logArea: string;
  /** As of `ByteLine`. */
  readonly gapMs: number;
  readonly createReader: () => Reader<Event>;
}

/** What every link counts; a protocol adds its own. */
const COUNTERS = { timeoutCount: 0, retryCount: 0, noiseByteCount: 0, lineLostCount: 0 };

/**
 * A byte line with one exchange in flight at a time: opened and closed, its counters, its loss told once, and whoever waits settled when the line goes. What
 * is said on it, how often, and what answers what, the protocol says.
 */
export abstract class ExchangeLink<Event, Request, Reply, OwnCounters extends Record<string, number>> {
  protected readonly line: ByteLine<Event>;
  protected readonly exchange: Exchange<Request, Reply>;
  protected readonly count: typeof COUNTERS & OwnCounters;
  readonly #log: Log;
  readonly #logArea: string;
  #onLost: () => void = () => {};

  protected constructor({ transport, clock, log, logArea, gapMs, createReader }: ExchangeLinkOptions<Event>, ownCounters: OwnCounters) {
    this.count = { ...ownCounters, ...COUNTERS };
    this.#log = log;
    this.#logArea = logArea;
    this.exchange = new Exchange(clock);
    this.line = new ByteLine<Event>({ transport, clock, gapMs, createReader, onEvent: (event) => this.take(event), onLost: (detail) => this.#lose(detail) });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.count };
  }

  get isOpen(): boolean {
    return this.line.isOpen;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.line.open();
  }

  /** Settles whoever waits, then closes the port. */
  async close(): Promise<void> {
    const closed = this.line.close();
    this.#interrupt();
    await closed;
  }

  /** What came from the line, while it is open. */
  protected abstract take(event: Event): void;

  /** What whoever waits is told when the line goes. */
  protected abstract replyWhenLost(request: Request): Reply;

  /** Bytes of no frame: counted; their reason is logged, never they themselves. */
  protected countNoise({ reason, byteCount }: { readonly reason: string; readonly byteCount: number }): void {
    this.count.noiseByteCount += byteCount;
    this.#log.debug(`${this.#logArea}.link.noise`, () => ({ reason, byteCount }));
  }

  /** The line is lost or closed: what began on it and is no exchange ends too. */
  protected interrupted(): void {}

  #interrupt(): void {
    const { request } = this.exchange;
    if (request !== undefined) this.exchange.settle(this.replyWhenLost(request));
    this.interrupted();
  }

  #lose(detail: string): void {
    this.count.lineLostCount++;
    this.#log.warn(`${this.#logArea}.link.lost`, { detail });
    this.#interrupt();
    this.#onLost();
  }
}
