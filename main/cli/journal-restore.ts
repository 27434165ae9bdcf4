import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { JOURNAL_FILE } from '../core/process/data-files.ts';
import { journalKeyPath, openTerminalJournal } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { silentLog } from '../foundation/log.ts';
import { markerPath, takeCoreLock } from '../journal/file-guards.ts';
import { headMarkPath, readHeadMark } from '../journal/head-mark.ts';
import { readHead, type Head } from '../journal/chain-writer.ts';
import { entry } from '../journal/journal.ts';
import { receiptNumber } from '../journal/numbering.ts';
import { openJournalForReading } from '../journal/open-journal.ts';
import { createJournalKeys } from '../journal/protection.ts';
import { restoreJournal, type RestoreReport } from '../journal/restore.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { readJournalKeyFile } from '../system/journal-key-file.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { cliPerson } from './cli-person.ts';
import { configAnswer } from './journal-source.ts';
import { lostCount, numbersToSkip } from './lost-end.ts';

/** Of an entry's text. */
const TARGET_LENGTH_MAX = 500;

interface RestoreOptions {
  readonly config: string;
  readonly from: string;
  readonly moveAside?: boolean;
  /** Highest receipt number of this terminal that the bank or a customer holds, as they read it. */
  readonly lastReceipt?: string;
  readonly json?: boolean;
}

export function registerRestore(journal: Command): void {
  journal
    .command('restore')
    .description('build the journal from its second copy, on a stopped terminal')
    .requiredOption('--from <folder>', 'folder of the second copy (storage.journalMirrorFolder)')
    .requiredOption('--config <file>', 'configuration of the terminal')
    .option('--move-aside', 'a journal that lies there is kept under another name; without this it is an error')
    .option('--last-receipt <number>', 'highest receipt number that the bank or a customer holds: numbers go on after it')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nNo receipt number, reference or message number is given twice: without --last-receipt, and where the journal that lay here cannot be read, a thousand receipt numbers are left out; the gap is journaled.\nThe key file (storage.journalKeyFile) must be put back first: the copy is sealed with the same keys.\nSays what the copy does not hold. Tell the bank before the terminal goes into service: what is missing here may be booked there.\n\nExample\n  $ qolma journal restore --from /media/usb/qolma --config terminal.json --move-aside')
    .action(async (options: RestoreOptions) => tell(await restoreAnswer(options), options.json === true));
}

