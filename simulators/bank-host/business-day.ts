import { assert } from '../../main/foundation/assert.ts';

/** Asia/Almaty has been UTC+5 without summer time since 1 March 2024. [requirements part B, Time] */
const LOCAL_OFFSET_MS = 5 * 3_600_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface BusinessDay {
  /** `YYYY-MM-DD` of the operational day now (PS-1.1.10, Q-13). */
  today(): string;
  /** Fixes the day by hand, as a settlement bank may; null goes back to the clock. */
  set(day: string | null): void;
}

/** @param cutOverLocalMinute minute of the local day at which the next operational day begins, 1…1440; 1440 is midnight */
export function createBusinessDay(options: { readonly nowUtcMs: () => number; readonly cutOverLocalMinute: number }): BusinessDay {
  assert(options.cutOverLocalMinute >= 1 && options.cutOverLocalMinute <= 1440, 'the cut-over is a minute of the day, 1 to 1440');
  let fixedDay: string | null = null;
  return {
    today: () => fixedDay ?? localDate(options.nowUtcMs() + DAY_MS - options.cutOverLocalMinute * MINUTE_MS),
    set: (day) => void (fixedDay = day),
  };
}

/** Local calendar date, `YYYY-MM-DD`. */
export function localDate(utcMs: number): string {
  return new Date(utcMs + LOCAL_OFFSET_MS).toISOString().slice(0, 10);
}
