import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';

/** How soon it is looked again whether the last customer is gone. */
const LOOK_MS = 500;
/** For the customer who is there: what is inside is accepted, the receipt printed. The UPS says "low" two minutes before its end. */
const CUSTOMER_MS = 45_000;
/** For notes that move: each device's own limits are shorter. */
export const CASH_MS_MAX = 75_000;

export interface PowerCloseOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly isServing: () => boolean;
  /** A note or a bunch is between two places. */
  readonly isCashMoving: () => boolean;
  /** Nothing that moves cash begins from here on. */
  readonly onBegin: () => void;
  /** Ends the customer's visit at the next point where that is safe; told again and again. */
  readonly endVisit: () => void;
  readonly onClosed: () => void;
}

/**
 * The orderly end before the battery is empty: the visit ends as when the customer leaves (what is inside is accepted on the agreed terms, a note in escrow goes back, no pay-out
 * begins), then the process stops, the journal closed. Past the limits it stops all the same: each step is durable, and the next start settles the rest.
 */
export class PowerClose {
  readonly #options: PowerCloseOptions;
  #sinceMs: number | null = null;

  constructor(options: PowerCloseOptions) {
    this.#options = options;
  }

  begin(): void {
    if (this.#sinceMs !== null) return;
    this.#sinceMs = this.#options.clock.monotonicMs();
    this.#options.log.error('trm.power.closing', { code: 'SIU_BATTERY_LOW' });
    this.#options.onBegin();
    this.#look(this.#sinceMs);
  }

  #look(sinceMs: number): void {
    const { clock, isServing, isCashMoving, endVisit, onClosed } = this.#options;
    const elapsedMs = clock.monotonicMs() - sinceMs;
    const mayStop = !isServing() || elapsedMs >= CASH_MS_MAX || (elapsedMs >= CUSTOMER_MS && !isCashMoving());
    if (mayStop) return onClosed();
    endVisit();
    clock.setTimeout(() => this.#look(sinceMs), LOOK_MS);
  }
}
