import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checksum } from '../../../drivers/cctalk-family/frames.ts';
import { createFrameReader, encodeFrame } from '../../../drivers/cctalk-family/frames.ts';
import { HEADERS } from '../../../drivers/cctalk-family/headers.ts';
import { HostReader, buildAnswer } from '../../../simulators/cctalk-family/wire.ts';
import acceptor from '../../vectors/cctalk-coin-acceptor.json' with { type: 'json' };
import hopper from '../../vectors/cctalk-hopper.json' with { type: 'json' };

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const vectors: readonly { readonly name: string; readonly to: string; readonly hex: string; readonly header?: string; readonly data?: readonly number[] }[] = [...acceptor.vectors, ...hopper.vectors];
const hostFrames = vectors.filter(({ to }) => to === 'device');
const answers = vectors.filter(({ to }) => to === 'host');
const CHECKS: readonly Checksum[] = ['sum', 'crc16'];

describe('golden frames', () => {
  it.each(hostFrames)('$name: the driver sends it, the simulator reads it', ({ hex, header, data }) => {
    const bytes = bytesOf(hex);
    const number = HEADERS[header as keyof typeof HEADERS];
    expect(encodeFrame('sum', bytes[0]!, number, Uint8Array.from(data!))).toEqual(bytes);
    expect(new HostReader(bytes[0]!).push(bytes)).toEqual([{ header: number, data, bytes: [...bytes] }]);
  });

  it.each(answers)('$name: the simulator builds it, the driver reads it', ({ hex }) => {
    const bytes = bytesOf(hex);
    expect(createFrameReader('sum').push(bytes)).toEqual([{ kind: 'frame', destination: 1, source: bytes[2], header: bytes[3], data: bytes.subarray(4, -1) }]);
    expect(buildAnswer(bytes[2]!, [...bytes.subarray(4, -1)], 'sum', bytes[3]!)).toEqual([...bytes]);
  });

  it('with CRC-16: the low byte takes the place of the source', () => {
    expect(encodeFrame('crc16', 40, HEADERS.simplePoll, Buffer.alloc(0))).toEqual(bytesOf('28 00 B6 FE 21'));
    expect(createFrameReader('crc16').push(bytesOf('01 00 30 00 37'))).toEqual([{ kind: 'frame', destination: 1, source: null, header: 0, data: Buffer.alloc(0) }]);
    expect(buildAnswer(40, [], 'crc16')).toEqual([...bytesOf('01 00 30 00 37')]);
    expect(new HostReader(40, 'crc16').push(bytesOf('28 00 B6 FE 21'))).toMatchObject([{ header: 254 }]);
  });
});

describe.each(CHECKS)('any bytes, checked by %s', (checksum) => {
  it('are told once, in any cut, and never keep more than a frame', () => {
    const golden = vectors.map(({ hex }) => Uint8Array.from(bytesOf(hex)));
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(...golden)), { maxLength: 8 });
    fc.assert(fc.property(pieces, fc.integer({ min: 1, max: 40 }), (parts, cut) => {
      const bytes = Buffer.concat(parts);
      const whole = createFrameReader(checksum);
      const reader = createFrameReader(checksum);
      const told = [];
      for (let offset = 0; offset < bytes.length; offset += cut) {
        told.push(...reader.push(bytes.subarray(offset, offset + cut)));
        expect(reader.pendingByteCount).toBeLessThan(257);
      }
      told.push(...reader.expire());
      const frames = (events: readonly { readonly kind: string }[]) => events.filter((event) => event.kind === 'frame');
      expect(frames(told)).toEqual(frames([...whole.push(bytes), ...whole.expire()]));
      const byteCount = told.reduce((sum, event) => sum + (event.kind === 'frame' ? event.data.length + 5 : event.byteCount), 0);
      expect(byteCount).toBe(bytes.length);
    }), { numRuns: 150 });
  });

  it('what the driver sends the simulator reads, and the reverse; a bent byte is never a frame', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (address, header, data, at, flip) => {
      const sent = encodeFrame(checksum, address, header, data);
      expect(new HostReader(address, checksum).push(sent)).toEqual([{ header, data: [...data], bytes: [...sent] }]);
      const answer = Buffer.from(buildAnswer(address, [...data], checksum));
      expect(createFrameReader(checksum).push(answer)).toMatchObject([{ kind: 'frame', destination: 1, data: Buffer.from(data) }]);
      answer[at % answer.length]! ^= flip;
      const heard = createFrameReader(checksum).push(answer)[0];
      expect(heard?.kind === 'frame' && heard.data.equals(Buffer.from(data)) && heard.destination === 1 && heard.header === 0).toBe(false);
    }), { numRuns: 100 });
  });
});
