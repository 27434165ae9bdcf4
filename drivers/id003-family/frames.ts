import { assert } from '../../main/foundation/assert.ts';
import { crc16Kermit } from '../checks/crc16-kermit.ts';
import type { NoiseEvent, Taken } from '../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../transport/frame-scanner.ts';

/** FC LNG CMD DATA CRC-lo CRC-hi; LNG counts the whole frame. [id003 §2] */
export const SYNC = 0xfc;
export const FRAME_LENGTH_BYTES_MIN = 5;
export const FRAME_LENGTH_BYTES_MAX = 255;
const OVERHEAD_BYTES = 4;

export type NoiseReason = 'noSync' | 'badLength' | 'badCrc' | 'incomplete';

/** `body`: command or status code, then its data. */
export type Frame = { readonly kind: 'frame'; readonly body: Buffer };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

/** @param body  1…251 bytes: code and data */
export function encodeFrame(body: Uint8Array): Buffer {
  assert(body.length >= 1 && body.length + OVERHEAD_BYTES <= FRAME_LENGTH_BYTES_MAX, 'an ID003 body has 1 to 251 bytes');
  const frame = Buffer.alloc(body.length + OVERHEAD_BYTES);
  frame[0] = SYNC;
  frame[1] = frame.length;
  frame.set(body, 2);
  frame.writeUInt16LE(crc16Kermit(frame.subarray(0, -2)), frame.length - 2);
  return frame;
}

/** No byte is stuffed, so a start may also be data: after a bad CRC one byte is dropped, not the announced length. */
export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: FRAME_LENGTH_BYTES_MAX, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  if (pending[0] !== SYNC) {
    const syncIndex = pending.indexOf(SYNC);
    return noise('noSync', syncIndex < 0 ? pending.length : syncIndex);
  }
  const lengthBytes = pending[1];
  if (lengthBytes === undefined) return null;
  if (lengthBytes < FRAME_LENGTH_BYTES_MIN) return noise('badLength', 1);
  if (pending.length < lengthBytes) return null;
  if (crc16Kermit(pending, 0, lengthBytes) !== 0) return noise('badCrc', 1);
  return { event: { kind: 'frame', body: pending.subarray(2, lengthBytes - 2) }, byteCount: lengthBytes };
}
