import { noteCountOf, type NoteCount } from '../../foundation/money.ts';
import type { CashUnitChange, Journal } from '../../journal/journal.ts';
import { BOX_UNIT } from './cash-unit-ids.ts';
import { countsFact, readCountsFact } from './counts-fact.ts';

/** The journal counts what lay in the units before the first start. */
export const RECYCLER_SEEDED = 'recycler.seeded';
/** Who opened the units with the box; empty: nobody, and what lies in them is counted. */
export const RECYCLER_EXCHANGE = 'recycler.exchange';
/** Notes of each kind, also of those of which it has no unit, that may have lain in one uncounted when it was opened, `denomination:count`; empty: it was counted then. */
export const RECYCLER_UNCOUNTED = 'recycler.uncounted';
/** Who had notes brought from the units to the box, until it is known what came of it; empty: nobody. */
export const RECYCLER_BRINGING = 'recycler.bringing';

/** With the beginning of an exchange. @param uncounted  none: the units were counted then */
export function openedFacts(login: string, uncounted: readonly NoteCount[]): Readonly<Record<string, string>> {
  return { [RECYCLER_EXCHANGE]: login, [RECYCLER_UNCOUNTED]: countsFact(uncounted) };
}

/**
 * The same where the configuration has no recycler and the journal counts units of one: it cannot be asked, so that what the box counts may in part lie in them, and hands may be at them
 * with the rest. It is counted as after any exchange when it is there again. Units that are open already keep what is known of their beginning,
 * and notes that were told to go to the box keep who told it: how far they came is known when it is there.
 */
export function absentFacts(journal: Pick<Journal, 'fact' | 'cashUnits'>, login: string): Readonly<Record<string, string>> {
  if (journal.fact(RECYCLER_SEEDED) === undefined || [RECYCLER_EXCHANGE, RECYCLER_BRINGING].some((fact) => (journal.fact(fact) ?? '') !== '')) return {};
  return openedFacts(login, journal.cashUnits().filter(({ unitId }) => unitId === BOX_UNIT));
}

/** With notes that the box counts late, by the device's word about an order of before: where the units are open they may lie in one, and its count after the exchange has them too. */
export function lateFacts(journal: Pick<Journal, 'fact'>, changes: readonly CashUnitChange[]): Readonly<Record<string, string>> {
  const late = changes.filter(({ unitId }) => unitId === BOX_UNIT).map(({ denominationMinor, noteCountDelta }) => ({ denominationMinor, noteCount: noteCountDelta }));
  if (late.length === 0 || (journal.fact(RECYCLER_EXCHANGE) ?? '') === '') return {};
  const uncounted = [...readCountsFact(journal.fact(RECYCLER_UNCOUNTED)), ...late];
  const kinds = [...new Set(uncounted.map(({ denominationMinor }) => denominationMinor))];
  return { [RECYCLER_UNCOUNTED]: countsFact(kinds.map((denominationMinor) => ({ denominationMinor, noteCount: noteCountOf(uncounted, denominationMinor) }))) };
}
