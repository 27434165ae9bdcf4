import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Registers, Verdict } from './registers.ts';

export type FinalVerdict = Exclude<Verdict, { kind: 'running' }>;

export interface DispenseEnd {
  /** null: the device was not heard of again in time, or the driver stopped. */
  readonly verdict: FinalVerdict | null;
  /** Coins that fell as far as the device said so while it paid. */
  readonly paidCountMin: number;
}

interface Open {
  readonly before: Registers;
  readonly requestedCount: number;
  readonly settle: (end: DispenseEnd) => void;
  readonly limit: TimerHandle;
  paidCountMin: number;
}

/** The one dispense whose outcome is not known yet, over lost lines and power cuts of the device. Whoever waits is settled exactly once. */
export class OpenDispense {
  readonly #clock: Clock;
  #open: Open | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get order(): Pick<Open, 'before' | 'requestedCount'> | null {
    return this.#open;
  }

  begin(order: { readonly before: Registers; readonly requestedCount: number; readonly limitMs: number }): Promise<DispenseEnd> {
    return new Promise((settle) => {
      const limit = this.#clock.setTimeout(() => this.end(null), order.limitMs);
      this.#open = { before: order.before, requestedCount: order.requestedCount, settle, limit, paidCountMin: 0 };
    });
  }

  paying(paidCount: number): void {
    if (this.#open !== null) this.#open.paidCountMin = Math.max(this.#open.paidCountMin, paidCount);
  }

  /** Does nothing when nobody waits. */
  end(verdict: FinalVerdict | null): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#clock.clearTimeout(open.limit);
    open.settle({ verdict, paidCountMin: open.paidCountMin });
  }
}
