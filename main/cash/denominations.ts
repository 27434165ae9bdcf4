import { MINOR_PER_UNIT } from '../foundation/money.ts';

/** Notes of the tenge in circulation, ascending, minor units. Older series of a value count as the same note. */
export const KZT_NOTES_MINOR = [200, 500, 1000, 2000, 5000, 10_000, 20_000].map((units) => units * MINOR_PER_UNIT) as readonly number[];

/** Greatest common divisor of positive whole numbers; 0 of none. */
export function greatestCommonDivisor(values: readonly number[]): number {
  return values.reduce((a, b) => {
    let [divisor, rest] = [a, b];
    while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
    return divisor;
  }, 0);
}
