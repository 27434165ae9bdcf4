import type { Journal, JournalBatch, JournalEntry } from '../../journal/journal.ts';

type Known = Pick<Journal, 'entries' | 'fact'>;

/** Newest conflict that stood when somebody who had signed in left service mode: whom the entries of that time name, the retention policy lets go of. */
const SEEN = 'host.conflictSeen';
/** Visits since an alarm; where none of so many was a person's, it stands. */
const LEFT_LOOKED_AT = 1_000;

/** The bank contradicted itself, and nobody who can read the alarm has been there since. */
export function unseenConflict(journal: Known): JournalEntry<'message.conflicted'> | null {
  const [conflict] = journal.entries({ kinds: ['message.conflicted'], newestFirst: true, limit: 1 }) as readonly JournalEntry<'message.conflicted'>[];
  if (conflict === undefined || conflict.entryNumber <= Number(journal.fact(SEEN) ?? 0)) return null;
  // Whoever turned the key and did not sign in was nobody.
  const left = journal.entries({ kinds: ['service.left'], fromEntryNumber: conflict.entryNumber, limit: LEFT_LOOKED_AT }) as readonly JournalEntry<'service.left'>[];
  return left.every(({ data }) => data.login === null) ? conflict : null;
}

/** With the entry of his leaving. */
export function seenFacts(journal: Known): NonNullable<JournalBatch['facts']> {
  const conflict = unseenConflict(journal);
  return conflict === null ? {} : { [SEEN]: String(conflict.entryNumber) };
}
