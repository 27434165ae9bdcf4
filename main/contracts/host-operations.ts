import { z } from 'zod';
import { cutText } from '../foundation/cut-text.ts';
import { REFUSAL_CODES } from '../foundation/refusals.ts';
import { languageSchema } from './languages.ts';
import { operationCodeSchema } from './operations.ts';

/**
 * The conceptual message set between terminal and bank host: one schema per request and answer body, whatever the wire format.
 * Names and lanes: host-messages §6. Amounts are integers in minor units of KZT.
 */
const amountMinor = z.number().int().nonnegative();
/** 9999-12-31T23:59:59.999Z: a four-digit year is all that documents and screens have room for. */
const TIME_UTC_MS_MAX = 253_402_300_799_999;
const utcMs = z.number().int().nonnegative().max(TIME_UTC_MS_MAX);
/** XML 1.0 has neither these nor halves of surrogate pairs. */
const NO_XML_CHARACTERS = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const DAY_MS = 86_400_000;
const ref = z.string().min(1).max(64);
/** A name that the bank gives and that goes back in an ISO element: Max35Text. One that is longer is refused where it comes in, not with the request that would carry it. */
const carriedRef = z.string().min(1).max(35);
/** Comes in base64 and goes back as text as well: only what XML can hold. */
const carriedToken = ref.refine((token) => token.match(NO_XML_CHARACTERS) === null, 'characters that XML can hold');
const noteCounts = z.array(z.strictObject({ denominationMinor: z.number().int().positive(), noteCount: z.number().int().nonnegative() })).max(32);

/** A thousand million tenge: with it and the largest amount (`main/cash/fees.ts`) every product of a fee stays below 2⁵³. */
const FEE_FIXED_MINOR_MAX = 100_000_000_000;

/** How the fee follows from the amount. `fromAmount`: deducted from what is credited; `onTop`: added to what is debited. */
export const feeRuleSchema = z.strictObject({
  fixedMinor: amountMinor.max(FEE_FIXED_MINOR_MAX),
  /** 1 % = 100. */
  basisPoints: z.number().int().min(0).max(10_000),
  minMinor: amountMinor.max(FEE_FIXED_MINOR_MAX),
  /** null: no upper bound. */
  maxMinor: amountMinor.nullable(),
  payer: z.enum(['fromAmount', 'onTop']),
});
export type FeeRule = z.infer<typeof feeRuleSchema>;

export const accountSchema = z.strictObject({
  /** KZ IBAN. */
  accountRef: ref,
  kind: z.enum(['card', 'current', 'wallet']),
  /** As the customer sees it: `•• 0012`, `KZ•• •••• 0001`. */
  masked: z.string().max(40),
  currency: z.literal('KZT'),
  canDeposit: z.boolean(),
  canWithdraw: z.boolean(),
});
export type Account = z.infer<typeof accountSchema>;
/** Of one client: more than anybody chooses from. */
export const ACCOUNTS_MAX = 20;

/** A name in the three languages; as long as the receipt has room for. */
const name = z.string().min(1).max(120);
const trilingual = z.strictObject({ kk: name, ru: name, en: name });

export const providerFieldSchema = z.strictObject({
  key: z.string().regex(/^[a-z][a-zA-Z0-9]{0,31}$/),
  label: trilingual,
  /** `9` a digit, `A` a letter or digit, anything else literal: `99-9999-99`. */
  mask: z.string().min(1).max(40),
  /** Whole-value check on the value without the mask's literals, RE2 syntax (`main/foundation/whole-match.ts`). */
  pattern: z.string().max(200),
  example: z.string().max(40),
  keypad: z.enum(['digits', 'letters']),
});
export const providerSchema = z.strictObject({
  providerId: carriedRef,
  categoryId: ref,
  name: trilingual,
  fields: z.array(providerFieldSchema).min(1).max(6),
  minMinor: amountMinor,
  maxMinor: amountMinor,
  /** Payment-purpose code (КНП). */
  purposeCode: z.string().regex(/^\d{3}$/),
}).refine(({ minMinor, maxMinor }) => minMinor <= maxMinor, 'a smallest sum above the largest')
  .refine(({ fields }) => new Set(fields.map(({ key }) => key)).size === fields.length, 'two fields of one key');
