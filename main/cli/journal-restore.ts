import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { JOURNAL_FILE } from '../core/process/data-files.ts';
import { journalKeyPath, openTerminalJournal } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { silentLog } from '../foundation/log.ts';
import { entry } from '../journal/journal.ts';
import { tellLoss } from '../journal/lost-end.ts';
import { receiptNumber } from '../journal/numbering.ts';
import { createJournalKeys } from '../journal/protection.ts';
import { restoreInPlace, type RestoredInPlace } from '../journal/restore-in-place.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { readJournalKeyFile } from '../system/journal-key-file.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { cliPerson } from './cli-person.ts';
import { configAnswer } from './journal-source.ts';

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
    .addHelpText('after', '\nNo receipt number, reference or message number is given twice: without --last-receipt, and where the journal that lay here cannot be read, a thousand receipt numbers are left out, more where the copy is some hours old; the gap is journaled.\nA try that was cut off is done again, with --move-aside; until then no core begins anew. What an earlier try moved aside stays under that name.\nA copy that ends within a transaction (medium pulled out, loss of power) is taken to the end of the one before; what it has of the last one is cut from the copy.\nThe key file (storage.journalKeyFile) must be put back first: the copy is sealed with the same keys.\nSays what the copy does not hold. Tell the bank before the terminal goes into service: what is missing here may be booked there.\n\nExample\n  $ qolma journal restore --from /media/usb/qolma --config terminal.json --move-aside')
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
  const restored = await restoreInPlace({ fromFolder: resolve(from), path, terminalNumber: config.terminal.number, keys: createJournalKeys(keyFile.value, cryptoRandom()), movesAside: moveAside, nowUtcMs: systemClock().nowUtcMs(), lastReceiptCount });
  if (!restored.ok) return problemAnswer(restored.error);
  const opened = openTerminalJournal(config, { clock: systemClock(), random: cryptoRandom(), log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true, isCopy: true, tellsLoss: true });
  if (!opened.ok) return problemAnswer(opened.error);
  const { skipped, movedTo, counters, sealedUpTo, journalId, ...loss } = restored.value;
  const by = entry('service.acted', { login: cliPerson(), action: 'journal.restore', target: resolve(from).slice(-TARGET_LENGTH_MAX) });
  const written = tellLoss(opened.value, path, { by, loss, skipped });
  const nextReceipt = opened.value.peekReceiptNumber();
  opened.value.close();
  if (!written.ok) return problemAnswer(written.error);
  return { json: { ok: true, ...loss, movedTo, counters, sealedUpTo, journalId, nextReceipt, skippedReceiptCount: skipped === null ? 0 : skipped.receiptCount - counters.receiptCount }, text: `${reportText(restored.value)}\nreceipts go on with ${nextReceipt}${skipped === null ? '' : `: what lies between is left out (${skipped.because})`}`, exitCode: 0 };
}

function reportText({ entryCount, untoldPurge, lastAtUtcMs, sealedUpTo, stoppedBecause, movedTo, knownLostCount, forkedAfter }: RestoredInPlace): string {
  const lines = [
    `journal made from its second copy: ${entryCount} entries, the last of ${new Date(lastAtUtcMs).toISOString()}, sealed up to entry ${sealedUpTo}`,
    stoppedBecause === null ? 'the copy was read to its end' : `NOT to the end of the copy: ${stoppedBecause}`,
    knownLostCount === null ? 'whether entries came after it is not known here: compare with the bank' : knownLostCount === 0 ? 'nothing of the journal that lay here is missing' : `MISSING: the last ${knownLostCount} entries of the journal that lay here`,
  ];
  if (forkedAfter !== undefined) lines.push(`the journal that lay here had gone another way${forkedAfter === 0 ? '' : ` after entry ${forkedAfter}`}: it was made from an older copy and gone on with; what came of that is missing`);
  if (untoldPurge !== null) lines.push(`some content from entry ${untoldPurge.fromEntryNumber} on is gone by a purge that the copy does not hold; which, is journaled`);
  if (movedTo !== null) lines.push(`the journal that lay here is kept: ${movedTo}`);
  return lines.join('\n');
}

/** @returns NaN for what is no receipt number of this terminal */
function receiptCount(terminalNumber: string, text: string): number {
  const count = Number(new RegExp(`^${terminalNumber}-(\\d{6,12})$`).exec(text.trim())?.[1] ?? Number.NaN);
  return count >= 1 ? count : Number.NaN;
}
