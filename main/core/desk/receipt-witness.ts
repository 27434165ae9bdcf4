import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { ScreenModel } from '../../contracts/screen-model.ts';

/** A receipt number that stood on the screen this long counts as given. */
const SHOWN_MS = 10_000;

/**
 * Watches whether the number of a receipt was really before the customer's eyes: from the window's word that it painted the result, ten seconds
 * without another screen in between.
 */
export class ReceiptWitness {
  readonly #clock: Clock;
  readonly #onGiven: (receiptNumber: string) => void;
  #watched: { readonly receiptNumber: string; readonly timer: TimerHandle } | null = null;

  constructor(options: { readonly clock: Clock; readonly onGiven: (receiptNumber: string) => void }) {
    this.#clock = options.clock;
    this.#onGiven = options.onGiven;
  }

  /** A window painted this model. */
  shown(model: ScreenModel): void {
    const receiptNumber = shownNumber(model);
    if (receiptNumber === null || receiptNumber === this.#watched?.receiptNumber) return;
    this.#forget();
    this.#watched = { receiptNumber, timer: this.#clock.setTimeout(() => this.#onGiven(receiptNumber), SHOWN_MS) };
  }

  /** Another model is going to be shown; the same number in another language or with another choice goes on counting. */
  changed(model: ScreenModel): void {
    if (this.#watched !== null && shownNumber(model) !== this.#watched.receiptNumber) this.#forget();
  }

  #forget(): void {
    if (this.#watched !== null) this.#clock.clearTimeout(this.#watched.timer);
    this.#watched = null;
  }
}

function shownNumber(model: ScreenModel): string | null {
  switch (model.screen) {
    case 'result-success':
    case 'result-partial':
    case 'result-pending':
    case 'result-refused':
      return model.data.receiptNumber;
    default:
      return null;
  }
}
