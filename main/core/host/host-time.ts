import { z } from 'zod';
import type { Clock } from '../../foundation/clock.ts';
import type { Journal } from '../../journal/journal.ts';
import { OFF_MS_MAX } from '../../journal/time-stamp.ts';

/** The bank takes no document that is dated five minutes off its own clock; a clock that is wrong by more than this was set wrongly. [host-messages §3.6] */
const TOLERANCE_MS = 60_000;
/** The bank's time is written down at its first word and then as often as this. */
const REMEMBER_MS = 10 * 60_000;
/** The newest entries of an earlier life lie below the few that a start writes. */
const NEWEST_ENTRIES = 20;
const HOST_TIME = 'host.time';

/** Half of the age that the bank takes: the other half is for the line to come back. **decision** */
const REPORT_BACK_MS = 15 * 86_400_000;
const rememberedSchema = z.strictObject({ hostUtcMs: z.number().int(), /** of the life that heard it */ monotonicMs: z.number().int() });

/**
 * What time it is at the bank: its last word plus the monotonic time since. The wall clock of a kiosk jumps (a new battery, a wrong time server), and a
 * document that is signed with such a time is refused for good, also the one that says what cash has left.
 */
export class HostTime {
  readonly #clock: Clock;
  #last: { readonly hostUtcMs: number; readonly monotonicMs: number } | null = null;
  /** The bank's clock shows at least this: what it said to an earlier life of the core, and what passed since. null: the bank was never heard. */
  readonly #floor: { readonly hostUtcMs: number; readonly monotonicMs: number } | null;
  #rememberedMs: number | null = null;

  constructor(clock: Clock, journal: Pick<Journal, 'fact' | 'entries'>) {
    this.#clock = clock;
    const stored = journal.fact(HOST_TIME);
    const remembered = stored === undefined ? null : rememberedSchema.parse(JSON.parse(stored));
    // The clock of entries after it may have begun again with another life: then its reading is less than the time that has passed, never more.
    const newest = remembered === null ? [] : journal.entries({ newestFirst: true, limit: NEWEST_ENTRIES });
    const passedMs = Math.max(0, ...newest.map((one) => one.monotonicMs - (remembered?.monotonicMs ?? 0)));
    this.#floor = remembered === null ? null : { hostUtcMs: remembered.hostUtcMs + passedMs, monotonicMs: clock.monotonicMs() };
  }

  /**
   * @param hostUtcMs  of a believed answer to a question that was just asked: an answer that the bank repeats tells an old time
   * @returns what goes into the next commit, so that a later start knows the time before the bank's first word
   */
  note(hostUtcMs: number): Readonly<Record<string, string>> {
    const monotonicMs = this.#clock.monotonicMs();
    this.#last = { hostUtcMs, monotonicMs };
    if (this.#rememberedMs !== null && monotonicMs - this.#rememberedMs < REMEMBER_MS) return {};
    this.#rememberedMs = monotonicMs;
    return { [HOST_TIME]: JSON.stringify({ hostUtcMs, monotonicMs: Math.floor(monotonicMs) }) };
  }

  /** What the bank's clock says now; null before its first word. */
  bankNowUtcMs(): number | null {
    return this.#last === null ? null : Math.floor(this.#last.hostUtcMs + this.#clock.monotonicMs() - this.#last.monotonicMs);
  }

  /** The wall clock as long as it agrees with the bank, else the bank's time; before the bank's first word the wall clock, which that word sets right. */
  nowUtcMs(): number {
    return this.#last === null ? this.#clock.nowUtcMs() : this.#agreeing(this.#last);
  }

  /**
   * The date of a report of cash. Before the bank's first word it is the time that the bank is known to have reached: a report may be thirty days old, but not of
   * the future, and what it tells happened before the stop, not when the power came back. Where by the wall clock that is longer ago, which a terminal may well be off, the bank would take
   * such a date no more: then it is one that it takes if that clock is right, and if it is ahead by less. [host-messages §3.6]
   */
  reportUtcMs(): number {
    if (this.#last !== null) return this.#agreeing(this.#last);
    if (this.#floor === null) return this.#clock.nowUtcMs();
    const reportedUtcMs = this.#agreeing(this.#floor);
    const offMs = this.#clock.nowUtcMs() - reportedUtcMs;
    return offMs > REPORT_BACK_MS && offMs <= OFF_MS_MAX ? this.#clock.nowUtcMs() - REPORT_BACK_MS : reportedUtcMs;
  }

  #agreeing(known: { readonly hostUtcMs: number; readonly monotonicMs: number }): number {
    const wallUtcMs = this.#clock.nowUtcMs();
    const hostUtcMs = Math.floor(known.hostUtcMs + this.#clock.monotonicMs() - known.monotonicMs);
    return Math.abs(wallUtcMs - hostUtcMs) <= TOLERANCE_MS ? wallUtcMs : hostUtcMs;
  }
}
