/**
 * Goal: `qolma devices status` tells how the devices stand while a core runs, and what the journal remembers when none does.
 * Method: a journal and the file of a core in a folder; the file is read back as the core writes it.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceStatusAnswer } from '../../../main/cli/device-status.ts';
import { deviceStatusFileSchema } from '../../../main/contracts/device-report.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import type { Terminal } from '../../../main/core/compose.ts';
import { JOURNAL_FILE } from '../../../main/core/process/data-files.ts';
import { keepDeviceStatusFile } from '../../../main/core/process/device-status-file.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createSamplePki } from '../../../simulators/bank-host/pki.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { StatusBoard } from '../../../drivers/interfaces/status-board.ts';

const START_UTC_MS = Date.UTC(2026, 0, 1);
let data: string;
let config: string;
let journal: Journal;
const clock = createVirtualClock({ startUtcMs: START_UTC_MS });

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'qolma-status-'));
  config = join(data, 'terminal.json');
  writeFileSync(config, JSON.stringify(sampleConfig({ runFolder: data, dataFolder: data, bankPort: 1 })));
  createSamplePki(join(data, RUN_FILES.pki), { nowUtcMs: START_UTC_MS, random: cryptoRandom() });
  const opened = openJournal({ path: join(data, JOURNAL_FILE), clock, random: cryptoRandom(), log: silentLog, terminalNumber: '0427', bootId: 'test' });
  if (!opened.ok) throw new Error(opened.error.detail);
  journal = opened.value;
  journal.commit({ entries: [entry('device.identified', { deviceId: 'printer', protocol: 'escpos', model: null, firmware: '1.04', serialNumber: 'P7' }), entry('device.faulted', { deviceId: 'printer', code: 'PTR_PAPER_OUT', detail: 'DLE EOT 4' })] });
});
afterEach(() => {
  journal.close();
  rmSync(data, { recursive: true });
});

describe('qolma devices status', () => {
  it('tells without a core what the journal remembers', () => {
    const answer = deviceStatusAnswer({ data, language: 'ru' }, START_UTC_MS);
    expect(answer).toMatchObject({ exitCode: 0, json: { isCoreRunning: false, devices: [{ deviceId: 'printer', serialNumber: 'P7', state: null, lastFaults: [{ code: 'PTR_PAPER_OUT', detail: 'DLE EOT 4', whatToDo: { kk: 'Қағаз салыңыз', ru: 'Вставьте бумагу', en: 'Load paper' } }] }] } });
    expect(answer.text).toContain('Вставьте бумагу');
    expect(answer.json).toMatchObject({ openExchanges: [] });
  });

  it('tells which cash units a person opened and nobody closed, and what to do', () => {
    journal.commit({ entries: [entry('service.acted', { login: 't-014', action: 'coins.startExchange', target: 'hoppers and coin box' })] });
    const answer = deviceStatusAnswer({ data, language: 'ru' }, START_UTC_MS);
    expect(answer.json).toMatchObject({ openExchanges: [{ code: 'TRM_COINS_OPEN', openedBy: 't-014' }] });
    expect(answer.text).toMatch(/TRM_COINS_OPEN \(t-014 [^)]+\): Сервисный режим, страница «Наличные»/u);
  });

  it('tells of which cash unit the device counts other notes than the journal, and what to do', () => {
    expect(deviceStatusAnswer({ data, language: 'ru' }, START_UTC_MS).json).toMatchObject({ countDifferences: [] });
    const counts = { unitId: 'acceptor.box', denominationMinor: null, deviceCount: 3, journalCount: 1 };
    journal.commit({ entries: [entry('counts.compared', counts)] });
    const answer = deviceStatusAnswer({ data, language: 'ru' }, START_UTC_MS);
    expect(answer).toMatchObject({ exitCode: 0, json: { countDifferences: [{ code: 'TRM_COUNTS_DIFFER', ...counts, atUtcMs: expect.any(Number) as unknown }] } });
    expect(answer.text).toContain('TRM_COUNTS_DIFFER (acceptor.box: 3 by the device, 1 by the journal (+2)): Сервисный режим, страница «Наличные»');
    journal.commit({ entries: [entry('counts.compared', { ...counts, deviceCount: 1 })] });
    expect(deviceStatusAnswer({ data, language: 'ru' }, START_UTC_MS).json).toMatchObject({ countDifferences: [] });
  });

  it('tells of a running core how the devices stand, with exit code 1 while one is out of order, and does not believe a file of a core that died', async () => {
    const board = new StatusBoard({ deviceId: 'printer', deviceClass: 'printer', protocol: 'escpos', clock, counters: () => ({ timeoutCount: 4 }) });
    const none = { acceptor: null, coinAcceptor: null, coinDispensers: [], dispenser: null, cardReaders: [], scanner: null, switches: null, lights: null, powerSupply: null, watchdog: null, others: [] };
    const terminal = { parts: () => ({ journal, devices: { ...none, printer: board } }) } as unknown as Terminal;
    const path = join(data, RUN_FILES.deviceStatus);
    const file = keepDeviceStatusFile({ terminal, path, bootId: 'test', clock, log: silentLog });
    board.update({ state: 'ready' });
    await clock.advance(6_000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(deviceStatusFileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).success).toBe(true);
    expect(deviceStatusAnswer({ config, language: 'en' }, clock.nowUtcMs())).toMatchObject({ exitCode: 0, json: { isCoreRunning: true, devices: [{ deviceId: 'printer', state: 'ready', level: 'ok', serialNumber: 'P7', linkErrorCount: 4, lastFaults: [{ code: 'PTR_PAPER_OUT' }] }] } });
    board.update({ state: 'offline', faults: ['PTR_OFFLINE'] });
    await clock.advance(6_000);
    expect(deviceStatusAnswer({ config, language: 'en' }, clock.nowUtcMs())).toMatchObject({ exitCode: 1, json: { devices: [{ state: 'offline', faults: ['PTR_OFFLINE'] }] } });
    expect(deviceStatusAnswer({ config, language: 'en' }, clock.nowUtcMs() + 60_000)).toMatchObject({ exitCode: 0, json: { isCoreRunning: false } });
    file.close();
    expect(deviceStatusAnswer({ config, language: 'en' }, clock.nowUtcMs())).toMatchObject({ json: { isCoreRunning: false } });
  });
});
