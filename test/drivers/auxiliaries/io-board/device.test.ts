import { describe, expect, it } from 'vitest';
import { createIoBoardSwitches } from '../../../../drivers/auxiliaries/io-board/device.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { createIoBoardSimulator } from '../../../../simulators/auxiliaries/io-board/simulator.ts';
import { createMemoryLine } from '../../../../simulators/lines/memory-line.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';

function createBench(bytesMax?: number, version: 1 | 2 = 2) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 6, 0, 0) });
  const random = seededRandom(7);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, ...(bytesMax === undefined ? {} : { chunking: { random, bytesMax } }) });
  const simulator = createIoBoardSimulator({ line, clock, random, timeFactor: 1 }, { version });
  const switches = createIoBoardSwitches({ deviceId: 'switches', transport, clock, log: silentLog });
  const changes: string[] = [];
  switches.onChange(({ name, on }) => changes.push(`${name} ${on ? 'on' : 'off'}`));
  const hand = (command: { readonly do: string; readonly [key: string]: unknown }) => expect(simulator.control(command)).toMatchObject({ ok: true });
  simulator.start();
  return { clock, simulator, switches, changes, hand, untilState: async (state: string, limitMs = 60_000) => expect(await clock.runUntil(() => switches.status().state === state, limitMs), `state ${state}, is ${switches.status().state}`).toBe(true) };
}

describe('I/O board', () => {
  it('knows nothing until the board was read, then each switch', async () => {
    const { clock, switches, changes, hand, untilState } = createBench(3);
    hand({ do: 'openDoor', door: 'cabinet' });
    expect(switches.position('safeDoor')).toBeNull();
    switches.start();
    await untilState('ready');
    expect(['operatorKey', 'safeDoor', 'cabinetDoor', 'tamper'].map((name) => switches.position(name as 'tamper'))).toEqual([false, false, true, false]);
    expect(changes).toEqual(['cabinetDoor on']);
    expect(switches.status()).toMatchObject({ model: 'QIO-2', firmware: '2.0', serialNumber: 'SIM-000427', faults: [] });
    await switches.stop();
    expect(switches.position('cabinetDoor')).toBeNull();
    expect(clock.pendingTimerCount).toBe(0);
  });

  it('tells a turned key at once, without waiting for the next question', async () => {
    const { clock, switches, changes, hand, untilState } = createBench();
    switches.start();
    await untilState('ready');
    hand({ do: 'turnKey', on: true });
    await clock.advance(1);
    expect(changes).toEqual(['operatorKey on']);
    await switches.stop();
  });

  it('makes a lost or damaged event good with the next question', async () => {
    for (const fault of ['silence', 'badChecksum']) {
      const { clock, switches, changes, hand, untilState } = createBench();
      switches.start();
      await untilState('ready');
      hand({ do: 'fault', fault, at: 'event' });
      hand({ do: 'openDoor', door: 'safe' });
      await clock.advance(10);
      expect(changes).toEqual([]);
      await clock.advance(2_100);
      expect(changes).toEqual(['safeDoor on']);
      expect(switches.status().counters['checksumErrorCount']).toBe(fault === 'badChecksum' ? 1 : 0);
      await switches.stop();
    }
  });

  it('asks again through noise, silence and bad checksums, and stays ready', async () => {
    const { clock, switches, hand, untilState } = createBench();
    switches.start();
    await untilState('ready');
    for (const fault of ['noise', 'silence', 'badChecksum']) {
      hand({ do: 'fault', fault, times: 1 });
      await clock.advance(3_000);
      expect(switches.status().state).toBe('ready');
    }
    expect(switches.status().counters).toMatchObject({ retryCount: 2, checksumErrorCount: 1, lineLostCount: 0 });
    await switches.stop();
  });

  it('goes offline with unknown positions when the cable is pulled, and tells what changed meanwhile', async () => {
    const { switches, changes, hand, untilState } = createBench();
    switches.start();
    await untilState('ready');
    hand({ do: 'unplug' });
    await untilState('offline', 10);
    expect(switches.position('safeDoor')).toBeNull();
    hand({ do: 'openDoor', door: 'safe' });
    hand({ do: 'plug' });
    await untilState('ready');
    expect(switches.status().faults).toEqual([]);
    expect(changes).toEqual(['safeDoor on']);
    await switches.stop();
  });

  it('finds a board without power by its silence and comes back by itself', async () => {
    const { clock, switches, changes, hand, untilState } = createBench();
    switches.start();
    await untilState('ready');
    hand({ do: 'powerOff' });
    await untilState('offline', 3_500);
    expect(switches.status().faults).toEqual(['LNK_LOST']);
    hand({ do: 'turnKey', on: true });
    await clock.advance(60_000);
    hand({ do: 'powerOn' });
    await untilState('ready');
    expect(changes).toEqual(['operatorKey on']);
    await switches.stop();
  });

  it('sees headphones, and does not know of them on a board of the first version', async () => {
    const { clock, switches, changes, hand, untilState } = createBench();
    switches.start();
    await untilState('ready');
    expect(switches.position('headphones')).toBe(false);
    hand({ do: 'headphones', on: true });
    await clock.advance(1);
    expect(changes).toEqual(['headphones on']);
    await switches.stop();
    const old = createBench(undefined, 1);
    old.switches.start();
    await old.untilState('ready');
    expect([old.switches.position('headphones'), old.switches.position('safeDoor'), old.switches.lights!.pattern('status')]).toEqual([null, false, null]);
    await old.switches.stop();
  });

  it('lights lamps, and lights them again after the board restarted', async () => {
    const { clock, simulator, switches, hand, untilState } = createBench();
    const lampsOf = () => (simulator.world() as { lamps: string }).lamps;
    switches.start();
    await untilState('ready');
    const lit = switches.lights!.set('receiptPrinter', 'quickFlash');
    await clock.advance(50);
    expect(await lit).toEqual({ kind: 'completed', value: undefined });
    expect([lampsOf(), switches.lights!.pattern('receiptPrinter')]).toEqual(['0004000', 'quickFlash']);
    hand({ do: 'fault', fault: 'restart' });
    await clock.advance(2_200);
    expect(lampsOf()).toBe('0000000');
    await clock.advance(2_500);
    expect(lampsOf()).toBe('0004000');
    await switches.stop();
  });

  it('refuses a lamp that there is not', async () => {
    const { clock, switches, untilState } = createBench(undefined, 1);
    switches.start();
    await untilState('ready');
    const lit = switches.lights!.set('status', 'continuous');
    await clock.advance(50);
    expect(await lit).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
    await switches.stop();
  });
});
