import { ENCODE_TYPES, cardOf } from './codec.ts';
import type { Track } from './frames.ts';
import { readReport } from './frames.ts';

export type MagtekDecoded = Readonly<Record<string, string | number | null>>;

/** One input report as plain JSON for `qolma devices decode`. Tracks are never shown: their state and length, and the masked number. */
export function decodeMagtek(report: Uint8Array): MagtekDecoded {
  const event = readReport(report);
  if (event.kind === 'noise') return event;
  const [track1, track2, track3] = event.tracks;
  return { kind: 'swipe', encodeType: ENCODE_TYPES[event.encodeType] ?? `unknown ${event.encodeType}`, track1: told(track1), track2: told(track2), track3: told(track3), maskedPan: cardOf(event.tracks)?.pan.masked() ?? null };
}

function told(track: Track): string {
  return track.kind === 'read' ? `${track.text.length} characters` : track.kind;
}
