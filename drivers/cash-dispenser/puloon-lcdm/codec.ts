import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import { assert } from '../../../main/foundation/assert.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { encodeCommand } from './frames.ts';
import type { LcdmModel } from './models.ts';

/** Commands of dialect A as in the manual. [lcdm §4] */
export const COMMANDS = {
  PURGE: 0x44,
  DISPENSE_UPPER: 0x45,
  STATUS: 0x46,
  ROM_VERSION: 0x47,
  DISPENSE_LOWER: 0x55,
  DISPENSE_BOTH: 0x56,
  TEST_UPPER: 0x76,
  TEST_LOWER: 0x77,
} as const;

/** Notes of one command by the manual; the driver asks for fewer. */
export const NOTE_COUNT_MAX = 60;

export type LcdmCommand =
  | { readonly command: 'purge' | 'status' | 'romVersion' | 'testUpper' | 'testLower' }
  | { readonly command: 'dispenseUpper' | 'dispenseLower'; readonly noteCount: number }
  | { readonly command: 'dispenseBoth'; readonly upperCount: number; readonly lowerCount: number };

export interface CassetteCounts {
  /** Seen by the check sensors, those included that were rejected later. */
  readonly checkedCount: number;
  /** Left through the exit sensor. */
  readonly exitCount: number;
  readonly rejectedCount: number;
  readonly isNearEnd: boolean;
}

export type LcdmResponse =
  | { readonly kind: 'purge'; readonly errorByte: number }
  | { readonly kind: 'status'; readonly errorByte: number; readonly sensor0: number; readonly sensor1: number }
  | { readonly kind: 'romVersion'; readonly model: string; readonly version: string; readonly checksum: string }
  | { readonly kind: 'dispense'; readonly cassette: 'upper' | 'lower'; readonly isTest: boolean; readonly errorByte: number; readonly counts: CassetteCounts }
  | { readonly kind: 'dispenseBoth'; readonly errorByte: number; readonly upper: CassetteCounts; readonly lower: CassetteCounts };

/** What an error byte asks of the driver. [lcdm §4.3, last column] */
export type ErrorClass = 'ok' | 'retry' | 'jam' | 'exit' | 'countRisk' | 'protocol' | 'empty' | 'notReady' | 'hardware';

interface ErrorRow {
  readonly means: string;
  readonly class: ErrorClass;
  readonly code: ErrorCode | null;
}

