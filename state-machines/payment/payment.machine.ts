/**
 * OP-05: a provider is paid in cash without an account (T-2.1.1). Catalogue → fields → the host's check → terms agreed on `confirm` →
 * notes → the payment message (T-2.1.2). An over-payment goes where the payer says, never silently anywhere.
 */
import { assign, setup } from 'xstate';
import type { Provider } from '../../main/contracts/host-operations.ts';
import { cashInMachine } from '../cash-in/cash-in.machine.ts';
import type { CashInInput, CashInOutput } from '../cash-in/cash-in.types.ts';
import { cashInTerms } from '../deposit/deposit.machine.ts';
import type { AcceptDepositRequest, AcceptedDeposit, CashTerms, DeliveryReply, OperationInput, RetainedDeposit } from '../deposit/deposit.types.ts';
import { depositEnd, interruptedEnd, refusedBeforeMoney, retainedEnd } from '../deposit/deposit.types.ts';
import type { OperationEnd } from '../events.ts';
import { hole } from '../hole.ts';
import type { ChangeReply, CheckReply, PaymentContext, PaymentEvent } from './payment.types.ts';

export const paymentMachine = setup({
  types: { input: {} as OperationInput, output: {} as OperationEnd, context: {} as PaymentContext, events: {} as PaymentEvent, tags: {} as 'person' },
  actors: {
    cashIn: cashInMachine,
    /** Resolves the provider in the catalogue that this session shows; null: not there (any more). */
    findProvider: hole<Provider | null, { readonly providerId: string; readonly context: PaymentContext }>('findProvider'),
    /** Field rules, then the host's check and quote. */
    checkPayment: hole<CheckReply, { readonly fields: Readonly<Record<string, string>>; readonly context: PaymentContext }>('checkPayment'),
    journalTermsConsent: hole<void, PaymentContext>('journalTermsConsent'),
    quoteChange: hole<ChangeReply, AcceptDepositRequest<PaymentContext>>('quoteChange'),
    acceptPayment: hole<AcceptedDeposit, AcceptDepositRequest<PaymentContext>>('acceptPayment'),
    retainPayment: hole<RetainedDeposit, AcceptDepositRequest<PaymentContext>>('retainPayment'),
    awaitDelivery: hole<DeliveryReply, { readonly messageId: string }>('awaitDelivery'),
  },
  guards: {
    isKnown: (_, provider: Provider | null) => provider !== null,
    isChecked: (_, reply: CheckReply) => reply.kind === 'ok',
    isAccepted: (_, output: CashInOutput) => output.kind === 'accepted',
    isRetained: (_, output: CashInOutput) => output.kind === 'retained',
    isUnavailable: (_, output: CashInOutput) => output.kind === 'unavailable',
    hasLeft: (_, output: CashInOutput) => output.kind === 'left',
    hasChangeToChoose: ({ context }, reply: ChangeReply) => reply.changeMinor > 0 && reply.offers.length > 0 && context.inside?.by === 'customer',
    isOfferedChange: ({ context, event }) => event.type === 'intent.chooseChange' && context.changeOffers.some((offer) => offer.target === event.target),
  },
  delays: { termsMs: ({ context }) => context.terms?.validForMs ?? 0 },
  actions: {
    noteRenewed: assign({ isRenewed: true }),
    chooseCategory: assign(({ event }) => (event.type === 'intent.chooseCategory' ? { categoryId: event.categoryId, query: '', page: 0 } : {})),
    search: assign(({ event }) => (event.type === 'intent.searchProviders' ? { query: event.query, page: 0 } : {})),
    turnPage: assign(({ event }) => (event.type === 'intent.turnPage' ? { page: event.page } : {})),
    leaveCategory: assign({ categoryId: null, query: '', page: 0 }),
    rememberProvider: assign({ provider: (_, provider: Provider | null) => provider, fields: {}, problem: null }),
    rememberFields: assign(({ event }) => (event.type === 'intent.submitFields' ? { fields: event.fields, problem: null, checkRefusal: null, isRenewed: false } : {})),
    rememberCheck: assign((_, reply: CheckReply) => (reply.kind === 'ok' ? { checked: reply.value.checked, terms: reply.value.terms } : {})),
    noteCheckProblem: assign((_, reply: CheckReply) => {
      if (reply.kind === 'declined') return { problem: 'refused' as const, checkRefusal: reply.refusal };
      return { problem: reply.kind === 'notFound' ? ('notFound' as const) : ('noHost' as const) };
    }),
    noteInvalid: assign({ problem: 'invalid' }),
    rememberInside: assign((_, output: CashInOutput) => (output.kind === 'accepted' || output.kind === 'retained' ? { inside: output } : {})),
    rememberChange: assign((_, reply: ChangeReply) => ({ changeMinor: reply.changeMinor, changeOffers: reply.offers })),
    chooseChange: assign(({ context, event }) => (event.type === 'intent.chooseChange' ? { changeChosen: context.changeOffers.find((offer) => offer.target === event.target) ?? null } : {})),
    rememberAccepted: assign({ accepted: (_, accepted: AcceptedDeposit) => accepted }),
    endDelivered: assign(({ context }, delivery: DeliveryReply) => (context.accepted === null ? {} : { end: depositEnd(context.accepted, delivery, (context.inside?.uncertainNotes.length ?? 0) > 0) })),
    endRetained: assign(({ context }, retained: RetainedDeposit) => ({ end: retainedEnd(retained, (context.inside?.uncertainNotes.length ?? 0) > 0) })),
    endInterrupted: assign({ end: ({ context }) => interruptedEnd(context.inside) }),
    endUnavailable: assign({ end: refusedBeforeMoney('RF-24', null) }),
    endLeft: assign({ end: { kind: 'left' } }),
  },
}).createMachine({
  id: 'payment',
  context: ({ input }) => ({
    ...input, terms: null, isRenewed: false, inside: null, accepted: null, refusal: null, blockedUntilUtcMs: null, end: { kind: 'cancelled' },
    categoryId: null, query: '', page: 0, provider: null, fields: {}, checked: null, problem: null, changeMinor: 0, changeOffers: [], changeChosen: null, checkRefusal: null,
  }),
  initial: 'choosingProvider',
  output: ({ context }) => context.end,
  states: {
    choosingProvider: {
      initial: 'categories',
      states: {
        categories: {
          tags: 'person',
          on: {
            'intent.chooseCategory': { target: 'list', actions: 'chooseCategory' },
            'intent.searchProviders': { target: 'list', actions: ['leaveCategory', 'search'] },
            'intent.cancel': '#payment.ended',
          },
        },
        list: {
          tags: 'person',
          on: {
            'intent.searchProviders': { actions: 'search' },
            'intent.turnPage': { actions: 'turnPage' },
            'intent.chooseProvider': 'opening',
            'intent.back': { target: 'categories', actions: 'leaveCategory' },
            'intent.cancel': '#payment.ended',
          },
        },
        opening: {
          invoke: {
            src: 'findProvider',
            input: ({ context, event }) => ({ providerId: event.type === 'intent.chooseProvider' ? event.providerId : '', context }),
            onDone: [
              {
                guard: { type: 'isKnown', params: ({ event }) => event.output },
                target: '#payment.enteringFields',
                actions: { type: 'rememberProvider', params: ({ event }) => event.output },
              },
              { target: 'list' },
            ],
            onError: 'list',
          },
        },
      },
      on: { 'customer.left': { target: 'ended', actions: 'endLeft' } },
    },
    enteringFields: {
      tags: 'person',
      on: {
        'intent.submitFields': { target: 'checking', actions: 'rememberFields' },
        'intent.back': 'choosingProvider.list',
        'intent.cancel': 'ended',
        'customer.left': { target: 'ended', actions: 'endLeft' },
      },
    },
    checking: {
      invoke: {
        src: 'checkPayment',
        input: ({ context }) => ({ fields: context.fields, context }),
        onDone: [
          { guard: { type: 'isChecked', params: ({ event }) => event.output }, target: 'awaitingConsent', actions: { type: 'rememberCheck', params: ({ event }) => event.output } },
          { target: 'enteringFields', actions: { type: 'noteCheckProblem', params: ({ event }) => event.output } },
        ],
        onError: { target: 'enteringFields', actions: 'noteInvalid' },
      },
    },
    awaitingConsent: {
      tags: 'person',
      initial: 'holding',
      states: {
        holding: { on: { 'intent.next': '#payment.recordingConsent' }, after: { termsMs: 'lapsed' } },
        lapsed: { on: { 'intent.next': { target: '#payment.checking', actions: 'noteRenewed' } } },
      },
      on: { 'intent.back': 'enteringFields', 'intent.cancel': 'ended', 'customer.left': { target: 'ended', actions: 'endLeft' } },
    },
    recordingConsent: { invoke: {
      src: 'journalTermsConsent',
      input: ({ context }) => context,
      onDone: 'insertingNotes',
      onError: { target: 'ended', actions: 'endUnavailable' },
    } },
    insertingNotes: { // money: see cashIn
      invoke: {
        id: 'cashIn',
        src: 'cashIn',
        input: ({ context }): CashInInput => ({ operation: 'op-05', operationId: context.operationId, ...cashInTerms(context.terms as CashTerms) }),
        onDone: [
          { guard: { type: 'isAccepted', params: ({ event }) => event.output }, target: 'quotingChange', actions: { type: 'rememberInside', params: ({ event }) => event.output } },
          { guard: { type: 'isRetained', params: ({ event }) => event.output }, target: 'retaining', actions: { type: 'rememberInside', params: ({ event }) => event.output } },
          { guard: { type: 'isUnavailable', params: ({ event }) => event.output }, target: 'ended', actions: 'endUnavailable' },
          { guard: { type: 'hasLeft', params: ({ event }) => event.output }, target: 'ended', actions: 'endLeft' },
          { target: 'ended' },
        ],
        onError: { target: 'ended', actions: 'endInterrupted' },
      },
    },
    quotingChange: { // money: in the box
      invoke: {
        src: 'quoteChange',
        input: ({ context }) => ({ context, notes: context.inside?.notes ?? [], uncertainNotes: context.inside?.uncertainNotes ?? [], by: context.inside?.by ?? 'customer' }),
        onDone: [
          {
            guard: { type: 'hasChangeToChoose', params: ({ event }) => event.output },
            target: 'choosingChange',
            actions: { type: 'rememberChange', params: ({ event }) => event.output },
          },
          { target: 'accepting', actions: { type: 'rememberChange', params: ({ event }) => event.output } },
        ],
        onError: 'accepting',
      },
    },
    choosingChange: { // money: in the box
      tags: 'person',
      on: { 'intent.chooseChange': { guard: 'isOfferedChange', target: 'accepting', actions: 'chooseChange' }, 'customer.left': 'accepting' },
    },
    accepting: { // money: in the box; one transaction writes acceptance, receipt and message
      invoke: {
        src: 'acceptPayment',
        input: ({ context }) => ({ context, notes: context.inside?.notes ?? [], uncertainNotes: context.inside?.uncertainNotes ?? [], by: context.inside?.by ?? 'customer' }),
        onDone: { target: 'awaitingHost', actions: { type: 'rememberAccepted', params: ({ event }) => event.output } },
        onError: { target: 'ended', actions: 'endInterrupted' }, // each note is durable; recovery completes it
      },
    },
    awaitingHost: {
      invoke: {
        src: 'awaitDelivery',
        input: ({ context }) => ({ messageId: (context.accepted as AcceptedDeposit).messageId }),
        onDone: { target: 'ended', actions: { type: 'endDelivered', params: ({ event }) => event.output } },
        onError: { target: 'ended', actions: { type: 'endDelivered', params: { kind: 'noAnswer' } } },
      },
    },
    retaining: { // money: in the box, not paid on, a suspense item
      invoke: {
        src: 'retainPayment',
        input: ({ context }) => ({ context, notes: context.inside?.notes ?? [], uncertainNotes: context.inside?.uncertainNotes ?? [], by: context.inside?.by ?? 'customer' }),
        onDone: { target: 'ended', actions: { type: 'endRetained', params: ({ event }) => event.output } },
        onError: { target: 'ended', actions: 'endInterrupted' },
      },
    },
    ended: { type: 'final' },
  },
});
