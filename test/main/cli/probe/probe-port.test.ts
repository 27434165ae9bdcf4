/**
 * Goal: whoever is at a port is found by a question that moves nothing, and nobody is found who is not there.
 * Method: each serial protocol's simulator on a line that lives in memory, every protocol asked, in virtual time; silence and chance bytes as lines of their own.
 */
import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../../drivers/protocol-table.ts';
import type { Transport } from '../../../../drivers/transport/transport.ts';
import { candidatesOf, probePort } from '../../../../main/cli/probe/probe-port.ts';
import { err } from '../../../../main/foundation/outcome.ts';
import { randomInteger } from '../../../../main/foundation/random.ts';
import { createMemoryLine } from '../../../../simulators/lines/memory-line.ts';
import { SINGLE_DEVICES } from '../../../../simulators/single/single-devices.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';

const SERIAL = PROTOCOLS.filter((row) => row.lineKind === 'serial' && row.probe !== undefined);
/** All candidates one after the other on a line where something talks. */
const ALL_MS_MAX = 400_000;

async function probed(prepare: (bench: { readonly clock: ReturnType<typeof createVirtualClock>; readonly line: ReturnType<typeof createMemoryLine>['line'] }) => void, transportOf?: (transport: Transport) => Transport) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
  const { transport, line } = createMemoryLine({ name: 'memory', clock });
  prepare({ clock, line });
  await clock.advance(10_000); // whatever comes up has come up
  const asked: Buffer[] = [];
  const tapped: Transport = { ...methodsOf(transportOf?.(transport) ?? transport), write: (bytes) => (asked.push(Buffer.from(bytes)), transport.write(bytes)) };
  const report = probePort({ port: '/dev/memory', lineWith: () => tapped }, await candidatesOf(PROTOCOLS), { clock, random: seededRandom(1) });
  let isOver = false;
  void report.finally(() => (isOver = true));
  expect(await clock.runUntil(() => isOver, ALL_MS_MAX)).toBe(true);
  return { report: await report, asked };
}

function methodsOf(transport: Transport): Transport {
  return {
    name: transport.name, open: () => transport.open(), write: (bytes) => transport.write(bytes), close: () => transport.close(),
    onData: (listener) => transport.onData(listener), onClosed: (listener) => transport.onClosed(listener),
  };
}

const withDevice = (protocol: string) => probed(({ clock, line }) => SINGLE_DEVICES[protocol]!.create({ line, clock, random: seededRandom(1), timeFactor: 1 }).start());

describe('probing a port', () => {
  it('knows how each protocol on a serial line is found', () => {
    expect(PROTOCOLS.filter((row) => row.lineKind === 'serial' && row.probe === undefined).map((row) => row.protocol)).toEqual([]);
  });

  it.each(SERIAL.map((row) => row.protocol))('finds %s and asks nobody else afterwards', async (protocol) => {
    const { report } = await withDevice(protocol);
    expect(report).toMatchObject({ state: 'found', device: { protocol, deviceClass: SERIAL.find((row) => row.protocol === protocol)!.deviceClass } });
  });

  it.each(['escpos', 'epson-tm', 'custom-vkp80', 'citizen-ppu'])('prints, feeds and cuts nothing on %s', async (protocol) => {
    const events: string[] = [];
    const { report } = await probed(({ clock, line }) => {
      const simulator = SINGLE_DEVICES[protocol]!.create({ line, clock, random: seededRandom(1), timeFactor: 1 });
      simulator.start();
      simulator.onEvent(({ event }) => events.push(event));
    });
    expect(report.state).toBe('found');
    expect(events).toEqual([]);
  });

  it('tells model, firmware and serial number of those that have them', async () => {
    expect((await withDevice('ccnet')).report).toMatchObject({ device: { model: expect.stringMatching(/\w/), firmware: expect.stringMatching(/\w/), serialNumber: expect.stringMatching(/\w/), settings: { baudRateBps: 9600, parity: 'none', dataBits: 8, stopBits: 1 } } });
    expect((await withDevice('epson-tm')).report).toMatchObject({ device: { model: 'TM-T88V', firmware: '1.04 ESC/POS', serialNumber: 'SIM0000427' } });
    expect((await withDevice('io-board')).report).toMatchObject({ device: { serialNumber: expect.stringMatching(/\w/) } });
  });

  // A printer that does not answer would print what is meant for others: why printers are asked first.
  it.each(SERIAL.filter((row) => row.deviceClass !== 'printer').map((row) => row.protocol))('leaves %s as it was: nothing moved, nothing printed, nothing set', async (protocol) => {
    const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
    const { transport, line } = createMemoryLine({ name: 'memory', clock });
    const simulator = SINGLE_DEVICES[protocol]!.create({ line, clock, random: seededRandom(1), timeFactor: 1 });
    const events: string[] = [];
    simulator.onEvent(({ event }) => events.push(event));
    simulator.start();
    await clock.advance(30_000);
    // Counts of questions are no change.
    const world = () => JSON.stringify(simulator.world(), (key, value: unknown) => (/^(command|answered)Count$/.test(key) ? undefined : value));
    const before = world();
    events.length = 0;
    // Every protocol is asked, also those behind the one that answers: as on a port where this device has lost its way to answer.
    let isOver = false;
    const silenced: Transport = { ...methodsOf(transport), onData: () => {} };
    void probePort({ port: 'memory', lineWith: () => silenced }, await candidatesOf(PROTOCOLS), { clock, random: seededRandom(1) }).finally(() => (isOver = true));
    expect(await clock.runUntil(() => isOver, ALL_MS_MAX)).toBe(true);
    expect(world()).toBe(before);
    expect(events.filter((event) => !event.startsWith('wire.'))).toEqual([]);
  });

  it('finds nobody on a silent line, having asked in every protocol', async () => {
    const { report, asked } = await probed(() => {});
    expect(report).toEqual({ port: '/dev/memory', state: 'silent', heardByteCount: 0 });
    expect(asked.length).toBeGreaterThanOrEqual(SERIAL.length);
  });

  it.each([1, 2, 3, 4, 5])('finds nobody in chance bytes (seed %i), and finishes', async (seed) => {
    const { report } = await probed(({ clock, line }) => {
      const random = seededRandom(seed);
      const babble = () => {
        line.write(random.bytes(1 + randomInteger(random, 24)));
        clock.setTimeout(babble, 20 + randomInteger(random, 200));
      };
      babble();
    });
    expect(report.state).toBe('strange');
    expect(report.heardByteCount).toBeGreaterThan(100);
  });

  it('finds a device through noise when its answers carry a check', async () => {
    const { report } = await probed(({ clock, line }) => {
      const random = seededRandom(7);
      SINGLE_DEVICES['ccnet']!.create({ line, clock, random, timeFactor: 1 }).start();
      const babble = () => {
        line.write(random.bytes(1));
        clock.setTimeout(babble, 150);
      };
      babble();
    });
    expect(report).toMatchObject({ state: 'found', device: { protocol: 'ccnet' } });
  });

  it('says why a port is not free', async () => {
    const { report } = await probed(() => {}, (transport) => ({ ...methodsOf(transport), open: async () => err({ code: 'LNK_PORT_UNAVAILABLE' as const, detail: 'Cannot lock port' }) }));
    expect(report).toMatchObject({ state: 'unavailable', detail: 'Cannot lock port' });
  });
});
