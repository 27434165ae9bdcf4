/**
 * Notes come in one by one and wait in escrow until this machine decides. A note belongs to the customer until it is stacked; each
 * order to move it is durable before the device hears it, each outcome before the device may forget it (style §5, requirements ).
 * With a single-note escrow what is stacked cannot come back (ux.md, cancel with money inside).
 */
import { assign, setup } from 'xstate';
import { hole } from '../hole.ts';
import type { CashInContext, CashInEvent, CashInInput, CashInOutput, EnableReply, InsertedNote, NoteFate } from './cash-in.types.ts';
import { COINS_UNDER_WAY_MAX, insertedMinor, isEnough, isFull } from './cash-in.types.ts';

export const cashInMachine = setup({
  types: { input: {} as CashInInput, output: {} as CashInOutput, context: {} as CashInContext, events: {} as CashInEvent, tags: {} as 'person' | 'person.cashIn' },
  actors: {
    enableAcceptor: hole<EnableReply, CashInContext>('enableAcceptor'),
    /** Ends when the device says disabled; a note that slips into escrow meanwhile goes back. */
    disableAcceptor: hole<void, CashInContext>('disableAcceptor'),
    /** Ends when no coin is under way any more; there is no room for one beside the note in escrow. */
    shutCoins: hole<void, CashInContext>('shutCoins'),
    journalStackIntent: hole<void, { readonly note: InsertedNote; readonly context: CashInContext }>('journalStackIntent'),
    stackNote: hole<NoteFate, { readonly note: InsertedNote; readonly context: CashInContext }>('stackNote'),
    returnNote: hole<NoteFate, { readonly note: InsertedNote; readonly why: string; readonly context: CashInContext }>('returnNote'),
  },
  guards: {
    isEnabled: (_, reply: EnableReply) => reply.kind === 'completed',
    isEmpty: ({ context }) => isEmpty(context),
    /** Nothing to credit, so nothing to ask. */
    isAllDoubtful: ({ context }) => context.notes.length === 0 && context.uncertainNotes.length > 0,
    isAcceptable: ({ context, event }) => event.type === 'acceptor.noteEscrowed' && fits(context, event.note) && leavesRoomForCoins(context, event.note),
    isAcceptableWithoutCoins: ({ context, event }) => event.type === 'acceptor.noteEscrowed' && fits(context, event.note),
    isEscrowedAcceptable: ({ context }) => context.escrowed !== null && fits(context, context.escrowed),
    isEnough: ({ context }) => isEnough(context),
    isOtherThanAgreed: ({ context }) => context.by === 'customer' && context.agreedMinor !== insertedMinor(context.notes),
    hasLeft: ({ context }) => context.by === 'walkAway',
    hasLeftEmpty: ({ context }) => context.by === 'walkAway' && isEmpty(context),
    hasLeftEnough: ({ context }) => context.by === 'walkAway' && isEnough(context),
    isStacked: (_, fate: NoteFate) => fate === 'stacked',
    isUnknown: (_, fate: NoteFate) => fate === 'unknown',
  },
  delays: {
    /** A note that neither reaches escrow nor is rejected: the device will say more, the screen must not wait for ever. */
    noteEnteringMs: 10_000,
  },
  actions: {
    rememberEscrowed: assign(({ event }) => (event.type === 'acceptor.noteEscrowed' ? { escrowed: event.note } : {})),
    forgetEscrowed: assign({ escrowed: null }),
    countNote: assign(({ context }) => (context.escrowed === null ? {} : { notes: [...context.notes, context.escrowed], lastReturned: null })),
    suspectNote: assign(({ context }) => (context.escrowed === null ? {} : { uncertainNotes: [...context.uncertainNotes, context.escrowed], stoppedBy: 'device' as const })),
    countFound: assign(({ context, event }) => (event.type === 'acceptor.noteFound' && context.uncertainNotes.some((note) => note.noteId === event.note.noteId) ? {
      notes: [...context.notes, event.note],
      uncertainNotes: context.uncertainNotes.filter((note) => note.noteId !== event.note.noteId),
    } : {})),
    countCoin: assign(({ context, event }) => (event.type === 'coin.accepted' ? { notes: [...context.notes, event.coin], lastReturned: null } : {})),
    noteCoins: assign((_, reply: EnableReply) => ({ coinsMinor: reply.coinsMinor ?? [] })),
    noteReturned: assign({ lastReturned: (_, why: 'rejected' | 'overLimit' | 'notTaken') => why }),
    stop: assign(({ event }) => (event.type === 'acceptor.stopped' ? { stoppedBy: event.reason } : {})),
    stopForDevice: assign({ stoppedBy: 'device' }),
    resume: assign(({ context }) => (context.uncertainNotes.length > 0 ? {} : { stoppedBy: context.hostStop })),
    stopForHost: assign(({ context, event }) => (event.type === 'host.stopped' ? { hostStop: event.reason, stoppedBy: isHostStop(context.stoppedBy) ? event.reason : (context.stoppedBy ?? event.reason) } : {})),
    noteLink: assign(({ context }, reply: EnableReply) => ({ hostStop: reply.hostStop ?? context.hostStop, stoppedBy: context.stoppedBy ?? reply.hostStop ?? null })),
    resumeForHost: assign(({ context }) => ({ hostStop: null, ...(isHostStop(context.stoppedBy) ? { stoppedBy: null } : {}) })),
    agreeToFigures: assign({ agreedMinor: ({ context }) => insertedMinor(context.notes) }),
    rememberLeft: assign({ by: 'walkAway' }),
    endAs: assign({ end: (_, end: CashInOutput['kind']) => end }),
  },
}).createMachine({
  id: 'cashIn',
  context: ({ input }) => ({ ...input, notes: [], uncertainNotes: [], escrowed: null, lastReturned: null, stoppedBy: null, hostStop: null, agreedMinor: null, by: 'customer', coinsMinor: [], end: 'cancelled' }),
  initial: 'enabling',
  output: ({ context }): CashInOutput => {
    const inside = { notes: context.notes, uncertainNotes: context.uncertainNotes, by: context.by };
    return context.end === 'accepted' || context.end === 'retained' ? { kind: context.end, ...inside } : { kind: context.end };
  },
  on: {
    'acceptor.stopped': { actions: 'stop' },
    'acceptor.resumed': { actions: 'resume' },
    'acceptor.noteFound': { actions: 'countFound' },
    // Whatever the notes are doing: a coin has no escrow, and falls as long as something is open.
    'coin.accepted': { actions: 'countCoin' },
    'host.stopped': { actions: 'stopForHost' },
    'host.resumed': { actions: 'resumeForHost' },
    // Told while a note moves: acted on as soon as it lies still.
    'customer.left': { actions: 'rememberLeft' },
  },
  states: {
    enabling: { // money: none of ours
      invoke: {
        src: 'enableAcceptor',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isEnabled', params: ({ event }) => event.output }, target: 'awaitingNote', actions: [{ type: 'noteLink', params: ({ event }) => event.output }, { type: 'noteCoins', params: ({ event }) => event.output }] },
          { guard: 'isEmpty', target: 'unavailable' },
          { target: 'awaitingNote', actions: 'stopForDevice' },
        ],
        onError: [{ guard: 'isEmpty', target: 'unavailable' }, { target: 'awaitingNote', actions: 'stopForDevice' }],
      },
    },
    awaitingNote: { // money: what was counted is in the box; a note at the mouth is the customer's
      initial: 'idle',
      on: {
        'acceptor.noteEscrowed': [
          { guard: 'isAcceptable', target: 'journalingStackIntent', actions: 'rememberEscrowed' },
          { guard: 'isAcceptableWithoutCoins', target: 'shuttingCoins', actions: 'rememberEscrowed' },
          { target: 'returning', actions: 'rememberEscrowed' },
        ],
        'acceptor.noteRejected': { target: '.idle', actions: { type: 'noteReturned', params: 'rejected' } },
      },
      states: {
        idle: {
          tags: ['person', 'person.cashIn'],
          always: [
            { guard: 'hasLeftEmpty', target: '#cashIn.disablingToClose' },
            { guard: 'hasLeftEnough', target: '#cashIn.disablingToAccept' },
            { guard: 'hasLeft', target: '#cashIn.disablingToRetain' },
          ],
          on: {
            'acceptor.noteEntering': 'entering',
            'intent.next': { guard: 'isEnough', target: '#cashIn.disablingToAccept', actions: 'agreeToFigures' },
            'intent.cancel': [{ guard: 'isEmpty', target: '#cashIn.disablingToClose' }, { target: '#cashIn.disablingToAsk' }],
          },
        },
        entering: { after: { noteEnteringMs: 'idle' } },
      },
    },
    shuttingCoins: { // money: in escrow; coins under way fall first, and may leave no room for the note
      invoke: {
        src: 'shutCoins',
        input: ({ context }) => context,
        onDone: [{ guard: 'isEscrowedAcceptable', target: 'journalingStackIntent' }, { target: 'returning' }],
        onError: 'returning',
      },
    },
    journalingStackIntent: { // money: in escrow. No durable intent, no order to the device
      invoke: {
        src: 'journalStackIntent',
        input: ({ context }) => ({ note: context.escrowed as InsertedNote, context }),
        onDone: 'stacking',
        onError: { target: 'returning', actions: 'stopForDevice' },
      },
    },
    stacking: { // money: between escrow and box
      invoke: {
        src: 'stackNote',
        input: ({ context }) => ({ note: context.escrowed as InsertedNote, context }),
        onDone: [
          { guard: { type: 'isStacked', params: ({ event }) => event.output }, target: 'awaitingNote', actions: ['countNote', 'forgetEscrowed'] },
          { guard: { type: 'isUnknown', params: ({ event }) => event.output }, target: 'awaitingNote', actions: ['suspectNote', 'forgetEscrowed'] },
          { target: 'awaitingNote', actions: ['forgetEscrowed', { type: 'noteReturned', params: 'rejected' }] },
        ],
        onError: { target: 'awaitingNote', actions: ['suspectNote', 'forgetEscrowed'] }, // an exception tells nothing about the note
      },
    },
    returning: { // money: from escrow back to the customer; a return that jams may still end in the box [ccnet §15.8]
      invoke: {
        src: 'returnNote',
        input: ({ context }) => ({ note: context.escrowed as InsertedNote, why: returnReason(context), context }),
        onDone: [
          { guard: { type: 'isStacked', params: ({ event }) => event.output }, target: 'awaitingNote', actions: ['countNote', 'forgetEscrowed'] },
          { guard: { type: 'isUnknown', params: ({ event }) => event.output }, target: 'awaitingNote', actions: ['suspectNote', 'forgetEscrowed'] },
          {
            target: 'awaitingNote',
            actions: [{ type: 'noteReturned', params: ({ context }) => (wantsMore(context) ? 'overLimit' : 'notTaken') }, 'forgetEscrowed'],
          },
        ],
        onError: { target: 'awaitingNote', actions: ['suspectNote', 'forgetEscrowed'] },
      },
    },
    disablingToAsk: { invoke: { src: 'disableAcceptor', input: ({ context }) => context, onDone: 'leaving', onError: 'leaving' } },
    leaving: { // money: in the box; finish (the safe choice) or claim it from the bank
      tags: 'person',
      // Left while the acceptor was being closed.
      always: [{ guard: 'hasLeftEnough', target: 'accepted' }, { guard: 'hasLeft', target: 'retained' }, { guard: 'isAllDoubtful', target: 'retained' }],
      on: {
        'intent.leaveFinish': { guard: 'isEnough', target: 'accepted' },
        'intent.leaveWithoutCredit': 'retained',
        'intent.back': 'enabling',
      },
    },
    disablingToAccept: {
      // What came in behind the consent changed the figures: they are shown, and agreed to, anew.
      invoke: { src: 'disableAcceptor', input: ({ context }) => context, onDone: [{ guard: 'isOtherThanAgreed', target: 'enabling' }, { target: 'accepted' }], onError: [{ guard: 'isOtherThanAgreed', target: 'enabling' }, { target: 'accepted' }] },
      on: { 'customer.left': {} }, // whose word it is was decided before
    },
    disablingToRetain: { invoke: { src: 'disableAcceptor', input: ({ context }) => context, onDone: 'retained', onError: 'retained' } },
    disablingToClose: { invoke: { src: 'disableAcceptor', input: ({ context }) => context, onDone: 'closed', onError: 'closed' } },
    closed: { // money: none inside, unless a coin fell while the mouth was being shut
      always: [
        { guard: 'hasLeftEmpty', target: 'left' },
        { guard: 'isEmpty', target: 'cancelled' },
        { guard: 'hasLeftEnough', target: 'accepted' },
        { guard: 'hasLeft', target: 'retained' },
        { target: 'leaving' },
      ],
    },
    accepted: { type: 'final', entry: { type: 'endAs', params: 'accepted' } }, // money: in the box, consented
    retained: { type: 'final', entry: { type: 'endAs', params: 'retained' } }, // money: in the box, claimed
    cancelled: { type: 'final', entry: { type: 'endAs', params: 'cancelled' } }, // money: none inside
    left: { type: 'final', entry: { type: 'endAs', params: 'left' } }, // money: none inside
    unavailable: { type: 'final', entry: { type: 'endAs', params: 'unavailable' } }, // money: none inside
  },
});

