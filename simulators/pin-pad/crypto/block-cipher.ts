import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert } from '../../../main/foundation/assert.ts';

/** One block at a time; modes and derivations are built on it. */
export interface BlockCipher {
  readonly blockBytes: 8 | 16;
  encrypt(block: Uint8Array): Buffer;
  decrypt(block: Uint8Array): Buffer;
}

/** @param key  8 bytes (single DES, as DUKPT's own steps need it), 16 (two keys) or 24 */
export function tdes(key: Uint8Array): BlockCipher {
  assert(key.length === 8 || key.length === 16 || key.length === 24, 'a DES key has 8, 16 or 24 bytes');
  // Single DES is TDES with three equal keys; two keys are K1 K2 K1.
  const triple = key.length === 24 ? key : key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : Buffer.concat([key, key, key]);
  return ecb('des-ede3', triple, 8);
}

/** @param key  16, 24 or 32 bytes */
export function aes(key: Uint8Array): BlockCipher {
  assert(key.length === 16 || key.length === 24 || key.length === 32, 'an AES key has 16, 24 or 32 bytes');
  return ecb(`aes-${key.length * 8}-ecb`, key, 16);
}

function ecb(algorithm: string, key: Uint8Array, blockBytes: 8 | 16): BlockCipher {
  return {
    blockBytes,
    encrypt: (block) => createCipheriv(algorithm, key, null).setAutoPadding(false).update(block),
    decrypt: (block) => createDecipheriv(algorithm, key, null).setAutoPadding(false).update(block),
  };
}

/** @param bytes  whole blocks */
export function cbcEncrypt(cipher: BlockCipher, iv: Uint8Array, bytes: Uint8Array): Buffer {
  let previous: Uint8Array = iv;
  return Buffer.concat(blocksOf(cipher, bytes).map((block) => {
    const enciphered = cipher.encrypt(xor(block, previous));
    previous = enciphered;
    return enciphered;
  }));
}

export function cbcDecrypt(cipher: BlockCipher, iv: Uint8Array, bytes: Uint8Array): Buffer {
  let previous: Uint8Array = iv;
  return Buffer.concat(blocksOf(cipher, bytes).map((block) => {
    const clear = xor(cipher.decrypt(block), previous);
    previous = block;
    return clear;
  }));
}

/** NIST SP 800-38B. @returns a whole block */
export function cmac(cipher: BlockCipher, message: Uint8Array): Buffer {
  const { blockBytes } = cipher;
  const subkey1 = doubled(cipher.encrypt(Buffer.alloc(blockBytes)));
  const isWhole = message.length > 0 && message.length % blockBytes === 0;
  const padded = isWhole ? Buffer.from(message) : Buffer.concat([message, Buffer.of(0x80), Buffer.alloc(blockBytes - 1 - (message.length % blockBytes))]);
  const last = padded.length - blockBytes;
  padded.set(xor(padded.subarray(last), isWhole ? subkey1 : doubled(subkey1)), last);
  return cbcEncrypt(cipher, Buffer.alloc(blockBytes), padded).subarray(-blockBytes);
}

/** Multiplication by x in the field of the block's size. */
function doubled(block: Buffer): Buffer {
  const shifted = Buffer.from(block.map((byte, index) => ((byte << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff));
  if ((block[0]! & 0x80) !== 0) shifted[shifted.length - 1]! ^= block.length === 8 ? 0x1b : 0x87;
  return shifted;
}

export function xor(left: Uint8Array, right: Uint8Array): Buffer {
  assert(left.length === right.length, 'two fields of one length');
  return Buffer.from(left.map((byte, index) => byte ^ right[index]!));
}

function blocksOf(cipher: BlockCipher, bytes: Uint8Array): Buffer[] {
  assert(bytes.length % cipher.blockBytes === 0, 'whole blocks');
  return Array.from({ length: bytes.length / cipher.blockBytes }, (_, index) => Buffer.from(bytes.subarray(index * cipher.blockBytes, (index + 1) * cipher.blockBytes)));
}
