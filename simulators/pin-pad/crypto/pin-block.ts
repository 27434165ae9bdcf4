import type { Random } from '../../../main/foundation/random.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { assert } from '../../../main/foundation/assert.ts';
import type { BlockCipher } from './block-cipher.ts';
import { xor } from './block-cipher.ts';

/** ISO 9564-1 PIN blocks, for the pad and for whoever plays the issuer in a test. [scanners-pinpads-misc §2.3] */
export type PinBlockFormat = 0 | 1 | 3 | 4;
export type PinBlockProblem = 'badFormat' | 'badLength' | 'badDigit' | 'badFill';

const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 12;

/** @param pan  digits with the check digit @param random  fills formats 1, 3 and 4 @returns the enciphered block, 8 bytes, or 16 for format 4 */
export function encipherPinBlock(format: PinBlockFormat, cipher: BlockCipher, pin: string, pan: string, random: Random): Buffer {
  assert(cipher.blockBytes === (format === 4 ? 16 : 8), 'formats 0, 1 and 3 go with TDES, format 4 with AES');
  if (format === 4) return cipher.encrypt(xor(cipher.encrypt(pinField(format, pin, random)), panField4(pan)));
  return cipher.encrypt(clearBlock(format, pin, pan, random));
}

/** @error what is wrong with the clear block: another key, another card, or no block at all */
export function decipherPinBlock(format: PinBlockFormat, cipher: BlockCipher, block: Uint8Array, pan: string): Result<string, PinBlockProblem> {
  const outer = cipher.decrypt(block);
  const field = format === 4 ? cipher.decrypt(xor(outer, panField4(pan))) : format === 1 ? outer : xor(outer, panField0(pan));
  return readPinField(format, field);
}

/** Formats 0, 1 and 3 before the cipher. */
export function clearBlock(format: 0 | 1 | 3, pin: string, pan: string, random: Random): Buffer {
  const field = pinField(format, pin, random);
  return format === 1 ? field : xor(field, panField0(pan));
}

/** Control digit, length, PIN, fill: `F` in format 0, any digit in 1, `A` to `F` in 3, `A` and then eight random bytes in 4. */
export function pinField(format: PinBlockFormat, pin: string, random: Random): Buffer {
  assert(/^\d{4,12}$/.test(pin), 'a PIN has 4 to 12 digits');
  const head = `${format}${pin.length.toString(16)}${pin}`;
  const fillOne = format === 0 ? () => 'f' : format === 4 ? () => 'a' : format === 3 ? () => (10 + randomInteger(random, 6)).toString(16) : () => randomInteger(random, 16).toString(16);
  const field = Buffer.from(head + Array.from({ length: 16 - head.length }, fillOne).join(''), 'hex');
  return format === 4 ? Buffer.concat([field, random.bytes(8)]) : field;
}

/** Four zeros and the 12 digits before the check digit. */
export function panField0(pan: string): Buffer {
  return Buffer.from(`0000${pan.slice(0, -1).slice(-12).padStart(12, '0')}`, 'hex');
}

/** Length above 12, the digits from the left, zeros. */
export function panField4(pan: string): Buffer {
  return Buffer.from(`${Math.max(0, pan.length - 12).toString(16)}${pan.padStart(12, '0')}`.padEnd(32, '0'), 'hex');
}

function readPinField(format: PinBlockFormat, field: Buffer): Result<string, PinBlockProblem> {
  const digits = field.toString('hex').slice(0, 16);
  if (digits[0] !== String(format)) return err('badFormat');
  const length = Number.parseInt(digits[1]!, 16);
  if (length < PIN_DIGITS_MIN || length > PIN_DIGITS_MAX) return err('badLength');
  const pin = digits.slice(2, 2 + length);
  if (!/^\d+$/.test(pin)) return err('badDigit');
  const fill = digits.slice(2 + length);
  const allowed = format === 0 ? /^f*$/ : format === 3 ? /^[a-f]*$/ : format === 4 ? /^a*$/ : /^[0-9a-f]*$/;
  return allowed.test(fill) ? ok(pin) : err('badFill');
}
