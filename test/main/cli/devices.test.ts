import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../drivers/interfaces/device.ts';
import { PROTOCOLS } from '../../../drivers/protocol-table.ts';
import { decodeAnswer } from '../../../main/cli/devices.ts';
import { DEVICE_PROTOCOLS } from '../../../main/contracts/device-protocols.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { SINGLE_DEVICES } from '../../../simulators/single/single-devices.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { standingClock } from '../journal/journal-fixture.ts';

const DRIVERS = join(import.meta.dirname, '..', '..', '..', 'drivers');
const NOT_DRIVERS = ['interfaces', 'transport', 'life', 'checks', 'cards', 'xfs4iot'];

describe('table of protocols', () => {
  it('has a row for each driver and a simulator for each row', () => {
    const folders = readdirSync(DRIVERS, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !NOT_DRIVERS.includes(entry.name) && !entry.name.endsWith('-family')).flatMap((entry) => readdirSync(join(DRIVERS, entry.name)));
    const listed = PROTOCOLS.map((row) => row.protocol);
    expect([...listed].sort()).toEqual(folders.sort());
    expect(Object.keys(SINGLE_DEVICES).sort()).toEqual([...listed].sort());
  });

  it('names each of them in the configuration, by class', () => {
    const names = Object.entries(DEVICE_PROTOCOLS).flatMap(([deviceClass, protocols]) => protocols.map((protocol) => `${deviceClass} ${protocol}`));
    expect(names.sort()).toEqual(PROTOCOLS.map(({ deviceClass, protocol }) => `${deviceClass} ${protocol}`).sort());
  });

  it.each(PROTOCOLS)('tells the capabilities that the driver of $protocol has, and makes it with its default options', async (row) => {
    // Nothing is opened: capabilities are known before a device has answered.
    const transport = new Proxy({}, { get: () => () => undefined }) as never;
    const context = { deviceId: 'test', clock: standingClock(), log: silentLog, random: seededRandom(1), serial: () => transport, hid: () => transport, url: () => 'ws://127.0.0.1:1' };
    const device = (await row.create(context, row.options.parse({}))) as Device & { readonly capabilities?: object };
    expect(device.capabilities ?? {}).toMatchObject(row.capabilities);
    expect(device.status()).toMatchObject({ deviceId: 'test', protocol: row.protocol, deviceClass: row.deviceClass, state: 'offline' });
    expect(row.options.safeParse({ nobodyKnowsThis: 1 }).success).toBe(false);
  });
});

describe('bytes in words', () => {
  it('reads a frame and accounts for noise around it', async () => {
    const answer = await decodeAnswer('ccnet', ['FF', '02 03 06 33 DA 81', 'FF'], undefined);
    expect(answer).toMatchObject({ exitCode: 0, json: { byteCount: 8, noiseByteCount: 2, decoded: [{ kind: 'noise' }, { kind: 'frame', decoded: { command: 'poll' } }, { kind: 'noise' }] } });
  });

  it('finds by the noise who spoke, and says that it was guessed', async () => {
    expect((await decodeAnswer('puloon-lcdm', ['0450024603', '13'], undefined)).json).toMatchObject({ from: 'host', isFromGuessed: true, noiseByteCount: 0 });
    expect((await decodeAnswer('puloon-lcdm', ['0450024603', '13'], 'device')).json).toMatchObject({ from: 'device', isFromGuessed: false });
  });

  it('takes any bytes for every protocol without a throw', async () => {
    for (const { protocol } of PROTOCOLS) expect((await decodeAnswer(protocol, ['00 FF 02 1B 40 F2 04 55 AA 0A'], undefined)).exitCode).toBe(0);
  });

  it('names what is wrong with the question', async () => {
    expect(await decodeAnswer('ccnett', ['00'], undefined)).toMatchObject({ exitCode: 1, json: { ok: false, problem: { code: 'UNKNOWN_PROTOCOL' } } });
    expect(await decodeAnswer('ccnet', ['0'], undefined)).toMatchObject({ exitCode: 1, json: { ok: false, problem: { code: 'BAD_HEX' } } });
  });
});
