/**
 * What a printer sends back: single bytes and short groups on one stream, without frame or checksum, told apart by their fixed
 * bits. [escpos §1, §6]
 */
import type { NoiseEvent, Taken } from '../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../transport/frame-scanner.ts';

const XON = 0x11;
const XOFF = 0x13;
const DLE = 0x10;
/** Second byte of Custom's full status `10 0F p u r f`. */
const FULL_STATUS_MARK = 0x0f;
const FULL_STATUS_BYTES = 6;
const ASB_BYTES = 4;
/** Answer to GS I 65 and above: 5F, text, NUL. [escpos §2; the 5F unverified] */
const TEXT_HEAD = 0x5f;
const TEXT_END = 0x00;
const TEXT_BYTES_MAX = 34;

export type NoiseReason = 'unknownByte' | 'brokenGroup' | 'incomplete';

export type Reply =
  | { readonly kind: 'xon' }
  | { readonly kind: 'xoff' }
  /** Answer to DLE EOT n; which n is known only to who asked. */
  | { readonly kind: 'realTime'; readonly value: number }
  /** Answer to GS r 1, given in the order of the print data. */
  | { readonly kind: 'paperSensor'; readonly value: number }
  /** Automatic status back, unasked; four bytes. */
  | { readonly kind: 'automaticStatus'; readonly bytes: readonly number[] }
  /** Custom's six bytes. */
  | { readonly kind: 'fullStatus'; readonly bytes: readonly number[] }
  | { readonly kind: 'text'; readonly text: string };
export type ReplyEvent = Reply | NoiseEvent<NoiseReason>;

/** Bytes of the stream that an event stands for. */
export function eventByteCount(event: ReplyEvent): number {
  if (event.kind === 'noise') return event.byteCount;
  if (event.kind === 'text') return event.text.length + 2;
  return event.kind === 'automaticStatus' || event.kind === 'fullStatus' ? event.bytes.length : 1;
}

/** b0 = 0, b1 = 1, b4 = 1, b7 = 0. [escpos §6] */
const isRealTime = (value: number) => (value & 0x93) === 0x12;
/** b0 = b1 = 0, b4 = 1, b7 = 0. */
const isAsbStart = (value: number) => (value & 0x93) === 0x10;
const isAsbRest = (value: number) => (value & 0x90) === 0;
/** Two sensors of two equal bits: near end 03, end 0C. Anything else in these bits is no answer to GS r 1. [escpos §2] */
const isPaperSensor = (value: number) => value === 0x00 || value === 0x03 || value === 0x0c || value === 0x0f;
const isPrintable = (value: number) => value >= 0x20 && value <= 0x7e;

export function createReplyReader(): FrameScanner<Reply, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: TEXT_BYTES_MAX, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<ReplyEvent> | null {
  const first = pending[0]!;
  if (first === XON) return { event: { kind: 'xon' }, byteCount: 1 };
  if (first === XOFF) return { event: { kind: 'xoff' }, byteCount: 1 };
  if (isRealTime(first)) return { event: { kind: 'realTime', value: first }, byteCount: 1 };
  if (isPaperSensor(first)) return { event: { kind: 'paperSensor', value: first }, byteCount: 1 };
  if (first === TEXT_HEAD) return takeText(pending);
  if (!isAsbStart(first)) return noise('unknownByte', 1);
  if (pending.length < 2) return null;
  if (first === DLE && pending[1] === FULL_STATUS_MARK) return takeGroup(pending, 'fullStatus', FULL_STATUS_BYTES);
  // An XON, XOFF or status in between shows that this was no group: the byte alone goes, a good one may follow.
  if (!pending.subarray(1, ASB_BYTES).every(isAsbRest)) return noise('brokenGroup', 1);
  return takeGroup(pending, 'automaticStatus', ASB_BYTES);
}

function takeGroup(pending: Buffer, kind: 'automaticStatus' | 'fullStatus', byteCount: number): Taken<ReplyEvent> | null {
  return pending.length < byteCount ? null : { event: { kind, bytes: [...pending.subarray(0, byteCount)] }, byteCount };
}

function takeText(pending: Buffer): Taken<ReplyEvent> | null {
  const afterText = pending.findIndex((value, index) => index > 0 && !isPrintable(value));
  const isOver = afterText > 1 && pending[afterText] === TEXT_END;
  if (isOver && afterText < TEXT_BYTES_MAX) return { event: { kind: 'text', text: pending.toString('latin1', 1, afterText) }, byteCount: afterText + 1 };
  return afterText < 0 && pending.length < TEXT_BYTES_MAX - 1 ? null : noise('brokenGroup', 1);
}
