import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../vectors/escpos.json' with { type: 'json' };
import { BAND_ROWS_MAX, COMMANDS, decodeRealTime, rasterBands, realTimeQuery } from '../../../drivers/escpos-family/codec.ts';
import { decodePrinterBytes } from '../../../drivers/escpos-family/decode.ts';
import { createReplyReader, eventByteCount } from '../../../drivers/escpos-family/frames.ts';

const bytesOf = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)));

describe('escpos codec and reply stream', () => {
  it.each(vectors.vectors.filter((vector) => vector.driver !== undefined))('writes $name as the sheet', ({ driver, hex }) => {
    expect(COMMANDS[driver as keyof typeof COMMANDS]).toEqual(bytesOf(hex));
  });

  it.each(vectors.vectors.filter((vector) => vector.to === 'host'))('reads $name as the sheet', ({ query, hex, status }) => {
    const [value] = bytesOf(hex);
    expect(createReplyReader().push(bytesOf(hex))).toEqual([{ kind: 'realTime', value }]);
    const answers: [number, number, number, number] = [0x12, 0x12, 0x12, 0x12];
    answers[query! - 1] = value!;
    const clean = decodeRealTime([0x12, 0x12, 0x12, 0x12]);
    expect(Object.values(clean)).not.toContain(true);
    expect(decodeRealTime(answers)).toEqual({ ...clean, ...status });
  });

  it('asks in real time with DLE EOT n', () => {
    expect(realTimeQuery(4)).toEqual(Uint8Array.of(0x10, 0x04, 0x04));
  });

  it('splits a picture into bands that together are the picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 200 }), (rowBytes, heightDots) => {
        const bytes = Uint8Array.from({ length: rowBytes * heightDots }, (_, index) => (index * 37) & 0xff);
        const bands = [...rasterBands({ widthDots: rowBytes * 8, heightDots, bytes })];
        for (const band of bands) {
          expect([...band.subarray(0, 4)]).toEqual([0x1d, 0x76, 0x30, 0x00]);
          expect(band[6]! + band[7]! * 256).toBeLessThanOrEqual(BAND_ROWS_MAX);
          expect(band.length).toBe(8 + (band[4]! + band[5]! * 256) * (band[6]! + band[7]! * 256));
        }
        expect(Buffer.concat(bands.map((band) => band.subarray(8)))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
  });

  it('accounts for every byte of any stream in any cut, and reads the same in every cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (bytes, cut) => {
        const whole = createReplyReader();
        const events = whole.push(bytes);
        expect(events.reduce((sum, event) => sum + eventByteCount(event), whole.pendingByteCount)).toBe(bytes.length);
        const pieces = createReplyReader();
        const cutEvents = [];
        for (let offset = 0; offset < bytes.length; offset += cut) cutEvents.push(...pieces.push(bytes.subarray(offset, offset + cut)));
        // Noise of two cuts is two pieces.
        expect(cutEvents.filter(({ kind }) => kind !== 'noise')).toEqual(events.filter(({ kind }) => kind !== 'noise'));
        expect(pieces.expire().reduce((sum, event) => sum + eventByteCount(event), 0)).toBe(whole.pendingByteCount);
      }),
    );
  });

  it('describes any bytes for a reader of the wire trace, both ways', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => decodePrinterBytes('toDevice', bytes).length + decodePrinterBytes('toHost', bytes).length >= 0));
    expect(decodePrinterBytes('toDevice', bytesOf('1B 40 10 04 02 1D 76 30 00 02 00 02 00 FF FF 80 01 1D 72 01'))).toEqual(['ESC @ initialise', 'DLE EOT 2 status', 'GS v 0 raster 16 x 2', 'GS r 1 status in order']);
    expect(decodePrinterBytes('toHost', bytesOf('13 11 1E 0C'))).toEqual(['XOFF', 'XON', 'status 1e', 'in-order status 0c: paper end']);
  });
});
