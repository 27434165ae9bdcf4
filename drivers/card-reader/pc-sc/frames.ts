import { assert } from '../../../main/foundation/assert.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** `A7 TYPE LH LL DATA`, of our simulated reader's socket: PC/SC itself has no wire. [README §Socket] */
const START = 0xa7;
const HEAD_BYTES = 4;
export const DATA_LENGTH_BYTES_MAX = 512;

/** To the reader. */
export const ASK_STATE = 0x01;
export const TRANSMIT = 0x02;
/** From the reader. */
export const CARD_PRESENT = 0x81;
export const CARD_ABSENT = 0x82;
export const ANSWERED = 0x83;
export const NOT_ANSWERED = 0x84;

export type NoiseReason = 'noStart' | 'badLength' | 'incomplete';
export interface Frame {
  readonly kind: 'frame';
  readonly type: number;
  readonly data: Buffer;
}
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

export function encodeFrame(type: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  assert(data.length <= DATA_LENGTH_BYTES_MAX, 'an APDU is short');
  return Buffer.from([START, type, data.length >> 8, data.length & 0xff, ...data]);
}

export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: DATA_LENGTH_BYTES_MAX + HEAD_BYTES, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  if (pending[0] !== START) return noise('noStart', 1);
  if (pending.length < HEAD_BYTES) return null;
  const dataBytes = pending.readUInt16BE(2);
  if (dataBytes > DATA_LENGTH_BYTES_MAX) return noise('badLength', 1);
  if (pending.length < dataBytes + HEAD_BYTES) return null;
  return { event: { kind: 'frame', type: pending[1]!, data: Buffer.from(pending.subarray(HEAD_BYTES, HEAD_BYTES + dataBytes)) }, byteCount: dataBytes + HEAD_BYTES };
}
