import { z } from 'zod';
import type { EncryptionState, KeyImport, PinFormat, PinPadCapabilities } from '../../interfaces/pin-pad.ts';
import type { Payload } from '../../xfs4iot/messages.ts';

/** Payloads of Keyboard, PinPad and KeyManagement, as far as our PIN pad needs them. [xfs4iot §10] */

const PIN_LENGTH_MIN = 4;
const PIN_LENGTH_MAX = 12;
const KEYS_MAX = 200;

const capabilitiesSchema = z.looseObject({
  pinPad: z.looseObject({ pinFormats: z.record(z.string(), z.unknown()).nullish(), setPinblockDataRequired: z.boolean().nullish() }).nullish(),
  keyManagement: z
    .looseObject({
      keyAttributes: z.record(z.string(), z.unknown()).nullish(),
      keyBlockImportFormats: z.record(z.string(), z.unknown()).nullish(),
      symmetricKeyManagementMethods: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
});

export interface PadAbilities {
  readonly capabilities: PinPadCapabilities;
  /** SetPinBlockData goes before the PIN and must equal what asks for the block. */
  readonly needsDataFirst: boolean;
}

export const NO_ABILITIES: PadAbilities = { capabilities: { pinLengthMin: PIN_LENGTH_MIN, pinLengthMax: PIN_LENGTH_MAX, iso0: false, iso1: false, iso3: false, iso4: false, dukpt: false, keyBlocks: false }, needsDataFirst: false };

/** @param capabilities  payload of Common.Capabilities */
export function abilitiesOf(capabilities: unknown): PadAbilities {
  const told = capabilitiesSchema.safeParse(capabilities).data;
  const formats = told?.pinPad?.pinFormats ?? {};
  const { keyAttributes, keyBlockImportFormats, symmetricKeyManagementMethods } = told?.keyManagement ?? {};
  const has = (format: PinFormat) => formats[format] === true;
  return {
    capabilities: {
      ...NO_ABILITIES.capabilities, iso0: has('iso0'), iso1: has('iso1'), iso3: has('iso3'), iso4: has('iso4'),
      dukpt: symmetricKeyManagementMethods?.['tdesDukpt'] === true || keyAttributes?.['B1'] !== undefined,
      // Versions A and C, whose keys are variants, are not loaded. [scanners-pinpads-misc §2.6]
      keyBlocks: keyBlockImportFormats?.['B'] === true || keyBlockImportFormats?.['D'] === true,
    },
    needsDataFirst: told?.pinPad?.setPinblockDataRequired === true,
  };
}

const statusSchema = z.looseObject({ keyManagement: z.looseObject({ encryptionState: z.string().nullish() }).nullish() });
const STATES: Readonly<Record<string, EncryptionState>> = { ready: 'ready', busy: 'ready', notInitialized: 'notInitialised', initialized: 'notReady', notReady: 'notReady' };

/** @param status  payload of Common.Status. `initialized`: keys can be loaded, no working key is there yet. */
export function encryptionStateOf(status: Payload): EncryptionState {
  return STATES[statusSchema.safeParse(status).data?.keyManagement?.encryptionState ?? ''] ?? 'unknown';
}

const keyDetailsSchema = z.looseObject({ keyDetails: z.record(z.string(), z.looseObject({ loaded: z.string().nullish() })).nullish() });

/** Names of the keys that the pad holds ready for use. */
export function loadedKeysOf(payload: Payload): ReadonlySet<string> {
  const details = Object.entries(keyDetailsSchema.safeParse(payload).data?.keyDetails ?? {});
  return new Set(details.slice(0, KEYS_MAX).filter(([, detail]) => detail.loaded === 'yes').map(([name]) => name));
}

const DIGIT_KEYS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;
const MUST_BE_WITHHELD: readonly unknown[] = [...DIGIT_KEYS, 'doubleZero', 'tripleZero'];

/** Digits, clear, and the two keys that end the entry. */
export function pinEntryPayload(lengthMin: number, lengthMax: number): Payload {
  const going = Object.fromEntries([...DIGIT_KEYS, 'clear'].map((key) => [key, { terminate: false }]));
  return { minLen: lengthMin, maxLen: lengthMax, autoEnd: false, activeKeys: { ...going, enter: { terminate: true }, cancel: { terminate: true } } };
}

/** What a KeyEvent tells; `clearDigit`: which digit it was, which must never be told. It is not looked at further. */
export function keyOf({ completion, digit }: Payload): 'digit' | 'clear' | 'enter' | 'cancel' | 'clearDigit' | null {
  if (MUST_BE_WITHHELD.includes(digit) || (typeof digit === 'string' && /^[\da-f]+$/i.test(digit)) || typeof digit === 'number') return 'clearDigit';
  if (completion === 'clear' || digit === 'clear') return 'clear';
  if (completion === 'enter' || completion === 'auto') return 'enter';
  if (completion === 'cancel') return 'cancel';
  return completion === 'continue' ? 'digit' : null;
}

export const enteredSchema = z.looseObject({ digits: z.number().int().min(0).max(99), completion: z.string(), pinKeys: z.unknown().optional(), keys: z.unknown().optional() });

/** Input of GetPinBlock, the same before the PIN where the service wants it there. */
export function pinBlockPayload(options: { readonly format: PinFormat; readonly key: string; readonly pan: string; readonly transactionDigits: string }): Payload {
  const { format, key, pan, transactionDigits } = options;
  // Formats 0 and 3 take the card number without its check digit, 1 ten digits of the transaction; 4 the number in full [unverified].
  const customerData = format === 'iso1' ? transactionDigits : format === 'iso4' ? pan : pan.slice(0, -1);
  return { customerData, padding: 15, format, key, cryptoMethod: 'ecb' };
}

const ksnSchema = z.looseObject({ ksn: z.string() });

/** Key serial number of the block that follows, 10 or 12 bytes; the event has stood in three interfaces. [xfs4iot §10, §14.4] */
export function keySerialNumberOf(events: readonly { readonly name: string; readonly payload: Payload }[]): Uint8Array | null {
  const told = events.findLast((event) => event.name.endsWith('.DUKPTKSNEvent'));
  const ksn = Buffer.from(ksnSchema.safeParse(told?.payload).data?.ksn ?? '', 'base64');
  return ksn.length === 10 || ksn.length === 12 ? new Uint8Array(ksn) : null;
}

/** Usage, algorithm and mode of use of TR-31 by our use; a PIN key enciphers only. */
const ATTRIBUTES = { master: ['K0', 'D'], pin: ['P0', 'E'], mac: ['M3', 'G'], data: ['D0', 'B'] } as const;
const KEY_BLOCK = /^([BD])(\d{4})([0-9A-Z]{2})([AT])([0-9A-Z])[0-9A-Za-z ]{31,9983}$/;

export interface KeyNames {
  /** In the pad, by the name that the core uses; undefined: not configured. */
  (name: string): string | undefined;
}

/** @returns what is wrong with it, as text */
export function importPayload(request: KeyImport, nameOf: KeyNames): Payload | string {
  const key = nameOf(request.keyName);
  if (key === undefined) return 'no such key is configured';
  const checked = { constructing: false, verifyAttributes: { cryptoMethod: 'kcvZero' } };
  if (request.kind === 'underKey') {
    const decryptKey = nameOf(request.underKeyName);
    if (decryptKey === undefined) return 'no such key is configured';
    if (![8, 16, 24].includes(request.cryptogram.length)) return 'a cryptogram has 8, 16 or 24 bytes';
    const [keyUsage, modeOfUse] = ATTRIBUTES[request.use];
    return { key, keyAttributes: { keyUsage, algorithm: 'T', modeOfUse }, value: Buffer.from(request.cryptogram).toString('base64'), decryptKey, decryptMethod: 'ecb', ...checked };
  }
  const head = KEY_BLOCK.exec(request.keyBlock);
  if (head === null || Number(head[2]) !== request.keyBlock.length) return 'not a key block';
  // ImportKey has no field for it: it stands in the block itself, as optional block KS or IK.
  if (request.keySerialNumber !== undefined && !/^.{16}(?:..[0-9A-F]{2}.*)?(?:KS|IK)/.test(request.keyBlock)) return 'the key serial number of a key block stands inside it, optional block KS or IK';
  const decryptKey = (head[1] === 'D' ? nameOf('masterAes') : undefined) ?? nameOf('master');
  if (decryptKey === undefined) return 'no key named master is configured';
  return { key, keyAttributes: { keyUsage: head[3]!, algorithm: head[4]!, modeOfUse: head[5]! }, value: Buffer.from(request.keyBlock, 'latin1').toString('base64'), decryptKey, ...checked };
}
