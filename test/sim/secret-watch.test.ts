import { expect, it } from 'vitest';
import { SecretWatch } from '../../simulators/world/checkers/secret-watch.ts';

/** Goal: the watch of simulated worlds sees a secret where it is text, and is not alarmed by amounts and numbers of documents. */
const watchOf = (code: string) => {
  const watch = new SecretWatch(['+77000001234']);
  watch.noteCode(code);
  return watch;
};

it('sees a one-time code in a text', () => {
  const watch = watchOf('583920');
  watch.look('journal entry x', JSON.stringify({ detail: 'code 583920 was wrong' }));
  expect(watch.findings.map((finding) => finding.detail)).toEqual(['journal entry x has a one-time code']);
});

it('takes neither a number, nor a receipt number, nor a part of an identifier for the code', () => {
  const watch = watchOf('583920');
  watch.look('journal entry x', JSON.stringify({ count: 583920, receiptNumber: '0427-583920', id: 'A583920B', list: [1, 583920] }));
  watch.lookForCodes('message z', '<oldestAgeMs>583920</oldestAgeMs>');
  expect(watch.findings).toEqual([]);
  watch.lookForCodes('message z', '<note>583920</note>');
  expect(watch.findings).toHaveLength(1);
});

it('is not alarmed by sums, whatever the code was', () => {
  const watch = watchOf('500000');
  watch.look('journal entry x', JSON.stringify({ evidence: 'cassette 1: 4 × 500000 picked', amountMinor: 500000 }));
  watch.lookForCodes('message z', '<insertedMinor>500000</insertedMinor><Amt Ccy="KZT">500000.00</Amt>');
  expect(watch.findings).toEqual([]);
});

it('sees a telephone in full, with or without its country code', () => {
  const watch = watchOf('583920');
  watch.look('log y', JSON.stringify({ phone: '77000001234' }));
  watch.look('log y', JSON.stringify({ phone: '+7 ••• 12 34' }));
  expect(watch.findings).toHaveLength(1);
});

it('sees a card number', () => {
  const watch = watchOf('583920');
  watch.look('screen z', JSON.stringify({ target: '9999000000000103', other: '9999000000000104' }));
  expect(watch.findings).toHaveLength(1);
});