export const categorySchema = z.strictObject({ categoryId: ref, name: trilingual, icon: z.string().max(40) });
/** As many as the screen of categories shows. */
export const CATEGORIES_MAX = 40;
export const catalogueSchema = z.strictObject({
  version: z.number().int().positive(),
  categories: z.array(categorySchema).max(CATEGORIES_MAX),
  providers: z.array(providerSchema).max(5000),
});
export type Catalogue = z.infer<typeof catalogueSchema>;
/** As the bank sends it: each provider and category is judged for itself, so that an odd one keeps no other from being served. */
const offeredCatalogueSchema = catalogueSchema.extend({ categories: z.array(z.unknown()).max(5000), providers: z.array(z.unknown()).max(5000) });
export type OfferedCatalogue = z.infer<typeof offeredCatalogueSchema>;
export type Category = z.infer<typeof categorySchema>;
export type Provider = z.infer<typeof providerSchema>;

/** salted verifier of a staff password: scrypt N=16384 r=8 p=1, 32 bytes, base64. */
export const passwordVerifierSchema = z.strictObject({ saltBase64: z.string(), hashBase64: z.string() });
export type PasswordVerifier = z.infer<typeof passwordVerifierSchema>;
export const staffAccountSchema = z.strictObject({
  login: z.string().min(1).max(32),
  name: z.string().max(80),
  level: z.enum(['viewer', 'technician', 'cashOfficer', 'administrator']),
  verifier: passwordVerifierSchema,
  /** Forced at first login (PS-12.3, BA-3.5.1). */
  mustChangePassword: z.boolean(),
  passwordChangedAtUtcMs: utcMs,
  /** Newest first; the last seven are not reusable. */
  previousVerifiers: z.array(passwordVerifierSchema).max(7),
  isLocked: z.boolean(),
});
export type StaffAccount = z.infer<typeof staffAccountSchema>;

const signedMinor = z.number().int();
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
/** A seal as it stands in the journal (`main/journal/seal.ts`). `loss`: that journal was made again from a copy and goes on after this entry; what it had behind it before is lost, and its seals count no more. Named by the entry that says so. */
const journalSeal = z.strictObject({
  journalId: ref, upToEntryNumber: z.number().int().positive(), hash: sha256Hex, keyId: ref, signature: z.string().max(200),
  loss: z.strictObject({ afterEntryNumber: z.number().int().nonnegative(), entryHash: sha256Hex }).nullable(),
});

/** What people, devices and services said, for a person to read: made to fit, never a reason not to tell the bank of money, nor not to hear its word. Characters that XML cannot hold become U+FFFD. */
const quoted = (lengthMax: number) => z.string().overwrite((said) => cutText(said, lengthMax).replaceAll(NO_XML_CHARACTERS, '\ufffd'));

const suspenseEnd = z.enum(['matched', 'paid', 'writtenOff']);
/** The bank's word on a suspense item: as what it ends, on whose authority at the bank, and why. `amountMinor` repeats the item's sum; another one is never followed. */
const suspenseDecision = z.strictObject({
  suspenseId: ref, decisionId: ref, to: suspenseEnd, amountMinor: signedMinor, authority: quoted(64), reason: quoted(200), decidedAtUtcMs: utcMs,
});
export type SuspenseDecision = z.infer<typeof suspenseDecision>;
/** Beside what the answer is about: one that cannot be read is left out, so that the message which it answers is at its end. `suspense.status` asks for it by itself and says it. */
const decisionBeside = suspenseDecision.nullable().catch(null);
/** Max70Text of caam.011. [host-messages §1.3] */
const EXCEPTION_DETAIL_LENGTH_MAX = 70;
/** Items in one inquiry, and decisions in its answer. */
export const SUSPENSE_ASKED_MAX = 50;
/** Operations on one page of `recon.detail`, and differences in its answer. */
export const DETAIL_OPERATIONS_MAX = 200;
/** Happen once for each operation, whatever the number of documents that ask for it: the bank keeps what it answered. [host-messages §5.3] */
export const STATED_OPERATIONS = ['cash.withdraw', 'cash.withdraw.complete', 'cash.deposit', 'cash.deposit.complete', 'pay.provider'] as const;

/** Evidence that the customer agreed to what the screen said. */
const consent = z.strictObject({ consentAtUtcMs: utcMs, quoteId: ref, textSha256: z.string().regex(/^[0-9a-f]{64}$/) });
const feeTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('account'), clientId: ref, accountRef: ref }),
  z.strictObject({ kind: z.literal('provider'), providerId: ref, fields: z.record(z.string(), z.string().max(64)) }),
  /** Where an over-payment goes. */
  z.strictObject({ kind: z.literal('phoneTopUp'), phone: z.string() }),
]);

