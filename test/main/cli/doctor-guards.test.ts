import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { journalChecks } from '../../../main/cli/doctor/journal-checks.ts';
import { diskCheck } from '../../../main/cli/doctor/machine-checks.ts';
import type { Config } from '../../../main/contracts/config.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { JOURNAL_FILE, JOURNAL_KEY_FILE } from '../../../main/core/process/data-files.ts';
import { openTerminalJournal } from '../../../main/core/process/journal-secrets.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { newJournalKeys, writeJournalKeyFile } from '../../../main/system/journal-key-file.ts';
import { createSamplePki } from '../../../simulators/bank-host/pki.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import { standingClock } from '../journal/journal-fixture.ts';

const NOW_UTC_MS = Date.UTC(2026, 0, 1);
let data: string;
let config: Config;
const journalPath = () => join(data, JOURNAL_FILE);
const pki = (file: string) => join(data, RUN_FILES.pki, file);

function start(): Journal {
  const opened = openTerminalJournal(config, { clock: standingClock(NOW_UTC_MS), random: cryptoRandom(), log: silentLog, bootId: 'test' });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'qolma-doctor-'));
  config = sampleConfig({ runFolder: data, dataFolder: data, bankPort: 1 });
  createSamplePki(join(data, RUN_FILES.pki), { nowUtcMs: NOW_UTC_MS, random: cryptoRandom() });
  const journal = start();
  journal.commit({ entries: [entry('terminal.stopped', { reason: 'test' })] });
  journal.close();
});
afterEach(() => rmSync(data, { recursive: true }));

const wrongs = (nowUtcMs = NOW_UTC_MS, isCoreRunning = false) => journalChecks(config, nowUtcMs, isCoreRunning).filter((check) => !check.ok && check.isNeeded);
/** One trouble, by its code, with the remedy of the catalogue; and the same word from a core that is started now. */
function expectTrouble(code: ErrorCode, nowUtcMs = NOW_UTC_MS): void {
  expect(wrongs(nowUtcMs).map(({ found, remedy }) => [found.split(':')[0], remedy])).toEqual([[code, ERROR_CATALOGUE[code].operator]]);
}
const startCode = () => {
  const opened = openTerminalJournal(config, { clock: standingClock(NOW_UTC_MS), random: cryptoRandom(), log: silentLog, bootId: 'test' });
  if (opened.ok) opened.value.close();
  return opened.ok ? 'ok' : opened.error.code;
};

describe('the doctor names cash units that somebody opened', () => {
  const units = () => journalChecks(config, NOW_UTC_MS, false).filter(({ check }) => check === 'cash units').map(({ ok, found, remedy, isNeeded }) => ({ ok, found, remedy, isNeeded }));
  const act = (action: string) => {
    const journal = start();
    journal.commit({ entries: [entry('service.acted', { login: 't-014', action, target: 'all' })] });
    journal.close();
  };

  it('until somebody closes them, each with what to do', () => {
    expect(units()).toEqual([{ ok: true, found: 'closed', remedy: null, isNeeded: true }]);
    act('coins.startExchange');
    const coins = { ok: false, found: 'TRM_COINS_OPEN: opened by t-014 2026-01-01T00:00Z', remedy: ERROR_CATALOGUE.TRM_COINS_OPEN.operator, isNeeded: false };
    expect(units()).toEqual([coins]);
    act('notes.startExchange');
    act('notes.collect');
    expect(units()).toEqual([{ ...coins, found: 'TRM_NOTES_OPEN: opened by t-014 2026-01-01T00:00Z', remedy: ERROR_CATALOGUE.TRM_NOTES_OPEN.operator }, coins]);
    act('notes.endExchange');
    act('coins.endExchange');
    expect(units()).toMatchObject([{ ok: true }]);
  });
});

