import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { terminalJournalOptions } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { silentLog } from '../foundation/log.ts';
import type { Head } from '../journal/chain-writer.ts';
import { readHeadMark } from '../journal/head-mark.ts';
import { entry } from '../journal/journal.ts';
import { lostCount, numbersToSkip, tellLoss } from '../journal/lost-end.ts';
import { openJournal, type OpenJournalOptions } from '../journal/open-journal.ts';
import { rebuildJournal } from '../journal/rebuild-journal.ts';
import type { BookDifference } from '../journal/rebuild.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { cliPerson } from './cli-person.ts';
import { configAnswer, withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { withJournal } from './journal.ts';
import { textTable } from './text-table.ts';

interface RebuildOptions extends JournalSourceOptions {
  readonly check?: boolean;
  readonly acceptLoss?: boolean;
  readonly json?: boolean;
}

export function registerRebuild(journal: Command): void {
  withJournalSource(journal.command('rebuild').description('make all tables beside the chain again from the chain; with --check only compare'))
    .option('--check', 'compare bit for bit and change nothing; also while a core runs')
    .option('--accept-loss', 'the journal is an older copy, or its end was lost, and no second copy holds the rest: go on from where it ends')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExit code 0: equal, or made again. 1: different, or not possible. Without --check the core must be stopped and --config given.\n--accept-loss leaves out a thousand receipt numbers or more and journals what is missing: restore from the second copy where there is one, and ask the bank what it has booked before the terminal goes into service.\n\nExamples\n  $ qolma journal rebuild --check --config terminal.json --json\n  $ qolma journal rebuild --config terminal.json')
    .action((options: RebuildOptions) => tell(options.check === true ? compareAnswer(options) : rebuildAnswer(options.config, options.acceptLoss === true), options.json === true));
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

/** @param isLossAccepted  where the end of the chain is lost, and there only: any other failure stays one, and nothing is skipped for nothing */
export function rebuildAnswer(configFile: string | undefined, isLossAccepted = false): Answer {
  if (configFile === undefined) return problemAnswer({ code: 'USAGE', detail: 'rebuilding writes: say --config <file>' });
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return configAnswer(loaded.error);
  const options = terminalJournalOptions(loaded.value.config, { clock: systemClock(), random: cryptoRandom(), log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true });
  if (!options.ok) return problemAnswer(options.error);
  const rebuilt = rebuildJournal({ ...options.value, isLossAccepted });
  if (!rebuilt.ok) return problemAnswer(rebuilt.error);
  const { head, isEndLost } = rebuilt.value;
  if (isEndLost) return goOn(options.value, head);
  const told = tellRebuild(options.value);
  if (told !== null) return told;
  return { json: { ok: true, entryCount: head.entryNumber }, text: `all tables made again from ${head.entryNumber} entries`, exitCode: 0 };
}

/** @returns null: who did it is in the chain */
function tellRebuild(options: OpenJournalOptions): Answer | null {
  const opened = openJournal(options);
  if (!opened.ok) return problemAnswer(opened.error);
  const written = opened.value.commit({ entries: [rebuiltBy()] });
  opened.value.close();
  return written.ok ? null : problemAnswer(written.error);
}

const rebuiltBy = () => entry('service.acted', { login: cliPerson(), action: 'journal.rebuild', target: 'tables' });

/** Says in the chain what it lacks, and gives no number twice. */
function goOn(options: OpenJournalOptions, head: Head): Answer {
  const mark = readHeadMark(options.path);
  const opened = openJournal({ ...options, tellsLoss: true });
  if (!opened.ok) return problemAnswer(opened.error);
  const journal = opened.value;
  try {
    const knownLostCount = lostCount(head.entryNumber, null, mark);
    const lastAtUtcMs = journal.entries({ limit: 1, newestFirst: true })[0]?.atUtcMs ?? 0;
    const loss = { entryCount: head.entryNumber, lastAtUtcMs, knownLostCount, stoppedBecause: 'the end of the journal was lost, and no copy holds it' };
    const written = tellLoss(journal, options.path, { by: rebuiltBy(), loss, skipped: numbersToSkip(head, { before: null, mark, sinceMs: options.clock.nowUtcMs() - lastAtUtcMs }, null) });
    if (!written.ok) return problemAnswer(written.error);
    const nextReceipt = journal.peekReceiptNumber();
    return { json: { ok: true, entryCount: head.entryNumber, knownLostCount, nextReceipt }, text: `MISSING: ${knownLostCount === null ? 'the end of the journal' : `the last ${knownLostCount} entries of the journal`}; it goes on after entry ${head.entryNumber}, receipts with ${nextReceipt}\nAsk the bank what it has booked meanwhile.`, exitCode: 0 };
  } finally {
    journal.close();
  }
}

function differenceTable(differences: readonly BookDifference[]): string {
  return textTable([{ title: 'table' }, { title: 'row' }, { title: 'is' }, { title: 'columns' }], differences.map(({ table, key, problem, columns }) => [table, key, problem, columns.join(', ')]));
}
