import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCrt571Reader } from '../../../../drivers/card-reader/crt-571/device.ts';
import { createMagtekSwipeReader } from '../../../../drivers/card-reader/magtek-hid/device.ts';
import type { CardReader, CardReaderEvent } from '../../../../drivers/interfaces/card-reader.ts';
import { createWireTrace } from '../../../../main/core/process/wire-trace.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { createTraceFile } from '../../../../main/system/trace-file.ts';
import { createCrt571Simulator } from '../../../../simulators/card-reader/crt-571/simulator.ts';
import { createMagtekSimulator } from '../../../../simulators/card-reader/magtek-hid/simulator.ts';
import { TEST_CARDS } from '../../../../simulators/card-reader/test-cards.ts';
import { createMemoryLine } from '../../../../simulators/lines/memory-line.ts';
import type { DeviceSimulator } from '../../../../simulators/simulator.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import { createMemoryHid } from '../../../support/memory-hid.ts';

const card = TEST_CARDS[0]!;
const clock = createVirtualClock({ startUtcMs: 0 });
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'qolma-trace-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

interface Line { readonly direction: string; readonly byteCount: number; readonly hex: string }
const recorded = (deviceId: string): Line[] => readFileSync(join(folder, `${deviceId}.trace.jsonl`), 'utf8').trim().split('\n').map((text) => JSON.parse(text) as Line);

/** A card number as it may lie in a trace: text, packed decimal, and the file's own words. */
function expectNoCardIn(lines: readonly Line[]): void {
  const wire = lines.map(({ hex }) => hex).join('');
  for (const secret of [card.pan, Buffer.from(card.pan).toString('hex'), card.pan.slice(6, 12), Buffer.from(card.pan.slice(6, 12)).toString('hex'), Buffer.from(card.holder).toString('hex')]) expect(wire).not.toContain(secret);
}

async function readCard(reader: CardReader, simulator: DeviceSimulator, command: { readonly do: string; readonly [key: string]: unknown }): Promise<CardReaderEvent> {
  const events: CardReaderEvent[] = [];
  reader.onEvent((event) => events.push(event));
  simulator.start();
  reader.start();
  expect(await clock.runUntil(() => reader.status().state === 'ready', 60_000)).toBe(true);
  void reader.enableEntry();
  await clock.advance(1000);
  expect(simulator.control(command).ok).toBe(true);
  expect(await clock.runUntil(() => events.some((event) => event.kind === 'cardRead'), 60_000)).toBe(true);
  await reader.stop();
  return events.find((event) => event.kind === 'cardRead')!;
}

describe('the trace of a line', () => {
  it('tells a chip card session without a byte of the card', async () => {
    const trace = createWireTrace({ folder, clock, log: silentLog });
    const random = seededRandom(1);
    const { transport, line } = createMemoryLine({ name: 'memory', clock, chunking: { random, bytesMax: 5, gapMs: 1 } });
    const simulator = createCrt571Simulator({ line, clock, random, timeFactor: 1 }, {});
    const reader = createCrt571Reader({ deviceId: 'card-reader', clock, log: silentLog, transport: trace.serial({ deviceId: 'card-reader', deviceClass: 'cardReader', protocol: 'crt-571' }, transport) });
    const event = await readCard(reader, simulator, { do: 'insertCard', card: card.cardId });
    expect(event).toMatchObject({ kind: 'cardRead' });
    const lines = recorded('card-reader');
    expect(lines.filter(({ direction }) => direction === 'fromDevice').reduce((sum, { byteCount }) => sum + byteCount, 0)).toBeGreaterThan(100);
    expect(lines.map(({ hex }) => hex).join('')).toContain('f200'); // heads of frames are there
    expectNoCardIn(lines);
    expect(statSync(join(folder, 'card-reader.trace.jsonl')).mode & 0o077).toBe(0);
  });

  it('tells a swipe by its length alone', async () => {
    const trace = createWireTrace({ folder, clock, log: silentLog });
    const { transport, line } = createMemoryHid();
    const simulator = createMagtekSimulator({ line, clock, random: seededRandom(1), timeFactor: 1 }, {});
    const reader = createMagtekSwipeReader({ deviceId: 'swipe-reader', clock, log: silentLog, transport: trace.hid({ deviceId: 'swipe-reader', deviceClass: 'cardReader', protocol: 'magtek-hid' }, transport) });
    await readCard(reader, simulator, { do: 'swipe', card: card.cardId });
    const lines = recorded('swipe-reader');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every(({ hex }) => /^(2a)+$/.test(hex))).toBe(true);
  });
});

describe('a trace file', () => {
  it('never grows beyond two files of its limit', () => {
    const path = join(folder, 'x.jsonl');
    const file = createTraceFile({ path, bytesMax: 1000, onEnd: () => {} });
    for (let index = 0; index < 200; index++) file.write({ index });
    file.close();
    expect(statSync(path).size).toBeLessThanOrEqual(1000);
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1000);
    const last = (name: string) => JSON.parse(readFileSync(name, 'utf8').trim().split('\n').at(-1)!) as { index: number };
    expect(last(path).index).toBe(199);
    file.write({ index: 200 });
    expect(last(path).index).toBe(199);
  });
});
