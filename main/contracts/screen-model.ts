import { z } from 'zod';
import { REFUSAL_CODES } from '../foundation/refusals.ts';
import { deviceReportSchema } from './device-report.ts';
import { accountSchema, feeRuleSchema, providerFieldSchema } from './host-operations.ts';
import { INTENT_KINDS, MESSAGE_ACTS } from './intent.ts';
import { languageSchema } from './languages.ts';
import { MESSAGE_STATES } from './message-state.ts';
import { operationCodeSchema } from './operations.ts';

/**
 * What the core tells a window to show: a union keyed by screen id (ux.md), each with only what that screen shows.
 * Amounts are integers in minor units of KZT; the renderer formats and computes nothing.
 */
const amountMinor = z.number().int();
const notes = z.array(z.strictObject({ denominationMinor: z.number().int().positive(), noteCount: z.number().int().nonnegative() }));
const trilingual = z.strictObject({ kk: z.string(), ru: z.string(), en: z.string() });

/** Why something is off, said in words on the tile. */
export const UNAVAILABLE_REASONS = ['cashInFailed', 'cashInFull', 'cashOutFailed', 'cashOutEmpty', 'noHost', 'queueLimit', 'closing', 'notOffered', 'notForThisClient'] as const;
const unavailableReason = z.enum(UNAVAILABLE_REASONS);

const operationTile = z.strictObject({ operation: operationCodeSchema, available: z.boolean(), reason: unavailableReason.nullable() });

/** What does not work now and is said before consent. */
const paperState = z.enum(['available', 'low', 'unavailable']);

const receiptLine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('title'), text: z.string() }),
  z.strictObject({ kind: z.literal('center'), text: z.string() }),
  z.strictObject({ kind: z.literal('pair'), label: z.string(), value: z.string(), strong: z.boolean() }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('rule') }),
]);
/** The receipt as it stands on paper, for the preview (a picture of it is drawn by the renderer in the paper's font). */
const receiptPreview = z.strictObject({ lines: z.array(receiptLine).max(60) });

const feeLine = z.strictObject({ feeMinor: amountMinor, rule: feeRuleSchema });

/** One ledger line of confirm and cash-in-intro; the label is a text key, so that switching the language re-labels it. */
const fact = z.strictObject({ labelKey: z.string(), /** What the provider calls it, in place of the text. */ label: trilingual.optional(), value: z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('key'), key: z.string() }),
  z.strictObject({ kind: z.literal('amount'), amountMinor }),
  z.strictObject({ kind: z.literal('trilingual'), text: trilingual }),
  z.strictObject({ kind: z.literal('feeRule'), rule: feeRuleSchema }),
  z.strictObject({ kind: z.literal('range'), minMinor: amountMinor, maxMinor: amountMinor }),
  z.strictObject({ kind: z.literal('notes'), notes }),
]) });

const result = {
  operation: operationCodeSchema,
  /** The figure: what arrived, was paid, was given, is kept. */
  amountMinor,
  feeMinor: amountMinor.nullable(),
  /** `•• 0012`, masked phone, provider name. */
  target: z.string().nullable(),
  targetTrilingual: trilingual.nullable(),
  atUtcMs: z.number().int(),
  receiptNumber: z.string().nullable(),
  reference: z.string().nullable(),
  /** The provider's own code of a payment: what some give their service for. */
  providerRef: z.string().nullable(),
  receipt: receiptPreview.nullable(),
  paper: paperState,
  /** Where the electronic receipt goes, masked; always sent. */
  electronic: z.strictObject({ channel: z.enum(['sms', 'push']), maskedDestination: z.string() }).nullable(),
  selectedReceipt: z.enum(['paper', 'electronic']),
  canContinue: z.boolean(),
};

/** Cash of a result whose place is not known, as its receipt says: the bank counts it. 0: none, or no receipt could be written yet. */
const doubtfulMinor = amountMinor;

const messageRow = z.strictObject({ messageId: z.string(), operation: z.string(), state: z.enum(MESSAGE_STATES), createdAtUtcMs: z.number(), attemptCount: z.number().int(), lastError: z.string().nullable(), canRetry: z.boolean(),
  /** It waits for a person, and this one may say what is to be done with it. */ canAct: z.boolean(), /** What somebody proposed; `isOwn`: this person, who cannot confirm it. */ proposal: z.strictObject({ act: z.enum(MESSAGE_ACTS), by: z.string(), why: z.string(), isOwn: z.boolean() }).nullable() });

