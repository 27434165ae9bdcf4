/** One measured number beside its aim. */
export interface Figure {
  readonly name: string;
  /** null: could not be measured here, `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly aim: string;
  /** null where there is no value or nothing to compare it with. */
  readonly ok: boolean | null;
  readonly note: string;
}

type Named = Pick<Figure, 'name' | 'unit'> & { readonly note?: string };

export function atMost(limit: number, figure: Named, value: number): Figure {
  return { name: figure.name, value: rounded(value), unit: figure.unit, aim: `≤ ${limit}`, ok: value <= limit, note: figure.note ?? '' };
}

export function atLeast(limit: number, figure: Named, value: number): Figure {
  return { name: figure.name, value: rounded(value), unit: figure.unit, aim: `≥ ${limit}`, ok: value >= limit, note: figure.note ?? '' };
}

/** For comparison and for history, without an aim. */
export function told(figure: Named, value: number): Figure {
  return { name: figure.name, value: rounded(value), unit: figure.unit, aim: '', ok: null, note: figure.note ?? '' };
}

/** There is nothing to measure here, and that is no fault. */
export function missing(figure: Pick<Figure, 'name' | 'unit' | 'aim'>, why: string): Figure {
  return { ...figure, value: null, ok: null, note: why };
}

/** It should have been measured and could not be: missed like an aim. */
export function failed(figure: Pick<Figure, 'name' | 'unit' | 'aim'>, why: string): Figure {
  return { ...missing(figure, why), ok: false };
}

/** The value below which `share` (0…1) of the values lie, by nearest rank. @param values  at least one, any order */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Three digits that count are enough to read and to compare. */
function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(3));
}
