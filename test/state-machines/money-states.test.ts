import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { cashInMachine } from '../../state-machines/cash-in/cash-in.machine.ts';
import type { CashInEvent, CashInInput, InsertedNote, NoteFate } from '../../state-machines/cash-in/cash-in.types.ts';
import { cashOutMachine } from '../../state-machines/cash-out/cash-out.machine.ts';
import type { CashOutEvent, CashOutInput } from '../../state-machines/cash-out/cash-out.types.ts';
import { oneTimeCodeMachine } from '../../state-machines/one-time-code/one-time-code.machine.ts';
import { answerOf, answersOf, failureOf, pathsOf, silenced } from '../support/machine-paths.ts';

/** Goal: the states that decide about money, without any device. Method: XState's pure `transition`, the actors' answers as events. */
const CASH_IN: CashInInput = {
  operation: 'op-01', operationId: 'o-1', acceptedMinor: [500_000, 1_000_000], insertMaxMinor: 2_000_000, insertMinMinor: 600_000, wantedMinor: null, fixedCreditMinor: null,
  feeRule: { fixedMinor: 20_000, basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'fromAmount' },
};
const note = (noteId: string, denominationMinor: number): InsertedNote => ({ noteId, denominationMinor });
const escrowed = (denominationMinor: number, noteId = 'n-1'): CashInEvent => ({ type: 'acceptor.noteEscrowed', note: note(noteId, denominationMinor) });
const HOST_GONE: CashInEvent = { type: 'host.stopped', reason: 'host' };
const LEFT: CashInEvent = { type: 'customer.left', reason: 'walkAway' };

const cashIn = (...events: readonly (CashInEvent | { readonly type: string })[]) => {
  const opened = [answerOf(cashInMachine, 'enableAcceptor', { kind: 'completed', value: undefined }), ...events];
  return opened.reduce((snapshot, event) => transition(cashInMachine, snapshot, event as CashInEvent)[0], initialTransition(cashInMachine, CASH_IN)[0]);
};
const fate = (src: 'stackNote' | 'returnNote', where: NoteFate) => answerOf(cashInMachine, src, where);
const intentDone = answerOf(cashInMachine, 'journalStackIntent', undefined);
const stacked = (denominationMinor: number, noteId = 'n-1') => [escrowed(denominationMinor, noteId), intentDone, fate('stackNote', 'stacked')];

