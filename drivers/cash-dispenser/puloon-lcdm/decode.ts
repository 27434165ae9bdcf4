import { bccXor } from '../../checks/bcc-xor.ts';
import { COMMANDS, decodeLcdmResponse, errorRowOf } from './codec.ts';
import { ACK, COMMUNICATION_ID, EOT, ETX, createFrameReader, NAK, STX } from './frames.ts';

/** One thing on the line, as plain JSON for `qolma devices decode`. */
export type LcdmDecoded = Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, unknown>>>>;

const COMMAND_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(COMMANDS).map(([name, opcode]) => [opcode, name]));
const COMMAND_LENGTH_BYTES: ReadonlyMap<number, number> = new Map<number, number>([[0x44, 6], [0x45, 8], [0x46, 6], [0x47, 6], [0x55, 8], [0x56, 10], [0x76, 6], [0x77, 6]]);

/** Bytes of one direction to commands, responses, events and noise. Total: every byte belongs to an entry. */
export function decodeLcdm(bytes: Uint8Array, from: 'host' | 'device'): readonly LcdmDecoded[] {
  return from === 'host' ? decodeHost(bytes) : decodeDevice(bytes);
}

function decodeDevice(bytes: Uint8Array): readonly LcdmDecoded[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): LcdmDecoded => {
    if (event.kind === 'noteEvent') return { kind: 'event', event: event.event === 0x8d ? 'noteDispensed' : 'noteRejected', detail: event.detail };
    if (event.kind !== 'response') return event;
    const decoded = decodeLcdmResponse(event.command, event.data);
    const name = COMMAND_NAMES.get(event.command) ?? event.command;
    if (!decoded.ok) return { kind: 'response', command: name, problem: decoded.error, dataHex: event.data.toString('hex') };
    const response: Readonly<Record<string, unknown>> = { ...decoded.value };
    const error = 'errorByte' in decoded.value ? errorRowOf(decoded.value.errorByte).means : null;
    return { kind: 'response', command: name, error, response };
  });
}

function decodeHost(bytes: Uint8Array): readonly LcdmDecoded[] {
  const decoded: LcdmDecoded[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const first = bytes[offset];
    const lengthBytes = first === EOT ? COMMAND_LENGTH_BYTES.get(bytes[offset + 3] ?? -1) : undefined;
    const frame = lengthBytes === undefined ? undefined : bytes.subarray(offset, offset + lengthBytes);
    if (frame !== undefined && frame.length === lengthBytes && frame[1] === COMMUNICATION_ID && frame[2] === STX && frame.at(-2) === ETX) {
      const digits = Buffer.from(frame.subarray(4, -2)).toString('latin1');
      decoded.push({ kind: 'command', command: COMMAND_NAMES.get(frame[3]!) ?? frame[3]!, counts: digits === '' ? null : digits, isBccGood: bccXor(frame) === 0 });
      offset += frame.length;
      continue;
    }
    decoded.push(first === ACK ? { kind: 'ack' } : first === NAK ? { kind: 'nak' } : { kind: 'noise', reason: 'noStart', byteCount: 1 });
    offset += 1;
  }
  return decoded;
}
