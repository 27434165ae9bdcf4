/** Goal: what hardware moved is explained by the journal to the tenge, with room only for what stands in doubt. Method: figures that differ by little. */
import { describe, expect, it } from 'vitest';
import type { CashAccount, Worlds } from '../../../../simulators/world/scenario/cash-figures.ts';
import { cashProblems } from '../../../../simulators/world/scenario/cash-figures.ts';

const worlds = { bank: { terminals: {}, accounts: [], trialBalanceMinor: 0 } } as unknown as Worlds;
const account: CashAccount = { movedMinor: 700_000, journalMinor: 700_000, hostMinor: 500_000, suspenseMinor: 200_000, doubtInMinor: 0, doubtOutMinor: 0, hasUntoldInside: false };
const problemsOf = (changed: Partial<CashAccount>) => cashProblems({ ...account, ...changed }, worlds);

describe('cashProblems', () => {
  it('finds nothing where all agree, and each tenge where they do not', () => {
    expect(problemsOf({})).toEqual([]);
    for (const movedMinor of [699_900, 700_100]) expect(problemsOf({ movedMinor })).toHaveLength(1);
    expect(problemsOf({ hostMinor: 500_100 })).toHaveLength(1);
    expect(cashProblems(account, { ...worlds, bank: { terminals: {}, accounts: [], trialBalanceMinor: 100 } })).toHaveLength(1);
  });

  it('leaves room for notes in doubt, and no more', () => {
    expect(problemsOf({ movedMinor: 500_000, doubtInMinor: 200_000 })).toEqual([]);
    expect(problemsOf({ movedMinor: 499_900, doubtInMinor: 200_000 })).toHaveLength(1);
    expect(problemsOf({ movedMinor: 900_000, doubtOutMinor: 200_000 })).toEqual([]);
    expect(problemsOf({ movedMinor: 900_100, doubtOutMinor: 200_000 })).toHaveLength(1);
  });

  it('lets more lie inside where an item has no sum, never less', () => {
    expect(problemsOf({ movedMinor: 702_000, hasUntoldInside: true })).toEqual([]);
    expect(problemsOf({ movedMinor: 699_900, hasUntoldInside: true })).toHaveLength(1);
  });
});
