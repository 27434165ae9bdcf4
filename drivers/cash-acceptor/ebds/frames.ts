import { assert } from '../../../main/foundation/assert.ts';
import { bccXor } from '../../checks/bcc-xor.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** STX LEN CTRL DATA ETX CHK; LEN counts the whole frame, CHK is the XOR from LEN to the last data byte; no byte above 7F. [ebds §2] */
export const STX = 0x02;
export const ETX = 0x03;
export const FRAME_LENGTH_BYTES_MIN = 5;
export const FRAME_LENGTH_BYTES_MAX = 0x7f;
const OVERHEAD_BYTES = 5;
const BYTE_MAX = 0x7f;

export type NoiseReason = 'noStart' | 'badLength' | 'badEnd' | 'badChecksum' | 'incomplete';

/** `control`: bit 0 acknowledge number, bits 1–3 device, bits 4–6 message type. */
export type Frame = { readonly kind: 'frame'; readonly control: number; readonly data: Buffer };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

export function encodeFrame(control: number, data: Uint8Array): Buffer {
  assert(control <= BYTE_MAX && data.every((byte) => byte <= BYTE_MAX), 'EBDS bytes have seven bits');
  assert(data.length + OVERHEAD_BYTES <= FRAME_LENGTH_BYTES_MAX, 'an EBDS frame has at most 127 bytes');
  const frame = Buffer.from([STX, data.length + OVERHEAD_BYTES, control, ...data, ETX, 0]);
  frame[frame.length - 1] = bccXor(frame.subarray(1, -2));
  return frame;
}

/** 02 and 03 may be data: the length decides, and after a damaged frame one byte is dropped. */
export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: FRAME_LENGTH_BYTES_MAX, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  if (pending[0] !== STX) {
    const start = pending.indexOf(STX);
    return noise('noStart', start < 0 ? pending.length : start);
  }
  const lengthBytes = pending[1];
  if (lengthBytes === undefined) return null;
  if (lengthBytes < FRAME_LENGTH_BYTES_MIN || lengthBytes > FRAME_LENGTH_BYTES_MAX) return noise('badLength', 1);
  if (pending.length < lengthBytes) return null;
  if (pending[lengthBytes - 2] !== ETX) return noise('badEnd', 1);
  if (bccXor(pending.subarray(1, lengthBytes - 2)) !== pending[lengthBytes - 1]) return noise('badChecksum', 1);
  return { event: { kind: 'frame', control: pending[2]!, data: pending.subarray(3, lengthBytes - 2) }, byteCount: lengthBytes };
}
