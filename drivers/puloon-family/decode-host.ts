import { bccXor } from '../checks/bcc-xor.ts';
import { ACK, EOT, ETX, NAK, STX } from './frames.ts';

export interface HostForm {
  readonly communicationId: number;
  /** Whole length of a command by its opcode; undefined: none of this dialect. */
  readonly lengthBytes: (opcode: number) => number | undefined;
  /** What is told of a command. */
  readonly describe: (opcode: number, data: Buffer) => Readonly<Record<string, unknown>>;
}

/** Bytes of the host in words; total: every byte belongs to an entry. [lcdm §2] */
export function decodeHostBytes(bytes: Uint8Array, { communicationId, lengthBytes, describe }: HostForm): readonly Readonly<Record<string, unknown>>[] {
  const decoded: Readonly<Record<string, unknown>>[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const first = bytes[offset];
    const opcode = bytes[offset + 3];
    const length = first === EOT && opcode !== undefined ? lengthBytes(opcode) : undefined;
    const frame = bytes.subarray(offset, offset + (length ?? 0));
    if (opcode !== undefined && length !== undefined && frame.length === length && frame[1] === communicationId && frame[2] === STX && frame.at(-2) === ETX) {
      decoded.push({ kind: 'command', ...describe(opcode, Buffer.from(frame.subarray(4, -2))), isBccGood: bccXor(frame) === 0 });
      offset += length;
      continue;
    }
    decoded.push(first === ACK ? { kind: 'ack' } : first === NAK ? { kind: 'nak' } : { kind: 'noise', reason: 'noStart', byteCount: 1 });
    offset += 1;
  }
  return decoded;
}
