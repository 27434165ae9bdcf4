import type { EntryData, EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { JournalReader } from '../../../main/journal/reader.ts';
import { ROWS_PER_QUERY_MAX } from '../../../main/journal/reader.ts';

/** Data of all entries of one kind, oldest first. */
export function dataOf<Kind extends EntryKind>(journal: JournalReader, kind: Kind): readonly EntryData<Kind>[] {
  return journal.entries({ kinds: [kind], limit: ROWS_PER_QUERY_MAX }).map((entry) => entry.data as EntryData<Kind>);
}
