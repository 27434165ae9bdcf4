import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIoBoard } from '../../../../drivers/auxiliaries/io-board/decode.ts';
import { LineReader } from '../../../../drivers/auxiliaries/io-board/frames.ts';
import { checkedLine } from '../../../../simulators/auxiliaries/io-board/wire.ts';

/** Checks computed apart from both sides, with the published CRC-16/KERMIT (check value 2189). */
const LINES = [
  ['E K=1', '6125', { kind: 'event', name: 'operatorKey', on: true }],
  ['S K=0 D=0 C=0 T=0', '2015', { kind: 'status', positions: { operatorKey: false, safeDoor: false, cabinetDoor: false, tamper: false } }],
  ['S K=1 D=0 C=1 T=0', '2EFC', { kind: 'status', positions: { operatorKey: true, safeDoor: false, cabinetDoor: true, tamper: false } }],
  ['I QIO-1 1.0 SIM-000427', '5E2E', { kind: 'identity', model: 'QIO-1', firmware: '1.0', serialNumber: 'SIM-000427' }],
  ['S K=2', 'DC66', { kind: 'unknown', body: 'S K=2' }],
] as const;
const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('I/O board lines', () => {
  it.each(LINES)('reads %s', (body, check, decoded) => {
    expect(decodeIoBoard(bytes(`${body} *${check}\n`), 'device')).toEqual([decoded]);
    expect(Buffer.from(checkedLine(body)).toString('latin1')).toBe(`${body} *${check}\n`);
  });

  it('tells two opened doors from none: an exclusive or would not', () => {
    expect(decodeIoBoard(bytes(`S K=1 D=0 C=1 T=0 *${LINES[1][1]}\n`), 'device')).toEqual([{ kind: 'noise', reason: 'badChecksum', byteCount: 24 }]);
  });

  it('names questions, noise and the rest, and accounts for every byte', () => {
    expect(decodeIoBoard(bytes('?\nI\nx\n?'), 'host')).toEqual([{ kind: 'query', query: 'status' }, { kind: 'query', query: 'identity' }, { kind: 'noise', reason: 'noQuestion', byteCount: 2 }, { kind: 'noise', reason: 'incomplete', byteCount: 1 }]);
    expect(decodeIoBoard(bytes('hello\n\u0001\nE K'), 'device')).toEqual([{ kind: 'noise', reason: 'noChecksum', byteCount: 6 }, { kind: 'noise', reason: 'notAscii', byteCount: 2 }, { kind: 'noise', reason: 'incomplete', byteCount: 3 }]);
  });

  it('finds a good line after any noise that ended, in any cut', () => {
    const good = checkedLine('E K=1');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (noise, cuts) => {
        const reader = new LineReader();
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
