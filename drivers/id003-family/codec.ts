/** Operation commands are answered by ACK or INVALID COMMAND; requests by their own code and data; settings by their echo. [id003 §4, §5] */
export const OPERATION_CODES = { reset: 0x40, stack1: 0x41, stack2: 0x42, return: 0x43, hold: 0x44, wait: 0x45, stack3: 0x49 } as const;
export const REQUEST_CODES = { statusRequest: 0x11, denominationRequest: 0x80, versionRequest: 0x88, bootVersionRequest: 0x89, currencyAssignRequest: 0x8a } as const;
export const SETTING_CODES = { setDenomination: 0xc0, setSecurity: 0xc1, setCommunicationMode: 0xc2, setInhibit: 0xc3, setDirection: 0xc4, setOptionalFunction: 0xc5 } as const;
export const ACK = 0x50;
export const INVALID_COMMAND = 0x4b;
/** First byte of frames of the recycler extension, then the unit. [id003 §2, §9] */
export const EXTENSION = 0xf0;
export const RECYCLER_UNIT = 0x20;

/** Behind F0 20; the whole extension beyond 4A 4B 4D D0 90 A2 1A is [unverified]. [id003 §9] */
export const RECYCLER_CODES = { recyclerStatus: 0x1a, payOut: 0x4a, collect: 0x4b, emergencyStop: 0x4d, setRecycleCurrency: 0xd0, recycleCurrency: 0x90, currentCount: 0xa2 } as const;

export type Operation = keyof typeof OPERATION_CODES;
export type Request = keyof typeof REQUEST_CODES;
export type Setting = keyof typeof SETTING_CODES;
export type Id003Command = { readonly command: Operation | Request | 'ack' } | { readonly command: Setting; readonly data: readonly number[] }
  /** `data`: code of the extension and its bytes. */
  | { readonly command: 'recycler'; readonly data: readonly number[] };

/** States without data. [id003 §6] */
export const STATE_CODES = {
  idling: 0x11, accepting: 0x12, stacking: 0x14, vendValid: 0x15, stacked: 0x16, returning: 0x18, holding: 0x19, disabled: 0x1a, initialize: 0x1b,
  powerUp: 0x40, powerUpBillInAcceptor: 0x41, powerUpBillInStacker: 0x42, stackerFull: 0x43, stackerOpen: 0x44, jamInAcceptor: 0x45, jamInStacker: 0x46,
  pause: 0x47, cheated: 0x48, communicationError: 0x4a,
} as const;
/** States with a byte behind the code: the note, the reason, the part. */
export const DATA_STATE_CODES = { escrow: 0x13, rejecting: 0x17, failure: 0x49 } as const;
/** Of the recycler extension, in the normal status answer. [id003 §9, unverified] */
export const RECYCLER_STATE_CODES = { paying: 0x20, collecting: 0x21, collected: 0x22, payValid: 0x23, payStay: 0x24, returnToBox: 0x25, returnPayOutNote: 0x26, returnError: 0x2f, recyclerError: 0x4c } as const;

export type StateName = keyof typeof STATE_CODES | keyof typeof DATA_STATE_CODES | keyof typeof RECYCLER_STATE_CODES;
export type Id003State =
  | { readonly state: Exclude<StateName, 'escrow' | 'rejecting' | 'failure'> }
  /** `escrowCode` 61…68; 6F is a ticket. */
  | { readonly state: 'escrow'; readonly escrowCode: number; readonly ticket?: string }
  | { readonly state: 'rejecting'; readonly reason: number }
  | { readonly state: 'failure'; readonly code: number }
  | { readonly state: 'unknown'; readonly code: number; readonly rawHex: string };

export const ESCROW_CODE_MIN = 0x61;
export const ESCROW_CODE_MAX = 0x68;
export const ESCROW_CODE_TICKET = 0x6f;

const PLAIN_NAMES = new Map<number, StateName>([...Object.entries(STATE_CODES), ...Object.entries(RECYCLER_STATE_CODES)].map(([name, code]) => [code, name as StateName]));

export function encodeCommand(command: Id003Command): Buffer {
  if (command.command === 'ack') return Buffer.of(ACK);
  if (command.command === 'recycler') return Buffer.from([EXTENSION, RECYCLER_UNIT, ...command.data]);
  if ('data' in command) return Buffer.from([SETTING_CODES[command.command], ...command.data]);
  const codes: Readonly<Record<string, number>> = { ...OPERATION_CODES, ...REQUEST_CODES };
  return Buffer.of(codes[command.command]!);
}

