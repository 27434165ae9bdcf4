import { timingSafeEqual } from 'node:crypto';
import type { Random } from '../../../main/foundation/random.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { BlockCipher } from './block-cipher.ts';
import { aes, cbcDecrypt, cbcEncrypt, cmac, tdes } from './block-cipher.ts';

/** ASC X9 TR-31 / X9.143, versions B (TDES) and D (AES); A and C, whose keys are variants, are refused. [scanners-pinpads-misc §2.6] */
export interface KeyBlockHeader {
  readonly version: 'B' | 'D';
  /** `P0` PIN encryption, `K0` key encryption, `K1` key block protection, `B1` initial DUKPT key … */
  readonly usage: string;
  /** `T` TDES, `A` AES … */
  readonly algorithm: string;
  readonly modeOfUse: string;
  readonly keyVersion: string;
  readonly exportability: string;
  /** Id and data of each, in order. */
  readonly optionalBlocks: readonly { readonly id: string; readonly data: string }[];
}

export type KeyBlockProblem = 'malformed' | 'unsupportedVersion' | 'badMac' | 'badKeyLength' | 'wrongProtectionKey';

const HEADER_CHARS = 16;
const BLOCK_CHARS_MAX = 9_992;

interface Layout {
  readonly macBytes: number;
  readonly cipherOf: (key: Uint8Array) => BlockCipher;
  /** Algorithm number in the derivation of the block's own keys, by length of the protection key. */
  readonly algorithms: Readonly<Record<number, number>>;
}
const LAYOUTS: Readonly<Record<'B' | 'D', Layout>> = {
  B: { macBytes: 8, cipherOf: tdes, algorithms: { 16: 0x0000, 24: 0x0001 } },
  D: { macBytes: 16, cipherOf: aes, algorithms: { 16: 0x0002, 24: 0x0003, 32: 0x0004 } },
};
const FOR_ENCRYPTION = 0x0000;
const FOR_MAC = 0x0001;

/** Header fields without touching the key: nothing of it is proven before `unwrapKeyBlock`. */
export function readKeyBlockHeader(block: string): Result<KeyBlockHeader & { readonly headerChars: number }, KeyBlockProblem> {
  const head = /^([A-Z])(\d{4})([0-9A-Z]{2})([0-9A-Z])([0-9A-Z])([0-9A-Zc]{2})([0-9A-Z])(\d{2})00/.exec(block);
  if (head === null || block.length > BLOCK_CHARS_MAX || Number(head[2]) !== block.length) return err('malformed');
  const [, version, , usage, algorithm, modeOfUse, keyVersion, exportability, count] = head;
  if (version !== 'B' && version !== 'D') return err('unsupportedVersion');
  const optionalBlocks: { id: string; data: string }[] = [];
  let offset = HEADER_CHARS;
  for (let index = 0; index < Number(count); index++) {
    const id = block.slice(offset, offset + 2);
    const chars = Number.parseInt(block.slice(offset + 2, offset + 4), 16);
    // Extended lengths (00) are not met with keys of a PIN pad.
    if (!/^[0-9A-Z]{2}$/.test(id) || !(chars >= 4) || offset + chars > block.length) return err('malformed');
    optionalBlocks.push({ id, data: block.slice(offset + 4, offset + chars) });
    offset += chars;
  }
  return ok({ version, usage: usage!, algorithm: algorithm!, modeOfUse: modeOfUse!, keyVersion: keyVersion!, exportability: exportability!, optionalBlocks, headerChars: offset });
}

