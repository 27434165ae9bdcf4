import type { NoteCount } from '../../../main/foundation/money.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Json } from '../../simulator.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';

/** Of a dispenser that gathers notes: each bunch that came into a customer's reach, in order; of others absent. */
interface DispenserWorld {
  readonly handedOut?: readonly (readonly NoteCount[])[];
}

/** A bunch that came into reach is one that was ordered, and nothing besides: what an earlier customer's order left in the stacker is nobody's next. Less of it may have come, where the power went. */
export function checkBunches(world: Json, { entries }: Pick<JournalMoney, 'entries'>): readonly Finding[] {
  const ordered = dataOf(entries, 'intent.present').map(({ notes }) => notes);
  let next = 0;
  return ((world as unknown as DispenserWorld).handedOut ?? []).filter((bunch) => bunch.length > 0).flatMap((bunch): readonly Finding[] => {
    const index = ordered.findIndex((notes, at) => at >= next && isWithin(bunch, notes));
    if (index < 0) return [{ rule: 'cash', detail: `bunch: ${wordsOf(bunch)} came into reach; ordered since then were ${ordered.slice(next).map(wordsOf).join(', ') || 'none'}` }];
    next = index + 1;
    return [];
  });
}

function isWithin(bunch: readonly NoteCount[], ordered: readonly NoteCount[]): boolean {
  return bunch.every(({ denominationMinor, noteCount }) => noteCount <= (ordered.find((notes) => notes.denominationMinor === denominationMinor)?.noteCount ?? 0));
}

const wordsOf = (notes: readonly NoteCount[]) => notes.map(({ denominationMinor, noteCount }) => `${noteCount} of ${denominationMinor}`).join(' and ');
