import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KZT_NOTES_MINOR } from '../../../main/cash/denominations.ts';
import type { PayableUnit } from '../../../main/cash/mix.ts';
import { largestPossible, nearestPossible, possibleStep, quickAmounts, solveMix } from '../../../main/cash/mix.ts';

const tenge = (units: number) => units * 100;
const unit = (cassetteNumber: number, denomination: number, noteCount: number, keepCount = 0): PayableUnit => ({ cassetteNumber, denominationMinor: tenge(denomination), noteCount, keepCount });
const first = [unit(1, 5000, 100), unit(2, 2000, 100)];
const noLimits = { minMinor: 0, maxMinor: Number.MAX_SAFE_INTEGER };

function notesOf(amount: number, units: readonly PayableUnit[], noteCountMax?: number): unknown {
  const result = solveMix({ amountMinor: tenge(amount), units, strategy: 'fewestNotes', ...(noteCountMax === undefined ? {} : { noteCountMax }) });
  return result.ok ? Object.fromEntries(result.value.map((part) => [part.cassetteNumber, part.noteCount])) : result.error;
}

/** Every amount that the units can make, with the fewest notes for it, by trying all combinations. */
function allMixes(units: readonly PayableUnit[]): Map<number, number> {
  let reachable = new Map([[0, 0]]);
  for (const { denominationMinor, noteCount, keepCount } of units) {
    const next = new Map<number, number>();
    for (const [amount, count] of reachable) {
      for (let n = 0; n <= Math.max(0, noteCount - keepCount); n++) {
        const sum = amount + n * denominationMinor;
        next.set(sum, Math.min(next.get(sum) ?? Infinity, count + n));
      }
    }
    reachable = next;
  }
  reachable.delete(0);
  return reachable;
}

const anyUnits = fc.array(fc.record({ denomination: fc.constantFrom(...KZT_NOTES_MINOR), noteCount: fc.integer({ min: 0, max: 6 }), keepCount: fc.integer({ min: 0, max: 2 }) }), { minLength: 1, maxLength: 4 })
  .map((units) => units.map(({ denomination, noteCount, keepCount }, index): PayableUnit => ({ cassetteNumber: index + 1, denominationMinor: denomination, noteCount, keepCount })));

describe('solveMix', () => {
  it('pays 6 000 as three notes of 2 000, where a greedy mix gets stuck', () => {
    expect(notesOf(6000, first)).toEqual({ 2: 3 });
    expect(notesOf(11_000, first)).toEqual({ 1: 1, 2: 3 });
    expect(notesOf(10_000, first)).toEqual({ 1: 2 });
  });

  it('says that 1 000 and 3 000 cannot be paid', () => {
    expect(notesOf(1000, first)).toBe('CDM_NOT_DISPENSABLE');
    expect(notesOf(3000, first)).toBe('CDM_NOT_DISPENSABLE');
    expect(notesOf(2000.5, first)).toBe('CDM_NOT_DISPENSABLE');
  });

  it('uses the other notes when one kind runs short, and leaves the kept ones', () => {
    expect(notesOf(20_000, [unit(1, 5000, 2), unit(2, 2000, 100)])).toEqual({ 1: 2, 2: 5 });
    expect(notesOf(10_000, [unit(1, 5000, 2, 1), unit(2, 2000, 100)])).toEqual({ 2: 5 });
    expect(notesOf(10_000, [unit(1, 5000, 2, 5)])).toBe('CDM_NOT_DISPENSABLE');
  });

  it('takes notes of one value from the fullest cassette first', () => {
    expect(notesOf(30_000, [unit(1, 5000, 3), unit(2, 5000, 5)])).toEqual({ 1: 1, 2: 5 });
  });

  it('refuses a mix that has more notes than one pay-out may have', () => {
    expect(notesOf(50_000, first, 10)).toEqual({ 1: 10 });
    expect(notesOf(52_000, first, 10)).toBe('CDM_NOT_DISPENSABLE');
  });

  it('refuses a sum above everything that is loaded without working it out', () => {
    expect(notesOf(90_000_000_000, first)).toBe('CDM_NOT_DISPENSABLE');
    expect(notesOf(5000, [])).toBe('CDM_NOT_DISPENSABLE');
  });

  it('finds what trying all combinations finds: exact, as few notes, nothing that is not there', () => {
    fc.assert(fc.property(anyUnits, fc.integer({ min: 1, max: 1200 }), (units, hundreds) => {
      const possible = allMixes(units);
      const amounts = [hundreds * 10_000, ...[...possible.keys()].filter((_, index) => index % 7 === hundreds % 7)];
      for (const amountMinor of amounts) {
        const result = solveMix({ amountMinor, units, strategy: 'fewestNotes' });
        expect(result.ok).toBe(possible.has(amountMinor));
        if (!result.ok) continue;
        expect(result.value.reduce((sum, part) => sum + part.denominationMinor * part.noteCount, 0)).toBe(amountMinor);
        expect(result.value.reduce((sum, part) => sum + part.noteCount, 0)).toBe(possible.get(amountMinor));
        for (const part of result.value) {
          const from = units.find((candidate) => candidate.cassetteNumber === part.cassetteNumber)!;
          expect(part.denominationMinor).toBe(from.denominationMinor);
          expect(part.noteCount).toBeGreaterThan(0);
          expect(part.noteCount).toBeLessThanOrEqual(from.noteCount - from.keepCount);
        }
      }
    }), { numRuns: 200 });
  });

  it('is the same whatever the order of the units', () => {
    fc.assert(fc.property(anyUnits, fc.integer({ min: 1, max: 600 }), (units, hundreds) => {
      const amountMinor = hundreds * 10_000;
      expect(solveMix({ amountMinor, units: [...units].reverse(), strategy: 'fewestNotes' })).toEqual(solveMix({ amountMinor, units, strategy: 'fewestNotes' }));
    }));
  });
});