describe('cashIn', () => {
  it.each([
    ['a note of a known kind within the limit', [escrowed(1_000_000)], 'journalingStackIntent'],
    ['a kind that is not accepted', [escrowed(2_000_000)], 'returning'],
    ['exactly the limit', [...stacked(1_000_000), escrowed(1_000_000, 'n-2')], 'journalingStackIntent'],
    ['one note beyond the limit', [...stacked(1_000_000), ...stacked(500_000, 'n-2'), escrowed(1_000_000, 'n-3')], 'returning'],
    ['a note without a link to the host (Q-09)', [{ type: 'host.stopped', reason: 'host' }, escrowed(1_000_000)], 'returning'],
    ['a note while too much waits for the bank', [{ type: 'host.stopped', reason: 'queueLimit' }, escrowed(1_000_000)], 'returning'],
    ['a note without a link, after the acceptor was away and came back', [HOST_GONE, { type: 'acceptor.stopped', reason: 'device' }, { type: 'acceptor.resumed' }, escrowed(1_000_000)], 'returning'],
    ['a note without a link that went while the acceptor was away', [{ type: 'acceptor.stopped', reason: 'device' }, HOST_GONE, { type: 'acceptor.resumed' }, escrowed(1_000_000)], 'returning'],
    ['a note after acceptor and link went and came back', [{ type: 'acceptor.stopped', reason: 'device' }, HOST_GONE, { type: 'host.resumed' }, { type: 'acceptor.resumed' }, escrowed(1_000_000)], 'journalingStackIntent'],
    ['a note after link and acceptor went and came back', [HOST_GONE, { type: 'acceptor.stopped', reason: 'device' }, { type: 'host.resumed' }, { type: 'acceptor.resumed' }, escrowed(1_000_000)], 'journalingStackIntent'],
    ['a note after the link came back while the acceptor is away', [HOST_GONE, { type: 'acceptor.stopped', reason: 'device' }, { type: 'host.resumed' }, escrowed(1_000_000)], 'returning'],
    ['a note after the link came back', [{ type: 'host.stopped', reason: 'host' }, { type: 'host.resumed' }, escrowed(1_000_000)], 'journalingStackIntent'],
    ['a note that comes to rest after the customer left', [{ type: 'acceptor.noteEntering' }, LEFT, escrowed(1_000_000)], 'returning'],
  ] as const)('%s → %s', (_name, events, state) => {
    expect(cashIn(...events).value).toBe(state);
  });

  it('without a durable intent the note is never ordered into the box', () => {
    expect(cashIn(escrowed(1_000_000), failureOf(cashInMachine, 'journalStackIntent')).value).toBe('returning');
  });

  it.each([
    ['stackNote', 'stacked', 1, 0], ['stackNote', 'returned', 0, 0], ['stackNote', 'rejected', 0, 0], ['stackNote', 'unknown', 0, 1],
  ] as const)('%s that ends as %s counts %i notes and doubts %i', (src, where, counted, doubted) => {
    const { context } = cashIn(escrowed(1_000_000), intentDone, fate(src, where));
    expect([context.notes.length, context.uncertainNotes.length, context.escrowed]).toEqual([counted, doubted, null]);
  });

  it.each([
    ['with which the sum is more than what is taken', [...stacked(1_000_000), ...stacked(500_000, 'n-2'), escrowed(1_000_000, 'n-3')], 'overLimit'],
    ['without a link', [HOST_GONE, escrowed(1_000_000)], 'notTaken'],
    ['that an acceptor offers which stands still', [{ type: 'acceptor.stopped', reason: 'boxFull' }, escrowed(1_000_000)], 'notTaken'],
    ['behind the last one of the sum', [...stacked(1_000_000), ...stacked(1_000_000, 'n-2'), escrowed(1_000_000, 'n-3')], 'notTaken'],
    ['behind so many that no more are taken', [...Array.from({ length: 200 }, (_, index) => ({ type: 'coin.accepted', coin: note(`c-${index}`, 5_000) })), escrowed(500_000)], 'notTaken'],
  ] as const)('a note %s goes back, and what is read of it is true', (_name, events, read) => {
    expect(cashIn(...events, fate('returnNote', 'returned')).context.lastReturned).toBe(read);
  });

  it('a return that jams and ends in the box is counted [ccnet §15.8]', () => {
    const { context } = cashIn(escrowed(2_000_000), fate('returnNote', 'stacked'));
    expect(context.notes).toEqual([note('n-1', 2_000_000)]);
  });

  it('an exception while stacking tells nothing about the note: it is doubted and no more are taken', () => {
    const { context } = cashIn(escrowed(1_000_000), intentDone, failureOf(cashInMachine, 'stackNote'));
    expect(context).toMatchObject({ uncertainNotes: [note('n-1', 1_000_000)], stoppedBy: 'device' });
  });

  it.each([
    ['nothing inside', [], 'disablingToClose'], ['enough inside', stacked(1_000_000), 'disablingToAccept'], ['below the minimum', stacked(500_000), 'disablingToRetain'],
  ] as const)('the customer left with %s → %s', (_name, events, state) => {
    expect(cashIn(...events, LEFT).value).toBe(state);
  });

  it('who pressed the primary button has agreed to the figures, also when his time is over while the mouth is being shut', () => {
    const pressed = [...stacked(1_000_000), { type: 'intent.next' }, LEFT];
    expect(cashIn(...pressed).value).toBe('disablingToAccept');
    expect(cashIn(...pressed, ...answersOf(cashInMachine, 'disableAcceptor', undefined)).output).toMatchObject({ kind: 'accepted', by: 'customer' });
  });

  it('the primary button is dead below the minimum and while a note moves', () => {
    expect(cashIn(...stacked(500_000), { type: 'intent.next' }).value).toEqual({ awaitingNote: 'idle' });
    expect(cashIn(...stacked(1_000_000), { type: 'acceptor.noteEntering' }, { type: 'intent.next' }).value).toEqual({ awaitingNote: 'entering' });
    expect(cashIn(...stacked(1_000_000), { type: 'intent.next' }).value).toBe('disablingToAccept');
  });
});