export const HOST_OPERATIONS = {
  'link.signon': { lane: 'online', request: z.strictObject({ softwareVersion: z.string(), configVersion: z.string() }), answer: z.strictObject({ businessDay: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), catalogueVersion: z.number().int() }) },
  'link.heartbeat': { lane: 'online', request: z.strictObject({ state: z.string(), queueDepth: z.number().int(), oldestAgeMs: z.number().int() }), answer: z.strictObject({ businessDay: z.string(), catalogueVersion: z.number().int() }) },
  'catalogue.sync': { lane: 'online', request: z.strictObject({ haveVersion: z.number().int().nonnegative() }), answer: z.strictObject({ catalogue: offeredCatalogueSchema.nullable() }) },
  'staff.sync': { lane: 'online', request: z.strictObject({}), /** Each by `staffAccountSchema` where they are kept: an odd one keeps nobody else from signing in. */ answer: z.strictObject({ accounts: z.array(z.unknown()).max(1000) }) },
  'staff.password': { lane: 'mustDeliver', request: z.strictObject({ login: z.string(), verifier: passwordVerifierSchema }), answer: z.strictObject({}) },
  'client.find': {
    lane: 'online',
    request: z.strictObject({ by: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('phone'), phone: z.string() }), z.strictObject({ kind: z.literal('iin'), iin: z.string() })]), operation: operationCodeSchema }),
    /** No match at all is the outcome `notFound`. Names of candidates are never listed (T-2.4.2). */
    answer: z.discriminatedUnion('match', [
      z.strictObject({ match: z.literal('one'), clientId: ref, maskedName: z.string() }),
      z.strictObject({ match: z.literal('ambiguous'), findRef: carriedRef, needs: z.enum(['birthDate', 'personalCode']), triesLeft: z.number().int() }),
    ]),
  },
  'client.disambiguate': {
    lane: 'online',
    request: z.strictObject({ findRef: ref, birthDate: z.string().regex(/^\d{8}$/) }),
    /** clientId null: did not match, `triesLeft` more. Exhausted is declined RF-20. */
    answer: z.strictObject({ clientId: ref.nullable(), maskedName: z.string().nullable(), triesLeft: z.number().int() }).refine(({ clientId, maskedName }) => (clientId === null) === (maskedName === null), 'a client has a name'),
  },
  'client.accounts': { lane: 'online', request: z.strictObject({ clientId: ref, operation: operationCodeSchema, authToken: ref }), answer: z.strictObject({ accounts: z.array(accountSchema).max(ACCOUNTS_MAX) }) },
  'otp.request': {
    lane: 'online',
    request: z.strictObject({ destination: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('client'), clientId: ref }), z.strictObject({ kind: z.literal('phone'), phone: z.string() })]), operation: operationCodeSchema }),
    /** The code itself never travels to the terminal (T-2.2.1, R-1.1.18). */
    answer: z.strictObject({ otpRef: carriedRef, expiresAtUtcMs: utcMs, maskedDestination: z.string(), channel: z.enum(['sms', 'push']), codeLength: z.number().int().min(4).max(8), resendAfterMs: z.number().int().nonnegative().max(DAY_MS), triesLeft: z.number().int(), codesLeft: z.number().int() }),
  },
  'otp.verify': {
    lane: 'online',
    request: z.strictObject({ otpRef: ref, code: z.string().regex(/^\d{4,8}$/) }),
    /** authToken null: wrong, `triesLeft` more. Exhausted or blocked is declined RF-20 with `blockedUntilUtcMs`. */
    answer: z.strictObject({ authToken: carriedToken.nullable(), scope: z.array(operationCodeSchema), expiresAtUtcMs: utcMs.nullable(), triesLeft: z.number().int(), blockedUntilUtcMs: utcMs.nullable() }),
  },
  'fee.quote': {
    lane: 'online',
    request: z.strictObject({ operation: operationCodeSchema, amountMinor: amountMinor.nullable(), target: feeTarget, authToken: ref }),
    answer: z.strictObject({
      quoteId: ref, tariffId: ref, feeRule: feeRuleSchema,
      /** Given when the amount was. */
      feeMinor: amountMinor.nullable(),
      totalMinor: amountMinor.nullable(),
      minMinor: amountMinor,
      /** The lowest of product, bank and client limits now. */
      maxMinor: amountMinor,
      validUntilUtcMs: utcMs,
      execution: z.enum(['atOnce', 'today', 'nextBusinessDay']),
    }),
  },
  'pay.check': {
    lane: 'online',
    request: z.strictObject({ providerId: ref, catalogueVersion: z.number().int(), fields: z.record(z.string(), z.string().max(64)), authToken: ref }),
    answer: z.strictObject({ maskedPayee: z.string().nullable(), suggestedMinor: amountMinor.nullable(), /** A fixed sum: only this may be paid, the rest is change. */ fixedMinor: amountMinor.nullable(), minMinor: amountMinor, maxMinor: amountMinor }),
  },
  'cash.withdraw': {
    lane: 'online',
    request: z.strictObject({ clientId: ref, accountRef: ref, amountMinor, feeMinor: amountMinor, mix: noteCounts, authToken: ref, consent }),
    answer: z.strictObject({ authorisedMinor: amountMinor, authorisationCode: z.string().max(8) }),
  },
  'cash.withdraw.complete': {
    lane: 'mustDeliver',
    request: z.strictObject({
      accountRef: ref,
      clientId: ref,
      /** full SCSS/FULL · partial FAIL/PART · none FAIL/NONE (also the reversal) · doubtful DOBT. [host-messages §5.2] */
      outcome: z.enum(['full', 'partial', 'none', 'doubtful']),
      requestedMinor: amountMinor,
      authorisedMinor: amountMinor,
      /** What certainly left the exit, at most what was authorised. */
      presentedMinor: amountMinor,
      /** What may have left besides; only with `doubtful`. */
      uncertainMinor: amountMinor,
      feeMinor: amountMinor,
      notes: noteCounts,
      cause: z.enum(['none', 'TIMO', 'LATE', 'FILL', 'MALF', 'UCMP', 'CUCL', 'CUTO', 'CUDC', 'CHFG', 'CFGC', 'SECU', 'FMTE', 'RSTR']),
      /** Message id of the cash.withdraw that this closes. */
      originalMessageId: ref,
      receiptNumber: ref.nullable(),
    }),
    answer: z.strictObject({ documentNumber: z.string().nullable() }),
  },
  'cash.deposit': {
    lane: 'mustDeliver',
    request: z.strictObject({ clientId: ref, accountRef: ref, amountMinor, feeMinor: amountMinor, creditMinor: amountMinor, notes: noteCounts, authToken: ref, consent, receiptNumber: ref, reference: ref }),
    /** `authorisedMinor`: all that came in, as it was told; a yes to another sum is not believed. */
    answer: z.strictObject({ authorisedMinor: amountMinor, documentNumber: z.string().nullable() }),
  },
  'cash.deposit.complete': {
    lane: 'mustDeliver',
    request: z.strictObject({
      /** deposited: the sum went to the account · retained: it stayed inside, uncredited, a suspense item. */
      outcome: z.enum(['deposited', 'retained']),
      operation: operationCodeSchema,
      depositedMinor: amountMinor,
      retainedMinor: amountMinor,
      notes: noteCounts,
      cause: z.enum(['none', 'CUCL', 'CUTO', 'DCRT', 'MALF', 'RSTR', 'UCMP']),
      payerPhone: z.string().nullable(),
      clientId: ref.nullable(),
      receiptNumber: ref.nullable(),
      reference: ref.nullable(),
    }),
    answer: z.strictObject({ documentNumber: z.string().nullable() }),
  },
  'pay.provider': {
    lane: 'mustDeliver',
    request: z.strictObject({
      providerId: ref,
      catalogueVersion: z.number().int(),
      fields: z.record(z.string(), z.string().max(64)),
      /** All notes that came in for it. */
      insertedMinor: amountMinor,
      feeMinor: amountMinor,
      /** To the provider. */
      creditMinor: amountMinor,
      /** Over-payment and where it goes; amount 0 when there is none. insertedMinor = feeMinor + creditMinor + changeMinor. */
      changeMinor: amountMinor,
      changePhone: z.string().nullable(),
      /**
       * What the payer agreed to pay for the change, on its own quote; taken out of changeMinor. Where it is left out nobody agreed to any, and none may be taken. Left out, not null: what was
       * signed before there was this field keeps its digest.
       */
      changeAgreed: z.strictObject({ quoteId: ref, feeMinor: amountMinor }).optional(),
      payerPhone: z.string(),
      purposeCode: z.string(),
      notes: noteCounts,
      authToken: ref,
      consent,
      receiptNumber: ref,
      reference: ref,
    }),
    answer: z.strictObject({ providerRef: z.string().nullable() }),
  },
  /** What the bank has of one operation: each document that moves its money or ends it, with what came of it; none: it knows nothing of it. */
  'doc.status': { lane: 'online', request: z.strictObject({ operationId: ref }), answer: z.strictObject({ documents: z.array(z.strictObject({ operation: z.enum(STATED_OPERATIONS), messageId: ref, status: z.enum(['inProcess', 'executed', 'refused']), refusal: z.enum(REFUSAL_CODES).nullable() })).max(STATED_OPERATIONS.length) }) },
  'receipt.send': {
    lane: 'bestEffort',
    request: z.strictObject({ receiptNumber: ref, channel: z.enum(['sms', 'push']), phone: z.string().nullable(), clientId: ref.nullable(), language: languageSchema, text: z.string().max(2000) }),
    answer: z.strictObject({}),
  },
  /** Totals of a business day that is over, three ways, with the newest seal of the journal. [host-messages §5.6, PS-4.1] */
  'recon.totals': {
    lane: 'mustDeliver',
    request: z.strictObject({
      day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
      /** In positive, out negative. `hostMinor`: what the bank has confirmed to the terminal. */
      operations: z.array(z.strictObject({ operation: operationCodeSchema, count: z.number().int().nonnegative(), deviceMinor: signedMinor, journalMinor: signedMinor, hostMinor: signedMinor })).max(20),
      units: z.array(z.strictObject({ unitId: ref, movedMinor: signedMinor, countedMinor: signedMinor })).max(32),
      isExplained: z.boolean(),
      seal: journalSeal.nullable(),
    }),
    /** `bank`: what the bank has booked under that day, for each operation whose sum differs; empty when they agree. */
    answer: z.strictObject({ result: z.enum(['agreed', 'different']), bank: z.array(z.strictObject({ operation: operationCodeSchema, bookedMinor: signedMinor })).max(20) }),
  },
  /**
   * After totals that differ: one kind of operation of that day, one by one in the order of their ids, for the bank to name those that it has booked otherwise. A page speaks for all ids
   * after `afterOperationId` up to its own last one, the last page for all that follow. `hostMinor`: what the bank has confirmed to the terminal. [host-messages §6]
   */
  'recon.detail': {
    lane: 'mustDeliver',
    request: z.strictObject({
      day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), operation: operationCodeSchema, afterOperationId: ref.nullable(), isLast: z.boolean(),
      operations: z.array(z.strictObject({ operationId: ref, hostMinor: signedMinor })).max(DETAIL_OPERATIONS_MAX),
    }),
    /** `bookedMinor` 0: the bank has booked nothing of it. One that the page does not name is of the bank alone. `isCut`: there are more than these. */
    answer: z.strictObject({ differences: z.array(z.strictObject({ operationId: ref, bookedMinor: signedMinor })).max(DETAIL_OPERATIONS_MAX), isCut: z.boolean() }),
  },
  /** The newest seal, for the bank to keep: who rewrites the journal up to there is found out. `previous`: the newest that the bank held besides, for the terminal to see whether it still stands in this chain. */
  'journal.seal': {
    lane: 'mustDeliver',
    request: z.strictObject({ seal: journalSeal }),
    answer: z.strictObject({ heldUpTo: z.number().int().nonnegative(), previous: z.strictObject({ upToEntryNumber: z.number().int().positive(), hash: sha256Hex }).nullable() }),
  },
  /** An item of money in doubt, once for each. `amountMinor`: inside and nobody's positive, perhaps or certainly out and unbooked negative. [issue 3] */
  'suspense.report': {
    lane: 'mustDeliver',
    request: z.strictObject({ suspenseId: ref, kind: z.string().max(40), amountMinor: signedMinor, operationId: ref.nullable(), operation: operationCodeSchema.nullable(), reference: ref.nullable(), openedAtUtcMs: utcMs, evidence: quoted(300) }),
    answer: z.strictObject({ decision: decisionBeside }),
  },
  /** A person at the terminal ended an item: who, at which level, why. `decision`: the bank's own that was there before it; where that ends the item another way, nothing is booked. [issue 3, SV-8] */
  'suspense.settlement': {
    lane: 'mustDeliver',
    request: z.strictObject({ suspenseId: ref, to: suspenseEnd, amountMinor: signedMinor, by: ref, authority: ref, why: quoted(300), evidence: quoted(300), settledAtUtcMs: utcMs }),
    answer: z.strictObject({ decision: decisionBeside }),
  },
  /** What the bank has decided on items that it was told of; those that it has not decided on are left out. */
  'suspense.status': {
    lane: 'online',
    request: z.strictObject({ suspenseIds: z.array(ref).min(1).max(SUSPENSE_ASKED_MAX) }),
    answer: z.strictObject({ decisions: z.array(suspenseDecision).max(SUSPENSE_ASKED_MAX) }),
  },
  'device.exception': {
    lane: 'mustDeliver',
    request: z.strictObject({ kind: z.enum(['malfunction', 'fraud', 'cardRetained', 'itemsForgotten', 'security']), deviceId: z.string(), errorCode: z.string(), detail: quoted(EXCEPTION_DETAIL_LENGTH_MAX) }),
    answer: z.strictObject({}),
  },
} as const;

