/**
 * What of the journal may ever be taken away, and in which classes. A kind that stands in no class stays for the life of the journal: doubts and how they
 * ended, seals, keys, policies, purges, what an older journal carried over.
 */

/** `payload`: the bytes beside the entry, its data stay · `data`: data and payload. */
export type PurgedContent = 'data' | 'payload';

export interface RetentionClass {
  readonly content: PurgedContent;
  /** Kinds of entries (`entry-kinds.ts`; as text, because a kind's shape names a class). */
  readonly kinds: readonly string[];
  /** A policy may not ask for less, so that no mistake in it takes away what a running terminal or a dispute needs. */
  readonly keepDaysMin: number;
}

/** Ten years and their leap days: more may not be kept by any policy. [S-24, R-8.27] */
export const KEEP_DAYS_MAX = 3653;

export const RETENTION_CLASSES = {
  /** What the books are made of, and who put cash in or took it out: an operation goes whole or stays whole. At least five years. [KP-3.4, BA-5.1.6] */
  money: {
    content: 'data', keepDaysMin: 1826,
    kinds: [
      'businessDay.began', 'operation.chosen', 'terms.accepted', 'provider.chosen', 'amount.chosen', 'quote.received', 'consent.given', 'note.escrowed', 'intent.stack', 'outcome.stack', 'intent.return', 'outcome.return',
      'note.located', 'note.unassigned', 'coin.accepted', 'deposit.accepted', 'deposit.cancelled', 'authorisation.received', 'authorisation.declined', 'authorisation.timedOut', 'intent.dispense', 'outcome.dispense', 'intent.present', 'outcome.present',
      'intent.retract', 'outcome.retract', 'outcome.take', 'withdrawal.completed', 'receipt.issued', 'receipt.given', 'receipt.left', 'receipt.statusChanged', 'receipt.recorded', 'message.staged', 'message.moved',
      'operation.toldBefore', 'operation.closed', 'counts.changed', 'day.totalsSent', 'day.reconciled', 'day.detailSent', 'day.detailed', 'reference.given', 'host.answerRefused', 'service.acted',
    ],
  },
  /** Signed requests and answers. The bank keeps its duplicate keys for 45 days. [host-messages §5.7, BA-5.1.6] */
  messages: { content: 'payload', keepDaysMin: 45, kinds: ['message.staged', 'message.moved'] },
  /** The record that a receipt is printed from. */
  receipts: { content: 'payload', keepDaysMin: 45, kinds: ['receipt.recorded'] },
  /** Who: masks, sealed numbers, and with them what a search finds them by. */
  personal: { content: 'data', keepDaysMin: 45, kinds: ['client.found', 'client.identified', 'payer.stated', 'otp.requested', 'otp.verified', 'otp.failed', 'account.chosen'] },
  /** Values of facts that were put anew since; the one in force stays. */
  facts: { content: 'data', keepDaysMin: 1, kinds: ['fact.put'] },
  /** The course of things, who was there, devices. */
  course: {
    content: 'data', keepDaysMin: 45,
    kinds: [
      'terminal.started', 'terminal.stopped', 'recovery.completed', 'recovery.report', 'service.entered', 'service.loggedIn', 'service.loginFailed', 'service.left', 'device.faulted', 'device.recovered', 'power.changed', 'door.opened', 'door.closed',
      'session.started', 'session.ended', 'acceptor.enabled', 'note.rejected', 'intent.print', 'outcome.print', 'clock.jumped', 'journal.inspected', 'catalogue.leftOut',
    ],
  },
} as const satisfies Readonly<Record<string, RetentionClass>>;

export type RetentionClassId = keyof typeof RETENTION_CLASSES;
export const RETENTION_CLASS_IDS = Object.keys(RETENTION_CLASSES) as RetentionClassId[];

export function retentionClass(classId: RetentionClassId): RetentionClass {
  return RETENTION_CLASSES[classId];
}

/** Bit of a class in what is known of one entry's purges (`purge-cover.ts`). */
export function classBit(classId: RetentionClassId): number {
  return 1 << RETENTION_CLASS_IDS.indexOf(classId);
}
