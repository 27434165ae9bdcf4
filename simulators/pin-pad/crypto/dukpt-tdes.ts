import { assert } from '../../../main/foundation/assert.ts';
import { tdes, xor } from './block-cipher.ts';

/** ANSI X9.24-1, keys of two DES keys. A KSN has 10 bytes, of these the last 21 bits count. [scanners-pinpads-misc §2.4] */
const COUNTER_BITS = 0x1f_ffff;
const ONE_BITS_MAX = 10;
const KEY_MASK = Buffer.from('C0C0C0C000000000C0C0C0C000000000', 'hex');
const VARIANTS = {
  pin: Buffer.from('00000000000000FF00000000000000FF', 'hex'),
  macRequest: Buffer.from('000000000000FF00000000000000FF00', 'hex'),
  macResponse: Buffer.from('00000000FF00000000000000FF000000', 'hex'),
  dataRequest: Buffer.from('0000000000FF00000000000000FF0000', 'hex'),
  dataResponse: Buffer.from('000000FF00000000000000FF00000000', 'hex'),
} as const;
export type TdesDukptUse = keyof typeof VARIANTS;

export function counterOf(ksn: Uint8Array): number {
  return Buffer.from(ksn).readUIntBE(7, 3) & COUNTER_BITS;
}

/** The same key set and device, another counter. */
export function withCounter(ksn: Uint8Array, counter: number): Buffer {
  const changed = Buffer.from(ksn);
  changed.writeUIntBE(((changed.readUIntBE(7, 3) & ~COUNTER_BITS) | counter) >>> 0, 7, 3);
  return changed;
}

/** @returns the next counter with at most 10 one-bits, or null when the key has no more */
export function nextCounter(counter: number): number | null {
  let next = counter + 1;
  // The lowest one-bit is carried upwards: everything between has too many of them as well.
  while (oneBitsOf(next) > ONE_BITS_MAX) next += next & -next;
  return next > COUNTER_BITS ? null : next;
}

function oneBitsOf(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

export function initialKey(baseKey: Uint8Array, ksn: Uint8Array): Buffer {
  const register = withCounter(ksn, 0).subarray(0, 8);
  return Buffer.concat([tdes(baseKey).encrypt(register), tdes(xor(baseKey, KEY_MASK)).encrypt(register)]);
}

/** The key of one transaction, from the initial key, for each one-bit of the counter from high to low. */
export function transactionKey(initial: Uint8Array, ksn: Uint8Array): Buffer {
  assert(ksn.length === 10, 'a KSN of TDES DUKPT has 10 bytes');
  const counter = counterOf(ksn);
  let register = 0;
  let key: Buffer = Buffer.from(initial);
  for (let bit = 0x10_0000; bit !== 0; bit >>= 1) {
    if ((counter & bit) === 0) continue;
    register |= bit;
    key = generated(key, withCounter(ksn, register).subarray(2));
  }
  return key;
}

/** Data keys are enciphered with themselves, so that they tell nothing of the others. */
export function workingKey(transaction: Uint8Array, use: TdesDukptUse): Buffer {
  const variant = xor(transaction, VARIANTS[use]);
  if (use !== 'dataRequest' && use !== 'dataResponse') return variant;
  const cipher = tdes(variant);
  return Buffer.concat([cipher.encrypt(variant.subarray(0, 8)), cipher.encrypt(variant.subarray(8))]);
}

/** The non-reversible key generation step. */
function generated(key: Buffer, register: Uint8Array): Buffer {
  return Buffer.concat([half(xor(key, KEY_MASK), register), half(key, register)]);
}

function half(key: Buffer, register: Uint8Array): Buffer {
  const right = key.subarray(8);
  return xor(tdes(key.subarray(0, 8)).encrypt(xor(register, right)), right);
}
