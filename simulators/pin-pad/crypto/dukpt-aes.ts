import { assert } from '../../../main/foundation/assert.ts';
import { aes } from './block-cipher.ts';

/** ANSI X9.24-3, AES keys. A KSN has 12 bytes: 8 name the initial key, 4 count. [scanners-pinpads-misc §2.5] */
const ONE_BITS_MAX = 16;
const USAGES = { keyEncryption: 0x0002, pin: 0x1000, macGenerate: 0x2000, macVerify: 0x2001, macBoth: 0x2002, dataEncrypt: 0x3000, dataDecrypt: 0x3001, dataBoth: 0x3002, derivation: 0x8000, initial: 0x8001 } as const;
export type AesDukptUse = Exclude<keyof typeof USAGES, 'derivation' | 'initial'>;
const ALGORITHMS: Readonly<Record<number, number>> = { 16: 0x0002, 24: 0x0003, 32: 0x0004 };

/** @param baseKey  16, 24 or 32 bytes; the initial key has as many @param keyId  8 bytes */
export function initialKey(baseKey: Uint8Array, keyId: Uint8Array): Buffer {
  return derived(baseKey, USAGES.initial, baseKey.length, keyId);
}

export function ksnOf(keyId: Uint8Array, counter: number): Buffer {
  const ksn = Buffer.alloc(12);
  ksn.set(keyId);
  ksn.writeUInt32BE(counter, 8);
  return ksn;
}

/** @returns the next counter with at most 16 one-bits, or null when the key has no more */
export function nextCounter(counter: number): number | null {
  let next = counter + 1;
  while (oneBitsOf(next) > ONE_BITS_MAX) next += lowestBitOf(next);
  return next > 0xffff_ffff ? null : next;
}

/** The key of one transaction and use. @param keyBytes  of the wanted key; AES-128 for a PIN key of most hosts */
export function workingKey(initial: Uint8Array, ksn: Uint8Array, use: AesDukptUse, keyBytes: number = initial.length): Buffer {
  assert(ksn.length === 12, 'a KSN of AES DUKPT has 12 bytes');
  const keyId = ksn.subarray(0, 8);
  const counter = Buffer.from(ksn).readUInt32BE(8);
  let key: Uint8Array = initial;
  let register = 0;
  for (let shift = 31; shift >= 0; shift--) {
    if (((counter >>> shift) & 1) === 0) continue;
    register = (register | (1 << shift)) >>> 0;
    key = derived(key, USAGES.derivation, initial.length, transactionContext(keyId, register));
  }
  return derived(key, USAGES[use], keyBytes, transactionContext(keyId, counter));
}

function transactionContext(keyId: Uint8Array, counter: number): Buffer {
  const context = Buffer.alloc(8);
  context.set(keyId.subarray(4, 8));
  context.writeUInt32BE(counter, 4);
  return context;
}

/** As many blocks as the key needs, each under the parent. */
function derived(parent: Uint8Array, usage: number, keyBytes: number, context: Uint8Array): Buffer {
  const algorithm = ALGORITHMS[keyBytes];
  assert(algorithm !== undefined, 'an AES key has 16, 24 or 32 bytes');
  const cipher = aes(parent);
  const blocks = Array.from({ length: Math.ceil(keyBytes / 16) }, (_, index) => {
    const data = Buffer.alloc(16);
    data.writeUInt8(0x01, 0);
    data.writeUInt8(index + 1, 1);
    data.writeUInt16BE(usage, 2);
    data.writeUInt16BE(algorithm, 4);
    data.writeUInt16BE(keyBytes * 8, 6);
    data.set(context, 8);
    return cipher.encrypt(data);
  });
  return Buffer.concat(blocks).subarray(0, keyBytes);
}

function oneBitsOf(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** Above 2³¹ too, where the bit operators have a sign. */
function lowestBitOf(value: number): number {
  let bit = 1;
  while (value % (bit * 2) === 0) bit *= 2;
  return bit;
}
