import { assert } from '../../../main/foundation/assert.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { encodeCommand } from './frames.ts';

export const COMMANDS = { RESET: 0x44, STATUS: 0x50, PURGE: 0x51, DISPENSE: 0x52, TEST: 0x53, LAST_STATUS: 0x55 } as const;
export const CASSETTES_MAX = 4;
/** Counts and codes are sent as value + 20. [lcdm §5] */
const BIAS = 0x20;
const COUNT_MAX = 100;
/** Position 1…4 is 31…34; 30: no cassette. */
const POSITION_BIAS = 0x30;
const RESERVED_BYTES = 9;

export type LcdmBCommand = { readonly command: 'reset' | 'status' | 'purge' | 'lastStatus' } | { readonly command: 'dispense'; readonly noteCounts: readonly number[] };

export interface CassetteCount {
  readonly exitCount: number;
  readonly rejectedCount: number;
  readonly isPresent: boolean;
}

export interface StoredCassette {
  /** In its own place. */
  readonly isPresent: boolean;
  /** One that is coded for another place stands there. */
  readonly isMisplaced: boolean;
  readonly isNearEnd: boolean;
}

export type LcdmBResponse =
  | { readonly kind: 'reset'; readonly error: number }
  | { readonly kind: 'status'; readonly error: number; readonly path: { readonly isTransportBlocked: boolean; readonly isExitBlocked: boolean }; readonly cassettes: readonly StoredCassette[] }
  | { readonly kind: 'moved'; readonly command: number; readonly error: number; readonly cassettes: readonly CassetteCount[] }
  | { readonly kind: 'lastStatus'; readonly lastCommand: number; readonly error: number; readonly cassettes: readonly CassetteCount[] };

export type ErrorClass = 'ok' | 'retry' | 'jam' | 'exit' | 'countRisk' | 'protocol' | 'notReady' | 'nearEnd' | 'hardware';

interface ErrorRow {
  readonly means: string;
  readonly class: ErrorClass;
  readonly code: ErrorCode | null;
}

