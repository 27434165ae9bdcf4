import { decodeLine } from './codec.ts';
import { createLineReader } from './frames.ts';

/** Lines of one direction in words. Total: every byte belongs to a line or to noise. */
export function decodeNut(bytes: Uint8Array, from: 'host' | 'device'): readonly unknown[] {
  const reader = createLineReader();
  return [...reader.push(bytes), ...reader.expire()].map((event) => (event.kind === 'noise' ? event : from === 'host' ? { kind: 'command', text: event.text } : decodeLine(event.text)));
}