describe('nearestPossible', () => {
  it('offers the amounts on both sides of an impossible one', () => {
    expect(nearestPossible({ amountMinor: tenge(3000), units: first, limits: noLimits })).toEqual([tenge(2000), tenge(4000)]);
    expect(nearestPossible({ amountMinor: tenge(1000), units: first, limits: noLimits })).toEqual([tenge(2000), tenge(4000)]);
    expect(nearestPossible({ amountMinor: tenge(7500), units: first, limits: noLimits })).toEqual([tenge(7000), tenge(8000)]);
  });

  it('stays within the limits and within what is loaded', () => {
    expect(nearestPossible({ amountMinor: tenge(900_000), units: [unit(1, 5000, 3), unit(2, 2000, 0)], limits: noLimits })).toEqual([tenge(10_000), tenge(15_000)]);
    expect(nearestPossible({ amountMinor: tenge(1000), units: first, limits: { minMinor: tenge(5000), maxMinor: tenge(6000) } })).toEqual([tenge(5000), tenge(6000)]);
    expect(nearestPossible({ amountMinor: tenge(1000), units: [unit(1, 5000, 0)], limits: noLimits })).toEqual([]);
  });

  it('offers exactly the nearest of all payable amounts', () => {
    fc.assert(fc.property(anyUnits, fc.integer({ min: 1, max: 800 }), (units, hundreds) => {
      const amountMinor = hundreds * 10_000;
      const expected = [...allMixes(units).keys()].filter((amount) => amount !== amountMinor)
        .sort((a, b) => Math.abs(a - amountMinor) - Math.abs(b - amountMinor) || a - b).slice(0, 2).sort((a, b) => a - b);
      expect(nearestPossible({ amountMinor, units, limits: noLimits })).toEqual(expected);
    }), { numRuns: 100 });
  });
});

describe('quickAmounts, possibleStep, largestPossible', () => {
  it('shows only amounts that can be paid now, over the whole range', () => {
    const amounts = quickAmounts(first, { minMinor: tenge(2000), maxMinor: tenge(200_000) });
    expect(amounts).toEqual([2000, 10_000, 20_000, 50_000, 100_000, 200_000].map(tenge));
    expect(quickAmounts([unit(1, 5000, 3), unit(2, 2000, 0)], noLimits)).toEqual([5000, 10_000].map(tenge));
    expect(quickAmounts([unit(1, 5000, 0)], noLimits)).toEqual([]);
    expect(quickAmounts(first, { minMinor: 0, maxMinor: tenge(1000) })).toEqual([]);
  });

  it('gives the common step of the notes that may leave', () => {
    expect(possibleStep(first)).toBe(tenge(1000));
    expect(possibleStep([unit(1, 5000, 10), unit(2, 2000, 3, 3)])).toBe(tenge(5000));
    expect(possibleStep([])).toBe(0);
  });

  it('gives the largest amount under limits, notes loaded and notes of one pay-out', () => {
    expect(largestPossible(first, noLimits)).toBe(tenge(700_000));
    expect(largestPossible(first, { minMinor: 0, maxMinor: tenge(200_500) })).toBe(tenge(200_000));
    expect(largestPossible(first, { ...noLimits, noteCountMax: 3 })).toBe(tenge(15_000));
    expect(largestPossible([], noLimits)).toBe(0);
  });

  it('never shows a quick amount that the solver then refuses', () => {
    fc.assert(fc.property(anyUnits, fc.integer({ min: 1, max: 20 }), (units, noteCountMax) => {
      for (const amountMinor of quickAmounts(units, { ...noLimits, noteCountMax })) expect(solveMix({ amountMinor, units, strategy: 'fewestNotes', noteCountMax }).ok).toBe(true);
    }));
  });
});