/** What keeps the whole terminal out of service; its remedy stands in the texts under its code. */
const trouble = z.strictObject({ code: z.string(), detail: z.string(), sinceUtcMs: z.number() });

/** Frame around each service page. */
const serviceFrame = { login: z.string(), name: z.string(), level: z.string(), softwareVersion: z.string(), businessDay: z.string().nullable(), incidentCount: z.number().int(), queueCount: z.number().int() };

export const screenSchema = z.discriminatedUnion('screen', [
  z.strictObject({ screen: z.literal('attract'), data: z.strictObject({ operations: z.array(operationTile), acceptedMinor: z.array(amountMinor), dispensedMinor: z.array(amountMinor) }) }),
  z.strictObject({ screen: z.literal('menu'), data: z.strictObject({ operations: z.array(operationTile), moneyInside: z.boolean(), isIdentified: z.boolean() }) }),
  z.strictObject({ screen: z.literal('terms'), data: z.strictObject({ version: z.string(), page: z.number().int(), pageCount: z.number().int(), text: trilingual }) }),
  z.strictObject({ screen: z.literal('identify-phone'), data: z.strictObject({ operation: operationCodeSchema, otherMethods: z.array(z.enum(['phone', 'iin'])), /** Payer without look-up (op-05) or the client's own number. */ purpose: z.enum(['client', 'payer']), problem: z.enum(['notFound', 'noHost', 'refused']).nullable(), refusal: z.enum(REFUSAL_CODES).nullable(), busy: z.boolean(), termsVersion: z.string() }) }),
  z.strictObject({ screen: z.literal('identify-iin'), data: z.strictObject({ operation: operationCodeSchema, otherMethods: z.array(z.enum(['phone', 'iin'])), purpose: z.enum(['client', 'payer']), problem: z.enum(['notFound', 'noHost', 'refused']).nullable(), refusal: z.enum(REFUSAL_CODES).nullable(), busy: z.boolean(), termsVersion: z.string() }) }),
  z.strictObject({ screen: z.literal('disambiguate'), data: z.strictObject({ needs: z.literal('birthDate'), triesLeft: z.number().int(), problem: z.enum(['noMatch', 'noHost']).nullable(), busy: z.boolean() }) }),
  z.strictObject({ screen: z.literal('otp'), data: z.strictObject({
    maskedDestination: z.string().nullable(), channel: z.enum(['sms', 'push']), codeLength: z.number().int(), triesLeft: z.number().int(),
    /** Counts down on the screen. */ expiresInMs: z.number().int().nullable(), resendInMs: z.number().int(), codesLeft: z.number().int(),
    state: z.enum(['requesting', 'awaitingEntry', 'verifying']), problem: z.enum(['wrongCode', 'expired', 'noHost']).nullable() }) }),
  z.strictObject({ screen: z.literal('account-choice'), data: z.strictObject({ operation: operationCodeSchema, accounts: z.array(accountSchema) }) }),
  z.strictObject({ screen: z.literal('cash-in-intro'), data: z.strictObject({ facts: z.array(fact), acceptedMinor: z.array(amountMinor), paper: paperState, electronicTo: z.string().nullable() }) }),
  z.strictObject({ screen: z.literal('cash-in'), data: z.strictObject({
    operation: operationCodeSchema,
    insertedMinor: amountMinor, notes, noteCount: z.number().int(),
    /** Ordered into the box, and the device does not say where it is: under review. */
    doubtfulMinor: amountMinor,
    fee: feeLine,
    /** To the account or provider with exactly what is inside. */
    creditMinor: amountMinor,
    /** Over-payment so far (fixed or maximum sum). */
    changeMinor: amountMinor,
    target: z.string().nullable(), targetTrilingual: trilingual.nullable(),
    /** How much more can be inserted. */
    remainingMinor: amountMinor,
    /** A fixed sum still wanted, null when any sum goes. */
    wantedMinor: amountMinor.nullable(),
    acceptedMinor: z.array(amountMinor),
    noteState: z.enum(['waiting', 'entering', 'checking', 'stacking', 'returning', 'stopped']),
    /** The sum that can come back if the customer leaves now (what is in escrow). */
    returnableMinor: amountMinor,
    canFinish: z.boolean(),
    /** Why finishing is off. */
    finishBlockedBy: z.enum(['nothingInside', 'noteMoving', 'belowMinimum', 'devicesStopped']).nullable(),
    /** The device stopped working with money inside, or the limit is reached; host: no link · queueLimit: the link is there, but too much waits to be confirmed. */
    stoppedBy: z.enum(['limit', 'device', 'boxFull', 'host', 'queueLimit']).nullable(),
    lastReturned: z.enum(['rejected', 'overLimit', 'notTaken']).nullable(),
  }) }),
  z.strictObject({ screen: z.literal('cash-in-leave'), data: z.strictObject({ operation: operationCodeSchema, insideMinor: amountMinor, creditMinor: amountMinor, canFinish: z.boolean(), target: z.string().nullable(), targetTrilingual: trilingual.nullable() }) }),
  z.strictObject({ screen: z.literal('change-choice'), data: z.strictObject({ changeMinor: amountMinor, choices: z.array(z.strictObject({ target: z.enum(['phoneTopUp', 'notes']), maskedPhone: z.string().nullable(), feeMinor: amountMinor })) }) }),
  z.strictObject({ screen: z.literal('cash-out-amount'), data: z.strictObject({ source: z.string().nullable(), quickMinor: z.array(amountMinor), minMinor: amountMinor, maxMinor: amountMinor, stepMinor: amountMinor, denominationsMinor: z.array(amountMinor),
    /** The last wish could not be paid out; the nearest possible ones. */ impossible: z.strictObject({ amountMinor, nearestMinor: z.array(amountMinor) }).nullable() }) }),
  z.strictObject({ screen: z.literal('confirm'), data: z.strictObject({ operation: operationCodeSchema, /** null: cash-in, the sum is known only when the notes are inside. */ totalMinor: amountMinor.nullable(), facts: z.array(fact), paper: paperState, electronicTo: z.string().nullable() }) }),
  z.strictObject({ screen: z.literal('processing'), data: z.strictObject({ operation: operationCodeSchema, doing: z.enum(['askingBank', 'acceptingNotes', 'preparingCash', 'recording', 'checkingProvider']), amountMinor: amountMinor.nullable() }) }),
  z.strictObject({ screen: z.literal('take-cash'), data: z.strictObject({ amountMinor, notes, canRetract: z.boolean() }) }),
  z.strictObject({ screen: z.literal('take-receipt'), data: z.strictObject({ printing: z.boolean() }) }),
  z.strictObject({ screen: z.literal('provider-category'), data: z.strictObject({ categories: z.array(z.strictObject({ categoryId: z.string(), name: trilingual, icon: z.string(), providerCount: z.number().int() })) }) }),
  z.strictObject({ screen: z.literal('provider'), data: z.strictObject({ category: trilingual.nullable(), query: z.string(), providers: z.array(z.strictObject({ providerId: z.string(), name: trilingual })), total: z.number().int(), page: z.number().int(), pageCount: z.number().int() }) }),
  z.strictObject({ screen: z.literal('provider-fields'), data: z.strictObject({ providerName: trilingual, fields: z.array(providerFieldSchema), problem: z.enum(['notFound', 'refused', 'noHost', 'invalid']).nullable(), refusal: z.enum(REFUSAL_CODES).nullable(), busy: z.boolean() }) }),
  z.strictObject({ screen: z.literal('result-success'), data: z.strictObject({ ...result, outcome: z.enum(['credited', 'paid', 'dispensed']) }) }),
  z.strictObject({ screen: z.literal('result-partial'), data: z.strictObject({ ...result, wantedMinor: amountMinor }) }),
  z.strictObject({ screen: z.literal('result-pending'), data: z.strictObject({ ...result, why: z.enum(['noAnswer', 'inProcess', 'noteUncertain', 'cashUncertain', 'cashRetracted', 'notCredited', 'interrupted']), /** Beside what `why` says of the rest. */ also: z.literal('noteUncertain').nullable(), doubtfulMinor }) }),
  z.strictObject({ screen: z.literal('result-refused'), data: z.strictObject({ ...result, refusal: z.enum(REFUSAL_CODES), /** Money that stayed inside although refused. */ keptMinor: amountMinor, /** Beside it: a note whose place is not known. */ also: z.literal('noteUncertain').nullable(), doubtfulMinor, /** Nothing was given out, and until the bank hears that it may hold the sum. */ mayBeHeld: z.boolean(), blockedForMs: z.number().int().nullable() }) }),
  z.strictObject({ screen: z.literal('farewell'), data: z.strictObject({ hasReceipt: z.boolean() }) }),
  z.strictObject({ screen: z.literal('timeout-warning'), data: z.strictObject({ moneyInsideMinor: amountMinor, /** It is enough for the operation, which is done with it when time runs out; else it stays inside, to be claimed. */ isEnough: z.boolean() }) }),
  z.strictObject({ screen: z.literal('out-of-service'), data: z.strictObject({ scope: z.enum(['all', 'partial']), reason: z.enum(['recovering', 'devices', 'host', 'queueLimit', 'journal', 'clock', 'power', 'door', 'security', 'starting']), operations: z.array(operationTile), refusal: z.enum(REFUSAL_CODES) }) }),
  z.strictObject({ screen: z.literal('maintenance'), data: z.strictObject({}) }),
  z.strictObject({ screen: z.literal('service-login'), data: z.strictObject({ problem: z.enum(['wrong', 'locked', 'noHost', 'unknown']).nullable(), busy: z.boolean(),
    /** false: without a journal nobody can sign in; only what is wrong is shown. */ canLogIn: z.boolean(), troubles: z.array(trouble) }) }),
  z.strictObject({ screen: z.literal('service-password'), data: z.strictObject({ login: z.string(), why: z.enum(['first', 'due', 'wish']), problems: z.array(z.enum(['tooShort', 'tooFewGroups', 'reused', 'tooYoung', 'wrongCurrent', 'mismatch', 'notSaved'])) }) }),
  z.strictObject({ screen: z.literal('service-status'), data: z.strictObject({ ...serviceFrame, troubles: z.array(trouble),
    devices: z.array(deviceReportSchema),
    suspense: z.array(z.strictObject({ suspenseId: z.string(), amountMinor, kind: z.string(), openedAtUtcMs: z.number(), reference: z.string().nullable() })) }) }),
  z.strictObject({ screen: z.literal('service-cash'), data: z.strictObject({ ...serviceFrame,
    units: z.array(z.strictObject({ unitId: z.string(), role: z.enum(['cashIn', 'cashOut', 'coinsIn', 'coinsOut', 'recycle', 'reject']), cassetteNumber: z.number().int().nullable(), notes, totalMinor: amountMinor, capacity: z.number().int(), level: z.enum(['ok', 'low', 'empty', 'full']),
      /** As its device counts it for itself. null: no device does, it is not sure, or hands are at the units. */
      byDevice: z.strictObject({ noteCount: z.number().int(), /** Above the journal's count, of when they were compared. */ differenceCount: z.number().int() }).nullable() })), totalMinor: amountMinor,
    /** Open items: cash inside that is nobody's yet, and cash that left or may have, below zero. One does not make up for the other. */
    suspense: z.strictObject({ count: z.number().int(), insideMinor: amountMinor, outsideMinor: amountMinor }),
    /** null: no recycler, or not this person's to act on. */
    recycler: z.strictObject({ /** Its units are open, or not counted since: nothing moves. */ isExchanging: z.boolean(), isBusy: z.boolean(), result: z.enum(['moved', 'nothing', 'uncertain', 'failed']).nullable() }).nullable(),
    /** null: no coins, or not this person's to act on. */
    coins: z.strictObject({ isExchanging: z.boolean(), isBusy: z.boolean(), hasBox: z.boolean(), hoppers: z.array(z.strictObject({ hopperNumber: z.number().int(), denominationMinor: amountMinor, coinCount: z.number().int(), capacity: z.number().int() })),
      result: z.enum(['exchangeOpen', 'loaded', 'emptied', 'collected', 'nothing', 'exchangeEnded', 'otherInside', 'underWay', 'notWritten', 'failed']).nullable() }).nullable(),
    /** Cassettes of a dispenser, cash box of an acceptor or recycler. null: neither, or not this person's to act on. */
    cassettes: z.strictObject({ isExchanging: z.boolean(), isBusy: z.boolean(), cassettes: z.array(z.strictObject({ cassetteNumber: z.number().int(), /** How it is called: also a unit of a recycler that the configuration has no more. */ unit: z.strictObject({ role: z.enum(['cashOut', 'recycle']), number: z.number().int() }), /** Of the most of what lies in it, else as configured. */ denominationMinor: amountMinor, noteCount: z.number().int(), capacity: z.number().int() })),
      result: z.enum(['exchangeOpen', 'loaded', 'emptied', 'collected', 'nothing', 'exchangeEnded', 'unitsUncounted', 'stillBringing', 'otherInside', 'underWay', 'deviceFailed', 'deviceUncertain', 'notWritten', 'failed']).nullable() }).nullable() }) }),
  z.strictObject({ screen: z.literal('service-suspense'), data: z.strictObject({ ...serviceFrame,
    items: z.array(z.strictObject({ suspenseId: z.string(), amountMinor, kind: z.string(), openedAtUtcMs: z.number(), reference: z.string().nullable(), operationId: z.string().nullable(), evidence: z.string(), /** How far the bank knows of it. `toAsk`: the journal lost its end, nobody ends it before the bank has said how it was ended there. */ told: z.enum(['no', 'waiting', 'told', 'refused', 'toAsk']) })),
    /** What the bank decided and nothing followed from, newest first: ended another way before, an item that is not known here, another sum. */
    unfollowed: z.array(z.strictObject({ suspenseId: z.string(), decisionId: z.string(), to: z.enum(['matched', 'paid', 'writtenOff']), amountMinor, authority: z.string(), reason: z.string(), result: z.enum(['contradicts', 'unknownItem', 'otherSum']), decidedAtUtcMs: z.number() })),
    /** What this person may settle an item as; empty: none. */
    maySettleAs: z.array(z.enum(['matched', 'paid', 'writtenOff'])),
    settled: z.array(z.strictObject({ suspenseId: z.string(), to: z.enum(['matched', 'paid', 'writtenOff']), by: z.string(), authority: z.string(), why: z.string(), amountMinor, reference: z.string().nullable(), atUtcMs: z.number(), /** Who at the bank decided, where the bank did. */ bankAuthority: z.string().nullable(), /** How far the bank knows of it; null: it decided itself. */ told: z.enum(['no', 'waiting', 'told', 'refused']).nullable() })) }) }),
  z.strictObject({ screen: z.literal('service-day'), data: z.strictObject({ ...serviceFrame,
    day: z.string().nullable(), sinceUtcMs: z.number().nullable(),
    operations: z.array(z.strictObject({ operation: operationCodeSchema, count: z.number().int(), deviceMinor: amountMinor, journalMinor: amountMinor, hostMinor: amountMinor })),
    units: z.array(z.strictObject({ unitId: z.string(), movedMinor: amountMinor, countedMinor: amountMinor,
      /** Where the device's own count and the journal's differ. */
      byDevice: z.strictObject({ deviceCount: z.number().int(), journalCount: z.number().int(), differenceCount: z.number().int() }).nullable() })),
    differences: z.array(z.strictObject({ operationId: z.string(), kind: z.string(), amountMinor, explanation: z.string() })),
    /** The bank's answer to the totals of the newest day that it compared. */
    reconciled: z.strictObject({ day: z.string(), result: z.enum(['agreed', 'different', 'refused']), atUtcMs: z.number(), bank: z.array(z.strictObject({ operation: z.string(), bookedMinor: amountMinor })),
      /** Operations that the bank has booked otherwise than it confirmed them here; null: it was not asked. */
      detail: z.strictObject({ state: z.enum(['asked', 'compared', 'refused']), operations: z.array(z.strictObject({ operationId: z.string(), operation: z.string(), bookedMinor: amountMinor, confirmedMinor: amountMinor })), isCut: z.boolean() }).nullable() }).nullable(),
    /** Last start: what was found open and how it was settled. */
    recovery: z.strictObject({ atUtcMs: z.number(), openOperations: z.number().int(), suspendedItems: z.number().int(), lines: z.array(z.string()) }).nullable() }) }),
  z.strictObject({ screen: z.literal('service-journal'), data: z.strictObject({ ...serviceFrame,
    /** The last look for an operation; null: none. `notACode` `notFound` `failed`: not written, ask again. */
    found: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.enum(['notACode', 'notFound', 'failed']), code: z.string().nullable() }),
      z.strictObject({ kind: z.literal('found'), code: z.string(), operationId: z.string(), operation: operationCodeSchema.nullable(), outcome: z.enum(['open', 'completed', 'partial', 'refused', 'pending', 'cancelled', 'abandoned']), refusal: z.string().nullable(), movedMinor: amountMinor.nullable(), beganAtUtcMs: z.number(),
        receiptNumbers: z.array(z.string()), reference: z.string().nullable(),
        items: z.array(z.strictObject({ kind: z.string(), amountMinor, state: z.enum(['open', 'matched', 'paid', 'writtenOff']) })),
        messages: z.array(z.strictObject({ messageId: z.string(), operation: z.string(), state: z.enum(MESSAGE_STATES) })),
        /** Its life as the journal has it, oldest first; the newest where there are more than a page can hold. */
        steps: z.array(z.strictObject({ entryNumber: z.number().int(), kind: z.string(), atUtcMs: z.number() })) }),
    ]).nullable(),
    entryCount: z.number().int(),
    seal: z.strictObject({ upToEntryNumber: z.number().int(), atUtcMs: z.number() }).nullable(),
    /** The newest seal that the bank has confirmed to hold. */
    bankSeal: z.strictObject({ upToEntryNumber: z.number().int(), atUtcMs: z.number() }).nullable(),
    /** null: no second copy is configured. */
    mirror: z.strictObject({ state: z.enum(['starting', 'following', 'lost', 'foreign']), lagEntryCount: z.number().int(), detail: z.string() }).nullable(),
    /** null: none, everything is kept. */
    policy: z.strictObject({ policyId: z.string(), version: z.number().int(), classes: z.array(z.strictObject({ classId: z.string(), keepDays: z.number().int() })) }).nullable(),
    policyProblem: z.string().nullable(),
    lastPurge: z.strictObject({ atUtcMs: z.number(), classId: z.string(), entryCount: z.number().int() }).nullable(),
    keys: z.array(z.strictObject({ purpose: z.enum(['seal', 'data']), keyId: z.string(), sinceUtcMs: z.number() })) }) }),
  z.strictObject({ screen: z.literal('service-queue'), data: z.strictObject({ ...serviceFrame, messages: z.array(messageRow), linkUp: z.boolean() }) }),
]);

