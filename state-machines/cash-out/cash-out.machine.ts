/**
 * Notes go out, a few per device command. Before each command its intent is durable; after it the outcome as the device counts it.
 * Only what left the exit sensor is the customer's; what is uncertain is never repeated and never rounded (lcdm §7, §8).
 * Picked, in reach, taken are three facts; a dispenser without shutter and taken sensor presents while it dispenses, and whether the
 * notes were taken is not observable. One with a stacker gathers a bunch, presents it, waits for the take sensor and draws back what is left
 * (`bunchNotesMax`); each of these has a durable intent before and an outcome after.
 * A cassette that gives too little, with certainty, is left out: what is owed is mixed anew from the others, and only what they cannot make stays owed.
 */
import { assign, setup } from 'xstate';
import type { NoteCount } from '../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../main/foundation/money.ts';
import { hole } from '../hole.ts';
import { addNotes, countPresented, countRetracted, countStacked, stepsOfBunch } from './bunch.ts';
import type { BunchInput, BunchOutcome, CashOutContext, CashOutEvent, CashOutInput, CashOutOutput, DispenseStep, PresentOutcome, RemixInput, RetractInput, RetractOutcome, StepInput, StepOutcome } from './cash-out.types.ts';

export const cashOutMachine = setup({
  types: { input: {} as CashOutInput, output: {} as CashOutOutput, context: {} as CashOutContext, events: {} as CashOutEvent, tags: {} as 'takeCash' },
  actors: {
    journalDispenseIntent: hole<void, { readonly step: DispenseStep; readonly operationId: string }>('journalDispenseIntent'),
    /** Commands the device and makes the outcome durable before it returns. */
    dispenseStep: hole<StepOutcome, StepInput>('dispenseStep'),
    /** Steps that make exactly what is owed, without the failed cassettes; null: there are none. */
    remixRest: hole<readonly DispenseStep[] | null, RemixInput>('remixRest'),
    journalPresented: hole<void, { readonly presented: readonly NoteCount[]; readonly operationId: string }>('journalPresented'),
    journalTake: hole<void, { readonly take: 'taken' | 'notTaken' | 'notObservable'; readonly presentedMinor: number; readonly operationId: string }>('journalTake'),
    /** One entry for each step, in one transaction. */
    journalBunchIntent: hole<void, { readonly steps: readonly DispenseStep[]; readonly operationId: string }>('journalBunchIntent'),
    stackBunch: hole<BunchOutcome, { readonly steps: readonly DispenseStep[]; readonly operationId: string }>('stackBunch'),
    journalPresentIntent: hole<void, BunchInput>('journalPresentIntent'),
    presentBunch: hole<PresentOutcome, BunchInput>('presentBunch'),
    journalRetractIntent: hole<void, RetractInput>('journalRetractIntent'),
    retractBunch: hole<RetractOutcome, RetractInput>('retractBunch'),
  },
  guards: {
    gathersBunches: ({ context }) => context.bunchNotesMax !== null,
    isSomethingStacked: ({ context }) => context.stacked.length > 0,
    isBunchDoubted: ({ context }) => context.uncertainMinor > 0,
    mayRetract: ({ context }) => context.canRetract && !context.isReachUncertain && context.inReach.length > 0,
    isReachUncertain: ({ context }) => context.isReachUncertain,
    isPresented: (_, { outcome }: PresentOutcome) => outcome.kind !== 'failed',
    isTakenAlready: ({ context }, { outcome }: PresentOutcome) => outcome.kind === 'completed' && context.take === 'taken',
    isOver: ({ context }) => context.stoppedShort || context.take !== 'taken' || context.stepIndex >= context.steps.length,
    mayRemix: ({ context }) => mayRemix(context),
    mayRemixBunch: ({ context }) => mayRemix(context) && context.take === 'taken' && context.stacked.length === 0,
    mayRemixUntouched: ({ context }) => mayRemix(context) && context.stacked.length === 0,
    isRemixed: (_, steps: readonly DispenseStep[] | null) => steps !== null,
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
          ...(outcome.value.presentedCount < outcome.value.requestedCount ? { stoppedShort: true, failedCassettes: [...context.failedCassettes, step.cassetteNumber] } : {}),
        };
      }
      if (outcome.kind === 'failed') return { stoppedShort: true, failedCassettes: [...context.failedCassettes, step.cassetteNumber] };
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
    nextBunch: assign({ inReach: [], take: null }),
    takeRemix: assign((_, steps: readonly DispenseStep[] | null) => ({ steps: steps ?? [], stepIndex: 0, stoppedShort: false, inReach: [], take: null })),
    stopShort: assign({ stoppedShort: true }),
    countStacked: assign(({ context }, output: BunchOutcome) => countStacked(context, output)),
    suspectBunch: assign(({ context }) => ({ uncertainMinor: context.uncertainMinor + sumOfNotesMinor(stepsOfBunch(context)), stoppedShort: true })),
    countPresented: assign(({ context }, output: PresentOutcome) => countPresented(context, output)),
    suspectPresent: assign(({ context }) => countPresented(context, { outcome: { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'exception' } } })),
    countRetracted: assign(({ context }, output: RetractOutcome) => countRetracted(context, output)),
    suspectRetract: assign(({ context }) => countRetracted(context, { outcome: { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'exception' } } })),
    nextStep: assign({ stepIndex: ({ context }) => context.stepIndex + 1 }),
    rememberTake: assign({ take: (_, take: 'taken' | 'notTaken' | 'notObservable') => take }),
  },
}).createMachine({
  id: 'cashOut',
  context: ({ input }) => ({ ...input, orderedMinor: sumOfNotesMinor(input.steps), failedCassettes: [], stepIndex: 0, presented: [], uncertainMinor: 0, stoppedShort: false, take: null, stacked: [], inReach: [], isReachUncertain: false, retracted: 'none' }),
  initial: 'starting',
  output: ({ context }): CashOutOutput => ({
    presented: context.presented,
    presentedMinor: sumOfNotesMinor(context.presented),
    uncertainMinor: context.uncertainMinor,
    stoppedShort: context.stoppedShort,
    take: context.take,
    retracted: context.retracted,
  }),
  states: {
    starting: { always: [{ guard: 'gathersBunches', target: 'journalingBunchIntent' }, { target: 'journalingIntent' }] },
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
        input: ({ context }) => ({ step: context.steps[context.stepIndex] as DispenseStep, next: context.steps[context.stepIndex + 1] ?? null, presented: context.presented, operationId: context.operationId }),
        onDone: { target: 'deciding', actions: { type: 'countStep', params: ({ event }) => event.output } },
        onError: { target: 'presenting', actions: 'suspectStep' }, // an exception here tells nothing about the notes
      },
    },
    deciding: {
      always: [
        { guard: 'mayRemix', target: 'remixing' },
        { guard: 'isStoppedShort', target: 'presenting' },
        { guard: 'isLastStep', target: 'presenting' },
        { target: 'journalingIntent', actions: 'nextStep' },
      ],
    },
    remixing: { // money: as counted; nothing moves
      invoke: {
        src: 'remixRest',
        input: ({ context }) => ({ owedMinor: context.orderedMinor - sumOfNotesMinor(context.presented), failedCassettes: context.failedCassettes, noteCount: context.presented.reduce((sum, note) => sum + note.noteCount, 0), operationId: context.operationId }),
        onDone: [
          { guard: { type: 'isRemixed', params: ({ event }) => event.output }, target: 'starting', actions: { type: 'takeRemix', params: ({ event }) => event.output } },
          { guard: 'gathersBunches', target: 'done' },
          { target: 'presenting' },
        ],
        onError: [{ guard: 'gathersBunches', target: 'done' }, { target: 'presenting' }],
      },
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
    journalingBunchIntent: { // money: of this bunch none yet
      invoke: {
        src: 'journalBunchIntent',
        input: ({ context }) => ({ steps: stepsOfBunch(context), operationId: context.operationId }),
        onDone: 'stacking',
        onError: { target: 'done', actions: 'stopShort' },
      },
    },
    stacking: { // money: on its way into the stacker, out of reach
      invoke: {
        src: 'stackBunch',
        input: ({ context }) => ({ steps: stepsOfBunch(context), operationId: context.operationId }),
        onDone: { target: 'decidingBunch', actions: { type: 'countStacked', params: ({ event }) => event.output } },
        onError: { target: 'done', actions: 'suspectBunch' },
      },
    },
    decidingBunch: {
      always: [
        { guard: 'isBunchDoubted', target: 'done' }, // nobody knows what a present would hand out
        { guard: 'isSomethingStacked', target: 'journalingPresentIntent' },
        { guard: 'mayRemixUntouched', target: 'remixing' },
        { target: 'done' },
      ],
    },
    journalingPresentIntent: { // money: in the stacker
      invoke: {
        src: 'journalPresentIntent',
        input: ({ context }) => ({ notes: context.stacked, operationId: context.operationId }),
        onDone: 'handingOut',
        onError: { target: 'done', actions: 'stopShort' }, // stays in the stacker; the completion keeps it as a suspense item
      },
    },
    handingOut: { // money: between stacker and exit
      invoke: {
        src: 'presentBunch',
        input: ({ context }) => ({ notes: context.stacked, operationId: context.operationId }),
        onDone: [
          { guard: { type: 'isTakenAlready', params: ({ event }) => event.output }, target: 'recordingBunchTake', actions: { type: 'countPresented', params: ({ event }) => event.output } },
          { guard: { type: 'isPresented', params: ({ event }) => event.output }, target: 'awaitingBunchTake', actions: { type: 'countPresented', params: ({ event }) => event.output } },
          { target: 'journalingRetractIntent', actions: { type: 'countPresented', params: ({ event }) => event.output } },
        ],
        onError: { target: 'awaitingBunchTake', actions: 'suspectPresent' },
      },
      // Quicker than the disk that is to hold what went out.
      on: { 'dispenser.itemsTaken': { actions: { type: 'rememberTake', params: 'taken' } } },
    },
    awaitingBunchTake: { // money: in the customer's reach; the sensor says when it is gone; a button only where its word is lost
      tags: 'takeCash',
      on: {
        'dispenser.itemsTaken': { target: 'recordingBunchTake', actions: { type: 'rememberTake', params: 'taken' } },
        // No sensor is believed any more: he need not stand there until the time is over.
        'intent.next': { guard: 'isReachUncertain', target: 'recordingBunchTake', actions: { type: 'rememberTake', params: 'notObservable' } },
      },
      after: {
        takeTimeoutMs: [
          { guard: 'mayRetract', target: 'journalingRetractIntent' },
          { guard: 'isReachUncertain', target: 'recordingBunchTake', actions: { type: 'rememberTake', params: 'notObservable' } },
          { target: 'recordingBunchTake', actions: { type: 'rememberTake', params: 'notTaken' } },
        ],
      },
    },
    journalingRetractIntent: {
      invoke: {
        src: 'journalRetractIntent',
        input: ({ context }) => retractInput(context),
        onDone: 'retracting',
        onError: { target: 'recordingBunchTake', actions: { type: 'rememberTake', params: 'notTaken' } },
      },
    },
    retracting: { // money: between exit or stacker and the box
      invoke: {
        src: 'retractBunch',
        input: ({ context }) => retractInput(context),
        onDone: { target: 'recordingBunchTake', actions: { type: 'countRetracted', params: ({ event }) => event.output } },
        onError: { target: 'recordingBunchTake', actions: 'suspectRetract' },
      },
    },
    recordingBunchTake: {
      invoke: {
        src: 'journalTake',
        input: ({ context }) => ({ take: context.take ?? 'notTaken', presentedMinor: sumOfNotesMinor(context.presented), operationId: context.operationId }),
        onDone: 'afterBunch',
        onError: 'done',
      },
    },
    afterBunch: {
      always: [
        { guard: 'mayRemixBunch', target: 'remixing' },
        { guard: 'isOver', target: 'done' }, // what is not taken is not followed by more
        { target: 'journalingBunchIntent', actions: 'nextBunch' },
      ],
    },
    done: { type: 'final' }, // money: `presented` with the customer, `uncertainMinor` in suspense
  },
});

/** Everything that moved is counted, and it is less than was ordered because of cassettes that are known. */
function mayRemix({ stoppedShort, uncertainMinor, isReachUncertain, retracted, failedCassettes, orderedMinor, presented }: CashOutContext): boolean {
  return stoppedShort && failedCassettes.length > 0 && uncertainMinor === 0 && !isReachUncertain && retracted === 'none' && sumOfNotesMinor(presented) < orderedMinor;
}

function retractInput(context: CashOutContext): RetractInput {
  return context.inReach.length > 0
    ? { from: 'exit', notes: context.inReach, operationId: context.operationId }
    : { from: 'stacker', notes: context.stacked, operationId: context.operationId };
}
