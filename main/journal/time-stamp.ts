import type { Clock } from '../foundation/clock.ts';

/** A wall clock that ran away from the monotonic one by more than this was set, not merely slow. [host-messages §3.6: skew > 2 s is noted] */
export const CLOCK_JUMP_MS = 2000;
/** A step of more than this is not believed before a better clock confirms it. [host-messages §3.6: skew > 120 s stops online requests] */
export const CLOCK_DOUBT_MS = 120_000;
/** A terminal may be off for any time; a longer one is less likely than an empty battery of the clock. **decision** */
export const OFF_MS_MAX = 365 * 86_400_000;

/** Why a wall clock cannot be right: `byMs` ahead (+) or behind (−) of what the other says. */
export interface ClockDoubt {
  readonly byMs: number;
  readonly against: 'journal' | 'monotonic' | 'bank';
}

/**
 * Gives entries their times. Time never goes back in the journal: stamp = max(now, last + 1 ms); what the clock really did is told by
 * `takeJumpMs` once, so that a dispute can read the wall times of a period right. [host-messages §3.6, failures 21]
 *
 * A clock that jumps by more than CLOCK_DOUBT_MS is not followed: a stamp of years ahead would hold all later ones there for years. Stamps go on by the
 * monotonic clock from where they were, until the wall clock is back or `confirm` says what time it is.
 */
export class TimeStamper {
  readonly #clock: Clock;
  readonly #lastStampUtcMs: number;
  /** Wall time minus monotonic time at the last look; before the first look the last entry's stamp is all that is known. */
  #offsetMs: number | undefined;
  /** The same of the time that is believed. */
  #trustedOffsetMs: number | undefined;
  #against: ClockDoubt['against'] = 'monotonic';
  #isFirstLook = true;
  #lastCommitMs = -1;

  /** @param lastStampUtcMs  stamp of the last entry on disk, 0 when there is none */
  constructor(clock: Clock, lastStampUtcMs: number) {
    this.#clock = clock;
    this.#lastStampUtcMs = lastStampUtcMs;
  }

  /**
   * By how much the wall clock was set since the last look, ms, 0 when by less than CLOCK_JUMP_MS. At the first look after a start only a step
   * back behind the last entry can be seen, or one so far ahead that no terminal was off for so long.
   */
  takeJumpMs(): number {
    const offsetMs = this.#wallOffsetMs();
    const jumpMs = this.#isFirstLook ? this.#firstJumpMs() : offsetMs - (this.#offsetMs ?? offsetMs);
    if (this.#isFirstLook) this.#believeFirst(offsetMs, jumpMs);
    this.#isFirstLook = false;
    this.#follow(offsetMs);
    // A small step keeps the old offset: drift adds up until it is worth noting.
    if (this.#offsetMs !== undefined && Math.abs(jumpMs) <= CLOCK_JUMP_MS) return 0;
    this.#offsetMs = offsetMs;
    return Math.abs(jumpMs) > CLOCK_JUMP_MS ? Math.round(jumpMs) : 0;
  }

  /** As of the last look. */
  doubt(): ClockDoubt | null {
    const byMs = Math.round(this.#wallOffsetMs() - (this.#trustedOffsetMs ?? this.#wallOffsetMs()));
    return Math.abs(byMs) > CLOCK_DOUBT_MS ? { byMs, against: this.#against } : null;
  }

  /** @param bankUtcMs  what time it is by the bank: the wall clock is right, or it is not followed and stamps go on by the bank's word */
  confirm(bankUtcMs: number): void {
    const bankOffsetMs = bankUtcMs - this.#clock.monotonicMs();
    const isRight = Math.abs(this.#wallOffsetMs() - bankOffsetMs) <= CLOCK_DOUBT_MS;
    this.#trustedOffsetMs = isRight ? this.#wallOffsetMs() : bankOffsetMs;
    this.#against = isRight ? 'monotonic' : 'bank';
  }

  /** The monotonic stamp that all entries of the next commit bear and no other of this process does: a copy that was cut off in between is known by it (`restore.ts`). */
  commitMs(): number {
    this.#lastCommitMs = Math.max(Math.floor(this.#clock.monotonicMs()), this.#lastCommitMs + 1);
    return this.#lastCommitMs;
  }

  /** What time it is, as far as anybody knows: as of the last look. */
  nowUtcMs(): number {
    return Math.floor(this.doubt() === null ? this.#clock.nowUtcMs() : this.#clock.monotonicMs() + (this.#trustedOffsetMs ?? 0));
  }

  /** The wall time that an entry after one of `lastStampUtcMs` bears now: not the right one for as long as that was ahead of it. */
  utcMsAfter(lastStampUtcMs: number): number {
    return Math.max(this.nowUtcMs(), lastStampUtcMs + 1);
  }

  #wallOffsetMs(): number {
    return this.#clock.nowUtcMs() - this.#clock.monotonicMs();
  }

  #firstJumpMs(): number {
    const sinceMs = this.#clock.nowUtcMs() - this.#lastStampUtcMs;
    return this.#lastStampUtcMs > 0 && sinceMs > OFF_MS_MAX ? sinceMs : Math.min(0, sinceMs);
  }

  #believeFirst(offsetMs: number, jumpMs: number): void {
    const isBelieved = Math.abs(jumpMs) <= CLOCK_DOUBT_MS;
    this.#trustedOffsetMs = isBelieved ? offsetMs : this.#lastStampUtcMs - this.#clock.monotonicMs();
    this.#against = isBelieved ? 'monotonic' : 'journal';
  }

  /** Small steps, as a time server makes them, are the clock's own business. */
  #follow(offsetMs: number): void {
    if (Math.abs(offsetMs - (this.#trustedOffsetMs ?? offsetMs)) > CLOCK_DOUBT_MS) return;
    this.#trustedOffsetMs = offsetMs;
    this.#against = 'monotonic';
  }
}
