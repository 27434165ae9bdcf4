import { assert } from '../../../main/foundation/assert.ts';
import { bccXor } from '../../checks/bcc-xor.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** `02 LH LL CM PM DATA 03 BCC`; L counts CM to the end of DATA, BCC is the XOR from 02 to 03. [card-readers §A] */
const STX = 0x02;
const ETX = 0x03;
export const EOT = 0x04;
export const ENQ = 0x05;
const ACK = 0x06;
const NAK = 0x15;
const OVERHEAD_BYTES = 5;
const BODY_LENGTH_BYTES_MIN = 2;
/** CM, PM and 264 of data. */
export const BODY_LENGTH_BYTES_MAX = 266;

export type NoiseReason = 'noStart' | 'badLength' | 'badEnd' | 'badBcc' | 'incomplete';
export type Frame = { readonly kind: 'ack' | 'nak' | 'eot' } | { readonly kind: 'frame'; readonly body: Buffer };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

/** @param body  CM, PM, DATA */
export function encodeFrame(body: Uint8Array): Buffer {
  assert(body.length >= BODY_LENGTH_BYTES_MIN && body.length <= BODY_LENGTH_BYTES_MAX, 'a CRT-310 frame has 2 to 266 bytes inside');
  const frame = Buffer.from([STX, body.length >> 8, body.length & 0xff, ...body, ETX]);
  return Buffer.concat([frame, Buffer.of(bccXor(frame))]);
}

export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: BODY_LENGTH_BYTES_MAX + OVERHEAD_BYTES, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  const first = pending[0];
  if (first === ACK) return { event: { kind: 'ack' }, byteCount: 1 };
  if (first === NAK) return { event: { kind: 'nak' }, byteCount: 1 };
  if (first === EOT) return { event: { kind: 'eot' }, byteCount: 1 };
  if (first !== STX) return noise('noStart', 1);
  if (pending.length < 3) return null;
  const bodyBytes = pending.readUInt16BE(1);
  // One byte each time: the length may be the damaged one, and a good frame may start inside.
  if (bodyBytes < BODY_LENGTH_BYTES_MIN || bodyBytes > BODY_LENGTH_BYTES_MAX) return noise('badLength', 1);
  const byteCount = bodyBytes + OVERHEAD_BYTES;
  if (pending.length < byteCount) return null;
  if (pending[byteCount - 2] !== ETX) return noise('badEnd', 1);
  if (bccXor(pending.subarray(0, byteCount)) !== 0) return noise('badBcc', 1);
  return { event: { kind: 'frame', body: Buffer.from(pending.subarray(3, byteCount - 2)) }, byteCount };
}