/** @param protectionKey  of the kind that the version needs @error badMac: another protection key, or one changed character */
export function unwrapKeyBlock(protectionKey: Uint8Array, block: string): Result<{ readonly header: KeyBlockHeader; readonly key: Buffer }, KeyBlockProblem> {
  const read = readKeyBlockHeader(block);
  if (!read.ok) return read;
  const { headerChars, ...header } = read.value;
  const layout = LAYOUTS[header.version];
  if (layout.algorithms[protectionKey.length] === undefined) return err('wrongProtectionKey');
  const body = block.slice(headerChars);
  if (!/^(?:[0-9A-F]{2})+$/.test(body)) return err('malformed');
  const bytes = Buffer.from(body, 'hex');
  const cipher = layout.cipherOf(ownKey(layout, protectionKey, FOR_ENCRYPTION));
  const enciphered = bytes.subarray(0, -layout.macBytes);
  if (enciphered.length < cipher.blockBytes || enciphered.length % cipher.blockBytes !== 0) return err('malformed');
  const mac = bytes.subarray(-layout.macBytes);
  const clear = cbcDecrypt(cipher, mac, enciphered);
  if (!timingSafeEqual(mac, macOf(layout, protectionKey, block.slice(0, headerChars), clear))) return err('badMac');
  const keyBits = clear.readUInt16BE(0);
  if (keyBits === 0 || keyBits % 8 !== 0 || 2 + keyBits / 8 > clear.length) return err('badKeyLength');
  return ok({ header, key: Buffer.from(clear.subarray(2, 2 + keyBits / 8)) });
}

/** @param padding  fills the last block; random in the field, given in a published example */
export function wrapKeyBlock(protectionKey: Uint8Array, header: KeyBlockHeader, key: Uint8Array, padding: Random): string {
  const layout = LAYOUTS[header.version];
  const cipher = layout.cipherOf(ownKey(layout, protectionKey, FOR_ENCRYPTION));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(key.length * 8);
  const unpadded = Buffer.concat([length, key]);
  const padBytes = (cipher.blockBytes - (unpadded.length % cipher.blockBytes)) % cipher.blockBytes;
  const clear = Buffer.concat([unpadded, padding.bytes(padBytes)]);
  const optional = header.optionalBlocks.map(({ id, data }) => `${id}${(data.length + 4).toString(16).toUpperCase().padStart(2, '0')}${data}`).join('');
  const chars = HEADER_CHARS + optional.length + 2 * (clear.length + layout.macBytes);
  const text = `${header.version}${String(chars).padStart(4, '0')}${header.usage}${header.algorithm}${header.modeOfUse}${header.keyVersion}${header.exportability}${String(header.optionalBlocks.length).padStart(2, '0')}00${optional}`;
  const mac = macOf(layout, protectionKey, text, clear);
  return text + Buffer.concat([cbcEncrypt(cipher, mac, clear), mac]).toString('hex').toUpperCase();
}

function macOf(layout: Layout, protectionKey: Uint8Array, header: string, clear: Uint8Array): Buffer {
  return cmac(layout.cipherOf(ownKey(layout, protectionKey, FOR_MAC)), Buffer.concat([Buffer.from(header, 'latin1'), clear]));
}

/** CMAC of the protection key over: counter, usage, 00, algorithm, bits; as often as the key is long. */
function ownKey(layout: Layout, protectionKey: Uint8Array, usage: number): Buffer {
  const cipher = layout.cipherOf(protectionKey);
  const parts = Array.from({ length: Math.ceil(protectionKey.length / cipher.blockBytes) }, (_, index) => {
    const data = Buffer.alloc(8);
    data.writeUInt8(index + 1, 0);
    data.writeUInt16BE(usage, 1);
    data.writeUInt16BE(layout.algorithms[protectionKey.length]!, 4);
    data.writeUInt16BE(protectionKey.length * 8, 6);
    return cmac(cipher, data);
  });
  return Buffer.concat(parts).subarray(0, protectionKey.length);
}

/** First bytes of a cipher over zeros, by which people compare keys: TDES 3 or 4 bytes of ECB, AES 5 bytes of CMAC. [scanners-pinpads-misc §2.1] */
export function checkValueOf(algorithm: 'T' | 'A', key: Uint8Array): Buffer {
  return algorithm === 'T' ? tdes(key).encrypt(Buffer.alloc(8)).subarray(0, 4) : cmac(aes(key), Buffer.alloc(16)).subarray(0, 5);
}
