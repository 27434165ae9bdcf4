/**
 * The one-time code of the session (T-2.2.1): made, counted and checked by the host; the typed digits pass through and are kept nowhere.
 * Three tries, then the host blocks (S-13, Q-02); a new code voids the old one. No money anywhere.
 */
import { assign, setup } from 'xstate';
import { hole } from '../hole.ts';
import type { IssueReply, OneTimeCodeContext, OneTimeCodeEvent, OneTimeCodeInput, OneTimeCodeOutput, VerifyReply } from './one-time-code.types.ts';

export const oneTimeCodeMachine = setup({
  types: { input: {} as OneTimeCodeInput, output: {} as OneTimeCodeOutput, context: {} as OneTimeCodeContext, events: {} as OneTimeCodeEvent, tags: {} as 'person' },
  actors: {
    requestCode: hole<IssueReply, OneTimeCodeContext>('requestCode'),
    /** The digits live in this one call's input. */
    verifyCode: hole<VerifyReply, { readonly code: string; readonly context: OneTimeCodeContext }>('verifyCode'),
  },
  guards: {
    isIssued: (_, reply: IssueReply) => reply.kind === 'ok',
    isDeclined: (_, reply: IssueReply | VerifyReply) => reply.kind === 'declined',
    isVerified: (_, reply: VerifyReply) => reply.kind === 'ok' && reply.value.authentication !== null,
    isWholeCode: ({ context, event }) => event.type === 'intent.submitCode' && event.code.length === context.issued?.codeLength && /^\d+$/.test(event.code),
    mayResend: ({ context }) => context.isResendDue && (context.issued?.codesLeft ?? 0) > 0,
  },
  delays: {
    codeLifeMs: ({ context }) => context.issued?.expiresInMs ?? 0,
    /** Another code before its time would be refused by the host. */
    resendAfterMs: ({ context }) => context.issued?.resendAfterMs ?? 0,
  },
  actions: {
    rememberIssued: assign((_, reply: IssueReply) => (reply.kind === 'ok' ? { issued: reply.value, triesLeft: reply.value.triesLeft, problem: null, isResendDue: false } : {})),
    rememberRefusal: assign((_, reply: IssueReply | VerifyReply) => (reply.kind === 'declined' ? { refusal: reply.refusal, blockedUntilUtcMs: reply.blockedUntilUtcMs } : {})),
    rememberAuthentication: assign((_, reply: VerifyReply) => (reply.kind === 'ok' ? { authentication: reply.value.authentication } : {})),
    noteWrongCode: assign((_, reply: VerifyReply) => (reply.kind === 'ok' ? { problem: 'wrongCode' as const, triesLeft: reply.value.triesLeft } : { problem: 'noHost' as const })),
    allowResend: assign({ isResendDue: true }),
    noteExpired: assign({ problem: 'expired' }),
    refuseForLink: assign({ refusal: 'RF-34', problem: 'noHost' }),
    noteNoHost: assign({ problem: 'noHost' }),
    endAs: assign({ end: (_, end: OneTimeCodeOutput['kind']) => end }),
  },
}).createMachine({
  id: 'oneTimeCode',
  context: ({ input }) => ({
    ...input,
    issued: null,
    isResendDue: false,
    triesLeft: 0,
    problem: null,
    authentication: null,
    refusal: null,
    blockedUntilUtcMs: null,
    end: 'cancelled',
  }),
  initial: 'requesting',
  output: ({ context }): OneTimeCodeOutput => {
    if (context.end === 'verified' && context.authentication !== null) return { kind: 'verified', authentication: context.authentication };
    if (context.end === 'refused' && context.refusal !== null) return { kind: 'refused', refusal: context.refusal, blockedUntilUtcMs: context.blockedUntilUtcMs };
    return { kind: context.end === 'left' ? 'left' : 'cancelled' };
  },
  states: {
    requesting: {
      invoke: {
        src: 'requestCode',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isIssued', params: ({ event }) => event.output }, target: 'entering', actions: { type: 'rememberIssued', params: ({ event }) => event.output } },
          { guard: { type: 'isDeclined', params: ({ event }) => event.output }, target: 'refused', actions: { type: 'rememberRefusal', params: ({ event }) => event.output } },
          { target: 'refused', actions: 'refuseForLink' },
        ],
        onError: { target: 'refused', actions: 'refuseForLink' },
      },
    },
    /** One issued code, from its issue to its end: its life runs on over wrong tries (S-13, R-8.12). */
    entering: {
      initial: 'awaitingEntry',
      on: { 'customer.left': 'left' },
      after: { codeLifeMs: '.expired', resendAfterMs: { actions: 'allowResend' } },
      states: {
        awaitingEntry: {
          tags: 'person',
          on: {
            'intent.submitCode': { guard: 'isWholeCode', target: 'verifying' },
            'intent.resendCode': { guard: 'mayResend', target: '#oneTimeCode.requesting' },
            'intent.cancel': '#oneTimeCode.cancelled',
          },
        },
        verifying: {
          invoke: {
            src: 'verifyCode',
            input: ({ context, event }) => ({ code: event.type === 'intent.submitCode' ? event.code : '', context }),
            onDone: [
              {
                guard: { type: 'isVerified', params: ({ event }) => event.output },
                target: '#oneTimeCode.verified',
                actions: { type: 'rememberAuthentication', params: ({ event }) => event.output },
              },
              {
                guard: { type: 'isDeclined', params: ({ event }) => event.output },
                target: '#oneTimeCode.refused',
                actions: { type: 'rememberRefusal', params: ({ event }) => event.output },
              },
              { target: 'awaitingEntry', actions: { type: 'noteWrongCode', params: ({ event }) => event.output } },
            ],
            onError: { target: 'awaitingEntry', actions: 'noteNoHost' },
          },
        },
        /** Only another code helps now. */
        expired: {
          tags: 'person',
          entry: 'noteExpired',
          on: { 'intent.resendCode': { guard: 'mayResend', target: '#oneTimeCode.requesting' }, 'intent.cancel': '#oneTimeCode.cancelled' },
        },
      },
    },
    verified: { type: 'final', entry: { type: 'endAs', params: 'verified' } },
    refused: { type: 'final', entry: { type: 'endAs', params: 'refused' } },
    cancelled: { type: 'final', entry: { type: 'endAs', params: 'cancelled' } },
    left: { type: 'final', entry: { type: 'endAs', params: 'left' } },
  },
});
