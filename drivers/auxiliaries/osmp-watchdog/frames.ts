import { assert } from '../../../main/foundation/assert.ts';
import { sumToZero } from '../../checks/sum-to-zero.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** `A5 CMD LEN DATA SUM`; LEN counts DATA, all bytes together are 0 modulo 256. [misc §3.3] */
const START = 0xa5;
const OVERHEAD_BYTES = 4;
/** The longest answer known is a version text; a key record has 9 bytes. */
export const DATA_LENGTH_BYTES_MAX = 32;

export type NoiseReason = 'noStart' | 'badLength' | 'badSum' | 'incomplete';
export interface Frame {
  readonly kind: 'frame';
  readonly command: number;
  readonly data: Buffer;
}
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

export function encodeFrame(command: number, data: readonly number[]): Buffer {
  assert(data.length <= DATA_LENGTH_BYTES_MAX, 'a short frame');
  const head = Buffer.from([START, command, data.length, ...data]);
  return Buffer.concat([head, Buffer.of(sumToZero(head))]);
}

export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: DATA_LENGTH_BYTES_MAX + OVERHEAD_BYTES, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  if (pending[0] !== START) {
    const start = pending.indexOf(START);
    return noise('noStart', start < 0 ? pending.length : start);
  }
  const dataBytes = pending[2];
  if (dataBytes === undefined) return null;
  if (dataBytes > DATA_LENGTH_BYTES_MAX) return noise('badLength', 1);
  const byteCount = dataBytes + OVERHEAD_BYTES;
  if (pending.length < byteCount) return null;
  const frame = pending.subarray(0, byteCount);
  // One byte, not the whole frame: the length may be the damaged byte.
  if (sumToZero(frame) !== 0) return noise('badSum', 1);
  return { event: { kind: 'frame', command: frame[1]!, data: Buffer.from(frame.subarray(3, -1)) }, byteCount };
}
