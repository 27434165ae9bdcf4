import type { CrashPoint } from './crash-plan.ts';

/** A point with what makes it differ from others. */
export interface CountedPoint extends CrashPoint {
  /** Moment, bytes, journal and physical truth: a second point with the same key would show nothing new. */
  readonly key: string;
  /** Journal and physical truth alone: all that a restart finds, but for bytes that are on their way. */
  readonly state: string;
  /** No byte of it changes anything: the core only listens, or asks a question that it asks all day. */
  readonly isIdle: boolean;
  /** Neither the first byte of a frame nor the one in its middle nor the last. */
  readonly isBetween: boolean;
}

export type PointWords = Pick<CountedPoint, 'at' | 'what' | 'isIdle' | 'isBetween'>;

/** Counts the points of one life of the core and says which one is its last. */
export class PointCounter {
  readonly points: CountedPoint[] = [];
  readonly #dieAt: number;
  readonly #truth: (() => string) | null;
  #isArmed = false;
  #count = 0;
  #commitCount = 0;
  #deathPoint: CrashPoint | null = null;

  /**
   * @param options.dieAt  from 1; 0: it lives
   * @param options.truth  a short word for the physical truth of the moment, to tell points apart; null: points are counted and not kept
   */
  constructor(options: { readonly dieAt: number; readonly truth: (() => string) | null }) {
    this.#dieAt = options.dieAt;
    this.#truth = options.truth;
  }

  /** Before it nothing counts. */
  arm(): void {
    this.#isArmed = true;
  }

  disarm(): void {
    this.#isArmed = false;
  }

  get isArmed(): boolean {
    return this.#isArmed;
  }

  get count(): number {
    return this.#count;
  }

  /** Durable steps of this life since it was armed. */
  get commitCount(): number {
    return this.#commitCount;
  }

  /** Where it died, null as long as it has not. */
  get deathPoint(): CrashPoint | null {
    return this.#deathPoint;
  }

  /** A durable step is over; what follows is another state of the journal. */
  committed(): void {
    this.#commitCount += 1;
  }

  /** Points of one instant: the ways in which a commit may end, the bytes of a frame. @returns index of the one at which the core dies, −1: at none */
  reach(pointCount: number, wordsOf: (index: number) => PointWords): number {
    if (!this.#isArmed) return -1;
    const first = this.#count + 1;
    const index = this.#dieAt >= first && this.#dieAt < first + pointCount ? this.#dieAt - first : -1;
    const reached = index === -1 ? pointCount : index + 1;
    if (this.#truth !== null && reached > 0) this.#keep(first, reached, wordsOf);
    this.#count += reached;
    if (index !== -1) {
      const { at, what } = wordsOf(index);
      this.#deathPoint = { point: this.#dieAt, at, what };
    }
    return index;
  }

  #keep(first: number, pointCount: number, wordsOf: (index: number) => PointWords): void {
    const truth = this.#truth?.() ?? '';
    for (let index = 0; index < pointCount; index += 1) {
      const words = wordsOf(index);
      const commits = this.#commitCount + (words.at === 'afterCommit' ? 1 : 0);
      const state = `${commits} ${truth}`;
      this.points.push({ ...words, point: first + index, key: words.at === 'unheard' ? `${state} unheard` : `${state} ${words.at} ${words.what}`, state });
    }
  }
}
