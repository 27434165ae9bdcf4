import { afterEach, describe, expect, it } from 'vitest';
import { createXfsAuxiliaries } from '../../../drivers/auxiliaries/xfs4iot-auxiliaries/device.ts';
import { createXfsPrinter } from '../../../drivers/printer/xfs4iot-printer/device.ts';
import { createWebSocketTransport } from '../../../drivers/transport/web-socket.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createXfsAuxiliariesSimulator } from '../../../simulators/auxiliaries/xfs4iot-auxiliaries/simulator.ts';
import { openXfsServiceLine } from '../../../simulators/lines/xfs-service-line.ts';
import { createXfsPrinterSimulator } from '../../../simulators/printer/xfs4iot-printer/simulator.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('XFS4IoT services on a real WebSocket', () => {
  it('auxiliaries are found through the publisher, tell a door and light a lamp', async () => {
    const clock = systemClock();
    const line = await openXfsServiceLine({ port: 0, serviceName: 'Auxiliaries1' });
    closers.push(() => line.close());
    const simulator = createXfsAuxiliariesSimulator({ line, clock, random: seededRandom(1), timeFactor: 1 }, {});
    simulator.start();
    const switches = createXfsAuxiliaries({ deviceId: 'switches', clock, log: silentLog, url: line.publisherUrl, connect: createWebSocketTransport });
    const told: string[] = [];
    switches.onChange(({ name, on }) => told.push(`${name} ${on}`));
    switches.start();
    closers.push(() => switches.stop());
    await expect.poll(() => switches.status().state, { timeout: 10_000 }).toBe('ready');
    expect(simulator.control({ do: 'openDoor', door: 'safe' }).ok).toBe(true);
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['safeDoor true']);
    expect(await switches.lights?.set('cashDispenser', 'quickFlash')).toMatchObject({ kind: 'completed' });
    expect(simulator.world()).toMatchObject({ safe: true, lights: { notesDispenser: 'quick' } });
  });

  it('a printer is found through the publisher and prints a receipt, dot for dot', async () => {
    const clock = systemClock();
    const line = await openXfsServiceLine({ port: 0, serviceName: 'Printer1' });
    closers.push(() => line.close());
    const simulator = createXfsPrinterSimulator({ line, clock, random: seededRandom(1), timeFactor: 0.1 }, {});
    simulator.start();
    const printer = createXfsPrinter({ deviceId: 'printer', clock, log: silentLog, url: line.publisherUrl, connect: createWebSocketTransport, widthDots: 576, formName: 'QolmaReceipt', imageField: 'image', presenter: false });
    printer.start();
    closers.push(() => printer.stop());
    await expect.poll(() => printer.status().state, { timeout: 10_000 }).toBe('ready');
    expect(await printer.print({ bitmap: { widthDots: 16, heightDots: 3, bytes: Uint8Array.of(0xff, 0x01, 0, 0, 0x80, 0) } })).toMatchObject({ kind: 'completed' });
    expect(simulator.world()).toMatchObject({ papers: [{ widthDots: 16, heightDots: 3, blackDots: 10, isWhole: true }] });
  });
});
