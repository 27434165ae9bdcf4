import type { DispenseStep } from '../../../state-machines/cash-out/cash-out.types.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';

/** Commands go out one after the other, so only the last ones can lack an outcome. */
export function openDispenses(entries: readonly JournalEntry[]): readonly DispenseStep[] {
  return dataOf(entries, 'intent.dispense').slice(dataOf(entries, 'outcome.dispense').length);
}

/** Commands without an outcome in the journal are in doubt, all of their notes. @returns them */
export function closeOpenDispenses(parts: Pick<CoreParts, 'journal'>, operationId: string, entries: readonly JournalEntry[], evidence: string): readonly DispenseStep[] {
  const open = openDispenses(entries);
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  if (open.length > 0) {
    requireCommit(parts.journal, {
      entries: open.map((step) =>
        entry('outcome.dispense', {
          cassetteNumber: step.cassetteNumber,
          denominationMinor: step.denominationMinor,
          outcome: 'uncertain',
          requestedCount: step.noteCount,
          presentedCount: 0,
          rejectedCount: 0,
          pickedCount: 0,
          uncertainCount: step.noteCount,
          rawErrorCode: null,
          evidence,
        }, scope),
      ),
    });
  }
  return open;
}
