import { assert } from '../../../main/foundation/assert.ts';
import { crc16Kermit } from '../../checks/crc16-kermit.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** `10 02 LH LL DATA 10 03 CRC-lo CRC-hi`, the same both ways; DATA is read by length, no byte is doubled. [f53 §2] */
export const DLE = 0x10;
export const STX = 0x02;
export const ETX = 0x03;
export const ENQ = 0x05;
export const ACK = 0x06;
export const NAK = 0x15;
const HEAD_BYTES = 4;
const TAIL_BYTES = 4;
/** The longest known payload has 157 bytes; a greater length is a damaged one. [f53 §3] */
export const DATA_BYTES_MAX = 512;

export type NoiseReason = 'noStart' | 'badStart' | 'badLength' | 'badEnd' | 'badCrc' | 'incomplete';

export type Frame = { readonly kind: 'enq' } | { readonly kind: 'ack' } | { readonly kind: 'nak' } | { readonly kind: 'frame'; readonly data: Buffer };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

export function encodeFrame(data: Uint8Array): Buffer {
  assert(data.length > 0 && data.length <= DATA_BYTES_MAX, 'a payload of a frame');
  const frame = Buffer.concat([Buffer.of(DLE, STX, data.length >> 8, data.length & 0xff), data, Buffer.of(DLE, ETX)]);
  const crc = crc16Kermit(frame, 2);
  return Buffer.concat([frame, Buffer.of(crc & 0xff, crc >> 8)]);
}

/** A damaged frame is dropped whole, as with other dispensers: only its own repeat can follow, and `10 06` inside it must not be taken for an answer. */
export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: HEAD_BYTES + DATA_BYTES_MAX + TAIL_BYTES, expires: 'whole', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  const [start, second] = pending;
  if (start !== DLE) return noise('noStart', 1);
  if (second === undefined) return null;
  if (second === ENQ) return { event: { kind: 'enq' }, byteCount: 2 };
  if (second === ACK) return { event: { kind: 'ack' }, byteCount: 2 };
  if (second === NAK) return { event: { kind: 'nak' }, byteCount: 2 };
  if (second !== STX) return noise('badStart', 1);
  if (pending.length < HEAD_BYTES) return null;
  const lengthBytes = pending.readUInt16BE(2);
  if (lengthBytes === 0 || lengthBytes > DATA_BYTES_MAX) return noise('badLength', HEAD_BYTES);
  const wholeBytes = HEAD_BYTES + lengthBytes + TAIL_BYTES;
  if (pending.length < wholeBytes) return null;
  const end = HEAD_BYTES + lengthBytes;
  if (pending[end] !== DLE || pending[end + 1] !== ETX) return noise('badEnd', wholeBytes);
  if (crc16Kermit(pending, 2, end + 2) !== pending.readUInt16LE(end + 2)) return noise('badCrc', wholeBytes);
  return { event: { kind: 'frame', data: Buffer.from(pending.subarray(HEAD_BYTES, end)) }, byteCount: wholeBytes };
}
