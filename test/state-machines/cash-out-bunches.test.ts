import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import type { DispenseCounts } from '../../drivers/interfaces/cash-dispenser.ts';
import { sumOfNotesMinor } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import { cashOutMachine } from '../../state-machines/cash-out/cash-out.machine.ts';
import type { CashOutEvent, CashOutInput } from '../../state-machines/cash-out/cash-out.types.ts';
import { answerOf, answersOf, failureOf } from '../support/machine-paths.ts';

/** Goal: where each note of a bunch is after stack, present, take and retract, for every way these end. Method: pure transitions, actors' answers as events. */
const ONE_BUNCH: CashOutInput = {
  operationId: 'o-1', canRetract: true, hasTakenSensor: true, takeTimeoutMs: 30_000, bunchNotesMax: 20,
  steps: [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 5 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 1 }],
};
const BUNCH_MINOR = 2_700_000;
const run = (input: CashOutInput, ...events: readonly { readonly type: string }[]) => events.reduce((snapshot, event) => transition(cashOutMachine, snapshot, event as CashOutEvent)[0], initialTransition(cashOutMachine, input)[0]);
const one = (...events: readonly { readonly type: string }[]) => run(ONE_BUNCH, ...events);

const answer = (src: Parameters<typeof answerOf>[1], value: unknown) => answerOf(cashOutMachine, src, value);
const stackedOf = (requestedCount: number, stackedCount: number): DeviceOutcome<DispenseCounts> => ({ kind: 'completed', value: { cassetteNumber: 1, requestedCount, presentedCount: 0, stackedCount, rejectedCount: 0, pickedCount: stackedCount, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0 } });
const endedAt = (outcome: DeviceOutcome<DispenseCounts>) => (outcome.kind === 'completed' ? { ...outcome, value: { ...outcome.value, stoppedBy: 'CDM_CASSETTE_EMPTY' as const } } : outcome);
const unknown = { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'lost' } } as const;
const refused = { kind: 'failed', completionCode: 'hardwareError' } as const;

const intended = answer('journalBunchIntent', undefined);
const stack = (...outcomes: readonly DeviceOutcome<DispenseCounts>[]) => [intended, answer('stackBunch', { outcomes })];
const full = [...stack(stackedOf(5, 5), stackedOf(1, 1)), answer('journalPresentIntent', undefined)];
const present = (outcome: unknown) => answer('presentBunch', { outcome });
const shown = [...full, present({ kind: 'completed', value: undefined })];
const taken = { type: 'dispenser.itemsTaken' };
const late = { type: 'xstate.after.takeTimeoutMs.cashOut.awaitingBunchTake' };
const retract = (outcome: unknown) => [answer('journalRetractIntent', undefined), answer('retractBunch', { outcome })];
/** The second state that journals a take. */
const recorded = answersOf(cashOutMachine, 'journalTake', undefined)[1]!;

