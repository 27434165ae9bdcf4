import type { Clock } from '../../foundation/clock.ts';

/** The bank takes no document that is dated five minutes off its own clock; a clock that is wrong by more than this was set wrongly. [host-messages §3.6] */
const TOLERANCE_MS = 60_000;

/**
 * What time it is at the bank: its last word plus the monotonic time since. The wall clock of a kiosk jumps (a new battery, a wrong time server), and a
 * document that is signed with such a time is refused for good, also the one that says what cash has left.
 */
export class HostTime {
  readonly #clock: Clock;
  #last: { readonly hostUtcMs: number; readonly monotonicMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param hostUtcMs  of a believed answer to a question that was just asked: an answer that the bank repeats tells an old time */
  note(hostUtcMs: number): void {
    this.#last = { hostUtcMs, monotonicMs: this.#clock.monotonicMs() };
  }

  /** The wall clock as long as it agrees with the bank, else the bank's time; before the bank's first word the wall clock. */
  nowUtcMs(): number {
    const wallUtcMs = this.#clock.nowUtcMs();
    if (this.#last === null) return wallUtcMs;
    const hostUtcMs = Math.floor(this.#last.hostUtcMs + this.#clock.monotonicMs() - this.#last.monotonicMs);
    return Math.abs(wallUtcMs - hostUtcMs) <= TOLERANCE_MS ? wallUtcMs : hostUtcMs;
  }
}
