import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIoBoardSwitches } from '../../../drivers/auxiliaries/io-board/device.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import { RUN_FILES, SAMPLE_DEVICES } from '../../../main/contracts/run-folder.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { ControlClient, ControlEvent } from '../../../simulators/control/control-socket.ts';
import { connectControl } from '../../../simulators/control/control-socket.ts';

/** The real process on real pseudo-terminals, and the real serial stack at the other end of one of them. */
const runFolder = mkdtempSync(join(tmpdir(), 'qolma-devices-'));
const main = join(import.meta.dirname, '../../../simulators/devices/main.ts');
const child = spawn(process.execPath, [main, '--run-folder', runFolder, '--time-factor', '0.1', '--cassettes', '10000:3', '--no-workbench'], { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
const events: ControlEvent[] = [];
let control: ControlClient;

beforeAll(async () => {
  for await (const line of createInterface({ input: child.stdout })) {
    expect(JSON.parse(line)).toMatchObject({ ready: true, runFolder, devices: Object.values(SAMPLE_DEVICES), workbench: null });
    break;
  }
  control = await connectControl(join(runFolder, RUN_FILES.devicesControl));
  control.onEvent((event) => events.push(event));
});

afterAll(async () => {
  control?.close();
  child.kill('SIGKILL');
  await ended;
  rmSync(runFolder, { recursive: true, force: true });
});

describe('device simulators as a process', () => {
  const ttyOf = (deviceId: string) => join(runFolder, RUN_FILES.ttys, deviceId);

  it('opens one line for each device of the sample terminal', () => {
    for (const deviceId of Object.values(SAMPLE_DEVICES)) {
      if (deviceId === SAMPLE_DEVICES.swipeReader) expect(statSync(join(runFolder, RUN_FILES.hid, `${deviceId}.sock`)).isSocket()).toBe(true);
      else if (deviceId === SAMPLE_DEVICES.powerSupply) expect(JSON.parse(readFileSync(join(runFolder, RUN_FILES.upsAddress), 'utf8'))).toEqual({ port: expect.any(Number) });
      else expect(statSync(ttyOf(deviceId)).isCharacterDevice()).toBe(true);
    }
  });

  it('obeys hands over the control socket, each device by its id', async () => {
    expect(await control.send(SAMPLE_DEVICES.dispenser, { do: 'world' })).toMatchObject({ ok: true, value: { cassettes: [{ denominationMinor: 1_000_000, noteCount: 3 }] } });
    expect(await control.send(SAMPLE_DEVICES.acceptor, { do: 'insertNote', denominationMinor: 500_000 })).toMatchObject({ ok: false, error: { code: 'notNow' } });
    expect(await control.send('coffee', { do: 'world' })).toMatchObject({ ok: false, error: { code: 'unknownCommand' } });
    for (const deviceId of Object.values(SAMPLE_DEVICES)) {
      const board = await control.send(deviceId, { do: 'faultBoard' });
      expect(board.ok && Array.isArray(board.value) && board.value.length, deviceId).toBeGreaterThan(0);
    }
  });

  it('takes the port away with the cable and puts it back under the same path; the bytes are told with their direction', async () => {
    const clock = systemClock();
    const switches = createIoBoardSwitches({ deviceId: 'switches', transport: createSerialTransport({ path: ttyOf(SAMPLE_DEVICES.switches), baudRateBps: 115_200, dataBits: 8, parity: 'none', stopBits: 1 }), clock, log: silentLog, pollIntervalMs: 100 });
    const changes: unknown[] = [];
    switches.onChange((change) => changes.push(change));
    switches.start();
    await expect.poll(() => switches.status().state).toBe('ready');
    await control.send(SAMPLE_DEVICES.switches, { do: 'turnKey', on: true });
    await expect.poll(() => changes).not.toEqual([]);
    expect(changes).toEqual([{ name: 'operatorKey', on: true }]);

    const before = readlinkSync(ttyOf(SAMPLE_DEVICES.switches));
    await control.send(SAMPLE_DEVICES.switches, { do: 'unplug' });
    expect(existsSync(ttyOf(SAMPLE_DEVICES.switches))).toBe(false);
    await expect.poll(() => switches.status().state).toBe('offline');
    expect(switches.position('operatorKey')).toBeNull();
    await control.send(SAMPLE_DEVICES.switches, { do: 'plug' });
    expect(readlinkSync(ttyOf(SAMPLE_DEVICES.switches))).toMatch(/^\/dev\/pts\//);
    await expect.poll(() => switches.status().state).toBe('ready');
    expect(before).toMatch(/^\/dev\/pts\//);
    expect(switches.position('operatorKey')).toBe(true);
    await switches.stop();

    const bytes = events.filter((event) => event.target === 'wire').map(({ fields }) => ({ deviceId: fields['deviceId'], direction: fields['direction'], text: Buffer.from(String(fields['hex']).replaceAll(' ', ''), 'hex').toString() }));
    expect(bytes).toContainEqual({ deviceId: 'switches', direction: 'TX', text: 'I\n' });
    expect(bytes.some(({ direction, text }) => direction === 'RX' && text.includes('E K=1 *'))).toBe(true);
    // Polled ten times a second all the while; the stream tells what was new.
    expect(bytes.filter(({ direction, text }) => direction === 'TX' && text === '?\n').length).toBeLessThan(8);
  });

  it('ends by SIGTERM, its ports and sockets gone', async () => {
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(Object.values(SAMPLE_DEVICES).filter((deviceId) => existsSync(ttyOf(deviceId)))).toEqual([]);
  });
});
