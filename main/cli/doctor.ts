import type { Command } from 'commander';
import { EXIT_CONFIG, loadConfig } from '../core/process/load-config.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { tell } from './answer.ts';
import { good, wrong, type Check } from './doctor/check.ts';
import { machineChecks } from './doctor/machine-checks.ts';
import { terminalChecks } from './doctor/terminal-checks.ts';
import { textTable } from './text-table.ts';

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what is present, what is wrong, what to do about it')
    .option('--config <file>', 'look at this terminal too: keys, ports, bank, journal, core')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nChanges nothing, and may run beside a core. "note" marks what the core does not need.\nExit codes: 0 nothing needed is wrong, 1 something is, 78 the configuration is.\n\nExamples\n  $ qolma doctor\n  $ qolma doctor --config /etc/qolma/terminal.json --json')
    .action(async (options: { readonly config?: string; readonly json?: boolean }) => tell(await doctorAnswer(options.config), options.json === true));
}

/** @param configFile  undefined: the machine alone */
export async function doctorAnswer(configFile: string | undefined): Promise<Answer> {
  const nowUtcMs = systemClock().nowUtcMs();
  const machine = await machineChecks(nowUtcMs);
  if (configFile === undefined) return answerOf(machine, 1);
  const loaded = loadConfig(configFile);
  if (!loaded.ok) {
    const problems = loaded.error.map((problem) => wrong(`configuration ${problem.path}`, problem.found, `expected: ${problem.expected}`));
    return answerOf([...machine, ...problems], EXIT_CONFIG);
  }
  const configured = good('configuration', `terminal ${loaded.value.config.terminal.terminalId}, ${Object.keys(loaded.value.config.devices).length} devices`);
  return answerOf([...machine, configured, ...(await terminalChecks(loaded.value.config, nowUtcMs))], 1);
}

export function answerOf(checks: readonly Check[], exitCodeWhenWrong: 1 | typeof EXIT_CONFIG): Answer {
  const wrongCount = checks.filter((check) => !check.ok && check.isNeeded).length;
  const rows = checks.map((check) => [check.ok ? 'ok' : check.isNeeded ? 'WRONG' : 'note', check.check, check.found, check.remedy ?? '']);
  const summary = wrongCount === 0 ? 'nothing needed is wrong' : `${wrongCount} wrong`;
  return {
    json: { ok: wrongCount === 0, wrongCount, checks },
    text: `${textTable([{ title: '' }, { title: 'check' }, { title: 'found', widthMax: 80 }, { title: 'what to do' }], rows)}\n\n${summary}`,
    exitCode: wrongCount === 0 ? 0 : exitCodeWhenWrong,
  };
}
