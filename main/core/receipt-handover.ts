import type { Presenter } from '../../drivers/interfaces/printer.ts';
import type { Clock } from '../foundation/clock.ts';

/** How a receipt left the exit. left: nobody took it. unknown: the printer could not say. */
export type HandedOver = 'taken' | 'retracted' | 'ejected' | 'unknown';

/** One receipt in a presenter: taken by the customer, or taken back so that nobody else finds it. One at a time: the next waits for the end of the one before. */
export class ReceiptHandover {
  readonly #presenter: Presenter;
  readonly #clock: Clock;
  readonly #takeTimeoutMs: number;
  #running: { readonly finish: () => void; readonly done: Promise<unknown> } | undefined;

  constructor(options: { readonly presenter: Presenter; readonly clock: Clock; readonly takeTimeoutMs: number }) {
    this.#presenter = options.presenter;
    this.#clock = options.clock;
    this.#takeTimeoutMs = options.takeTimeoutMs;
  }

  /** After a receipt was presented. Resolves when it is gone, at the latest some seconds after the time for taking. Never rejects. */
  watch(): Promise<HandedOver> {
    let finish = () => {};
    const isOver = new Promise<'taken' | 'timeOut'>((resolve) => {
      const unsubscribe = this.#presenter.onTaken(() => settle('taken'));
      const timer = this.#clock.setTimeout(() => settle('timeOut'), this.#takeTimeoutMs);
      const settle = (how: 'taken' | 'timeOut') => {
        unsubscribe();
        this.#clock.clearTimeout(timer);
        resolve(how);
      };
      finish = () => settle('timeOut');
    });
    const done = isOver.then((how) => (how === 'taken' ? how : this.#takeBack()));
    this.#running = { finish, done };
    return done;
  }

  /** Before the next receipt: what is still held out is taken back now. */
  async end(): Promise<void> {
    this.#running?.finish();
    await this.#running?.done;
    this.#running = undefined;
  }

  async #takeBack(): Promise<HandedOver> {
    const outcome = await this.#presenter.retract();
    return outcome.kind === 'completed' ? outcome.value.to : 'unknown';
  }
}
