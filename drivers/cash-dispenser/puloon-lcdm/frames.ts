import type { Frame, FrameForm, NoiseReason, PuloonEvent } from '../../puloon-family/frames.ts';
import { createFrameReader as createReader, encodeFrame, EVENT_NOTE_DISPENSED, EVENT_NOTE_REJECTED, SOH } from '../../puloon-family/frames.ts';
import type { FrameScanner, Taken } from '../../transport/frame-scanner.ts';
import { noise } from '../../transport/frame-scanner.ts';

/** Communication id of dialect A. [lcdm §2] */
export const COMMUNICATION_ID = 0x50;
const EVENT_LENGTH_BYTES = 3;
/** Seen by two drivers between frames while the device is idle or waits. [lcdm §2] */
const STRAY_IDLE_BYTE = 0xff;

const DIALECT_A: FrameForm = {
  communicationId: COMMUNICATION_ID,
  responseLengthBytes: new Map([[0x44, 7], [0x45, 14], [0x46, 10], [0x47, 14], [0x55, 14], [0x56, 21], [0x76, 14], [0x77, 14]]),
  takeOther,
};

/** @param data 0…4 ASCII digits, as the command wants them */
export function encodeCommand(command: number, data: Uint8Array): Buffer {
  return encodeFrame(DIALECT_A, command, data);
}

export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return createReader(DIALECT_A);
}

function takeOther(pending: Buffer): Taken<PuloonEvent> | null | undefined {
  const [start, second, detail] = pending;
  if (start === STRAY_IDLE_BYTE) return noise('idleByte', 1);
  if (start !== SOH) return undefined;
  if (second === undefined) return null;
  if (second !== EVENT_NOTE_DISPENSED && second !== EVENT_NOTE_REJECTED) return undefined;
  return detail === undefined ? null : { event: { kind: 'noteEvent', event: second, detail }, byteCount: EVENT_LENGTH_BYTES };
}
