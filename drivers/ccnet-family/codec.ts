import { assert } from '../../main/foundation/assert.ts';

/** Codes and names in the order of the manual; 3B, 3C, 3D, 40, 66 and 70 are a Bill-to-Bill unit's. Its 3E and 3F mean different things by revision and are not sent. [ccnet §5, §6] */
export const COMMAND_CODES = {
  reset: 0x30,
  getStatus: 0x31,
  setSecurity: 0x32,
  poll: 0x33,
  enableBillTypes: 0x34,
  stack: 0x35,
  return: 0x36,
  identification: 0x37,
  hold: 0x38,
  recyclingCassetteStatus: 0x3b,
  dispense: 0x3c,
  unload: 0x3d,
  setRecyclingCassetteType: 0x40,
  getBillTable: 0x41,
  powerRecovery: 0x66,
  extendedCassetteStatus: 0x70,
  ack: 0x00,
  nak: 0xff,
} as const;

export type CommandName = keyof typeof COMMAND_CODES;

/** Masks: bit n = bill type n, 24 bits. */
export type CcnetCommand =
  | { readonly command: Exclude<CommandName, 'setSecurity' | 'enableBillTypes' | 'dispense' | 'unload' | 'setRecyclingCassetteType'> }
  | { readonly command: 'setSecurity'; readonly highSecurityMask: number }
  | { readonly command: 'enableBillTypes'; readonly enableMask: number; readonly escrowMask: number }
  /** Pairs of bill type and count, 1…12 of them. */
  | { readonly command: 'dispense'; readonly notes: readonly TypeCount[] }
  /** Cassettes are counted from 1. */
  | { readonly command: 'unload'; readonly cassetteNumber: number; readonly noteCount: number }
  /** `typeCode` as `ASSIGN` and `UNASSIGN` make it; the cassette must be empty. */
  | { readonly command: 'setRecyclingCassetteType'; readonly cassetteNumber: number; readonly typeCode: number };

export interface TypeCount {
  readonly billType: number;
  readonly noteCount: number;
}

/** Device's answer to an action. [ccnet §4] */
export const ACK = 0x00;
export const NAK = 0xff;
export const ILLEGAL_COMMAND = 0x30;

/** States and events of POLL that carry no data. [ccnet §7] */
export const PLAIN_STATE_CODES = {
  powerUp: 0x10,
  powerUpBillInValidator: 0x11,
  powerUpBillInStacker: 0x12,
  initialize: 0x13,
  idling: 0x14,
  accepting: 0x15,
  stacking: 0x17,
  returning: 0x18,
  unitDisabled: 0x19,
  holding: 0x1a,
  dispensing: 0x1d,
  unloading: 0x1e,
  settingCassetteType: 0x21,
  invalidBillNumber: 0x28,
  cassetteTypeSet: 0x29,
  dropCassetteFull: 0x41,
  dropCassetteOutOfPosition: 0x42,
  validatorJammed: 0x43,
  dropCassetteJammed: 0x44,
  cheated: 0x45,
  pause: 0x46,
} as const;

/** Those that carry one byte. */
export const DATA_STATE_CODES = {
  deviceBusy: 0x1b,
  rejecting: 0x1c,
  failure: 0x47,
  billToBillJam: 0x48,
  escrowPosition: 0x80,
  billStacked: 0x81,
  billReturned: 0x82,
} as const;

export const DISPENSED = 0x25;
export const UNLOADED = 0x26;

export type PlainStateName = keyof typeof PLAIN_STATE_CODES;

