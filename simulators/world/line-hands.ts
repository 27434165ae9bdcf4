import type { Clock } from '../../main/foundation/clock.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import type { Spoiling } from '../lines/faulty-line.ts';
import type { LineTrouble, TroubledHang } from '../lines/troubled-line.ts';
import { type CommittedEntry, PlannedActs } from './planned-acts.ts';

export interface LineAct {
  readonly trouble: LineTrouble;
  readonly does: { readonly hang: TroubledHang } | { readonly spoil: Spoiling; readonly forMs: number };
  readonly afterMs: number;
}

/** Does things to the lines of a world in their time: at once, or at a durable step of the core. */
export class LineHands {
  readonly #acts: PlannedActs;
  readonly #troubles: readonly LineTrouble[];

  constructor(clock: Clock, troubles: readonly LineTrouble[]) {
    this.#acts = new PlannedActs(clock);
    this.#troubles = troubles;
  }

  /** @param at  the next commit with such an entry; null: now @param cassetteNumber  as of `PlannedActs` */
  plan(act: LineAct, at: EntryKind | null, cassetteNumber: number | null = null): void {
    if (at !== null) this.#acts.planAt(at, () => this.plan(act, null), cassetteNumber);
    // What the core writes next is caught.
    else if (act.afterMs === 0) this.#do(act);
    else this.#acts.plan(act.afterMs, () => this.#do(act));
  }

  /** A commit of the core. */
  take(entries: readonly CommittedEntry[]): void {
    this.#acts.take(entries);
  }

  /** Nothing more happens of what was planned. */
  putRight(): void {
    this.#acts.callOff();
    for (const trouble of this.#troubles) trouble.putRight();
  }

  #do({ trouble, does }: LineAct): void {
    if ('hang' in does) return trouble.hang(does.hang);
    trouble.spoil(does.spoil);
    this.#acts.plan(does.forMs, () => trouble.putRight());
  }
}
