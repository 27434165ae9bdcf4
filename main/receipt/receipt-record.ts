import { z } from 'zod';
import { REFUSAL_CODES } from '../foundation/refusals.ts';
import { languageSchema } from '../contracts/languages.ts';
import { operationCodeSchema } from '../contracts/operations.ts';
import { assert } from '../foundation/assert.ts';

/**
 * The receipt as a record: the primary document that proves the payment or the withdrawal (T-2.6). It is written and numbered at
 * acceptance and never rewritten; what the host answers later is a new value under the same number. Only masked data: the
 * record goes onto paper and into messages as it is. [requirements part C "Receipt core"]
 */
const amountMinor = z.number().int().nonnegative();
/** Sixteen kinds of notes and sixteen of coins, as many as a configuration and a coin acceptor name, and as the message to the bank has room for. */
const NOTE_KINDS_MAX = 32;
const line = (length: number) => z.string().min(1).max(length);
const trilingual = z.strictObject({ kk: line(120), ru: line(120), en: line(120) });

/**
 * accepted: numbered, the host not asked or not answered yet · executed: credited, paid, all given out · inProcess: the host took it, no
 * final word · refused: by the host, money (if any came in) stayed inside · notCredited: the customer left or chose so, money stayed inside
 * · partial: fewer notes than agreed · notDispensed: nothing came out · uncertain: the device could not say what moved (suspense).
 */
export const RECEIPT_STATUSES = ['accepted', 'executed', 'inProcess', 'refused', 'notCredited', 'partial', 'notDispensed', 'uncertain'] as const;
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number];

/** Account credited (OP-01), provider paid (OP-05), account debited (OP-10). Numbers are masked by the rules of part B before they come here. */
const receiptTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('account'), accountKind: z.enum(['card', 'current', 'wallet']), masked: line(40) }),
  z.strictObject({
    kind: z.literal('provider'),
    name: trilingual,
    requisites: z.array(z.strictObject({ label: trilingual, masked: line(64) })).max(6),
  }),
]);

export const receiptRecordSchema = z.strictObject({
  bankName: line(40),
  bankBin: z.string().regex(/^\d{12}$/),
  terminalNumber: line(16),
  terminalAddress: line(120),
  /** `0427-008213`, gap-free per terminal. */
  receiptNumber: z.string().regex(/^[0-9A-Za-z]{1,16}-\d{6,12}$/),
  /** `Q7K-482`, for the call centre. */
  reference: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{3}-\d{3}$/),
  operation: operationCodeSchema,
  /** The customer's choice; `receiptLines` takes the language to print in, which may be another one. */
  language: languageSchema,
  acceptedAtUtcMs: z.number().int().nonnegative(),
  /** `2026-03-12` as the host said, null: not known yet, the bank fixes it. */
  businessDay: z.string().regex(/^\d{4}-\d{2}-\d{2}$/).nullable(),
  /** OP-01, OP-05: notes that are certainly inside. OP-10: notes that certainly came out. Uncertain money is only in `suspenseMinor`. */
  amountMinor,
  /** OP-10: the sum agreed on, printed when less came out. Null otherwise. */
  requestedMinor: amountMinor.nullable(),
  feeMinor: amountMinor,
  /** OP-10: debited from the account, amount and fee. OP-01, OP-05: same as `amountMinor`. */
  totalMinor: amountMinor,
  /** OP-01, OP-05: to the account or the provider. OP-10: 0. */
  creditMinor: amountMinor,
  /** Over-payment that goes to a phone, else 0. */
  changeMinor: amountMinor,
  /** Agreed to be taken out of the change; left out: nothing. */
  changeFeeMinor: amountMinor.optional(),
  maskedChangePhone: line(40).nullable(),
  currency: z.literal('KZT'),
  target: receiptTargetSchema,
  /** `А••••• Б.` */
  maskedPayee: line(120).nullable(),
  notes: z.array(z.strictObject({ denominationMinor: z.number().int().positive(), noteCount: z.number().int().positive() })).max(NOTE_KINDS_MAX),
  hostRef: line(64).nullable(),
  documentNumber: line(64).nullable(),
  /** Provider's own code of the payment (OP-05). */
  providerRef: line(64).nullable(),
  /** Promised execution, as quoted. */
  execution: z.enum(['atOnce', 'today', 'nextBusinessDay']).nullable(),
  status: z.enum(RECEIPT_STATUSES),
  /** Reason of `refused`; the text printed is the one the customer may read (`refusalTextCode`). */
  refusal: z.enum(REFUSAL_CODES).nullable(),
  /** Money whose place is not known; settled at the count. 0: none. */
  suspenseMinor: amountMinor,
  helpNumber: line(32),
  /** A reprint (F13, OP-18). Never changes the rest. */
  isDuplicate: z.boolean(),
});

export type ReceiptRecord = z.infer<typeof receiptRecordSchema>;
export type ReceiptTarget = z.infer<typeof receiptTargetSchema>;

/**
 * Asserts that the figures of a record agree with each other: a receipt that does not add up must never be numbered.
 * Notes make up `amountMinor`; what came in is fee, credit and change (unless nothing was credited); a withdrawal's debit is amount and fee.
 */
export function assertReceiptAddsUp(record: ReceiptRecord): void {
  const notesMinor = record.notes.reduce((sum, note) => sum + note.denominationMinor * note.noteCount, 0);
  // A withdrawal that left more than was authorised is paid up to the authorisation: no notes are named then.
  const isUnitemised = record.operation === 'op-10' && record.notes.length === 0;
  assert(isUnitemised || notesMinor === record.amountMinor, 'receipt: notes do not make up the amount');
  if (record.operation === 'op-10') {
    assert(record.creditMinor === 0 && record.changeMinor === 0, 'receipt: a withdrawal credits nothing');
    if (record.status === 'executed' || record.status === 'partial') assert(record.totalMinor === record.amountMinor + record.feeMinor, 'receipt: debit is not amount and fee');
    return;
  }
  assert(record.totalMinor === record.amountMinor, 'receipt: total of a cash-in is what came in');
  const isForwarded = record.status === 'accepted' || record.status === 'executed' || record.status === 'inProcess';
  assert((record.changeFeeMinor ?? 0) <= record.changeMinor, 'receipt: the fee of the change is more than the change');
  if (isForwarded) assert(record.amountMinor === record.feeMinor + record.creditMinor + record.changeMinor, 'receipt: cash in is not fee, credit and change');
}
