import { Chance } from '../chance.ts';

/** Whoever does what most people do. */
export class LikelyChance extends Chance {
  override isOnce(percent: number): boolean {
    return percent >= 50;
  }

  override between(low: number): number {
    return low;
  }

  override oneOf<T>(choices: readonly T[]): T {
    return choices[0] as T;
  }

  override weighted<T>(choices: readonly (readonly [T, number])[]): T {
    return [...choices].sort(([, left], [, right]) => right - left)[0]![0];
  }
}
