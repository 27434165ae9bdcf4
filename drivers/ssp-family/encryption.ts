import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Cipheriv, Decipheriv } from 'node:crypto';
import { assert } from '../../main/foundation/assert.ts';
import type { Random } from '../../main/foundation/random.ts';
import { crc16Cms } from '../checks/crc16-cms.ts';
import { longBytes } from './codec.ts';

/** First byte of encrypted data. [ssp §7] */
export const STEX = 0x7e;
const BLOCK_BYTES = 16;
const HEAD_BYTES = 5;
const CRC_BYTES = 2;
/** The fixed half of the key as units leave the factory. [ssp §7] */
export const DEFAULT_FIXED_KEY = 0x0123456701234567n;

/** `base`^`exponent` mod `modulus`; all > 0. */
export function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The packets of one key: AES-128-ECB with a counter on both sides. The host sends n, the unit answers n + 1. [ssp §7] */
export class EsspSession {
  /** One of each for the life of the key: ECB without padding keeps nothing from one packet to the next, and to make a cipher costs ten times its use. */
  readonly #cipher: Cipheriv;
  readonly #decipher: Decipheriv;
  readonly #random: Random;
  #count = 0;

  constructor({ fixedKey, negotiatedKey, random }: { readonly fixedKey: bigint; readonly negotiatedKey: bigint; readonly random: Random }) {
    const key = Buffer.from([...longBytes(fixedKey), ...longBytes(negotiatedKey)]);
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#random = random;
  }

  /** @returns data of a packet, from STEX on. The same count goes out again until `open` took the answer: a repeat is the same bytes */
  seal(data: Uint8Array): Buffer {
    const unpaddedBytes = HEAD_BYTES + data.length + CRC_BYTES;
    const plain = Buffer.alloc(Math.ceil(unpaddedBytes / BLOCK_BYTES) * BLOCK_BYTES);
    assert(plain.length < 255, 'an encrypted packet fits into one frame');
    plain[0] = data.length;
    plain.writeUInt32LE(this.#count, 1);
    plain.set(data, HEAD_BYTES);
    plain.set(this.#random.bytes(plain.length - unpaddedBytes), HEAD_BYTES + data.length);
    plain.writeUInt16LE(crc16Cms(plain.subarray(0, -CRC_BYTES)), plain.length - CRC_BYTES);
    return Buffer.concat([Buffer.of(STEX), this.#cipher.update(plain)]);
  }

  /** @returns the answer's data; null: not for this key, damaged, or of another count */
  open(packet: Uint8Array): Buffer | null {
    if (packet[0] !== STEX || packet.length < 1 + BLOCK_BYTES || (packet.length - 1) % BLOCK_BYTES !== 0) return null;
    const plain = this.#decipher.update(packet.subarray(1));
    const dataBytes = plain[0]!;
    if (dataBytes === 0 || HEAD_BYTES + dataBytes + CRC_BYTES > plain.length) return null;
    if (crc16Cms(plain.subarray(0, -CRC_BYTES)) !== plain.readUInt16LE(plain.length - CRC_BYTES)) return null;
    const count = plain.readUInt32LE(1);
    // The answer to a repeated packet is the same bytes again.
    if (count !== this.#count + 1 && count !== this.#count) return null;
    this.#count = count;
    return plain.subarray(HEAD_BYTES, HEAD_BYTES + dataBytes);
  }
}
