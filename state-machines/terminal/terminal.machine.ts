/**
 * The terminal as a whole: comes up, settles what a crash left open, serves customers one after the other, goes out of service with a
 * reason and comes back by itself, lets a technician in. Money: only inside `serving`.
 */
import { assign, setup } from 'xstate';
import type { Language } from '../../main/contracts/languages.ts';
import { hole } from '../hole.ts';
import { serviceMachine } from '../service/service.machine.ts';
import { sessionMachine } from '../session/session.machine.ts';
import type { SessionInput, SessionOutput } from '../session/session.types.ts';
import type { BootReply, OutReason, RecoveredResult, TerminalContext, TerminalEvent, TerminalInput } from './terminal.types.ts';

export const terminalMachine = setup({
  types: { input: {} as TerminalInput, context: {} as TerminalContext, events: {} as TerminalEvent },
  actors: {
    session: sessionMachine,
    service: serviceMachine,
    /** Opens the journal, starts devices and link: the named phases. */
    boot: hole<BootReply, void>('boot'),
    /** Settles each operation that the journal shows as open, without the customer. */
    recover: hole<RecoveredResult | null, void>('recover'),
    /** Ends when each device and the bank have said a first word, or after a limit. */
    awaitFirstStates: hole<void, void>('awaitFirstStates'),
    openSession: hole<SessionInput, { readonly language: Language }>('openSession'),
    /** The session's last entry; settles what the session left open. */
    closeSession: hole<void, { readonly sessionId: string; readonly reason: string }>('closeSession'),
    enterService: hole<void, void>('enterService'),
  },
  guards: {
    isReady: (_, reply: BootReply) => reply.kind === 'ready',
    isRecovered: (_, result: RecoveredResult | null) => result !== null,
    isKeyOff: ({ context }) => !context.isKeyOn,
    isKeyOn: ({ context }) => context.isKeyOn,
    isTurnedOn: ({ event }) => event.type === 'key.turned' && event.on,
    isNothingOffered: ({ context }) => context.availability.level === 'none',
    isSomethingOffered: ({ context }) => context.availability.level !== 'none',
    isAllOffered: ({ context }) => context.availability.level === 'full',
    isPartly: ({ context }) => context.availability.level === 'partial',
  },
  delays: { bootRetryMs: ({ context }) => context.bootRetryMs, noticeMs: ({ context }) => context.noticeMs, recoveredResultMs: ({ context }) => context.recoveredResultMs },
  actions: {
    rememberAvailability: assign(({ event }) => (event.type === 'availability.changed' ? {
      availability: event.availability,
      outReason: event.availability.reason ?? ('devices' as const),
    } : {})),
    rememberKey: assign(({ event }) => (event.type === 'key.turned' ? { isKeyOn: event.on } : {})),
    rememberLanguage: assign(({ event }) => (event.type === 'intent.language' ? { language: event.language } : {})),
    rememberOut: assign((_, reply: BootReply) => (reply.kind === 'failed' ? { outReason: reply.reason } : {})),
    outForAvailability: assign({ outReason: ({ context }) => context.availability.reason ?? ('devices' as const) }),
    outFor: assign({ outReason: (_, reason: OutReason) => reason }),
    rememberRecovered: assign((_, result: RecoveredResult | null) => (result === null ? {} : { recovered: result, language: result.language })),
    forgetRecovered: assign({ recovered: null }),
    rememberSession: assign({ sessionInput: (_, input: SessionInput) => input }),
    greetAnew: assign({ language: 'kk', sessionInput: null, sessionEnd: 'broken' }),
    rememberSessionEnd: assign({ sessionEnd: (_, output: SessionOutput) => output.reason }),
  },
}).createMachine({
  id: 'terminal',
  context: ({ input }) => ({
    ...input,
    availability: { level: 'none', reason: 'starting' },
    isKeyOn: false,
    language: 'kk',
    outReason: 'starting',
    recovered: null,
    sessionInput: null,
    sessionEnd: 'broken',
  }),
  initial: 'booting',
  on: {
    'availability.changed': { actions: 'rememberAvailability' },
    'key.turned': { actions: 'rememberKey' },
    'intent.language': { actions: 'rememberLanguage' },
  },
  states: {
    booting: {
      invoke: {
        src: 'boot',
        onDone: [
          { guard: { type: 'isReady', params: ({ event }) => event.output }, target: 'recovering' },
          { target: 'bootFailed', actions: { type: 'rememberOut', params: ({ event }) => event.output } },
        ],
        onError: { target: 'bootFailed', actions: { type: 'outFor', params: 'journal' } },
      },
    },
    bootFailed: { after: { bootRetryMs: 'booting' } },
    recovering: {
      entry: { type: 'outFor', params: 'recovering' },
      invoke: {
        src: 'recover',
        onDone: [
          { guard: { type: 'isRecovered', params: ({ event }) => event.output }, target: 'showingRecovered', actions: { type: 'rememberRecovered', params: ({ event }) => event.output } },
          { target: 'awaitingFirstStates' },
        ],
        onError: { target: 'bootFailed', actions: { type: 'outFor', params: 'journal' } },
      },
    },
    /** The customer of the interrupted operation may stand there still; nothing personal is shown. */
    showingRecovered: {
      exit: 'forgetRecovered',
      on: { 'intent.next': 'awaitingFirstStates', 'intent.cancel': 'awaitingFirstStates', 'key.turned': { guard: 'isTurnedOn', target: 'enteringService', actions: 'rememberKey' } },
      after: { recoveredResultMs: 'awaitingFirstStates' },
    },
    awaitingFirstStates: { invoke: { src: 'awaitFirstStates', onDone: 'idle', onError: 'idle' }, on: { 'recovery.due': 'recovering' } },
    idle: { // attract
      entry: 'greetAnew',
      always: [{ guard: 'isKeyOn', target: 'enteringService' }, { guard: 'isNothingOffered', target: 'outOfService' }],
      on: {
        'key.turned': { guard: 'isTurnedOn', target: 'enteringService', actions: 'rememberKey' },
        'intent.touch': [{ guard: 'isPartly', target: 'notice' }, { target: 'opening' }],
        'recovery.due': 'recovering',
      },
    },
    notice: { // partly out of service: said before the menu, as long as it is true
      always: [{ guard: 'isNothingOffered', target: 'outOfService' }, { guard: 'isAllOffered', target: 'opening' }],
      on: {
        'intent.touch': 'opening', 'intent.next': 'opening', 'intent.cancel': 'idle',
        'key.turned': { guard: 'isTurnedOn', target: 'enteringService', actions: 'rememberKey' },
      },
      after: { noticeMs: 'idle' },
    },
    opening: {
      invoke: {
        src: 'openSession',
        input: ({ context }) => ({ language: context.language }),
        onDone: { target: 'serving', actions: { type: 'rememberSession', params: ({ event }) => event.output } },
        onError: 'idle',
      },
    },
    serving: {
      invoke: {
        id: 'session',
        src: 'session',
        input: ({ context }) => context.sessionInput as SessionInput,
        onDone: { target: 'closing', actions: { type: 'rememberSessionEnd', params: ({ event }) => event.output } },
        // What moved is durable; closing settles what is open.
        onError: 'closing',
      },
    },
    closing: {
      // What a failing disk kept open is settled before the next customer comes.
      invoke: { src: 'closeSession', input: ({ context }) => ({ sessionId: context.sessionInput?.sessionId ?? '', reason: context.sessionEnd }), onDone: 'idle', onError: 'recovering' },
    },
    outOfService: {
      entry: 'outForAvailability',
      always: [
        { guard: 'isKeyOn', target: 'enteringService' },
        // What a full disk left open is settled before anybody is served.
        { guard: 'isSomethingOffered', target: 'recovering' },
      ],
      on: { 'recovery.due': 'recovering', 'key.turned': { guard: 'isTurnedOn', target: 'enteringService', actions: 'rememberKey' } },
    },
    enteringService: { invoke: { src: 'enterService', onDone: 'maintaining', onError: 'maintaining' } },
    maintaining: {
      invoke: { id: 'service', src: 'service', input: ({ context }) => ({ inactivityMs: context.serviceInactivityMs }), onDone: 'afterService', onError: 'afterService' },
      on: { 'key.turned': { actions: 'rememberKey' } },
    },
    /** The key may still be on after a logout: the maintenance notice stays until it is turned or the panel is touched. */
    afterService: {
      always: { guard: 'isKeyOff', target: 'idle' },
      on: { 'intent.touch': 'enteringService' },
    },
  },
});