function isEmpty(context: CashInContext): boolean {
  return context.notes.length === 0 && context.uncertainNotes.length === 0;
}

/** Else the screen says why no note is taken: of one that goes back nothing more is to be said. */
function wantsMore(context: CashInContext): boolean {
  return context.stoppedBy === null && context.by !== 'walkAway' && !isFull(context);
}

/** Nobody is there any more: what lies in escrow goes back, what is stacked is used as agreed (ux.md). */
function fits(context: CashInContext, { denominationMinor }: InsertedNote): boolean {
  return wantsMore(context) && context.acceptedMinor.includes(denominationMinor) && insertedMinor(context.notes) + denominationMinor <= context.insertMaxMinor;
}

function leavesRoomForCoins({ coinsMinor, notes, insertMaxMinor }: CashInContext, { denominationMinor }: InsertedNote): boolean {
  return coinsMinor.length === 0 || insertedMinor(notes) + denominationMinor + COINS_UNDER_WAY_MAX * Math.max(...coinsMinor) <= insertMaxMinor;
}

/** Why the escrowed note goes back, for the journal. */
function returnReason(context: CashInContext): string {
  if (context.stoppedBy !== null) return context.stoppedBy;
  return context.by === 'walkAway' ? 'customerLeft' : 'overLimit';
}

function isHostStop(stoppedBy: CashInContext['stoppedBy']): boolean {
  return stoppedBy === 'host' || stoppedBy === 'queueLimit';
}
