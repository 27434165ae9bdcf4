import { performance } from 'node:perf_hooks';
import type { Clock, TimerHandle } from '../foundation/clock.ts';

/** Node fires a longer timer at once (with a warning) instead of late; so a long wait is made of several. */
const NODE_TIMER_MS_MAX = 2_147_483_647;

class SystemTimer {
  #timer: NodeJS.Timeout;

  constructor(callback: () => void, delayMs: number) {
    this.#timer = this.#arm(callback, delayMs);
  }

  #arm(callback: () => void, delayMs: number): NodeJS.Timeout {
    if (delayMs <= NODE_TIMER_MS_MAX) return setTimeout(callback, Math.max(0, delayMs));
    return setTimeout(() => {
      this.#timer = this.#arm(callback, delayMs - NODE_TIMER_MS_MAX);
    }, NODE_TIMER_MS_MAX);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** The machine's own time. Pending timers keep the process alive; whoever sets one clears it when stopped. */
export function systemClock(): Clock {
  return {
    nowUtcMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    setTimeout: (callback, delayMs): TimerHandle => new SystemTimer(callback, delayMs),
    clearTimeout: (handle) => {
      if (handle instanceof SystemTimer) handle.clear();
    },
  };
}
