import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Random } from '../../../main/foundation/random.ts';
import { aes, cmac, tdes } from '../../../simulators/pin-pad/crypto/block-cipher.ts';
import * as aesDukpt from '../../../simulators/pin-pad/crypto/dukpt-aes.ts';
import * as tdesDukpt from '../../../simulators/pin-pad/crypto/dukpt-tdes.ts';
import { checkValueOf, readKeyBlockHeader, unwrapKeyBlock, wrapKeyBlock } from '../../../simulators/pin-pad/crypto/key-block.ts';
import type { PinBlockFormat } from '../../../simulators/pin-pad/crypto/pin-block.ts';
import { clearBlock, decipherPinBlock, encipherPinBlock, panField4 } from '../../../simulators/pin-pad/crypto/pin-block.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import published from '../../vectors/pin-crypto.json' with { type: 'json' };

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const hexOf = (value: Uint8Array) => Buffer.from(value).toString('hex').toUpperCase();
const given = (hex: string): Random => ({ bytes: (count) => bytes(hex).subarray(0, count) });

describe('ciphers', () => {
  it('makes the published check value', () => {
    for (const { algorithm, key, checkValue } of published.checkValues) expect(hexOf(checkValueOf(algorithm as 'T', bytes(key)))).toBe(checkValue);
  });

  it('computes the CMAC of NIST SP 800-38B', () => {
    // AES-128 examples 1 (no bytes), 2 (one block) and 3 (40 bytes).
    const cipher = aes(bytes('2B7E151628AED2A6ABF7158809CF4F3C'));
    const message = bytes('6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411');
    expect([0, 16, 40].map((length) => hexOf(cmac(cipher, message.subarray(0, length))))).toEqual(['BB1D6929E95937287FA37D129B756746', '070A16B46B4D4144F79BDD9DD04A287C', 'DFA66747DE9AE63030CA32611497C827']);
  });
});

describe('PIN blocks', () => {
  it.each(published.clearBlocks.filter(({ format }) => format === 0))('are the published ones: $name', ({ format, pin, pan, block }) => {
    expect(hexOf(clearBlock(format as 0, pin, pan, given('')))).toBe(block);
  });

  it.each(published.clearBlocks)('are read as published: $name', ({ format, pin, pan, block }) => {
    const cipher = tdes(bytes(published.tdesDukpt.baseKey));
    expect(decipherPinBlock(format as PinBlockFormat, cipher, cipher.encrypt(bytes(block)), pan)).toEqual({ ok: true, value: pin });
  });

  it('of format 4 are the published ones', () => {
    const { key, pin, panParts, panField, pinField, block } = published.format4;
    const pan = panParts.join('');
    expect(hexOf(panField4(pan))).toBe(panField);
    expect(hexOf(encipherPinBlock(4, aes(bytes(key)), pin, pan, given(pinField.slice(16))))).toBe(block);
    expect(decipherPinBlock(4, aes(bytes(key)), bytes(block), pan)).toEqual({ ok: true, value: pin });
  });

  it('come back for every PIN, card and format; another key is noticed or gives another PIN, never a throw', () => {
    const pins = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 4, maxLength: 12 });
    const pans = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 19 });
    fc.assert(fc.property(fc.constantFrom<PinBlockFormat>(0, 1, 3, 4), pins, pans, fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer(), (format, pin, pan, key, seed) => {
      const cipher = format === 4 ? aes(key) : tdes(key);
      const block = encipherPinBlock(format, cipher, pin, pan, seededRandom(seed));
      expect(decipherPinBlock(format, cipher, block, pan)).toEqual({ ok: true, value: pin });
      decipherPinBlock(format, format === 4 ? aes(key.map((byte) => byte ^ 0x5a)) : tdes(key.map((byte) => byte ^ 0x5a)), block, pan);
    }));
  });
});

