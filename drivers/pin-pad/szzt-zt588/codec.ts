import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { PinFormat } from '../../interfaces/pin-pad.ts';

/** Texts of commands and answers. [scanners-pinpads-misc §2.1]; commands marked "key block set" are of README §"Key block set". */

/** Types of keys in command '2'. */
const KEY_TYPES = { master: '2', pin: '3', mac: '5', data: '6' } as const;
export type KeyUse = keyof typeof KEY_TYPES;

/** Format characters of command '6'; `$` is of the key block set. */
const FORMAT_CHARACTERS: Readonly<Record<PinFormat, string>> = { iso0: ' ', iso1: '!', iso3: '#', iso4: '$' };
/** No hint on the pad's own display. */
const HINT = '0';

/** Control parameters of command '5' with the character or number that they take. */
export type Control =
  | { readonly control: 'reset' | 'inputOff' | 'inputOn' | 'soundOff' | 'soundOn' | 'hexMode' }
  | { readonly control: NumberControl; readonly value: number };
type NumberControl = 'timeLimitS' | 'mask' | 'lengthMin' | 'lengthMax';
const MISC: Readonly<Record<Exclude<Control['control'], NumberControl>, string>> = { reset: '030', inputOff: '032', inputOn: '033', soundOff: '034', soundOn: '035', hexMode: '637' };
const NUMBERS: Readonly<Record<NumberControl, string>> = { timeLimitS: '2', mask: '3', lengthMin: '4', lengthMax: '5' };

export type Command =
  | { readonly verb: 'query' }
  | { readonly verb: 'scanTable'; readonly codes: readonly number[] }
  | ({ readonly verb: 'control' } & Control)
  | { readonly verb: 'startPin'; readonly keyIndex: string; readonly format: PinFormat; readonly digits: number; readonly pan: string }
  | { readonly verb: 'getPin' }
  | { readonly verb: 'loadKey'; readonly underIndex: string; readonly keyIndex: string; readonly use: KeyUse; readonly cryptogramHex: string }
  /** Key block set. */
  | { readonly verb: 'loadKeyBlock'; readonly keyIndex: string; readonly keySerialNumberHex: string; readonly keyBlock: string };
export type Verb = Command['verb'];

/** Usual table: what a key sends when no PIN is entered. [scanners-pinpads-misc §2.1] */
export const SCAN_CODES: readonly number[] = [...Buffer.from('3132331B34353608373839072E30230D4143454742444648', 'hex')];

/** @param keyIndex  two hex digits: TMK 20, TPK 30 … @param cryptogramHex  16, 32 or 48 digits */
export function encodeCommand(command: Command): Buffer {
  return Buffer.from(textOf(command), 'latin1');
}

function textOf(command: Command): string {
  switch (command.verb) {
    case 'query':
      return '3';
    case 'scanTable':
      return `4${command.codes.map(hex2).join('')}`;
    case 'control':
      return `5${'value' in command ? NUMBERS[command.control] + hex2(command.value) : MISC[command.control]}`;
    case 'startPin':
      return `6${command.keyIndex}${FORMAT_CHARACTERS[command.format]}${HINT}${String(command.digits).padStart(2, '0')}${panText(command.format, command.pan)}`;
    case 'getPin':
      return '7';
    case 'loadKey':
      // "Size + 1": 1 single, 2 double, 3 triple length.
      return `2${command.underIndex}${command.keyIndex}${KEY_TYPES[command.use]}${command.cryptogramHex.length / 16}${command.cryptogramHex}`;
    case 'loadKeyBlock':
      return `8${command.keyIndex}${hex2(command.keySerialNumberHex.length)}${command.keySerialNumberHex}${command.keyBlock}`;
  }
}

/** The 12 digits that enter the block, as in the published frame; whether a pad takes the full number as well is [unverified]. Format 4 needs it in full. */
function panText(format: PinFormat, pan: string): string {
  return format === 'iso4' ? pan : pan.slice(0, -1).slice(-12).padStart(12, '0');
}

const hex2 = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');

export interface Refusal {
  readonly means: string;
  /** null: says something about the command, not about the pad. */
  readonly code: ErrorCode | null;
}

