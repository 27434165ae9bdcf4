import type { Clock } from '../../main/foundation/clock.ts';

/** The waits of the driver's loop: one at a time, ended early when something was asked for, also when it was asked for while a request was in flight. */
export class Pause {
  readonly #clock: Clock;
  #wake: () => void = () => {};
  #isWoken = false;
  #isEnded = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {
    this.#isEnded = false;
  }

  /** No wait takes any time until `begin`. */
  end(): void {
    this.#isEnded = true;
    this.wakeUp();
  }

  wakeUp(): void {
    this.#isWoken = true;
    this.#wake();
  }

  sleep(ms: number): Promise<void> {
    if (this.#isWoken || this.#isEnded) {
      this.#isWoken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = () => {
        this.#clock.clearTimeout(timer);
        this.#wake = () => {};
        this.#isWoken = false;
        resolve();
      };
      const timer = this.#clock.setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
