import { crc16Kermit } from '../../checks/crc16-kermit.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** The longest line of the protocol is 40 bytes; more is no line of ours. [README §Lines] */
export const LINE_LENGTH_BYTES_MAX = 64;
const LF = 0x0a;
const CR = 0x0d;
/** ` *hhhh` at the end of each line of the board, and of each order to it. */
const CHECKED_LINE = /^(.+) \*([0-9A-F]{4})$/;

export type NoiseReason = 'badChecksum' | 'noChecksum' | 'notAscii' | 'tooLong' | 'incomplete';
export interface Line {
  readonly kind: 'line';
  readonly body: string;
}
export type LineEvent = Line | NoiseEvent<NoiseReason>;

/** Bytes of the board to lines whose checksum holds. */
export function createLineReader(): FrameScanner<Line, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: LINE_LENGTH_BYTES_MAX, expires: 'whole', incomplete: 'incomplete' });
}

export function encodeCheckedLine(body: string): Uint8Array {
  return Buffer.from(`${body} *${crc16Kermit(Buffer.from(body, 'latin1')).toString(16).toUpperCase().padStart(4, '0')}\n`, 'latin1');
}

function takeOne(pending: Buffer): Taken<LineEvent> | null {
  const end = pending.subarray(0, LINE_LENGTH_BYTES_MAX).indexOf(LF);
  if (end < 0) return pending.length < LINE_LENGTH_BYTES_MAX ? null : noise('tooLong', LINE_LENGTH_BYTES_MAX);
  const byteCount = end + 1;
  const content = pending.subarray(0, pending[end - 1] === CR ? end - 1 : end);
  if (content.some((byte) => byte < 0x20 || byte > 0x7e)) return noise('notAscii', byteCount);
  const match = CHECKED_LINE.exec(content.toString('latin1'));
  if (match === null) return noise('noChecksum', byteCount);
  const body = match[1]!;
  return crc16Kermit(Buffer.from(body, 'latin1')) === Number.parseInt(match[2]!, 16) ? { event: { kind: 'line', body }, byteCount } : noise('badChecksum', byteCount);
}
