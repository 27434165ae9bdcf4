import type { RetractedItems } from '../../../drivers/interfaces/cash-dispenser.ts';
import { notesBack } from '../../../state-machines/cash-out/bunch.ts';
import type { RetractInput } from '../../../state-machines/cash-out/cash-out.types.ts';
import type { NoteCount } from '../../foundation/money.ts';
import { sumOfNotesMinor } from '../../foundation/money.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import type { CashUnitChange, JournalBatch } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { REJECT_UNIT, TRANSPORT_UNIT } from './cash-unit-ids.ts';

type Scope = { readonly sessionId: string | undefined; readonly operationId: string | undefined };

/** A present with the counts it changes: what was stacked counts as in transport until it is out. In doubt it leaves the counts too; a suspense item has it then. */
export function presentBatch(notes: readonly NoteCount[], outcome: DeviceOutcome<void>, scope: Scope): JournalBatch {
  return {
    entries: [entry('outcome.present', { presentedMinor: sumOfNotesMinor(notes), notes: [...notes], outcome: outcome.kind, evidence: evidenceOf(outcome) }, scope)],
    ...(outcome.kind === 'failed' ? {} : { cashUnits: moved(notes, TRANSPORT_UNIT, -1) }),
  };
}

/** A retract with the counts it changes: what certainly came back lies in the reject box. What was not counted there is no count of ours. */
export function retractBatch({ from, notes }: RetractInput, outcome: DeviceOutcome<RetractedItems>, scope: Scope): JournalBatch {
  // What never left the stacker is counted already, whatever the device says of it.
  const back = outcome.kind !== 'completed' ? null : from === 'stacker' ? notes : notesBack(notes, outcome.value.noteCount);
  return {
    entries: [entry('outcome.retract', { from, outcome: outcome.kind, notes: back === null ? null : [...back], evidence: evidenceOf(outcome) }, scope)],
    cashUnits: [...moved(back ?? [], REJECT_UNIT, 1), ...(from === 'stacker' && back !== null ? moved(notes, TRANSPORT_UNIT, -1) : [])],
  };
}

function moved(notes: readonly NoteCount[], unitId: string, sign: 1 | -1): readonly CashUnitChange[] {
  return notes.filter(({ noteCount }) => noteCount > 0).map(({ denominationMinor, noteCount }) => ({ unitId, denominationMinor, noteCountDelta: sign * noteCount }));
}

function evidenceOf(outcome: DeviceOutcome<unknown>): string {
  if (outcome.kind === 'completed') return 'confirmed';
  return outcome.kind === 'failed' ? outcome.errorCode ?? outcome.completionCode : outcome.lastKnown.stage;
}
