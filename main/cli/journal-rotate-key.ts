import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { JOURNAL_FILE } from '../core/process/data-files.ts';
import { journalKeyPath, openTerminalJournal } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { silentLog } from '../foundation/log.ts';
import { takeCoreLock } from '../journal/file-guards.ts';
import { entry } from '../journal/journal.ts';
import { fileSystemError } from '../journal/sqlite-errors.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { readJournalKeyFile, withNextKey, writeJournalKeyFile } from '../system/journal-key-file.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { cliPerson } from './cli-person.ts';
import { configAnswer } from './journal-source.ts';

export function registerRotateKey(journal: Command): void {
  journal
    .command('rotate-key')
    .description('seal what is personal with a new key from now on; what older keys have sealed opens as before')
    .requiredOption('--config <file>', 'configuration of the terminal')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nThe core must be stopped. Keep a copy of the key file elsewhere afterwards: it holds all keys, old and new.\nThe key that signs the seals is that of the terminal at the bank: it changes with `qolma keys use`, and the journal keeps each certificate that it was sealed with.\n\nExample\n  $ qolma journal rotate-key --config terminal.json')
    .action((options: { readonly config: string; readonly json?: boolean }) => tell(rotateKeyAnswer(options.config), options.json === true));
}

/** @returns exit code 1 while a core runs, and where the keys at hand are not those of the journal */
export function rotateKeyAnswer(configFile: string): Answer {
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return configAnswer(loaded.error);
  const { config } = loaded.value;
  const life = { clock: systemClock(), random: cryptoRandom(), log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true };
  // Opened once with the old keys: a wrong key file is not made worse by a new key.
  const before = openTerminalJournal(config, life);
  if (!before.ok) return problemAnswer(before.error);
  before.value.close();
  const lock = takeCoreLock(join(config.storage.dataFolder, JOURNAL_FILE));
  if (!lock.ok) return problemAnswer(lock.error);
  const path = journalKeyPath(config.storage);
  const content = readJournalKeyFile(path);
  try {
    if (content.ok) writeJournalKeyFile(path, withNextKey(content.value, life.random));
  } catch (thrown) {
    return problemAnswer({ ...fileSystemError(thrown), detail: 'the key file cannot be written: it is as it was' });
  } finally {
    lock.value.release();
  }
  if (!content.ok) return problemAnswer(content.error);
  const after = openTerminalJournal(config, life);
  if (!after.ok) return problemAnswer(after.error);
  const keys = readJournalKeyFile(path);
  const [fromKeyId, toKeyId] = [content.value.current, keys.ok ? keys.value.current : ''];
  const written = after.value.commit({ entries: [entry('service.acted', { login: cliPerson(), action: 'journal.rotateKey', target: toKeyId }), entry('key.rotated', { fromKeyId, toKeyId })] });
  after.value.close();
  if (!written.ok) return problemAnswer(written.error);
  return { json: { ok: true, fromKeyId, toKeyId }, text: `sealed with ${toKeyId} from now on; ${fromKeyId} still opens what it has sealed\nKeep a copy of ${path} elsewhere.`, exitCode: 0 };
}
