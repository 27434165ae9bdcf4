import type { EntryData, EntryKind } from './entry-kinds.ts';
import type { JournalEntry } from './journal.ts';

/** What the entries of one kind say, in their order. */
export function dataOf<Kind extends EntryKind>(entries: readonly JournalEntry[], kind: Kind): readonly EntryData<Kind>[] {
  return entries.filter((candidate) => candidate.kind === kind).map((candidate) => candidate.data as EntryData<Kind>);
}
