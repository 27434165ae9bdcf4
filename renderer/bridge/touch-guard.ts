/** Touches during the change of a screen are dropped, not queued (look.md §6). */
const TRANSITION_MS = 150;
/** A second touch that comes sooner is the first one's other half: nobody has read a screen by then that was not there before. */
const DOUBLE_TAP_MS = 400;

/**
 * Which touches mean the screen that is shown: one for each revision, none while it changes, and none of a doubled tap whose first half brought it. Primary buttons lie in one place: the second half of
 * “I am here” would be the consent to what stood behind it. Times are monotonic milliseconds.
 */
export class TouchGuard {
  #screen = '';
  #shownAtMs = 0;
  #revision = -1;
  /** Screen of the last touch that was taken. */
  #touched = '';
  /** Of the last touch, taken or not: who goes on tapping is not reading. */
  #touchedAtMs = -DOUBLE_TAP_MS;

  /** @returns whether it is another screen than before */
  shows(screen: string, nowMs: number): boolean {
    if (screen === this.#screen) return false;
    [this.#screen, this.#shownAtMs] = [screen, nowMs];
    return true;
  }

  takes(revision: number, nowMs: number): boolean {
    const isDoubled = this.#touched !== this.#screen && nowMs - this.#touchedAtMs < DOUBLE_TAP_MS;
    this.#touchedAtMs = nowMs;
    if (isDoubled || this.#revision === revision || nowMs - this.#shownAtMs < TRANSITION_MS) return false;
    [this.#revision, this.#touched] = [revision, this.#screen];
    return true;
  }
}
