import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCrt571Reader } from '../../../drivers/card-reader/crt-571/device.ts';
import { createMagtekSwipeReader } from '../../../drivers/card-reader/magtek-hid/device.ts';
import { createCcnetAcceptor } from '../../../drivers/cash-acceptor/ccnet/device.ts';
import { createLcdmDispenser } from '../../../drivers/cash-dispenser/puloon-lcdm/device.ts';
import { createEscposPrinter } from '../../../drivers/printer/escpos/device.ts';
import { PROTOCOLS } from '../../../drivers/protocol-table.ts';
import { decodeAnswer, listAnswer } from '../../../main/cli/devices.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { SINGLE_DEVICES } from '../../../simulators/single/single-devices.ts';
import { standingClock } from '../journal/journal-fixture.ts';

const DRIVERS = join(import.meta.dirname, '..', '..', '..', 'drivers');
const NOT_DRIVERS = ['interfaces', 'transport', 'checks'];

describe('table of protocols', () => {
  it('has a row for each driver and a simulator for each row', () => {
    const folders = readdirSync(DRIVERS, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !NOT_DRIVERS.includes(entry.name)).flatMap((entry) => readdirSync(join(DRIVERS, entry.name)));
    const listed = PROTOCOLS.map((row) => row.protocol);
    expect([...listed].sort()).toEqual(folders.sort());
    expect(Object.keys(SINGLE_DEVICES).sort()).toEqual([...listed].sort());
  });

  it('tells the capabilities that the drivers have', () => {
    // Nothing is opened: capabilities are known before a device has answered.
    const common = { deviceId: 'test', clock: standingClock(), log: silentLog, transport: new Proxy({}, { get: () => () => undefined }) as never };
    const own: Readonly<Record<string, object>> = {
      ccnet: createCcnetAcceptor({ ...common, currencyByCountryCode: {} }).capabilities,
      'puloon-lcdm': createLcdmDispenser(common).capabilities,
      escpos: createEscposPrinter({ ...common, widthDots: 576 }).capabilities,
      'crt-571': createCrt571Reader(common).capabilities,
      'magtek-hid': createMagtekSwipeReader(common).capabilities,
    };
    for (const [protocol, capabilities] of Object.entries(own)) expect(capabilities).toMatchObject(PROTOCOLS.find((row) => row.protocol === protocol)!.capabilities);
    expect(listAnswer().json['protocols']).toHaveLength(PROTOCOLS.length);
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
