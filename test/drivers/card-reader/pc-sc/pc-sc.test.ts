import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/pc-sc.json' with { type: 'json' };
import { interfaceOf } from '../../../../drivers/card-reader/pc-sc/codec.ts';
import { createPcscReader } from '../../../../drivers/card-reader/pc-sc/device.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/card-reader/pc-sc/frames.ts';
import type { PcscBinding } from '../../../../drivers/card-reader/pc-sc/native-adapter.ts';
import { NativeSmartCardAdapter } from '../../../../drivers/card-reader/pc-sc/native-adapter.ts';
import { SocketSmartCardAdapter } from '../../../../drivers/card-reader/pc-sc/socket-adapter.ts';
import type { CardReaderEvent } from '../../../../drivers/interfaces/card-reader.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { createChip } from '../../../../simulators/card-reader/chip.ts';
import { createPcscSimulator } from '../../../../simulators/card-reader/pc-sc/simulator.ts';
import { buildFrame, HostFrameReader } from '../../../../simulators/card-reader/pc-sc/wire.ts';
import { TEST_CARDS } from '../../../../simulators/card-reader/test-cards.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import type { DeviceBenchOptions } from '../../../support/device-bench.ts';
import { createDeviceBench } from '../../../support/device-bench.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

async function createBench(options: DeviceBenchOptions = {}) {
  const bench = createDeviceBench({ simulator: (environment) => createPcscSimulator(environment, {}), driver: ({ transport, clock, ...common }) => createPcscReader({ ...common, clock, adapter: new SocketSmartCardAdapter({ transport, clock }) }) }, options);
  const told: CardReaderEvent[] = [];
  bench.device.onEvent((event) => void told.push(event));
  bench.device.start();
  await bench.untilState('ready');
  return { ...bench, told, kinds: () => told.map(({ kind }) => kind), untilEvent: (kind: CardReaderEvent['kind']) => bench.until(() => told.some((event) => event.kind === kind), kind) };
}

describe('frames of the simulated reader', () => {
  it.each(vectors.vectors)('$name, both sides', ({ hex, type, data }) => {
    expect(createFrameReader().push(bytesOf(hex))).toEqual([{ kind: 'frame', type, data: bytesOf(data) }]);
    expect(encodeFrame(type, bytesOf(data))).toEqual(bytesOf(hex));
    expect(Buffer.from(buildFrame(type, [...bytesOf(data)]))).toEqual(bytesOf(hex));
    expect(new HostFrameReader().push(bytesOf(hex))).toEqual([{ type, data: [...bytesOf(data)] }]);
  });

  it('tells contacts, field and storage cards apart by the answer to reset', () => {
    expect(interfaceOf(bytesOf('3B 65 00 00 9C 02 02 01 02'))).toBe('contact');
    expect(interfaceOf(bytesOf('3B 80 80 01 01'))).toBe('contactless');
    expect(interfaceOf(bytesOf('3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A'))).toBe('storage');
    expect(interfaceOf(new Uint8Array())).toBe('contact');
  });
});