/** The manual's table in the manual's order. [lcdm §4.3] */
export const ERROR_BYTES: ReadonlyMap<number, ErrorRow> = new Map<number, ErrorRow>([
  [0x30, { means: 'good', class: 'ok', code: null }],
  [0x31, { means: 'normal stop', class: 'ok', code: null }],
  [0x32, { means: 'pickup error', class: 'retry', code: 'CDM_PICK_FAILURE' }],
  [0x33, { means: 'jam at CHK1,2', class: 'jam', code: 'CDM_JAMMED' }],
  [0x34, { means: 'overflow bill', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x35, { means: 'jam at EXIT or EJT', class: 'exit', code: 'CDM_ITEMS_LEFT' }],
  [0x36, { means: 'jam at DIV', class: 'jam', code: 'CDM_JAMMED' }],
  [0x37, { means: 'undefined command', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0x38, { means: 'upper bill end', class: 'empty', code: 'CDM_CASSETTE_EMPTY' }],
  [0x3a, { means: 'counting error CHK3,4 to DIV', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x3b, { means: 'note request error', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0x3c, { means: 'counting error DIV to EJT', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x3d, { means: 'counting error EJT to EXIT', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x3f, { means: 'reject tray not recognised', class: 'notReady', code: 'CDM_REJECT_TRAY_MISSING' }],
  [0x40, { means: 'lower bill end', class: 'empty', code: 'CDM_CASSETTE_EMPTY' }],
  [0x41, { means: 'motor stop', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x42, { means: 'jam at DIV', class: 'jam', code: 'CDM_JAMMED' }],
  [0x43, { means: 'timeout DIV to EJT', class: 'jam', code: 'CDM_JAMMED' }],
  [0x44, { means: 'over reject', class: 'retry', code: 'CDM_PICK_FAILURE' }],
  [0x45, { means: 'upper cassette not recognised', class: 'notReady', code: 'CDM_CASSETTE_MISSING' }],
  [0x46, { means: 'lower cassette not recognised', class: 'notReady', code: 'CDM_CASSETTE_MISSING' }],
  [0x47, { means: 'dispensing timeout', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x48, { means: 'jam at EJT', class: 'jam', code: 'CDM_JAMMED' }],
  [0x49, { means: 'diverter solenoid or SOL sensor error', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x4a, { means: 'SOL sensor error', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x4b, { means: 'quantity differs between check and divert sensors', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x4c, { means: 'jam at CHK3,4', class: 'jam', code: 'CDM_JAMMED' }],
  [0x4e, { means: 'purge error, jam at DIV', class: 'jam', code: 'CDM_JAMMED' }],
  [0x4f, { means: 'note seen by a sensor of another cassette', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x50, { means: 'timeout CHK to DIV', class: 'jam', code: 'CDM_JAMMED' }],
]);

/** An unknown code is a failure of the device with the raw byte kept, not a crash. */
export function errorRowOf(errorByte: number): ErrorRow {
  return ERROR_BYTES.get(errorByte) ?? { means: `unknown ${errorByte.toString(16)}`, class: 'hardware', code: 'CDM_FAILURE' };
}

/** After these a person looks before cash moves again. */
export function needsOperator(errorClass: ErrorClass): boolean {
  return errorClass === 'jam' || errorClass === 'exit' || errorClass === 'countRisk' || errorClass === 'hardware' || errorClass === 'protocol';
}

const OPCODES: Readonly<Record<LcdmCommand['command'], number>> = {
  purge: COMMANDS.PURGE, dispenseUpper: COMMANDS.DISPENSE_UPPER, status: COMMANDS.STATUS, romVersion: COMMANDS.ROM_VERSION,
  dispenseLower: COMMANDS.DISPENSE_LOWER, dispenseBoth: COMMANDS.DISPENSE_BOTH, testUpper: COMMANDS.TEST_UPPER, testLower: COMMANDS.TEST_LOWER,
};

export function opcodeOf(command: LcdmCommand): number {
  return OPCODES[command.command];
}

/** Counts are 1…60 per cassette. */
export function encodeLcdmCommand(command: LcdmCommand): Buffer {
  if (command.command === 'dispenseBoth') return encodeCommand(opcodeOf(command), Buffer.concat([digits(command.upperCount), digits(command.lowerCount)]));
  if (command.command === 'dispenseUpper' || command.command === 'dispenseLower') return encodeCommand(opcodeOf(command), digits(command.noteCount));
  return encodeCommand(opcodeOf(command), Buffer.alloc(0));
}

/**
 * @param data  what lies between CMD and ETX, of the length that belongs to the command
 * @error 'badField' a place that must be a decimal digit or a known character is not
 */
export function decodeLcdmResponse(command: number, data: Uint8Array): Result<LcdmResponse, 'badField'> {
  const at = (index: number) => data[index] ?? -1;
  switch (command) {
    case COMMANDS.PURGE:
      return ok({ kind: 'purge', errorByte: at(0) });
    case COMMANDS.STATUS:
      return at(0) === 0x30 ? ok({ kind: 'status', errorByte: at(1), sensor0: at(2), sensor1: at(3) }) : err('badField');
    case COMMANDS.ROM_VERSION:
      return decodeRomVersion(Buffer.from(data));
    case COMMANDS.DISPENSE_UPPER:
    case COMMANDS.DISPENSE_LOWER:
    case COMMANDS.TEST_UPPER:
    case COMMANDS.TEST_LOWER: {
      const counts = countsFrom({ check: pair(data, 0), exit: pair(data, 2), reject: pair(data, 6), level: at(5) });
      if (counts === null) return err('badField');
      const isUpper = command === COMMANDS.DISPENSE_UPPER || command === COMMANDS.TEST_UPPER;
      const isTest = command === COMMANDS.TEST_UPPER || command === COMMANDS.TEST_LOWER;
      return ok({ kind: 'dispense', cassette: isUpper ? 'upper' : 'lower', isTest, errorByte: at(4), counts });
    }
    case COMMANDS.DISPENSE_BOTH: {
      // CHKu EXITu CHKl EXITl ERR CSTu CSTl REJu REJl: the order of three sources against one. [lcdm §4.1]
      const upper = countsFrom({ check: pair(data, 0), exit: pair(data, 2), reject: pair(data, 11), level: at(9) });
      const lower = countsFrom({ check: pair(data, 4), exit: pair(data, 6), reject: pair(data, 13), level: at(10) });
      return upper === null || lower === null ? err('badField') : ok({ kind: 'dispenseBoth', errorByte: at(8), upper, lower });
    }
    default:
      return err('badField');
  }
}

/** A dispense ends with any EXIT up to what was asked for, and what is out was seen by the check sensors; both but for a counting error. [lcdm §4.1, §7] */
export function isLikely(command: LcdmCommand, response: LcdmResponse): boolean {
  if (response.kind !== 'dispense' || !('noteCount' in command) || errorRowOf(response.errorByte).class === 'countRisk') return true;
  const { checkedCount, exitCount } = response.counts;
  return exitCount <= command.noteCount && exitCount <= checkedCount;
}

/** Prefix letter, two digits, `T`, four characters of checksum that may arrive as 3A…3F instead of A…F. [lcdm §4.1] */
function decodeRomVersion(data: Buffer): Result<LcdmResponse, 'badField'> {
  const text = data.toString('latin1');
  const match = /^([A-Z]\d\d[A-Z])([0-9A-Fa-f:;<=>?]{4})$/.exec(text);
  if (match === null) return err('badField');
  const version = match[1]!;
  const checksum = [...match[2]!].map((character) => (/[:-?]/.test(character) ? (character.charCodeAt(0) & 0x0f).toString(16).toUpperCase() : character.toUpperCase())).join('');
  const model = version.startsWith('T') ? 'LCDM-2000' : version.startsWith('O') ? 'LCDM-1000' : 'LCDM';
  return ok({ kind: 'romVersion', model, version, checksum });
}

function countsFrom(fields: { readonly check: number | null; readonly exit: number | null; readonly reject: number | null; readonly level: number }): CassetteCounts | null {
  if (fields.check === null || fields.exit === null || fields.reject === null) return null;
  return { checkedCount: fields.check, exitCount: fields.exit, rejectedCount: fields.reject, isNearEnd: fields.level === 0x31 };
}

function pair(data: Uint8Array, offset: number): number | null {
  const tens = (data[offset] ?? 0) - 0x30;
  const ones = (data[offset + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : null;
}

function digits(noteCount: number): Buffer {
  assert(Number.isInteger(noteCount) && noteCount >= 1 && noteCount <= NOTE_COUNT_MAX, 'a dispense command asks for 1 to 60 notes');
  return Buffer.from(String(noteCount).padStart(2, '0'), 'latin1');
}

/** Set = abnormal; polarity of the cassette bits is not certain, hence the masks of the site. [lcdm §4.2] */
export interface LcdmSensors {
  readonly isCheckBlocked: boolean;
  readonly isDiverterBlocked: boolean;
  readonly isEjectBlocked: boolean;
  readonly isExitBlocked: boolean;
  readonly isUpperNearEnd: boolean;
  readonly isLowerNearEnd: boolean;
  readonly isUpperPresent: boolean;
  /** False on an LCDM-1000, which has the upper one only. */
  readonly isLowerPresent: boolean;
  readonly isRejectTrayPresent: boolean;
}

export function decodeSensors(sensor0: number, sensor1: number, model: LcdmModel = 'LCDM-2000'): LcdmSensors {
  const isSet = (byte: number, bit: number) => (byte & (1 << bit)) !== 0;
  const isCheckBlocked = isSet(sensor0, 0) || isSet(sensor0, 1);
  const both = {
    isCheckBlocked,
    isDiverterBlocked: isSet(sensor0, 2) || isSet(sensor0, 3),
    isEjectBlocked: isSet(sensor0, 4),
    isExitBlocked: isSet(sensor0, 5),
    isUpperNearEnd: isSet(sensor0, 6),
    isUpperPresent: !isSet(sensor1, 1),
  };
  if (model === 'LCDM-1000') return { ...both, isLowerNearEnd: false, isLowerPresent: false, isRejectTrayPresent: !isSet(sensor1, 0) };
  return {
    ...both,
    isCheckBlocked: isCheckBlocked || isSet(sensor1, 3) || isSet(sensor1, 4),
    isLowerNearEnd: isSet(sensor1, 5),
    isLowerPresent: !isSet(sensor1, 2),
    isRejectTrayPresent: !isSet(sensor1, 6),
  };
}
