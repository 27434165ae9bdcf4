import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeMinor } from '../../main/cash/fees.ts';
import { amount, clock, dayText, digits, feeRuleText, moment } from '../../renderer/text/figures.ts';

/** Thin space between groups that no line breaks at, no-break space before the sign, U+2212 for minus (look.md §4). */
const THIN = '\u2009\u2060';

describe('figures', () => {
  it('writes a business day as days are written here', () => {
    expect(['2026-03-12', 'tomorrow'].map(dayText)).toEqual(['12.03.2026', 'tomorrow']);
  });

  it.each([
    [0, '0'],
    [99_900, '999'],
    [100_000, `1${THIN}000`],
    [1_250_000, `12${THIN}500`],
    [123_456_789_00, `123${THIN}456${THIN}789`],
    [1_250_005, `12${THIN}500,05`],
    [-20_000, `\u2212${THIN}200`],
    [50, '0,50'],
  ])('writes %i minor units', (amountMinor, written) => {
    expect(digits(amountMinor)).toBe(written);
  });

  it('puts the sign after a no-break space', () => {
    expect(amount(1_500_000)).toBe(`15${THIN}000\u00a0₸`);
  });

  it('loses nothing of any amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000_00, max: 100_000_000_00 }), (amountMinor) => {
        const [units = '', tiyn = '00'] = digits(amountMinor).replaceAll(THIN, '').replace('\u2212', '').split(',');
        expect(Number(units) * 100 + Number(tiyn)).toBe(Math.abs(amountMinor));
        expect(digits(amountMinor).startsWith('\u2212')).toBe(amountMinor < 0);
      }),
    );
  });

  it('counts down to zero and no further', () => {
    expect(clock(84_000)).toBe('1:24');
    expect(clock(59_001)).toBe('1:00');
    expect(clock(-5)).toBe('0:00');
  });

  it('says a fee rule in words', () => {
    const rule = { fixedMinor: 0, basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'fromAmount' } as const;
    expect(feeRuleText(rule, 'ru')).toBe('Без комиссии');
    expect(feeRuleText({ ...rule, basisPoints: 150 }, 'kk')).toBe('1,5 %');
    expect(feeRuleText({ ...rule, basisPoints: 100, minMinor: 20_000, maxMinor: 500_000 }, 'kk')).toBe(`1 %, 200–\u20605${THIN}000\u00a0₸`);
  });

  it.each([[5_000, 0, null], [5_000, 10_000, null], [50_000, 0, 20_000], [0, 10_000, null], [0, 10_000, 0], [5_050, 0, null], [0, 0, 5_000]] as const)('says the fee that is taken: fixed %i, at least %i, at most %s', (fixedMinor, minMinor, maxMinor) => {
    const rule = { fixedMinor, basisPoints: 0, minMinor, maxMinor, payer: 'fromAmount' } as const;
    const taken = feeMinor(rule, 1_000_000);
    expect(feeRuleText(rule, 'ru')).toBe(taken === 0 ? 'Без комиссии' : amount(taken));
  });

  it('shows the time of Astana', () => {
    expect(moment(Date.UTC(2026, 2, 12, 9, 9))).toEqual({ date: '12.03.2026', time: '14:09' });
  });
});
