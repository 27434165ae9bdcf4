import { EXTRA_COINS_MAX } from '../../../drivers/interfaces/coin-dispenser.ts';
import type { DispenseStep } from '../../../state-machines/cash-out/cash-out.types.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { isDispenserCassette, isHopperCassette } from './cash-unit-ids.ts';
import { payoutDoubtFacts } from './payout-doubt.ts';

/** Commands go out one after the other, so only the last ones can lack an outcome. */
export function openDispenses(entries: readonly JournalEntry[]): readonly DispenseStep[] {
  return dataOf(entries, 'intent.dispense').slice(dataOf(entries, 'outcome.dispense').length);
}

/** What the dispenser shows after a restart in place of an outcome. */
export interface DispenserEvidence {
  readonly evidence: string;
  /** Notes that its newest command may have handed out on top of its order. [lcdm §4.3] */
  readonly extraNoteCountMax: number;
}

/** A command of which nobody knows how many of these notes are out. */
export interface DoubtfulStep extends DispenseStep {
  readonly uncertainCount: number;
}

/** Commands without an outcome in the journal are in doubt, all of their notes, and of the dispenser's newest (of several cassettes the dearest) or a hopper's what it may have moved besides. @returns them */
export function closeOpenDispenses(parts: Pick<CoreParts, 'journal'>, operationId: string, entries: readonly JournalEntry[], { evidence, extraNoteCountMax }: DispenserEvidence): readonly DoubtfulStep[] {
  const steps = openDispenses(entries);
  const newest = steps.filter(({ cassetteNumber }) => isDispenserCassette(cassetteNumber));
  const dearest = newest.toSorted((left, right) => right.denominationMinor - left.denominationMinor)[0];
  const open = steps.map((step) => ({ ...step, uncertainCount: step.noteCount + (step === dearest ? extraNoteCountMax : isHopperCassette(step.cassetteNumber) ? EXTRA_COINS_MAX : 0) }));
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
          uncertainCount: step.uncertainCount,
          rawErrorCode: null,
          evidence,
        }, scope),
      ),
      facts: payoutDoubtFacts(parts.journal, open),
    });
  }
  return open;
}
