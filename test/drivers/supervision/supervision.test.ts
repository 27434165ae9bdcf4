/**
 * Goal: each device has a life of its own: lost and back in any order, none ever holds up another, and each tells the technician what it was.
 * Method: every protocol on a line that lives in memory, with the simulator of its own, in virtual time; cables are pulled and power is cut by seed.
 */
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../drivers/interfaces/device.ts';
import { PROTOCOLS } from '../../../drivers/protocol-table.ts';
import { assert } from '../../../main/foundation/assert.ts';
import { ERROR_CATALOGUE } from '../../../main/foundation/error-catalogue.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { SINGLE_DEVICES } from '../../../simulators/single/single-devices.ts';
import type { DeviceSimulator } from '../../../simulators/simulator.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { createMemoryHid } from '../../support/memory-hid.ts';

/** What a line in memory can stand for; services on sockets have tests of their own. */
const ROWS = PROTOCOLS.filter((row) => row.lineKind !== 'url');
const SEEDS = 2;
const TROUBLES_PER_SEED = 3;
/** The longest wait before a port is tried again is 8 s; bringing up takes seconds. */
const BACK_MS = 40_000;

async function allDevices(seed: number) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
  const random = seededRandom(seed);
  const devices: { readonly protocol: string; readonly device: Device; readonly simulator: DeviceSimulator }[] = [];
  for (const row of ROWS) {
    const hid = row.lineKind === 'hid' ? createMemoryHid() : null;
    const serial = hid === null ? createMemoryLine({ name: row.protocol, clock }) : null;
    const simulator = SINGLE_DEVICES[row.protocol]!.create({ line: (hid ?? serial)!.line, clock, random, timeFactor: 1 });
    const context = {
      deviceId: row.protocol, clock, random, log: silentLog,
      serial: () => (assert(serial !== null, 'a serial line'), serial.transport),
      hid: () => (assert(hid !== null, 'a HID line'), hid.transport),
      url: () => '',
    };
    const device = await row.create(context, row.options.parse({}));
    devices.push({ protocol: row.protocol, device, simulator });
  }
  return { clock, random, devices };
}

const isUp = (device: Device) => device.status().state !== 'offline' && device.status().state !== 'initialising';

describe('supervision', () => {
  it('knows at least twelve devices on lines of their own', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(12);
  });

  it('brings all up in any order of start, the devices before the drivers or after', async () => {
    const { clock, random, devices } = await allDevices(99);
    const order = [...devices.flatMap(({ device, simulator }) => [() => device.start(), () => simulator.start()])].sort(() => randomInteger(random, 3) - 1);
    for (const step of order) {
      step();
      await clock.advance(randomInteger(random, 3_000));
    }
    await clock.advance(BACK_MS);
    expect(devices.filter(({ device }) => !isUp(device)).map(({ protocol, device }) => `${protocol} ${device.status().state}`)).toEqual([]);
    await Promise.all([...devices.map(({ device }) => device.stop()), clock.advance(60_000)]);
  });

  it(`loses none but the one in trouble, over ${SEEDS} seeds of ${TROUBLES_PER_SEED} cables and cuts, and has each back`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { clock, random, devices } = await allDevices(seed);
      for (const { device, simulator } of devices) {
        simulator.start();
        device.start();
      }
      await clock.advance(BACK_MS);
      for (let turn = 0; turn < TROUBLES_PER_SEED; turn++) {
        const inTrouble = new Set(Array.from({ length: 1 + randomInteger(random, 4) }, () => devices[randomInteger(random, devices.length)]!));
        const [off, on] = randomInteger(random, 2) === 0 ? ['unplug', 'plug'] : ['powerOff', 'powerOn'];
        const well = devices.filter((each) => !inTrouble.has(each));
        const fell: string[] = [];
        const stops = well.map(({ protocol, device }) => device.onStatus((status) => {
          if (status.state === 'offline') fell.push(protocol);
        }));
        for (const { simulator } of inTrouble) expect(simulator.control({ do: off }).ok).toBe(true);
        await clock.advance(1_000 + randomInteger(random, 30_000));
        for (const { simulator } of inTrouble) expect(simulator.control({ do: on }).ok).toBe(true);
        await clock.advance(BACK_MS);
        for (const stop of stops) stop();
        const context = `seed ${seed} turn ${turn} ${off} ${[...inTrouble].map(({ protocol }) => protocol).join()}`;
        expect(fell, context).toEqual([]);
        expect(devices.filter(({ device }) => !isUp(device)).map(({ protocol, device }) => `${protocol} ${device.status().state}`), context).toEqual([]);
      }
      for (const { protocol, device } of devices) {
        const status = device.status();
        expect(status.lastFaults.length, protocol).toBeLessThanOrEqual(10);
        for (const { code } of status.lastFaults) expect(ERROR_CATALOGUE[code].operator.length, `${protocol} ${code}`).toBeGreaterThan(0);
        expect(Object.values(status.counters).every(Number.isFinite), protocol).toBe(true);
      }
      await Promise.all([...devices.map(({ device }) => device.stop()), clock.advance(60_000)]);
    }
  });
});
