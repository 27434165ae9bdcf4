import { commandName } from './codec.ts';
import { createFrameReader } from './frames.ts';

/** Frames of either direction in words: command and answer look alike. Total. */
export function decodeWatchdog(bytes: Uint8Array): readonly unknown[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event) => (event.kind === 'noise' ? event : { kind: 'frame', command: commandName(event.command), dataHex: event.data.toString('hex') }));
}