export type Screen = z.infer<typeof screenSchema>;
export type ScreenId = Screen['screen'];
export type ScreenData<Id extends ScreenId> = Extract<Screen, { screen: Id }>['data'];

export const screenFrameSchema = z.strictObject({
  /** Rises with every change; intents carry it back. */
  revision: z.number().int().nonnegative(),
  language: languageSchema,
  terminal: z.strictObject({ number: z.string(), helpNumber: z.string() }),
  /** Display options of this session; they end with it. */
  display: z.strictObject({ lowReach: z.boolean(), largeText: z.boolean(), highContrast: z.boolean(), voice: z.boolean() }),
  /** Time left when this model was made, null: no limit. The window counts down by itself; the core's clock decides. */
  timeLimit: z.strictObject({ remainingMs: z.number().int().nonnegative(), totalMs: z.number().int().positive() }).nullable(),
  /** Kinds of intents allowed now. */
  intents: z.array(z.enum(INTENT_KINDS)),
  /** A fact that needs no answer; a new id is a new toast. */
  toast: z.strictObject({ id: z.number().int(), textKey: z.string() }).nullable(),
  /** A screen (the previous one) shown dimmed behind a dialog: `timeout-warning` and `cash-in-leave`. */
  beneath: screenSchema.nullable(),
});

export const screenModelSchema = z.intersection(screenFrameSchema, screenSchema);
export type ScreenFrame = z.infer<typeof screenFrameSchema>;
export type ScreenModel = ScreenFrame & Screen;
