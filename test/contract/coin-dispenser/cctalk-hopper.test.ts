import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCctalkHopper } from '../../../drivers/coin-dispenser/cctalk-hopper/device.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createHopperSimulator } from '../../../simulators/coin-dispenser/cctalk-hopper/simulator.ts';
import { openPtyLine } from '../../../simulators/lines/pty-line.ts';
import type { HopperBench } from '../../support/hopper-bench.ts';
import { createHopperBench } from '../../support/hopper-bench.ts';
import type { CoinDispenserRig } from './coin-dispenser.contract.ts';
import { coinDispenserContract } from './coin-dispenser.contract.ts';

const SERIAL_SETTINGS = { baudRateBps: 9600, parity: 'none', stopBits: 1, dataBits: 8 } as const;

function rigOf(bench: HopperBench): CoinDispenserRig {
  return {
    get dispenser() {
      return bench.dispenser;
    },
    until: (predicate, limitMs) => bench.clock.runUntil(predicate, limitMs),
    unplug: () => bench.hand({ do: 'unplug' }),
    plug: () => bench.hand({ do: 'plug' }),
    outCount: () => bench.outCount(),
    async another() {
      await bench.anotherProcess();
      return rigOf(bench);
    },
    close: () => bench.settle(bench.dispenser.stop()),
  };
}

for (const options of [{}, { bytesMax: 3, seed: 7 }, { simulator: { hasEcho: false }, driver: { checksum: 'crc16' } }] as const) {
  coinDispenserContract(`ccTalk hopper in memory, virtual time ${JSON.stringify(options)}`, () => Promise.resolve(rigOf(createHopperBench(options))));
}

// Real time: the mechanism moves four times faster than a real one, the driver keeps its own pace.
coinDispenserContract('ccTalk hopper on a pseudo-terminal, serialport, real time', () => {
  const clock = systemClock();
  const folder = mkdtempSync(join(tmpdir(), 'qolma-hopper-'));
  const line = openPtyLine({ linkPath: join(folder, 'hopper') });
  const simulator = createHopperSimulator({ line, clock, random: cryptoRandom(), timeFactor: 0.25 }, {});
  simulator.start();
  const hand = (command: string) => {
    const result = simulator.control({ do: command });
    if (!result.ok) throw new Error(result.error.detail);
  };
  const rig = (): CoinDispenserRig => {
    const dispenser = createCctalkHopper({ deviceId: 'hopper', transport: createSerialTransport({ path: line.path, ...SERIAL_SETTINGS }), clock, log: silentLog });
    return {
      dispenser,
      async until(predicate, limitMs) {
        for (const endMs = clock.monotonicMs() + limitMs; clock.monotonicMs() < endMs; ) {
          if (predicate()) return true;
          await delay(clock, 5);
        }
        return predicate();
      },
      unplug: () => hand('unplug'),
      plug: () => hand('plug'),
      outCount: () => (simulator.world() as { readonly trayCount: number }).trayCount,
      async another() {
        await dispenser.stop();
        return rig();
      },
      async close() {
        await dispenser.stop();
        simulator.stop();
        line.close();
        rmSync(folder, { recursive: true });
      },
    };
  };
  return Promise.resolve(rig());
}, 'line');

const port = process.env['QOLMA_PORT_HOPPER'];

// Pending until a hopper is plugged in: set QOLMA_PORT_HOPPER=/dev/serial/by-id/… (9600 8N1, address 3, serial number before the count); it pays one coin.
describe.skipIf(port === undefined)('ccTalk hopper on real hardware (QOLMA_PORT_HOPPER)', () => {
  it('comes up, tells its registers, pays one coin', { timeout: 120_000 }, async () => {
    const dispenser = createCctalkHopper({ deviceId: 'hopper', transport: createSerialTransport({ path: port!, ...SERIAL_SETTINGS }), clock: systemClock(), log: silentLog, dispenseGuard: 'serialNumber' });
    dispenser.start();
    try {
      await expect.poll(() => dispenser.status().state, { timeout: 60_000 }).toBe('ready');
      expect(dispenser.dispenseMark()).not.toBeNull();
      expect(await dispenser.dispense({ coinCount: 1 })).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
    } finally {
      await dispenser.stop();
    }
  });
});