describe('the doctor names cash units in which the device counts other notes than the journal', () => {
  const counts = () => journalChecks(config, NOW_UTC_MS, false).filter(({ check }) => check === 'counts of devices').map(({ ok, found, remedy, isNeeded }) => ({ ok, found, remedy, isNeeded }));
  const compare = (deviceCount: number) => {
    const journal = start();
    journal.commit({ entries: [entry('counts.compared', { unitId: 'acceptor.box', denominationMinor: null, deviceCount, journalCount: 1 })] });
    journal.close();
  };

  it('until both count the same, each with what to do', () => {
    const isWell = { ok: true, found: 'as the journal counts', remedy: null, isNeeded: true };
    expect(counts()).toEqual([isWell]);
    compare(3);
    expect(counts()).toEqual([{ ok: false, found: expect.stringMatching(/^TRM_COUNTS_DIFFER: .*acceptor\.box/), remedy: ERROR_CATALOGUE.TRM_COUNTS_DIFFER.operator, isNeeded: false }]);
    compare(1);
    expect(counts()).toEqual([isWell]);
  });
});

describe('the doctor names each guard of the journal as the core does', () => {
  it('and nothing where all is well, also beside a core', () => {
    expect([wrongs(), startCode()]).toEqual([[], 'ok']);
    const journal = start();
    expect(wrongs(NOW_UTC_MS, true)).toEqual([]);
    expectTrouble('JNL_HELD');
    journal.close();
  });

  it.each<[ErrorCode, string, () => void]>([
    ['JNL_MISSING', 'gone', () => rmSync(journalPath())],
    ['JNL_PAGE_DAMAGED', 'with a page that was damaged once', () => writeFileSync(join(data, 'journal.damaged'), JSON.stringify({ form: 1, file: statSync(journalPath()).ino, detail: 'SQLITE_CORRUPT' }))],
    ['JNL_CORRUPT', 'no database', () => writeFileSync(journalPath(), 'x'.repeat(8192))],
    ['JNL_KEY_MISSING', 'without its key file', () => rmSync(join(data, JOURNAL_KEY_FILE))],
    ['JNL_KEY_WRONG', 'with another key file', () => writeJournalKeyFile(join(data, JOURNAL_KEY_FILE), newJournalKeys(cryptoRandom()))],
    ['JNL_KEY_WRONG', 'with the sealing key of another terminal', () => exchange('terminal-sign')],
    ['JNL_KEY_WRONG', 'with the line key of another terminal', () => exchange('terminal')],
    ['JNL_KEY_WRONG', 'with a line key that is not its certificate’s', () => copyFileSync(pki('host.key'), pki('terminal.key'))],
  ])('%s: %s', (code, _what, harm) => {
    harm();
    expectTrouble(code);
    expect(startCode()).toBe(code);
  });

  it('TRM_CLOCK_WRONG: behind the newest entry, or more than a year ahead of it', () => {
    expectTrouble('TRM_CLOCK_WRONG', NOW_UTC_MS - 600_000);
    expectTrouble('TRM_CLOCK_WRONG', NOW_UTC_MS + 400 * 86_400_000);
    expect(wrongs(NOW_UTC_MS + 30 * 86_400_000)).toEqual([]);
  });

  it('JNL_DISK_FULL: less room than the configuration wants', () => {
    expect(diskCheck(data, Number.MAX_SAFE_INTEGER)).toMatchObject({ ok: false, isNeeded: true, remedy: ERROR_CATALOGUE.JNL_DISK_FULL.operator });
    expect(diskCheck(data, 4096).isNeeded && !diskCheck(data, 4096).ok).toBe(false);
  });
});

function exchange(stem: 'terminal' | 'terminal-sign'): void {
  const other = mkdtempSync(join(data, 'other-'));
  createSamplePki(other, { nowUtcMs: NOW_UTC_MS, random: cryptoRandom(), terminalId: '0999' });
  for (const suffix of ['pem', 'key']) copyFileSync(join(other, `${stem}.${suffix}`), pki(`${stem}.${suffix}`));
}
