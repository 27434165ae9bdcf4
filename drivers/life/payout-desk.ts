import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { CountRequest, PayoutCount, PayoutRegisters, PayoutTold } from './payout-count.ts';
import { countPayout } from './payout-count.ts';

/** What ended, by the registers of the device. */
export interface PayoutEnd {
  readonly count: PayoutCount;
  readonly before: PayoutRegisters;
  readonly after: PayoutRegisters;
  readonly told: PayoutTold;
}

/** null: the device was not heard of again in time. */
export type PayoutResult = PayoutEnd | null;

/** What was ordered, and of which registers. */
export type OrderedPayout = Pick<CountRequest, 'before' | 'orderedCount' | 'denominationMinor' | 'isOlder'>;

interface Open {
  readonly ordered: OrderedPayout;
  readonly settle: (result: PayoutResult) => void;
  readonly limit: TimerHandle;
  told: PayoutTold | null;
  restCount: number;
  /** Nothing has moved yet, and the unit may still begin until then. */
  beginsByMs: number;
}

/** Answers in a row that show nothing moving before a payout without a final event counts as ended. */
const REST_COUNT = 4;
/** A unit that took an order may think before its first motor runs: counted sooner, it would have paid nothing, and paid. A refusal shortens it not, for it may be that of an older question. [unverified how long] */
const BEGINS_MS_MAX = 5_000;

/**
 * The one payout, float or emptying that runs, over lost lines and power cuts of the device: ended by its final event, or by rest, and then counted by the
 * registers. Whoever waits is settled exactly once.
 */
export class PayoutDesk {
  readonly #clock: Clock;
  #open: Open | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** @param order.isOlder  an earlier life of the core may have ordered it a moment ago */
  begin({ limitMs, told, ...ordered }: OrderedPayout & { readonly limitMs: number; readonly told: PayoutTold | null }): Promise<PayoutResult> {
    return new Promise((settle) => {
      const limit = this.#clock.setTimeout(() => this.#end(null), limitMs);
      const beginsByMs = this.#clock.monotonicMs() + BEGINS_MS_MAX;
      this.#open = { ordered, told, settle, limit, restCount: 0, beginsByMs };
    });
  }

  /** The final event. The first one counts: a repeat says nothing new. */
  told(told: PayoutTold): void {
    if (this.#open !== null) this.#open.told ??= told;
  }

  /** One answer of the device. */
  seen(isMoving: boolean): void {
    const open = this.#open;
    if (open === null) return;
    open.restCount = isMoving ? 0 : open.restCount + 1;
    if (isMoving) open.beginsByMs = 0;
  }

  /** It stands still, or said that it ended: registers are to be read. A unit that moves on after its event (a jam that clears itself) is waited for. */
  get isDue(): boolean {
    const open = this.#open;
    if (open === null) return false;
    return open.told === null ? open.restCount >= REST_COUNT && this.#clock.monotonicMs() >= open.beginsByMs : open.restCount >= 1;
  }

  close(after: PayoutRegisters): void {
    const open = this.#open;
    if (open === null) return;
    const told = open.told ?? { presentedMinor: [], stoppedBy: null };
    this.#end({ before: open.ordered.before, after, told, count: countPayout({ ...open.ordered, after, told }) });
  }

  /** The driver stops, or nothing was begun. */
  giveUp(): void {
    this.#end(null);
  }

  #end(result: PayoutResult): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#clock.clearTimeout(open.limit);
    open.settle(result);
  }
}
