import { assert } from '../../main/foundation/assert.ts';
import type { Random } from '../../main/foundation/random.ts';
import { randomInteger } from '../../main/foundation/random.ts';

/** Decisions of a seeded world, in words. */
export class Chance {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** True in `percent` of a hundred cases. */
  isOnce(percent: number): boolean {
    return randomInteger(this.random, 1_000) < percent * 10;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + randomInteger(this.random, high - low + 1);
  }

  oneOf<T>(choices: readonly T[]): T {
    assert(choices.length > 0, 'a choice needs something to choose from');
    return choices[randomInteger(this.random, choices.length)] as T;
  }

  /** By weight; weights are whole numbers. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let left = randomInteger(this.random, choices.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [choice, weight] of choices) {
      if (left < weight) return choice;
      left -= weight;
    }
    return choices[0]![0];
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => String(randomInteger(this.random, 10))).join('');
  }
}
