/**
 * OP-10: cash without a card (PS-7.3.4). The amount is only ever one that the loaded notes can pay exactly; the host authorises before
 * any note moves (PS-7.4); what to send afterwards follows from what left the exit (host-messages §5.2).
 */
import { assign, setup } from 'xstate';
import { cashOutMachine } from '../cash-out/cash-out.machine.ts';
import type { CashOutOutput } from '../cash-out/cash-out.types.ts';
import type { AccountsReply, OperationInput } from '../deposit/deposit.types.ts';
import { refusedBeforeMoney } from '../deposit/deposit.types.ts';
import type { OperationEnd } from '../events.ts';
import { hole } from '../hole.ts';
import type { AmountChoices, AuthoriseReply, CashOutSettings, CompletedWithdrawal, MixReply, QuoteReply, WithdrawalContext, WithdrawalEvent } from './withdrawal.types.ts';

export const withdrawalMachine = setup({
  types: {
    input: {} as OperationInput & { readonly cashOut: CashOutSettings },
    output: {} as OperationEnd,
    context: {} as WithdrawalContext & { readonly cashOut: CashOutSettings },
    events: {} as WithdrawalEvent,
    tags: {} as 'person',
  },
  actors: {
    cashOut: cashOutMachine,
    loadAccounts: hole<AccountsReply, WithdrawalContext>('loadAccounts'),
    loadChoices: hole<AmountChoices | null, WithdrawalContext>('loadChoices'),
    mixAmount: hole<MixReply, { readonly amountMinor: number; readonly context: WithdrawalContext }>('mixAmount'),
    quoteWithdrawal: hole<QuoteReply, WithdrawalContext>('quoteWithdrawal'),
    journalConsent: hole<void, WithdrawalContext>('journalConsent'),
    authorise: hole<AuthoriseReply, WithdrawalContext>('authorise'),
    completeWithdrawal: hole<CompletedWithdrawal, WithdrawalContext>('completeWithdrawal'),
  },
  guards: {
    isOnlyAccount: (_, reply: AccountsReply) => reply.kind === 'ok' && reply.value.length === 1,
    isChoice: (_, reply: AccountsReply) => reply.kind === 'ok' && reply.value.length > 1,
    isOffered: ({ context, event }) => event.type === 'intent.chooseAccount' && context.accounts.some((account) => account.accountRef === event.accountRef),
    hasNotes: (_, choices: AmountChoices | null) => choices !== null,
    isPossible: (_, reply: MixReply) => reply.kind === 'possible',
    isQuoted: (_, reply: QuoteReply) => reply.kind === 'ok',
    isApproved: (_, reply: AuthoriseReply) => reply.kind === 'approved',
  },
  delays: { quoteMs: ({ context }) => context.quote?.validForMs ?? 0 },
  actions: {
    noteRenewed: assign({ isRenewed: true }),
    rememberAccounts: assign((_, reply: AccountsReply) => (reply.kind === 'ok' ? {
      accounts: reply.value,
      account: reply.value.length === 1 ? (reply.value[0] ?? null) : null,
    } : {})),
    chooseAccount: assign(({ context, event }) => (event.type === 'intent.chooseAccount' ? { account: context.accounts.find((account) => account.accountRef === event.accountRef) ?? null } : {})),
    rememberChoices: assign({ choices: (_, choices: AmountChoices | null) => choices }),
    rememberAmount: assign(({ event }) => (event.type === 'intent.chooseAmount' ? { amountMinor: event.amountMinor, isRenewed: false } : {})),
    rememberMix: assign(({ context }, reply: MixReply) => (reply.kind === 'possible' ? { steps: reply.steps, impossible: null } : { impossible: { amountMinor: context.amountMinor, nearestMinor: reply.nearestMinor } })),
    rememberQuote: assign((_, reply: QuoteReply) => (reply.kind === 'ok' ? { quote: reply.value } : {})),
    rememberAuthorisation: assign((_, reply: AuthoriseReply) => (reply.kind === 'approved' ? { authorisationMessageId: reply.messageId } : {})),
    rememberOut: assign({ out: (_, out: CashOutOutput) => out }),
    endHost: assign((_, reply: AccountsReply | QuoteReply) => ({ end: reply.kind === 'declined' ? refusedBeforeMoney(reply.refusal, reply.blockedUntilUtcMs) : refusedBeforeMoney(reply.kind === 'unavailable' ? 'RF-34' : 'RF-25', null) })),
    endNotAuthorised: assign((_, reply: AuthoriseReply) => {
      if (reply.kind === 'declined') return { end: refusedBeforeMoney(reply.refusal, null) };
      const refused = refusedBeforeMoney('RF-34', null);
      return { end: refused.kind === 'refused' && reply.kind === 'reversed' && reply.mayBeHeld ? { ...refused, mayBeHeld: true } : refused };
    }),
    endCompleted: assign(({ context }, completed: CompletedWithdrawal) => ({ end: withdrawalEnd(completed, context.amountMinor, context.out?.retracted === 'unknown') })),
    /** What could not be written yet is settled later; what the customer holds is known where all commands were answered. */
    endInterrupted: assign({ end: ({ context }): OperationEnd => ({ kind: 'pending', why: 'interrupted', result: { amountMinor: Math.min(context.out?.presentedMinor ?? 0, context.amountMinor), feeMinor: null, receiptNumber: null, reference: null } }) }),
    endUnavailable: assign({ end: refusedBeforeMoney('RF-24', null) }),
    endLeft: assign({ end: { kind: 'left' } }),
  },
}).createMachine({
  id: 'withdrawal',
  context: ({ input }) => ({
    ...input,
    accounts: [],
    account: null,
    choices: null,
    amountMinor: 0,
    steps: [],
    impossible: null,
    quote: null,
    isRenewed: false,
    authorisationMessageId: null,
    out: null,
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
          {
            guard: { type: 'isOnlyAccount', params: ({ event }) => event.output },
            target: 'loadingChoices',
            actions: { type: 'rememberAccounts', params: ({ event }) => event.output },
          },
          {
            guard: { type: 'isChoice', params: ({ event }) => event.output },
            target: 'choosingAccount',
            actions: { type: 'rememberAccounts', params: ({ event }) => event.output },
          },
          { target: 'ended', actions: { type: 'endHost', params: ({ event }) => event.output } },
        ],
        onError: { target: 'ended', actions: 'endUnavailable' },
      },
    },
    choosingAccount: {
      tags: 'person',
      on: {
        'intent.chooseAccount': { guard: 'isOffered', target: 'loadingChoices', actions: 'chooseAccount' },
        'intent.cancel': 'ended',
        'customer.left': { target: 'ended', actions: 'endLeft' },
      },
    },
    loadingChoices: {
      invoke: {
        src: 'loadChoices',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'hasNotes', params: ({ event }) => event.output }, target: 'choosingAmount', actions: { type: 'rememberChoices', params: ({ event }) => event.output } },
          { target: 'ended', actions: 'endUnavailable' },
        ],
        onError: { target: 'ended', actions: 'endUnavailable' },
      },
    },
    choosingAmount: {
      tags: 'person',
      on: { 'intent.chooseAmount': { target: 'mixing', actions: 'rememberAmount' }, 'intent.cancel': 'ended', 'customer.left': { target: 'ended', actions: 'endLeft' } },
    },
    mixing: {
      invoke: {
        src: 'mixAmount',
        input: ({ context }) => ({ amountMinor: context.amountMinor, context }),
        onDone: [
          { guard: { type: 'isPossible', params: ({ event }) => event.output }, target: 'quoting', actions: { type: 'rememberMix', params: ({ event }) => event.output } },
          { target: 'choosingAmount', actions: { type: 'rememberMix', params: ({ event }) => event.output } },
        ],
        onError: { target: 'ended', actions: 'endUnavailable' },
      },
    },
    quoting: {
      invoke: {
        src: 'quoteWithdrawal',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isQuoted', params: ({ event }) => event.output }, target: 'awaitingConsent', actions: { type: 'rememberQuote', params: ({ event }) => event.output } },
          { target: 'ended', actions: { type: 'endHost', params: ({ event }) => event.output } },
        ],
        onError: { target: 'ended', actions: 'endUnavailable' },
      },
    },
    awaitingConsent: {
      tags: 'person',
      initial: 'holding',
      states: {
        holding: { on: { 'intent.next': '#withdrawal.recordingConsent' }, after: { quoteMs: 'lapsed' } },
        lapsed: { on: { 'intent.next': { target: '#withdrawal.quoting', actions: 'noteRenewed' } } },
      },
      on: { 'intent.back': 'choosingAmount', 'intent.cancel': 'ended', 'customer.left': { target: 'ended', actions: 'endLeft' } },
    },
    recordingConsent: { invoke: { src: 'journalConsent', input: ({ context }) => context, onDone: 'authorising', onError: { target: 'ended', actions: 'endUnavailable' } } },
    authorising: { // money: in the cassettes; the account may be held
      invoke: {
        src: 'authorise',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isApproved', params: ({ event }) => event.output },
            target: 'dispensing',
            actions: { type: 'rememberAuthorisation', params: ({ event }) => event.output },
          },
          { target: 'ended', actions: { type: 'endNotAuthorised', params: ({ event }) => event.output } },
        ],
        onError: { target: 'ended', actions: 'endInterrupted' },
      },
    },
    dispensing: { // money: see cashOut
      invoke: {
        id: 'cashOut',
        src: 'cashOut',
        input: ({ context }) => ({ operationId: context.operationId, steps: context.steps, ...context.cashOut }),
        onDone: { target: 'completing', actions: { type: 'rememberOut', params: ({ event }) => event.output } },
        onError: { target: 'ended', actions: 'endInterrupted' },
      },
    },
    completing: { // one transaction writes the outcome of the whole, the receipt and the completion or reversal
      invoke: {
        src: 'completeWithdrawal',
        input: ({ context }) => context,
        onDone: { target: 'ended', actions: { type: 'endCompleted', params: ({ event }) => event.output } },
        onError: { target: 'ended', actions: 'endInterrupted' }, // each step is durable; recovery completes it
      },
    },
    ended: { type: 'final' },
  },
});

function withdrawalEnd(completed: CompletedWithdrawal, wantedMinor: number, isRetracted: boolean): OperationEnd {
  const result = { amountMinor: completed.presentedMinor, feeMinor: completed.feeMinor, receiptNumber: completed.receiptNumber, reference: completed.reference };
  switch (completed.outcome) {
    case 'full':
      return { kind: 'success', result };
    case 'partial':
      return { kind: 'partial', result, wantedMinor };
    case 'none':
      return { kind: 'refused', result, refusal: 'RF-24', keptMinor: 0, blockedUntilUtcMs: null, mayBeHeld: true };
    case 'doubtful':
      return { kind: 'pending', result, why: isRetracted ? 'cashRetracted' : 'cashUncertain' };
  }
}