/** The manual's table in its order, without the bias. [lcdm §5] */
export const ERRORS: ReadonlyMap<number, ErrorRow> = new Map<number, ErrorRow>([
  [0x00, { means: 'none', class: 'ok', code: null }],
  [0x01, { means: 'pick-up error', class: 'retry', code: 'CDM_PICK_FAILURE' }],
  [0x02, { means: 'jam CHK-DVT', class: 'jam', code: 'CDM_JAMMED' }],
  [0x03, { means: 'jam DVT-EJT', class: 'jam', code: 'CDM_JAMMED' }],
  [0x04, { means: 'jam EJT-EXIT', class: 'exit', code: 'CDM_ITEMS_LEFT' }],
  [0x05, { means: 'note staying in EXIT', class: 'exit', code: 'CDM_ITEMS_LEFT' }],
  [0x06, { means: 'ejecting a note suspected as reject', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x07, { means: 'count mismatch at eject', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x08, { means: 'note to be rejected passed eject', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x09, { means: 'length too long at eject', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x0a, { means: 'length too long at exit', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x0b, { means: 'notes in path before pick-up', class: 'jam', code: 'CDM_ITEMS_LEFT' }],
  [0x0c, { means: 'too many notes in one transaction', class: 'retry', code: 'CDM_PICK_FAILURE' }],
  [0x0d, { means: 'too many rejects', class: 'retry', code: 'CDM_PICK_FAILURE' }],
  [0x0e, { means: 'purge aborted', class: 'jam', code: 'CDM_JAMMED' }],
  [0x20, { means: 'sensor trouble or material before start', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x21, { means: 'sensor trouble or material before start', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x22, { means: 'solenoid', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x23, { means: 'motor or slit sensor', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x24, { means: 'requested cassette absent', class: 'notReady', code: 'CDM_CASSETTE_MISSING' }],
  [0x25, { means: 'near end', class: 'nearEnd', code: 'CDM_CASSETTE_EMPTY' }],
  [0x26, { means: 'no reject tray', class: 'notReady', code: 'CDM_REJECT_TRAY_MISSING' }],
  [0x30, { means: 'bad command', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0x31, { means: 'bad parameter', class: 'protocol', code: 'LNK_PROTOCOL' }],
  [0x35, { means: 'EEPROM write', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x36, { means: 'EEPROM checksum', class: 'hardware', code: 'CDM_FAILURE' }],
  [0x40, { means: 'note of cassette 1 while dispensing from another', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x41, { means: 'note of cassette 2 while dispensing from another', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x42, { means: 'note of cassette 3 while dispensing from another', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
  [0x43, { means: 'note of cassette 4 while dispensing from another', class: 'countRisk', code: 'CDM_COUNT_MISMATCH' }],
]);

export function errorRowOf(error: number): ErrorRow {
  return ERRORS.get(error) ?? { means: `unknown ${error.toString(16)}`, class: 'hardware', code: 'CDM_FAILURE' };
}

/** Jams of a dispense, and a note that stays in the exit: the note that is meant left its cassette, and is counted nowhere. [lcdm §5] */
export function isNoteStuck(error: number): boolean {
  return error >= 0x02 && error <= 0x05;
}

/** After these a person looks before cash moves again. */
export function needsOperator(errorClass: ErrorClass): boolean {
  return errorClass === 'jam' || errorClass === 'exit' || errorClass === 'countRisk' || errorClass === 'hardware' || errorClass === 'protocol';
}

const OPCODES = { reset: COMMANDS.RESET, status: COMMANDS.STATUS, purge: COMMANDS.PURGE, lastStatus: COMMANDS.LAST_STATUS, dispense: COMMANDS.DISPENSE } as const;

export function opcodeOf(command: LcdmBCommand): number {
  return OPCODES[command.command];
}

export function encodeLcdmBCommand(command: LcdmBCommand): Buffer {
  if (command.command !== 'dispense') return encodeCommand(opcodeOf(command), Buffer.alloc(0));
  const counts = Array.from({ length: CASSETTES_MAX }, (_, index) => command.noteCounts[index] ?? 0);
  assert(counts.every((count) => Number.isInteger(count) && count >= 0 && count <= COUNT_MAX), 'a dispense asks for at most 100 notes a cassette');
  // Two bytes of time-out, none set; the rest reserved. [lcdm §5]
  return encodeCommand(COMMANDS.DISPENSE, Buffer.from([...counts.map((count) => count + BIAS), ...Array.from({ length: 2 + RESERVED_BYTES }, () => BIAS)]));
}

/**
 * What the sheet gives as fixed stands there: MISS 30, TYPE 30 or the position itself, reserved bytes 20. An XOR of all bytes misses two errors of one bit, and
 * these are counts of money.
 */
function hasItsConstants(data: Uint8Array, missOffset: number): boolean {
  const isPosition = (index: number) => {
    const type = data[missOffset + 3 + 3 * index]!;
    return type === POSITION_BIAS || type === POSITION_BIAS + index + 1;
  };
  return data[missOffset] === POSITION_BIAS && [0, 1, 2, 3].every(isPosition) && data.subarray(missOffset + 1 + 3 * CASSETTES_MAX).every((byte) => byte === BIAS);
}

/** @param data  between CMD and ETX, of the length that belongs to the command. @error 'badField' a biased byte is below its bias */
export function decodeLcdmBResponse(command: number, data: Uint8Array): Result<LcdmBResponse, 'badField'> {
  const error = data[command === COMMANDS.LAST_STATUS ? 1 : 0]! - BIAS;
  if (error < 0) return err('badField');
  if (command === COMMANDS.RESET) return ok({ kind: 'reset', error });
  if (command === COMMANDS.STATUS) {
    const path = data[1]!;
    return ok({
      kind: 'status', error,
      // DVTL, DVTR, EJT, RJT; EXIT for itself. The bias sets b5, which is none of them. [lcdm §5]
      path: { isTransportBlocked: (path & 0b10111) !== 0, isExitBlocked: (path & 0b01000) !== 0 },
      cassettes: Array.from({ length: CASSETTES_MAX }, (_, index): StoredCassette => {
        const place = data[3 + 4 * index]! - POSITION_BIAS;
        return { isNearEnd: (data[2 + 4 * index]! & 0b1000) !== 0, isPresent: place === index + 1, isMisplaced: place > 0 && place !== index + 1 };
      }),
    });
  }
  const isLast = command === COMMANDS.LAST_STATUS;
  if (!hasItsConstants(data, isLast ? 2 : 1)) return err('badField');
  const cassettes = Array.from({ length: CASSETTES_MAX }, (_, index): CassetteCount => {
    const offset = (isLast ? 3 : 2) + 3 * index;
    return { exitCount: data[offset]! - BIAS, rejectedCount: data[offset + 1]! - BIAS, isPresent: data[offset + 2]! > POSITION_BIAS };
  });
  if (cassettes.some(({ exitCount, rejectedCount }) => exitCount < 0 || rejectedCount < 0)) return err('badField');
  return ok(isLast ? { kind: 'lastStatus', lastCommand: data[0]!, error, cassettes } : { kind: 'moved', command, error, cassettes });
}

/** No cassette gives more than it was asked for, but for a counting error. [lcdm §5] */
export function isLikely(command: LcdmBCommand, response: LcdmBResponse): boolean {
  if (response.kind !== 'moved' || command.command !== 'dispense' || errorRowOf(response.error).class === 'countRisk') return true;
  return response.cassettes.every(({ exitCount }, index) => exitCount <= (command.noteCounts[index] ?? 0));
}
