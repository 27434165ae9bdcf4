import type { Random } from '../../../main/foundation/random.ts';
import type { BlockCipher } from './block-cipher.ts';
import { aes, tdes } from './block-cipher.ts';
import * as aesDukpt from './dukpt-aes.ts';
import * as tdesDukpt from './dukpt-tdes.ts';
import type { PinBlockFormat } from './pin-block.ts';
import { encipherPinBlock } from './pin-block.ts';

/** A key that enciphers PINs, whatever store keeps it. */
export interface PinKey {
  readonly algorithm: 'T' | 'A';
  readonly key: Uint8Array;
  /** Of the transaction before the next one: an initial DUKPT key. Absent: a fixed key. */
  readonly ksn?: Buffer;
}

export interface Enciphered {
  readonly block: Buffer;
  /** That the block was made under; the store keeps it in the place of the earlier one. null: a fixed key. */
  readonly ksn: Buffer | null;
}

/** @returns null: a DUKPT key that has no more transactions */
export function encipherUnder(key: PinKey, format: PinBlockFormat, pin: string, pan: string, random: Random): Enciphered | null {
  if (key.ksn === undefined) return { block: encipherPinBlock(format, cipherOf(key.algorithm, key.key), pin, pan, random), ksn: null };
  const ksn = key.algorithm === 'T' ? advancedTdes(key.ksn) : advancedAes(key.ksn);
  if (ksn === null) return null;
  const pinKey = key.algorithm === 'T' ? tdesDukpt.workingKey(tdesDukpt.transactionKey(key.key, ksn), 'pin') : aesDukpt.workingKey(key.key, ksn, 'pin');
  return { block: encipherPinBlock(format, cipherOf(key.algorithm, pinKey), pin, pan, random), ksn };
}

function cipherOf(algorithm: 'T' | 'A', key: Uint8Array): BlockCipher {
  return algorithm === 'T' ? tdes(key) : aes(key);
}

function advancedTdes(ksn: Buffer): Buffer | null {
  const counter = tdesDukpt.nextCounter(tdesDukpt.counterOf(ksn));
  return counter === null ? null : tdesDukpt.withCounter(ksn, counter);
}

function advancedAes(ksn: Buffer): Buffer | null {
  const counter = aesDukpt.nextCounter(ksn.readUInt32BE(8));
  return counter === null ? null : aesDukpt.ksnOf(ksn.subarray(0, 8), counter);
}
