import { afterEach, describe, expect, it } from 'vitest';
import { createXfsAuxiliaries } from '../../../drivers/auxiliaries/xfs4iot-auxiliaries/device.ts';
import { createXfsRecycler } from '../../../drivers/cash-recycler/xfs4iot-cash-recycler/device.ts';
import { createXfsPrinter } from '../../../drivers/printer/xfs4iot-printer/device.ts';
import { createWebSocketTransport } from '../../../drivers/transport/web-socket.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createXfsAuxiliariesSimulator } from '../../../simulators/auxiliaries/xfs4iot-auxiliaries/simulator.ts';
import { createXfsRecyclerSimulator } from '../../../simulators/cash-recycler/xfs4iot-cash-recycler/simulator.ts';
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

  it('a recycler is found through the publisher, takes a note and pays it out again', async () => {
    const clock = systemClock();
    const line = await openXfsServiceLine({ port: 0, serviceName: 'Recycler1' });
    closers.push(() => line.close());
    const simulator = createXfsRecyclerSimulator({ line, clock, random: seededRandom(1), timeFactor: 0.05 }, { recyclingMinor: [500_000] });
    simulator.start();
    const recycler = createXfsRecycler({ deviceId: 'recycler', clock, log: silentLog, url: line.publisherUrl, connect: createWebSocketTransport, currency: 'KZT', tokenKey: null });
    const told: string[] = [];
    recycler.onEvent((event) => {
      told.push(event.kind);
      if (event.kind === 'noteEscrowed') void recycler.stack(event.note.noteId);
    });
    recycler.start();
    closers.push(() => recycler.stop());
    await expect.poll(() => recycler.status().state, { timeout: 10_000 }).toBe('ready');
    expect(await recycler.setRole({ denominationMinor: 500_000, role: 'cashInCashOut' })).toMatchObject({ kind: 'completed' });
    expect(await recycler.enable({ denominationsMinor: [500_000], currency: 'KZT' })).toMatchObject({ kind: 'completed' });
    await expect.poll(() => simulator.control({ do: 'insertNote', denominationMinor: 500_000 }).ok, { timeout: 10_000 }).toBe(true);
    await expect.poll(() => told, { timeout: 10_000 }).toContain('noteStacked');
    await recycler.disable();
    expect(await recycler.dispenser.dispense({ cassetteNumber: recycler.unitNumberOf(500_000)!, noteCount: 1 })).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
    expect(simulator.world()).toMatchObject({ notes: [{ denominationMinor: 500_000, place: 'customer' }] });
  });
});
