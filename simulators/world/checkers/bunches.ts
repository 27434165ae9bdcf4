import type { NoteCount } from '../../../main/foundation/money.ts';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import type { Json } from '../../simulator.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';

/** One kind of note of a bunch, and how many of them a customer took. */
interface ReachedNotes extends NoteCount {
  readonly takenCount: number;
}
/** Of a dispenser that gathers notes: each bunch that came into a customer's reach, in order; of others absent. */
interface DispenserWorld {
  readonly handedOut?: readonly (readonly ReachedNotes[])[];
}

/** What the journal says of one bunch. */
interface OrderedBunch {
  readonly notes: readonly NoteCount[];
  /** It is certain that it came into reach, all of it. */
  readonly isPresented: boolean;
  /** Certainly drawn back; null: the journal does not say that anything was, or not how much. */
  readonly back: readonly NoteCount[] | null;
}

/**
 * A bunch that came into reach is one that was ordered, and nothing besides: what an earlier customer's order left in the stacker is nobody's next. Less of it may have come, where the power went, but
 * for one that was presented for certain. What the journal says was drawn back is what the customer did not take.
 */
export function checkBunches(world: Json, { entries }: Pick<JournalMoney, 'entries'>): readonly Finding[] {
  const ordered = entries.flatMap((one, at) => (one.kind === 'intent.present' ? [orderAt(entries, at)] : []));
  const reached = ((world as unknown as DispenserWorld).handedOut ?? []).filter((bunch) => bunch.length > 0);
  // Bunches and orders after which the rest may still come out even; each bunch is of one order.
  let ends = new Set([0]);
  for (const bunch of reached) {
    const next = new Set([...ends].flatMap((from) => endsOf(bunch, ordered, from)));
    if (next.size === 0) return [{ rule: 'cash', detail: `bunch: ${bunch.map(reachedWords).join(' and ')} came into reach; ordered since then were ${ordered.slice(Math.min(...ends)).map(orderWords).join(', ') || 'none'}` }];
    ends = next;
  }
  const untouched = ordered.slice(Math.max(...ends)).find(({ isPresented }) => isPresented);
  return untouched === undefined ? [] : [{ rule: 'cash', detail: `bunch: ${orderWords(untouched)} was presented, and never came into reach` }];
}

/** Where the orders go on after a bunch of one of those from `from` on, as many as it may be of: one that was presented for certain is not passed over. */
function endsOf(bunch: readonly ReachedNotes[], ordered: readonly OrderedBunch[], from: number): readonly number[] {
  const last = ordered.findIndex(({ isPresented }, at) => at >= from && isPresented);
  return ordered.slice(from, last < 0 ? undefined : last + 1).flatMap((order, index) => (isOf(bunch, order) ? [from + index + 1] : []));
}

function isOf(bunch: readonly ReachedNotes[], { notes, isPresented, back }: OrderedBunch): boolean {
  const isWithin = bunch.every(({ denominationMinor, noteCount }) => noteCount <= countIn(notes, denominationMinor));
  const isWhole = notes.every(({ denominationMinor, noteCount }) => noteCount <= countIn(bunch, denominationMinor));
  return isWithin && (isWhole || !isPresented) && (back === null || bunch.every(({ denominationMinor, noteCount, takenCount }) => noteCount - takenCount === countIn(back, denominationMinor)));
}

/** @param at  of its `intent.present` */
function orderAt(entries: readonly JournalEntry[], at: number): OrderedBunch {
  const { operationId, data } = entries[at]!;
  const next = entries.findIndex((one, index) => index > at && one.operationId === operationId && one.kind === 'intent.present');
  const following = entries.slice(at, next < 0 ? undefined : next).filter((one) => one.operationId === operationId);
  const presented = following.find(({ kind }) => kind === 'outcome.present')?.data as EntryData<'outcome.present'> | undefined;
  const retracted = following.find(({ kind }) => kind === 'outcome.retract')?.data as EntryData<'outcome.retract'> | undefined;
  return { notes: (data as EntryData<'intent.present'>).notes, isPresented: presented?.outcome === 'completed', back: retracted?.from === 'exit' && retracted.outcome === 'completed' ? retracted.notes : null };
}

function countIn(notes: readonly NoteCount[], denominationMinor: number): number {
  return notes.find((one) => one.denominationMinor === denominationMinor)?.noteCount ?? 0;
}

const reachedWords = ({ denominationMinor, noteCount, takenCount }: ReachedNotes) => `${noteCount} of ${denominationMinor}${takenCount === noteCount ? '' : ` (${takenCount} taken)`}`;
const noteWords = (notes: readonly NoteCount[]) => notes.map(({ denominationMinor, noteCount }) => `${noteCount} of ${denominationMinor}`).join(' and ');
const orderWords = ({ notes, back }: OrderedBunch) => `${noteWords(notes)}${back === null ? '' : ` (drawn back: ${noteWords(back) || 'none'})`}`;
