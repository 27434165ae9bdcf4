import { describe, expect, it } from 'vitest';
import { projectFiles, textOf } from './source-files.ts';

/** Invented test cards start with 9999, a range no scheme issues. */
const INVENTED_CARD = /^9999/;
/** First digits of the payment schemes: other long numbers (hashes, times, account numbers) are no cards, whatever their last digit. */
const SCHEME_CARD = /^(4|5[1-5]|2[2-7]|3[47]|6(011|5|2)|9)/;

/** ISO/IEC 7812-1, annex B. */
function isLuhnValid(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Numbers of 15, 16 or 19 digits, also in groups of four, that could be somebody's card. */
export function cardNumbersIn(text: string): string[] {
  const candidates = [...text.matchAll(/(?<![\dA-Fa-f.])(?:\d{4}[ -]){3}\d{4}(?![\dA-Fa-f])|(?<![\dA-Fa-f.])(?:\d{15,16}|\d{19})(?![\dA-Fa-f])/g)].map(([match]) => match.replace(/[ -]/g, ''));
  return candidates.filter((digits) => SCHEME_CARD.test(digits) && !INVENTED_CARD.test(digits) && isLuhnValid(digits));
}

describe('secrets', () => {
  it('has a net that catches a card number and lets the invented ones through', () => {
    const card = ['4', '1'.repeat(15)].join('');
    expect(cardNumbersIn(`pan ${card};`)).toEqual([card]);
    expect(cardNumbersIn(card.replace(/(\d{4})(?=\d)/g, '$1 '))).toEqual([card]);
    expect(cardNumbersIn('9999990000000015 1790000000000 4111111111111112')).toEqual([]);
  });

  it('are in no file of the project: no card number but the invented ones', () => {
    const found = projectFiles()
      .filter((file) => file !== 'package-lock.json' && /\.(ts|tsx|mjs|js|json|md|txt|xml|ya?ml|sql)$/.test(file))
      .flatMap((file) => cardNumbersIn(textOf(file)).map((digits) => `${file}: ${digits.slice(0, 6)}…${digits.slice(-4)}`));
    expect(found).toEqual([]);
  });
});
