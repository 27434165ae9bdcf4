import type { Clock } from '../../main/foundation/clock.ts';

/** A question of the kind that is asked here is answered in milliseconds. */
const ANSWER_MS = 2_000;
/** So many in a row without an answer: the device hangs. */
const SILENT_MAX = 2;

/**
 * Whether a device is still there that says nothing unless a person does something: it can hang with its line open, and then no event and no close tells it. Not every device answers
 * the question; one that never did is not judged by it.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #ask: () => Promise<boolean>;
  #canTell = false;
  #silentCount = 0;

  /** @param ask  changes nothing in the device; false, or nothing, when it is not answered. A rejection is a defect */
  constructor({ clock, ask }: { readonly clock: Clock; readonly ask: () => Promise<boolean> }) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** After opening. @returns false: it answered before it was opened again, and does not now */
  async begin(): Promise<boolean> {
    this.#silentCount = 0;
    if (!(await this.#isAnswered())) return !this.#canTell;
    this.#canTell = true;
    return true;
  }

  /** At each poll. @returns false: it hangs */
  async check(): Promise<boolean> {
    if (!this.#canTell) return true;
    this.#silentCount = (await this.#isAnswered()) ? 0 : this.#silentCount + 1;
    return this.#silentCount < SILENT_MAX;
  }

  async #isAnswered(): Promise<boolean> {
    return new Promise((resolve) => {
      const limit = this.#clock.setTimeout(() => resolve(false), ANSWER_MS);
      void this.#ask().then((isAnswered) => {
        this.#clock.clearTimeout(limit);
        resolve(isAnswered);
      });
    });
  }
}
