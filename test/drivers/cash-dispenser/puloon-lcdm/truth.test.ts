/**
 * Goal: whatever happens on the line and in the machine, what the driver reports and what physically happened agree.
 * Method: many seeds of the dispenser's soak, each short, so that the start of a day with a full machine is met often, whole frames and pieces by turns.
 */
import { describe, expect, it } from 'vitest';
import { lcdmSoak } from '../../../soak/dispensers.ts';

const SEEDS = 40;
const DISPENSES_PER_SEED = 12;

describe('driver and physics', () => {
  it(`agree over ${SEEDS} seeds of ${DISPENSES_PER_SEED} dispenses with faults`, async () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { outcomes, differences } = await lcdmSoak({ seed, transactionCount: DISPENSES_PER_SEED, byteFaultsOneOf: seed % 2 === 0 ? 400 : null });
      expect(differences).toEqual([]);
      for (const kind of Object.keys(outcomes)) kinds.add(kind);
    }
    // The loop must have met all three, or it proves nothing.
    expect([...kinds].sort()).toEqual(['completed', 'failed', 'uncertain']);
  });
});
