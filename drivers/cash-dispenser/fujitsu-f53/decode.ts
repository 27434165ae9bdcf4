import { CLASS_MECHANICS, CLASS_STATUS, CODES, FS, decodeF53Response } from './codec.ts';
import { errorRowOf } from './errors.ts';
import { createFrameReader } from './frames.ts';

/** One thing on the line, as plain JSON for `qolma devices decode`. */
export type F53Decoded = Readonly<Record<string, unknown>>;

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(CODES).map(([name, code]) => [code, name]));

/** Bytes of either direction: the class byte of a payload tells who sent it. Total: every byte belongs to an entry. */
export function decodeF53(bytes: Uint8Array): readonly F53Decoded[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): F53Decoded => {
    if (event.kind !== 'frame') return event;
    const [payloadClass, code] = event.data;
    const name = NAMES.get(code ?? -1) ?? code ?? null;
    const dataHex = event.data.toString('hex');
    if (payloadClass === CLASS_MECHANICS || (payloadClass === CLASS_STATUS && event.data.length === 3 && event.data[2] === FS)) return { kind: 'command', command: name, dataHex };
    const decoded = decodeF53Response(event.data);
    if (!decoded.ok) return { kind: 'response', command: name, problem: decoded.error, dataHex };
    const error = 'error' in decoded.value && decoded.value.error !== null ? errorRowOf(decoded.value.error.major, decoded.value.error.additional).means : null;
    return { kind: 'response', command: name, error, response: decoded.value };
  });
}
