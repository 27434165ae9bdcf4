import { existsSync, readFileSync } from 'node:fs';
import type { ProtocolRow } from '../../drivers/interfaces/protocol-row.ts';
import type { Reader } from '../../drivers/transport/byte-line.ts';
import type { Random } from '../../main/foundation/random.ts';
import { randomInteger } from '../../main/foundation/random.ts';

/** No protocol of ours has a longer frame. */
const PENDING_BYTES_MAX = 64 * 1024;
const PIECES_MAX = 12;

export interface FuzzProblem {
  readonly protocol: string;
  readonly what: string;
  readonly hex: string;
  readonly cuts: readonly number[];
}

/** Golden frames of a protocol, messages of a service as their text: fuzzing that starts from good bytes gets further than noise alone. Empty when there are none. */
export function goldenFrames(protocol: string): readonly Buffer[] {
  const file = new URL(`../vectors/${protocol}.json`, import.meta.url);
  if (!existsSync(file)) return [];
  const { vectors, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors?: readonly { readonly hex?: string }[]; readonly [name: string]: unknown };
  if (vectors === undefined) return Object.values(rest).flatMap((value) => (Array.isArray(value) ? value.map((message) => Buffer.from(JSON.stringify(message))) : []));
  return vectors.flatMap(({ hex }) => (hex === undefined ? [] : [Buffer.from(hex.replaceAll(' ', ''), 'hex')]));
}

/** Good frames, bent frames and noise, joined. */
export function fuzzBytes(random: Random, frames: readonly Buffer[]): Buffer {
  const pieces: Uint8Array[] = [];
  for (let piece = randomInteger(random, PIECES_MAX); piece >= 0; piece--) {
    const frame = frames.length === 0 ? undefined : frames[randomInteger(random, frames.length)]!;
    const kind = randomInteger(random, 6);
    if (frame === undefined || kind === 0) pieces.push(random.bytes(1 + randomInteger(random, 40)));
    else if (kind === 1) pieces.push(frame.subarray(0, randomInteger(random, frame.length + 1)));
    else if (kind === 2) pieces.push(bent(random, frame));
    else if (kind === 3) pieces.push(frame, frame);
    else pieces.push(frame);
  }
  return Buffer.concat(pieces);
}

/**
 * One run of one reader over the same bytes, whole and cut. It must not throw, must not keep more than a frame, must leave nothing pending after its
 * time, and must tell the same frames whatever the cuts.
 */
export function fuzzReader(protocol: string, create: () => Reader<unknown>, bytes: Buffer, random: Random): FuzzProblem | null {
  const cuts: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += cuts.at(-1)!) cuts.push(1 + randomInteger(random, 1 + randomInteger(random, 30)));
  const problem = (what: string): FuzzProblem => ({ protocol, what, hex: bytes.toString('hex'), cuts });
  try {
    const whole = create();
    const told = framesOf([...whole.push(bytes), ...whole.expire()]);
    const cut = create();
    const events: unknown[] = [];
    let offset = 0;
    for (const cutBytes of cuts) {
      events.push(...cut.push(Uint8Array.from(bytes.subarray(offset, offset + cutBytes))));
      offset += cutBytes;
      if (cut.pendingByteCount > PENDING_BYTES_MAX) return problem('more is pending than a frame');
    }
    events.push(...cut.expire());
    if (cut.pendingByteCount > 0) return problem('something is pending after its time');
    const toldCut = framesOf(events);
    return told === toldCut ? null : problem(`cuts change what is told: ${told.slice(0, 200)} / ${toldCut.slice(0, 200)}`);
  } catch (error) {
    return problem(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** Noise may be told in other pieces, frames may not. */
function framesOf(events: readonly unknown[]): string {
  return JSON.stringify(events.filter((event) => (event as { readonly kind?: unknown }).kind !== 'noise'));
}

function bent(random: Random, frame: Buffer): Buffer {
  const bytes = Buffer.from(frame);
  for (let times = randomInteger(random, 3); times >= 0 && bytes.length > 0; times--) bytes[randomInteger(random, bytes.length)]! ^= 1 << randomInteger(random, 8);
  return bytes;
}

/** The same bytes in words, whoever sent them: nothing that a line brings may break what shows it to people. */
export async function fuzzWords(row: ProtocolRow, bytes: Buffer): Promise<FuzzProblem | null> {
  for (const from of [undefined, 'host', 'device'] as const) {
    try {
      await row.decode(bytes, from);
    } catch (error) {
      return { protocol: row.protocol, what: `words (${from ?? 'unknown'}): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, hex: bytes.toString('hex'), cuts: [] };
    }
  }
  return null;
}
