import { z } from 'zod';
import { cutText } from '../foundation/cut-text.ts';
import { RETENTION_CLASS_IDS, type RetentionClassId } from './retention-classes.ts';
import { retentionPolicySchema } from './retention-policy.ts';

/**
 * Every kind of journal entry with the shape of its data; rows are checked when written and again when read.
 * `intent.<verb>` and `outcome.<verb>` stand around each movement of cash; the rest are past-tense facts. [style §11, design map]
 * Amounts in minor units. Phones, IINs and cards are masked here; the messages carry what the bank needs.
 */
const amountMinor = z.number().int();
/** More than this is cut off: a device or a service may say anything at any length, and must not be able to stop the journal of the money it moves. */
const TEXT_LENGTH_MAX = 500;
const text = z.string().overwrite((written) => cutText(written, TEXT_LENGTH_MAX));
const notes = z.array(z.strictObject({ denominationMinor: z.number().int().positive(), noteCount: z.number().int().nonnegative() }));
const outcomeKind = z.enum(['completed', 'failed', 'uncertain']);

export const ENTRY_KINDS = {
  'terminal.started': z.strictObject({ softwareVersion: text, bootId: text, configSha256: text }),
  'terminal.stopped': z.strictObject({ reason: text }),
  'recovery.completed': z.strictObject({ openOperations: z.number().int(), settled: z.number().int(), suspended: z.number().int(), report: z.array(text).max(200) }),
  /** What a start found open and how it was settled, for the technician. `lines`: one for each operation, and what a device said. */
  'recovery.report': z.strictObject({ openOperations: z.number().int(), suspendedItems: z.number().int(), suspendedMinor: amountMinor, openNoteOrders: z.number().int(), waitingMessages: z.number().int(), tookMs: z.number().int(), lines: z.array(text).max(200) }),
  /** The journal lost the end of it, and the bank has heard there how its cash ended: it is told nothing of it anew. */
  'operation.toldBefore': z.strictObject({ documents: z.array(z.strictObject({ operation: text, messageId: text })) }),
  /** The host named another business day: operations agreed on from here on belong to it. [host-messages §5.6, Q-13] */
  'businessDay.began': z.strictObject({ day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), previous: text.nullable() }),
  /** The day is over and its totals were told to the bank, by the message. [host-messages §5.6] */
  'day.totalsSent': z.strictObject({ day: text, messageId: text }),
  /** The bank's answer: its own sums where they differ from those told. `refused`: it would not compare. */
  'day.reconciled': z.strictObject({ day: text, messageId: text, result: z.enum(['agreed', 'different', 'refused']), bank: z.array(z.strictObject({ operation: text, bookedMinor: amountMinor })).max(20), hostRef: text.nullable() }),
  /** The bank's sum of a kind of operation differs: its operations were told one by one, on this page by the message. [host-messages §6] */
  'day.detailSent': z.strictObject({ day: text, operation: text, messageId: text }),
  /** Those that the bank has booked otherwise, as it has booked them; 0: not at all. `refused`: it would not compare. */
  'day.detailed': z.strictObject({ day: text, operation: text, messageId: text, result: z.enum(['compared', 'refused']), differences: z.array(z.strictObject({ operationId: text, bookedMinor: amountMinor })).max(200), isCut: z.boolean(), hostRef: text.nullable() }),
  /** The bank holds a seal of this journal up to this entry: what lies before can no more be rewritten unnoticed, and may be purged in its time. */
  'seal.held': z.strictObject({ upToEntryNumber: z.number().int().nonnegative(), hostRef: text }),
  /** The bank would not hold the newest seal: it has another one for that place, or does not know the key. */
  'seal.refused': z.strictObject({ messageId: text, refusal: text }),
  /** Providers of the bank's catalogue of this version that are not served, as what it says of them is odd; at most twenty are named. 0: those of before are served again, or are no more. */
  'catalogue.leftOut': z.strictObject({ version: z.number().int(), count: z.number().int().nonnegative(), providers: z.array(z.strictObject({ providerId: text, why: text })).max(20) }),
  'service.entered': z.strictObject({ by: text }),
  'service.loggedIn': z.strictObject({ login: text, level: text, verifiedBy: z.enum(['host', 'cache']) }),
  'service.loginFailed': z.strictObject({ login: text, reason: text }),
  'service.acted': z.strictObject({ login: text, action: text, target: text }),
  'service.left': z.strictObject({ login: text.nullable(), reason: text }),
  /** Who a device said it is, when it is not who stood there before: another serial number is another device. */
  'device.identified': z.strictObject({ deviceId: text, protocol: text, model: text.nullable(), firmware: text.nullable(), serialNumber: text.nullable() }),
  'device.faulted': z.strictObject({ deviceId: text, code: text, detail: text }),
  'device.recovered': z.strictObject({ deviceId: text }),
  /** What the UPS says, at each change of its source or of a low battery. */
  'power.changed': z.strictObject({ source: z.enum(['mains', 'battery', 'off', 'unknown']), isBatteryLow: z.boolean(), chargePercent: z.number().int().nullable(), runtimeS: z.number().int().nullable() }),
  'door.opened': z.strictObject({ door: text }),
  'door.closed': z.strictObject({ door: text }),
  /** Out of service from here on, until somebody who has looked clears it. */
  'security.raised': z.strictObject({ cause: text }),
  'security.cleared': z.strictObject({ cause: text, by: text }),
  'session.started': z.strictObject({ language: text }),
  'session.ended': z.strictObject({ reason: text }),
  'operation.chosen': z.strictObject({ operation: text }),
  'terms.accepted': z.strictObject({ version: text }),
  'client.found': z.strictObject({ by: text, masked: text, match: z.enum(['one', 'ambiguous', 'none']) }),
  'client.identified': z.strictObject({ clientId: text, by: text, maskedName: text }),
  'payer.stated': z.strictObject({ maskedPhone: text }),
  'otp.requested': z.strictObject({ otpRef: text, maskedDestination: text, channel: text }),
  'otp.verified': z.strictObject({ otpRef: text, scope: z.array(text) }),
  'otp.failed': z.strictObject({ otpRef: text, triesLeft: z.number().int(), reason: text }),
  'account.chosen': z.strictObject({ masked: text }),
  'provider.chosen': z.strictObject({ providerId: text, catalogueVersion: z.number().int() }),
  'amount.chosen': z.strictObject({ amountMinor }),
  'quote.received': z.strictObject({ quoteId: text, tariffId: text, feeMinor: amountMinor.nullable() }),
  /** `textSha256`: hash of the text that was on the screen. stage terms: before the first note; figures: of exactly what is inside; change. */
  'consent.given': z.strictObject({ stage: z.enum(['terms', 'figures', 'change']), quoteId: text, totalMinor: amountMinor.nullable(), textSha256: text, language: text }),
  'acceptor.enabled': z.strictObject({ denominationsMinor: z.array(amountMinor) }),
  'note.escrowed': z.strictObject({ noteId: text, denominationMinor: amountMinor }),
  'note.rejected': z.strictObject({ reason: z.number().int() }),
  'intent.stack': z.strictObject({ noteId: text, denominationMinor: amountMinor }),
  'outcome.stack': z.strictObject({ noteId: text, denominationMinor: amountMinor, outcome: outcomeKind, /** where the note is now */ result: z.enum(['stacked', 'returned', 'rejected', 'unknown']), evidence: text, /** `unknown`, because the device called it this one in the box, and another in escrow */ toldMinor: amountMinor.optional() }),
  'intent.return': z.strictObject({ noteId: text, denominationMinor: amountMinor, why: text }),
  'outcome.return': z.strictObject({ noteId: text, denominationMinor: amountMinor, outcome: outcomeKind, result: z.enum(['stacked', 'returned', 'rejected', 'unknown']), evidence: text, toldMinor: amountMinor.optional() }),
  /** Where a power-up found a note whose order is open, before the reset moves it from there. */
  'note.located': z.strictObject({ noteId: text, position: z.enum(['none', 'inHead', 'inStackerPath']), /** no power-up: the device stood still with a fault, and what was found before holds no longer */ isByFault: z.boolean().optional() }),
  /** A note lies in the box that no open operation owns. 0: of untold value, or of one in doubt. */
  'note.unassigned': z.strictObject({ denominationMinor: amountMinor, evidence: text, /** in doubt: the device called it this one, and it may be the last one, called otherwise */ toldMinor: amountMinor.optional() }),
  /** A coin fell into the box: there is no escrow, so this is its credit, with count and mark of the device in the same transaction. Without an operation: nobody's, beside its suspense item. 0: of untold value. */
  'coin.accepted': z.strictObject({ coinId: text, denominationMinor: amountMinor, position: z.number().int(), evidence: text }),
  'deposit.accepted': z.strictObject({ insertedMinor: amountMinor, feeMinor: amountMinor, creditMinor: amountMinor, changeMinor: amountMinor, notes, by: z.enum(['customer', 'walkAway', 'recovery']) }),
  'deposit.cancelled': z.strictObject({ retainedMinor: amountMinor, notes, reason: text }),
  'authorisation.received': z.strictObject({ messageId: text, authorisedMinor: amountMinor, authorisationCode: text }),
  'authorisation.declined': z.strictObject({ messageId: text, refusal: text }),
  'authorisation.timedOut': z.strictObject({ messageId: text, failure: text }),
  'intent.dispense': z.strictObject({ cassetteNumber: z.number().int(), denominationMinor: amountMinor, noteCount: z.number().int() }),
  'outcome.dispense': z.strictObject({ cassetteNumber: z.number().int(), denominationMinor: amountMinor, outcome: outcomeKind, requestedCount: z.number().int(), presentedCount: z.number().int(), rejectedCount: z.number().int(), pickedCount: z.number().int(), uncertainCount: z.number().int(), /** Gathered for a bunch that is presented later; absent: notes leave during the dispense. */ stackedCount: z.number().int().optional(), rawErrorCode: z.number().int().nullable(), evidence: text }),
  /** A bunch from the stacker into reach, where the device has both. */
  'intent.present': z.strictObject({ presentedMinor: amountMinor, notes }),
  /** `outcome` absent: notes left during the dispenses, which this sums up. */
  'outcome.present': z.strictObject({ presentedMinor: amountMinor, notes, outcome: outcomeKind.optional(), evidence: text.optional() }),
  /** `from` exit: presented and not taken; stacker: never presented. */
  'intent.retract': z.strictObject({ from: z.enum(['exit', 'stacker']), notes }),
  /** `notes`: certainly back inside; null: what the device drew in was not counted. */
  'outcome.retract': z.strictObject({ from: z.enum(['exit', 'stacker']), outcome: outcomeKind, notes: notes.nullable(), evidence: text }),
  'outcome.take': z.strictObject({ result: z.enum(['taken', 'notTaken', 'notObservable']), presentedMinor: amountMinor }),
  'withdrawal.completed': z.strictObject({ outcome: z.enum(['full', 'partial', 'none', 'doubtful']), presentedMinor: amountMinor, uncertainMinor: amountMinor, cause: text }),
  'receipt.issued': z.strictObject({ receiptNumber: text, reference: text, status: text }),
  'receipt.given': z.strictObject({ receiptNumber: text, by: z.enum(['hostTook', 'paper', 'screen']) }),
  /** Nobody took it from the presenter. */
  'receipt.left': z.strictObject({ receiptNumber: text, to: z.enum(['retracted', 'ejected', 'unknown']) }),
  /** `documentNumber` of the bank's booking, `providerRef` the provider's own code; absent: none was given. */
  'receipt.statusChanged': z.strictObject({ receiptNumber: text, status: text, hostRef: text.nullable(), documentNumber: text.optional(), providerRef: text.optional() }),
  'intent.print': z.strictObject({ receiptNumber: text }),
  'outcome.print': z.strictObject({ receiptNumber: text, outcome: outcomeKind, progress: text, code: text.nullable() }),
  'suspense.opened': z.strictObject({ suspenseId: text, reason: text, amountMinor, reference: text.nullable() }),
  /** open → matched, paid, writtenOff, once: by whom, on whose authority and why; the item's figures once more, for lists. [issue 3, requirements SV-8] */
  'suspense.settled': z.strictObject({ suspenseId: text, to: z.enum(['matched', 'paid', 'writtenOff']), by: text, /** Level of the person; of the bank (`by` = bank) the id of its decision. */ authority: text, why: text, itemReason: text, amountMinor, reference: text.nullable() }),
  /** The item was told to the bank, by the message: once for each item. [issue 3] */
  'suspense.told': z.strictObject({ suspenseId: text, messageId: text }),
  /** What a person here ended was told to the bank, by the message. [issue 3] */
  'suspense.endTold': z.strictObject({ suspenseId: text, messageId: text }),
  /**
   * The bank's word on an item, once for each decision as it was worded. settled: it ended the item (`suspense.settled` beside it) · agrees, contradicts: it was ended before, the same way or another
   * · unknownItem, otherSum: refused, nothing follows from it.
   */
  'suspense.decided': z.strictObject({
    suspenseId: text, decisionId: text, to: z.enum(['matched', 'paid', 'writtenOff']), amountMinor, authority: text, reason: text, decidedAtUtcMs: z.number().int(),
    result: z.enum(['settled', 'agrees', 'contradicts', 'unknownItem', 'otherSum']), messageId: text,
  }),
  /** Written by the journal itself for each message draft; the signed bytes are its payload. null: known only of entries of version 2. */
  'message.staged': z.strictObject({ messageId: text, operation: text, digest: text, lane: text.nullable(), state: text.nullable(), seq: z.number().int().nullable() }),
  /** Written by the journal itself; the answer's bytes are its payload. */
  'message.moved': z.strictObject({ messageId: text, from: text, to: text, detail: text, notBeforeUtcMs: z.number().int(), isNewAttempt: z.boolean() }),
  /** What a first person wishes to be done with a parked message: end it by hand, or send its instruction as a new document. Counts for a day, until it is confirmed or the message is moved. [host-messages §5.4] */
  'message.actProposed': z.strictObject({ messageId: text, operation: text, act: z.enum(['settle', 'replace']), by: text, authority: text, why: text }),
  /** A second, other person agreed, and it was done in the same transaction. */
  'message.actConfirmed': z.strictObject({ messageId: text, operation: text, act: z.enum(['settle', 'replace']), proposedBy: text, by: text, authority: text, why: text, /** The new document; null: settled. */ newMessageId: text.nullable() }),
  'operation.closed': z.strictObject({ outcome: z.enum(['completed', 'partial', 'refused', 'pending', 'cancelled', 'abandoned']), refusal: text.nullable(), /** Cash as it was settled, fee and change in it (`moved-cash.ts`); older versions have the figure of the result screen here. */ movedMinor: amountMinor, /** What the customer and the call centre name it by; null: nothing was shown. */ reference: text.nullable() }),
  'host.answerRefused': z.strictObject({ messageId: text, code: text, detail: text }),
  /** A second final answer to a message that says otherwise than the first, which stays (`state`): a person decides. `answerSha256` of its bytes, hex. */
  'message.conflicted': z.strictObject({ messageId: text, operation: text, state: text, outcome: text, detail: text, answerSha256: text }),
  /** Notes inside the terminal changed their unit, and with it their role: an accepted note became payable, a payable one went to the box. The sum stays, but for what staff took out of the terminal (`toUnitId` outside). */
  'notes.moved': z.strictObject({ moves: z.array(z.strictObject({ fromUnitId: text, toUnitId: text, denominationMinor: z.number().int().positive(), noteCount: z.number().int().positive() })).max(100), evidence: text }),
  /** Written by the journal itself whenever counts change; the counts can be rebuilt from the chain and are compared with it. `noteCount` is the count after. */
  'counts.changed': z.strictObject({ units: z.array(z.strictObject({ unitId: text, denominationMinor: z.number().int().positive(), noteCountDelta: z.number().int(), noteCount: z.number().int().nonnegative() })).max(200) }),
  /**
   * What a device counts for itself in a cash unit, beside the journal's count of it: once for each change of their difference, its end too (equal). A claim of the device, which moves no count.
   * `denominationMinor` null: notes of several kinds. `deviceCount` null: no device of this terminal counts the unit any more.
   */
  'counts.compared': z.strictObject({ unitId: text, denominationMinor: z.number().int().positive().nullable(), deviceCount: z.number().int().nonnegative().nullable(), journalCount: z.number().int().nonnegative() }),
  /** Written by the journal itself for each receipt; the immutable record is its payload (T-2.6). null: known only of entries of version 2. */
  'receipt.recorded': z.strictObject({ receiptNumber: text, reference: text.nullable(), operation: text.nullable(), status: text.nullable() }),
  /** Written by the journal itself for each suspense item; `suspense.opened` tells it in the words of who opened it. */
  'suspense.recorded': z.strictObject({ suspenseId: text, reason: text, amountMinor, evidence: text, reference: text.nullable() }),
  /** Written by the journal itself for each reference code that is given without a receipt or suspense item. */
  'reference.given': z.strictObject({ reference: text }),
  /** Written by the journal itself for each fact; the value is its payload. */
  'fact.put': z.strictObject({ key: text }),
  /** Written by the journal itself: signature with the terminal's key over the chain up to an entry (`seal.ts`). */
  'journal.sealed': z.strictObject({ upToEntryNumber: z.number().int(), hash: text, keyId: text, signature: text }),
  /** Written by the journal itself at the first use of a key: a seal's certificate (base64 DER), or the check value of a data key. */
  'key.introduced': z.strictObject({ purpose: z.enum(['seal', 'data']), keyId: text, certificate: z.string().max(10_000).nullable(), check: text.nullable() }),
  /** Written by the journal itself once: what an older journal had in its tables only is its payload (`carry-first-books.ts`). */
  'books.carried': z.strictObject({ schema: z.number().int(), receiptCount: z.number().int(), referenceCount: z.number().int(), seq: z.number().int() }),
  /** The bank's policy as it was signed, with the certificate (base64 DER) that it was checked with; what was purged before under another stays purged. */
  'retention.policySet': z.strictObject({ policy: retentionPolicySchema, keyId: text, signature: text, certificate: z.string().max(10_000) }),
  /** Written by the journal itself: whose data or payloads gave way to tombstones, under which policy. `runs`: from `fromEntryNumber` on, entries skipped and entries taken in turn. */
  'retention.purged': z.strictObject({
    policyId: text, policyVersion: z.number().int(), classId: z.enum(RETENTION_CLASS_IDS as [RetentionClassId, ...RetentionClassId[]]), content: z.enum(['data', 'payload']),
    fromEntryNumber: z.number().int(), upToEntryNumber: z.number().int(), entryCount: z.number().int(), runs: z.array(z.number().int().nonnegative()).max(20_000),
  }),
  /** The terminal signs with another key from the next start on; sealed with the old one, which vouches for the new one so (its certificate: `key.introduced` beside it or earlier). [issue 3] */
  'key.succeeded': z.strictObject({ fromKeyId: text, toKeyId: text, fromSubject: text, toSubject: text, by: text }),
  /** Fields and payloads are sealed with another key from here on; the older one still opens what it has sealed. */
  'key.rotated': z.strictObject({ fromKeyId: text, toKeyId: text }),
  /** The journal up to here was made from its second copy. `knownLostCount`: entries of the journal before it that the copy does not hold; null: not known. */
  'journal.restored': z.strictObject({
    entryCount: z.number().int(), lastAtUtcMs: z.number().int(), knownLostCount: z.number().int().nullable(), stoppedBecause: text.nullable(),
    /** The journal before it, made from an older copy, went another way after this entry; 0: nobody knows after which. Left out: it did not. */
    forkedAfter: z.number().int().nonnegative().optional(),
    /** Entries whose content was purged by what is lost: no purge of this chain tells of it. As in `retention.purged`. */
    untoldPurge: z.strictObject({ fromEntryNumber: z.number().int(), runs: z.array(z.number().int()) }).optional(),
  }),
  /** Every entry up to this one was read again and is what was written. */
  'journal.inspected': z.strictObject({ entryCount: z.number().int(), beganAtUtcMs: z.number().int() }),
  /** The tables beside the chain are what it tells, row for row, up to this entry. */
  'books.compared': z.strictObject({ entryCount: z.number().int() }),
  /** Counters go on after these, so that no number is given twice that an earlier course of this journal may have given: what lies between is a gap that nobody has. */
  'numbers.skipped': z.strictObject({ receiptCount: z.number().int().nonnegative(), referenceCount: z.number().int().nonnegative(), seq: z.number().int().nonnegative(), because: text }),
  'clock.jumped': z.strictObject({ byMs: z.number().int() }),
} as const;

export type EntryKind = keyof typeof ENTRY_KINDS;
export type EntryData<Kind extends EntryKind> = z.infer<(typeof ENTRY_KINDS)[Kind]>;
