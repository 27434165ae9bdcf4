import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { DeviceStatusFile } from '../contracts/device-report.ts';
import { deviceStatusFileSchema } from '../contracts/device-report.ts';
import { LANGUAGES } from '../contracts/languages.ts';
import type { Language } from '../contracts/languages.ts';
import { RUN_FILES } from '../contracts/run-folder.ts';
import type { OpenExchange } from '../core/cash/open-exchanges.ts';
import { exchangeText, openExchanges } from '../core/cash/open-exchanges.ts';
import type { Compared } from '../core/cash/unit-counts.ts';
import { countsText, standingDifferences } from '../core/cash/unit-counts.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { STATUS_FILE_EVERY_MS } from '../core/process/device-status-file.ts';
import { operatorText } from '../foundation/operator-texts.ts';
import type { DeviceRecord } from '../journal/journal.ts';
import { systemClock } from '../system/system-clock.ts';
import { ageText } from './age-text.ts';
import type { Answer } from './answer.ts';
import { tell } from './answer.ts';
import { withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { withJournal } from './journal.ts';
import { textTable } from './text-table.ts';

/** The file is renewed every few seconds; one that is so old was left by a core that died. */
const CURRENT_MS = STATUS_FILE_EVERY_MS * 4;
const COUNTS_DIFFER = 'TRM_COUNTS_DIFFER';

export interface DeviceStatusOptions extends JournalSourceOptions {
  readonly language: Language;
}

export function registerDeviceStatus(devices: Command): void {
  withJournalSource(devices.command('status').description('each device: state, model, firmware, serial number, line errors, last ten faults with what to do'))
    .addOption(new Option('--language <language>', 'of what to do; JSON has all').choices([...LANGUAGES]).default('en'))
    .option('--json', 'one JSON object')
    .addHelpText('after', `
With --config and a running core: as the devices stand now. Else from the journal: who each device was and its last faults, over all starts.
Cash units that a person opened in service mode and nobody closed are told at the end, and those of which the device counts other notes than the journal.
Exit code 1 when a device is offline or faulty.

Example
  $ qolma devices status --config /etc/qolma/terminal.json --language ru`)
    .action((options: DeviceStatusOptions & { readonly json?: boolean }) => tell(deviceStatusAnswer(options, systemClock().nowUtcMs()), options.json === true));
}

/** @returns exit code 1 when a device of a running core is offline or faulty */
export function deviceStatusAnswer(options: DeviceStatusOptions, nowUtcMs: number): Answer {
  return withJournal(options, (journal) => {
    const told = statusFile(options);
    const running = told !== null && Math.abs(nowUtcMs - told.atUtcMs) <= CURRENT_MS ? told : null;
    const devices = running === null ? journal.deviceRecords().map(remembered) : running.devices.map(current);
    const open = openExchanges(journal);
    const different = standingDifferences(journal);
    const json = { ok: true, isCoreRunning: running !== null, atUtcMs: running?.atUtcMs ?? null, devices, openExchanges: open.map(withAdvice), countDifferences: different.map((one) => withAdvice({ code: COUNTS_DIFFER, ...one })) };
    const text = [statusText(devices, running !== null, nowUtcMs, options.language), ...open.map((exchange) => exchangeLine(exchange, options.language)), ...different.map((one) => countsLine(one, options.language))].join('\n\n');
    return { json, text, exitCode: devices.some(({ level }) => level === 'failed') ? 1 : 0 };
  });
}

type Shown = ReturnType<typeof remembered>;

function current(report: DeviceStatusFile['devices'][number]) {
  return { ...report, lastFaults: report.lastFaults.map(withAdvice) };
}

/** Of a terminal whose core does not run: what is known of the moment is nothing. */
function remembered({ deviceId, identity, faults }: DeviceRecord) {
  return {
    deviceId, deviceClass: null as string | null, protocol: identity?.protocol ?? null, level: null as 'ok' | 'attention' | 'failed' | null, state: null as string | null,
    model: identity?.model ?? null, firmware: identity?.firmware ?? null, serialNumber: identity?.serialNumber ?? null, sinceUtcMs: null as number | null,
    faults: [] as readonly string[], counters: {} as Readonly<Record<string, number>>, linkErrorCount: null as number | null, lastFaults: faults.map(({ code, atUtcMs, detail }) => withAdvice({ code, atUtcMs, detail })),
  };
}

function exchangeLine(exchange: OpenExchange, language: Language): string {
  return `${exchange.code} (${exchangeText(exchange)}): ${operatorText(exchange.code, language)}`;
}

function countsLine(counts: Compared, language: Language): string {
  return `${COUNTS_DIFFER} (${countsText(counts)}): ${operatorText(COUNTS_DIFFER, language)}`;
}

function withAdvice<Fault extends { readonly code: string }>(fault: Fault) {
  return { ...fault, whatToDo: { kk: operatorText(fault.code, 'kk'), ru: operatorText(fault.code, 'ru'), en: operatorText(fault.code, 'en') } };
}

function statusFile(options: JournalSourceOptions): DeviceStatusFile | null {
  const loaded = options.config === undefined ? undefined : loadConfig(options.config);
  if (loaded?.ok !== true) return null;
  try {
    return deviceStatusFileSchema.parse(JSON.parse(readFileSync(join(loaded.value.config.storage.runFolder, RUN_FILES.deviceStatus), 'utf8')));
  } catch {
    return null; // no core has written it, or not this version's
  }
}

function statusText(devices: readonly Shown[], isCoreRunning: boolean, nowUtcMs: number, language: Language): string {
  const head = isCoreRunning ? 'as the devices stand now' : 'no core runs: what the journal remembers';
  if (devices.length === 0) return `${head}\n\nno device was ever heard of`;
  const table = textTable(
    [{ title: 'device' }, { title: 'protocol' }, { title: 'state' }, { title: 'since', align: 'right' }, { title: 'model' }, { title: 'firmware' }, { title: 'serial number' }, { title: 'line errors', align: 'right' }, { title: 'fault' }],
    devices.map((device) => [
      device.deviceId, device.protocol ?? '–', device.state ?? '–', device.sinceUtcMs === null ? '–' : ageText(nowUtcMs - device.sinceUtcMs),
      device.model ?? '–', device.firmware ?? '–', device.serialNumber ?? '–', device.linkErrorCount === null ? '–' : String(device.linkErrorCount), device.faults[0] ?? '–',
    ]),
  );
  const faults = devices.flatMap((device) => device.lastFaults.map((fault) => [device.deviceId, new Date(fault.atUtcMs).toISOString(), fault.code, fault.whatToDo[language], fault.detail]));
  const history = faults.length === 0 ? 'no faults' : textTable([{ title: 'device' }, { title: 'at (UTC)' }, { title: 'fault' }, { title: 'what to do' }, { title: 'detail', widthMax: 60 }], faults);
  return `${head}\n\n${table}\n\n${history}`;
}
