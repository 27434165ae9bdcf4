import type { Random } from '../../../main/foundation/random.ts';
import { cbcDecrypt, tdes } from '../crypto/block-cipher.ts';
import type { BlockCipher } from '../crypto/block-cipher.ts';
import { checkValueOf, unwrapKeyBlock } from '../crypto/key-block.ts';
import type { PinBlockFormat } from '../crypto/pin-block.ts';
import { encipherUnder } from '../crypto/pin-key.ts';

export interface PadKey {
  readonly use: 'imk' | 'master' | 'pin' | 'mac' | 'data' | 'dukptInitial';
  readonly algorithm: 'T' | 'A';
  readonly key: Buffer;
  /** Of the transaction that comes next; only with `dukptInitial`. */
  readonly ksn?: Buffer;
}

/** Status bytes. [scanners-pinpads-misc §2.1] */
export const STATUS = { noImk: 0xe1, noTmk: 0xe2, keySize: 0xe3, notFound: 0xe4, notCompatible: 0xe5, keyInvalid: 0xe7, data: 0xe9, authentication: 0xec, locked: 0xed, general: 0xef } as const;
export type Refused = (typeof STATUS)[keyof typeof STATUS];

export const IMK_INDEX = '80';
export const TMK_INDEX = '20';
const TYPES: Readonly<Record<string, PadKey['use']>> = { '2': 'master', '3': 'pin', '5': 'mac', '6': 'data' };
const USAGES: Readonly<Record<string, PadKey['use']>> = { P0: 'pin', B1: 'dukptInitial', K0: 'master', K1: 'master', D0: 'data', M1: 'mac', M3: 'mac', M6: 'mac' };

/** The keys inside the pad: battery backed, gone when it is opened. */
export class KeyStore {
  readonly #keys = new Map<string, PadKey>();

  constructor(keys: Readonly<Record<string, PadKey>>) {
    for (const [index, key] of Object.entries(keys)) this.#keys.set(index, key);
  }

  get isBlank(): boolean {
    return !this.#keys.has(IMK_INDEX);
  }

  /** The tamper switch. */
  erase(): void {
    this.#keys.clear();
  }

  eraseOne(index: string): boolean {
    return this.#keys.delete(index);
  }

  /** For the world: which keys there are, by check value. */
  rows(): readonly { readonly index: string; readonly use: string; readonly checkValue: string }[] {
    return [...this.#keys].map(([index, { use, algorithm, key }]) => ({ index, use, checkValue: hex(checkValueOf(algorithm, key)) }));
  }

  /** What stands in the way of any work with keys. */
  missing(): Refused | null {
    if (this.isBlank) return STATUS.noImk;
    return this.#keys.has(TMK_INDEX) ? null : STATUS.noTmk;
  }

  has(index: string): boolean {
    return this.#keys.has(index);
  }

  masterCipher(): BlockCipher {
    return tdes(this.#keys.get(TMK_INDEX)!.key);
  }

  /** Command '2'. @returns the check value in hex */
  loadUnder(underIndex: string, index: string, type: string, cryptogramHex: string): string | Refused {
    const under = this.#keys.get(underIndex);
    const use = TYPES[type];
    if (under === undefined) return STATUS.notFound;
    if (use === undefined || under.use !== 'master' || under.algorithm !== 'T') return STATUS.notCompatible;
    const cryptogram = Buffer.from(cryptogramHex, 'hex');
    const cipher = tdes(under.key);
    const key = Buffer.concat(Array.from({ length: cryptogram.length / 8 }, (_, index8) => cbcDecrypt(cipher, Buffer.alloc(8), cryptogram.subarray(index8 * 8, index8 * 8 + 8))));
    return this.#load(index, { use, algorithm: 'T', key });
  }

  /** Command '8', ours: under the master key that fits the block's version. */
  loadBlock(index: string, block: string, ksnHex: string): string | Refused {
    const algorithm = block.startsWith('D') ? 'A' : 'T';
    const protection = [...this.#keys.values()].find((key) => key.use === 'master' && key.algorithm === algorithm);
    if (protection === undefined) return STATUS.notFound;
    const unwrapped = unwrapKeyBlock(protection.key, block);
    if (!unwrapped.ok) return STATUS.keyInvalid;
    const { header, key } = unwrapped.value;
    const use = USAGES[header.usage];
    if (use === undefined || (header.algorithm !== 'T' && header.algorithm !== 'A')) return STATUS.notCompatible;
    if ((use === 'dukptInitial') !== (ksnHex !== '')) return STATUS.data;
    const isFitting = use !== 'dukptInitial' || ksnHex.length === (header.algorithm === 'T' ? 20 : 24);
    if (!isFitting || ![16, 24, 32].includes(key.length)) return STATUS.keySize;
    return this.#load(index, { use, algorithm: header.algorithm, key, ...(use === 'dukptInitial' ? { ksn: Buffer.from(ksnHex, 'hex') } : {}) });
  }

  /** Whether a PIN can be taken for this key and format. */
  fits(index: string, format: PinBlockFormat): Refused | null {
    const key = this.#keys.get(index);
    if (key === undefined) return STATUS.notFound;
    const isPinKey = key.use === 'pin' || key.use === 'dukptInitial';
    return isPinKey && (key.algorithm === 'A') === (format === 4) ? null : STATUS.notCompatible;
  }

  /** The block in hex; a DUKPT key moves on with it. */
  encipher(index: string, format: PinBlockFormat, pin: string, pan: string, random: Random): { readonly block: string; readonly ksn: string | null } | Refused {
    const key = this.#keys.get(index);
    if (key === undefined) return STATUS.notFound;
    const made = encipherUnder(key, format, pin, pan, random);
    if (made === null) return STATUS.keyInvalid;
    if (made.ksn !== null) this.#keys.set(index, { ...key, ksn: made.ksn });
    return { block: hex(made.block), ksn: made.ksn === null ? null : hex(made.ksn) };
  }

  #load(index: string, key: PadKey): string {
    this.#keys.set(index, key);
    return hex(checkValueOf(key.algorithm, key.key));
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
