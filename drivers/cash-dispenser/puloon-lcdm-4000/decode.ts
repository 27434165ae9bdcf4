import { decodeHostBytes } from '../../puloon-family/decode-host.ts';
import { COMMANDS, decodeLcdmBResponse, errorRowOf } from './codec.ts';
import { COMMUNICATION_ID, createFrameReader } from './frames.ts';

export type LcdmBDecoded = Readonly<Record<string, unknown>>;
const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(COMMANDS).map(([name, opcode]) => [opcode, name]));
const HEAD_AND_TAIL_BYTES = 6;
const DISPENSE_DATA_BYTES = 15;

/** Bytes of one direction in words; total. A dispense of the host has 15 bytes of data, other commands none. [lcdm §5] */
export function decodeLcdmB(bytes: Uint8Array, from: 'host' | 'device'): readonly LcdmBDecoded[] {
  if (from === 'host') return decodeHostBytes(bytes, { communicationId: COMMUNICATION_ID, lengthBytes: commandLengthBytes, describe: (opcode) => ({ command: NAMES.get(opcode) ?? opcode }) });
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): LcdmBDecoded => {
    if (event.kind !== 'response') return event;
    const decoded = decodeLcdmBResponse(event.command, event.data);
    const command = NAMES.get(event.command) ?? event.command;
    return decoded.ok ? { kind: 'response', command, error: errorRowOf(decoded.value.error).means, response: decoded.value } : { kind: 'response', command, problem: decoded.error, dataHex: event.data.toString('hex') };
  });
}

function commandLengthBytes(opcode: number): number | undefined {
  if (!NAMES.has(opcode)) return undefined;
  return HEAD_AND_TAIL_BYTES + (opcode === COMMANDS.DISPENSE || opcode === COMMANDS.TEST ? DISPENSE_DATA_BYTES : 0);
}
