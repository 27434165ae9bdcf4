import { assert } from '../foundation/assert.ts';

/** One choice of a mix: so many notes of one kind, at a cost of its own. */
export interface CostedKind {
  readonly denominationMinor: number;
  readonly availableCount: number;
  /** Of taking so many notes, ≥ 0; the mix with the least sum wins. */
  readonly costOf: (noteCount: number) => number;
}

/** Sums of costs that differ by less are equal: they are fractions added in another order. */
const COST_EQUAL = 1e-9;

interface Step {
  readonly cost: number;
  readonly noteCount: number;
  readonly before: Step | null;
}

/**
 * The exact mix with the least sum of costs, by dynamic programming over (amount made, notes used): only sums that can be reached are kept. Among equally
 * cheap mixes the one with more notes of the kinds that stand first.
 *
 * @param noteCountMax  bounds the table; a pay-out always has such a bound
 * @returns             notes per kind, in the order of `kinds`, or null when no exact mix has so few notes
 */
export function cheapestMix(kinds: readonly CostedKind[], amountMinor: number, noteCountMax: number): readonly number[] | null {
  assert(Number.isSafeInteger(amountMinor) && amountMinor > 0 && Number.isSafeInteger(noteCountMax) && noteCountMax >= 0, 'an amount and a bound');
  const width = noteCountMax + 1;
  let reached = new Map<number, Step>([[0, { cost: 0, noteCount: 0, before: null }]]);
  const restMinor = restsOf(kinds);
  kinds.forEach((kind, index) => {
    const next = new Map<number, Step>();
    for (const [key, before] of reached) {
      const usedCount = key % width;
      const madeMinor = (key - usedCount) / width;
      const countMax = Math.min(kind.availableCount, noteCountMax - usedCount, Math.floor((amountMinor - madeMinor) / kind.denominationMinor));
      for (let noteCount = countMax; noteCount >= 0; noteCount--) {
        const sumMinor = madeMinor + noteCount * kind.denominationMinor;
        // What the kinds behind can still give does not reach the amount: fewer notes of this one even less.
        if (sumMinor + restMinor[index + 1]! < amountMinor) break;
        const nextKey = sumMinor * width + usedCount + noteCount;
        const cost = before.cost + kind.costOf(noteCount);
        const known = next.get(nextKey);
        if (known === undefined || isCheaper(cost, known.cost)) next.set(nextKey, { cost, noteCount, before });
      }
    }
    reached = next;
  });
  return cheapestOf(reached, amountMinor, width);
}

function cheapestOf(reached: ReadonlyMap<number, Step>, amountMinor: number, width: number): readonly number[] | null {
  let best: Step | null = null;
  for (let usedCount = 0; usedCount < width; usedCount++) {
    const step = reached.get(amountMinor * width + usedCount);
    if (step !== undefined && (best === null || isCheaper(step.cost, best.cost))) best = step;
  }
  if (best === null) return null;
  const counts: number[] = [];
  for (let step = best; step.before !== null; step = step.before) counts.push(step.noteCount);
  return counts.reverse();
}

/** At each index: what this kind and those behind it can give at most. */
function restsOf(kinds: readonly CostedKind[]): readonly number[] {
  const rests = [0];
  for (const kind of [...kinds].reverse()) rests.unshift(rests[0]! + kind.availableCount * kind.denominationMinor);
  return rests;
}

function isCheaper(cost: number, than: number): boolean {
  return cost < than - COST_EQUAL * Math.max(1, Math.abs(than));
}