/** @returns exit code 1 when there is a journal and it is not to be moved aside, or the copy is not sound */
export async function restoreAnswer({ config: configFile, from, moveAside = false, lastReceipt }: Omit<RestoreOptions, 'json'>): Promise<Answer> {
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return configAnswer(loaded.error);
  const { config } = loaded.value;
  const lastReceiptCount = lastReceipt === undefined ? null : receiptCount(config.terminal.number, lastReceipt);
  if (Number.isNaN(lastReceiptCount)) return problemAnswer({ code: 'NOT_A_RECEIPT', detail: `${JSON.stringify(lastReceipt)} is no receipt number of this terminal: ${receiptNumber(config.terminal.number, 1)} is its first` });
  const path = join(config.storage.dataFolder, JOURNAL_FILE);
  const keyFile = readJournalKeyFile(journalKeyPath(config.storage));
  if (!keyFile.ok) return problemAnswer({ ...keyFile.error, detail: `${keyFile.error.detail}: put the key file back first` });
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = takeCoreLock(path);
  if (!lock.ok) return problemAnswer(lock.error);
  let movedTo: string | null = null;
  const mark = readHeadMark(path);
  const target = `${path}.aside-${systemClock().nowUtcMs()}`;
  let headBefore: Head | null = null;
  let restored: Awaited<ReturnType<typeof restoreJournal>>;
  try {
    if (existsSync(path)) {
      if (!moveAside) return problemAnswer({ code: 'JOURNAL_EXISTS', detail: `there is a journal at ${path}: it is never overwritten; --move-aside keeps it under another name` });
      headBefore = headOf(path);
      // An older copy of the file knows less than the mark beside it, and then nobody knows how far it had come.
      if (headBefore !== null && mark !== undefined && mark.entryNumber > headBefore.entryNumber) headBefore = null;
      movedTo = moveJournalAside(path, target);
    } else moveBesidesAside(path, target);
    restored = await restoreJournal({ fromFolder: resolve(from), path, terminalNumber: config.terminal.number, keys: createJournalKeys(keyFile.value, cryptoRandom()) });
    // Without them the next start would begin anew.
    if (!restored.ok) moveBack(path, target);
  } finally {
    lock.value.release();
  }
  if (!restored.ok) return problemAnswer(restored.error);
  const report = restored.value;
  const knownLostCount = lostCount(report.entryCount, headBefore, mark);
  const opened = openTerminalJournal(config, { clock: systemClock(), random: cryptoRandom(), log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true, isCopy: true });
  if (!opened.ok) return problemAnswer(opened.error);
  const skipped = numbersToSkip(report.counters, { before: headBefore, mark }, lastReceiptCount);
  const written = opened.value.commit({ entries: [
    entry('service.acted', { login: cliPerson(), action: 'journal.restore', target: resolve(from).slice(-TARGET_LENGTH_MAX) }),
    entry('journal.restored', { entryCount: report.entryCount, lastAtUtcMs: report.lastAtUtcMs, knownLostCount, stoppedBecause: report.stoppedBecause }),
    ...(skipped === null ? [] : [entry('numbers.skipped', skipped)]),
  ] });
  const nextReceipt = opened.value.peekReceiptNumber();
  opened.value.close();
  if (!written.ok) return problemAnswer(written.error);
  return { json: { ok: true, ...report, movedTo, knownLostCount, nextReceipt, skippedReceiptCount: skipped === null ? 0 : skipped.receiptCount - report.counters.receiptCount }, text: `${reportText(report, movedTo, knownLostCount)}\nreceipts go on with ${nextReceipt}${skipped === null ? '' : `: what lies between is left out (${skipped.because})`}`, exitCode: 0 };
}

function reportText({ entryCount, lastAtUtcMs, sealedUpTo, stoppedBecause }: RestoreReport, movedTo: string | null, knownLostCount: number | null): string {
  const lines = [
    `journal made from its second copy: ${entryCount} entries, the last of ${new Date(lastAtUtcMs).toISOString()}, sealed up to entry ${sealedUpTo}`,
    stoppedBecause === null ? 'the copy was read to its end' : `NOT to the end of the copy: ${stoppedBecause}`,
    knownLostCount === null ? 'whether entries came after it is not known here: compare with the bank' : knownLostCount === 0 ? 'nothing of the journal that lay here is missing' : `MISSING: the last ${knownLostCount} entries of the journal that lay here`,
  ];
  if (movedTo !== null) lines.push(`the journal that lay here is kept: ${movedTo}`);
  return lines.join('\n');
}

/** @returns NaN for what is no receipt number of this terminal */
function receiptCount(terminalNumber: string, text: string): number {
  const count = Number(new RegExp(`^${terminalNumber}-(\\d{6,12})$`).exec(text.trim())?.[1] ?? Number.NaN);
  return count >= 1 ? count : Number.NaN;
}

/** @returns null when it cannot be read, which is why it is being replaced */
function headOf(path: string): Head | null {
  const opened = openJournalForReading(path);
  if (!opened.ok) return null;
  try {
    return readHead(opened.value.database) ?? null;
  } catch {
    return null;
  } finally {
    opened.value.close();
  }
}

const ENDS = ['', '-wal', '-shm'] as const;
const besides = (path: string) => [[markerPath(path), '.marker'], [headMarkPath(path), '.head']] as const;

function moveJournalAside(path: string, target: string): string {
  for (const end of ENDS) if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${target}${end}`);
  moveBesidesAside(path, target);
  return target;
}

function moveBesidesAside(path: string, target: string): void {
  for (const [from, end] of besides(path)) if (existsSync(from)) renameSync(from, `${target}${end}`);
}

function moveBack(path: string, target: string): void {
  for (const end of ENDS) if (existsSync(`${target}${end}`)) renameSync(`${target}${end}`, `${path}${end}`);
  for (const [to, end] of besides(path)) if (existsSync(`${target}${end}`)) renameSync(`${target}${end}`, to);
}
