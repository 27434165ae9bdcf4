import type { Clock } from '../foundation/clock.ts';

/** A wall clock that ran away from the monotonic one by more than this was set, not merely slow. [host-messages §3.6: skew > 2 s is noted] */
export const CLOCK_JUMP_MS = 2000;

export interface TimeStamp {
  readonly atUtcMs: number;
  readonly monotonicMs: number;
}

/**
 * Gives entries their times. Time never goes back in the journal: stamp = max(now, last + 1 ms); what the clock really did is told by
 * `takeJumpMs` once, so that a dispute can read the wall times of a period right. [host-messages §3.6, failures 21]
 */
export class TimeStamper {
  readonly #clock: Clock;
  #lastStampUtcMs: number;
  /** Wall time minus monotonic time at the last look; before the first look the last entry's stamp is all that is known. */
  #offsetMs: number | undefined;
  #isFirstLook = true;

  /** @param lastStampUtcMs  stamp of the last entry on disk, 0 when there is none */
  constructor(clock: Clock, lastStampUtcMs: number) {
    this.#clock = clock;
    this.#lastStampUtcMs = lastStampUtcMs;
  }

  /**
   * By how much the wall clock was set since the last look, ms, 0 when by less than CLOCK_JUMP_MS. At the first look after a start only a step
   * back behind the last entry can be seen: a terminal may be off for any time.
   */
  takeJumpMs(): number {
    const offsetMs = this.#clock.nowUtcMs() - this.#clock.monotonicMs();
    const jumpMs = this.#isFirstLook ? Math.min(0, this.#clock.nowUtcMs() - this.#lastStampUtcMs) : offsetMs - (this.#offsetMs ?? offsetMs);
    this.#isFirstLook = false;
    // A small step keeps the old offset: drift adds up until it is worth noting.
    if (this.#offsetMs !== undefined && Math.abs(jumpMs) <= CLOCK_JUMP_MS) return 0;
    this.#offsetMs = offsetMs;
    return Math.abs(jumpMs) > CLOCK_JUMP_MS ? Math.round(jumpMs) : 0;
  }

  /** The stamp that an entry after one of `lastStampUtcMs` gets now. */
  stampAfter(lastStampUtcMs: number): TimeStamp {
    return { atUtcMs: Math.max(Math.floor(this.#clock.nowUtcMs()), lastStampUtcMs + 1), monotonicMs: Math.floor(this.#clock.monotonicMs()) };
  }
}
