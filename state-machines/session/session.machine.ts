/**
 * One customer, from the first touch to the farewell. Menu → who is it → one-time code → one operation at a time → its result → another
 * one under the same code while its scope covers it, or the end. Beside that runs the presence watch: a person who is awaited and
 * silent is warned, then gone; and the cap of the code's life. Money: only inside the operations.
 */
import { assign, enqueueActions, raise, setup } from 'xstate';
import type { OperationCode } from '../../main/contracts/operations.ts';
import { depositMachine } from '../deposit/deposit.machine.ts';
import type { OperationInput } from '../deposit/deposit.types.ts';
import { refusedBeforeMoney } from '../deposit/deposit.types.ts';
import type { LeaveReason, OperationEnd } from '../events.ts';
import { hole } from '../hole.ts';
import { identifyMachine } from '../identify/identify.machine.ts';
import type { IdentifyInput, IdentifyOutput, Identity } from '../identify/identify.types.ts';
import { oneTimeCodeMachine } from '../one-time-code/one-time-code.machine.ts';
import type { Authentication, OneTimeCodeInput, OneTimeCodeOutput } from '../one-time-code/one-time-code.types.ts';
import { paymentMachine } from '../payment/payment.machine.ts';
import { withdrawalMachine } from '../withdrawal/withdrawal.machine.ts';
import type { ClosedOperation, OpenedOperation, SessionContext, SessionEvent, SessionInput, SessionOutput } from './session.types.ts';

/** A number that stood on the screen this long counts as given. */
const RESULT_SHOWN_MS = 10_000;

type Leaf = 'identify' | 'oneTimeCode' | 'operation';

