import { bccXor } from '../../checks/bcc-xor.ts';
import { COMMANDS, decodeLcdmBResponse, errorRowOf } from './codec.ts';
import { ACK, COMMUNICATION_ID, EOT, ETX, NAK, STX, createFrameReader } from './frames.ts';

export type LcdmBDecoded = Readonly<Record<string, unknown>>;
const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(COMMANDS).map(([name, opcode]) => [opcode, name]));
const HEAD_AND_TAIL_BYTES = 6;
const DISPENSE_DATA_BYTES = 15;

/** Bytes of one direction in words; total. A dispense of the host has 15 bytes of data, other commands none. [lcdm §5] */
export function decodeLcdmB(bytes: Uint8Array, from: 'host' | 'device'): readonly LcdmBDecoded[] {
  if (from === 'host') return decodeHost(bytes);
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): LcdmBDecoded => {
    if (event.kind !== 'response') return event;
    const decoded = decodeLcdmBResponse(event.command, event.data);
    const command = NAMES.get(event.command) ?? event.command;
    return decoded.ok ? { kind: 'response', command, error: errorRowOf(decoded.value.error).means, response: decoded.value } : { kind: 'response', command, problem: decoded.error, dataHex: event.data.toString('hex') };
  });
}

function decodeHost(bytes: Uint8Array): readonly LcdmBDecoded[] {
  const decoded: LcdmBDecoded[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const opcode = bytes[offset + 3] ?? -1;
    const lengthBytes = HEAD_AND_TAIL_BYTES + (opcode === COMMANDS.DISPENSE || opcode === COMMANDS.TEST ? DISPENSE_DATA_BYTES : 0);
    const frame = bytes.subarray(offset, offset + lengthBytes);
    if (frame.length === lengthBytes && frame[0] === EOT && frame[1] === COMMUNICATION_ID && frame[2] === STX && frame.at(-2) === ETX) {
      decoded.push({ kind: 'command', command: NAMES.get(opcode) ?? opcode, isBccGood: bccXor(frame) === 0 });
      offset += lengthBytes;
      continue;
    }
    decoded.push(bytes[offset] === ACK ? { kind: 'ack' } : bytes[offset] === NAK ? { kind: 'nak' } : { kind: 'noise', reason: 'noStart', byteCount: 1 });
    offset++;
  }
  return decoded;
}
