/** A pending timer; only its clock knows what it is. */
export type TimerHandle = unknown;

/**
 * Time as everything below the composition root sees it. The same object drives links, XState actors and time-outs, so a
 * fake clock runs the whole terminal deterministically.
 *
 * @source style: durations use the monotonic clock, records carry both
 */
export interface Clock {
  /** Wall clock, milliseconds since 1970 UTC. May jump both ways (battery, NTP). */
  nowUtcMs(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  setTimeout(callback: () => void, delayMs: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

/** Resolves after `delayMs` of the given clock. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, delayMs);
  });
}
