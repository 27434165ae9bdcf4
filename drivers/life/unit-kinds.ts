import type { Currency } from '../../main/foundation/money.ts';

/** Kinds of notes, ascending: a recycler's units by their number. */
export function kindsOf(types: readonly { readonly denominationMinor: number; readonly currency: Currency }[], currency: Currency): readonly number[] {
  return [...new Set(types.filter((type) => type.currency === currency).map((type) => type.denominationMinor))].sort((a, b) => a - b);
}

/** From 1. null: there is no unit for such notes */
export function unitNumberIn(kinds: readonly number[], denominationMinor: number): number | null {
  const index = kinds.indexOf(denominationMinor);
  return index < 0 ? null : index + 1;
}