export type HostOperation = keyof typeof HOST_OPERATIONS;
export type HostRequestBody<Op extends HostOperation> = z.infer<(typeof HOST_OPERATIONS)[Op]['request']>;
export type HostAnswerBody<Op extends HostOperation> = z.infer<(typeof HOST_OPERATIONS)[Op]['answer']>;

/** online: refused at once when there is no link, never queued · mustDeliver: outbox, until a final signed answer · bestEffort: outbox, expires after 24 h. [host-messages §5.1] */
export const HOST_LANES = ['online', 'mustDeliver', 'bestEffort'] as const;
export type HostLane = (typeof HOST_LANES)[number];
/** Kept until they are answered or expire. What of the online lane was never answered stays `unknown` for good, thousands after an outage, and waits for nobody. */
export const QUEUED_LANES: readonly HostLane[] = ['mustDeliver', 'bestEffort'];
export type OnlineOperation = { [Op in HostOperation]: (typeof HOST_OPERATIONS)[Op]['lane'] extends 'online' ? Op : never }[HostOperation];
export type QueuedOperation = Exclude<HostOperation, OnlineOperation>;

/** What identifies a request; signed with it. Stable over all repeats. [host-messages §6] */
export const hostHeaderSchema = z.strictObject({
  messageId: ref,
  /** opId: TxRef, EndToEndId. The duplicate key together with the terminal. */
  operationId: ref,
  terminalId: ref,
  /** Rising per terminal, for finding gaps; not for ordering. */
  seq: z.number().int().positive(),
  sessionId: ref.nullable(),
  createdAtUtcMs: utcMs,
  validUntilUtcMs: utcMs,
  nonce: z.string().min(16).max(32),
  businessDay: z.string().nullable(),
  language: languageSchema,
});
export type HostHeader = z.infer<typeof hostHeaderSchema>;

