import { assert } from '../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';

/** The one request in flight of a link: who waits, and what time does. Every waiter is settled exactly once. */
export class Exchange<Request, Reply> {
  readonly #clock: Clock;
  #inFlight: { readonly request: Request; readonly settle: (reply: Reply) => void } | undefined;
  #timer: TimerHandle | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is waited for, with the link's own notes on it (attempts, acknowledged …). */
  get request(): Request | undefined {
    return this.#inFlight?.request;
  }

  /** Assertion: nothing is in flight. The line's owner gives it to one at a time. */
  begin(request: Request): Promise<Reply> {
    assert(this.#inFlight === undefined, 'one exchange is in flight at a time');
    return new Promise((settle) => {
      this.#inFlight = { request, settle };
    });
  }

  /** One timer for each exchange: the newest replaces the one before. Does nothing when nobody waits. */
  arm(delayMs: number, onTimeout: () => void): void {
    if (this.#inFlight === undefined) return;
    this.disarm();
    this.#timer = this.#clock.setTimeout(onTimeout, delayMs);
  }

  disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Does nothing when nobody waits. */
  settle(reply: Reply): void {
    const inFlight = this.#inFlight;
    if (inFlight === undefined) return;
    this.#inFlight = undefined;
    this.disarm();
    inFlight.settle(reply);
  }
}
