import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCcnetAcceptor } from '../../../drivers/ccnet-family/acceptor.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createCcnetSimulator } from '../../../simulators/cash-acceptor/ccnet/simulator.ts';
import { openPtyLine } from '../../../simulators/lines/pty-line.ts';
import type { DeviceSimulator, Json } from '../../../simulators/simulator.ts';
import { ccnetBench } from '../../support/ccnet-bench.ts';
import type { CashAcceptorRig } from './cash-acceptor.contract.ts';
import { cashAcceptorContract } from './cash-acceptor.contract.ts';

const SERIAL_SETTINGS = { baudRateBps: 9600, parity: 'none', stopBits: 1, dataBits: 8 } as const;

function handOf(simulator: DeviceSimulator): Pick<CashAcceptorRig, 'insert' | 'unplug' | 'plug' | 'boxSumMinor' | 'denominationMinor' | 'otherDenominationMinor'> {
  const act = (command: Json): void => {
    const result = simulator.control(command);
    if (!result.ok) throw new Error(result.error.detail);
  };
  return {
    denominationMinor: 1_000_000,
    otherDenominationMinor: 50_000,
    insert: (denominationMinor, kind) => act({ do: 'insertNote', denominationMinor, kind }),
    unplug: () => act({ do: 'unplug' }),
    plug: () => act({ do: 'plug' }),
    boxSumMinor: () => (simulator.world() as { places: { box: { sumMinor: number } } }).places.box.sumMinor,
  };
}

for (const cutsBytes of [false, true]) {
  cashAcceptorContract(`CCNET in memory, virtual time${cutsBytes ? ', bytes cut anywhere' : ''}`, async () => {
    const { clock, simulator, acceptor } = ccnetBench({ isStarted: false, acknowledgeAfterMs: null, cutsBytes });
    return {
      ...handOf(simulator),
      acceptor,
      until: (predicate, limitMs) => clock.runUntil(predicate, limitMs),
      async close() {
        const stopping = acceptor.stop();
        await clock.advance(1_000);
        await stopping;
        simulator.stop();
      },
    };
  });
}

// Real time: the mechanism moves four times faster than a real one, the driver keeps its own pace.
cashAcceptorContract('CCNET on a pseudo-terminal, serialport, real time', async () => {
  const clock = systemClock();
  const folder = mkdtempSync(join(tmpdir(), 'qolma-ccnet-'));
  const line = openPtyLine({ linkPath: join(folder, 'acceptor') });
  const simulator = createCcnetSimulator({ line, clock, random: cryptoRandom(), timeFactor: 0.25 }, {});
  simulator.start();
  const acceptor = createCcnetAcceptor({ deviceId: 'acceptor', transport: createSerialTransport({ path: line.path, ...SERIAL_SETTINGS }), clock, log: silentLog, currencyByCountryCode: { KAZ: 'KZT' } });
  return {
    ...handOf(simulator),
    acceptor,
    async until(predicate, limitMs) {
      for (const endMs = clock.monotonicMs() + limitMs; clock.monotonicMs() < endMs; ) {
        if (predicate()) return true;
        await delay(clock, 5);
      }
      return predicate();
    },
    async close() {
      await acceptor.stop();
      simulator.stop();
      line.close();
      rmSync(folder, { recursive: true });
    },
  };
}, 'line');

const port = process.env['QOLMA_PORT_CCNET'];

// Pending until a validator is plugged in: set QOLMA_PORT_CCNET=/dev/serial/by-id/… (9600 8N1, address 3, KZT table).
describe.skipIf(port === undefined)('CCNET validator on real hardware (QOLMA_PORT_CCNET)', () => {
  it('comes up, tells its table, accepts and closes', { timeout: 90_000 }, async () => {
    const clock = systemClock();
    const acceptor = createCcnetAcceptor({ deviceId: 'acceptor', transport: createSerialTransport({ path: port!, ...SERIAL_SETTINGS }), clock, log: silentLog, currencyByCountryCode: { KAZ: 'KZT' } });
    acceptor.start();
    try {
      await expect.poll(() => acceptor.status().state, { timeout: 60_000 }).toBe('ready');
      expect(acceptor.capabilities.denominationsMinor.length).toBeGreaterThan(0);
      expect((await acceptor.enable({ denominationsMinor: acceptor.capabilities.denominationsMinor, currency: 'KZT' })).kind).toBe('completed');
      expect((await acceptor.disable()).kind).toBe('completed');
    } finally {
      await acceptor.stop();
    }
  });
});
