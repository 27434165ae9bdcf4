import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KZT_NOTES_MINOR } from '../../../main/cash/denominations.ts';
import type { MixPart, PayableUnit } from '../../../main/cash/mix.ts';
import type { MixStrategy } from '../../../main/contracts/mix-strategies.ts';
import { MIX_STRATEGIES } from '../../../main/contracts/mix-strategies.ts';
import { RESERVE_COUNT, bunchesOf, rangeLoss, remix, solveMix, unevenness } from '../../../main/cash/mix.ts';

const tenge = (units: number) => units * 100;
const unit = (cassetteNumber: number, denomination: number, noteCount: number, keepCount = 0): PayableUnit => ({ cassetteNumber, denominationMinor: tenge(denomination), noteCount, keepCount });
const availableOf = (cassette: PayableUnit) => Math.max(0, cassette.noteCount - cassette.keepCount);

function notesOf(amount: number, units: readonly PayableUnit[], strategy: MixStrategy, noteCountMax = 40): unknown {
  const result = solveMix({ amountMinor: tenge(amount), units, strategy, noteCountMax });
  return result.ok ? Object.fromEntries(result.value.map((part) => [part.cassetteNumber, part.noteCount])) : result.error;
}

/** Every combination of notes per unit with its sum. */
function* combinations(units: readonly PayableUnit[], counts: readonly number[] = []): Generator<readonly number[]> {
  const next = units[counts.length];
  if (next === undefined) {
    yield counts;
    return;
  }
  for (let noteCount = 0; noteCount <= availableOf(next); noteCount++) yield* combinations(units, [...counts, noteCount]);
}

const sumOf = (units: readonly PayableUnit[], counts: readonly number[]) => counts.reduce((sum, noteCount, index) => sum + noteCount * units[index]!.denominationMinor, 0);
const total = (counts: readonly number[]) => counts.reduce((sum, noteCount) => sum + noteCount, 0);

/** The strategies' measures, written a second time: over a whole combination. */
const COSTS: Readonly<Record<MixStrategy, (units: readonly PayableUnit[], counts: readonly number[]) => number>> = {
  fewestNotes: (_, counts) => total(counts),
  evenEmptying: (units, counts) => counts.reduce((sum, noteCount, index) => sum + unevenness(noteCount, availableOf(units[index]!)), 0),
  keepFullRange: (units, counts) => [...new Set(units.map((cassette) => cassette.denominationMinor))].reduce((sum, denominationMinor) => {
    const of = units.flatMap((cassette, index) => (cassette.denominationMinor === denominationMinor ? [index] : []));
    const stock = of.reduce((notes, index) => notes + availableOf(units[index]!), 0);
    return sum + rangeLoss(of.reduce((notes, index) => notes + counts[index]!, 0), stock);
  }, 0),
};

const anyUnits = fc.array(fc.record({ denomination: fc.constantFrom(...KZT_NOTES_MINOR), noteCount: fc.integer({ min: 0, max: 5 }), keepCount: fc.integer({ min: 0, max: 2 }) }), { minLength: 1, maxLength: 4 })
  .map((units) => units.map(({ denomination, noteCount, keepCount }, index): PayableUnit => ({ cassetteNumber: index + 1, denominationMinor: denomination, noteCount, keepCount })));

describe.each(MIX_STRATEGIES)('solveMix, %s', (strategy) => {
  it('finds as cheap a mix as trying all combinations, exactly the amount, nothing that is not there', () => {
    fc.assert(fc.property(anyUnits, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 1_000 }), (units, noteCountMax, pick) => {
      const all = [...combinations(units)];
      const wanted = sumOf(units, all[pick % all.length]!) || tenge(1000);
      const fitting = all.filter((counts) => sumOf(units, counts) === wanted && total(counts) <= noteCountMax);
      const result = solveMix({ amountMinor: wanted, units, strategy, noteCountMax });
      expect(result.ok).toBe(fitting.length > 0);
      if (!result.ok) return;
      const counts = units.map((cassette) => result.value.find((part) => part.cassetteNumber === cassette.cassetteNumber)?.noteCount ?? 0);
      expect(sumOf(units, counts)).toBe(wanted);
      counts.forEach((noteCount, index) => expect(noteCount).toBeLessThanOrEqual(availableOf(units[index]!)));
      expect(COSTS[strategy](units, counts)).toBeCloseTo(Math.min(...fitting.map((fit) => COSTS[strategy](units, fit))), 6);
    }), { numRuns: 150 });
  });

  it('is the same whatever the order of the units', () => {
    fc.assert(fc.property(anyUnits, fc.integer({ min: 1, max: 600 }), (units, hundreds) => {
      const request = { amountMinor: hundreds * 10_000, strategy, noteCountMax: 40 };
      expect(solveMix({ ...request, units: [...units].reverse() })).toEqual(solveMix({ ...request, units }));
    }));
  });
});

