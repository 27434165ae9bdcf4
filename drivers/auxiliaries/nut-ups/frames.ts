import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** Text lines that end with LF. [misc §4.1] No line of a real server is near so long. */
export const LINE_LENGTH_BYTES_MAX = 1024;
const LF = 0x0a;
const CR = 0x0d;

export type NoiseReason = 'controlCharacter' | 'tooLong' | 'incomplete';
export interface Line {
  readonly kind: 'line';
  readonly text: string;
}
export type LineEvent = Line | NoiseEvent<NoiseReason>;

export function createLineReader(): FrameScanner<Line, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: LINE_LENGTH_BYTES_MAX, expires: 'whole', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<LineEvent> | null {
  const end = pending.subarray(0, LINE_LENGTH_BYTES_MAX).indexOf(LF);
  if (end < 0) return pending.length < LINE_LENGTH_BYTES_MAX ? null : noise('tooLong', LINE_LENGTH_BYTES_MAX);
  const content = pending.subarray(0, pending[end - 1] === CR ? end - 1 : end);
  if (content.some((byte) => byte < 0x20 || byte === 0x7f)) return noise('controlCharacter', end + 1);
  return { event: { kind: 'line', text: content.toString('utf8') }, byteCount: end + 1 };
}
