import type { Language } from '../contracts/languages.ts';
import { paperMoment, paperSum } from './receipt-figures.ts';
import { cellCount, layOutReceipt } from './receipt-layout.ts';
import { creditLabel, isKept, statusWord, type ReceiptLine } from './receipt-lines.ts';
import type { ReceiptRecord } from './receipt-record.ts';
import { RECEIPT_TEXTS, type ReceiptTexts } from './receipt-texts.ts';

/** Longest text of `receiptShortText`: five UCS-2 parts of a long message, and far below the host's own limit of 2000. */
export const SHORT_TEXT_LENGTH_MAX = 300;

/**
 * The receipt as plain text, a monospaced row per line: for dumps, service mode and tests.
 *
 * @param columns  cells per row, 16 or more; 48 is what the paper has
 * @returns        rows without trailing blanks, each ended by a line feed
 */
export function receiptPlainText(lines: readonly ReceiptLine[], columns = 48): string {
  const rows = layOutReceipt(lines, { normal: columns, strong: columns, title: columns });
  return rows
    .map((row) => {
      if (row.kind === 'rule') return '-'.repeat(columns);
      if (row.kind === 'centred') return ' '.repeat(Math.floor((columns - cellCount(row.text)) / 2)) + row.text;
      return row.right === '' ? row.left : row.left + ' '.repeat(columns - cellCount(row.left) - cellCount(row.right)) + row.right;
    })
    .map((row) => `${plainSpaces(row)}\n`)
    .join('');
}

/**
 * The receipt in one message for SMS or push (T-2.5): bank, terminal, operation, status, sums, target, moment, receipt number, reference, help number.
 *
 * @returns at most 300 characters. When names are too long the target goes first, then the bank's name; figures and numbers never.
 */
export function receiptShortText(record: ReceiptRecord, language: Language): string {
  const texts = RECEIPT_TEXTS[language];
  const build = (bankName: string, target: string) =>
    plainSpaces(
      [
        `${bankName}${bankName === '' ? '' : ', '}${texts.terminal} ${record.terminalNumber}.`,
        record.isDuplicate ? `${texts.duplicate}.` : '',
        `${texts.operation[record.operation]}: ${statusWord(record, texts)}.`,
        `${shortFigures(record, texts, language)}.`,
        target === '' ? '' : `${target}.`,
        `${paperMoment(record.acceptedAtUtcMs).date} ${paperMoment(record.acceptedAtUtcMs).time}.`,
        `${texts.receipt} ${record.receiptNumber}.`,
        `${texts.reference} ${record.reference}.`,
        `${texts.callCentre} ${record.helpNumber}`,
      ]
        .filter((part) => part !== '')
        .join(' '),
    );
  const full = build(record.bankName, shortTarget(record, texts, language));
  if (full.length <= SHORT_TEXT_LENGTH_MAX) return full;
  const withoutTarget = build(record.bankName, '');
  return withoutTarget.length <= SHORT_TEXT_LENGTH_MAX ? withoutTarget : build('', '');
}

function shortTarget(record: ReceiptRecord, texts: ReceiptTexts, language: Language): string {
  const { target } = record;
  return target.kind === 'account' ? `${texts.account[target.accountKind]} ${target.masked}` : target.name[language];
}

/** `Қабылданды 15 000 ₸, комиссия 200 ₸, …`: the words of the paper, in a row. */
function shortFigures(record: ReceiptRecord, texts: ReceiptTexts, language: Language): string {
  const sum = (amountMinor: number) => paperSum(amountMinor, language);
  /** `ТҮСТІ, ₸` → `Түсті`: in a sentence the sign stands with the figure. */
  const word = (label: string) => label.slice(0, 1) + label.slice(1).replace(', ₸', '').toLocaleLowerCase(language);
  const suspense = record.suspenseMinor > 0 ? [`${word(texts.underReview)} ${sum(record.suspenseMinor)}`] : [];
  const fee = record.feeMinor > 0 ? [`${word(texts.fee)} ${sum(record.feeMinor)}`] : [];
  if (record.operation === 'op-10') return [`${word(texts.paidOut)} ${sum(record.amountMinor)}`, ...(record.amountMinor > 0 ? fee : []), ...suspense].join(', ');
  if (record.amountMinor === 0) return suspense.join(', ');
  if (isKept(record)) return [`${word(texts.keptInside)} ${sum(record.amountMinor)}`, ...suspense].join(', ');
  const { changeFeeMinor = 0 } = record;
  const change = record.changeMinor > 0 ? [`${word(texts.change)} ${sum(record.changeMinor)}`, ...(changeFeeMinor > 0 ? [`${texts.changeFee} ${sum(changeFeeMinor)}`] : [])] : [];
  return [`${texts.accepted} ${sum(record.amountMinor)}`, ...change, ...fee, `${word(creditLabel(record, texts))} ${sum(record.creditMinor)}`, ...suspense].join(', ');
}

function plainSpaces(text: string): string {
  return text.replaceAll('\u00A0', ' ');
}
