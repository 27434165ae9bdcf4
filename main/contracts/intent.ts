import { z } from 'zod';
import { languageSchema } from './languages.ts';
import { operationCodeSchema } from './operations.ts';

/** What a finger did, as the window tells the core. `revision` is that of the screen it was made on; a stale one is dropped and counted. */
const revision = z.number().int().nonnegative();

/** What two persons may do with a message that waits for a person: end it by hand, or send its instruction as a new document. */
export const MESSAGE_ACTS = ['settle', 'replace'] as const;
export type MessageAct = (typeof MESSAGE_ACTS)[number];

export const intentSchema = z.discriminatedUnion('kind', [
  /** Any touch: leaves attract and farewell, goes on from a partly out-of-service notice. */
  z.strictObject({ kind: z.literal('touch'), revision }),
  z.strictObject({ kind: z.literal('language'), revision, language: languageSchema }),
  z.strictObject({ kind: z.literal('display'), revision, option: z.enum(['lowReach', 'largeText', 'highContrast', 'voice']), on: z.boolean() }),
  /** Something was typed: restarts the inactivity time, changes nothing. */
  z.strictObject({ kind: z.literal('activity'), revision }),
  z.strictObject({ kind: z.literal('chooseOperation'), revision, operation: operationCodeSchema }),
  /** The button at the lower left: cancel, exit, back where nothing is lost by it. */
  z.strictObject({ kind: z.literal('cancel'), revision }),
  z.strictObject({ kind: z.literal('back'), revision }),
  /** The primary button where it carries nothing but consent to what is shown. */
  z.strictObject({ kind: z.literal('next'), revision }),
  z.strictObject({ kind: z.literal('openTerms'), revision }),
  z.strictObject({ kind: z.literal('turnPage'), revision, page: z.number().int().min(0).max(1000) }),
  z.strictObject({ kind: z.literal('identifyWith'), revision, method: z.enum(['phone', 'iin']) }),
  z.strictObject({ kind: z.literal('submitPhone'), revision, phone: z.string().max(20) }),
  z.strictObject({ kind: z.literal('submitIin'), revision, iin: z.string().max(12) }),
  z.strictObject({ kind: z.literal('submitBirthDate'), revision, birthDate: z.string().max(8) }),
  z.strictObject({ kind: z.literal('submitCode'), revision, code: z.string().max(8) }),
  z.strictObject({ kind: z.literal('resendCode'), revision }),
  z.strictObject({ kind: z.literal('chooseAccount'), revision, accountRef: z.string().max(64) }),
  z.strictObject({ kind: z.literal('chooseCategory'), revision, categoryId: z.string().max(64) }),
  z.strictObject({ kind: z.literal('searchProviders'), revision, query: z.string().max(40) }),
  z.strictObject({ kind: z.literal('chooseProvider'), revision, providerId: z.string().max(64) }),
  z.strictObject({ kind: z.literal('submitFields'), revision, fields: z.record(z.string().max(32), z.string().max(64)) }),
  z.strictObject({ kind: z.literal('chooseAmount'), revision, amountMinor: z.number().int().min(0).max(100_000_000_00) }),
  z.strictObject({ kind: z.literal('chooseChange'), revision, target: z.enum(['phoneTopUp', 'notes']) }),
  /** cash-in-leave: finish with what is inside (the safe choice). */
  z.strictObject({ kind: z.literal('leaveFinish'), revision }),
  /** cash-in-leave: do not credit, claim it from the bank. */
  z.strictObject({ kind: z.literal('leaveWithoutCredit'), revision }),
  z.strictObject({ kind: z.literal('chooseReceipt'), revision, receipt: z.enum(['paper', 'electronic']) }),
  z.strictObject({ kind: z.literal('anotherOperation'), revision }),
  z.strictObject({ kind: z.literal('stillHere'), revision }),
  z.strictObject({ kind: z.literal('serviceLogin'), revision, login: z.string().max(32), password: z.string().max(128) }),
  z.strictObject({ kind: z.literal('servicePassword'), revision, current: z.string().max(128), next: z.string().max(128), repeat: z.string().max(128) }),
  z.strictObject({ kind: z.literal('serviceShow'), revision, page: z.enum(['status', 'cash', 'queue', 'suspense', 'day', 'journal']) }),
  /** What a customer or the call centre has in hand: reference or receipt number, as typed. */
  z.strictObject({ kind: z.literal('serviceFind'), revision, code: z.string().max(32) }),
  z.strictObject({ kind: z.literal('serviceRetry'), revision, messageId: z.string().max(64) }),
  /** A parked message: one person proposes what to do with it, another one confirms. */
  z.strictObject({ kind: z.literal('serviceMessage'), revision, messageId: z.string().max(64), act: z.enum([...MESSAGE_ACTS, 'confirm']), why: z.string().max(200) }),
  /** Settles an open suspense item; `why` is what the person states. */
  z.strictObject({ kind: z.literal('serviceSettle'), revision, suspenseId: z.string().max(64), to: z.enum(['matched', 'paid', 'writtenOff']), why: z.string().max(200) }),
  /** Notes of a recycler's units to its cash box. */
  z.strictObject({ kind: z.literal('serviceRecycler'), revision, act: z.enum(['float', 'empty']), keepCount: z.number().int().min(0).max(1000) }),
  /** What hands did to hoppers and coin box; `hopperNumber` from 1 and `coinCount` where the act has them, else 0. */
  z.strictObject({ kind: z.literal('serviceCoins'), revision, act: z.enum(['startExchange', 'load', 'empty', 'collect', 'endExchange']), hopperNumber: z.number().int().min(0).max(8), coinCount: z.number().int().min(0).max(10_000) }),
  /** What hands did to cassettes, units of a recycler and cash box; `cassetteNumber` and `noteCount` where the act has them, else 0. */
  z.strictObject({ kind: z.literal('serviceNotes'), revision, act: z.enum(['startExchange', 'load', 'empty', 'collect', 'endExchange']), cassetteNumber: z.number().int().min(0).max(199), noteCount: z.number().int().min(0).max(10_000) }),
  z.strictObject({ kind: z.literal('serviceReset'), revision, deviceId: z.string().max(64) }),
  /** Power off and on again by the watchdog board, as a remedy. */
  z.strictObject({ kind: z.literal('serviceRestart'), revision, what: z.enum(['modem', 'computer']) }),
  z.strictObject({ kind: z.literal('serviceLogout'), revision }),
]);

export type Intent = z.infer<typeof intentSchema>;
export type IntentKind = Intent['kind'];
export type IntentOf<Kind extends IntentKind> = Extract<Intent, { kind: Kind }>;

export const INTENT_KINDS = intentSchema.options.map((option) => option.shape.kind.value) as [IntentKind, ...IntentKind[]];