const CASH_OUT: CashOutInput = {
  operationId: 'o-1', canRetract: false, hasTakenSensor: false, takeTimeoutMs: 30_000, bunchNotesMax: null,
  steps: [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 5 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 1 }],
};
const cashOut = (...events: readonly { readonly type: string }[]) => events.reduce((snapshot, event) => transition(cashOutMachine, snapshot, event as CashOutEvent)[0], initialTransition(cashOutMachine, CASH_OUT)[0]);
const intended = answerOf(cashOutMachine, 'journalDispenseIntent', undefined);
const counts = (presentedCount: number, requestedCount: number) => answerOf(cashOutMachine, 'dispenseStep', { outcome: { kind: 'completed', value: { cassetteNumber: 1, requestedCount, presentedCount, rejectedCount: 0, pickedCount: presentedCount, stackedCount: 0, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0x31 } } });
const failed = answerOf(cashOutMachine, 'dispenseStep', { outcome: { kind: 'failed', completionCode: 'hardwareError' } });
const uncertain = answerOf(cashOutMachine, 'dispenseStep', { outcome: { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'ackReceivedNoResponse', noteCountMin: 2, noteCountMax: 5 } } });

describe('cashOut', () => {
  it('orders the next step only after a full one', () => {
    expect(cashOut(intended, counts(5, 5)).value).toBe('journalingIntent');
    expect(cashOut(intended, counts(4, 5)).value).toBe('remixing');
    expect(cashOut(intended, counts(4, 5), answerOf(cashOutMachine, 'remixRest', null)).value).toBe('presenting');
  });

  it('makes what is owed from the other cassettes, and stops when they fail as well', () => {
    const rest = [{ cassetteNumber: 2, denominationMinor: 200_000, noteCount: 6 }];
    const again = [intended, counts(3, 5), answerOf(cashOutMachine, 'remixRest', rest)];
    expect(cashOut(intended, counts(3, 5)).context).toMatchObject({ orderedMinor: 2_700_000, failedCassettes: [1] });
    expect(cashOut(...again)).toMatchObject({ value: 'journalingIntent', context: { steps: rest, stepIndex: 0, stoppedShort: false } });
    expect(cashOut(...again, intended, counts(6, 6))).toMatchObject({ value: 'presenting', context: { stoppedShort: false, uncertainMinor: 0 } });
    expect(cashOut(...again, intended, counts(2, 6))).toMatchObject({ value: 'remixing', context: { failedCassettes: [1, 2], stoppedShort: true } });
    expect(cashOut(intended, counts(3, 5), failureOf(cashOutMachine, 'remixRest')).value).toBe('presenting');
  });

  it('does not mix anew over notes in doubt', () => {
    expect(cashOut(intended, uncertain).value).toBe('presenting');
    expect(cashOut(...[intended, counts(3, 5), answerOf(cashOutMachine, 'remixRest', [{ cassetteNumber: 2, denominationMinor: 200_000, noteCount: 6 }]), intended, uncertain]).value).toBe('presenting');
  });

  it.each([
    ['all came', [intended, counts(5, 5), intended, counts(1, 1)], 2_700_000, 0, false],
    ['short in the first', [intended, counts(3, 5)], 1_500_000, 0, true],
    ['nothing moved', [intended, failed], 0, 0, true],
    ['nothing moved in the second', [intended, counts(5, 5), intended, failed], 2_500_000, 0, true],
    ['result lost: what was told is certain, the rest doubted', [intended, uncertain], 1_000_000, 1_500_000, true],
    ['an exception: all of the step is doubted', [intended, failureOf(cashOutMachine, 'dispenseStep')], 0, 2_500_000, true],
    ['no durable intent, no command', [failureOf(cashOutMachine, 'journalDispenseIntent')], 0, 0, true],
  ] as const)('%s', (_name, events, presentedMinor, uncertainMinor, stoppedShort) => {
    const { context } = cashOut(...events);
    expect(context.presented.reduce((sum, part) => sum + part.noteCount * part.denominationMinor, 0)).toBe(presentedMinor);
    expect(context).toMatchObject({ uncertainMinor, stoppedShort });
  });

  it('shows nothing to take when nothing can be out', () => {
    expect(cashOut(intended, failed, answerOf(cashOutMachine, 'remixRest', null)).status).toBe('done');
    expect(cashOut(intended, uncertain).value).toBe('presenting');
  });
});

