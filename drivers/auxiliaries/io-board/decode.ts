import { decodeLine, QUERIES } from './codec.ts';
import { LineReader } from './frames.ts';

/** One thing on the line, as plain JSON for `qolma devices decode`. */
export type IoBoardDecoded = Readonly<Record<string, string | number | boolean | Readonly<Record<string, boolean>>>>;

/** Bytes of one direction to questions, lines and noise. Total: every byte belongs to an entry. */
export function decodeIoBoard(bytes: Uint8Array, from: 'host' | 'device'): readonly IoBoardDecoded[] {
  return from === 'host' ? decodeHost(bytes) : decodeDevice(bytes);
}

function decodeDevice(bytes: Uint8Array): readonly IoBoardDecoded[] {
  const reader = new LineReader();
  const entries = reader.push(bytes).map((event): IoBoardDecoded => (event.kind === 'line' ? { ...decodeLine(event.body) } : { ...event }));
  return reader.pendingByteCount === 0 ? entries : [...entries, { kind: 'noise', reason: 'incomplete', byteCount: reader.pendingByteCount }];
}

function decodeHost(bytes: Uint8Array): readonly IoBoardDecoded[] {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const rest = lines.pop()!;
  const entries = lines.map((line): IoBoardDecoded => {
    const query = Object.entries(QUERIES).find(([, letter]) => letter === line)?.[0];
    return query === undefined ? { kind: 'noise', reason: 'noQuestion', byteCount: line.length + 1 } : { kind: 'query', query };
  });
  return rest === '' ? entries : [...entries, { kind: 'noise', reason: 'incomplete', byteCount: rest.length }];
}
