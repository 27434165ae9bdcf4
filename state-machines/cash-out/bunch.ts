import type { NoteCount } from '../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../main/foundation/money.ts';
import type { BunchOutcome, CashOutContext, DispenseStep, PresentOutcome, RetractOutcome } from './cash-out.types.ts';

/** The steps of the bunch that is made now: as many, in order, as the exit hands out at once. Never none: a step is at most a bunch. */
export function stepsOfBunch({ steps, stepIndex, bunchNotesMax }: Pick<CashOutContext, 'steps' | 'stepIndex' | 'bunchNotesMax'>): readonly DispenseStep[] {
  let noteCount = 0;
  const rest = steps.slice(stepIndex);
  const end = rest.findIndex((step) => (noteCount += step.noteCount) > (bunchNotesMax ?? 0));
  return end < 0 ? rest : rest.slice(0, Math.max(1, end));
}

export function addNotes(notes: readonly NoteCount[], denominationMinor: number, noteCount: number): readonly NoteCount[] {
  if (noteCount === 0) return notes;
  const present = notes.find((note) => note.denominationMinor === denominationMinor);
  if (present === undefined) return [...notes, { denominationMinor, noteCount }].sort((left, right) => right.denominationMinor - left.denominationMinor);
  return notes.map((note) => (note === present ? { denominationMinor, noteCount: note.noteCount + noteCount } : note)).filter((note) => note.noteCount !== 0);
}

const addAll = (notes: readonly NoteCount[], added: readonly NoteCount[]) => added.reduce((sum, note) => addNotes(sum, note.denominationMinor, note.noteCount), notes);
const without = (notes: readonly NoteCount[], removed: readonly NoteCount[]) => removed.reduce((sum, note) => addNotes(sum, note.denominationMinor, -note.noteCount), notes);
const countOf = (notes: readonly NoteCount[]) => notes.reduce((sum, note) => sum + note.noteCount, 0);

/** What a command into the stacker adds. A lost result is doubted whole: whatever moved, nobody knows where it lies. */
export function countStacked(context: CashOutContext, { outcomes }: BunchOutcome): Partial<CashOutContext> {
  const steps = stepsOfBunch(context);
  let { stacked, stoppedShort, uncertainMinor, failedCassettes } = context;
  // A command ends at the cassette that failed; those it did not come to may still pay. Where none is named, each that gave too little is left out.
  const isBlamed = outcomes.some((outcome) => outcome.kind === 'completed' && outcome.value.stoppedBy !== null);
  outcomes.forEach((outcome, index) => {
    const step = steps[index] as DispenseStep;
    if (outcome.kind === 'completed') {
      stacked = addNotes(stacked, step.denominationMinor, outcome.value.stackedCount);
      if (outcome.value.stackedCount >= step.noteCount) return;
      stoppedShort = true;
      if (outcome.value.stoppedBy !== null || !isBlamed) failedCassettes = [...failedCassettes, step.cassetteNumber];
    } else {
      stoppedShort = true;
      failedCassettes = [...failedCassettes, step.cassetteNumber];
      if (outcome.kind === 'uncertain') uncertainMinor += (outcome.lastKnown.noteCountMax ?? step.noteCount) * step.denominationMinor;
    }
  });
  return { stacked, stoppedShort, uncertainMinor, failedCassettes, stepIndex: context.stepIndex + steps.length };
}

export function countPresented(context: CashOutContext, { outcome }: PresentOutcome): Partial<CashOutContext> {
  if (outcome.kind === 'failed') return { stoppedShort: true, take: null };
  if (outcome.kind === 'completed') return { presented: addAll(context.presented, context.stacked), inReach: context.stacked, stacked: [] };
  return { uncertainMinor: context.uncertainMinor + sumOfNotesMinor(context.stacked), stacked: [], isReachUncertain: true, stoppedShort: true, take: null };
}

/** What was never presented is counted already; what comes back from the exit is known only when the device counted it and it tells which notes it was. */
export function countRetracted(context: CashOutContext, { outcome }: RetractOutcome): Partial<CashOutContext> {
  const { inReach, presented, uncertainMinor } = context;
  const isFromStacker = inReach.length === 0;
  if (outcome.kind === 'failed') return isFromStacker ? {} : { take: 'notTaken' };
  if (isFromStacker) return outcome.kind === 'completed' ? { stacked: [] } : {}; // no customer forgot it
  const back = outcome.kind === 'completed' ? notesBack(inReach, outcome.value.noteCount) : null;
  if (back !== null && back.length === 0) return { inReach: [], take: 'taken' };
  if (back !== null) return { inReach: [], presented: without(presented, back), take: 'notTaken', retracted: 'known' };
  return { inReach: [], presented: without(presented, inReach), uncertainMinor: uncertainMinor + sumOfNotesMinor(inReach), take: 'notTaken', retracted: 'unknown' };
}

/** Which notes came back, or null when the count does not say it. */
export function notesBack(inReach: readonly NoteCount[], noteCount: number | null): readonly NoteCount[] | null {
  if (noteCount === null) return null;
  if (noteCount === 0) return [];
  if (noteCount === countOf(inReach)) return inReach;
  const [only, ...others] = inReach;
  return only !== undefined && others.length === 0 && noteCount < only.noteCount ? [{ ...only, noteCount }] : null;
}