describe('generated paths', () => {
  const cashInEvents = [
    answerOf(cashInMachine, 'enableAcceptor', { kind: 'completed', value: undefined }), failureOf(cashInMachine, 'enableAcceptor'), intentDone, failureOf(cashInMachine, 'journalStackIntent'),
    fate('stackNote', 'stacked'), fate('stackNote', 'unknown'), fate('returnNote', 'returned'), ...answersOf(cashInMachine, 'disableAcceptor', undefined),
    escrowed(1_000_000), escrowed(500_000), LEFT, { type: 'acceptor.noteEntering' }, { type: 'intent.next' }, { type: 'intent.cancel' }, { type: 'intent.back' }, { type: 'intent.leaveFinish' }, { type: 'intent.leaveWithoutCredit' },
  ];
  const paths = pathsOf(silenced(cashInMachine, ['enableAcceptor', 'disableAcceptor', 'journalStackIntent', 'stackNote', 'returnNote']), {
    input: CASH_IN, events: cashInEvents, keyOf: ({ context }) => `${context.notes.length > 2 ? 'many' : context.notes.length} ${context.uncertainNotes.length > 0} ${context.by}`,
  });

  it('cashIn comes to each of its ends, and no end forgets money that is inside', () => {
    const ends = paths.filter(({ state }) => state.status === 'done');
    expect(new Set(ends.map(({ state }) => state.value))).toEqual(new Set(['accepted', 'retained', 'cancelled', 'left', 'unavailable']));
    for (const { state } of ends) {
      const isInside = state.context.notes.length + state.context.uncertainNotes.length > 0;
      expect(isInside, JSON.stringify(state.value)).toBe(['accepted', 'retained'].includes(String(state.value)));
      expect(state.context.escrowed).toBeNull();
    }
  });

  it('cashIn never accepts less than the minimum', () => {
    for (const { state } of paths.filter((path) => path.state.value === 'accepted')) expect(state.context.notes.reduce((sum, one) => sum + one.denominationMinor, 0)).toBeGreaterThanOrEqual(CASH_IN.insertMinMinor);
  });

  it('oneTimeCode comes to each of its ends, and an expired code is never sent to the host', () => {
    const issued = { otpRef: 'r', expiresAtUtcMs: 1, maskedDestination: '+7', channel: 'sms' as const, codeLength: 6, resendAtUtcMs: 1, expiresInMs: 900_000, resendAfterMs: 60_000, triesLeft: 3, codesLeft: 2 };
    const verified = { kind: 'ok', value: { authentication: { authToken: 't', scope: ['op-01'], expiresAtUtcMs: 1, expiresInMs: 1 }, triesLeft: 3 } };
    const ways = pathsOf(silenced(oneTimeCodeMachine, ['requestCode', 'verifyCode']), {
      input: { operation: 'op-01', identity: { kind: 'payer', phone: '+77000004321' } },
      events: [
        answerOf(oneTimeCodeMachine, 'requestCode', { kind: 'ok', value: issued }), answerOf(oneTimeCodeMachine, 'requestCode', { kind: 'unavailable' }),
        answerOf(oneTimeCodeMachine, 'verifyCode', verified), answerOf(oneTimeCodeMachine, 'verifyCode', { kind: 'ok', value: { authentication: null, triesLeft: 2 } }), answerOf(oneTimeCodeMachine, 'verifyCode', { kind: 'declined', refusal: 'RF-20', blockedUntilUtcMs: 1 }),
        { type: 'xstate.after.codeLifeMs.oneTimeCode.entering' }, { type: 'xstate.after.resendAfterMs.oneTimeCode.entering' },
        { type: 'intent.submitCode', code: '123456' } as { type: string }, { type: 'intent.submitCode', code: '12' } as { type: string }, { type: 'intent.resendCode' }, { type: 'intent.cancel' }, LEFT,
      ],
      keyOf: ({ context }) => `${context.problem} ${context.isResendDue}`,
    });
    expect(new Set(ways.filter(({ state }) => state.status === 'done').map(({ state }) => state.value))).toEqual(new Set(['verified', 'refused', 'cancelled', 'left']));
    expect(ways.some(({ state }) => JSON.stringify(state.value) === '{"entering":"expired"}')).toBe(true);
    for (const { state } of ways.filter((way) => JSON.stringify(way.state.value) === '{"entering":"expired"}')) {
      expect(transition(oneTimeCodeMachine, state, { type: 'intent.submitCode', code: '123456' })[0].value).toEqual({ entering: 'expired' });
    }
  });
});
