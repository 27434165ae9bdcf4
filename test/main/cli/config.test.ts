import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../main/cli/config.ts';
import { parseConfig, type DeviceLine } from '../../../main/contracts/config.ts';
import { configJsonSchema } from '../../../main/contracts/config-json-schema.ts';
import { SAMPLE_DEVICES } from '../../../main/contracts/run-folder.ts';
import { allDevices } from '../../../main/core/core-parts.ts';
import { createDevices, deviceProblems } from '../../../main/core/process/create-devices.ts';
import { loadConfig } from '../../../main/core/process/load-config.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import { standingClock } from '../journal/journal-fixture.ts';

const PUBLISHED = join(import.meta.dirname, '..', '..', '..', 'main', 'contracts', 'config.schema.json');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('configuration', () => {
  it('has a published schema that is the one in force (qolma config schema > main/contracts/config.schema.json)', () => {
    expect(JSON.parse(readFileSync(PUBLISHED, 'utf8'))).toEqual(configJsonSchema());
  });

  it('is right when it is, and tells which key files are still missing', () => {
    const file = join(folder, 'terminal.json');
    writeFileSync(file, JSON.stringify(sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 })));
    expect(checkAnswer(file)).toMatchObject({ exitCode: 0, json: { ok: true, terminalId: '0427', missingFiles: expect.arrayContaining(['host.caFile']) as unknown } });
  });

  it('is a file, and no longer than one is: a device would be read without end', () => {
    const file = join(folder, 'terminal.json');
    writeFileSync(file, ' '.repeat(1_048_577));
    for (const [path, found] of [['/dev/zero', 'no file'], [folder, 'no file'], [file, '1048577 bytes']] as const) expect(loadConfig(path)).toMatchObject({ ok: false, error: [{ path: '(file)', found }] });
  });

  it('finds device lines that are files from its own folder, and leaves ports that have a name and absolute paths as they are', () => {
    const file = join(folder, 'terminal.json');
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    const { acceptor, dispenser, printer } = config.devices;
    const serial = (path: string) => ({ kind: 'serial' as const, path });
    writeFileSync(file, JSON.stringify({ ...config, devices: {
      acceptor: { ...acceptor, line: serial('./ttys/acceptor') }, dispenser: { ...dispenser, line: serial('COM3') }, printer: { ...printer, line: serial('\\\\.\\COM10') }, others: [
        { deviceId: 'sorter', protocol: 'escpos', line: serial('../ttys/sorter') }, { deviceId: 'far', protocol: 'escpos', line: serial('/dev/ttyUSB9') },
        { deviceId: 'pad', protocol: config.devices.swipeReader!.protocol, line: { kind: 'hidSocket', path: 'pad.sock' } },
      ],
    } }));
    const loaded = loadConfig(file);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    const { devices } = loaded.value.config;
    expect([devices.acceptor, devices.dispenser, devices.printer, ...devices.others].map((device) => (device !== undefined && 'path' in device.line ? device.line.path : null))).toEqual([
      join(folder, 'ttys/acceptor'), 'COM3', '\\\\.\\COM10', join(folder, '../ttys/sorter'), '/dev/ttyUSB9', join(folder, 'pad.sock'),
    ]);
  });

  it('names path, found and expected of each wrong field, with exit code 78', () => {
    const file = join(folder, 'terminal.json');
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    writeFileSync(file, JSON.stringify({ ...config, terminal: { ...config.terminal, number: '42' }, surprise: 1 }));
    const answer = checkAnswer(file);
    expect(answer).toMatchObject({ exitCode: 78, json: { ok: false, problems: [{ path: 'terminal.number', found: '"42"' }, { path: '(file)' }] } });
    expect(answer.text).toContain('terminal.number');
  });

  it.each([
    ['a bank whose name no receipt has room for', 'terminal.bankName', { terminal: { bankName: 'Б'.repeat(41) } }],
    ['an address that no receipt has room for', 'terminal.address', { terminal: { address: 'А'.repeat(121) } }],
    ['a host that no document has room for', 'terminal.hostId', { terminal: { hostId: 'H'.repeat(36) } }],
    ['an acquirer that no document can hold', 'terminal.acquirerId', { terminal: { acquirerId: 'SAMPLE\u0001' } }],
    ['half a character', 'terminal.address', { terminal: { address: 'Алматы \ud83d' } }],
    ['notes of nothing', 'acceptance.denominationsMinor.0', { acceptance: { denominationsMinor: [0] } }],
    ['tenge written as if they were tiyn', 'devices.dispenser.cassettes.0.denominationMinor', { devices: { dispenser: { cassettes: [{ cassetteNumber: 1, denominationMinor: 5050 }] } } }],
    ['a cassette twice', 'devices.dispenser.cassettes', { devices: { dispenser: { cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000 }, { cassetteNumber: 1, denominationMinor: 200_000 }] } } }],
    ['more notes than there are', 'devices.dispenser.cassettes.0.capacityNotes', { devices: { dispenser: { cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000, capacityNotes: 1e15 }] } } }],
    ['a note of which two are no exact sum', 'devices.dispenser.cassettes.0.denominationMinor', { devices: { dispenser: { cassettes: [{ cassetteNumber: 1, denominationMinor: 9_007_199_254_740_900 }] } } }],
    ['a cassette with more notes in it than it holds', 'devices.dispenser.cassettes.0', { devices: { dispenser: { cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000, capacityNotes: 1_000, initialCount: 4_000 }] } } }],
    ['a cassette that never pays, because more stays in it than it holds', 'devices.dispenser.cassettes.0', { devices: { dispenser: { cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000, keepCount: 2_000 }] } } }],
    ['a kind of notes twice', 'acceptance.denominationsMinor', { acceptance: { denominationsMinor: [500_000, 500_000] } }],
  ])('names %s, before it ends the process', (_what, path, changed: Readonly<Record<string, object>>) => {
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    const { terminal, acceptance, devices } = changed as { readonly terminal?: object; readonly acceptance?: object; readonly devices?: { readonly dispenser: object } };
    const wrong = { ...config, terminal: { ...config.terminal, ...terminal }, acceptance: { ...config.acceptance, ...acceptance }, devices: { ...config.devices, dispenser: { ...config.devices.dispenser, ...devices?.dispenser } } };
    expect(parseConfig(config).ok).toBe(true);
    expect(parseConfig(wrong)).toMatchObject({ ok: false, problems: [{ path }] });
  });

  it('does not take more units that pay out than a mix is made of', () => {
    const sample = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1, coins: { denominationMinor: 10_000, coinCount: 100 } });
    const [hopper] = sample.devices.coinDispensers;
    const cassettes = Array.from({ length: 12 }, (_, index) => ({ cassetteNumber: index + 1, denominationMinor: 500_000, capacityNotes: 1, initialCount: 0, keepCount: 0 }));
    const problemsOf = (hopperCount: number) => {
      const coinDispensers = Array.from({ length: hopperCount }, (_, index) => ({ ...hopper!, line: { ...hopper!.line, path: `hopper-${index}` } as DeviceLine }));
      return deviceProblems({ ...sample, devices: { ...sample.devices, dispenser: { ...sample.devices.dispenser!, cassettes }, coinDispensers } }).filter(({ path }) => path === 'devices');
    };
    expect(problemsOf(4)).toEqual([]);
    expect(problemsOf(5)).toEqual([{ path: 'devices', found: '17 units that pay out', expected: 'cassettes, units of a recycler and hoppers, 16 of them in all' }]);
  });

  it('takes devices that no operation uses, each by a name of its own, and what their protocol says of them', () => {
    const file = join(folder, 'terminal.json');
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    const board = { deviceId: 'board-2', protocol: 'io-board', line: { kind: 'serial', path: 'board-2' } };
    const answerOf = (others: readonly object[]) => {
      writeFileSync(file, JSON.stringify({ ...config, devices: { ...config.devices, others } }));
      return checkAnswer(file);
    };
    expect(answerOf([board]).json).toMatchObject({ ok: true, devices: expect.arrayContaining([{ device: 'board-2', protocol: 'io-board' }]) as unknown });
    expect(answerOf([board, board])).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.others' }] } });
    expect(answerOf([{ ...board, deviceId: 'printer' }])).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.others.0.deviceId' }] } });
    expect(answerOf([{ ...board, protocol: 'nobody' }])).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.others.0.protocol' }] } });
    expect(answerOf([{ ...board, line: { kind: 'url', url: 'ws://127.0.0.1:1' } }])).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.others.0.line.kind' }] } });
    // Nobody would feed it.
    expect(answerOf([{ ...board, protocol: 'osmp-watchdog' }])).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.others.0.protocol', expected: expect.stringContaining('devices.watchdog') as unknown }] } });
    expect(answerOf([{ ...board, options: { nobodyKnowsThis: 1 } }])).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.others.0.options' }] } });
  });

  it('makes the drivers of all of them, the other devices too', async () => {
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1, coins: { denominationMinor: 10_000, coinCount: 100, more: [{ denominationMinor: 2_000, coinCount: 100 }] } });
    const parsed = parseConfig({ ...config, devices: { ...config.devices, others: [{ deviceId: 'board-2', protocol: 'io-board', line: { kind: 'serial', path: 'board-2' } }] } });
    if (!parsed.ok) throw new Error('not right');
    const devices = allDevices(await createDevices(parsed.config, { clock: standingClock(), log: silentLog, trace: null }));
    expect(devices.map((device) => device.deviceId).sort()).toEqual([...Object.values(SAMPLE_DEVICES), 'coin-dispenser-2', 'board-2'].sort());
  });

  it('does not take a hopper beside a dispenser that hands out bunches', () => {
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1, dispenser: 'fujitsu-f53', coins: { denominationMinor: 10_000, coinCount: 100 } });
    expect(deviceProblems(config)).toMatchObject([{ path: 'devices.dispenser.protocol', found: 'fujitsu-f53' }]);
  });

  it('names a second device on one line: no two drivers share a port, also where each device of a bus has an address', () => {
    const file = join(folder, 'terminal.json');
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1, coins: { denominationMinor: 10_000, coinCount: 100, more: [{ denominationMinor: 2_000, coinCount: 100 }] } });
    const [first, second] = config.devices.coinDispensers;
    const answerOf = (path: string) => {
      writeFileSync(file, JSON.stringify({ ...config, devices: { ...config.devices, coinDispensers: [first, { ...second, line: { kind: 'serial', path } }] } }));
      return checkAnswer(file);
    };
    const acceptorPath = join(folder, 'tty/coin-acceptor');
    const onAcceptor = { ...config, devices: { ...config.devices, coinAcceptor: { ...config.devices.coinAcceptor, line: { kind: 'serial', path: acceptorPath } } } };
    writeFileSync(file, JSON.stringify({ ...onAcceptor, devices: { ...onAcceptor.devices, coinDispensers: [first, { ...second, line: { kind: 'serial', path: join(folder, 'tty/other/..') + '/coin-acceptor' } }] } }));
    expect(checkAnswer(file)).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.coinDispensers.1.line.path', found: acceptorPath, expected: expect.stringContaining('devices.coinAcceptor is on this one') as unknown }] } });
    const { line } = first!;
    expect(answerOf(line.kind === 'serial' ? line.path : '')).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.coinDispensers.1.line.path', expected: expect.stringContaining('devices.coinDispensers.0 is on this one') as unknown }] } });
    expect(answerOf(join(folder, 'tty/coin-dispenser-2'))).toMatchObject({ json: { ok: true } });
  });

  it('names units of another money: they would be counted, credited and paid as tenge', () => {
    const recycler = (currency: string) => ({ protocol: 'ssp-smart-payout' as const, line: { kind: 'serial' as const, path: 'recycler' } as DeviceLine, options: { currency }, capacityNotes: 1_000, units: [{ denominationMinor: 10_000, capacityNotes: 80, keepCount: 0 }] });
    const { acceptor: _, ...devices } = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 }).devices;
    const problemsOf = (currency: string) => deviceProblems({ ...sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 }), devices: { ...devices, recycler: recycler(currency) } });
    expect(problemsOf('KZT')).toEqual([]);
    expect(problemsOf('USD')).toMatchObject([{ path: 'devices.recycler.options.currency', found: '"USD"' }]);
  });

  it('names a second device on one USB id: both drivers would read the one that is found first', () => {
    const sample = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    const line = { kind: 'usb' as const, vendorId: 0x0801, productId: 0x0002 };
    const { swipeReader } = sample.devices;
    const others = [{ deviceId: 'swipe-2', protocol: swipeReader!.protocol, line, options: {} }];
    const config = { ...sample, devices: { ...sample.devices, swipeReader: { ...swipeReader!, line }, others } };
    expect(deviceProblems(config)).toMatchObject([{ path: 'devices.others.0.line', found: 'usb 2049 2' }]);
    expect(deviceProblems({ ...config, devices: { ...config.devices, others: [{ ...others[0]!, line: { ...line, productId: 3 } }] } })).toEqual([]);
  });

  it.each([['', false], ['copy', false], ['../copy', true]])('a second copy in %j of the data folder: %s', (place, isRight) => {
    const file = join(folder, 'terminal.json');
    const config = sampleConfig({ runFolder: folder, dataFolder: join(folder, 'data'), bankPort: 1 });
    writeFileSync(file, JSON.stringify({ ...config, storage: { ...config.storage, journalMirrorFolder: join(folder, 'data', place) } }));
    expect(checkAnswer(file)).toMatchObject(isRight ? { exitCode: 0 } : { exitCode: 78, json: { problems: [{ path: 'storage.journalMirrorFolder' }] } });
  });

  it('takes lights of their own in place of those on the board of the switches, supervised like all', async () => {
    const sample = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    const parts = { clock: standingClock(), log: silentLog, trace: null };
    const without = await createDevices(sample, parts);
    expect(without.lights).toBe(without.switches?.lights ?? null);
    const config = { ...sample, devices: { ...sample.devices, lights: { protocol: 'xfs4iot-lights' as const, line: { kind: 'url' as const, url: 'ws://127.0.0.1:1/xfs4iot/v1.0' }, options: {} } } };
    expect(deviceProblems(config)).toEqual([]);
    const devices = await createDevices(config, parts);
    expect(allDevices(devices).find((device) => device.deviceId === 'lights')).toBe(devices.lights);
  });

  it('names a cassette that the model has not', () => {
    const file = join(folder, 'terminal.json');
    const config = sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 });
    const answerOf = (options: object) => {
      writeFileSync(file, JSON.stringify({ ...config, devices: { ...config.devices, dispenser: { ...config.devices.dispenser, options } } }));
      return checkAnswer(file);
    };
    expect(answerOf({ model: 'LCDM-2000' }).exitCode).toBe(0);
    const answer = answerOf({ model: 'LCDM-1000' });
    expect(answer).toMatchObject({ exitCode: 78, json: { problems: [{ path: 'devices.dispenser.cassettes.1.cassetteNumber', found: '2', expected: 'only cassette 1: the dispenser has one' }] } });
    expect(answer.text).toContain('devices.dispenser.cassettes.1.cassetteNumber');
  });

  it('is told in one problem when there is no file', () => {
    expect(checkAnswer(join(folder, 'nothing.json'))).toMatchObject({ exitCode: 78, json: { problems: [{ path: '(file)' }] } });
  });
});
