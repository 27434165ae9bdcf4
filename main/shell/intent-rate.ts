/**
 * How many intents a window may send: nobody taps faster, so more is a page gone wrong or a stuck touch panel. The core has limits of its own.
 * A bucket: `burst` at once, then `perSecond`.
 */
export interface IntentRate {
  /** Whether one more may pass at this time. @param monotonicMs never goes back */
  take(monotonicMs: number): boolean;
}

export function createIntentRate({ burst, perSecond }: { burst: number; perSecond: number }): IntentRate {
  let tokens = burst;
  let lastMs: number | null = null;
  return {
    take(monotonicMs) {
      if (lastMs !== null) tokens = Math.min(burst, tokens + ((monotonicMs - lastMs) * perSecond) / 1000);
      lastMs = monotonicMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
