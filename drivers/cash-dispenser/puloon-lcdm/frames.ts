import { assert } from '../../../main/foundation/assert.ts';
import { bccXor } from '../../checks/bcc-xor.ts';
import type { NoiseEvent, Taken } from '../../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../transport/frame-scanner.ts';

/** Dialect A. Host: `EOT ID STX CMD DATA ETX BCC`; device: `SOH ID STX CMD DATA ETX BCC`. [lcdm §2] */
export const SOH = 0x01;
export const STX = 0x02;
export const ETX = 0x03;
export const EOT = 0x04;
export const ACK = 0x06;
export const NAK = 0x15;
/** Communication id of dialect A; dialect B has 30. */
export const COMMUNICATION_ID = 0x50;
/** Second byte of the three-byte groups that come while notes move. [lcdm §4.4] */
export const EVENT_NOTE_DISPENSED = 0x8d;
export const EVENT_NOTE_REJECTED = 0x9c;
const EVENT_LENGTH_BYTES = 3;
const STRAY_IDLE_BYTE = 0xff;

/**
 * Whole length of a response, from SOH to BCC, by command. A response is never cut at ETX: SENSOR1 and BCC may be 03. [lcdm §2]
 */
export const RESPONSE_LENGTH_BYTES: ReadonlyMap<number, number> = new Map([[0x44, 7], [0x45, 14], [0x46, 10], [0x47, 14], [0x55, 14], [0x56, 21], [0x76, 14], [0x77, 14]]);
const RESPONSE_LENGTH_BYTES_MAX = 21;

export type NoiseReason = 'idleByte' | 'noStart' | 'badStart' | 'unknownCommand' | 'badEnd' | 'badBcc' | 'incomplete';

export type Frame =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'response'; readonly command: number; readonly data: Buffer }
  | { readonly kind: 'noteEvent'; readonly event: number; readonly detail: number };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

/** @param data 0…4 ASCII digits, as the command wants them */
export function encodeCommand(command: number, data: Uint8Array): Buffer {
  assert(RESPONSE_LENGTH_BYTES.has(command), 'a command of dialect A');
  const frame = Buffer.from([EOT, COMMUNICATION_ID, STX, command, ...data, ETX]);
  return Buffer.concat([frame, Buffer.of(bccXor(frame))]);
}

/**
 * Bytes of the device to frames. A damaged response is dropped whole, unlike elsewhere: nothing but its own repeat can follow it, and a 06 or 15
 * inside it must not be taken for an answer.
 */
export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: RESPONSE_LENGTH_BYTES_MAX, expires: 'whole', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  const [start, second] = pending;
  if (start === ACK) return { event: { kind: 'ack' }, byteCount: 1 };
  if (start === NAK) return { event: { kind: 'nak' }, byteCount: 1 };
  // Seen by two drivers between frames while the device is idle or waits. [lcdm §2]
  if (start === STRAY_IDLE_BYTE) return noise('idleByte', 1);
  if (start !== SOH) return noise('noStart', 1);
  if (second === undefined) return null;
  if (second === EVENT_NOTE_DISPENSED || second === EVENT_NOTE_REJECTED) {
    const detail = pending[2];
    return detail === undefined ? null : { event: { kind: 'noteEvent', event: second, detail }, byteCount: EVENT_LENGTH_BYTES };
  }
  if (second !== COMMUNICATION_ID) return noise('badStart', 1);
  return takeResponse(pending);
}

function takeResponse(pending: Buffer): Taken<FrameEvent> | null {
  const command = pending[3];
  if (pending[2] !== undefined && pending[2] !== STX) return noise('badStart', 2);
  if (command === undefined) return null;
  const lengthBytes = RESPONSE_LENGTH_BYTES.get(command);
  if (lengthBytes === undefined) return noise('unknownCommand', 4);
  if (pending.length < lengthBytes) return null;
  const frame = pending.subarray(0, lengthBytes);
  if (bccXor(frame) !== 0) return noise('badBcc', lengthBytes);
  if (frame[lengthBytes - 2] !== ETX) return noise('badEnd', lengthBytes);
  return { event: { kind: 'response', command, data: Buffer.from(frame.subarray(4, -2)) }, byteCount: lengthBytes };
}