export type PollState =
  | { readonly state: PlainStateName }
  | { readonly state: 'deviceBusy'; readonly busyMs: number }
  | { readonly state: 'rejecting'; readonly reason: number }
  | { readonly state: 'failure'; readonly code: number }
  | { readonly state: 'billToBillJam'; readonly code: number }
  | { readonly state: 'escrowPosition' | 'billStacked' | 'billReturned'; readonly billType: number }
  /** Events of a Bill-to-Bill unit; what follows the code differs by revision [unverified]. */
  | { readonly state: 'dispensed' | 'unloaded'; readonly dataHex: string }
  /** A code that the sheet does not list, or one without the data it should have: carried through as it came. */
  | { readonly state: 'unknown'; readonly code: number; readonly rawHex: string };

export type PollStateName = PollState['state'];

/** One of the 24 records. Value = mantissa × 10^exponent, or ÷ when `isDivided`. [ccnet §9] */
export interface BillTableRecord {
  readonly billType: number;
  readonly mantissa: number;
  readonly countryCode: string;
  readonly exponent: number;
  readonly isDivided: boolean;
}

export interface Identification {
  readonly partNumber: string;
  readonly serialNumber: string;
  readonly assetHex: string;
}

export const BILL_TYPE_COUNT = 24;
const BILL_RECORD_BYTES = 5;
/** A code and a byte; one more where a revision adds something. A Bill-to-Bill unit adds one to 12. [ccnet §7] */
const STATE_BYTES_MAX = 3;
const IDENTIFICATION_BYTES = 34;

const COMMAND_NAME_BY_CODE = new Map<number, CommandName>(Object.entries(COMMAND_CODES).map(([name, code]) => [code, name as CommandName]));
/** Made once: the same object comes back for each poll of the same state, thousands of times an hour. */
const PLAIN_STATE_BY_CODE = new Map<number, PollState>(Object.entries(PLAIN_STATE_CODES).map(([name, code]) => [code, { state: name as PlainStateName }]));

export function encodeCommand(command: CcnetCommand): Buffer {
  const code = COMMAND_CODES[command.command];
  if (command.command === 'setSecurity') return Buffer.from([code, ...maskToBytes(command.highSecurityMask)]);
  if (command.command === 'enableBillTypes') return Buffer.from([code, ...maskToBytes(command.enableMask), ...maskToBytes(command.escrowMask)]);
  if (command.command === 'dispense') return Buffer.from([code, ...command.notes.flatMap(({ billType, noteCount }) => [billType, noteCount])]);
  if (command.command === 'unload') return Buffer.from([code, command.cassetteNumber, command.noteCount]);
  if (command.command === 'setRecyclingCassetteType') return Buffer.from([code, command.cassetteNumber, command.typeCode]);
  return Buffer.from([code]);
}

/** The reverse; `null` for a code or length that the sheet does not list. */
export function decodeCommand(body: Uint8Array): CcnetCommand | null {
  const command = COMMAND_NAME_BY_CODE.get(body[0] ?? -1);
  if (command === undefined) return null;
  if (command === 'setSecurity') return body.length === 4 ? { command, highSecurityMask: bytesToMask(body, 1) } : null;
  if (command === 'enableBillTypes') return body.length === 7 ? { command, enableMask: bytesToMask(body, 1), escrowMask: bytesToMask(body, 4) } : null;
  if (command === 'dispense') return body.length > 1 && body.length % 2 === 1 ? { command, notes: Array.from({ length: (body.length - 1) / 2 }, (_, index) => ({ billType: body[1 + 2 * index]!, noteCount: body[2 + 2 * index]! })) } : null;
  if (command === 'unload') return body.length === 3 ? { command, cassetteNumber: body[1]!, noteCount: body[2]! } : null;
  if (command === 'setRecyclingCassetteType') return body.length === 3 ? { command, cassetteNumber: body[1]!, typeCode: body[2]! } : null;
  return body.length === 1 ? { command } : null;
}

