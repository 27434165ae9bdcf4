import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { F53Command } from '../../../../drivers/cash-dispenser/fujitsu-f53/codec.ts';
import { decodeF53Response, encodeF53Command, withEvenParity } from '../../../../drivers/cash-dispenser/fujitsu-f53/codec.ts';
import { errorRowOf } from '../../../../drivers/cash-dispenser/fujitsu-f53/errors.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/cash-dispenser/fujitsu-f53/frames.ts';
import { HostReader, buildFrame, digits, readDigits } from '../../../../simulators/cash-dispenser/fujitsu-f53/wire.ts';
import vectors from '../../../vectors/fujitsu-f53.json' with { type: 'json' };

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const toDevice = vectors.vectors.filter((vector) => vector.to === 'device');
const toHost = vectors.vectors.filter((vector) => vector.to === 'host');

describe('golden frames', () => {
  it.each(toDevice)('$name: the driver sends it, the simulator reads it', ({ hex, decoded }) => {
    const payload = encodeF53Command(decoded as F53Command);
    expect(encodeFrame(payload)).toEqual(bytesOf(hex));
    expect(new HostReader().push(bytesOf(hex))).toEqual([{ kind: 'frame', data: [...payload] }]);
  });

  it.each(toHost)('$name: the simulator builds it, the driver reads it', ({ hex, decoded }) => {
    const [event, ...others] = createFrameReader().push(bytesOf(hex));
    expect(others).toEqual([]);
    if (event?.kind !== 'frame') throw new Error(event?.kind);
    expect(buildFrame([...event.data])).toEqual([...bytesOf(hex)]);
    expect(decodeF53Response(event.data)).toEqual({ ok: true, value: decoded });
  });

  it('digits carry even parity, and only then are digits', () => {
    for (let count = 0; count < 100; count++) {
      const [tens, ones] = digits(count);
      expect([tens, ones]).toEqual([withEvenParity(0x30 + Math.floor(count / 10)), withEvenParity(0x30 + (count % 10))]);
      expect(readDigits(tens, ones)).toBe(count);
    }
    expect(readDigits(0x31, 0x30)).toBeNull();
  });
});

describe('any bytes', () => {
  it('are told once, in any cut, and never keep more than a frame', () => {
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(...vectors.vectors.map(({ hex }) => Uint8Array.from(bytesOf(hex)))), fc.constantFrom(Uint8Array.of(0x10, 0x05), Uint8Array.of(0x10, 0x06))), { maxLength: 8 });
    fc.assert(fc.property(pieces, fc.integer({ min: 1, max: 40 }), (parts, cut) => {
      const bytes = Buffer.concat(parts);
      const whole = createFrameReader();
      const reader = createFrameReader();
      const told = [];
      for (let offset = 0; offset < bytes.length; offset += cut) told.push(...reader.push(bytes.subarray(offset, offset + cut)));
      told.push(...reader.expire());
      const frames = (events: readonly { readonly kind: string }[]) => events.filter((event) => event.kind !== 'noise');
      expect(frames(told)).toEqual(frames([...whole.push(bytes), ...whole.expire()]));
      expect(reader.pendingByteCount).toBe(0);
    }), { numRuns: 150 });
  });

  it('decode to a response or to badField, never to a throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (data) => void decodeF53Response(data)));
  });

  it('any error pair has words and a code', () => {
    for (let major = 0; major < 256; major++) for (const additional of [0, 1, 0x21, 0x2c, 0xff]) expect(errorRowOf(major, additional).means).not.toBe('');
    expect(errorRowOf(0x30, 0)).toMatchObject({ code: 'CDM_CASSETTE_MISSING', cassetteNumber: 3 });
    expect(errorRowOf(0x78, 0x21).code).toBe('CDM_ITEMS_LEFT');
    expect(errorRowOf(0x78, 0x01).code).toBe('CDM_JAMMED');
  });
});
