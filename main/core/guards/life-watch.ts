import type { Watchdog } from '../../../drivers/interfaces/watchdog.ts';
import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';

/** Well within a third of the shortest window of a board. */
const LOOK_MS = 1_000;
/** Every call of an operation has its own limit, and none is so long: what is busy beyond it hangs. */
const BUSY_MS_MAX = 300_000;

export interface LifeWatchOptions {
  readonly watchdog: Watchdog | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly areMachinesRunning: () => boolean;
  /** Reads something from the journal, where there is one yet. @throws whatever is wrong with it */
  readonly askJournal: () => void;
  /** What is being done for a customer who waits for the terminal; null: nothing is, or he is waited for. The same text for too long is a hang. */
  readonly busyWith: () => string | null;
}

/**
 * Feeds the watchdog for a core that lives: its event loop came here, the machines run, the journal answers, and no operation is busy beyond every limit. A core that only turns its
 * timers is not fed, and the board restarts the computer; the next start settles what was under way.
 */
export class LifeWatch {
  readonly #options: LifeWatchOptions;
  #timer: TimerHandle | null = null;
  #busyWith: string | null = null;
  #busySinceMs = 0;
  #lives = true;

  constructor(options: LifeWatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.watchdog !== null) this.#look();
  }

  stop(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #look(): void {
    const { watchdog, clock, log } = this.#options;
    const missing = this.#missingSign();
    if (missing === null) watchdog?.feed();
    if ((missing === null) !== this.#lives) {
      this.#lives = missing === null;
      if (missing === null) log.info('trm.life.back');
      else log.error('trm.life.missing', { sign: missing });
    }
    this.#timer = clock.setTimeout(() => this.#look(), LOOK_MS);
  }

  /** null: it lives. */
  #missingSign(): string | null {
    const { areMachinesRunning, askJournal, busyWith, clock } = this.#options;
    try {
      if (!areMachinesRunning()) return 'machines';
      askJournal();
      const busy = busyWith();
      if (busy !== this.#busyWith) [this.#busyWith, this.#busySinceMs] = [busy, clock.monotonicMs()];
      return busy !== null && clock.monotonicMs() - this.#busySinceMs >= BUSY_MS_MAX ? 'operation' : null;
    } catch {
      return 'journal';
    }
  }
}
