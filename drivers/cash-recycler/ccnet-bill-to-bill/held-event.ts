/** The core writes an outcome within milliseconds. An event that it never confirms must not keep the unit from working. */
const HELD_MS_MAX = 10_000;

/** 25 of a payout of this process: unacknowledged it stays in the unit until the outcome is durable, so that a later process still finds it. */
export class HeldEvent {
  #state: 'none' | 'awaited' | 'granted' = 'none';
  #sinceMs = 0;

  /** The last answer told it. */
  get isTold(): boolean {
    return this.#state !== 'none';
  }

  /** @param isRunning  the payout has no outcome yet */
  mustStay({ isRunning }: { readonly isRunning: boolean }): boolean {
    return this.#state !== 'granted' && (isRunning || this.#state === 'awaited');
  }

  see({ isTold, isRunning, nowMs }: { readonly isTold: boolean; readonly isRunning: boolean; readonly nowMs: number }): void {
    if (!isTold) this.#state = 'none';
    else if (isRunning) this.#state = 'awaited';
    else if (this.#state === 'awaited' && nowMs - this.#sinceMs > HELD_MS_MAX) this.#state = 'granted';
    if (!isTold || isRunning) this.#sinceMs = nowMs;
  }

  grant(): void {
    if (this.#state === 'awaited') this.#state = 'granted';
  }
}
