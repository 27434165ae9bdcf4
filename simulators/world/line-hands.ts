import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import type { Spoiling } from '../lines/faulty-line.ts';
import type { LineTrouble, TroubledHang } from '../lines/troubled-line.ts';

export interface LineAct {
  readonly trouble: LineTrouble;
  readonly does: { readonly hang: TroubledHang } | { readonly spoil: Spoiling; readonly forMs: number };
  readonly afterMs: number;
}

/** Does things to the lines of a world in their time: at once, or at a durable step of the core. */
export class LineHands {
  readonly #clock: Clock;
  readonly #troubles: readonly LineTrouble[];
  readonly #timers = new Set<TimerHandle>();
  #waiting: { readonly act: LineAct; readonly at: EntryKind }[] = [];

  constructor(clock: Clock, troubles: readonly LineTrouble[]) {
    this.#clock = clock;
    this.#troubles = troubles;
  }

  /** @param at  the next commit with such an entry; null: now */
  plan(act: LineAct, at: EntryKind | null): void {
    if (at === null) this.#later(act.afterMs, () => this.#do(act));
    else this.#waiting.push({ act, at });
  }

  /** A commit of the core. */
  take(entries: readonly { readonly kind: EntryKind }[]): void {
    const due = this.#waiting.filter(({ at }) => entries.some(({ kind }) => kind === at));
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { act } of due) this.plan(act, null);
  }

  /** Nothing more happens of what was planned. */
  putRight(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
    this.#waiting = [];
    for (const trouble of this.#troubles) trouble.putRight();
  }

  #do({ trouble, does }: LineAct): void {
    if ('hang' in does) return trouble.hang(does.hang);
    trouble.spoil(does.spoil);
    this.#later(does.forMs, () => trouble.putRight());
  }

  /** At once where no time passes: what the core writes next is caught. */
  #later(afterMs: number, action: () => void): void {
    if (afterMs === 0) return action();
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, afterMs);
    this.#timers.add(timer);
  }
}