export const REFUSALS: ReadonlyMap<number, Refusal> = new Map<number, Refusal>([
  [0xe0, { means: 'battery low', code: 'PIN_BATTERY_LOW' }],
  [0xe1, { means: 'IMK must be loaded', code: 'PIN_KEYS_MISSING' }],
  [0xe2, { means: 'TMK must be loaded', code: 'PIN_KEYS_MISSING' }],
  [0xe3, { means: 'unexpected key size', code: null }],
  [0xe4, { means: 'key not found', code: 'PIN_KEYS_MISSING' }],
  [0xe5, { means: 'key not found or not compatible', code: null }],
  [0xe6, { means: 'key parity wrong', code: null }],
  [0xe7, { means: 'key not valid', code: null }],
  [0xe8, { means: 'wrong command length', code: 'LNK_PROTOCOL' }],
  [0xe9, { means: 'wrong data', code: null }],
  [0xeb, { means: 'wrong parameter', code: 'LNK_PROTOCOL' }],
  [0xec, { means: 'authentication needed', code: 'PIN_AUTHENTICATION' }],
  [0xed, { means: 'authentication locked for a while', code: 'PIN_AUTHENTICATION' }],
  [0xee, { means: 'input timed out', code: null }],
  [0xef, { means: 'general error', code: 'PIN_FAILURE' }],
]);
export const INPUT_TIMED_OUT = 0xee;

export interface PadSettings {
  /** Flag b0: no IMK, blank. */
  readonly isBlank: boolean;
  readonly isInputOn: boolean;
  readonly model: string;
  readonly firmware: string;
  readonly serialNumber: string;
}

export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'settings'; readonly settings: PadSettings }
  | { readonly kind: 'pinBlock'; readonly digitCount: number; readonly block: Buffer; readonly keySerialNumber: Buffer | null }
  | { readonly kind: 'checkValue'; readonly checkValue: Buffer };

/** Status, user text 50, scan codes 48, settings 20, function 8, model 6, hardware 3, software 3, date 4, serial 4. */
const QUERY_TEXT_BYTES = 147;

/**
 * An answer does not say what it answers: its shape must fit the command in flight, so that a late block is never taken for something else.
 * @param text  1 byte at least
 */
export function decodeAnswer(verb: Verb, text: Uint8Array): Result<Answer, 'badShape'> {
  const status = text[0]!;
  // EA is in no table; all of E0 to EF are errors.
  if ((status & 0xf0) === 0xe0) return text.length === 1 ? ok({ kind: 'refused', status }) : err('badShape');
  const payload = Buffer.from(text.subarray(1)).toString('latin1');
  switch (verb) {
    case 'query':
      return text.length === QUERY_TEXT_BYTES ? settingsOf(payload) : err('badShape');
    case 'getPin':
      return pinBlockOf(payload);
    case 'loadKey':
    case 'loadKeyBlock':
      return /^(?:[0-9A-F]{2}){3,8}$/.test(payload) ? ok({ kind: 'checkValue', checkValue: Buffer.from(payload, 'hex') }) : err('badShape');
    default:
      return payload === '' ? ok({ kind: 'done' }) : err('badShape');
  }
}

function settingsOf(payload: string): Result<Answer, 'badShape'> {
  const flags = Number.parseInt(payload.slice(98, 100), 16);
  if (Number.isNaN(flags)) return err('badShape');
  const readable = (text: string) => text.replace(/[^\x20-\x7e]/g, '').trim();
  return ok({
    kind: 'settings',
    settings: { isBlank: (flags & 1) !== 0, isInputOn: (flags & 2) !== 0, model: readable(payload.slice(126, 132)), firmware: readable(payload.slice(135, 138)), serialNumber: readable(payload.slice(142, 146)) },
  });
}

/** Track 2, length 2, block 16; in the key block set 32 for format 4, and then the key serial number (20 or 24). */
function pinBlockOf(payload: string): Result<Answer, 'badShape'> {
  const match = /^\d{2}(\d{2})([0-9A-F]{16}|[0-9A-F]{32})(?:K([0-9A-F]{20}|[0-9A-F]{24}))?$/.exec(payload);
  if (match === null) return err('badShape');
  const [, digits, block, keySerialNumber] = match;
  return ok({ kind: 'pinBlock', digitCount: Number(digits), block: Buffer.from(block!, 'hex'), keySerialNumber: keySerialNumber === undefined ? null : Buffer.from(keySerialNumber, 'hex') });
}
