import { decodeHostBytes } from '../../puloon-family/decode-host.ts';
import { EVENT_NOTE_DISPENSED } from '../../puloon-family/frames.ts';
import { COMMANDS, decodeLcdmResponse, errorRowOf } from './codec.ts';
import { COMMUNICATION_ID, createFrameReader } from './frames.ts';

/** One thing on the line, as plain JSON for `qolma devices decode`. */
export type LcdmDecoded = Readonly<Record<string, unknown>>;

const COMMAND_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(COMMANDS).map(([name, opcode]) => [opcode, name]));
const COMMAND_LENGTH_BYTES: ReadonlyMap<number, number> = new Map<number, number>([[0x44, 6], [0x45, 8], [0x46, 6], [0x47, 6], [0x55, 8], [0x56, 10], [0x76, 6], [0x77, 6]]);

/** Bytes of one direction to commands, responses, events and noise. Total: every byte belongs to an entry. */
export function decodeLcdm(bytes: Uint8Array, from: 'host' | 'device'): readonly LcdmDecoded[] {
  if (from === 'device') return decodeDevice(bytes);
  return decodeHostBytes(bytes, {
    communicationId: COMMUNICATION_ID,
    lengthBytes: (opcode) => COMMAND_LENGTH_BYTES.get(opcode),
    describe: (opcode, data) => ({ command: COMMAND_NAMES.get(opcode) ?? opcode, counts: data.length === 0 ? null : data.toString('latin1') }),
  });
}

function decodeDevice(bytes: Uint8Array): readonly LcdmDecoded[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): LcdmDecoded => {
    if (event.kind === 'noteEvent') return { kind: 'event', event: event.event === EVENT_NOTE_DISPENSED ? 'noteDispensed' : 'noteRejected', detail: event.detail };
    if (event.kind !== 'response') return event;
    const decoded = decodeLcdmResponse(event.command, event.data);
    const name = COMMAND_NAMES.get(event.command) ?? event.command;
    if (!decoded.ok) return { kind: 'response', command: name, problem: decoded.error, dataHex: event.data.toString('hex') };
    const response: Readonly<Record<string, unknown>> = { ...decoded.value };
    const error = 'errorByte' in decoded.value ? errorRowOf(decoded.value.errorByte).means : null;
    return { kind: 'response', command: name, error, response };
  });
}
