import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../../../drivers/card-reader/magtek-hid/codec.ts';
import { decodeMagtek } from '../../../../drivers/card-reader/magtek-hid/decode.ts';
import { createMagtekSwipeReader } from '../../../../drivers/card-reader/magtek-hid/device.ts';
import type { Track } from '../../../../drivers/card-reader/magtek-hid/frames.ts';
import { readReport } from '../../../../drivers/card-reader/magtek-hid/frames.ts';
import type { CardReaderEvent } from '../../../../drivers/interfaces/card-reader.ts';
import type { Log } from '../../../../main/foundation/log.ts';
import { createMagtekSimulator } from '../../../../simulators/card-reader/magtek-hid/simulator.ts';
import { TEST_CARDS } from '../../../../simulators/card-reader/test-cards.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import { createMemoryHid } from '../../../support/memory-hid.ts';

const [card] = TEST_CARDS;
const empty: Track = { kind: 'empty' };
const read = (text: string): Track => ({ kind: 'read', text });

async function readyBench() {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line } = createMemoryHid();
  const simulator = createMagtekSimulator({ line, clock, random: seededRandom(1), timeFactor: 1 }, {});
  simulator.start();
  const said: string[] = [];
  const write = (event: string, fields: unknown) => void said.push(`${event} ${JSON.stringify(fields)}`);
  const log: Log = { error: write, warn: write, info: write, debug: (event, fields) => write(event, fields?.()) };
  simulator.onEvent((event) => write(event.event, event.fields));
  const reader = createMagtekSwipeReader({ deviceId: 'swipeReader', transport, clock, log });
  const events: CardReaderEvent[] = [];
  reader.onEvent((event) => events.push(event));
  const hand = (command: { readonly do: string; readonly [key: string]: unknown }) => expect(simulator.control(command).ok).toBe(true);
  const untilState = async (state: string) => expect(await clock.runUntil(() => reader.status().state === state, 60_000), state).toBe(true);
  reader.start();
  await untilState('ready');
  return { clock, simulator, reader, events, said, hand, untilState };
}

describe('a swipe', () => {
  it('gives the card, and the number appears nowhere in clear', async () => {
    const bench = await readyBench();
    expect((await bench.reader.enableEntry()).kind).toBe('completed');
    bench.hand({ do: 'swipe', card: card!.cardId });
    await bench.clock.advance(10);
    const [event] = bench.events;
    if (event?.kind !== 'cardRead') throw new Error('not read');
    expect({ pan: event.card.pan.reveal(), expiry: event.card.expiry, serviceCode: event.card.serviceCode, entry: event.card.entry }).toEqual({ pan: card!.pan, expiry: card!.expiry, serviceCode: card!.serviceCode, entry: 'magneticStripe' });
    const everything = [...bench.said, JSON.stringify([bench.events, bench.simulator.world(), bench.reader.status()])].join('\n');
    expect(everything).not.toContain(card!.pan);
    expect(everything).toContain(event.card.pan.masked());
  });

  it('is missed by no hung reader for long: two control transfers without an answer, not one', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'silence', times: 1 });
    await bench.clock.advance(8_000);
    expect(bench.reader.status().state).toBe('ready');
    bench.hand({ do: 'fault', fault: 'silence', times: 1_000 });
    await bench.clock.advance(11_000);
    expect(bench.reader.status()).toMatchObject({ state: 'offline', faults: ['IDC_OFFLINE'] });
    await bench.clock.advance(30_000);
    expect(bench.reader.status().state).toBe('offline');
    bench.hand({ do: 'clearFaults' });
    await bench.untilState('ready');
  });

  it('is forgotten while entry is not enabled', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'swipe', card: card!.cardId });
    await bench.reader.enableEntry();
    await bench.reader.disableEntry();
    bench.hand({ do: 'swipe', card: card!.cardId });
    await bench.clock.advance(1000);
    expect(bench.events).toEqual([]);
    expect(bench.reader.status().counters).toMatchObject({ swipeCount: 2 });
  });

  it.each([
    { fault: { fault: 'trackError', at: 'track2' }, kind: 'cardRead', errors: 1 },
    { fault: { fault: 'trackError', at: 'track1' }, kind: 'cardRead', errors: 1 },
    { fault: { fault: 'trackError', at: 'both' }, kind: 'cardUnreadable', errors: 2 },
    { fault: { fault: 'blank' }, kind: 'cardUnreadable', errors: 0 },
    { fault: { fault: 'wrongDigit' }, kind: 'cardUnreadable', errors: 0 },
  ])('with $fault is $kind', async ({ fault, kind, errors }) => {
    const bench = await readyBench();
    await bench.reader.enableEntry();
    bench.hand({ do: 'fault', ...fault });
    bench.hand({ do: 'swipe', card: card!.cardId });
    await bench.clock.advance(10);
    expect(bench.events.map((event) => event.kind)).toEqual([kind]);
    expect(bench.reader.status().counters).toMatchObject({ trackErrorCount: errors });
    expect(bench.reader.status().lastFaults.map((fault) => fault.code)).toEqual(kind === 'cardUnreadable' ? ['IDC_UNREADABLE'] : []);
  });

  it('with a cut report is noise, and the next one is read', async () => {
    const bench = await readyBench();
    await bench.reader.enableEntry();
    bench.hand({ do: 'fault', fault: 'shortReport' });
    bench.hand({ do: 'swipe', card: card!.cardId });
    bench.hand({ do: 'swipe', card: card!.cardId });
    await bench.clock.advance(10);
    expect(bench.events.map((event) => event.kind)).toEqual(['cardRead']);
    expect(bench.reader.status().counters).toMatchObject({ badReportCount: 1, swipeCount: 1 });
  });
});

