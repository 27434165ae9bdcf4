import { assert } from '../../main/foundation/assert.ts';
import { crc16Xmodem } from '../checks/crc16-xmodem.ts';
import { sumToZero } from '../checks/sum-to-zero.ts';
import type { NoiseEvent, Taken } from '../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../transport/frame-scanner.ts';

/** `DST LEN SRC HDR DATA SUM`, all bytes add up to 0; with CRC-16 its low byte stands in place of SRC and its high byte at the end. [misc §5.1] */
export const HOST_ADDRESS = 1;
export const DATA_BYTES_MAX = 252;
const OVERHEAD_BYTES = 5;

/** Set in the device; both kinds do not mix on one line. */
export type Checksum = 'sum' | 'crc16';
export type NoiseReason = 'badLength' | 'badChecksum' | 'incomplete';
export interface Frame {
  readonly kind: 'frame';
  /** 1: an answer to the host. Another: what we sent, heard back on the one wire. */
  readonly destination: number;
  /** null: a frame with CRC does not tell it. */
  readonly source: number | null;
  readonly header: number;
  readonly data: Buffer;
}
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

/** A frame of the host. @param data  at most 252 bytes */
export function encodeFrame(checksum: Checksum, destination: number, header: number, data: Uint8Array): Buffer {
  assert(data.length <= DATA_BYTES_MAX, 'a ccTalk frame has at most 252 bytes of data');
  assert(destination !== HOST_ADDRESS && destination >= 0 && destination <= 255, 'the host speaks to others');
  const frame = Buffer.from([destination, data.length, HOST_ADDRESS, header, ...data, 0]);
  if (checksum === 'sum') frame[frame.length - 1] = sumToZero(frame);
  else {
    const crc = crcOf(frame);
    frame[2] = crc & 0xff;
    frame[frame.length - 1] = crc >> 8;
  }
  return frame;
}

/** Bytes to frames, of any address; at most one frame stays pending. A good frame may lie behind a damaged length, so bytes are dropped one by one. */
export function createFrameReader(checksum: Checksum = 'sum'): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne: (pending) => takeOne(checksum, pending), pendingBytesMax: DATA_BYTES_MAX + OVERHEAD_BYTES, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(checksum: Checksum, pending: Buffer): Taken<FrameEvent> | null {
  const lengthBytes = pending[1];
  if (lengthBytes === undefined) return null;
  if (lengthBytes > DATA_BYTES_MAX) return noise('badLength', 1);
  const wholeBytes = lengthBytes + OVERHEAD_BYTES;
  if (pending.length < wholeBytes) return null;
  const frame = Buffer.from(pending.subarray(0, wholeBytes));
  const isGood = checksum === 'sum' ? sumToZero(frame) === 0 : crcOf(frame) === (frame[2]! | (frame[wholeBytes - 1]! << 8));
  if (!isGood) return noise('badChecksum', 1);
  return { event: { kind: 'frame', destination: frame[0]!, source: checksum === 'sum' ? frame[2]! : null, header: frame[3]!, data: frame.subarray(4, -1) }, byteCount: wholeBytes };
}

/** Over DST, LEN, HDR and DATA. */
function crcOf(frame: Buffer): number {
  return crc16Xmodem(Buffer.concat([frame.subarray(0, 2), frame.subarray(3, -1)]));
}
