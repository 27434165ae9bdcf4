import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../drivers/card-reader/crt-571/frames.ts';
import { CRT_571_FRAME, maskAfterHead, maskAll } from '../../../drivers/transport/trace-mask.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a mask after the head of a frame', () => {
  it('shows address, length, command and status, and nothing behind', () => {
    const frame = encodeFrame(0, Buffer.from('P51009999000000000012'));
    expect(hex(maskAfterHead(CRT_571_FRAME)('fromDevice', Uint8Array.from(frame)))).toBe(`f2000015503531${'2a'.repeat(20)}`);
  });

  it('shows acknowledgements, and the next frame after the first', () => {
    const mask = maskAfterHead(CRT_571_FRAME);
    const bytes = Buffer.concat([Buffer.of(0x06), encodeFrame(0, Buffer.from('C10')), Buffer.of(0x04), encodeFrame(0, Buffer.from('C51'))]);
    expect(hex(mask('toDevice', Uint8Array.from(bytes)))).toBe('06' + 'f2000003433130' + '2a2a' + '04' + 'f2000003433531' + '2a2a');
  });

  it('says the same of the same bytes in any cut, and keeps the two directions apart', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (data, cut) => {
      const bytes = Uint8Array.from(encodeFrame(0, Buffer.concat([Buffer.from('P51'), data])));
      const whole = hex(maskAfterHead(CRT_571_FRAME)('fromDevice', bytes.slice()));
      const mask = maskAfterHead(CRT_571_FRAME);
      let pieces = '';
      for (let at = 0; at < bytes.length; at += cut) {
        mask('toDevice', Uint8Array.from(encodeFrame(0, Buffer.from('C10'))));
        pieces += hex(mask('fromDevice', bytes.slice(at, at + cut)));
      }
      expect(pieces).toBe(whole);
      expect(whole.slice(14)).toBe('2a'.repeat(data.length + 2));
    }));
  });

  it('shows no digit of a frame whose beginning was lost', () => {
    const digits = Buffer.from('9999000000000012');
    expect(hex(maskAfterHead(CRT_571_FRAME)('fromDevice', Uint8Array.from(digits)))).toBe('2a'.repeat(16));
  });
});

describe('data of a chip whose frame lost its beginning', () => {
  it('shows no byte of them behind one that looks like a start, and no pair of digits that looks like a control character', () => {
    // 5A with a number in pairs of digits, of which one is as a start byte, others below 20.
    const data = Buffer.from('5a08f299120018001902', 'hex');
    expect(hex(maskAfterHead(CRT_571_FRAME)('fromDevice', Uint8Array.from(data)))).toBe('2a2af22a2a2a2a2a2a2a');
  });

  it('shows at most address and length behind what looks like a start', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }).filter(([kind = 0]) => ![0x43, 0x50, 0x4e, 0x45, 0xf2, 4, 5, 6, 0x15].includes(kind)), (text) => {
      const shown = maskAfterHead(CRT_571_FRAME)('fromDevice', Uint8Array.from([0xf2, 0x01, 0x00, 0x20, ...text]));
      expect(shown[4]).toBe(0x2a);
    }));
  });
});

describe('a mask of everything', () => {
  it('leaves the length', () => {
    expect(hex(maskAll()('fromDevice', Uint8Array.of(0, 1, 0xf2)))).toBe('2a2a2a');
  });
});