describe('TDES DUKPT', () => {
  const { baseKey, initialKey, transactions, pin, pan } = published.tdesDukpt;
  it.each(transactions)('has the published keys and block for KSN $ksn', ({ ksn, transactionKey, pinBlock, ...keys }) => {
    const initial = tdesDukpt.initialKey(bytes(baseKey), bytes(ksn));
    expect(hexOf(initial)).toBe(initialKey);
    const transaction = tdesDukpt.transactionKey(initial, bytes(ksn));
    expect(hexOf(transaction)).toBe(transactionKey);
    expect(hexOf(encipherPinBlock(0, tdes(tdesDukpt.workingKey(transaction, 'pin')), pin, pan, given('')))).toBe(pinBlock);
    if (keys.pinKey !== undefined) expect(hexOf(tdesDukpt.workingKey(transaction, 'pin'))).toBe(keys.pinKey);
    if (keys.macKey !== undefined) expect(hexOf(tdesDukpt.workingKey(transaction, 'macRequest'))).toBe(keys.macKey);
    if (keys.dataKey !== undefined) expect(hexOf(tdesDukpt.workingKey(transaction, 'dataRequest'))).toBe(keys.dataKey);
  });

  it('skips counters with more than ten one-bits and ends', () => {
    expect(tdesDukpt.nextCounter(0)).toBe(1);
    expect(tdesDukpt.nextCounter(0b11_1111_1111)).toBe(0b100_0000_0000);
    expect(tdesDukpt.nextCounter(0b111_1111_1110)).toBe(0b1000_0000_0000);
    expect(tdesDukpt.nextCounter(0x1f_f800)).toBeNull();
    // About a million uses: the sum of binomials of 21 over 1 to 10.
    let count = 0;
    for (let counter = tdesDukpt.nextCounter(0); counter !== null; counter = tdesDukpt.nextCounter(counter)) count++;
    expect(count).toBe(1_048_575);
  });
});

describe('AES DUKPT', () => {
  const { baseKey, keyId, initialKey, keys } = published.aesDukpt;
  it.each(keys)('has the published $use key of counter $counter', ({ counter, use, key }) => {
    const initial = aesDukpt.initialKey(bytes(baseKey), bytes(keyId));
    expect(hexOf(initial)).toBe(initialKey);
    expect(hexOf(aesDukpt.workingKey(initial, aesDukpt.ksnOf(bytes(keyId), counter), use as 'pin'))).toBe(key);
  });

  it('skips counters with more than sixteen one-bits and ends', () => {
    expect(aesDukpt.nextCounter(0xffff)).toBe(0x1_0000);
    expect(aesDukpt.nextCounter(0x1_fffe)).toBe(0x2_0000);
    expect(aesDukpt.nextCounter(0xffff_0000)).toBeNull();
  });
});

describe('key blocks', () => {
  it.each(published.keyBlocks)('are read and made as published: $name', ({ protectionKey, block, key, usage, algorithm, modeOfUse, ...rest }) => {
    const unwrapped = unwrapKeyBlock(bytes(protectionKey), block);
    if (!unwrapped.ok) throw new Error(unwrapped.error);
    expect(hexOf(unwrapped.value.key)).toBe(key);
    expect(unwrapped.value.header).toMatchObject({ usage, algorithm, modeOfUse, optionalBlocks: [] });
    if (rest.padding !== undefined) expect(wrapKeyBlock(bytes(protectionKey), unwrapped.value.header, bytes(key), given(rest.padding))).toBe(block);
  });

  it('come back with optional blocks, and are refused with one changed character', () => {
    const header = { version: 'D', usage: 'B1', algorithm: 'A', modeOfUse: 'X', keyVersion: '00', exportability: 'N', optionalBlocks: [{ id: 'KS', data: '1234567890123456' }, { id: 'PB', data: '00000000' }] } as const;
    const protectionKey = Buffer.alloc(32, 0x11);
    const key = Buffer.alloc(16, 0x22);
    const block = wrapKeyBlock(protectionKey, header, key, seededRandom(1));
    expect(unwrapKeyBlock(protectionKey, block)).toEqual({ ok: true, value: { header, key } });
    fc.assert(fc.property(fc.integer({ min: 0, max: block.length - 1 }), fc.constantFrom(...'0123456789ABCDEF'), (index, character) => {
      const changed = block.slice(0, index) + character + block.slice(index + 1);
      if (changed !== block) expect(unwrapKeyBlock(protectionKey, changed).ok).toBe(false);
    }));
    expect(unwrapKeyBlock(Buffer.alloc(32, 0x12), block)).toEqual({ ok: false, error: 'badMac' });
    expect(unwrapKeyBlock(Buffer.alloc(8), block)).toEqual({ ok: false, error: 'wrongProtectionKey' });
  });

  it('are refused when their keys are variants, and any text is without a throw', () => {
    expect(readKeyBlockHeader('A0072P0TE00N0000' + '0'.repeat(56))).toEqual({ ok: false, error: 'unsupportedVersion' });
    fc.assert(fc.property(fc.string({ maxLength: 120 }), (text) => {
      expect(unwrapKeyBlock(Buffer.alloc(16), text).ok).toBe(false);
    }));
  });
});
