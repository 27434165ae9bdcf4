import type { Language } from '../contracts/languages.ts';
import type { ReceiptRecord } from './receipt-record.ts';
import { paperAmount, paperDay, paperMoment, paperSum } from './receipt-figures.ts';
import { RECEIPT_TEXTS, type ReceiptTexts } from './receipt-texts.ts';
import { refusalText } from './refusal-texts.ts';

/** A line of the receipt before it is set: the same union as the screen's preview (`screen-model.ts` receiptLine). */
export type ReceiptLine =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'center'; readonly text: string }
  | { readonly kind: 'pair'; readonly label: string; readonly value: string; readonly strong: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'rule' };

const pair = (label: string, value: string): ReceiptLine => ({ kind: 'pair', label, value, strong: false });
const strongPair = (label: string, value: string): ReceiptLine => ({ kind: 'pair', label, value, strong: true });
const RULE: ReceiptLine = { kind: 'rule' };

/**
 * The receipt in words, top to bottom: bank and terminal, number and time, money, where it went, what it means, whom to call.
 * Every item of the receipt core (requirements part C) is there; paper, preview and text dumps all come from this one list.
 *
 * @param language  of the words; the record's own language is the customer's choice, a reprint may be in another
 * @returns         at most 50 lines (the preview takes 60)
 */
export function receiptLines(record: ReceiptRecord, language: Language): ReceiptLine[] {
  const texts = RECEIPT_TEXTS[language];
  const sentences = explanation(record, language);
  return [
    ...headLines(record, texts),
    RULE,
    ...numberLines(record, texts),
    RULE,
    { kind: 'text', text: texts.operation[record.operation] },
    ...(record.operation === 'op-10' ? cashOutLines(record, texts, language) : cashInLines(record, texts, language)),
    RULE,
    ...targetLines(record, texts, language),
    pair(texts.status, statusWord(record, texts)),
    ...executionLines(record, texts),
    ...(record.hostRef === null ? [] : [pair(texts.hostRef, record.hostRef)]),
    ...(record.documentNumber === null ? [] : [pair(texts.documentNumber, record.documentNumber)]),
    pair(texts.reference, record.reference),
    RULE,
    ...sentences.map((text): ReceiptLine => ({ kind: 'text', text })),
    ...(sentences.length > 0 ? [RULE] : []),
    { kind: 'center', text: `${texts.callCentre} ${record.helpNumber}` },
    { kind: 'center', text: texts.primaryDocument },
  ];
}

function headLines(record: ReceiptRecord, texts: ReceiptTexts): ReceiptLine[] {
  return [
    { kind: 'title', text: record.bankName },
    { kind: 'center', text: `${texts.bin} ${record.bankBin}` },
    { kind: 'center', text: `${texts.terminal} ${record.terminalNumber}` },
    { kind: 'center', text: record.terminalAddress },
    ...(record.isDuplicate ? [{ kind: 'title', text: texts.duplicate } as const] : []),
  ];
}

function numberLines(record: ReceiptRecord, texts: ReceiptTexts): ReceiptLine[] {
  const moment = paperMoment(record.acceptedAtUtcMs);
  return [
    pair(texts.receipt, record.receiptNumber),
    pair(texts.date, moment.date),
    pair(texts.time, moment.time),
    pair(texts.businessDay, record.businessDay === null ? texts.businessDayByBank : paperDay(record.businessDay)),
  ];
}

/** Largest note first, whatever the order of the record. */
function noteLines(record: ReceiptRecord, language: Language): ReceiptLine[] {
  return [...record.notes]
    .sort((left, right) => right.denominationMinor - left.denominationMinor)
    .map((note) => pair(`${paperAmount(note.denominationMinor, language)} × ${note.noteCount}`, paperAmount(note.denominationMinor * note.noteCount, language)));
}

function cashInLines(record: ReceiptRecord, texts: ReceiptTexts, language: Language): ReceiptLine[] {
  const amount = (amountMinor: number) => paperAmount(amountMinor, language);
  const suspense = suspenseLines(record, texts, language);
  const { changeFeeMinor = 0 } = record;
  // Only doubtful money: no figure of ours beside it, it would read as a promise of nothing.
  if (record.amountMinor === 0) return suspense;
  if (isKept(record)) return [...noteLines(record, language), strongPair(texts.keptInside, amount(record.amountMinor)), ...suspense];
  return [
    ...noteLines(record, language),
    // One note and no fee: the sum inside would only repeat the line above it.
    ...(record.notes.length > 1 ? [pair(texts.accepted, amount(record.amountMinor))] : []),
    ...(record.changeMinor > 0 ? [pair(texts.change, amount(-record.changeMinor))] : []),
    ...(changeFeeMinor > 0 ? [pair(texts.changeFee, amount(changeFeeMinor))] : []),
    pair(texts.fee, amount(-record.feeMinor)),
    strongPair(creditLabel(record, texts), amount(record.creditMinor)),
    ...suspense,
  ];
}

