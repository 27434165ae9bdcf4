import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CcnetCommand } from '../../../../drivers/ccnet-family/codec.ts';
import { encodeCommand } from '../../../../drivers/ccnet-family/codec.ts';
import { decodeCcnet } from '../../../../drivers/ccnet-family/decode.ts';
import { FrameReader, encodeFrame } from '../../../../drivers/ccnet-family/frames.ts';
import { crc16Kermit } from '../../../../drivers/checks/crc16-kermit.ts';
import { HostReader, crcOf, frameOf } from '../../../../simulators/ccnet-family/wire.ts';

interface Vector {
  readonly name: string;
  readonly to: 'device' | 'host';
  readonly hex: string;
  readonly asked?: string;
  readonly decoded: Readonly<Record<string, unknown>>;
}

const file = JSON.parse(readFileSync(new URL('../../../vectors/ccnet.json', import.meta.url), 'utf8')) as { readonly checks: readonly { readonly text: string; readonly value: number }[]; readonly vectors: readonly Vector[] };
const bytesOf = (vector: Vector) => Buffer.from(vector.hex.replaceAll(' ', ''), 'hex');

describe('check value', () => {
  it.each(file.checks)('both CRCs of "$text" are the published one', ({ text, value }) => {
    expect(crc16Kermit(Buffer.from(text))).toBe(value);
    expect(crcOf(Buffer.from(text))).toBe(value);
  });
});

describe('golden frames through the driver', () => {
  it('has enough of them to mean something', () => expect(file.vectors.length).toBeGreaterThan(35));

  it.each(file.vectors)('$name is read as one frame and built back byte by byte', (vector) => {
    const bytes = bytesOf(vector);
    const [event, ...rest] = new FrameReader().push(bytes);
    expect(rest).toEqual([]);
    if (event?.kind !== 'frame') throw new Error('not a frame');
    expect(event.address).toBe(3);
    expect(encodeFrame(3, event.body)).toEqual(bytes);
  });

  it.each(file.vectors.filter((vector) => vector.to === 'device'))('$name is encoded from its meaning', (vector) => {
    expect(encodeFrame(3, encodeCommand(vector.decoded as unknown as CcnetCommand))).toEqual(bytesOf(vector));
  });

  it.each(file.vectors)('$name means what the sheet says', (vector) => {
    const asked = vector.asked === undefined ? Buffer.alloc(0) : encodeFrame(3, encodeCommand({ command: vector.asked as 'poll' }));
    const direction = vector.to === 'device' ? ('toDevice' as const) : undefined;
    const piece = decodeCcnet(Buffer.concat([asked, bytesOf(vector)]), direction).at(-1);
    if (piece?.kind !== 'frame') throw new Error('not a frame');
    expect(piece.direction).toBe(vector.to === 'device' ? 'toDevice' : 'toHost');
    expect(piece.decoded).toEqual(vector.decoded);
  });
});

describe('golden frames through the simulator', () => {
  it.each(file.vectors)('$name has the same bytes in its own encoder', (vector) => {
    const bytes = bytesOf(vector);
    expect(frameOf(3, [...bytes.subarray(3, -2)])).toEqual(Uint8Array.from(bytes));
  });

  it.each(file.vectors.filter((vector) => vector.to === 'device'))('$name is heard by its own reader', (vector) => {
    const bytes = bytesOf(vector);
    expect(new HostReader(3).push(bytes)).toEqual([{ kind: 'command', code: bytes[3], data: [...bytes.subarray(4, -2)] }]);
  });
});
