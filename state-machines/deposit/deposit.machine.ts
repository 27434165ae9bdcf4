/**
 * OP-01: cash onto one's own account. The terms are agreed before the first note, the figures by the primary button over exactly what
 * is inside (ux.md, quote and consent). From `accepting` on the bank's obligation arises with the receipt record (T-2.6, T-2.7, Q-07).
 */
import { assign, setup } from 'xstate';
import { cashInMachine } from '../cash-in/cash-in.machine.ts';
import type { CashInInput, CashInOutput } from '../cash-in/cash-in.types.ts';
import type { OperationEnd } from '../events.ts';
import { hole } from '../hole.ts';
import type { AcceptDepositRequest, AcceptedDeposit, AccountsReply, CashTerms, DeliveryReply, DepositContext, DepositEvent, OperationInput, RetainedDeposit, TermsReply } from './deposit.types.ts';
import { depositEnd, interruptedEnd, refusedBeforeMoney, retainedEnd } from './deposit.types.ts';

export const depositMachine = setup({
  types: { input: {} as OperationInput, output: {} as OperationEnd, context: {} as DepositContext, events: {} as DepositEvent, tags: {} as 'person' },
  actors: {
    cashIn: cashInMachine,
    loadAccounts: hole<AccountsReply, DepositContext>('loadAccounts'),
    quoteDeposit: hole<TermsReply, DepositContext>('quoteDeposit'),
    journalTermsConsent: hole<void, DepositContext>('journalTermsConsent'),
    acceptDeposit: hole<AcceptedDeposit, AcceptDepositRequest<DepositContext>>('acceptDeposit'),
    retainDeposit: hole<RetainedDeposit, AcceptDepositRequest<DepositContext>>('retainDeposit'),
    awaitDelivery: hole<DeliveryReply, { readonly messageId: string }>('awaitDelivery'),
  },
  guards: {
    isOnlyAccount: (_, reply: AccountsReply) => reply.kind === 'ok' && reply.value.length === 1,
    isChoice: (_, reply: AccountsReply) => reply.kind === 'ok' && reply.value.length > 1,
    isQuoted: (_, reply: TermsReply) => reply.kind === 'ok',
    isOffered: ({ context, event }) => event.type === 'intent.chooseAccount' && context.accounts.some((account) => account.accountRef === event.accountRef),
    isAccepted: (_, output: CashInOutput) => output.kind === 'accepted',
    isRetained: (_, output: CashInOutput) => output.kind === 'retained',
    isUnavailable: (_, output: CashInOutput) => output.kind === 'unavailable',
    hasLeft: (_, output: CashInOutput) => output.kind === 'left',
  },
  delays: { termsMs: ({ context }) => context.terms?.validForMs ?? 0 },
  actions: {
    noteRenewed: assign({ isRenewed: true }),
    rememberAccounts: assign((_, reply: AccountsReply) => (reply.kind === 'ok' ? {
      accounts: reply.value,
      account: reply.value.length === 1 ? (reply.value[0] ?? null) : null,
    } : {})),
    chooseAccount: assign(({ context, event }) => (event.type === 'intent.chooseAccount' ? { account: context.accounts.find((account) => account.accountRef === event.accountRef) ?? null } : {})),
    rememberTerms: assign((_, reply: TermsReply) => (reply.kind === 'ok' ? { terms: reply.value } : {})),
    rememberInside: assign((_, output: CashInOutput) => (output.kind === 'accepted' || output.kind === 'retained' ? { inside: output } : {})),
    rememberAccepted: assign({ accepted: (_, accepted: AcceptedDeposit) => accepted }),
    endDelivered: assign(({ context }, delivery: DeliveryReply) => (context.accepted === null ? {} : { end: depositEnd(context.accepted, delivery, (context.inside?.uncertainNotes.length ?? 0) > 0) })),
    endRetained: assign(({ context }, retained: RetainedDeposit) => ({ end: retainedEnd(retained, (context.inside?.uncertainNotes.length ?? 0) > 0) })),
    endInterrupted: assign({ end: ({ context }) => interruptedEnd(context.inside) }),
    endRefused: assign((_, reply: AccountsReply | TermsReply) => ({ end: reply.kind === 'declined' ? refusedBeforeMoney(reply.refusal, reply.blockedUntilUtcMs) : refusedBeforeMoney(reply.kind === 'unavailable' ? 'RF-34' : 'RF-25', null) })),
    endUnavailable: assign({ end: refusedBeforeMoney('RF-24', null) }),
    endLeft: assign({ end: { kind: 'left' } }),
  },
}).createMachine({
  id: 'deposit',
  context: ({ input }) => ({
    ...input,
    accounts: [],
    account: null,
    terms: null,
    isRenewed: false,
    inside: null,
    accepted: null,
    refusal: null,
    blockedUntilUtcMs: null,
    end: { kind: 'cancelled' },
  }),
  initial: 'loadingAccounts',
  output: ({ context }) => context.end,
  states: {
    loadingAccounts: {
      invoke: {
        src: 'loadAccounts',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isOnlyAccount', params: ({ event }) => event.output }, target: 'quoting', actions: { type: 'rememberAccounts', params: ({ event }) => event.output } },
          {
            guard: { type: 'isChoice', params: ({ event }) => event.output },
            target: 'choosingAccount',
            actions: { type: 'rememberAccounts', params: ({ event }) => event.output },
          },
          { target: 'ended', actions: { type: 'endRefused', params: ({ event }) => event.output } },
        ],
        onError: { target: 'ended', actions: 'endUnavailable' },
      },
    },
    choosingAccount: {
      tags: 'person',
      on: {
        'intent.chooseAccount': { guard: 'isOffered', target: 'quoting', actions: 'chooseAccount' },
        'intent.cancel': 'ended',
        'customer.left': { target: 'ended', actions: 'endLeft' },
      },
    },
    quoting: {
      invoke: {
        src: 'quoteDeposit',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isQuoted', params: ({ event }) => event.output }, target: 'awaitingConsent', actions: { type: 'rememberTerms', params: ({ event }) => event.output } },
          { target: 'ended', actions: { type: 'endRefused', params: ({ event }) => event.output } },
        ],
        onError: { target: 'ended', actions: 'endUnavailable' },
      },
    },
    awaitingConsent: {
      tags: 'person',
      initial: 'holding',
      states: {
        holding: { on: { 'intent.next': '#deposit.recordingConsent' }, after: { termsMs: 'lapsed' } },
        lapsed: { on: { 'intent.next': { target: '#deposit.quoting', actions: 'noteRenewed' } } },
      },
      on: { 'intent.cancel': 'ended', 'customer.left': { target: 'ended', actions: 'endLeft' } },
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
        input: ({ context }): CashInInput => ({ operation: 'op-01', operationId: context.operationId, ...cashInTerms(context.terms as CashTerms) }),
        onDone: [
          { guard: { type: 'isAccepted', params: ({ event }) => event.output }, target: 'accepting', actions: { type: 'rememberInside', params: ({ event }) => event.output } },
          { guard: { type: 'isRetained', params: ({ event }) => event.output }, target: 'retaining', actions: { type: 'rememberInside', params: ({ event }) => event.output } },
          { guard: { type: 'isUnavailable', params: ({ event }) => event.output }, target: 'ended', actions: 'endUnavailable' },
          { guard: { type: 'hasLeft', params: ({ event }) => event.output }, target: 'ended', actions: 'endLeft' },
          { target: 'ended' },
        ],
        onError: { target: 'ended', actions: 'endInterrupted' },
      },
    },
    accepting: { // money: in the box; one transaction writes acceptance, receipt and message
      invoke: {
        src: 'acceptDeposit',
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
    retaining: { // money: in the box, not credited, a suspense item
      invoke: {
        src: 'retainDeposit',
        input: ({ context }) => ({ context, notes: context.inside?.notes ?? [], uncertainNotes: context.inside?.uncertainNotes ?? [], by: context.inside?.by ?? 'customer' }),
        onDone: { target: 'ended', actions: { type: 'endRetained', params: ({ event }) => event.output } },
        onError: { target: 'ended', actions: 'endInterrupted' },
      },
    },
    ended: { type: 'final' },
  },
});

export function cashInTerms(terms: CashTerms): Omit<CashInInput, 'operation' | 'operationId'> {
  const { acceptedMinor, insertMinMinor, insertMaxMinor, wantedMinor, feeRule, fixedCreditMinor } = terms;
  return { acceptedMinor, insertMinMinor, insertMaxMinor, wantedMinor, feeRule, fixedCreditMinor };
}
