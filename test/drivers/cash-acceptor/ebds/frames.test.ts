/** Frames and codec of EBDS take any bytes, in any cut. The check is an XOR: it tells one changed byte, not two. [ebds §2, §3] */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNote, decodeReply, decodeStatus, decodeText, inhibitBytes } from '../../../../drivers/cash-acceptor/ebds/codec.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/cash-acceptor/ebds/frames.ts';
import { frameOf, noteBytes } from '../../../../simulators/cash-acceptor/ebds/wire.ts';
import { holdFrameProperties } from '../../../support/frame-properties.ts';

const sevenBits = fc.integer({ min: 0, max: 0x7f });

describe('frames', () => {
  holdFrameProperties({
    frames: fc.record({ kind: fc.constant('frame' as const), control: sevenBits, data: fc.array(sevenBits, { maxLength: 122 }).map((bytes) => Buffer.from(bytes)) }),
    encode: ({ control, data }) => encodeFrame(control, data),
    createReader: createFrameReader,
    wireOf: ({ control, data }) => frameOf(control, [...data]),
    lengthPlaces: () => [1],
  });
});

describe('codec', () => {
  it('reads any note that the simulator tells', () => {
    const value = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 4 })).map(([base, exponent]) => base * 10 ** exponent);
    fc.assert(fc.property(sevenBits, value, (index, whole) => {
      expect(decodeNote(Uint8Array.from(noteBytes(index, { currency: 'KZT', value: whole })))).toEqual({ index, currency: 'KZT', value: whole });
    }));
  });

  it('takes any answer without a throw, and no note that is worth nothing', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 127 }), (control, bytes) => {
      const reply = decodeReply(control, Buffer.from(bytes));
      expect(['omnibus', 'note', 'extended', 'auxiliary', 'unknown']).toContain(reply.kind);
      if (reply.kind === 'note' && reply.note !== null) expect(reply.note.value).toBeGreaterThan(0);
      expect(decodeStatus(bytes) === null).toBe(bytes.length < 6);
      expect(decodeText(bytes)).toMatch(/^[ -~]*$/);
    }));
  });

  it('enables the notes it was told, and no other', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 128 }), { maxLength: 60 }), (indexes) => {
      const enabled = inhibitBytes(indexes).flatMap((byte, at) => [0, 1, 2, 3, 4, 5, 6].filter((bit) => ((byte >> bit) & 1) === 1).map((bit) => 7 * at + bit + 1));
      expect(enabled).toEqual([...indexes].sort((one, other) => one - other));
    }));
  });
});
