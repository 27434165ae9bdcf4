import { assert } from '../../../main/foundation/assert.ts';
import { bccXor } from '../../checks/bcc-xor.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** `02 | LLL | TEXT | 03 | CC`; LLL counts TEXT in three ASCII digits, CC is the XOR of LLL, TEXT and 03 as two hex digits. [scanners-pinpads-misc §2.1] */
const START = 0x02;
const END = 0x03;
const OVERHEAD_BYTES = 7;
export const TEXT_BYTES_MAX = 999;

export type NoiseReason = 'badLength' | 'badEnd' | 'badCheck' | 'incomplete';

export type Frame =
  | { readonly kind: 'frame'; readonly text: Buffer }
  /** Any byte outside frames is a pressed key: codes of the scan table, or the mask while a PIN is entered. */
  | { readonly kind: 'key'; readonly code: number };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

/** @param text  1…999 bytes */
export function encodeFrame(text: Uint8Array): Buffer {
  assert(text.length >= 1 && text.length <= TEXT_BYTES_MAX, 'a text has 1 to 999 bytes');
  const covered = Buffer.concat([Buffer.from(String(text.length).padStart(3, '0'), 'latin1'), text, Buffer.of(END)]);
  return Buffer.concat([Buffer.of(START), covered, Buffer.from(checkText(covered), 'latin1')]);
}

/** Bytes to frames and keys; at most one frame of 1006 bytes stays pending. */
export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: TEXT_BYTES_MAX + OVERHEAD_BYTES, expires: 'whole', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  const first = pending[0]!;
  if (first !== START) return { event: { kind: 'key', code: first }, byteCount: 1 };
  const digits = pending.subarray(1, 4);
  if (!digits.every((byte) => byte >= 0x30 && byte <= 0x39)) return noise('badLength', 1);
  if (digits.length < 3) return null;
  const textLength = Number(digits.toString('latin1'));
  if (textLength === 0) return noise('badLength', 4);
  const frameLength = textLength + OVERHEAD_BYTES;
  if (pending.length < frameLength) return null;
  const frame = pending.subarray(0, frameLength);
  const covered = frame.subarray(1, -2);
  // What is inside a damaged frame must not be taken for keys: it is dropped whole.
  if (covered.at(-1) !== END) return noise('badEnd', frameLength);
  if (frame.subarray(-2).toString('latin1') !== checkText(covered)) return noise('badCheck', frameLength);
  return { event: { kind: 'frame', text: Buffer.from(covered.subarray(3, -1)) }, byteCount: frameLength };
}

function checkText(covered: Uint8Array): string {
  return bccXor(covered).toString(16).toUpperCase().padStart(2, '0');
}
