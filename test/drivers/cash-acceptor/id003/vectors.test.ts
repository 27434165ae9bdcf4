import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Id003Command } from '../../../../drivers/id003-family/codec.ts';
import { DATA_STATE_CODES, OPERATION_CODES, RECYCLER_STATE_CODES, REQUEST_CODES, SETTING_CODES, STATE_CODES, decodeState, encodeCommand } from '../../../../drivers/id003-family/codec.ts';
import { decodeId003 } from '../../../../drivers/id003-family/decode.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/id003-family/frames.ts';
import { HostReader, crcOf, frameOf } from '../../../../simulators/cash-acceptor/id003/wire.ts';

interface Vector {
  readonly name: string;
  readonly to: 'device' | 'host';
  readonly hex: string;
  readonly decoded: Readonly<Record<string, unknown>>;
}

const file = JSON.parse(readFileSync(new URL('../../../vectors/id003.json', import.meta.url), 'utf8')) as { readonly checks: readonly { readonly text: string; readonly value: number }[]; readonly vectors: readonly Vector[] };
const bytesOf = (vector: Vector) => Buffer.from(vector.hex.replaceAll(' ', ''), 'hex');

describe('golden frames through the driver', () => {
  it.each(file.vectors)('$name ($to) means what the sheet says, and is built back byte by byte', (vector) => {
    const bytes = bytesOf(vector);
    const pieces = decodeId003(bytes, vector.to === 'device' ? 'host' : 'device') as { readonly kind: string; readonly bodyHex: string; readonly decoded: unknown }[];
    expect(pieces).toHaveLength(1);
    expect(pieces[0]!.decoded).toEqual(vector.decoded);
    expect(encodeFrame(Buffer.from(pieces[0]!.bodyHex, 'hex'))).toEqual(bytes);
  });

  it.each(file.vectors.filter(({ to, decoded }) => to === 'device' && 'command' in decoded && !('extension' in decoded)))('$name is encoded from its meaning', (vector) => {
    expect(encodeFrame(encodeCommand(vector.decoded as unknown as Id003Command))).toEqual(bytesOf(vector));
  });
});

describe('golden frames through the simulator', () => {
  it.each(file.checks)('its CRC of "$text" is the published one', ({ text, value }) => expect(crcOf(Buffer.from(text))).toBe(value));

  it.each(file.vectors)('$name has the same bytes in its own encoder, and is heard by its own reader', (vector) => {
    const bytes = bytesOf(vector);
    const body = [...bytes.subarray(2, -2)];
    expect(frameOf(body)).toEqual(Uint8Array.from(bytes));
    expect(new HostReader().push(bytes)).toEqual([body]);
  });
});

describe('frames and codec', () => {
  it('drops one byte, not the announced length, after a bad CRC', () => {
    const poll = encodeFrame(Buffer.of(0x11));
    const events = createFrameReader().push(Buffer.concat([Buffer.of(0xfc, 0x09, 0x13), poll, Buffer.of(0)]));
    expect(events.filter((event) => event.kind === 'frame')).toEqual([{ kind: 'frame', body: Buffer.of(0x11) }]);
  });

  it('has no code twice on either side', () => {
    for (const codes of [[...Object.values(OPERATION_CODES), ...Object.values(REQUEST_CODES), ...Object.values(SETTING_CODES)], [...Object.values(STATE_CODES), ...Object.values(DATA_STATE_CODES), ...Object.values(RECYCLER_STATE_CODES)]]) {
      expect(new Set(codes).size).toBe(codes.length);
    }
  });

  it('finds some state in any answer', () => {
    for (let code = 0; code < 256; code++) for (const body of [[code], [code, 0x61], [code, 0xff]]) expect(decodeState(Uint8Array.from(body)).state).toBeTypeOf('string');
    expect(decodeState(new Uint8Array())).toMatchObject({ state: 'unknown' });
    expect(decodeState(Uint8Array.of(0x13, 0x70))).toEqual({ state: 'unknown', code: 0x13, rawHex: '1370' });
    // Recyclers send the path behind 16.
    expect(decodeState(Uint8Array.of(0x16, 0x01))).toEqual({ state: 'stacked' });
  });
});