describe('PC/SC reader', () => {
  it.each(['contact', 'contactless'] as const)('reads a %s card once and sees it go', async (by) => {
    const { device, hand, settle, told, kinds, untilEvent, world, said } = await createBench({ bytesMax: 9 });
    await settle(device.enableEntry());
    hand({ do: 'insertCard', card: 'card-0012', by });
    await untilEvent('cardRead');
    const read = told.find((event) => event.kind === 'cardRead');
    expect(read?.kind === 'cardRead' && [read.card.entry, read.card.pan.reveal()]).toEqual(['chip', TEST_CARDS[0]!.pan]);
    expect([device.position(), device.status().state]).toEqual(['inside', 'busy']);
    hand({ do: 'takeCard' });
    await untilEvent('cardTaken');
    expect([kinds(), device.position(), device.status().state]).toEqual([['cardInserted', 'cardRead', 'cardTaken'], 'none', 'ready']);
    for (const text of [...said, JSON.stringify(world())]) expect(text).not.toMatch(/\d{12,}/);
  });

  it('tells nothing of a card in whose place another one lies when its reading ends', async () => {
    const { device, hand, settle, kinds, clock, until } = await createBench();
    await settle(device.enableEntry());
    hand({ do: 'insertCard', card: 'card-0012' });
    await until(() => (device.status().counters['apduCount'] ?? 0) >= 2, 'two commands');
    hand({ do: 'takeCard' });
    hand({ do: 'insertCard', card: 'card-0103' });
    await clock.advance(10_000);
    expect(kinds()).toEqual(['cardInserted', 'cardTaken']);
  });

  it('reads nothing before entry is enabled, then the card that lies there', async () => {
    const { device, hand, settle, kinds, clock, untilEvent } = await createBench();
    hand({ do: 'insertCard', card: 'card-0103' });
    await clock.advance(5_000);
    expect(kinds()).toEqual([]);
    await settle(device.enableEntry());
    await untilEvent('cardRead');
    expect(await device.eject()).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
  });

  it.each([['cardPulled', ['cardInserted', 'cardTaken']], ['noAnswer', ['cardInserted', 'cardUnreadable']], ['silence', ['cardInserted', 'cardUnreadable']], ['noDirectory', ['cardInserted', 'cardUnreadable']], ['noise', ['cardInserted', 'cardRead']]] as const)('%s', async (fault, expected) => {
    const { device, hand, settle, kinds, clock } = await createBench();
    await settle(device.enableEntry());
    hand({ do: 'fault', fault });
    hand({ do: 'insertCard', card: 'card-0012' });
    await clock.advance(20_000);
    expect(kinds()).toEqual(expected);
  });

  it('is found hung by two questions without an answer, not by one, and comes back', async () => {
    const { device, hand, clock, untilState } = await createBench();
    hand({ do: 'fault', fault: 'silence', at: 'state', times: 1 });
    await clock.advance(8_000);
    expect(device.status().state).toBe('ready');
    hand({ do: 'fault', fault: 'silence', at: 'state', times: 1_000 });
    expect(await clock.runUntil(() => device.status().faults.includes('IDC_OFFLINE'), 11_000)).toBe(true);
    const states = new Set<string>();
    device.onStatus(({ state }) => void states.add(state));
    await clock.advance(30_000);
    expect([...states].sort()).toEqual(['offline', 'recovering']);
    hand({ do: 'clearFaults' });
    await untilState('ready');
  });

  it('counts a card as taken when the reader is pulled, and comes back', async () => {
    const { device, hand, settle, kinds, untilEvent, untilState } = await createBench();
    await settle(device.enableEntry());
    hand({ do: 'insertCard', card: 'card-0012' });
    await untilEvent('cardRead');
    hand({ do: 'unplug' });
    await untilState('offline');
    expect([kinds().at(-1), device.position()]).toEqual(['cardTaken', 'none']);
    hand({ do: 'plug' });
    await untilState('busy');
    expect(device.position()).toBe('inside');
  });
});

