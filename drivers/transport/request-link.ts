import type { ExchangeLinkOptions } from './exchange-link.ts';
import { ExchangeLink } from './exchange-link.ts';

/** What goes out, the same bytes each time. */
export interface OutgoingRequest {
  readonly frame: Buffer;
  /** How often it may be sent; 1 where a repeat could act twice. */
  readonly attemptCountMax: number;
  readonly timeoutMs: number;
  attempts: number;
}

const COUNTERS = { unexpectedFrameCount: 0, duplicateCount: 0 };

/**
 * A link of requests and answers: one in flight, repeated unchanged on silence, given up after its attempts (`null`) or when the line is lost. What an answer
 * is, and whether it belongs to the request, the protocol says in `take`.
 */
export abstract class RequestLink<Event, Request extends OutgoingRequest, Reply, OwnCounters extends Record<string, number>> extends ExchangeLink<Event, Request, Reply | null, OwnCounters & typeof COUNTERS> {
  protected constructor(options: ExchangeLinkOptions<Event>, ownCounters: OwnCounters) {
    super(options, { ...ownCounters, ...COUNTERS });
  }

  countDuplicate(): void {
    this.count.duplicateCount++;
  }

  /** @returns null: nothing usable came, the device may or may not have acted · the line must be open */
  protected begin(request: Request): Promise<Reply | null> {
    const answer = this.exchange.begin(request);
    this.#transmit(request);
    return answer;
  }

  protected override replyWhenLost(): null {
    return null;
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
