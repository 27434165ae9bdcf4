import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';

/** What somebody is going to do in his time, after a while or at a durable step of the core, until all of it is called off. */
export class PlannedActs {
  readonly #clock: Clock;
  readonly #timers = new Set<TimerHandle>();
  #waiting: { readonly step: EntryKind; readonly act: () => void }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  plan(afterMs: number, act: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, afterMs);
    this.#timers.add(timer);
  }

  /** With the next commit that has such an entry. */
  planAt(step: EntryKind, act: () => void): void {
    this.#waiting.push({ step, act });
  }

  /** A commit of the core. */
  take(entries: readonly { readonly kind: EntryKind }[]): void {
    const due = this.#waiting.filter(({ step }) => entries.some(({ kind }) => kind === step));
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { act } of due) act();
  }

  callOff(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    this.#waiting = [];
  }
}
