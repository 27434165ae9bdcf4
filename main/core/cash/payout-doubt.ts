import type { DispenseStep } from '../../../state-machines/cash-out/cash-out.types.ts';
import { noteCountOf, type NoteCount } from '../../foundation/money.ts';
import type { Journal } from '../../journal/journal.ts';
import { isRecyclerCassette } from './cash-unit-ids.ts';
import { countsFact, readCountsFact } from './counts-fact.ts';

/** Notes of each kind that may have left a recycler in payouts without a result since its units were last compared: such a payout has an item for them already. */
const DOUBT = 'recycler.payoutDoubt';

/** Ascending by kind. */
export function payoutDoubt(journal: Pick<Journal, 'fact'>): readonly NoteCount[] {
  return readCountsFact(journal.fact(DOUBT));
}

/** With the outcome of commands of which nobody knows how many notes are out, in its transaction; those of a dispenser or hopper are left out. */
export function payoutDoubtFacts(journal: Pick<Journal, 'fact'>, steps: readonly (Pick<DispenseStep, 'cassetteNumber' | 'denominationMinor'> & { readonly uncertainCount: number })[]): Readonly<Record<string, string>> {
  const own = steps.filter(({ cassetteNumber, uncertainCount }) => isRecyclerCassette(cassetteNumber) && uncertainCount > 0);
  if (own.length === 0) return {};
  const known = payoutDoubt(journal);
  const kinds = [...new Set([...known, ...own].map(({ denominationMinor }) => denominationMinor))].sort((left, right) => left - right);
  return { [DOUBT]: countsFact(kinds.map((denominationMinor) => ({ denominationMinor, noteCount: noteCountOf(known, denominationMinor) + own.reduce((sum, step) => (step.denominationMinor === denominationMinor ? sum + step.uncertainCount : sum), 0) }))) };
}

/** With what a comparison found, in its transaction: of these kinds it is known what was missing. */
export function comparedDoubtFacts(journal: Pick<Journal, 'fact'>, kinds: readonly Pick<NoteCount, 'denominationMinor'>[]): Readonly<Record<string, string>> {
  const known = payoutDoubt(journal);
  const left = known.filter((doubt) => !kinds.some(({ denominationMinor }) => denominationMinor === doubt.denominationMinor));
  return left.length === known.length ? {} : { [DOUBT]: countsFact(left) };
}
