import { createFrameReader } from './frames.ts';

const NAMES: Readonly<Record<number, string>> = { 0x01: 'askState', 0x02: 'transmit', 0x81: 'cardPresent', 0x82: 'cardAbsent', 0x83: 'answered', 0x84: 'notAnswered' };

/** Frames of the simulated reader's socket; what is in them is counted, not shown. Total. */
export function decodePcsc(bytes: Uint8Array): readonly unknown[] {
  const reader = createFrameReader();
  return [...reader.push(bytes), ...reader.expire()].map((event) => (event.kind === 'noise' ? event : { kind: 'frame', type: NAMES[event.type] ?? 'unknown', dataByteCount: event.data.length }));
}
