import type { Clock, TimerHandle } from '../../foundation/clock.ts';

export interface IdleRoundsOptions {
  /** Nobody stands in front: only then a step is taken. */
  readonly isIdle: () => boolean;
  readonly clock: Clock;
  readonly firstMs: number;
  /** One short step. @returns `more`: the round goes on · ms until the next round begins */
  readonly step: () => 'more' | number;
}

const BUSY_RETRY_MS = 30_000;
/** Between two steps the core does its other work. */
const STEP_PAUSE_MS = 250;

/** Work on the journal that nobody waits for: rounds of short steps, outside the money path, while nobody is served. */
export class IdleRounds {
  readonly #options: IdleRoundsOptions;
  #timer: TimerHandle | null = null;
  #isStopped = false;

  constructor(options: IdleRoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(this.#options.firstMs);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#schedule(this.#turn()), delayMs);
  }

  /** @returns when to look again, ms */
  #turn(): number {
    if (!this.#options.isIdle()) return BUSY_RETRY_MS;
    const next = this.#options.step();
    return next === 'more' ? STEP_PAUSE_MS : next;
  }
}
