import { describe, expect, it } from 'vitest';
import type { EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { checkBunches } from '../../../simulators/world/checkers/bunches.ts';

/** Goal: the checker sees a bunch that nobody ordered so, or that came back otherwise than the journal says, though every sum of the world leaves room for it. Method: told bunches and told orders. */
const FIVE = 500_000;
const TWO = 200_000;
const bunch = (fives: number, twos = 0) => [{ denominationMinor: FIVE, noteCount: fives }, { denominationMinor: TWO, noteCount: twos }].filter(({ noteCount }) => noteCount > 0);
type Bunch = ReturnType<typeof bunch>;
const reached = (notes: Bunch, left = 0) => notes.map(({ denominationMinor, noteCount }) => ({ denominationMinor, noteCount, takenCount: noteCount - left }));

interface Order { readonly notes: Bunch; readonly presented?: 'completed' | 'failed' | 'uncertain'; readonly back?: Bunch | null }
const entriesOf = ({ notes, presented, back }: Order, index: number) => {
  const entry = (kind: EntryKind, data: object) => ({ kind, operationId: `op-${index}`, data });
  return [
    entry('intent.present', { presentedMinor: 0, notes }),
    ...(presented === undefined ? [] : [entry('outcome.present', { presentedMinor: 0, notes, outcome: presented })]),
    ...(back === undefined ? [] : [entry('intent.retract', { from: 'exit', notes }), entry('outcome.retract', { from: 'exit', outcome: 'completed', notes: back })]),
  ];
};
const check = (handedOut: readonly ReturnType<typeof reached>[], orders: readonly Order[]) => checkBunches({ handedOut }, { entries: orders.flatMap(entriesOf) as unknown as readonly JournalEntry[] }).map(({ detail }) => detail);
const findings = (handedOut: readonly Bunch[], ordered: readonly Bunch[]) => check(handedOut.map((notes) => reached(notes)), ordered.map((notes) => ({ notes })));

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

  it('are whole where they were presented for certain', () => {
    expect(check([reached(bunch(2))], [{ notes: bunch(3), presented: 'uncertain' }, { notes: bunch(2), presented: 'completed' }])).toEqual([]);
    expect(check([reached(bunch(2))], [{ notes: bunch(3), presented: 'completed' }])).toHaveLength(1);
    expect(check([], [{ notes: bunch(3), presented: 'completed' }])).toEqual([`bunch: 3 of ${FIVE} was presented, and never came into reach`]);
  });

  it('came back as the journal says, where it says how much', () => {
    const retracted = (left: number, back: Bunch | null) => check([reached(bunch(3), left)], [{ notes: bunch(3), presented: 'completed', back }]);
    expect([retracted(2, null), retracted(2, bunch(2)), retracted(0, [])]).toEqual([[], [], []]);
    expect(retracted(2, bunch(3))).toEqual([`bunch: 3 of ${FIVE} (1 taken) came into reach; ordered since then were 3 of ${FIVE} (drawn back: 3 of ${FIVE})`]);
    expect(retracted(2, [])).toHaveLength(1);
  });

  it('are of whichever order lets all of them come out even', () => {
    const orders = [{ notes: bunch(4), presented: 'failed' as const }, { notes: bunch(3), presented: 'completed' as const, back: bunch(3) }, { notes: bunch(3), presented: 'completed' as const }];
    expect(check([reached(bunch(3), 3), reached(bunch(3))], orders)).toEqual([]);
  });
});
