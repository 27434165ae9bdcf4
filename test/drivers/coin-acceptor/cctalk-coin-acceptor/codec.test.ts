import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCoinId, decodeCredits, encodeInhibitMask, newEvents } from '../../../../drivers/coin-acceptor/cctalk-coin-acceptor/codec.ts';
import { decodeCoinAcceptor } from '../../../../drivers/coin-acceptor/cctalk-coin-acceptor/decode.ts';
import { eventCodeRow } from '../../../../drivers/coin-acceptor/cctalk-coin-acceptor/event-codes.ts';
import { decodeMark, encodeMark } from '../../../../drivers/coin-acceptor/cctalk-coin-acceptor/mark.ts';
import vectors from '../../../vectors/cctalk-coin-acceptor.json' with { type: 'json' };

const dataOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex').subarray(4, -1);

describe('golden answers', () => {
  it.each(vectors.vectors.filter(({ credits }) => credits !== undefined))('$name', ({ hex, credits }) => {
    expect(decodeCredits(dataOf(hex))).toEqual(credits);
  });

  it.each(vectors.vectors.filter(({ valueMinor }) => valueMinor !== undefined))('$name is worth $valueMinor', ({ hex, valueMinor }) => {
    expect(decodeCoinId(dataOf(hex).toString('latin1'))).toEqual({ countryCode: 'KZ', valueMinor });
  });

  it('ids that are no value are none', () => {
    for (const id of ['......', 'TM000A', 'KZ000A', 'KZKK1A', 'KZ1m0A', 'KZ10', '']) expect(decodeCoinId(id), id).toBeNull();
    expect(decodeCoinId('KZM01A')?.valueMinor).toBe(10_000);
  });
});

describe('the event counter', () => {
  const bufferAt = (eventCount: number) => ({ eventCount, events: [5, 4, 3, 2, 1].map((position) => ({ kind: 'coin', position, sorterPath: 1 }) as const) });

  it('tells each event once, the oldest first, whatever the step; above five it says how many it lost', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 200 }), (handled, step) => {
      let now = handled;
      for (let turn = 0; turn < step; turn++) now = now === 255 ? 1 : now + 1;
      const { events, lostCount } = newEvents(handled, bufferAt(now));
      expect(events).toHaveLength(Math.min(step, 5));
      expect(lostCount).toBe(Math.max(0, step - 5));
      expect(events.map(({ event }) => (event.kind === 'coin' ? event.position : 0))).toEqual([1, 2, 3, 4, 5].slice(5 - Math.min(step, 5)));
      if (step > 0) expect(events.at(-1)!.eventCount).toBe(now);
    }));
  });

  it('goes from 255 to 1', () => {
    expect(newEvents(255, bufferAt(1)).events).toEqual([{ eventCount: 1, event: { kind: 'coin', position: 5, sorterPath: 1 } }]);
    expect(newEvents(254, bufferAt(2)).events.map(({ eventCount }) => eventCount)).toEqual([255, 1, 2]);
  });
});

describe('totality', () => {
  it('any data, code, text and capture has an answer', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.string(), (data, text) => {
      decodeCredits(data);
      decodeCoinId(text);
      decodeMark(text);
      decodeCoinAcceptor(data);
    }));
    for (let code = 0; code < 256; code++) expect(eventCodeRow(code).means).not.toBe('');
    expect(decodeMark(encodeMark({ serialNumber: '7', eventCount: 255 }))).toEqual({ serialNumber: '7', eventCount: 255 });
    expect(encodeInhibitMask([1, 2, 9, 16])).toEqual([3, 0x81]);
  });

  it('a capture is told in words by what was asked', () => {
    const bytes = Buffer.from('020001E518010B0200010501000000000000000000EB'.slice(0, 10) + '010B02000105010000000000000000EB', 'hex');
    expect(decodeCoinAcceptor(bytes)).toMatchObject([{ from: 'host', decoded: { command: 'readCredits' } }, { from: 'device', decoded: { to: 'readCredits', value: { eventCount: 1 } } }]);
  });
});
