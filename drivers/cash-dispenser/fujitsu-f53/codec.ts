import { assert } from '../../../main/foundation/assert.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';

export const FS = 0x1c;
export const CASSETTES_MAX = 4;
export const NOTE_COUNT_MAX = 99;

/** Order byte of BILL COUNT. E4 is what the field uses and delivers with the count; without its highest bit only the pool is filled. [f53 §3; the second unverified] */
export const COUNT_ORDER = { withCount: 0xe4, separate: 0x64 } as const;
export type Delivery = keyof typeof COUNT_ORDER;

/** Which slot PRESENT and RETRACT mean. [f53 §3, parameter layout unverified] */
export const SLOT = { front: 0x00, rear: 0x01 } as const;
export type Slot = keyof typeof SLOT;

/** Length limits in mm and thickness byte of the notes of one cassette. [f53 §3 INITIALIZE] */
export interface BillData {
  readonly lengthMmMax: number;
  readonly lengthMmMin: number;
  readonly thickness: number;
}

export type F53Command =
  | { readonly command: 'status' | 'reset' | 'reject' }
  | { readonly command: 'present' | 'retract'; readonly slot: Slot }
  /** One entry a cassette, null where there is none; at most four. */
  | { readonly command: 'initialise'; readonly bills: readonly (BillData | null)[]; readonly isPolymer: boolean }
  | { readonly command: 'count'; readonly delivery: Delivery; readonly noteCounts: readonly number[]; readonly rejectCountMax: number; readonly retryCount: number };

export const CODES = { status: 0x01, initialise: 0x02, count: 0x03, reset: 0x08, present: 0x09, retract: 0x0a, reject: 0x0b } as const satisfies Record<F53Command['command'], number>;
export const CLASS_STATUS = 0x00;
export const CLASS_MECHANICS = 0x60;
const CLASS_ERROR = 0xf0;
const THICKNESS_NONE = 0x0d;

export type F53Response =
  | { readonly kind: 'status'; readonly isExitBlocked: boolean; readonly sensorsHex: string }
  | { readonly kind: 'done'; readonly code: number }
  | { readonly kind: 'counted'; readonly error: ErrorPair | null; readonly dispensed: readonly number[]; readonly rejected: readonly number[] }
  | { readonly kind: 'error'; readonly code: number; readonly error: ErrorPair };

export interface ErrorPair {
  readonly major: number;
  readonly additional: number;
}

/** Sensor register and the bit of notes at the exit. [f53 §3 STATUS, bit from a single source] */
const SENSORS_OFFSET = 0x0c;
const SENSORS_END = 0x12;
const EXIT_OFFSET = 0x0e;
const EXIT_BIT = 0x10;
const DISPENSED_OFFSET = 0x27;
const REJECTED_OFFSET = 0x2f;
const COUNTED_BYTES_MIN = 0x37;

export function encodeF53Command(command: F53Command): Buffer {
  switch (command.command) {
    case 'status':
      return Buffer.of(CLASS_STATUS, CODES.status, FS);
    case 'reset':
    case 'reject':
      return mechanics(CODES[command.command], []);
    case 'present':
    case 'retract':
      return mechanics(CODES[command.command], [SLOT[command.slot]]);
    case 'initialise': {
      const bills = fourOf(command.bills, null);
      return mechanics(CODES.initialise, [command.isPolymer ? 0x40 : 0x00, ...bills.flatMap((bill) => (bill === null ? [0, 0] : [bill.lengthMmMax, bill.lengthMmMin])), ...bills.map((bill) => bill?.thickness ?? THICKNESS_NONE)]);
    }
    case 'count': {
      const counts = fourOf(command.noteCounts, 0);
      return mechanics(CODES.count, [COUNT_ORDER[command.delivery], ...counts.flatMap(parityDigits), ...counts.flatMap(() => parityDigits(command.rejectCountMax)), ...counts.map(() => command.retryCount)]);
    }
  }
}

/**
 * @param data  a payload as the device sent it, of any length: what is needed is read by offset. [f53 §3: 139 and 157 bytes are both met]
 * @error 'badField' too short, FS missing, or a digit that is none
 */
export function decodeF53Response(data: Uint8Array): Result<F53Response, 'badField'> {
  const [responseClass, code] = data;
  if (responseClass === undefined || code === undefined || data.length < 4 || data.at(-1) !== FS) return err('badField');
  const isError = responseClass === CLASS_ERROR;
  const error: ErrorPair | null = isError ? { major: data[3]!, additional: data[4] ?? 0 } : null;
  if (code === CODES.count) {
    if (data.length < COUNTED_BYTES_MIN) return error === null ? err('badField') : ok({ kind: 'error', code, error });
    const dispensed = digitsAt(data, DISPENSED_OFFSET);
    const rejected = digitsAt(data, REJECTED_OFFSET);
    return dispensed === null || rejected === null ? err('badField') : ok({ kind: 'counted', error, dispensed, rejected });
  }
  if (error !== null) return ok({ kind: 'error', code, error });
  if (code !== CODES.status) return ok({ kind: 'done', code });
  if (data.length < SENSORS_END + 1) return err('badField');
  return ok({ kind: 'status', isExitBlocked: (data[EXIT_OFFSET]! & EXIT_BIT) !== 0, sensorsHex: Buffer.from(data.subarray(SENSORS_OFFSET, SENSORS_END)).toString('hex') });
}

export function codeOf(response: F53Response): number {
  return response.kind === 'status' ? CODES.status : response.kind === 'counted' ? CODES.count : response.code;
}

function mechanics(code: number, parameters: readonly number[]): Buffer {
  return Buffer.of(CLASS_MECHANICS, code, parameters.length, ...parameters, FS);
}

function fourOf<T>(values: readonly T[], none: T): readonly T[] {
  assert(values.length <= CASSETTES_MAX, 'an F56 has at most four cassettes');
  return Array.from({ length: CASSETTES_MAX }, (_, index) => values[index] ?? none);
}

/** Two ASCII digits with even parity in bit 7. [f53 §3 BILL COUNT] */
function parityDigits(count: number): number[] {
  assert(Number.isInteger(count) && count >= 0 && count <= NOTE_COUNT_MAX, 'a count has two digits');
  return [Math.floor(count / 10), count % 10].map((digit) => withEvenParity(0x30 + digit));
}

export function withEvenParity(character: number): number {
  let ones = 0;
  for (let bits = character & 0x7f; bits > 0; bits >>= 1) ones += bits & 1;
  return ones % 2 === 0 ? character : character | 0x80;
}

function digitsAt(data: Uint8Array, offset: number): readonly number[] | null {
  const counts = Array.from({ length: CASSETTES_MAX }, (_, index) => {
    const [tens, ones] = [data[offset + 2 * index]!, data[offset + 2 * index + 1]!].map((byte) => (byte & 0x7f) - 0x30) as [number, number];
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : null;
  });
  return counts.every((count) => count !== null) ? counts : null;
}
