import type { Random } from '../../../main/foundation/random.ts';
import { cbcDecrypt, tdes } from '../crypto/block-cipher.ts';
import { checkValueOf, unwrapKeyBlock } from '../crypto/key-block.ts';
import type { PinBlockFormat } from '../crypto/pin-block.ts';
import type { Enciphered, PinKey } from '../crypto/pin-key.ts';
import { encipherUnder } from '../crypto/pin-key.ts';

export interface StoredKey extends PinKey {
  /** TR-31. */
  readonly usage: string;
}

/** Error codes of KeyManagement and PinPad. [xfs4iot §10] */
export type KeyProblem = 'keyNotFound' | 'accessDenied' | 'useViolation' | 'formatNotSupported' | 'invalidKeyLength' | 'algorithmNotSupported' | 'dukptOverflow';

const TAKEN_USAGES = ['P0', 'K0', 'K1', 'B1', 'D0', 'M1', 'M3', 'M6'];
const KEY_BYTES = [16, 24, 32];

/** Keys by name, battery backed, gone when the pad is opened. */
export class KeyStore {
  readonly #keys: Map<string, StoredKey>;

  constructor(keys: Readonly<Record<string, StoredKey>>) {
    this.#keys = new Map(Object.entries(keys));
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** Whether a PIN could be enciphered. */
  get hasPinKey(): boolean {
    return [...this.#keys.values()].some(isPinKey);
  }

  erase(): void {
    this.#keys.clear();
  }

  rows(): readonly { readonly name: string; readonly usage: string; readonly algorithm: string; readonly checkValue: string }[] {
    return [...this.#keys].map(([name, { usage, algorithm, key }]) => ({ name, usage, algorithm, checkValue: Buffer.from(checkValueOf(algorithm, key)).toString('hex').toUpperCase() }));
  }

  /** @returns the check value */
  loadUnder(name: string, usage: string, cryptogram: Buffer, underName: string): Buffer | KeyProblem {
    const under = this.#keys.get(underName);
    if (under === undefined) return 'keyNotFound';
    if (!TAKEN_USAGES.includes(usage) || under.usage !== 'K0' || under.algorithm !== 'T') return 'useViolation';
    if (cryptogram.length !== 16 && cryptogram.length !== 24) return 'invalidKeyLength';
    const cipher = tdes(under.key);
    const blocks = Array.from({ length: cryptogram.length / 8 }, (_, index) => cbcDecrypt(cipher, Buffer.alloc(8), cryptogram.subarray(index * 8, index * 8 + 8)));
    return this.#load(name, { usage, algorithm: 'T', key: Buffer.concat(blocks) });
  }

  loadBlock(name: string, attributes: Readonly<Record<string, unknown>>, block: string, protectionName: string): Buffer | KeyProblem {
    const protection = this.#keys.get(protectionName);
    if (protection === undefined) return 'keyNotFound';
    if (protection.usage !== 'K0' && protection.usage !== 'K1') return 'useViolation';
    const unwrapped = unwrapKeyBlock(protection.key, block);
    if (!unwrapped.ok) return 'accessDenied';
    const { header, key } = unwrapped.value;
    if (header.usage !== attributes['keyUsage'] || header.algorithm !== attributes['algorithm'] || !TAKEN_USAGES.includes(header.usage)) return 'useViolation';
    if (header.algorithm !== 'T' && header.algorithm !== 'A') return 'algorithmNotSupported';
    if (!KEY_BYTES.includes(key.length)) return 'invalidKeyLength';
    if (header.usage !== 'B1') return this.#load(name, { usage: header.usage, algorithm: header.algorithm, key });
    const ksn = initialKsn(header.algorithm, header.optionalBlocks);
    return ksn === null ? 'formatNotSupported' : this.#load(name, { usage: 'B1', algorithm: header.algorithm, key, ksn });
  }

  encipher(name: string, format: PinBlockFormat, pin: string, pan: string, random: Random): Enciphered | KeyProblem {
    const key = this.#keys.get(name);
    if (key === undefined) return 'keyNotFound';
    if (!isPinKey(key)) return 'useViolation';
    if ((key.algorithm === 'A') !== (format === 4)) return 'algorithmNotSupported';
    const made = encipherUnder(key, format, pin, pan, random);
    if (made === null) return 'dukptOverflow';
    if (made.ksn !== null) this.#keys.set(name, { ...key, ksn: made.ksn });
    return made;
  }

  #load(name: string, key: StoredKey): Buffer {
    this.#keys.set(name, key);
    return Buffer.from(checkValueOf(key.algorithm, key.key));
  }
}

function isPinKey({ usage }: StoredKey): boolean {
  return usage === 'P0' || usage === 'B1';
}

/** Optional block KS: 20 hex digits of a TDES key serial number; IK: 16 of the initial key id of AES. The counter begins at nothing. */
function initialKsn(algorithm: 'T' | 'A', blocks: readonly { readonly id: string; readonly data: string }[]): Buffer | null {
  const [id, chars] = algorithm === 'T' ? ['KS', 20] : ['IK', 16];
  const data = blocks.find((block) => block.id === id)?.data ?? '';
  if (data.length !== chars || !/^[0-9A-F]+$/.test(data)) return null;
  return algorithm === 'T' ? Buffer.from(data, 'hex') : Buffer.concat([Buffer.from(data, 'hex'), Buffer.alloc(4)]);
}