/** Total: whatever came back from a POLL is some state. */
export function decodePollState(body: Uint8Array): PollState {
  const code = body[0] ?? 0;
  if (code === DISPENSED || code === UNLOADED) return { state: code === DISPENSED ? 'dispensed' : 'unloaded', dataHex: Buffer.from(body.subarray(1, 33)).toString('hex') };
  // A late answer to another question: a part number that begins with B is no box out of position.
  if (body.length > STATE_BYTES_MAX) return unknownState(code, body);
  const plain = PLAIN_STATE_BY_CODE.get(code);
  if (plain !== undefined) return plain;
  const data = body[1];
  if (data === undefined) return unknownState(code, body);
  switch (code) {
    case DATA_STATE_CODES.deviceBusy:
      return { state: 'deviceBusy', busyMs: data * 100 };
    case DATA_STATE_CODES.rejecting:
      return { state: 'rejecting', reason: data };
    case DATA_STATE_CODES.failure:
      return { state: 'failure', code: data };
    case DATA_STATE_CODES.billToBillJam:
      return { state: 'billToBillJam', code: data };
    case DATA_STATE_CODES.escrowPosition:
      return data < BILL_TYPE_COUNT ? { state: 'escrowPosition', billType: data } : unknownState(code, body);
    // Whatever note it names: the device repeats it until it is acknowledged.
    case DATA_STATE_CODES.billStacked:
      return { state: 'billStacked', billType: data };
    case DATA_STATE_CODES.billReturned:
      return { state: 'billReturned', billType: data };
    default:
      return unknownState(code, body);
  }
}

/** 24 records of 5 bytes. `null` when the length is not 120. Unused records (mantissa 0) are left out. */
export function decodeBillTable(body: Uint8Array): readonly BillTableRecord[] | null {
  if (body.length !== BILL_TYPE_COUNT * BILL_RECORD_BYTES) return null;
  const records: BillTableRecord[] = [];
  for (let billType = 0; billType < BILL_TYPE_COUNT; billType++) {
    const offset = billType * BILL_RECORD_BYTES;
    const mantissa = body[offset]!;
    if (mantissa === 0) continue;
    const scale = body[offset + 4]!;
    records.push({
      billType,
      mantissa,
      countryCode: Buffer.from(body.subarray(offset + 1, offset + 4)).toString('latin1'),
      exponent: scale & 0x7f,
      isDivided: (scale & 0x80) !== 0,
    });
  }
  return records;
}

/** 15 characters part number, 12 serial, 7 bytes asset number; `null` for another length. [ccnet §5] */
export function decodeIdentification(body: Uint8Array): Identification | null {
  if (body.length !== IDENTIFICATION_BYTES) return null;
  const bytes = Buffer.from(body);
  return {
    partNumber: bytes.toString('latin1', 0, 15).trim(),
    serialNumber: bytes.toString('latin1', 15, 27).trim(),
    assetHex: bytes.toString('hex', 27),
  };
}

/** 81 or 82, whatever note it names and whatever stands behind it. */
export function isNoteEnd(body: Uint8Array): boolean {
  const { state } = decodePollState(body);
  return state === 'billStacked' || state === 'billReturned';
}

/** `null` when it is not the 6 bytes of a validator (9 of a Bill-to-Bill unit). */
export function decodeStatus(body: Uint8Array): { readonly enableMask: number; readonly highSecurityMask: number } | null {
  if (body.length !== 6 && body.length !== 9) return null;
  return { enableMask: bytesToMask(body, 0), highSecurityMask: bytesToMask(body, 3) };
}

/** Big-endian: the first byte holds types 23…16. [ccnet §5] */
function maskToBytes(mask: number): [number, number, number] {
  assert(Number.isInteger(mask) && mask >= 0 && mask <= 0xff_ffff, 'a bill mask has 24 bits');
  return [(mask >>> 16) & 0xff, (mask >>> 8) & 0xff, mask & 0xff];
}

function bytesToMask(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
}

function unknownState(code: number, body: Uint8Array): PollState {
  return { state: 'unknown', code, rawHex: Buffer.from(body.subarray(0, 32)).toString('hex') };
}
