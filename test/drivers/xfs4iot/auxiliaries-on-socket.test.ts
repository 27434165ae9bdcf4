import { afterEach, describe, expect, it } from 'vitest';
import { createXfsAuxiliaries } from '../../../drivers/auxiliaries/xfs4iot-auxiliaries/device.ts';
import { createWebSocketTransport } from '../../../drivers/transport/web-socket.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createXfsAuxiliariesSimulator } from '../../../simulators/auxiliaries/xfs4iot-auxiliaries/simulator.ts';
import { openXfsServiceLine } from '../../../simulators/lines/xfs-service-line.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('auxiliaries of an XFS4IoT service on a real WebSocket', () => {
  it('are found through the publisher, tell a door and light a lamp', async () => {
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
});
