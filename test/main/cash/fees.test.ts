import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEE_AMOUNT_MINOR_MAX, feeMinor, neededForCredit, splitForFixedCredit, splitInserted, withdrawalTotalMinor } from '../../../main/cash/fees.ts';
import { feeRuleSchema, type FeeRule } from '../../../main/contracts/host-operations.ts';

const rule = (fields: Partial<FeeRule>): FeeRule => ({ fixedMinor: 0, basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'fromAmount', ...fields });
const tenge = (units: number) => units * 100;

const anyRule = fc.record({
  fixedMinor: fc.integer({ min: 0, max: 50_000 }), basisPoints: fc.integer({ min: 0, max: 1500 }), minMinor: fc.integer({ min: 0, max: 50_000 }),
  maxMinor: fc.option(fc.integer({ min: 50_000, max: 500_000 })), payer: fc.constantFrom('fromAmount' as const, 'onTop' as const),
});
const anyCash = fc.integer({ min: 1, max: 5000 }).map((hundreds) => hundreds * 10_000);

describe('feeMinor', () => {
  it('rounds half a tenge up to a whole one, and less down', () => {
    expect(feeMinor(rule({ basisPoints: 100 }), tenge(50))).toBe(tenge(1));
    expect(feeMinor(rule({ basisPoints: 100 }), tenge(49))).toBe(0);
    expect(feeMinor(rule({ basisPoints: 95 }), tenge(10_000))).toBe(tenge(95));
    expect(feeMinor(rule({ basisPoints: 95, fixedMinor: tenge(200) }), tenge(1000))).toBe(tenge(210));
  });

  it('keeps the bounds, whole tenge inside them, and max wins', () => {
    const bounded = rule({ basisPoints: 100, minMinor: tenge(150), maxMinor: tenge(500) });
    expect([1000, 15_000, 15_100, 50_000, 51_000].map((units) => feeMinor(bounded, tenge(units)))).toEqual([150, 150, 151, 500, 500].map(tenge));
    expect(feeMinor(rule({ minMinor: 10_050 }), tenge(1))).toBe(tenge(101));
    expect(feeMinor(rule({ fixedMinor: tenge(900), maxMinor: 10_050 }), tenge(1))).toBe(tenge(100));
    expect(feeMinor(rule({ minMinor: tenge(5), maxMinor: tenge(2) }), tenge(1))).toBe(tenge(2));
  });

  it('takes nothing when there is no cash, and is exact at the limit', () => {
    expect(feeMinor(rule({ fixedMinor: tenge(100), minMinor: tenge(100) }), 0)).toBe(0);
    expect(feeMinor(rule({ basisPoints: 10_000 }), FEE_AMOUNT_MINOR_MAX - 100)).toBe(FEE_AMOUNT_MINOR_MAX - 100);
    expect(() => feeMinor(rule({}), FEE_AMOUNT_MINOR_MAX + 1)).toThrow('within limits');
    expect(() => feeMinor(rule({}), 0.5)).toThrow('within limits');
  });

  it('never falls when the amount grows, and grows by a tenge per tenge at most', () => {
    fc.assert(fc.property(anyRule, fc.integer({ min: 1, max: 1_000_000 }), (anyFee, units) => {
      const step = feeMinor(anyFee, tenge(units + 1)) - feeMinor(anyFee, tenge(units));
      expect(step === 0 || step === 100).toBe(true);
    }));
  });
});

describe('splitInserted', () => {
  it('deducts the fee from what was inserted', () => {
    expect(splitInserted(rule({ basisPoints: 100 }), tenge(20_000))).toEqual({ feeMinor: tenge(200), creditMinor: tenge(19_800), changeMinor: 0, missingMinor: 0 });
    expect(splitInserted(rule({ fixedMinor: tenge(100) }), 0)).toEqual({ feeMinor: 0, creditMinor: 0, changeMinor: 0, missingMinor: tenge(1) });
    expect(splitInserted(rule({ fixedMinor: tenge(500) }), tenge(500))).toEqual({ feeMinor: tenge(500), creditMinor: 0, changeMinor: 0, missingMinor: tenge(1) });
  });

  it('finds the credit whose fee fits on top', () => {
    expect(splitInserted(rule({ basisPoints: 100, payer: 'onTop' }), tenge(10_100))).toEqual({ feeMinor: tenge(100), creditMinor: tenge(10_000), changeMinor: 0, missingMinor: 0 });
    expect(splitInserted(rule({ fixedMinor: tenge(500), payer: 'onTop' }), tenge(200))).toEqual({ feeMinor: tenge(500), creditMinor: 0, changeMinor: 0, missingMinor: tenge(301) });
  });

  it('loses and invents no tenge, and leaves the customer nothing worse than the rule', () => {
    fc.assert(fc.property(anyRule, anyCash, (anyFee, insertedMinor) => {
      const split = splitInserted(anyFee, insertedMinor);
      if (split.missingMinor > 0) {
        expect(split.creditMinor).toBe(0);
        return;
      }
      expect(split.feeMinor + split.creditMinor).toBe(insertedMinor);
      expect(split.creditMinor).toBeGreaterThan(0);
      if (anyFee.payer === 'fromAmount') expect(split.feeMinor).toBe(feeMinor(anyFee, insertedMinor));
      else expect(feeMinor(anyFee, split.creditMinor) - split.feeMinor).toBeLessThanOrEqual(100);
    }));
  });
});