export interface HostRequest<Op extends HostOperation = HostOperation> {
  readonly operation: Op;
  readonly header: HostHeader;
  readonly body: HostRequestBody<Op>;
}

/** A verified, signed answer of the host. Silence and bad signatures are not answers: `HostFailure`. */
export type HostAnswer<Op extends HostOperation> = {
  readonly hostRef: string;
  readonly hostTimeUtcMs: number;
  readonly businessDay: string;
} & (
  | { readonly outcome: 'approved' | 'partial'; readonly body: HostAnswerBody<Op> }
  | { readonly outcome: 'declined'; readonly refusal: (typeof REFUSAL_CODES)[number]; readonly isRetryable: boolean; readonly blockedUntilUtcMs: number | null }
  | { readonly outcome: 'inProcess' }
  | { readonly outcome: 'notFound' }
);

/** No verified answer. */
export type HostFailure =
  /** Nothing was written: certainly not received. */
  | { readonly kind: 'notSent'; readonly code: 'HST_UNREACHABLE'; readonly detail: string }
  /** Written, no (valid) answer: may have been processed. */
  | { readonly kind: 'unanswered'; readonly code: 'HST_TIMED_OUT' | 'HST_UNREACHABLE'; readonly detail: string; /** Not to be asked again before (`Retry-After`): the word of whoever answers, unsigned. */ readonly retryAfterMs?: number }
  | { readonly kind: 'invalidAnswer'; readonly code: 'HST_SIGNATURE_INVALID' | 'HST_MALFORMED' | 'HST_NOT_FOR_US'; readonly detail: string };
