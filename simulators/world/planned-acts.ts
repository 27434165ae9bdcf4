import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';

/** Of an entry what tells whether it is the one that is waited for. */
export interface CommittedEntry {
  readonly kind: EntryKind;
  readonly data?: object;
}

/** What somebody is going to do in his time, after a while or at a durable step of the core, until all of it is called off. */
export class PlannedActs {
  readonly #clock: Clock;
  readonly #timers = new Set<TimerHandle>();
  #waiting: { readonly isThat: (entry: CommittedEntry) => boolean; readonly act: () => void }[] = [];

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

  /** With the next commit that has such an entry, of this cassette. @param cassetteNumber  null: of any, or of none */
  planAt(step: EntryKind, act: () => void, cassetteNumber: number | null = null): void {
    const isOfIt = ({ data = {} }: CommittedEntry) => cassetteNumber === null || ('cassetteNumber' in data && data.cassetteNumber === cassetteNumber);
    this.#waiting.push({ isThat: (entry) => entry.kind === step && isOfIt(entry), act });
  }

  /** A commit of the core. */
  take(entries: readonly CommittedEntry[]): void {
    const due = this.#waiting.filter(({ isThat }) => entries.some(isThat));
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { act } of due) act();
  }

  callOff(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    this.#waiting = [];
  }
}
