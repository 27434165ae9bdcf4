import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCctalkCoinAcceptor } from '../../../drivers/coin-acceptor/cctalk-coin-acceptor/device.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { Coin } from '../../../simulators/coin-acceptor/cctalk-coin-acceptor/model.ts';
import { createCoinAcceptorSimulator } from '../../../simulators/coin-acceptor/cctalk-coin-acceptor/simulator.ts';
import { openPtyLine } from '../../../simulators/lines/pty-line.ts';
import type { DeviceSimulator } from '../../../simulators/simulator.ts';
import { createCoinBench } from '../../support/coin-acceptor-bench.ts';
import type { CoinAcceptorRig } from './coin-acceptor.contract.ts';
import { coinAcceptorContract } from './coin-acceptor.contract.ts';

const SERIAL_SETTINGS = { baudRateBps: 9600, parity: 'none', stopBits: 1, dataBits: 8 } as const;

function handOf(simulator: DeviceSimulator): Pick<CoinAcceptorRig, 'insert' | 'unplug' | 'plug' | 'boxSumMinor' | 'denominationMinor' | 'otherDenominationMinor'> {
  const act = (command: unknown): void => {
    const result = simulator.control(command);
    if (!result.ok) throw new Error(result.error.detail);
  };
  return {
    denominationMinor: 10_000,
    otherDenominationMinor: 500,
    insert: (denominationMinor, kind) => act({ do: 'insertCoin', denominationMinor, kind }),
    unplug: () => act({ do: 'unplug' }),
    plug: () => act({ do: 'plug' }),
    boxSumMinor: () => (simulator.world() as unknown as { readonly coins: readonly Coin[] }).coins.filter((coin) => coin.place === 'box').reduce((sum, coin) => sum + coin.denominationMinor, 0),
  };
}

for (const options of [{}, { bytesMax: 3, seed: 7 }, { checksum: 'crc16' }] as const) {
  coinAcceptorContract(`ccTalk coin acceptor in memory, virtual time ${JSON.stringify(options)}`, () => {
    const bench = createCoinBench({ ...options, isListening: false });
    let { acceptor } = bench;
    return Promise.resolve({
      ...handOf(bench.simulator),
      acceptor,
      until: (predicate: () => boolean, limitMs: number) => bench.clock.runUntil(predicate, limitMs),
      async another() {
        await bench.settle(acceptor.stop());
        acceptor = bench.create();
        return acceptor;
      },
      close: () => bench.settle(acceptor.stop()),
    });
  });
}

// Real time: the mechanism moves four times faster than a real one, the driver keeps its own pace.
coinAcceptorContract('ccTalk coin acceptor on a pseudo-terminal, serialport, real time', () => {
  const clock = systemClock();
  const folder = mkdtempSync(join(tmpdir(), 'qolma-coins-'));
  const line = openPtyLine({ linkPath: join(folder, 'coins') });
  const simulator = createCoinAcceptorSimulator({ line, clock, random: cryptoRandom(), timeFactor: 0.25 }, {});
  simulator.start();
  const make = () => createCctalkCoinAcceptor({ deviceId: 'coins', transport: createSerialTransport({ path: line.path, ...SERIAL_SETTINGS }), clock, log: silentLog });
  let acceptor = make();
  return Promise.resolve({
    ...handOf(simulator),
    acceptor,
    async until(predicate: () => boolean, limitMs: number) {
      for (const endMs = clock.monotonicMs() + limitMs; clock.monotonicMs() < endMs; ) {
        if (predicate()) return true;
        await delay(clock, 5);
      }
      return predicate();
    },
    async another() {
      await acceptor.stop();
      acceptor = make();
      return acceptor;
    },
    async close() {
      await acceptor.stop();
      simulator.stop();
      line.close();
      rmSync(folder, { recursive: true });
    },
  });
}, 'line');

const port = process.env['QOLMA_PORT_COIN_ACCEPTOR'];

// Pending until a coin acceptor is plugged in: set QOLMA_PORT_COIN_ACCEPTOR=/dev/serial/by-id/… (9600 8N1, address 2, tenge table).
describe.skipIf(port === undefined)('ccTalk coin acceptor on real hardware (QOLMA_PORT_COIN_ACCEPTOR)', () => {
  it('comes up, tells its coins, opens and closes', { timeout: 90_000 }, async () => {
    const acceptor = createCctalkCoinAcceptor({ deviceId: 'coins', transport: createSerialTransport({ path: port!, ...SERIAL_SETTINGS }), clock: systemClock(), log: silentLog });
    acceptor.start();
    try {
      await expect.poll(() => acceptor.status().state, { timeout: 60_000 }).toBe('ready');
      const { denominationsMinor } = acceptor.capabilities;
      expect(denominationsMinor.length).toBeGreaterThan(0);
      expect((await acceptor.enable({ denominationsMinor, currency: 'KZT' })).kind).toBe('completed');
      expect((await acceptor.disable()).kind).toBe('completed');
    } finally {
      await acceptor.stop();
    }
  });
});
