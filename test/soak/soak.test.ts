/** Goal: what a driver told is what happened, whatever went wrong. Method: a bounded share of `npm run soak`, the same seeds each time. */
import { describe, expect, it } from 'vitest';
import { SOAKS } from './protocols.ts';

const WORLDS = 6;
const TRANSACTIONS_PER_WORLD = 6;

describe.each(Object.entries(SOAKS))('%s', (_, load) => {
  it(`agrees with the physics over ${WORLDS} worlds of ${TRANSACTIONS_PER_WORLD} transactions, half of them on a bad line`, async () => {
    const soak = await load();
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= WORLDS; seed++) {
      const result = await soak({ seed, transactionCount: TRANSACTIONS_PER_WORLD, byteFaultsOneOf: seed % 2 === 0 ? null : 400 });
      expect(result.differences).toEqual([]);
      for (const outcome of Object.keys(result.outcomes)) outcomes.add(outcome);
    }
    // A world in which everything always goes one way proves nothing.
    expect(outcomes.size).toBeGreaterThan(1);
  });
});