export const sessionMachine = setup({
  types: { input: {} as SessionInput, output: {} as SessionOutput, context: {} as SessionContext, events: {} as SessionEvent, tags: {} as 'person' | 'person.result' },
  actors: {
    identify: identifyMachine,
    oneTimeCode: oneTimeCodeMachine,
    deposit: depositMachine,
    payment: paymentMachine,
    withdrawal: withdrawalMachine,
    openOperation: hole<OpenedOperation, { readonly operation: OperationCode; readonly sessionId: string }>('openOperation'),
    /** Closes it in the journal; when it was interrupted, settles it as a restart would. */
    closeOperation: hole<ClosedOperation, SessionContext>('closeOperation'),
    printReceipt: hole<boolean, { readonly receiptNumber: string; readonly context: SessionContext }>('printReceipt'),
  },
  guards: {
    isTrusted: ({ context }) => isCovered(context),
    isIdentified: ({ context }) => isIdentifiedFor(context),
    isKnownNow: (_, output: IdentifyOutput) => output.kind === 'identified',
    isVerified: (_, output: OneTimeCodeOutput) => output.kind === 'verified',
    isDeposit: ({ context }) => context.operation === 'op-01',
    isPayment: ({ context }) => context.operation === 'op-05',
    hasResult: ({ context }) => context.end !== null,
    isShown: (_, closed: ClosedOperation) => closed.end !== null,
    hasLeft: ({ context }) => context.leaveReason !== null,
    wantsPaper: ({ context }) => context.selectedReceipt === 'paper' && context.isPaperAvailable && context.end !== null && context.end.result.receiptNumber !== null,
    warns: ({ context }) => context.patience?.warns === true,
    /** Nobody is sent away from what he is reading because no new step may begin; the battery waits for ten seconds. */
    mayReadOn: ({ context, event }) => event.type === 'customer.left' && (event.reason === 'sessionCap' || (event.reason === 'closing' && !context.isResultShown)),
    isNothingPrinted: ({ context }) => !context.receiptPrinted,
  },
  delays: {
    patienceMs: ({ context }) => context.patience?.patienceMs ?? 0,
    warningMs: ({ context }) => context.patienceMs.warning,
    farewellMs: ({ context }) => context.farewellMs,
    takeReceiptMs: ({ context }) => context.takeReceiptMs,
    resultShownMs: RESULT_SHOWN_MS,
    sessionCapMs: ({ context }) => context.authentication?.expiresInMs ?? 0,
  },
  actions: {
    rememberOperation: assign(({ event }) => (event.type === 'intent.chooseOperation' ? { operation: event.operation, end: null, operationId: null } : {})),
    rememberOpened: assign({ operationId: (_, opened: OpenedOperation) => opened.operationId }),
    rememberIdentity: assign((_, output: IdentifyOutput) => (output.kind === 'identified' ? { identity: output.identity, authentication: null } : {})),
    rememberAuthentication: assign((_, output: OneTimeCodeOutput) => (output.kind === 'verified' ? { authentication: output.authentication } : {})),
    rememberRefusal: assign(({ context }, output: IdentifyOutput | OneTimeCodeOutput) => {
      if (output.kind !== 'refused') return output.kind === 'left' ? { leaveReason: context.leaveReason ?? ('walkAway' as const) } : {};
      const refused = refusedBeforeMoney(output.refusal, output.blockedUntilUtcMs);
      return refused.kind === 'refused' ? { end: refused, identity: null, authentication: null } : {};
    }),
    rememberEnd: assign(({ context }, end: OperationEnd) => {
      if (end.kind === 'left') return { leaveReason: context.leaveReason ?? ('walkAway' as const) };
      return end.kind === 'cancelled' ? {} : { end };
    }),
    rememberClosed: assign((_, closed: ClosedOperation) => ({ end: closed.end })),
    /** A machine of an operation broke: what moved is durable, closing settles it as a restart would. */
    endInterrupted: assign({ end: { kind: 'pending', why: 'interrupted', result: { amountMinor: 0, feeMinor: null, receiptNumber: null, reference: null } } }),
    endUnavailable: assign({ end: refusedBeforeMoney('RF-24', null) as Extract<OperationEnd, { kind: 'refused' }> }),
    chooseDefaultReceipt: assign({ selectedReceipt: ({ context }) => (context.isPaperAvailable ? 'paper' : 'electronic'), receiptPrinted: false }),
    noteUnshown: assign({ isResultShown: false }),
    noteShown: assign({ isResultShown: true }),
    chooseReceipt: assign(({ event }) => (event.type === 'intent.chooseReceipt' ? { selectedReceipt: event.receipt } : {})),
    rememberPrinted: assign({ receiptPrinted: (_, printed: boolean) => printed }),
    forgetOperation: assign({ operation: null, operationId: null, end: null }),
    leaveAs: assign({ leaveReason: ({ context }, reason: 'exit' | 'walkAway' | 'sessionCap') => context.leaveReason ?? reason }),
    leaveByEvent: assign(({ context, event }) => (event.type === 'customer.left' ? { leaveReason: context.leaveReason ?? event.reason } : {})),
    changeLanguage: assign(({ event }) => (event.type === 'intent.language' ? { language: event.language } : {})),
    changeDisplay: assign(({ context, event }) => (event.type === 'intent.display' ? { display: { ...context.display, [event.option]: event.on } } : {})),
    rememberPaper: assign(({ context, event }) => (event.type === 'paper.changed' ? {
      isPaperAvailable: event.isAvailable,
      selectedReceipt: event.isAvailable ? context.selectedReceipt : ('electronic' as const),
    } : {})),
    rememberPatience: assign(({ event }) => (event.type === 'presence.awaited' ? { patience: { patienceMs: event.patienceMs, warns: event.warns } } : {})),
    forgetPatience: assign({ patience: null }),
    /** Tells the machine in front of the customer, whichever it is; without one the session itself hears it. */
    tellLeft: enqueueActions(({ context, enqueue, self }, reason: LeaveReason) => {
      enqueue.assign({ leaveReason: context.leaveReason ?? reason });
      const children = self.getSnapshot().children;
      const leaf = (['identify', 'oneTimeCode', 'operation'] as const satisfies readonly Leaf[]).find((id) => children[id] !== undefined);
      enqueue.raise({ type: 'customer.left', reason });
      if (leaf === undefined) return;
      const actor = children[leaf] as { send(event: SessionEvent): void; getSnapshot(): { children: Record<string, { send(event: SessionEvent): void } | undefined> } };
      const inner = actor.getSnapshot().children['cashIn'] ?? actor.getSnapshot().children['cashOut'] ?? actor;
      enqueue(() => inner.send({ type: 'customer.left', reason }));
    }),
  },
}).createMachine({
  id: 'session',
  initial: 'active',
  context: ({ input }) => ({
    ...input, operation: null, operationId: null, identity: null, authentication: null, end: null, selectedReceipt: 'paper', receiptPrinted: false, isResultShown: false, patience: null, leaveReason: null,
  }),
  output: ({ context }): SessionOutput => ({ sessionId: context.sessionId, reason: context.leaveReason ?? 'exit' }),
  states: {
    active: {
      type: 'parallel',
      on: {
        'intent.language': { actions: 'changeLanguage' },
        'intent.display': { actions: 'changeDisplay' },
        'paper.changed': { actions: 'rememberPaper' },
        // The terminal must go: as if the customer had, at the next point where that is safe.
        'terminal.closing': { actions: { type: 'tellLeft', params: 'closing' } },
        'session.over': 'over',
      },
      states: {
        flow: {
          initial: 'menu',
          states: {
            menu: {
              tags: 'person',
              entry: 'forgetOperation',
              always: { guard: 'hasLeft', target: 'farewell' },
              on: {
                'intent.chooseOperation': { target: 'opening', actions: 'rememberOperation' },
                'intent.cancel': { target: 'farewell', actions: { type: 'leaveAs', params: 'exit' } },
                'customer.left': { target: 'farewell', actions: 'leaveByEvent' },
              },
            },
            opening: {
              invoke: {
                src: 'openOperation',
                input: ({ context }) => ({ operation: context.operation as OperationCode, sessionId: context.sessionId }),
                onDone: [
                  // The cap was reached meanwhile: no new step begins.
                  { guard: 'hasLeft', target: 'closing', actions: { type: 'rememberOpened', params: ({ event }) => event.output } },
                  { guard: 'isTrusted', target: 'operating', actions: { type: 'rememberOpened', params: ({ event }) => event.output } },
                  { guard: 'isIdentified', target: 'authenticating', actions: { type: 'rememberOpened', params: ({ event }) => event.output } },
                  { target: 'identifying', actions: { type: 'rememberOpened', params: ({ event }) => event.output } },
                ],
                onError: 'menu',
              },
            },
            identifying: {
              invoke: {
                id: 'identify',
                src: 'identify',
                input: ({ context }): IdentifyInput => ({
                  operation: context.operation as OperationCode,
                  purpose: context.operation === 'op-05' ? 'payer' : 'client',
                  method: 'phone',
                }),
                onDone: [
                  {
                    guard: { type: 'isKnownNow', params: ({ event }) => event.output },
                    target: 'authenticating',
                    actions: { type: 'rememberIdentity', params: ({ event }) => event.output },
                  },
                  { target: 'closing', actions: { type: 'rememberRefusal', params: ({ event }) => event.output } },
                ],
                onError: { target: 'closing', actions: 'endUnavailable' },
              },
            },
            authenticating: {
              invoke: {
                id: 'oneTimeCode',
                src: 'oneTimeCode',
                input: ({ context }): OneTimeCodeInput => ({ operation: context.operation as OperationCode, identity: context.identity as Identity }),
                onDone: [
                  {
                    guard: { type: 'isVerified', params: ({ event }) => event.output },
                    target: 'operating',
                    actions: [{ type: 'rememberAuthentication', params: ({ event }) => event.output }, raise({ type: 'session.authenticated' })],
                  },
                  { target: 'closing', actions: { type: 'rememberRefusal', params: ({ event }) => event.output } },
                ],
                onError: { target: 'closing', actions: 'endUnavailable' },
              },
            },
            operating: {
              initial: 'choosing',
              states: {
                choosing: { always: [{ guard: 'isDeposit', target: 'deposit' }, { guard: 'isPayment', target: 'payment' }, { target: 'withdrawal' }] },
                deposit: { invoke: {
                  id: 'operation',
                  src: 'deposit',
                  input: ({ context }) => operationInput(context),
                  onDone: { target: '#session.active.flow.closing', actions: { type: 'rememberEnd', params: ({ event }) => event.output } },
                  onError: { target: '#session.active.flow.closing', actions: 'endInterrupted' },
                } },
                payment: { invoke: {
                  id: 'operation',
                  src: 'payment',
                  input: ({ context }) => operationInput(context),
                  onDone: { target: '#session.active.flow.closing', actions: { type: 'rememberEnd', params: ({ event }) => event.output } },
                  onError: { target: '#session.active.flow.closing', actions: 'endInterrupted' },
                } },
                withdrawal: { invoke: {
                  id: 'operation',
                  src: 'withdrawal',
                  input: ({ context }) => ({ ...operationInput(context), cashOut: context.cashOut }),
                  onDone: { target: '#session.active.flow.closing', actions: { type: 'rememberEnd', params: ({ event }) => event.output } },
                  onError: { target: '#session.active.flow.closing', actions: 'endInterrupted' },
                } },
              },
            },
            closing: {
              invoke: {
                src: 'closeOperation',
                input: ({ context }) => context,
                onDone: [
                  { guard: { type: 'isShown', params: ({ event }) => event.output }, target: 'showingResult', actions: [{ type: 'rememberClosed', params: ({ event }) => event.output }, 'chooseDefaultReceipt'] },
                  { target: 'menu' },
                ],
                onError: [{ guard: 'hasResult', target: 'showingResult', actions: 'chooseDefaultReceipt' }, { target: 'menu' }],
              },
            },
            showingResult: {
              tags: ['person', 'person.result'],
              entry: 'noteUnshown',
              after: { resultShownMs: { actions: 'noteShown' } },
              on: {
                'intent.chooseReceipt': { actions: 'chooseReceipt' },
                'intent.next': [
                  { guard: 'wantsPaper', target: 'printing', actions: { type: 'leaveAs', params: 'exit' } },
                  { target: 'farewell', actions: { type: 'leaveAs', params: 'exit' } },
                ],
                'intent.cancel': { target: 'farewell', actions: { type: 'leaveAs', params: 'exit' } },
                'intent.anotherOperation': [{ guard: 'wantsPaper', target: 'printing' }, { target: 'menu' }],
                'customer.left': [{ guard: 'mayReadOn', actions: 'leaveByEvent' }, { guard: 'wantsPaper', target: 'printing', actions: 'leaveByEvent' }, { target: 'farewell', actions: 'leaveByEvent' }],
              },
            },
            printing: {
              invoke: {
                src: 'printReceipt',
                input: ({ context }) => ({ receiptNumber: context.end?.result.receiptNumber ?? '', context }),
                onDone: { target: 'takingReceipt', actions: { type: 'rememberPrinted', params: ({ event }) => event.output } },
                onError: 'afterReceipt',
              },
            },
            takingReceipt: {
              always: { guard: 'isNothingPrinted', target: 'afterReceipt' },
              on: { 'intent.next': 'afterReceipt', 'intent.touch': 'afterReceipt' },
              after: { takeReceiptMs: 'afterReceipt' },
            },
            afterReceipt: { always: [{ guard: 'hasLeft', target: 'farewell' }, { target: 'menu' }] },
            farewell: { on: { 'intent.touch': 'over' }, after: { farewellMs: 'over' } },
            over: { entry: raise({ type: 'session.over' }) },
          },
        },
        presence: {
          initial: 'notAwaited',
          on: {
            'presence.awaited': { target: '.awaited', actions: 'rememberPatience' },
            'presence.notAwaited': { target: '.notAwaited', actions: 'forgetPatience' },
          },
          states: {
            notAwaited: {},
            awaited: {
              on: { 'presence.felt': { target: 'awaited', reenter: true } },
              after: { patienceMs: [{ guard: 'warns', target: 'warned' }, { target: 'gone' }] },
            },
            warned: {
              on: { 'intent.stillHere': 'awaited', 'presence.felt': 'awaited' },
              after: { warningMs: 'gone' },
            },
            gone: { entry: { type: 'tellLeft', params: 'walkAway' } },
          },
        },
        cap: {
          initial: 'unauthenticated',
          on: { 'session.authenticated': '.running' },
          states: {
            unauthenticated: {},
            running: { after: { sessionCapMs: 'reached' } },
            reached: { entry: { type: 'tellLeft', params: 'sessionCap' } },
          },
        },
      },
    },
    over: { type: 'final' },
  },
});

function operationInput(context: SessionContext): OperationInput {
  return { operationId: context.operationId as string, identity: context.identity as Identity, authentication: context.authentication as Authentication };
}

/** The customer is known in the way that this operation needs. */
function isIdentifiedFor(context: SessionContext): boolean {
  if (context.identity === null) return false;
  return context.operation === 'op-05' ? context.identity.kind === 'payer' || context.identity.phone !== null : context.identity.kind === 'client';
}

function isCovered(context: SessionContext): boolean {
  return isIdentifiedFor(context) && context.authentication !== null && context.operation !== null && context.authentication.scope.includes(context.operation);
}
