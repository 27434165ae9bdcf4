import type { DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { DispenseStep } from '../../../state-machines/cash-out/cash-out.types.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import type { CashUnitChange, EntryDraft, JournalBatch } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { cassetteUnit, rejectUnit, transportUnit } from './cash-unit-ids.ts';
import { payoutDoubtFacts } from './payout-doubt.ts';

type Scope = { readonly sessionId: string | undefined; readonly operationId: string | undefined };

/** What one dispense command came to, with the counts it changes and what follows at once, in one transaction. @returns whether all of it is durable; else the outcome is held, without what follows */
export function commitDispenseOutcome(parts: Pick<CoreParts, 'journal' | 'heldOutcomes'>, step: DispenseStep, outcome: DeviceOutcome<DispenseCounts>, scope: Scope, more: { readonly follows?: readonly EntryDraft[]; readonly mayFollow?: () => boolean; readonly onWritten?: () => void } = {}): Promise<boolean> {
  const facts = outcome.kind === 'uncertain' ? payoutDoubtFacts(parts.journal, [{ ...step, uncertainCount: uncertainCountOf(step, outcome) }]) : {};
  return parts.heldOutcomes.commit({ ...dispenseBatch(step, outcome, scope, { stockCount: cassetteStock(parts, step), isGathered: false }), facts }, more);
}

/** What one command into the stacker came to: all its cassettes in one transaction, or held so. */
export async function commitBunchOutcome(parts: Pick<CoreParts, 'journal' | 'heldOutcomes'>, steps: readonly DispenseStep[], outcomes: readonly DeviceOutcome<DispenseCounts>[], scope: Scope): Promise<void> {
  const batches = steps.map((step, index) => dispenseBatch(step, outcomes[index]!, scope, { stockCount: cassetteStock(parts, step), isGathered: true }));
  await parts.heldOutcomes.commit({ entries: batches.flatMap((batch) => batch.entries ?? []), cashUnits: batches.flatMap((batch) => batch.cashUnits ?? []) });
}

function cassetteStock(parts: Pick<CoreParts, 'journal'>, step: DispenseStep): number {
  return parts.journal.cashUnits().find((row) => row.unitId === cassetteUnit(step.cassetteNumber) && row.denominationMinor === step.denominationMinor)?.noteCount ?? 0;
}

/**
 * Counts of an outcome: EXIT is the customer's, REJ the tray's, the rest of what was picked lies in the path (in the stacker, where there is one). [lcdm §7]
 * Of what was gathered the entry names the count also where it is none: a jam before the counter.
 */
function dispenseBatch(step: DispenseStep, outcome: DeviceOutcome<DispenseCounts>, scope: Scope, { stockCount, isGathered }: { readonly stockCount: number; readonly isGathered: boolean }): JournalBatch {
  const base = { cassetteNumber: step.cassetteNumber, denominationMinor: step.denominationMinor, requestedCount: step.noteCount };
  if (outcome.kind === 'failed') {
    return { entries: [entry('outcome.dispense', {
      ...base,
      outcome: 'failed',
      presentedCount: 0,
      rejectedCount: 0,
      pickedCount: 0,
      uncertainCount: 0,
      rawErrorCode: null,
      evidence: outcome.errorCode ?? outcome.completionCode,
    }, scope)] };
  }
  if (outcome.kind === 'uncertain') {
    const presentedCount = outcome.lastKnown.noteCountMin ?? 0;
    return {
      entries: [entry('outcome.dispense', {
        ...base,
        outcome: 'uncertain',
        presentedCount,
        rejectedCount: 0,
        pickedCount: presentedCount,
        uncertainCount: uncertainCountOf(step, outcome),
        rawErrorCode: null,
        evidence: outcome.lastKnown.stage,
      }, scope)],
      cashUnits: changes(step, { presentedCount, rejectedCount: 0, pickedCount: presentedCount, stackedCount: 0, inTransportCount: 0 }, stockCount),
    };
  }
  const { presentedCount, rejectedCount, pickedCount, stackedCount, rawErrorCode, stoppedBy } = outcome.value;
  return {
    entries: [entry('outcome.dispense', {
      ...base,
      outcome: 'completed',
      presentedCount,
      rejectedCount,
      pickedCount,
      uncertainCount: 0,
      ...(isGathered ? { stackedCount } : {}),
      rawErrorCode,
      evidence: stoppedBy ?? (presentedCount + stackedCount < step.noteCount ? 'not reached' : 'full'),
    }, scope)],
    cashUnits: changes(step, outcome.value, stockCount),
  };
}

function uncertainCountOf({ noteCount }: DispenseStep, { lastKnown }: Extract<DeviceOutcome<DispenseCounts>, { kind: 'uncertain' }>): number {
  return (lastKnown.noteCountMax ?? noteCount) - (lastKnown.noteCountMin ?? 0);
}

/** The cassette's count never goes below zero: a device that picked more than we counted shows a wrong load, which the collection settles. */
function changes(step: DispenseStep, counts: Pick<DispenseCounts, 'presentedCount' | 'rejectedCount' | 'pickedCount' | 'stackedCount' | 'inTransportCount'>, stockCount: number): readonly CashUnitChange[] {
  const { denominationMinor } = step;
  return [
    { unitId: cassetteUnit(step.cassetteNumber), denominationMinor, noteCountDelta: -Math.min(counts.pickedCount, stockCount) },
    { unitId: rejectUnit(step.cassetteNumber), denominationMinor, noteCountDelta: counts.rejectedCount },
    { unitId: transportUnit(step.cassetteNumber), denominationMinor, noteCountDelta: counts.inTransportCount + counts.stackedCount },
  ].filter((change) => change.noteCountDelta !== 0);
}
