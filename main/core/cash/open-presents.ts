import type { JournalEntry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { bunchInQuestion } from './bunch-account.ts';
import { presentBatch } from './bunch-booking.ts';

/** An order to present without an outcome in the journal is in doubt as one that lost its result: its bunch leaves the counts, and a suspense item has it. @returns the entries of now */
export function closeOpenPresent(parts: Pick<CoreParts, 'journal'>, operationId: string, entries: readonly JournalEntry[], evidence: string): readonly JournalEntry[] {
  const bunch = bunchInQuestion(entries);
  if (bunch?.stage !== 'presenting') return entries;
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  requireCommit(parts.journal, presentBatch(bunch.notes, { kind: 'uncertain', completionCode: 'canceled', lastKnown: { stage: evidence } }, scope));
  return parts.journal.operationEntries(operationId);
}