/** null: no command of ours. */
export function decodeCommand(body: Uint8Array): Id003Command | null {
  const code = body[0]!;
  if (code === EXTENSION) return body[1] === RECYCLER_UNIT && body.length > 2 ? { command: 'recycler', data: [...body.subarray(2)] } : null;
  if (body.length > 1) {
    const setting = nameOf(SETTING_CODES, code);
    return setting === undefined ? null : { command: setting, data: [...body.subarray(1)] };
  }
  if (code === ACK) return { command: 'ack' };
  const name = nameOf(OPERATION_CODES, code) ?? nameOf(REQUEST_CODES, code);
  return name === undefined ? null : { command: name };
}

/** The answer to STATUS REQUEST. Total: what is not known is `unknown` with its bytes. Data behind a plain state (recyclers send the path with 16) is ignored. */
export function decodeState(body: Uint8Array): Id003State {
  const [code, data] = body;
  const unknown: Id003State = { state: 'unknown', code: code ?? 0, rawHex: Buffer.from(body).toString('hex') };
  if (code === undefined) return unknown;
  if (code === DATA_STATE_CODES.escrow) return data === undefined ? unknown : escrowOf(data, body) ?? unknown;
  if (code === DATA_STATE_CODES.rejecting) return data === undefined ? unknown : { state: 'rejecting', reason: data };
  if (code === DATA_STATE_CODES.failure) return data === undefined ? unknown : { state: 'failure', code: data };
  const name = PLAIN_NAMES.get(code);
  return name === undefined ? unknown : ({ state: name } as Id003State);
}

function escrowOf(escrowCode: number, body: Uint8Array): Id003State | null {
  if (escrowCode >= ESCROW_CODE_MIN && escrowCode <= ESCROW_CODE_MAX) return { state: 'escrow', escrowCode };
  if (escrowCode === ESCROW_CODE_TICKET) return { state: 'escrow', escrowCode, ticket: Buffer.from(body.subarray(2)).toString('latin1') };
  return null;
}

/** One record of the device's own table. Value = mantissa × 10^exponent, whole units. [id003 §8] */
export interface CurrencyRecord {
  readonly escrowCode: number;
  readonly countryCode: number;
  readonly mantissa: number;
  readonly exponent: number;
}

const RECORD_BYTES = 4;
/** 10^9 units is more than any note. */
const EXPONENT_MAX = 9;

/** Unused slots are left out, and a remainder shorter than a record too. @returns null when it is no such answer */
export function decodeCurrencyTable(body: Uint8Array): readonly CurrencyRecord[] | null {
  if (body[0] !== REQUEST_CODES.currencyAssignRequest || body.length < 1 + RECORD_BYTES) return null;
  const records: CurrencyRecord[] = [];
  for (let offset = 1; offset + RECORD_BYTES <= body.length; offset += RECORD_BYTES) {
    const [escrowCode, countryCode, mantissa, exponent] = body.subarray(offset, offset + RECORD_BYTES) as unknown as [number, number, number, number];
    if (mantissa > 0 && exponent <= EXPONENT_MAX && escrowCode >= ESCROW_CODE_MIN && escrowCode <= ESCROW_CODE_MAX) records.push({ escrowCode, countryCode, mantissa, exponent });
  }
  return records;
}

export interface Version {
  readonly model: string;
  readonly firmware: string;
}

/** "i(USA)100-SS ID003-05V280-42 01AUG17 964D": model, interface and version, date, CRC. null when it is no such answer */
export function decodeVersion(body: Uint8Array): Version | null {
  if (body[0] !== REQUEST_CODES.versionRequest || body.length < 2) return null;
  const [model = '', ...rest] = Buffer.from(body.subarray(1)).toString('latin1').replace(/[^\x20-\x7e]/g, '').trim().split(' ');
  return { model, firmware: rest.join(' ') };
}

/** Bit 1 = disabled; bit n ↔ escrow code 61+n; the second byte is 00. [id003 §5 C0, §8] */
export function denominationMask(enabledCodes: readonly number[]): readonly [number, number] {
  return [enabledCodes.reduce((mask, code) => mask & ~(1 << (code - ESCROW_CODE_MIN)), 0xff), 0];
}

function nameOf<Table extends Readonly<Record<string, number>>>(table: Table, code: number): (keyof Table & string) | undefined {
  return Object.entries(table).find(([, value]) => value === code)?.[0];
}
