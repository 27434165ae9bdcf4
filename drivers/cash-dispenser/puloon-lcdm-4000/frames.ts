import { assert } from '../../../main/foundation/assert.ts';
import { bccXor } from '../../checks/bcc-xor.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** Dialect B. Host: `EOT 30 STX CMD DATA ETX BCC`; device: `SOH 30 STX CMD DATA ETX BCC`, then EOT alone after the host's ACK. [lcdm §2, §5] */
export const SOH = 0x01;
export const STX = 0x02;
export const ETX = 0x03;
export const EOT = 0x04;
export const ACK = 0x06;
export const NAK = 0x15;
export const COMMUNICATION_ID = 0x30;

/** Whole length of a response by command; never cut at ETX. RESET's is not documented: the shortest with an error byte. [lcdm §2, §5] */
export const RESPONSE_LENGTH_BYTES: ReadonlyMap<number, number> = new Map([[0x44, 7], [0x50, 24], [0x51, 20], [0x52, 29], [0x53, 29], [0x55, 21]]);
const RESPONSE_LENGTH_BYTES_MAX = 29;

export type NoiseReason = 'noStart' | 'badStart' | 'unknownCommand' | 'badEnd' | 'badBcc' | 'incomplete';
export type Frame = { readonly kind: 'ack' | 'nak' | 'eot' } | { readonly kind: 'response'; readonly command: number; readonly data: Buffer };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

export function encodeCommand(command: number, data: Uint8Array): Buffer {
  assert(RESPONSE_LENGTH_BYTES.has(command), 'a command of dialect B');
  const frame = Buffer.from([EOT, COMMUNICATION_ID, STX, command, ...data, ETX]);
  return Buffer.concat([frame, Buffer.of(bccXor(frame))]);
}

/** A damaged response is dropped whole: only its own repeat can follow, and a 06 or 15 inside it is no answer. */
export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: RESPONSE_LENGTH_BYTES_MAX, expires: 'whole', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  const [start, second, third, command] = pending;
  if (start === ACK) return { event: { kind: 'ack' }, byteCount: 1 };
  if (start === NAK) return { event: { kind: 'nak' }, byteCount: 1 };
  if (start === EOT) return { event: { kind: 'eot' }, byteCount: 1 };
  if (start !== SOH) return noise('noStart', 1);
  if (second !== undefined && second !== COMMUNICATION_ID) return noise('badStart', 1);
  if (third !== undefined && third !== STX) return noise('badStart', 2);
  if (command === undefined) return null;
  const lengthBytes = RESPONSE_LENGTH_BYTES.get(command);
  if (lengthBytes === undefined) return noise('unknownCommand', 4);
  if (pending.length < lengthBytes) return null;
  const frame = pending.subarray(0, lengthBytes);
  if (bccXor(frame) !== 0) return noise('badBcc', lengthBytes);
  if (frame[lengthBytes - 2] !== ETX) return noise('badEnd', lengthBytes);
  return { event: { kind: 'response', command, data: Buffer.from(frame.subarray(4, -2)) }, byteCount: lengthBytes };
}
