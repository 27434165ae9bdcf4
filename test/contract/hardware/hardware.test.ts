import { describe, expect, it } from 'vitest';
import type { Device } from '../../../drivers/interfaces/device.ts';
import type { ProtocolRow } from '../../../drivers/interfaces/protocol-row.ts';
import { PROTOCOLS } from '../../../drivers/protocol-table.ts';
import { NodeHidTransport } from '../../../drivers/transport/hid.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';

/**
 * Any protocol on real hardware: it comes up, says what it is, stays up, and ends. Nothing moves, no watchdog is armed.
 * Pending until a port is named: QOLMA_PORT_SERIAL_SCANNER=/dev/serial/by-id/… (for another speed …,115200,even), QOLMA_PORT_MAGTEK_HID=0801:0002, QOLMA_PORT_NUT_UPS=tcp://127.0.0.1:3493.
 */
const WATCHED_MS = 10_000;
const variableOf = (protocol: string) => `QOLMA_PORT_${protocol.toUpperCase().replaceAll('-', '_')}`;

function createReal(row: ProtocolRow, port: string): Promise<Device> {
  const options = row.deviceClass === 'watchdog' ? { isArmedAtStart: false } : {};
  return row.create({
    deviceId: row.protocol, clock: systemClock(), log: silentLog, random: cryptoRandom(),
    serial: () => {
      const [path, speed = row.line.split(' ')[0], parity = 'none'] = port.split(',');
      return createSerialTransport({ path: path!, baudRateBps: Number(speed) || 9600, parity: parity as 'none' | 'even' | 'odd', dataBits: 8, stopBits: 1 });
    },
    hid: () => {
      const [vendorId, productId] = port.split(':').map((hex) => Number.parseInt(hex, 16));
      return new NodeHidTransport({ vendorId: vendorId!, productId: productId! });
    },
    url: () => port,
  }, row.options.parse(options));
}

for (const row of PROTOCOLS) {
  const port = process.env[variableOf(row.protocol)];
  describe.skipIf(port === undefined)(`${row.protocol} on real hardware (${variableOf(row.protocol)})`, () => {
    it('comes up, says what it is, and stays up', { timeout: 120_000 }, async () => {
      const device = await createReal(row, port!);
      const states: string[] = [];
      device.onStatus((status) => void states.push(status.state));
      device.start();
      try {
        await expect.poll(() => device.status().state, { timeout: 60_000 }).toBe('ready');
        expect(device.status().model).not.toBeNull();
        await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
        expect(states.slice(states.indexOf('ready'))).not.toContain('offline');
      } finally {
        await device.stop();
      }
    });
  });
}
