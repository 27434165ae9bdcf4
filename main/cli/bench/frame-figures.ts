import { existsSync, readFileSync } from 'node:fs';
import { encodeFrame } from '../../../drivers/ccnet-family/frames.ts';
import { FRAME_READERS } from '../../../drivers/frame-readers.ts';
import type { Reader } from '../../../drivers/transport/byte-line.ts';
import { atLeast, missing, told, type Figure } from './figure.ts';

const CCNET_AIM_MB_PER_SECOND = 50;
const RUNS = 4;
const RUN_MS = 150;
const CHUNK_BYTES = 4096;
const STREAM_BYTES = 64 * 1024;
/** Mixed as on a line: short polls and answers, and now and then a bill table. [ccnet §9] */
const SHORT_FRAMES_PER_TABLE = 30;
const TABLE_BYTES = 120;

/** Bytes to frames, each protocol; the best of the runs after the first, which warms up. */
export async function frameFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [protocol, make] of Object.entries(FRAME_READERS)) {
    const figure = { name: `${protocol}: bytes to frames`, unit: 'MB/s' };
    const stream = protocol === 'ccnet' ? ccnetStream() : vectorStream(protocol);
    if (stream === null) figures.push(missing({ ...figure, aim: '' }, 'no golden frames of the device'));
    else if (protocol === 'ccnet') figures.push(atLeast(CCNET_AIM_MB_PER_SECOND, { ...figure, note: 'polls, answers and bill tables' }, megabytesPerSecond(await make(), stream)));
    else figures.push(told({ ...figure, note: 'golden frames of the device' }, megabytesPerSecond(await make(), stream)));
  }
  return figures;
}

function megabytesPerSecond(reader: Reader<unknown>, stream: Buffer): number {
  const runs = Array.from({ length: RUNS }, () => {
    const startedMs = performance.now();
    let byteCount = 0;
    while (performance.now() - startedMs < RUN_MS) {
      for (let offset = 0; offset < stream.length; offset += CHUNK_BYTES) reader.push(stream.subarray(offset, offset + CHUNK_BYTES));
      reader.expire();
      byteCount += stream.length;
    }
    return byteCount / (performance.now() - startedMs) / 1000;
  });
  return Math.max(...runs.slice(1));
}

function ccnetStream(): Buffer {
  const shortFrames = Array.from({ length: SHORT_FRAMES_PER_TABLE }, (_, index) => encodeFrame(3, index % 3 === 0 ? Uint8Array.of(0x33) : index % 3 === 1 ? Uint8Array.of(0x80, index % 24) : Uint8Array.of(0)));
  const round = Buffer.concat([...shortFrames, encodeFrame(3, new Uint8Array(TABLE_BYTES).map((_, index) => index))]);
  return repeated(round);
}

/** The development tree has the golden frames, a packaged terminal has not. */
function vectorStream(protocol: string): Buffer | null {
  const file = new URL(`../../../test/vectors/${protocol}.json`, import.meta.url);
  if (!existsSync(file)) return null;
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly { readonly to?: string; readonly hex?: string }[] };
  const frames = vectors.flatMap(({ to, hex }) => (to !== 'host' || hex === undefined ? [] : [Buffer.from(hex.replaceAll(' ', ''), 'hex')]));
  return frames.length === 0 ? null : repeated(Buffer.concat(frames));
}

function repeated(round: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: Math.ceil(STREAM_BYTES / round.length) }, () => round));
}
