import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { Journal } from '../../journal/journal.ts';
import { lossesOf } from '../../journal/lost-end.ts';
import type { NoteOwner } from './open-note-orders.ts';

/** What an earlier life of the core wrote of the note that the acceptor moved last: until the next order the device may tell its event. `stacked`: again. `unknown`: for the first time. */
export type LastNote =
  | { readonly kind: 'stacked'; readonly toldMinor: number; readonly entryNumber: number }
  | { readonly kind: 'unknown'; readonly verb: 'stack' | 'return'; readonly note: InsertedNote; readonly owner: NoteOwner };

/** null: its end is known otherwise, an order without an end follows it, or the journal lost what came after it: what the acceptor tells then may be another note, of which nobody has anything. */
export function lastNote(journal: Pick<Journal, 'entries'>): LastNote | null {
  const last = journal.entries({ kinds: ['intent.stack', 'outcome.stack', 'intent.return', 'outcome.return', 'note.unassigned'], newestFirst: true, limit: 1 })[0];
  if (last === undefined || (lossesOf(journal)[0]?.entryNumber ?? 0) > last.entryNumber) return null;
  if (last.kind === 'note.unassigned') {
    const { denominationMinor, toldMinor = denominationMinor } = last.data as EntryData<'note.unassigned'>;
    return { kind: 'stacked', toldMinor, entryNumber: last.entryNumber };
  }
  if (last.kind !== 'outcome.stack' && last.kind !== 'outcome.return') return null;
  const { noteId, denominationMinor, result, toldMinor = result === 'stacked' ? denominationMinor : null } = last.data as EntryData<'outcome.stack'>;
  if (toldMinor !== null) return { kind: 'stacked', toldMinor, entryNumber: last.entryNumber };
  if (result !== 'unknown' || last.operationId === undefined) return null;
  return { kind: 'unknown', verb: last.kind === 'outcome.stack' ? 'stack' : 'return', note: { noteId, denominationMinor }, owner: { operationId: last.operationId, sessionId: last.sessionId } };
}
