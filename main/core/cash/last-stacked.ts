import type { EntryData } from '../../journal/entry-kinds.ts';
import type { Journal } from '../../journal/journal.ts';

/** What the acceptor said of the note that it moved last, when the journal has it as told from the box; null when a later order followed. */
export function lastStackedMinor(journal: Journal): number | null {
  const last = journal.entries({ kinds: ['intent.stack', 'outcome.stack', 'intent.return', 'outcome.return', 'note.unassigned'], newestFirst: true, limit: 1 })[0];
  if (last === undefined) return null;
  if (last.kind === 'note.unassigned') return (last.data as EntryData<'note.unassigned'>).denominationMinor;
  const data = last.data as EntryData<'outcome.stack'>;
  if (data.toldMinor !== undefined) return data.toldMinor;
  return (last.kind === 'outcome.stack' || last.kind === 'outcome.return') && data.result === 'stacked' ? data.denominationMinor : null;
}