/** Came in for something that was not done with it. */
export function isKept({ status }: ReceiptRecord): boolean {
  return status === 'refused' || status === 'notCredited';
}

/** What the bold figure of a cash-in says: done, or still to come. */
export function creditLabel(record: ReceiptRecord, texts: ReceiptTexts): string {
  const isDone = record.status === 'executed';
  if (record.operation === 'op-01') return isDone ? texts.credited : texts.toCredit;
  return isDone ? texts.paid : texts.toPay;
}

/** The status in one or two words, as the operation calls it. */
export function statusWord(record: ReceiptRecord, texts: ReceiptTexts): string {
  return record.operation === 'op-05' && record.status === 'notCredited' ? texts.notPaidWord : texts.statusWord[record.status];
}

function cashOutLines(record: ReceiptRecord, texts: ReceiptTexts, language: Language): ReceiptLine[] {
  const amount = (amountMinor: number) => paperAmount(amountMinor, language);
  const { requestedMinor } = record;
  const isSettled = record.status === 'executed' || record.status === 'partial';
  return [
    ...(requestedMinor !== null && requestedMinor !== record.amountMinor ? [pair(texts.requested, amount(requestedMinor))] : []),
    ...noteLines(record, language),
    strongPair(texts.paidOut, amount(record.amountMinor)),
    ...suspenseLines(record, texts, language),
    // The fee stands directly above what it changes: the debit, not the notes. [look §4]
    ...(isSettled || record.feeMinor > 0 ? [pair(texts.fee, amount(record.feeMinor))] : []),
    // What is debited in the end is not known while some of it is under review.
    ...(isSettled ? [pair(texts.debited, amount(record.totalMinor))] : []),
  ];
}

function suspenseLines(record: ReceiptRecord, texts: ReceiptTexts, language: Language): ReceiptLine[] {
  return record.suspenseMinor > 0 ? [strongPair(texts.underReview, paperAmount(record.suspenseMinor, language))] : [];
}

function targetLines(record: ReceiptRecord, texts: ReceiptTexts, language: Language): ReceiptLine[] {
  const { target } = record;
  const lines: ReceiptLine[] = [];
  if (target.kind === 'account') lines.push(pair(texts.account[target.accountKind], target.masked));
  else {
    lines.push(pair(texts.provider, target.name[language]));
    for (const requisite of target.requisites) lines.push(pair(requisite.label[language], requisite.masked));
  }
  if (record.maskedPayee !== null) lines.push(pair(record.operation === 'op-10' ? texts.client : texts.payee, record.maskedPayee));
  if (record.providerRef !== null) lines.push(pair(texts.providerRef, record.providerRef));
  if (record.maskedChangePhone !== null && !isKept(record)) lines.push(pair(texts.changePhone, record.maskedChangePhone));
  return lines;
}

/** the promised time, for as long as it is a promise. */
function executionLines(record: ReceiptRecord, texts: ReceiptTexts): ReceiptLine[] {
  const isPromise = record.status === 'accepted' || record.status === 'inProcess';
  return isPromise && record.execution !== null ? [pair(texts.execution, texts.executionWord[record.execution])] : [];
}

/** Sentences on what happened to the money and what to do; none when all went well. */
function explanation(record: ReceiptRecord, language: Language): string[] {
  const { explain } = RECEIPT_TEXTS[language];
  const isCashIn = record.operation !== 'op-10';
  const sentences: string[] = [];
  switch (record.status) {
    case 'accepted':
    case 'inProcess':
      if (isCashIn) sentences.push(explain.comingByItself);
      break;
    case 'refused':
      if (record.refusal !== null) sentences.push(`${refusalText(record.refusal, language)}.`);
      sentences.push(isCashIn ? explain.keptClaim : explain.notDebited);
      break;
    case 'notCredited':
      if (record.amountMinor > 0) sentences.push(record.operation === 'op-01' ? explain.notCredited : explain.notPaid);
      break;
    case 'partial':
      sentences.push(explain.partial);
      break;
    case 'notDispensed':
      sentences.push(explain.notDebited);
      break;
    case 'executed':
    case 'uncertain':
      break;
  }
  if (record.suspenseMinor > 0) sentences.push((isCashIn ? explain.uncertainIn : explain.uncertainOut).replace('{sum}', paperSum(record.suspenseMinor, language)));
  return sentences;
}
