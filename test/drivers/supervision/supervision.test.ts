/**
 * Goal: each device has a life of its own: lost and back in any order, none ever holds up another, and each tells the technician what it was.
 * Method: every protocol, services of the network among them, on a line that lives in memory, with the simulator of its own, in virtual time; cables are pulled and power is cut by seed.
 */
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../drivers/interfaces/device.ts';
import { PROTOCOLS } from '../../../drivers/protocol-table.ts';
import { ERROR_CATALOGUE } from '../../../main/foundation/error-catalogue.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import type { DeviceSimulator } from '../../../simulators/simulator.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { joinProtocol } from '../../support/protocol-rig.ts';

const SEEDS = 2;
const TROUBLES_PER_SEED = 3;
/** The longest wait before a port is tried again is 8 s; bringing up takes seconds. */
const BACK_MS = 40_000;

async function allDevices(seed: number) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
  const random = seededRandom(seed);
  const devices: { readonly protocol: string; readonly device: Device; readonly simulator: DeviceSimulator }[] = [];
  for (const row of PROTOCOLS) devices.push({ protocol: row.protocol, ...(await joinProtocol(row, { clock, random })) });
  return { clock, random, devices };
}

const isUp = (device: Device) => device.status().state !== 'offline' && device.status().state !== 'initialising';

describe('supervision', () => {
  it('knows at least twenty devices, services of the network among them', () => {
    expect(PROTOCOLS.length).toBeGreaterThanOrEqual(20);
    expect(PROTOCOLS.filter((row) => row.lineKind === 'url').map(({ protocol }) => protocol)).toEqual(expect.arrayContaining(['nut-ups', 'capture-service', 'xfs4iot-cash-acceptor', 'xfs4iot-cash-dispenser', 'xfs4iot-card-reader', 'xfs4iot-barcode-reader', 'pc-sc']));
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
  }, 120_000);
});
