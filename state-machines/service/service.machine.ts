/**
 * Service mode, first form: key switch, then a person's own account (BA-3.5.1), status, cash, queue, suspense, business day, and out. Everything done is journaled
 * with who and when; inactivity logs out. Money: notes move only inside the terminal, between a recycler's units and its cash box; coins and notes of cassettes and box as a person says that he put them in or took them out.
 */
import { assign, setup } from 'xstate';
import { hole } from '../hole.ts';
import type { CoinAct, CoinActResult, FoundOperation, LoginReply, NoteAct, NoteActResult, PasswordProblem, RecyclerAct, RecyclerActResult, ServiceContext, ServiceEvent, ServiceInput, StaffMember } from './service.types.ts';

/** More than any unit holds: nothing moves. */
const KEEP_COUNT_MAX = 1_000;

export const serviceMachine = setup({
  types: { input: {} as ServiceInput, context: {} as ServiceContext, events: {} as ServiceEvent },
  actors: {
    logIn: hole<LoginReply, { readonly login: string; readonly password: string }>('logIn'),
    changePassword: hole<readonly PasswordProblem[], { readonly staff: StaffMember; readonly current: string; readonly next: string; readonly repeat: string; readonly isForced: boolean }>('changePassword'),
    findOperation: hole<FoundOperation, { readonly staff: StaffMember; readonly code: string }>('findOperation'),
    retryMessage: hole<void, { readonly staff: StaffMember; readonly messageId: string }>('retryMessage'),
    actOnMessage: hole<void, { readonly staff: StaffMember; readonly messageId: string; readonly act: 'settle' | 'replace' | 'confirm'; readonly why: string }>('actOnMessage'),
    resetDevice: hole<void, { readonly staff: StaffMember; readonly deviceId: string }>('resetDevice'),
    restartByBoard: hole<void, { readonly staff: StaffMember; readonly what: 'modem' | 'computer' }>('restartByBoard'),
    settleSuspense: hole<void, { readonly staff: StaffMember; readonly suspenseId: string; readonly to: 'matched' | 'paid' | 'writtenOff'; readonly why: string }>('settleSuspense'),
    actOnRecycler: hole<RecyclerActResult, { readonly staff: StaffMember; readonly act: RecyclerAct; readonly keepCount: number }>('actOnRecycler'),
    actOnCoins: hole<CoinActResult, { readonly staff: StaffMember; readonly act: CoinAct; readonly hopperNumber: number; readonly coinCount: number }>('actOnCoins'),
    actOnNotes: hole<NoteActResult, { readonly staff: StaffMember; readonly act: NoteAct; readonly cassetteNumber: number; readonly noteCount: number }>('actOnNotes'),
    recordLeave: hole<void, ServiceContext>('recordLeave'),
  },
  guards: {
    isIn: (_, reply: LoginReply) => reply.kind === 'ok' && reply.mustChange === null,
    mustChange: (_, reply: LoginReply) => reply.kind === 'ok' && reply.mustChange !== null,
    isChanged: (_, problems: readonly PasswordProblem[]) => problems.length === 0,
    wantsStatus: ({ event }) => event.type === 'intent.serviceShow' && event.page === 'status',
    wantsCash: ({ event }) => event.type === 'intent.serviceShow' && event.page === 'cash',
    wantsSuspense: ({ event }) => event.type === 'intent.serviceShow' && event.page === 'suspense',
    wantsDay: ({ event }) => event.type === 'intent.serviceShow' && event.page === 'day',
    wantsJournal: ({ event }) => event.type === 'intent.serviceShow' && event.page === 'journal',
    isKeyOff: ({ event }) => event.type === 'key.turned' && !event.on,
  },
  delays: { inactivityMs: ({ context }) => context.inactivityMs },
  actions: {
    rememberStaff: assign((_, reply: LoginReply) => (reply.kind === 'ok' ? { staff: reply.staff, mustChange: reply.mustChange, loginProblem: null } : {})),
    noteLoginProblem: assign((_, reply: LoginReply) => (reply.kind === 'refused' ? { loginProblem: reply.problem } : {})),
    noteUnknownProblem: assign({ loginProblem: 'unknown' }),
    notePasswordProblems: assign({ passwordProblems: (_, problems: readonly PasswordProblem[]) => problems }),
    noteRecyclerResult: assign({ recyclerResult: (_, result: RecyclerActResult | null) => result }),
    noteCoinResult: assign({ coinResult: (_, result: CoinActResult | null) => result }),
    noteNoteResult: assign({ noteResult: (_, result: NoteActResult | null) => result }),
    noteFound: assign({ found: (_, found: FoundOperation | 'failed' | null) => found }),
    /** The page shows what the journal knows; what the bank decided meanwhile comes into it by itself. Filled in by the core. */
    askForDecisions: () => {},
    leaveAs: assign({ leaveReason: (_, reason: ServiceContext['leaveReason']) => reason }),
  },
}).createMachine({
  id: 'service',
  context: ({ input }) => ({ staff: null, mustChange: null, loginProblem: null, passwordProblems: [], recyclerResult: null, coinResult: null, noteResult: null, found: null, inactivityMs: input.inactivityMs, leaveReason: 'logout' }),
  initial: 'active',
  states: {
    active: {
      initial: 'loggingIn',
      on: {
        'key.turned': { guard: 'isKeyOff', target: 'leaving', actions: { type: 'leaveAs', params: 'keyOff' } },
        'intent.serviceLogout': { target: 'leaving', actions: { type: 'leaveAs', params: 'logout' } },
        'intent.cancel': { target: 'leaving', actions: { type: 'leaveAs', params: 'logout' } },
      },
      states: {
        loggingIn: {
          initial: 'awaiting',
          states: {
            awaiting: {
              on: { 'intent.serviceLogin': 'checking', 'presence.felt': { target: 'awaiting', reenter: true } },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            checking: {
              invoke: {
                src: 'logIn',
                input: ({ event }) => (event.type === 'intent.serviceLogin' ? { login: event.login, password: event.password } : { login: '', password: '' }),
                onDone: [
                  {
                    guard: { type: 'isIn', params: ({ event }) => event.output },
                    target: '#service.active.pages',
                    actions: { type: 'rememberStaff', params: ({ event }) => event.output },
                  },
                  {
                    guard: { type: 'mustChange', params: ({ event }) => event.output },
                    target: '#service.active.changingPassword',
                    actions: { type: 'rememberStaff', params: ({ event }) => event.output },
                  },
                  { target: 'awaiting', actions: { type: 'noteLoginProblem', params: ({ event }) => event.output } },
                ],
                onError: { target: 'awaiting', actions: 'noteUnknownProblem' },
              },
            },
          },
        },
        changingPassword: {
          initial: 'awaiting',
          states: {
            awaiting: {
              on: { 'intent.servicePassword': 'checking', 'presence.felt': { target: 'awaiting', reenter: true } },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            checking: {
              invoke: {
                src: 'changePassword',
                input: ({ context, event }) => ({
                  staff: context.staff as StaffMember,
                  isForced: context.mustChange !== null,
                  ...(event.type === 'intent.servicePassword' ? { current: event.current, next: event.next, repeat: event.repeat } : { current: '', next: '', repeat: '' }),
                }),
                onDone: [
                  { guard: { type: 'isChanged', params: ({ event }) => event.output }, target: '#service.active.pages', actions: { type: 'notePasswordProblems', params: [] } },
                  { target: 'awaiting', actions: { type: 'notePasswordProblems', params: ({ event }) => event.output } },
                ],
                onError: { target: 'awaiting', actions: { type: 'notePasswordProblems', params: ['notSaved'] } },
              },
            },
          },
        },
        pages: {
          initial: 'status',
          on: {
            'intent.serviceShow': [
              { guard: 'wantsStatus', target: '.status' },
              { guard: 'wantsCash', target: '.cash' },
              { guard: 'wantsSuspense', target: '.suspense', actions: 'askForDecisions' },
              { guard: 'wantsDay', target: '.day' },
              { guard: 'wantsJournal', target: '.journal', actions: { type: 'noteFound', params: null } },
              { target: '.queue' },
            ],
          },
          states: {
            status: {
              on: { 'presence.felt': { target: 'status', reenter: true }, 'intent.serviceReset': 'resetting', 'intent.serviceRestart': 'restarting' },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            cash: {
              on: { 'presence.felt': { target: 'cash', reenter: true }, 'intent.serviceRecycler': 'actingOnRecycler', 'intent.serviceCoins': 'actingOnCoins', 'intent.serviceNotes': 'actingOnNotes' },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            queue: {
              on: { 'presence.felt': { target: 'queue', reenter: true }, 'intent.serviceRetry': 'retrying', 'intent.serviceMessage': 'actingOnMessage' },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            suspense: {
              on: { 'presence.felt': { target: 'suspense', reenter: true }, 'intent.serviceSettle': 'settling' },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            day: {
              on: { 'presence.felt': { target: 'day', reenter: true } },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            journal: {
              on: { 'presence.felt': { target: 'journal', reenter: true }, 'intent.serviceFind': 'finding' },
              after: { inactivityMs: { target: '#service.leaving', actions: { type: 'leaveAs', params: 'inactivity' } } },
            },
            actingOnRecycler: { // money: between units and cash box; what the device does not say for certain lies in the transport until somebody counts
              entry: { type: 'noteRecyclerResult', params: null },
              invoke: {
                src: 'actOnRecycler',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, ...(event.type === 'intent.serviceRecycler' ? { act: event.act, keepCount: event.keepCount } : { act: 'float' as const, keepCount: KEEP_COUNT_MAX }) }),
                onDone: { target: 'cash', actions: { type: 'noteRecyclerResult', params: ({ event }) => event.output } },
                onError: { target: 'cash', actions: { type: 'noteRecyclerResult', params: 'failed' } },
              },
            },
            actingOnCoins: { // money: what hands put in or took out, as the person says; between hopper and coin box the sum stays
              entry: { type: 'noteCoinResult', params: null },
              invoke: {
                src: 'actOnCoins',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, ...(event.type === 'intent.serviceCoins' ? { act: event.act, hopperNumber: event.hopperNumber, coinCount: event.coinCount } : { act: 'endExchange' as const, hopperNumber: 0, coinCount: 0 }) }),
                onDone: { target: 'cash', actions: { type: 'noteCoinResult', params: ({ event }) => event.output } },
                onError: { target: 'cash', actions: { type: 'noteCoinResult', params: 'failed' } },
              },
            },
            actingOnNotes: { // money: what hands put in or took out, as the person says; a device that counts for itself is told after
              entry: { type: 'noteNoteResult', params: null },
              invoke: {
                src: 'actOnNotes',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, ...(event.type === 'intent.serviceNotes' ? { act: event.act, cassetteNumber: event.cassetteNumber, noteCount: event.noteCount } : { act: 'endExchange' as const, cassetteNumber: 0, noteCount: 0 }) }),
                onDone: { target: 'cash', actions: { type: 'noteNoteResult', params: ({ event }) => event.output } },
                onError: { target: 'cash', actions: { type: 'noteNoteResult', params: 'failed' } },
              },
            },
            settling: { // money: none moves; one transaction says who decided what about which item
              invoke: {
                src: 'settleSuspense',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, ...(event.type === 'intent.serviceSettle' ? { suspenseId: event.suspenseId, to: event.to, why: event.why } : { suspenseId: '', to: 'matched' as const, why: '' }) }),
                onDone: 'suspense',
                onError: 'suspense',
              },
            },
            finding: {
              invoke: {
                src: 'findOperation',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, code: event.type === 'intent.serviceFind' ? event.code : '' }),
                onDone: { target: 'journal', actions: { type: 'noteFound', params: ({ event }) => event.output } },
                onError: { target: 'journal', actions: { type: 'noteFound', params: 'failed' } },
              },
            },
            retrying: {
              invoke: {
                src: 'retryMessage',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, messageId: event.type === 'intent.serviceRetry' ? event.messageId : '' }),
                onDone: 'queue',
                onError: 'queue',
              },
            },
            actingOnMessage: { // money: none moves; a second person's word ends a message, its cash becomes a suspense item or a new document in the same transaction
              invoke: {
                src: 'actOnMessage',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, ...(event.type === 'intent.serviceMessage' ? { messageId: event.messageId, act: event.act, why: event.why } : { messageId: '', act: 'confirm' as const, why: '' }) }),
                onDone: 'queue',
                onError: 'queue',
              },
            },
            restarting: { // money: none moves, nobody is served; what the board does to the computer is a power cut
              invoke: {
                src: 'restartByBoard',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, what: event.type === 'intent.serviceRestart' ? event.what : ('modem' as const) }),
                onDone: 'status',
                onError: 'status',
              },
            },
            resetting: {
              invoke: {
                src: 'resetDevice',
                input: ({ context, event }) => ({ staff: context.staff as StaffMember, deviceId: event.type === 'intent.serviceReset' ? event.deviceId : '' }),
                onDone: 'status',
                onError: 'status',
              },
            },
          },
        },
      },
    },
    leaving: { invoke: { src: 'recordLeave', input: ({ context }) => context, onDone: 'left', onError: 'left' } },
    left: { type: 'final' },
  },
});
