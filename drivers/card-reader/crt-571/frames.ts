import { assert } from '../../../main/foundation/assert.ts';
import { bccXor } from '../../checks/bcc-xor.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** `F2 ADDR LH LL TEXT 03 BCC`; L counts TEXT, BCC is the XOR from F2 to 03. [card-readers §B] */
export const START = 0xf2;
export const ETX = 0x03;
export const EOT = 0x04;
export const ACK = 0x06;
export const NAK = 0x15;
const OVERHEAD_BYTES = 6;
export const FRAME_LENGTH_BYTES_MAX = 1024;
/** Head, CM and PM at least. */
const TEXT_LENGTH_BYTES_MIN = 3;
export const TEXT_LENGTH_BYTES_MAX = FRAME_LENGTH_BYTES_MAX - OVERHEAD_BYTES;

export type NoiseReason = 'noStart' | 'badAddress' | 'badLength' | 'badEnd' | 'badBcc' | 'incomplete';

export type Frame =
  | { readonly kind: 'ack' | 'nak' | 'eot' }
  | { readonly kind: 'frame'; readonly address: number; readonly text: Buffer };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

/** @param address 0…15, by the DIP switches */
export function encodeFrame(address: number, text: Uint8Array): Buffer {
  assert(address >= 0 && address <= 15, 'a CRT-571 address is 0 to 15');
  assert(text.length >= TEXT_LENGTH_BYTES_MIN && text.length <= TEXT_LENGTH_BYTES_MAX, 'a CRT-571 text has 3 to 1018 bytes');
  const frame = Buffer.from([START, address, text.length >> 8, text.length & 0xff, ...text, ETX]);
  return Buffer.concat([frame, Buffer.of(bccXor(frame))]);
}

/** Bytes to frames; fewer than 1024 stay pending. */
export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: FRAME_LENGTH_BYTES_MAX, expires: 'whole', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  const first = pending[0];
  if (first === ACK) return { event: { kind: 'ack' }, byteCount: 1 };
  if (first === NAK) return { event: { kind: 'nak' }, byteCount: 1 };
  if (first === EOT) return { event: { kind: 'eot' }, byteCount: 1 };
  if (first !== START) return noise('noStart', 1);
  if (pending.length >= 2 && pending[1]! > 15) return noise('badAddress', 1);
  if (pending.length < 4) return null;
  const textLength = pending.readUInt16BE(2);
  if (textLength < TEXT_LENGTH_BYTES_MIN || textLength > TEXT_LENGTH_BYTES_MAX) return noise('badLength', 1);
  const frameLength = textLength + OVERHEAD_BYTES;
  if (pending.length < frameLength) return null;
  const frame = pending.subarray(0, frameLength);
  if (frame[frameLength - 2] !== ETX) return noise('badEnd', 1);
  // The end is where the length says: the damage is inside, and what is inside must not be taken for an ACK.
  if (bccXor(frame) !== 0) return noise('badBcc', frameLength);
  return { event: { kind: 'frame', address: frame[1]!, text: Buffer.from(frame.subarray(4, -2)) }, byteCount: frameLength };
}