describe('a bunch', () => {
  it('is not in reach while it is stacked, and is the customer’s when it is presented', () => {
    expect(one(...full).context).toMatchObject({ presented: [], stacked: [{ denominationMinor: 500_000, noteCount: 5 }, { denominationMinor: 200_000, noteCount: 1 }] });
    const { context, value } = one(...shown);
    expect(value).toBe('awaitingBunchTake');
    expect(sumOfNotesMinor(context.presented)).toBe(BUNCH_MINOR);
    expect(context.stacked).toEqual([]);
  });

  it('no durable intent, no command', () => {
    expect(one(failureOf(cashOutMachine, 'journalBunchIntent')).output).toMatchObject({ presentedMinor: 0, uncertainMinor: 0, stoppedShort: true });
    expect(one(...stack(stackedOf(5, 5), stackedOf(1, 1)), failureOf(cashOutMachine, 'journalPresentIntent')).output).toMatchObject({ presentedMinor: 0, uncertainMinor: 0, stoppedShort: true });
    expect(one(...shown, late, failureOf(cashOutMachine, 'journalRetractIntent'), recorded).output).toMatchObject({ presentedMinor: BUNCH_MINOR, take: 'notTaken', retracted: 'none' });
  });

  it('ends when the sensor says that it is taken; a button does not', () => {
    expect(one(...shown, { type: 'intent.next' }).value).toBe('awaitingBunchTake');
    expect(one(...shown, taken, recorded).output).toEqual({ presented: [{ denominationMinor: 500_000, noteCount: 5 }, { denominationMinor: 200_000, noteCount: 1 }], presentedMinor: BUNCH_MINOR, uncertainMinor: 0, stoppedShort: false, take: 'taken', retracted: 'none' });
  });

  it.each([
    ['drawn back, not counted', { kind: 'completed', value: { noteCount: null } }, 0, BUNCH_MINOR, 'unknown', 'notTaken'],
    ['drawn back, all of it counted', { kind: 'completed', value: { noteCount: 6 } }, 0, 0, 'known', 'notTaken'],
    ['drawn back, some of two kinds', { kind: 'completed', value: { noteCount: 2 } }, 0, BUNCH_MINOR, 'unknown', 'notTaken'],
    ['nothing to draw back: all taken in the last moment', { kind: 'completed', value: { noteCount: 0 } }, BUNCH_MINOR, 0, 'none', 'taken'],
    ['the retract did not move: it is still the customer’s', refused, BUNCH_MINOR, 0, 'none', 'notTaken'],
    ['the result of the retract is lost', unknown, 0, BUNCH_MINOR, 'unknown', 'notTaken'],
  ] as const)('not taken in time, %s', (_name, outcome, presentedMinor, uncertainMinor, retracted, take) => {
    expect(one(...shown, late, ...retract(outcome), recorded).output).toMatchObject({ presentedMinor, uncertainMinor, retracted, take });
  });

  it('of one kind is told apart by its count: what is missing was taken', () => {
    const input = { ...ONE_BUNCH, steps: [ONE_BUNCH.steps[0]!] };
    const { output } = run(input, ...stack(stackedOf(5, 5)), answer('journalPresentIntent', undefined), present({ kind: 'completed', value: undefined }), late, ...retract({ kind: 'completed', value: { noteCount: 2 } }), recorded);
    expect(output).toMatchObject({ presentedMinor: 1_500_000, uncertainMinor: 0, retracted: 'known' });
  });

  it('that could not be presented goes into the box, counted; nobody forgot it', () => {
    expect(one(...full, present(refused)).value).toBe('journalingRetractIntent');
    expect(one(...full, present(refused), ...retract({ kind: 'completed', value: { noteCount: null } }), recorded).output).toMatchObject({ presentedMinor: 0, uncertainMinor: 0, stoppedShort: true, retracted: 'none' });
  });

  it('whose present has no result is doubted whole and never drawn back', () => {
    expect(one(...full, present(unknown), late).value).toBe('recordingBunchTake');
    expect(one(...full, present(unknown), late, recorded).output).toMatchObject({ presentedMinor: 0, uncertainMinor: BUNCH_MINOR, take: 'notObservable' });
    expect(one(...full, failureOf(cashOutMachine, 'presentBunch'), late, recorded).output).toMatchObject({ presentedMinor: 0, uncertainMinor: BUNCH_MINOR });
  });

  it('that came short is presented as it is; when the others cannot make the rest, that is all', () => {
    const short = [...stack(stackedOf(5, 3), stackedOf(1, 1)), answer('journalPresentIntent', undefined), present({ kind: 'completed', value: undefined }), taken, recorded];
    expect(one(...short)).toMatchObject({ value: 'remixing', context: { failedCassettes: [1] } });
    expect(one(...short, answer('remixRest', null)).output).toMatchObject({ presentedMinor: 1_700_000, stoppedShort: true });
    const rest = [{ cassetteNumber: 2, denominationMinor: 200_000, noteCount: 5 }];
    expect(one(...short, answer('remixRest', rest), ...stack(stackedOf(5, 5)), answer('journalPresentIntent', undefined), present({ kind: 'completed', value: undefined }), taken, recorded).output).toMatchObject({ presentedMinor: 2_700_000, stoppedShort: false, take: 'taken' });
    expect(one(...stack(refused, refused)).value).toBe('remixing');
    expect(one(...stack(refused, refused), answer('remixRest', null)).output).toMatchObject({ presentedMinor: 0, uncertainMinor: 0, stoppedShort: true });
  });

  it('in doubt is not presented', () => {
    expect(one(...stack(unknown, unknown)).output).toMatchObject({ presentedMinor: 0, uncertainMinor: BUNCH_MINOR, stoppedShort: true });
    expect(one(intended, failureOf(cashOutMachine, 'stackBunch')).output).toMatchObject({ presentedMinor: 0, uncertainMinor: BUNCH_MINOR, stoppedShort: true });
  });
});

describe('a command that ends at one cassette', () => {
  const after = (...outcomes: readonly DeviceOutcome<DispenseCounts>[]) => one(...stack(...outcomes)).context.failedCassettes;

  it('leaves out the cassette that it ended at, not the one that it did not come to', () => {
    expect(after(endedAt(stackedOf(5, 2)), stackedOf(1, 0))).toEqual([1]);
  });

  it('leaves out all that gave too little where none is named', () => {
    expect(after(stackedOf(5, 2), stackedOf(1, 0))).toEqual([1, 2]);
  });
});

describe('several bunches', () => {
  const input: CashOutInput = { ...ONE_BUNCH, bunchNotesMax: 5 };
  const first = [...stack(stackedOf(5, 5)), answer('journalPresentIntent', undefined), present({ kind: 'completed', value: undefined })];

  it('follow each other when the one before was taken', () => {
    expect(run(input, ...first).context.inReach).toEqual([{ denominationMinor: 500_000, noteCount: 5 }]);
    const next = run(input, ...first, taken, recorded);
    expect(next.value).toBe('journalingBunchIntent');
    expect(run(input, ...first, taken, recorded, ...stack(stackedOf(1, 1)), answer('journalPresentIntent', undefined), present({ kind: 'completed', value: undefined }), taken, recorded).output).toMatchObject({ presentedMinor: BUNCH_MINOR, stoppedShort: false, take: 'taken' });
  });

  it('end with the first that is not taken', () => {
    expect(run(input, ...first, late, ...retract({ kind: 'completed', value: { noteCount: 5 } }), recorded).output).toMatchObject({ presentedMinor: 0, uncertainMinor: 0, retracted: 'known' });
  });
});
