import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIoBoard } from '../../../../drivers/auxiliaries/io-board/decode.ts';
import vectors from '../../../vectors/io-board.json' with { type: 'json' };
import { encodeLampOrder } from '../../../../drivers/auxiliaries/io-board/codec.ts';
import { createLineReader } from '../../../../drivers/auxiliaries/io-board/frames.ts';
import { checkedLine, RequestReader } from '../../../../simulators/auxiliaries/io-board/wire.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('I/O board lines', () => {
  it.each(vectors.vectors.filter(({ to }) => to === 'host'))('reads and writes $name', ({ hex, body, decoded }) => {
    const line = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    expect(decodeIoBoard(line, 'device')).toEqual([decoded]);
    expect(Buffer.from(checkedLine(body!))).toEqual(line);
  });

  it.each(vectors.vectors.filter(({ to }) => to === 'device'))('the board hears $name', ({ hex, request }) => {
    expect(new RequestReader().push(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toEqual([request]);
  });

  it('orders a lamp as the vector', () => {
    expect(Buffer.from(encodeLampOrder('cardReader', 'continuous')).toString('latin1')).toBe('L C=1 *F683\n');
    expect(new RequestReader().push(bytes('L C=2 *F683\n'))).toEqual([]);
  });

  it('tells two opened doors from none: an exclusive or would not', () => {
    expect(decodeIoBoard(bytes('S K=1 D=0 C=1 T=0 *2015\n'), 'device')).toEqual([{ kind: 'noise', reason: 'badChecksum', byteCount: 24 }]);
  });

  it('names questions, noise and the rest, and accounts for every byte', () => {
    expect(decodeIoBoard(bytes('?\nI\nx\n?'), 'host')).toEqual([{ kind: 'query', query: 'status' }, { kind: 'query', query: 'identity' }, { kind: 'noise', reason: 'noQuestion', byteCount: 2 }, { kind: 'noise', reason: 'incomplete', byteCount: 1 }]);
    expect(decodeIoBoard(bytes('hello\n\u0001\nE K'), 'device')).toEqual([{ kind: 'noise', reason: 'noChecksum', byteCount: 6 }, { kind: 'noise', reason: 'notAscii', byteCount: 2 }, { kind: 'noise', reason: 'incomplete', byteCount: 3 }]);
  });

  it('finds a good line after any noise that ended, in any cut', () => {
    const good = checkedLine('E K=1');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (noise, cuts) => {
        const reader = createLineReader();
        const all = Buffer.concat([noise, bytes('\n'), good]);
        const events = [];
        for (let offset = 0, turn = 0; offset < all.length; turn += 1) {
          const byteCount = cuts[turn % cuts.length]!;
          events.push(...reader.push(all.subarray(offset, offset + byteCount)));
          offset += byteCount;
        }
        expect(events.at(-1)).toEqual({ kind: 'line', body: 'E K=1' });
        expect(reader.pendingByteCount).toBe(0);
        // ` *hhhh` and LF beside the body; noise that is a good line by chance would need a right CRC.
        expect(events.reduce((sum, event) => sum + (event.kind === 'noise' ? event.byteCount : event.body.length + 7), 0)).toBe(all.length);
      }),
    );
  });
});
