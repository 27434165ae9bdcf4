/**
 * Who is it? A client is found by phone or IIN in the bank's core system only (T-2.4.1, T-2.8); several matches are told apart by the
 * birth date, never by a list of names (T-2.4.2). A payer states a phone. Going on accepts the terms. No money anywhere.
 */
import { assign, setup } from 'xstate';
import { isIin, normalisePhone } from '../../main/contracts/identifiers.ts';
import { hole } from '../hole.ts';
import type { DisambiguateReply, FindReply, Found, IdentifyContext, IdentifyEvent, IdentifyInput, IdentifyOutput, Stated } from './identify.types.ts';

const isFound = (reply: FindReply, match: Found['match']): boolean => reply.kind === 'ok' && reply.value.match === match;

export const identifyMachine = setup({
  types: { input: {} as IdentifyInput, output: {} as IdentifyOutput, context: {} as IdentifyContext, events: {} as IdentifyEvent, tags: {} as 'person' },
  actors: {
    /** Journals the consent to the terms and asks the host. */
    findClient: hole<FindReply, { readonly stated: Stated; readonly context: IdentifyContext }>('findClient'),
    disambiguate: hole<DisambiguateReply, { readonly findRef: string; readonly birthDate: string; readonly context: IdentifyContext }>('disambiguate'),
    statePayer: hole<void, { readonly phone: string }>('statePayer'),
  },
  guards: {
    /** A payer states a phone and is never looked up. */
    isClient: ({ context }) => context.purpose === 'client',
    isPayerWithPhone: ({ context, event }) => context.purpose === 'payer' && event.type === 'intent.submitPhone' && normalisePhone(event.phone) !== undefined,
    isUsablePhone: ({ event }) => event.type === 'intent.submitPhone' && normalisePhone(event.phone) !== undefined,
    isUsableIin: ({ context, event }) => context.purpose === 'client' && event.type === 'intent.submitIin' && isIin(event.iin),
    /** Eight digits; whether it is a day is for the screen to say, whether it is the right one for the bank. */
    isWholeBirthDate: ({ event }) => event.type === 'intent.submitBirthDate' && /^\d{8}$/.test(event.birthDate),
    isOne: (_, reply: FindReply) => isFound(reply, 'one'),
    isAmbiguous: (_, reply: FindReply) => isFound(reply, 'ambiguous'),
    isDeclined: (_, reply: FindReply | DisambiguateReply) => reply.kind === 'declined',
    isMatched: (_, reply: DisambiguateReply) => reply.kind === 'ok' && reply.value.clientId !== null,
  },
  actions: {
    switchMethod: assign(({ event }) => (event.type === 'intent.identifyWith' ? { method: event.method, problem: null } : {})),
    rememberPhone: assign(({ event }) => (event.type === 'intent.submitPhone' ? {
      stated: { kind: 'phone' as const, phone: normalisePhone(event.phone) ?? '' },
      problem: null,
    } : {})),
    rememberIin: assign(({ event }) => (event.type === 'intent.submitIin' ? { stated: { kind: 'iin' as const, iin: event.iin }, problem: null } : {})),
    rememberClient: assign(({ context }, reply: FindReply | DisambiguateReply) => {
      if (reply.kind !== 'ok' || !('clientId' in reply.value) || reply.value.clientId === null) return {};
      return { identity: {
        kind: 'client' as const,
        clientId: reply.value.clientId,
        maskedName: reply.value.maskedName ?? '',
        by: context.method,
        phone: context.stated?.kind === 'phone' ? context.stated.phone : null,
      } };
    }),
    rememberPayer: assign(({ context }) => (context.stated?.kind === 'phone' ? { identity: { kind: 'payer' as const, phone: context.stated.phone } } : {})),
    rememberAmbiguity: assign((_, reply: FindReply) => (reply.kind === 'ok' && reply.value.match === 'ambiguous' ? {
      findRef: reply.value.findRef,
      triesLeft: reply.value.triesLeft,
      problem: null,
    } : {})),
    rememberRefusal: assign((_, reply: FindReply | DisambiguateReply) => (reply.kind === 'declined' ? { refusal: reply.refusal, blockedUntilUtcMs: reply.blockedUntilUtcMs } : {})),
    noteProblem: assign((_, reply: FindReply) => ({ problem: reply.kind === 'unavailable' ? ('noHost' as const) : ('notFound' as const) })),
    noteMismatch: assign((_, reply: DisambiguateReply) => (reply.kind === 'ok' ? { problem: 'noMatch' as const, triesLeft: reply.value.triesLeft } : { problem: 'noHost' as const })),
    noteNoHost: assign({ problem: 'noHost' }),
    endAs: assign({ end: (_, end: IdentifyOutput['kind']) => end }),
    turnPage: assign(({ event }) => (event.type === 'intent.turnPage' ? { termsPage: event.page } : {})),
  },
}).createMachine({
  id: 'identify',
  context: ({ input }) => ({
    ...input,
    stated: null,
    findRef: null,
    triesLeft: 0,
    termsPage: 0,
    problem: null,
    refusal: null,
    blockedUntilUtcMs: null,
    identity: null,
    end: 'cancelled',
  }),
  initial: 'entering',
  output: ({ context }): IdentifyOutput => {
    if (context.end === 'identified' && context.identity !== null) return { kind: 'identified', identity: context.identity };
    if (context.end === 'refused' && context.refusal !== null) return { kind: 'refused', refusal: context.refusal, blockedUntilUtcMs: context.blockedUntilUtcMs };
    return { kind: context.end === 'left' ? 'left' : 'cancelled' };
  },
  states: {
    entering: {
      tags: 'person',
      on: {
        'intent.identifyWith': { guard: 'isClient', actions: 'switchMethod' },
        'intent.submitPhone': [
          { guard: 'isPayerWithPhone', target: 'statingPayer', actions: 'rememberPhone' },
          { guard: 'isUsablePhone', target: 'lookingUp', actions: 'rememberPhone' },
        ],
        'intent.submitIin': { guard: 'isUsableIin', target: 'lookingUp', actions: 'rememberIin' },
        'intent.openTerms': 'readingTerms',
        'intent.cancel': 'cancelled',
        'customer.left': 'left',
      },
    },
    readingTerms: {
      tags: 'person',
      on: { 'intent.turnPage': { actions: 'turnPage' }, 'intent.back': 'entering', 'intent.cancel': 'entering', 'intent.next': 'entering', 'customer.left': 'left' },
    },
    statingPayer: {
      invoke: {
        src: 'statePayer',
        input: ({ context }) => ({ phone: context.stated?.kind === 'phone' ? context.stated.phone : '' }),
        onDone: { target: 'identified', actions: 'rememberPayer' },
        onError: { target: 'entering', actions: 'noteNoHost' },
      },
    },
    lookingUp: {
      invoke: {
        src: 'findClient',
        input: ({ context }) => ({ stated: context.stated as Stated, context }),
        onDone: [
          { guard: { type: 'isOne', params: ({ event }) => event.output }, target: 'identified', actions: { type: 'rememberClient', params: ({ event }) => event.output } },
          {
            guard: { type: 'isAmbiguous', params: ({ event }) => event.output },
            target: 'disambiguating',
            actions: { type: 'rememberAmbiguity', params: ({ event }) => event.output },
          },
          { guard: { type: 'isDeclined', params: ({ event }) => event.output }, target: 'refused', actions: { type: 'rememberRefusal', params: ({ event }) => event.output } },
          { target: 'entering', actions: { type: 'noteProblem', params: ({ event }) => event.output } },
        ],
        onError: { target: 'entering', actions: 'noteNoHost' },
      },
    },
    disambiguating: {
      tags: 'person',
      on: { 'intent.submitBirthDate': { guard: 'isWholeBirthDate', target: 'checkingBirthDate' }, 'intent.cancel': 'cancelled', 'customer.left': 'left' },
    },
    checkingBirthDate: {
      invoke: {
        src: 'disambiguate',
        input: ({ context, event }) => ({ findRef: context.findRef ?? '', birthDate: event.type === 'intent.submitBirthDate' ? event.birthDate : '', context }),
        onDone: [
          { guard: { type: 'isMatched', params: ({ event }) => event.output }, target: 'identified', actions: { type: 'rememberClient', params: ({ event }) => event.output } },
          { guard: { type: 'isDeclined', params: ({ event }) => event.output }, target: 'refused', actions: { type: 'rememberRefusal', params: ({ event }) => event.output } },
          { target: 'disambiguating', actions: { type: 'noteMismatch', params: ({ event }) => event.output } },
        ],
        onError: { target: 'disambiguating', actions: 'noteNoHost' },
      },
    },
    identified: { type: 'final', entry: { type: 'endAs', params: 'identified' } },
    refused: { type: 'final', entry: { type: 'endAs', params: 'refused' } },
    cancelled: { type: 'final', entry: { type: 'endAs', params: 'cancelled' } },
    left: { type: 'final', entry: { type: 'endAs', params: 'left' } },
  },
});
