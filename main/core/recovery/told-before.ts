import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { sumOfNotesMinor, type NoteCount } from '../../foundation/money.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { JournalEntry, SuspenseDraft } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { dispenseSuspense } from '../cash/dispense-suspense.ts';
import type { CoreParts } from '../core-parts.ts';
import { suspectNotes } from '../operations/retained-money.ts';
import { requireCommit } from '../require-commit.ts';
import type { HeardOfOperation, StatedDocument } from './ask-host.ts';
import { hasLostEndItem, lostEndEvidence, lostEndItem } from './lost-end.ts';

/**
 * Operations whose end this journal lost, and whose end the bank has: another report of the same cash it would refuse (RF-31), and the customer would be sent a second receipt that contradicts the first. Nothing is told
 * anew; what this journal does not know stands in items, as ever.
 */

type Closed = Pick<EntryData<'operation.closed'>, 'outcome' | 'refusal'>;

const PENDING: Closed = { outcome: 'pending', refusal: null };

/** The bank has executed a document of one of these kinds. */
export function isStated(documents: HeardOfOperation['documents'], operations: readonly StatedDocument['operation'][]): boolean {
  return documents?.some(({ operation, status }) => operations.includes(operation) && status === 'executed') ?? false;
}

/** Cash that came in: credited there, or owed. A note in doubt has its own item, and what may have come in since has one without a sum. */
export function depositedBefore(parts: CoreParts, operationId: string, entries: readonly JournalEntry[], { documents, uncertainNotes }: { readonly documents: HeardOfOperation['documents']; readonly uncertainNotes: readonly InsertedNote[] }): Closed {
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  const reference = parts.journal.peekReference();
  const suspected = suspectNotes(parts, { notes: uncertainNotes, operationId, reference, scope });
  const ofEnd = hasLostEndItem(parts, operationId) ? [] : [lostEndItem(parts, { operationId, isWithdrawal: false, amountMinor: 0, reference })];
  requireCommit(parts.journal, { entries: [...suspected.entries, toldEntry(documents, scope)], suspense: [...suspected.suspense, ...ofEnd] });
  return PENDING;
}

/** Cash that was to leave: what did by the entries that are left, what may have besides. @param agreedMinor  by the customer; null: his word is lost as well */
export function withdrawnBefore(parts: CoreParts, operationId: string, entries: readonly JournalEntry[], { documents, agreedMinor, presented, uncertainMinor }: { readonly documents: HeardOfOperation['documents']; readonly agreedMinor: number | null; readonly presented: readonly NoteCount[]; readonly uncertainMinor: number }): Closed {
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  const reference = parts.journal.peekReference();
  const [authorised] = dataOf(entries, 'authorisation.received');
  if (authorised === undefined) {
    const item = lostEndItem(parts, { operationId, isWithdrawal: true, amountMinor: 0 - (agreedMinor ?? 0), reference });
    requireCommit(parts.journal, { entries: [toldEntry(documents, scope)], suspense: hasLostEndItem(parts, operationId) ? [] : [item] });
    return PENDING;
  }
  const presentedMinor = sumOfNotesMinor(presented);
  const lostMinor = Math.max(0, authorised.authorisedMinor - presentedMinor - uncertainMinor);
  const suspense: readonly SuspenseDraft[] = dispenseSuspense(parts, {
    operationId, uncertainMinor: uncertainMinor + lostMinor, overDispensedMinor: Math.max(0, presentedMinor - authorised.authorisedMinor), entries: parts.journal.operationEntries(operationId), reference,
    ...(lostMinor === 0 ? {} : { untold: lostEndEvidence(parts) }),
  });
  const outcome = presentedMinor >= authorised.authorisedMinor ? 'full' : 'doubtful';
  requireCommit(parts.journal, {
    entries: [
      entry('withdrawal.completed', { outcome, presentedMinor, uncertainMinor: uncertainMinor + lostMinor, cause: 'RSTR' }, scope),
      ...suspense.map((item) => entry('suspense.opened', { suspenseId: item.suspenseId, reason: item.reason, amountMinor: item.amountMinor, reference }, scope)),
      toldEntry(documents, scope),
    ],
    suspense,
  });
  return { outcome: outcome === 'full' ? 'completed' : 'pending', refusal: null };
}

function toldEntry(documents: HeardOfOperation['documents'], scope: { readonly sessionId: string | undefined; readonly operationId: string }) {
  return entry('operation.toldBefore', { documents: (documents ?? []).map(({ operation, messageId }) => ({ operation, messageId })) }, scope);
}
