/** Frames, codec and encrypted packets of SSP take any bytes, in any cut. [ssp §2, §3, §7] */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePoll, decodeSetup, inhibitBytes, longBytes, longOf } from '../../../../drivers/ssp-family/codec.ts';
import { EsspSession } from '../../../../drivers/ssp-family/encryption.ts';
import type { Frame } from '../../../../drivers/ssp-family/frames.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/ssp-family/frames.ts';
import { ciphersOf, frameOf, open, seal } from '../../../../simulators/cash-acceptor/ssp/wire.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { holdFrameProperties } from '../../../support/frame-properties.ts';

/** Often the bytes that are doubled on the wire. */
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x7f, 0x7e));
const data = fc.array(byte, { minLength: 1, maxLength: 255 }).map((bytes) => Buffer.from(bytes));

describe('frames', () => {
  holdFrameProperties<Frame>({
    frames: fc.record({ kind: fc.constant('frame' as const), flag: fc.constantFrom(0, 1), address: fc.integer({ min: 0, max: 0x7d }), data }),
    encode: encodeFrame,
    createReader: createFrameReader,
    wireOf: ({ flag, address, data: sent }) => frameOf((flag << 7) | address, [...sent]),
    // A length of 7F is doubled as any other byte.
    lengthPlaces: ({ data: sent }) => (sent.length === 0x7f ? [2, 3] : [2]),
  });
});

describe('codec', () => {
  it('finds an end of any answer, and tells what it does not know with its bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
      const events = decodePoll(bytes);
      expect(events.length).toBeLessThanOrEqual(bytes.length);
      for (const [index, event] of events.entries()) if (event.event === 'unknown') expect(index).toBe(events.length - 1);
      for (const { value } of decodeSetup(Buffer.from(bytes))?.channels ?? []) expect(Number.isSafeInteger(value)).toBe(true);
    }));
  });

  it('gives long numbers back, and enables the channels it was told', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uniqueArray(fc.integer({ min: 1, max: 16 })), (value, channels) => {
      expect(longOf(Uint8Array.from(longBytes(value)))).toBe(value);
      const [low, high] = inhibitBytes(channels);
      expect(Array.from({ length: 16 }, (_, index) => index + 1).filter((channel) => (((high << 8) | low) >> (channel - 1)) & 1)).toEqual([...channels].sort((one, other) => one - other));
    }));
  });
});

describe('encrypted packets', () => {
  const key = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
  const short = fc.uint8Array({ minLength: 1, maxLength: 9 });
  const sessionOf = (fixedKey: bigint, negotiatedKey: bigint) => new EsspSession({ fixedKey, negotiatedKey, random: seededRandom(1) });
  const padding = (byteCount: number) => seededRandom(2).bytes(byteCount);

  it('are read by the other side as they were, for any key and any length', () => {
    fc.assert(fc.property(key, key, fc.uint8Array({ minLength: 1, maxLength: 233 }), (fixed, negotiated, sent) => {
      const session = sessionOf(fixed, negotiated);
      expect(open(ciphersOf(fixed, negotiated), [...session.seal(sent)])).toEqual({ count: 0, data: [...sent] });
      expect(session.open(Uint8Array.from(seal(ciphersOf(fixed, negotiated), 1, [...sent], padding)))).toEqual(Buffer.from(sent));
    }));
  });

  it('of any bytes nothing is taken but what has check and count', () => {
    fc.assert(fc.property(key, fc.uint8Array({ maxLength: 255 }), fc.nat({ max: 15 }), (negotiated, bytes, blocks) => {
      const session = sessionOf(7n, negotiated);
      expect(session.open(bytes)).toBeNull();
      expect(session.open(Buffer.concat([Buffer.of(0x7e), seededRandom(blocks).bytes(16 * blocks)]))).toBeNull();
    }), { seed: 1 });
  });

  it('with one byte changed, of another key or another count, are not taken', () => {
    // One block: length, count and check are garbled together. Over more blocks only the check tells, one time in 65 536 wrongly.
    fc.assert(fc.property(key, short, fc.nat({ max: 16 }), fc.integer({ min: 1, max: 255 }), fc.integer({ min: 2, max: 0xffff_ffff }), (negotiated, sent, place, mask, count) => {
      const packet = Uint8Array.from(seal(ciphersOf(7n, negotiated), 1, [...sent], padding));
      const changed = packet.map((one, index) => (index === place ? one ^ mask : one));
      expect(sessionOf(7n, negotiated).open(changed)).toBeNull();
      expect(sessionOf(8n, negotiated).open(packet)).toBeNull();
      expect(sessionOf(7n, negotiated).open(Uint8Array.from(seal(ciphersOf(7n, negotiated), count, [...sent], padding)))).toBeNull();
    }), { seed: 1 });
  });
});
