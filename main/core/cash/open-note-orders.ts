import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { Journal } from '../../journal/journal.ts';

/** Whose note it is. */
export interface NoteOwner {
  readonly operationId: string;
  readonly sessionId: string | undefined;
}

/** A note that was told to move, and nobody wrote down what became of it. */
export interface OpenNoteOrder {
  readonly verb: 'stack' | 'return';
  readonly note: InsertedNote;
  readonly owner: NoteOwner;
}

/** Of an operation, as the journal has it. @param untilEntryNumber  as it had it before this entry */
export function openNoteOrders(journal: Pick<Journal, 'operationEntries'>, operationId: string, untilEntryNumber: number = Number.MAX_SAFE_INTEGER): readonly OpenNoteOrder[] {
  const entries = journal.operationEntries(operationId).filter(({ entryNumber }) => entryNumber < untilEntryNumber);
  const decided = new Set([...dataOf(entries, 'outcome.stack'), ...dataOf(entries, 'outcome.return')].map((outcome) => outcome.noteId));
  const owner = { operationId, sessionId: entries[0]?.sessionId };
  const toOrder = (verb: 'stack' | 'return') => ({ noteId, denominationMinor }: InsertedNote): OpenNoteOrder => ({ verb, note: { noteId, denominationMinor }, owner });
  return [...dataOf(entries, 'intent.stack').map(toOrder('stack')), ...dataOf(entries, 'intent.return').map(toOrder('return'))].filter((order) => !decided.has(order.note.noteId));
}
