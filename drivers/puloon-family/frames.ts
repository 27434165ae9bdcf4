import { assert } from '../../main/foundation/assert.ts';
import { bccXor } from '../checks/bcc-xor.ts';
import type { NoiseEvent, Taken } from '../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../transport/frame-scanner.ts';

/** Host: `EOT ID STX CMD DATA ETX BCC`; device: `SOH ID STX CMD DATA ETX BCC`. The dialects differ by their id, commands and what comes beside. [lcdm §2] */
export const SOH = 0x01;
export const STX = 0x02;
export const ETX = 0x03;
export const EOT = 0x04;
export const ACK = 0x06;
export const NAK = 0x15;
/** Second byte of dialect A's three-byte groups that come while notes move. [lcdm §4.4] */
export const EVENT_NOTE_DISPENSED = 0x8d;
export const EVENT_NOTE_REJECTED = 0x9c;

export type NoiseReason = 'idleByte' | 'noStart' | 'badStart' | 'unknownCommand' | 'badEnd' | 'badBcc' | 'incomplete';

export type Frame =
  | { readonly kind: 'ack' | 'nak' | 'eot' }
  | { readonly kind: 'response'; readonly command: number; readonly data: Buffer }
  | { readonly kind: 'noteEvent'; readonly event: number; readonly detail: number };
export type PuloonEvent = Frame | NoiseEvent<NoiseReason>;

export interface FrameForm {
  readonly communicationId: number;
  /** Whole length of a response, from SOH to BCC, by command. A response is never cut at ETX: a data byte and BCC may be 03. [lcdm §2] */
  readonly responseLengthBytes: ReadonlyMap<number, number>;
  /** What this dialect has beside ACK, NAK and responses; undefined: nothing of that kind begins here. */
  readonly takeOther: (pending: Buffer) => Taken<PuloonEvent> | null | undefined;
}

/** @param data  ASCII digits, as the command wants them */
export function encodeFrame({ communicationId, responseLengthBytes }: FrameForm, command: number, data: Uint8Array): Buffer {
  assert(responseLengthBytes.has(command), 'a command of this dialect');
  const frame = Buffer.from([EOT, communicationId, STX, command, ...data, ETX]);
  return Buffer.concat([frame, Buffer.of(bccXor(frame))]);
}

/**
 * Bytes of the device to frames. A damaged response is dropped whole, unlike elsewhere: nothing but its own repeat can follow it, and a 06 or 15
 * inside it must not be taken for an answer.
 */
export function createFrameReader(form: FrameForm): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne: (pending) => takeOne(form, pending), pendingBytesMax: Math.max(...form.responseLengthBytes.values()), expires: 'whole', incomplete: 'incomplete' });
}

function takeOne(form: FrameForm, pending: Buffer): Taken<PuloonEvent> | null {
  const [start, second, third, command] = pending;
  if (start === ACK) return { event: { kind: 'ack' }, byteCount: 1 };
  if (start === NAK) return { event: { kind: 'nak' }, byteCount: 1 };
  const other = form.takeOther(pending);
  if (other !== undefined) return other;
  if (start !== SOH) return noise('noStart', 1);
  if (second !== undefined && second !== form.communicationId) return noise('badStart', 1);
  if (third !== undefined && third !== STX) return noise('badStart', 2);
  return command === undefined ? null : takeResponse(form, command, pending);
}

function takeResponse(form: FrameForm, command: number, pending: Buffer): Taken<PuloonEvent> | null {
  const lengthBytes = form.responseLengthBytes.get(command);
  if (lengthBytes === undefined) return noise('unknownCommand', 4);
  if (pending.length < lengthBytes) return null;
  const frame = pending.subarray(0, lengthBytes);
  if (bccXor(frame) !== 0) return noise('badBcc', lengthBytes);
  if (frame[lengthBytes - 2] !== ETX) return noise('badEnd', lengthBytes);
  return { event: { kind: 'response', command, data: Buffer.from(frame.subarray(4, -2)) }, byteCount: lengthBytes };
}