describe('the reader', () => {
  it('holds no card', async () => {
    const { reader } = await readyBench();
    expect(reader.position()).toBe('none');
    expect(await reader.eject()).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
    expect(await reader.capture()).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
  });

  it('comes back with entry enabled after it was pulled', async () => {
    const bench = await readyBench();
    await bench.reader.enableEntry();
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    expect(await bench.reader.enableEntry()).toMatchObject({ kind: 'failed', errorCode: 'IDC_OFFLINE' });
    bench.hand({ do: 'plug' });
    await bench.untilState('busy');
    bench.hand({ do: 'swipe', card: card!.cardId });
    await bench.clock.advance(10);
    expect(bench.events.map((event) => event.kind)).toEqual(['cardRead']);
    await bench.reader.stop();
    expect(bench.reader.status().state).toBe('offline');
  });
});

describe('tracks and reports', () => {
  // The shapes of the sheet's worked examples, with an invented card number.
  it('are read as ISO/IEC 7813 says', () => {
    expect(cardOf([empty, read(';9999000000000012=25122010000000000000?'), empty])?.pan.masked()).toBe('999900••••••0012');
    expect(cardOf([read('%B9999000000000012^TEST/KIOSK^25122010000000000000?'), { kind: 'error' }, empty])).toMatchObject({ expiry: '2512', serviceCode: '201' });
    for (const text of [';9999000000000013=2512201?', ';9999000000000012=2512?', '9999000000000012=2512201?', ';9999000000000012=2512201', `;9999000000000012=2512201${'0'.repeat(30)}?`]) expect(cardOf([empty, read(text), empty])).toBeNull();
  });

  it('never throw on any report', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ minLength: 337, maxLength: 338 })), (report) => {
      const event = readReport(report);
      if (event.kind === 'swipe') cardOf(event.tracks);
      JSON.stringify(decodeMagtek(report));
    }));
  });

  it('are told masked by decodeMagtek', () => {
    const report = Buffer.alloc(337);
    const track2 = `;${card!.pan}=${card!.expiry}${card!.serviceCode}0?`;
    report[0] = 1;
    report[4] = track2.length;
    report.write(track2, 117, 'latin1');
    const expected = { kind: 'swipe', encodeType: 'iso', track1: 'error', track2: `${track2.length} characters`, track3: 'empty', maskedPan: '999900••••••0012' };
    expect(decodeMagtek(report)).toEqual(expected);
    expect(decodeMagtek(Buffer.concat([Buffer.of(0), report]))).toEqual(expected);
    expect(decodeMagtek(Buffer.alloc(10))).toMatchObject({ kind: 'noise' });
  });
});
