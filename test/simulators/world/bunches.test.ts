import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { checkBunches } from '../../../simulators/world/checkers/bunches.ts';

/** Goal: the checker sees a bunch that nobody ordered so, though every sum is right. Method: told bunches and told orders. */
const FIVE = 500_000;
const TWO = 200_000;
const bunch = (fives: number, twos = 0) => [{ denominationMinor: FIVE, noteCount: fives }, { denominationMinor: TWO, noteCount: twos }].filter(({ noteCount }) => noteCount > 0);
const findings = (handedOut: readonly ReturnType<typeof bunch>[], ordered: readonly ReturnType<typeof bunch>[]) =>
  checkBunches({ handedOut }, { entries: ordered.map((notes) => ({ kind: 'intent.present', data: { presentedMinor: 0, notes } })) as unknown as readonly JournalEntry[] }).map(({ detail }) => detail);

describe('bunches in reach', () => {
  it('are those that were ordered, of which some never came, or not all of it', () => {
    expect(findings([bunch(3, 2), bunch(1)], [bunch(3, 2), bunch(4), bunch(2)])).toEqual([]);
    expect(findings([[]], [])).toEqual([]);
    expect(checkBunches({}, { entries: [] })).toEqual([]);
  });

  it('are found where notes of an earlier order came with the next, or a bunch came twice', () => {
    expect(findings([bunch(3, 2)], [bunch(0, 2)])).toEqual([`bunch: 3 of ${FIVE} and 2 of ${TWO} came into reach; ordered since then were 2 of ${TWO}`]);
    expect(findings([bunch(3), bunch(3)], [bunch(3), bunch(2)])).toHaveLength(1);
    expect(findings([bunch(1)], [])).toEqual([expect.stringContaining('ordered since then were none')]);
  });
});
