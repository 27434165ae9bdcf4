import type { Unsubscribe } from '../interfaces/device.ts';

/** Who wants to know that the counts of a recycler's units may have changed: told once for any number of changes, when nothing is on its way any more. */
export class UnitChanges {
  readonly #listeners = new Set<() => void>();
  #isDue = false;

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  changed(): void {
    this.#isDue = true;
  }

  /** @param isFree  no note and no payout is under way, so an inventory could be taken */
  tell(isFree: boolean): void {
    if (!this.#isDue || !isFree) return;
    this.#isDue = false;
    for (const listener of [...this.#listeners]) listener();
  }
}
