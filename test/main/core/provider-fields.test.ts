/** Goal: what a customer types and what a bank calls its fields is judged, and masked whole, whatever it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inMask } from '../../../main/contracts/field-mask.ts';
import type { Provider } from '../../../main/contracts/host-operations.ts';
import { maskRequisite, validateFields } from '../../../main/core/operations/provider-fields.ts';

const name = { kk: 'a', ru: 'a', en: 'a' };
const provider = (field: Partial<Provider['fields'][number]>): Provider => ({
  providerId: 'P-1', categoryId: 'c', name, minMinor: 0, maxMinor: 1, purposeCode: '851', fields: [{ key: 'account', label: name, mask: 'AA-9999', pattern: '.*', example: '', keypad: 'letters', ...field }],
});

describe('requisites', () => {
  it('are judged by their own fields alone, whatever these are called', () => {
    expect(validateFields(provider({}), { account: 'ЖЖ1234' })).toBe(true);
    expect(validateFields(provider({ key: 'constructor' }), { account: 'ЖЖ1234' })).toBe(false);
    expect(validateFields(provider({ key: 'constructor' }), { constructor: 'ЖЖ1234' } as never)).toBe(true);
  });

  it('never throw, and a pattern that does not compile pays nothing', () => {
    fc.assert(fc.property(fc.string(), fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.string()), (pattern, mask, fields) => {
      expect(typeof validateFields(provider({ pattern, mask }), fields)).toBe('boolean');
    }));
    expect(validateFields(provider({ pattern: '(' }), { account: 'ЖЖ1234' })).toBe(false);
  });

  it('are held against the whole pattern, in no time that grows with what it says', () => {
    const long = { mask: 'A'.repeat(40) };
    const value = `${'a'.repeat(39)}1`;
    expect(['(a+)+', '(a|a)*b', 'a+1', '^a+\\d$', 'a', '(?=a).*'].map((pattern) => validateFields(provider({ ...long, pattern }), { account: value }))).toEqual([false, false, true, true, false, false]);
  });

  it('are read back with the literals of their mask, as far as they were typed, and never cut', () => {
    expect([inMask('99-9999-99', '12345678'), inMask('99-9999', '12'), inMask('99-9999', ''), inMask('+9 (AA)', '1𠀀b'), inMask('99', '123')]).toEqual(['12-3456-78', '12', '', '+1 (𠀀b', '123']);
  });

  it('show the last four characters, each whole', () => {
    expect([maskRequisite('12345678'), maskRequisite('1234'), maskRequisite('ab𠀀123')]).toEqual(['•••• 5678', '••••', '•••• 𠀀123']);
  });
});
