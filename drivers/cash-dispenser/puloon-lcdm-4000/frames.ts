import type { Frame, FrameForm, NoiseReason, PuloonEvent } from '../../puloon-family/frames.ts';
import { createFrameReader as createReader, encodeFrame, EOT } from '../../puloon-family/frames.ts';
import type { FrameScanner, Taken } from '../../transport/frame-scanner.ts';

/** Communication id of dialect B. [lcdm §2] */
export const COMMUNICATION_ID = 0x30;

/** The device ends an exchange with EOT alone after the host's ACK. The length of RESET's response is not documented: the shortest with an error byte. [lcdm §2, §5] */
const DIALECT_B: FrameForm = {
  communicationId: COMMUNICATION_ID,
  responseLengthBytes: new Map([[0x44, 7], [0x50, 24], [0x51, 20], [0x52, 29], [0x53, 29], [0x55, 21]]),
  takeOther: (pending): Taken<PuloonEvent> | undefined => (pending[0] === EOT ? { event: { kind: 'eot' }, byteCount: 1 } : undefined),
};

export function encodeCommand(command: number, data: Uint8Array): Buffer {
  return encodeFrame(DIALECT_B, command, data);
}

export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return createReader(DIALECT_B);
}
