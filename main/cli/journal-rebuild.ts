import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { terminalJournalOptions } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { silentLog } from '../foundation/log.ts';
import { rebuildJournal } from '../journal/open-journal.ts';
import type { BookDifference } from '../journal/rebuild.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { configAnswer, withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { withJournal } from './journal.ts';
import { textTable } from './text-table.ts';

interface RebuildOptions extends JournalSourceOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

export function registerRebuild(journal: Command): void {
  withJournalSource(journal.command('rebuild').description('make all tables beside the chain again from the chain; with --check only compare'))
    .option('--check', 'compare bit for bit and change nothing; also while a core runs')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExit code 0: equal, or made again. 1: different, or not possible. Without --check the core must be stopped and --config given.\n\nExamples\n  $ qolma journal rebuild --check --config terminal.json --json\n  $ qolma journal rebuild --config terminal.json')
    .action((options: RebuildOptions) => tell(options.check === true ? compareAnswer(options) : rebuildAnswer(options.config), options.json === true));
}

/** @returns exit code 1 with the first differences when a table is not what the chain tells */
export function compareAnswer(options: JournalSourceOptions): Answer {
  return withJournal(options, (journal) => {
    const differences = journal.compareBooks();
    const json = { ok: differences.length === 0, differences };
    if (differences.length === 0) return { json, text: 'every table is what the chain tells, bit for bit', exitCode: 0 };
    return { json, text: `${differenceTable(differences)}\n\nThe chain is the law: check it (qolma journal verify), stop the core, then qolma journal rebuild.`, exitCode: 1 };
  });
}

export function rebuildAnswer(configFile: string | undefined): Answer {
  if (configFile === undefined) return problemAnswer({ code: 'USAGE', detail: 'rebuilding writes: say --config <file>' });
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return configAnswer(loaded.error);
  const options = terminalJournalOptions(loaded.value.config, { clock: systemClock(), random: cryptoRandom(), log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true });
  if (!options.ok) return problemAnswer(options.error);
  const rebuilt = rebuildJournal(options.value);
  if (!rebuilt.ok) return problemAnswer(rebuilt.error);
  const { entryCount } = rebuilt.value;
  return { json: { ok: true, entryCount }, text: `all tables made again from ${entryCount} entries`, exitCode: 0 };
}

function differenceTable(differences: readonly BookDifference[]): string {
  return textTable([{ title: 'table' }, { title: 'row' }, { title: 'is' }, { title: 'columns' }], differences.map(({ table, key, problem, columns }) => [table, key, problem, columns.join(', ')]));
}