describe('binding of PC/SC', () => {
  /** The shape of pcsc-mini's client, by its published types. */
  function fakeBinding(readerNames: readonly string[], hangs: () => boolean = () => false) {
    const chip = createChip(TEST_CARDS[0]!, 'good');
    const listeners = new Map<string, (...values: never[]) => void>();
    let stopCount = 0;
    const readers = readerNames.map((name) => ({
      toString: () => name,
      on: (event: string, listener: (...values: never[]) => void) => void listeners.set(`${name} ${event}`, listener),
      connect: async () => {
        if (hangs()) await new Promise(() => {});
        return { transmit: (command: Uint8Array) => (hangs() ? new Promise(() => {}) : Promise.resolve(Uint8Array.from(chip.exchange([...command])))), disconnect: async () => {} };
      },
    }));
    class Client {
      readonly #on = new Map<string, (value: never) => void>();
      on(event: string, listener: (value: never) => void) {
        this.#on.set(event, listener);
        return this;
      }
      start() {
        queueMicrotask(() => readers.forEach((reader) => this.#on.get('reader')?.(reader as never)));
      }
      stop() {
        stopCount++;
      }
    }
    const binding = { Client, ReaderStatus: { PRESENT: 0x20, MUTE: 0x200 }, CardMode: { SHARED: 2, DIRECT: 3 }, CardDisposition: { LEAVE: 0, RESET: 1 } } as unknown as PcscBinding;
    const change = (name: string, flags: number, answerToReset: readonly number[]) => (listeners.get(`${name} change`) as unknown as (status: object, atr: Uint8Array) => void)({ has: (flag: number) => (flags & flag) !== 0 }, Uint8Array.from(answerToReset));
    return { binding, change, disconnect: (name: string) => (listeners.get(`${name} disconnect`) as () => void)(), stops: () => stopCount };
  }

  it.each([['with nobody there', false], ['with a card in it', true]])('finds a reader that hangs, %s, and opens it again', async (_, hasCard) => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    let isHung = false;
    const { binding, change } = fakeBinding(['Contact 01'], () => isHung);
    const adapter = new NativeSmartCardAdapter({ readerName: 'Contact', load: async () => binding, after: (delayMs, action) => void clock.setTimeout(action, delayMs) });
    const device = createPcscReader({ deviceId: 'reader', clock, log: silentLog, adapter });
    const kinds: string[] = [];
    device.onEvent(({ kind }) => void kinds.push(kind));
    device.start();
    await clock.runUntil(() => device.status().state === 'ready', 10_000);
    if (hasCard) void device.enableEntry();
    await clock.advance(10);
    isHung = true;
    if (hasCard) change('Contact 01', 0x20, [0x3b, 0x65, 0x00]);
    expect(await clock.runUntil(() => device.status().state === 'offline', 25_000)).toBe(true);
    expect(kinds).toEqual(hasCard ? ['cardInserted', 'cardUnreadable', 'cardTaken'] : []);
    isHung = false;
    expect(await clock.runUntil(() => device.status().state === 'ready', 30_000)).toBe(true);
    await device.stop();
  });

  it('reads a card through it, and is lost with the reader', async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const { binding, change, disconnect, stops } = fakeBinding(['Other 00', 'Sample Contact 01']);
    const adapter = new NativeSmartCardAdapter({ readerName: 'Contact', load: async () => binding, after: (delayMs, action) => void clock.setTimeout(action, delayMs) });
    const device = createPcscReader({ deviceId: 'reader', clock, log: silentLog, adapter });
    const kinds: string[] = [];
    device.onEvent(({ kind }) => void kinds.push(kind));
    device.start();
    await clock.runUntil(() => device.status().state === 'ready', 10_000);
    void device.enableEntry();
    change('Sample Contact 01', 0x20, [0x3b, 0x65, 0x00]);
    await clock.runUntil(() => kinds.includes('cardRead'), 10_000);
    disconnect('Sample Contact 01');
    await clock.runUntil(() => device.status().state === 'offline', 10_000);
    expect(kinds).toEqual(['cardInserted', 'cardRead', 'cardTaken']);
    expect(stops()).toBe(1);
    await device.stop();
  });

  it('is offline, and says why, without the binding or without the reader', async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const after = (delayMs: number, action: () => void) => void clock.setTimeout(action, delayMs);
    expect(await new NativeSmartCardAdapter({ readerName: '', after }).open()).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE', detail: expect.stringContaining('pcsc-mini') } });
    const opening = new NativeSmartCardAdapter({ readerName: 'Nobody', load: async () => fakeBinding(['Other 00']).binding, after }).open();
    await clock.advance(5_000);
    expect(await opening).toMatchObject({ ok: false, error: { detail: 'no reader "Nobody"' } });
  });
});
