import { decodeLine, QUERIES } from './codec.ts';
import { createLineReader } from './frames.ts';

/** One thing on the line, as plain JSON for `qolma devices decode`. */
export type IoBoardDecoded = Readonly<Record<string, string | number | boolean | null | Readonly<Record<string, boolean | string | null>>>>;

/** Bytes of one direction to questions, lines and noise. Total: every byte belongs to an entry. */
export function decodeIoBoard(bytes: Uint8Array, from: 'host' | 'device'): readonly IoBoardDecoded[] {
  return from === 'host' ? decodeHost(bytes) : decodeDevice(bytes);
}

function decodeDevice(bytes: Uint8Array): readonly IoBoardDecoded[] {
  const reader = createLineReader();
  return [...reader.push(bytes), ...reader.expire()].map((event): IoBoardDecoded => (event.kind === 'line' ? { ...decodeLine(event.body) } : { ...event }));
}

function decodeHost(bytes: Uint8Array): readonly IoBoardDecoded[] {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const rest = lines.pop()!;
  const entries = lines.map((line): IoBoardDecoded => {
    const query = Object.entries(QUERIES).find(([, letter]) => letter === line)?.[0];
    const order = /^L ([A-Z])=(\d) \*[0-9A-F]{4}$/.exec(line);
    if (order !== null) return { kind: 'lampOrder', letter: order[1]!, pattern: Number(order[2]) };
    return query === undefined ? { kind: 'noise', reason: 'noQuestion', byteCount: line.length + 1 } : { kind: 'query', query };
  });
  return rest === '' ? entries : [...entries, { kind: 'noise', reason: 'incomplete', byteCount: rest.length }];
}
