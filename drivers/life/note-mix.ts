import type { NoteCount } from '../../main/foundation/money.ts';

/** Notes of `levels` that make exactly this sum, the larger kinds first; null: none do. */
export function mixOf(levels: readonly NoteCount[], amountMinor: number): readonly NoteCount[] | null {
  const [largest, ...others] = [...levels].sort((a, b) => b.denominationMinor - a.denominationMinor);
  if (amountMinor === 0) return [];
  if (largest === undefined || amountMinor < 0) return null;
  for (let noteCount = Math.min(largest.noteCount, Math.floor(amountMinor / largest.denominationMinor)); noteCount >= 0; noteCount--) {
    const rest = mixOf(others, amountMinor - noteCount * largest.denominationMinor);
    if (rest !== null) return noteCount === 0 ? rest : [...rest, { denominationMinor: largest.denominationMinor, noteCount }];
  }
  return null;
}
