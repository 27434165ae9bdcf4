import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../contracts/config.ts';
import { adoptPolicy, policyProblem } from '../core/keeping/adopt-policy.ts';
import { JOURNAL_FILE } from '../core/process/data-files.ts';
import { openTerminalJournal } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { retentionSource } from '../core/process/retention-source.ts';
import { silentLog } from '../foundation/log.ts';
import { entry } from '../journal/journal.ts';
import { openJournalForReading } from '../journal/open-journal.ts';
import { finishPurge, newestPolicy, planPurge } from '../journal/purge-run.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { cliPerson } from './cli-person.ts';
import { configAnswer } from './journal-source.ts';
import { textTable } from './text-table.ts';

interface PurgeOptions {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function registerPurge(journal: Command): void {
  journal
    .command('purge')
    .description('let go of what the bank’s retention policy no longer keeps; tombstones keep the chain provable')
    .requiredOption('--config <file>', 'configuration of the terminal')
    .option('--dry-run', 'only count what would go, class by class; also while a core runs')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nA running core does it by itself while nobody is served. What belongs to an open operation, an open suspense item or an unsent message always stays.\n\nExamples\n  $ qolma journal purge --config terminal.json --dry-run\n  $ qolma journal purge --config terminal.json --json')
    .action((options: PurgeOptions) => tell(purgeAnswer(options), options.json === true));
}

/** @returns exit code 1 without a policy of the bank, and while a core holds the journal */
export function purgeAnswer({ config: configFile, dryRun = false }: Pick<PurgeOptions, 'config' | 'dryRun'>): Answer {
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return configAnswer(loaded.error);
  return dryRun ? planAnswer(loaded.value.config) : takeAnswer(loaded.value.config);
}

const NO_POLICY = { code: 'NO_POLICY', detail: 'there is no retention policy of the bank (storage.retentionPolicyFile): nothing is ever purged without one' };

function planAnswer(config: Config): Answer {
  const offered = retentionSource(config)();
  if (offered !== null && !offered.ok) return problemAnswer({ code: 'POLICY_REFUSED', detail: offered.error });
  const opened = openJournalForReading(join(config.storage.dataFolder, JOURNAL_FILE));
  if (!opened.ok) return problemAnswer(opened.error);
  try {
    const { database } = opened.value;
    const problem = offered === null ? null : policyProblem(offered.value, config.terminal.terminalId, newestPolicy(database));
    if (problem !== null) return problemAnswer({ code: 'POLICY_REFUSED', detail: problem });
    const plan = planPurge(database, systemClock().nowUtcMs(), offered?.value.signed.policy);
    if (plan === null) return problemAnswer(NO_POLICY);
    const rows = plan.classes.map(({ classId, keepDays, entryCount, keptCount }) => [classId, String(keepDays), String(entryCount), String(keptCount)]);
    const table = textTable([{ title: 'class' }, { title: 'keep days', align: 'right' }, { title: 'would go', align: 'right' }, { title: 'old, but kept', align: 'right' }], rows);
    return { json: { ok: true, dryRun: true, ...plan }, text: `policy ${plan.policyId}, version ${plan.version}\n\n${table}\n\nNothing was changed.`, exitCode: 0 };
  } finally {
    opened.value.close();
  }
}

function takeAnswer(config: Config): Answer {
  const [clock, random] = [systemClock(), cryptoRandom()];
  const opened = openTerminalJournal(config, { clock, random, log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true });
  if (!opened.ok) return problemAnswer({ ...opened.error, detail: `${opened.error.detail}; a running core purges by itself` });
  const journal = opened.value;
  try {
    const offered = retentionSource(config)();
    const adopted = offered === null || !offered.ok ? offered : adoptPolicy(journal, offered.value, config.terminal.terminalId);
    if (adopted !== null && !adopted.ok) return problemAnswer({ code: 'POLICY_REFUSED', detail: adopted.error });
    const run = journal.beginPurge();
    if (run === null) return problemAnswer(NO_POLICY);
    const told = journal.commit({ entries: [entry('service.acted', { login: cliPerson(), action: 'journal.purge', target: config.terminal.terminalId })] });
    if (!told.ok) return problemAnswer(told.error);
    const done = finishPurge(run);
    if (!done.ok) return problemAnswer(done.error);
    const { purgedCount, keptCount } = done.value;
    return { json: { ok: true, dryRun: false, purgedCount, keptCount }, text: `${purgedCount} entries gave way to tombstones, ${keptCount} old ones were kept`, exitCode: 0 };
  } finally {
    journal.close();
  }
}
