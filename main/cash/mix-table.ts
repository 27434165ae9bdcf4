import { assert } from '../foundation/assert.ts';
import { greatestCommonDivisor } from './denominations.ts';

/** All notes of one value that may be paid out, whichever cassette they lie in. */
export interface NoteStock {
  readonly denominationMinor: number;
  /** Notes that may leave, ≥ 1. */
  readonly availableCount: number;
}

/** Amounts that a table may span, in steps; above that the caller asked for a sum that no terminal holds. */
export const MIX_STEPS_MAX = 2_000_000;

/**
 * For every amount up to a limit: the fewest notes that make it, exactly. Answers "can it be paid", "with what" and "what is near".
 *
 * Bounded change-making by dynamic programming over the common step of the denominations. A greedy mix is wrong already for
 * 5 000 + 2 000 (6 000 = 3 × 2 000), and so is any answer that ignores how many notes are left.
 */
export interface MixTable {
  /** Common step of all payable amounts, minor units; 0 when nothing can be paid. */
  readonly stepMinor: number;
  readonly limitMinor: number;
  /** Fewest notes for the amount, null when it cannot be made. */
  fewestNotes(amountMinor: number): number | null;
  /** Notes per denomination of `stocks` in the order given there; among equally few notes the mix with more of the larger ones. */
  split(amountMinor: number): readonly { readonly denominationMinor: number; readonly noteCount: number }[] | null;
}

const IMPOSSIBLE = 0x7fff_ffff;

/**
 * @param stocks      distinct denominations
 * @param limitMinor  largest amount that will be asked, ≥ 0
 */
export function createMixTable(stocks: readonly NoteStock[], limitMinor: number): MixTable {
  const ascending = [...stocks].sort((a, b) => a.denominationMinor - b.denominationMinor);
  assert(new Set(ascending.map((stock) => stock.denominationMinor)).size === ascending.length, 'each denomination is one stock');
  const stepMinor = greatestCommonDivisor(ascending.map((stock) => stock.denominationMinor));
  const stepCount = stepMinor === 0 ? 0 : Math.floor(limitMinor / stepMinor);
  assert(stepCount <= MIX_STEPS_MAX, 'the amounts asked for stay within what a terminal can hold');

  /** rows[k][a]: fewest notes for `a` steps with the k smallest denominations. */
  const rows: Int32Array[] = [new Int32Array(stepCount + 1).fill(IMPOSSIBLE)];
  rows[0]![0] = 0;
  for (const stock of ascending) {
    rows.push(withDenomination(rows.at(-1)!, { denominationSteps: stock.denominationMinor / stepMinor, noteCountMax: stock.availableCount }));
  }
  const last = rows.at(-1)!;

  function stepsOf(amountMinor: number): number | null {
    if (amountMinor === 0) return 0;
    if (amountMinor < 0 || amountMinor > limitMinor || stepMinor === 0 || amountMinor % stepMinor !== 0) return null;
    return amountMinor / stepMinor;
  }

  return {
    stepMinor,
    limitMinor,
    fewestNotes(amountMinor) {
      const steps = stepsOf(amountMinor);
      if (steps === null || last[steps] === IMPOSSIBLE) return null;
      return last[steps]!;
    },
    split(amountMinor) {
      let rest = stepsOf(amountMinor);
      if (rest === null || last[rest] === IMPOSSIBLE) return null;
      const counts: { denominationMinor: number; noteCount: number }[] = [];
      for (let index = ascending.length - 1; index >= 0; index--) {
        const { denominationMinor, availableCount } = ascending[index]!;
        const denominationSteps = denominationMinor / stepMinor;
        const wanted: number = rows[index + 1]![rest]!;
        const without = rows[index]!;
        let noteCount = Math.min(availableCount, Math.floor(rest / denominationSteps));
        while (without[rest - noteCount * denominationSteps]! + noteCount !== wanted) noteCount--;
        assert(noteCount >= 0, 'a mix that exists can be followed back');
        if (noteCount > 0) counts.push({ denominationMinor, noteCount });
        rest -= noteCount * denominationSteps;
      }
      assert(rest === 0, 'a mix makes up the whole amount');
      return stocks.flatMap((stock) => counts.filter((count) => count.denominationMinor === stock.denominationMinor));
    },
  };
}

/**
 * Adds one denomination: next[a] = min over n ≤ noteCountMax of previous[a − n·d] + n. Amounts of one remainder modulo d form a chain; the minimum
 * over a window of it slides with a monotone queue, so the cost does not grow with the number of notes.
 */
function withDenomination(previous: Int32Array, options: { readonly denominationSteps: number; readonly noteCountMax: number }): Int32Array {
  const { denominationSteps, noteCountMax } = options;
  const next = new Int32Array(previous.length).fill(IMPOSSIBLE);
  const queue = new Int32Array(Math.ceil(previous.length / denominationSteps));
  for (let remainder = 0; remainder < denominationSteps && remainder < previous.length; remainder++) {
    let head = 0;
    let tail = 0;
    /** Cost at position q of the chain, counted as if from its start. */
    const cost = (position: number) => previous[remainder + position * denominationSteps]! - position;
    for (let position = 0; remainder + position * denominationSteps < previous.length; position++) {
      if (previous[remainder + position * denominationSteps] !== IMPOSSIBLE) {
        while (tail > head && cost(queue[tail - 1]!) >= cost(position)) tail--;
        queue[tail++] = position;
      }
      while (tail > head && queue[head]! < position - noteCountMax) head++;
      if (tail > head) next[remainder + position * denominationSteps] = cost(queue[head]!) + position;
    }
  }
  return next;
}