describe('what the strategies save', () => {
  it('evenEmptying lets two cassettes of one value run empty together, fewestNotes only keeps them alike', () => {
    const units = [unit(1, 5000, 90), unit(2, 5000, 10)];
    expect(notesOf(50_000, units, 'evenEmptying')).toEqual({ 1: 9, 2: 1 });
    expect(notesOf(50_000, units, 'fewestNotes')).toEqual({ 1: 10 });
  });

  it('evenEmptying gives small notes where many of them lie', () => {
    expect(notesOf(20_000, [unit(1, 10_000, 10), unit(2, 1000, 900)], 'evenEmptying')).toEqual({ 1: 1, 2: 10 });
  });

  it('keepFullRange does not give the last notes of a kind while others can pay', () => {
    const units = [unit(1, 5000, 2), unit(2, 2000, 100)];
    expect(notesOf(10_000, units, 'fewestNotes')).toEqual({ 1: 2 });
    expect(notesOf(10_000, units, 'keepFullRange')).toEqual({ 2: 5 });
    expect(notesOf(15_000, units, 'keepFullRange')).toEqual({ 1: 1, 2: 5 });
  });

  it('keepFullRange keeps a reserve of each kind', () => {
    expect(notesOf(10_000, [unit(1, 5000, RESERVE_COUNT + 1), unit(2, 2000, 100)], 'keepFullRange')).toEqual({ 2: 5 });
    expect(notesOf(10_000, [unit(1, 5000, RESERVE_COUNT + 2), unit(2, 2000, 100)], 'keepFullRange')).toEqual({ 1: 2 });
  });

  it('keeps to the notes of one pay-out', () => {
    expect(notesOf(10_000, [unit(1, 5000, 2), unit(2, 2000, 100)], 'keepFullRange', 4)).toEqual({ 1: 2 });
    expect(notesOf(1_400_000, [unit(1, 5000, 300)], 'evenEmptying', 400)).toEqual({ 1: 280 });
  });
});

describe('remix', () => {
  const units = [unit(1, 5000, 100), unit(2, 2000, 100), unit(3, 5000, 4)];
  it('pays what is owed without the cassette that failed', () => {
    expect(remix({ owedMinor: tenge(10_000), units, failedCassettes: new Set([1]), strategy: 'fewestNotes', noteCountMax: 40 })).toEqual({ ok: true, value: [{ cassetteNumber: 3, denominationMinor: tenge(5000), noteCount: 2 }] });
    expect(remix({ owedMinor: tenge(25_000), units, failedCassettes: new Set([1]), strategy: 'fewestNotes' }).ok).toBe(true);
  });

  it('says when the others cannot', () => {
    expect(remix({ owedMinor: tenge(5000), units, failedCassettes: new Set([1, 3]), strategy: 'fewestNotes' })).toEqual({ ok: false, error: 'CDM_NOT_DISPENSABLE' });
  });
});

describe('bunchesOf', () => {
  const part = (cassetteNumber: number, noteCount: number): MixPart => ({ cassetteNumber, denominationMinor: tenge(5000), noteCount });

  it('cuts a mix at the limit of the exit', () => {
    expect(bunchesOf([part(1, 3), part(2, 2)], 20)).toEqual([[part(1, 3), part(2, 2)]]);
    expect(bunchesOf([part(1, 25), part(2, 6)], 20)).toEqual([[part(1, 20)], [part(1, 5), part(2, 6)]]);
    expect(bunchesOf([], 20)).toEqual([]);
  });

  it('keeps every note, and makes as few bunches as there can be', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 30 }), (noteCounts, bunchNotesMax) => {
      const bunches = bunchesOf(noteCounts.map((noteCount, index) => part(index + 1, noteCount)), bunchNotesMax);
      expect(bunches.length).toBe(Math.ceil(total(noteCounts) / bunchNotesMax));
      for (const bunch of bunches) expect(total(bunch.map(({ noteCount }) => noteCount))).toBeLessThanOrEqual(bunchNotesMax);
      noteCounts.forEach((noteCount, index) => expect(total(bunches.flat().filter(({ cassetteNumber }) => cassetteNumber === index + 1).map((cut) => cut.noteCount))).toBe(noteCount));
    }));
  });
});
