/**
 * Notes go out, a few per device command. Before each command its intent is durable; after it the outcome as the device counts it.
 * Only what left the exit sensor is the customer's; what is uncertain is never repeated and never rounded (lcdm §7, §8).
 * Picked, in reach, taken are three facts; a dispenser without shutter and taken sensor presents while it dispenses, and whether the
 * notes were taken is not observable.
 */
import { assign, setup } from 'xstate';
import type { NoteCount } from '../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../main/foundation/money.ts';
import { hole } from '../hole.ts';
import type { CashOutContext, CashOutEvent, CashOutInput, CashOutOutput, DispenseStep, StepOutcome } from './cash-out.types.ts';

export const cashOutMachine = setup({
  types: { input: {} as CashOutInput, output: {} as CashOutOutput, context: {} as CashOutContext, events: {} as CashOutEvent, tags: {} as 'takeCash' },
  actors: {
    journalDispenseIntent: hole<void, { readonly step: DispenseStep; readonly operationId: string }>('journalDispenseIntent'),
    /** Commands the device and makes the outcome durable before it returns. */
    dispenseStep: hole<StepOutcome, { readonly step: DispenseStep; readonly operationId: string }>('dispenseStep'),
    journalPresented: hole<void, { readonly presented: readonly NoteCount[]; readonly operationId: string }>('journalPresented'),
    journalTake: hole<void, { readonly take: 'taken' | 'notTaken' | 'notObservable'; readonly presentedMinor: number; readonly operationId: string }>('journalTake'),
  },
  guards: {
    isLastStep: ({ context }) => context.stepIndex + 1 >= context.steps.length,
    isNothingOut: ({ context }) => sumOfNotesMinor(context.presented) === 0 && context.uncertainMinor === 0,
    isStoppedShort: ({ context }) => context.stoppedShort,
    hasTakenSensor: ({ context }) => context.hasTakenSensor,
  },
  delays: { takeTimeoutMs: ({ context }) => context.takeTimeoutMs },
  actions: {
    countStep: assign(({ context }, { outcome }: StepOutcome) => {
      const step = context.steps[context.stepIndex] as DispenseStep;
      if (outcome.kind === 'completed') {
        return {
          presented: addNotes(context.presented, step.denominationMinor, outcome.value.presentedCount),
          stoppedShort: context.stoppedShort || outcome.value.presentedCount < outcome.value.requestedCount,
        };
      }
      if (outcome.kind === 'failed') return { stoppedShort: true };
      const certain = outcome.lastKnown.noteCountMin ?? 0;
      const possible = outcome.lastKnown.noteCountMax ?? step.noteCount;
      return {
        presented: addNotes(context.presented, step.denominationMinor, certain),
        uncertainMinor: context.uncertainMinor + (possible - certain) * step.denominationMinor,
        stoppedShort: true,
      };
    }),
    suspectStep: assign(({ context }) => {
      const step = context.steps[context.stepIndex] as DispenseStep;
      return { uncertainMinor: context.uncertainMinor + step.noteCount * step.denominationMinor, stoppedShort: true };
    }),
    stopShort: assign({ stoppedShort: true }),
    nextStep: assign({ stepIndex: ({ context }) => context.stepIndex + 1 }),
    rememberTake: assign({ take: (_, take: 'taken' | 'notTaken' | 'notObservable') => take }),
  },
}).createMachine({
  id: 'cashOut',
  context: ({ input }) => ({ ...input, stepIndex: 0, presented: [], uncertainMinor: 0, stoppedShort: false, take: null }),
  initial: 'journalingIntent',
  output: ({ context }): CashOutOutput => ({
    presented: context.presented,
    presentedMinor: sumOfNotesMinor(context.presented),
    uncertainMinor: context.uncertainMinor,
    stoppedShort: context.stoppedShort,
    take: context.take,
  }),
  states: {
    journalingIntent: { // money: of this step none yet. No durable intent, no command to the device
      invoke: {
        src: 'journalDispenseIntent',
        input: ({ context }) => ({ step: context.steps[context.stepIndex] as DispenseStep, operationId: context.operationId }),
        onDone: 'dispensing',
        onError: { target: 'presenting', actions: 'stopShort' },
      },
    },
    dispensing: { // money: may be on its way to the exit
      invoke: {
        src: 'dispenseStep',
        input: ({ context }) => ({ step: context.steps[context.stepIndex] as DispenseStep, operationId: context.operationId }),
        onDone: { target: 'deciding', actions: { type: 'countStep', params: ({ event }) => event.output } },
        onError: { target: 'presenting', actions: 'suspectStep' }, // an exception here tells nothing about the notes
      },
    },
    deciding: {
      always: [
        { guard: 'isStoppedShort', target: 'presenting' },
        { guard: 'isLastStep', target: 'presenting' },
        { target: 'journalingIntent', actions: 'nextStep' },
      ],
    },
    presenting: { // money: what was presented is in the customer's reach
      always: { guard: 'isNothingOut', target: 'done' },
      invoke: {
        src: 'journalPresented',
        input: ({ context }) => ({ presented: context.presented, operationId: context.operationId }),
        onDone: 'awaitingTake',
        onError: 'awaitingTake', // the outcome of each step is durable already; this entry only sums them up
      },
    },
    awaitingTake: {
      tags: 'takeCash',
      on: {
        'dispenser.itemsTaken': { target: 'recordingTake', actions: { type: 'rememberTake', params: 'taken' } },
        // The customer says so; a sensor would have to, so the journal does not believe it.
        'intent.next': { target: 'recordingTake', actions: { type: 'rememberTake', params: 'notObservable' } },
      },
      after: {
        takeTimeoutMs: [
          { guard: 'hasTakenSensor', target: 'recordingTake', actions: { type: 'rememberTake', params: 'notTaken' } },
          { target: 'recordingTake', actions: { type: 'rememberTake', params: 'notObservable' } },
        ],
      },
    },
    recordingTake: {
      invoke: {
        src: 'journalTake',
        input: ({ context }) => ({ take: context.take ?? 'notObservable', presentedMinor: sumOfNotesMinor(context.presented), operationId: context.operationId }),
        onDone: 'done',
        onError: 'done',
      },
    },
    done: { type: 'final' }, // money: `presented` with the customer, `uncertainMinor` in suspense
  },
});

function addNotes(notes: readonly NoteCount[], denominationMinor: number, noteCount: number): readonly NoteCount[] {
  if (noteCount === 0) return notes;
  const present = notes.find((note) => note.denominationMinor === denominationMinor);
  if (present === undefined) return [...notes, { denominationMinor, noteCount }].sort((left, right) => right.denominationMinor - left.denominationMinor);
  return notes.map((note) => (note === present ? { denominationMinor, noteCount: note.noteCount + noteCount } : note));
}
