import { commandNameOf, decodeText, refusalRowOf } from './codec.ts';
import { createFrameReader } from './frames.ts';

export type Crt571Decoded = Readonly<Record<string, string | number | boolean>>;

/** Chip data can hold a card number: for these only the length is told. */
const CHIP_COMMAND = 0x51;

/** Bytes of either direction to frames and noise, as plain JSON for `qolma devices decode`. Total: every byte belongs to an entry. */
export function decodeCrt571(bytes: Uint8Array): readonly Crt571Decoded[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): Crt571Decoded => {
    if (event.kind !== 'frame') return event;
    const [head, command = 0, parameter = 0] = event.text;
    const name = commandNameOf(command, parameter);
    if (head === 0x43) return { kind: 'command', address: event.address, command: name, ...dataOf(command, event.text.subarray(3)) };
    const decoded = decodeText(event.text);
    if (!decoded.ok) return { kind: 'response', address: event.address, command: name, problem: decoded.error };
    if (decoded.value.kind === 'refused') return { kind: 'refused', address: event.address, command: name, error: decoded.value.errorText, means: refusalRowOf(decoded.value.errorText).means };
    return { kind: 'done', address: event.address, command: name, place: decoded.value.place, isBinFull: decoded.value.isBinFull, ...dataOf(command, decoded.value.data) };
  });
}

function dataOf(command: number, data: Buffer): Crt571Decoded {
  if (data.length === 0) return {};
  return command === CHIP_COMMAND ? { dataLengthBytes: data.length, data: 'masked' } : { dataHex: data.toString('hex') };
}
