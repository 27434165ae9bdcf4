import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../main/contracts/languages.ts';
import { REFUSAL_CODES } from '../../../main/foundation/refusals.ts';
import { renderReceipt } from '../../../main/receipt/receipt-bitmap.ts';
import { paperAmount, paperMoment } from '../../../main/receipt/receipt-figures.ts';
import { cellCount, wrapWords } from '../../../main/receipt/receipt-layout.ts';
import { receiptLines } from '../../../main/receipt/receipt-lines.ts';
import { assertReceiptAddsUp, receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { receiptPlainText, receiptShortText } from '../../../main/receipt/receipt-text.ts';
import { RECEIPT_TEXTS } from '../../../main/receipt/receipt-texts.ts';
import { refusalText } from '../../../main/receipt/refusal-texts.ts';
import { DEPOSIT, PAYMENT, SAMPLES, WITHDRAWAL } from './sample-records.ts';

const CASES = SAMPLES.flatMap(({ name, record }) => LANGUAGES.map((language) => ({ name, record, language })));

describe('receipt', () => {
  it.each(CASES)('$name in $language: valid, adds up, fits the preview, the paper and a message', ({ record, language }) => {
    expect(receiptRecordSchema.parse(record)).toEqual(record);
    assertReceiptAddsUp(record);
    const lines = receiptLines(record, language);
    expect(lines.length).toBeLessThanOrEqual(60);
    const text = receiptPlainText(lines);
    for (const row of text.split('\n')) expect(cellCount(row)).toBeLessThanOrEqual(48);
    for (const fact of [record.bankName, record.bankBin, record.terminalNumber, record.receiptNumber, record.reference, record.helpNumber, '12.03.2026', '14:09 +05']) expect(text).toContain(fact);
    expect(renderReceipt(lines, { widthDots: 576 }).ok).toBe(true);
    expect(renderReceipt(lines, { widthDots: 384 }).ok).toBe(true);
    const short = receiptShortText(record, language);
    expect(short.length).toBeLessThanOrEqual(300);
    for (const fact of [record.receiptNumber, record.reference, record.helpNumber]) expect(short).toContain(fact);
  });

  it('shortens names, never figures, when a message would be too long', () => {
    const long = 'Ұ'.repeat(120);
    const record = { ...PAYMENT, bankName: 'Б'.repeat(40), target: { kind: 'provider' as const, name: { kk: long, ru: long, en: long }, requisites: [] }, suspenseMinor: 100_000_000, isDuplicate: true };
    for (const language of LANGUAGES) {
      const short = receiptShortText(record, language);
      expect(short.length).toBeLessThanOrEqual(300);
      expect(short).toContain(language === 'en' ? '8 420.50 ₸' : '8 420,50 ₸');
    }
  });

  it('sets money as the page of looks says, and the time of Astana by the zone’s own rule', () => {
    expect(paperAmount(1_480_000, 'kk')).toBe('14\u00A0800');
    expect(paperAmount(-100_000_050, 'ru')).toBe('\u22121\u00A0000\u00A0000,50');
    expect(paperAmount(0, 'en')).toBe('0');
    // UTC+6 until 29 February 2024, +5 since 1 March 2024.
    expect(paperMoment(Date.UTC(2024, 1, 29, 12))).toEqual({ date: '29.02.2024', time: '18:00 +06' });
    expect(paperMoment(Date.UTC(2024, 2, 1, 12))).toEqual({ date: '01.03.2024', time: '17:00 +05' });
  });

  it('tells nothing by the words of neutral refusals', () => {
    for (const language of LANGUAGES) {
      expect(new Set((['RF-10', 'RF-11', 'RF-12'] as const).map((code) => refusalText(code, language))).size).toBe(1);
      for (const code of REFUSAL_CODES) expect(refusalText(code, language)).toMatch(/\S{2}/);
    }
    expect(receiptPlainText(receiptLines({ ...DEPOSIT, status: 'refused', refusal: 'RF-11' }, 'ru'))).not.toContain('RF-');
  });

  it.each(LANGUAGES)('in %s: a message about a payment names the change, without which its figures do not add up (T-2.5, Q-15)', (language) => {
    const short = receiptShortText(PAYMENT, language);
    for (const sum of ['10 000', '100', '8 420', '1 479']) expect(short).toContain(sum);
    expect(receiptShortText({ ...PAYMENT, changeMinor: 0, maskedChangePhone: null, creditMinor: 990_000 }, language)).not.toContain('1 479');
  });

  it.each(LANGUAGES)('in %s: what was agreed to be taken out of the change is named, on paper and in the message (R-5.3)', (language) => {
    const record = { ...PAYMENT, changeFeeMinor: 7_300 };
    for (const text of [receiptShortText(record, language), receiptPlainText(receiptLines(record, language))]) expect(text).toMatch(/(комиссия|of which fee)\D*73(\D|$)/);
    expect(() => assertReceiptAddsUp({ ...PAYMENT, changeFeeMinor: PAYMENT.changeMinor + 1 })).toThrow();
  });

  it.each(LANGUAGES)('in %s: a payment that was refused sent no change to any telephone', (language) => {
    expect(receiptPlainText(receiptLines({ ...PAYMENT, status: 'refused', refusal: 'RF-15' }, language))).not.toContain('12 34');
  });

  it.each(LANGUAGES)('in %s: a doubtful pay-out says which fee is taken for what certainly came, and no fee where there is none', (language) => {
    const doubtful = { ...WITHDRAWAL, status: 'uncertain' as const, amountMinor: 4_000_000, notes: [{ denominationMinor: 500_000, noteCount: 8 }], suspenseMinor: 1_000_000 };
    const text = (feeMinor: number) => receiptPlainText(receiptLines({ ...doubtful, feeMinor, totalMinor: doubtful.amountMinor + feeMinor }, language));
    expect(text(50_000)).toMatch(/\b500$/m);
    expect(text(0).split('\n')).toHaveLength(text(50_000).split('\n').length - 1);
  });

  it.each(LANGUAGES)('in %s: where only the place of a note is in doubt nothing is said to lie in the terminal', (language) => {
    const record = { ...DEPOSIT, status: 'notCredited' as const, amountMinor: 0, totalMinor: 0, feeMinor: 0, creditMinor: 0, notes: [], suspenseMinor: 1_000_000, hostRef: null, documentNumber: null, execution: null };
    const { keptInside, explain } = RECEIPT_TEXTS[language];
    for (const said of [receiptPlainText(receiptLines(record, language)), receiptShortText(record, language)]) {
      expect(said.toLowerCase()).not.toContain(keptInside.toLowerCase().replace(', ₸', ''));
      expect(said).toContain('10 000');
    }
    expect(receiptLines(record, language)).not.toContainEqual({ kind: 'text', text: explain.notCredited });
  });

  it('refuses to number figures that do not agree', () => {
    expect(() => assertReceiptAddsUp({ ...DEPOSIT, creditMinor: 1_480_001 })).toThrow();
    expect(() => assertReceiptAddsUp({ ...DEPOSIT, notes: [] })).toThrow();
    expect(() => assertReceiptAddsUp({ ...WITHDRAWAL, totalMinor: 5_000_000 })).toThrow();
    expect(receiptRecordSchema.safeParse({ ...DEPOSIT, reference: 'QIK-479' }).success).toBe(false);
  });

  it('has room for every kind of note and coin that a terminal takes', () => {
    const notes = Array.from({ length: 32 }, (_, index) => ({ denominationMinor: 100 * (index + 1), noteCount: 1 }));
    expect(receiptRecordSchema.safeParse({ ...DEPOSIT, notes }).success).toBe(true);
  });

  it('names every letter that the font lacks instead of substituting it', () => {
    expect(renderReceipt([{ kind: 'text', text: '中ә文中' }], { widthDots: 576 })).toEqual({ ok: false, error: { code: 'missingGlyphs', characters: ['中', '文'], detail: 'U+4E2D U+6587' } });
  });

  it('has every letter of Kazakh, each unlike the Latin or Russian one beside it', () => {
    const drawn = (text: string) => {
      const rendered = renderReceipt([{ kind: 'text', text }], { widthDots: 384 });
      if (!rendered.ok) throw new Error(rendered.error.detail);
      return Buffer.from(rendered.value.bytes).toString('hex');
    };
    for (const [kazakh, other] of ['ҚК', 'қк', 'ҢН', 'ңн', 'ӨО', 'өо', 'ҰУ', 'ұу', 'ҮУ', 'үу', 'ҒГ', 'ғг', 'ҺН', 'Әә', '₸Т', '0O'].map((pair) => [...pair])) expect(drawn(kazakh!)).not.toBe(drawn(other!));
  });

  it('wraps at spaces and loses nothing', () => {
    const text = receiptLines({ ...DEPOSIT, status: 'notCredited' }, 'kk').flatMap((line) => (line.kind === 'text' ? [line.text] : [])).join(' ');
    const rows = wrapWords(text, 20);
    expect(rows.join(' ')).toBe(text);
    expect(wrapWords('x'.repeat(45), 20).map(cellCount)).toEqual([20, 20, 5]);
  });
});