describe('a fixed sum', () => {
  it('leaves the over-payment as change that bears no fee', () => {
    const onePercent = rule({ basisPoints: 100, payer: 'onTop' });
    expect(splitForFixedCredit(onePercent, { insertedMinor: tenge(12_000), creditMinor: tenge(10_000) })).toEqual({ feeMinor: tenge(100), creditMinor: tenge(10_000), changeMinor: tenge(1900), missingMinor: 0 });
    expect(splitForFixedCredit(onePercent, { insertedMinor: tenge(10_000), creditMinor: tenge(10_000) }).missingMinor).toBe(tenge(100));
  });

  it('asks for the least cash that credits the sum', () => {
    fc.assert(fc.property(anyRule, fc.integer({ min: 1, max: 300_000 }), (anyFee, units) => {
      const needed = neededForCredit(anyFee, tenge(units));
      const exact = splitForFixedCredit(anyFee, { insertedMinor: needed, creditMinor: tenge(units) });
      expect(exact).toMatchObject({ creditMinor: tenge(units), missingMinor: 0 });
      expect(exact.feeMinor + exact.creditMinor + exact.changeMinor).toBe(needed);
      expect(exact.changeMinor).toBeLessThanOrEqual(100);
      expect(splitForFixedCredit(anyFee, { insertedMinor: needed - 100, creditMinor: tenge(units) }).missingMinor).toBe(100);
    }));
  });

  it('adds the fee of a pay-out to what is debited', () => {
    expect(withdrawalTotalMinor(rule({ fixedMinor: tenge(200) }), tenge(10_000))).toBe(tenge(10_200));
  });
});

describe('whatever the bank says', () => {
  const anyMinor = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 100_000_000_000, 100_000_000_001, FEE_AMOUNT_MINOR_MAX, FEE_AMOUNT_MINOR_MAX + 100, Number.MAX_SAFE_INTEGER));
  const anyWord = fc.record({ fixedMinor: anyMinor, basisPoints: fc.constantFrom(0, 1, 9_999, 10_000), minMinor: anyMinor, maxMinor: fc.option(anyMinor), payer: fc.constantFrom('fromAmount', 'onTop') });

  it('a rule is refused by the contract, or computes; a credit that no cash reaches needs endless cash', () => {
    let taken = 0;
    fc.assert(fc.property(anyWord, anyMinor, anyCash, (word, creditMinor, insertedMinor) => {
      const parsed = feeRuleSchema.safeParse(word);
      if (!parsed.success) return;
      taken++;
      const needed = neededForCredit(parsed.data, creditMinor);
      if (needed < Infinity) expect(splitForFixedCredit(parsed.data, { insertedMinor: needed, creditMinor })).toMatchObject({ creditMinor, missingMinor: 0 });
      for (const amountMinor of [insertedMinor, FEE_AMOUNT_MINOR_MAX]) {
        const split = splitInserted(parsed.data, amountMinor);
        if (split.missingMinor === 0) expect(split.feeMinor + split.creditMinor).toBe(amountMinor);
        feeMinor(parsed.data, amountMinor);
      }
    }), { numRuns: 2_000 });
    expect(taken).toBeGreaterThan(50);
  });

  it('a provider without a limit, and a fee of everything', () => {
    expect(neededForCredit(rule({}), 999_999_999_999_999)).toBe(Infinity);
    expect(neededForCredit(rule({ basisPoints: 10_000 }), tenge(1))).toBe(Infinity);
    expect(neededForCredit(rule({ basisPoints: 10_000, maxMinor: tenge(50) }), tenge(1))).toBe(tenge(51));
  });
});
