import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { derToRaw, rawToDer } from '../../../main/foundation/ecdsa-form.ts';

/** Goal: the two forms of a signature tell the same numbers, short ones too. Method: the library's own two forms, and numbers with leading zeros. */
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rawOf = (...ends: readonly [number[], number[]]) => Buffer.concat(ends.map((end) => Buffer.concat([Buffer.alloc(32 - end.length), Buffer.from(end)])));

describe('forms of an ECDSA signature', () => {
  it('are understood by the library, each as the other', () => {
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.from(`document ${round}`);
      const der = sign('sha256', bytes, privateKey);
      const raw = derToRaw(der);
      expect(rawToDer(raw)).toEqual(der);
      expect(verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
    }
  });

  it.each([
    ['one byte each', [0x01], [0x7f], '300602010102017f'],
    ['a high bit', [0x80], [0x01, 0x00], '30080202008002020100'],
    ['zero, which no signature has', [], [], '3006020100020100'],
  ] as const)('keep %s', (_name, r, s, hex) => {
    const raw = rawOf([...r], [...s]);
    expect(rawToDer(raw).toString('hex')).toBe(hex);
    expect(derToRaw(rawToDer(raw))).toEqual(raw);
  });

  it('refuse what is neither', () => {
    expect(() => rawToDer(Buffer.alloc(63))).toThrow('32 bytes each');
    expect(() => derToRaw(Buffer.from('3006020101020101ff', 'hex'))).toThrow('DER');
    expect(() => derToRaw(Buffer.from('300602010103017f', 'hex'))).toThrow('DER');
  });
});
