import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Command } from 'commander';

const PROGRAM = resolve(import.meta.dirname, '../../simulators/world/scenario/main.ts');

interface ScenarioOptions {
  readonly json?: boolean;
  readonly keep?: string;
  readonly list?: boolean;
  readonly schema?: boolean;
}

export function registerScenario(program: Command): void {
  program
    .command('scenario')
    .description('play a scripted customer against a complete terminal on simulators, without a window')
    .argument('[name|file]', 'one of --list, or a scenario file')
    .option('--json', 'one JSON object: screens, cash, receipts, messages, refusal, problems')
    .option('--keep <folder>', 'leave journal, log, messages, receipts, time-line and the simulators\' truth there')
    .option('--list', 'names of the scenarios that come with Qolma')
    .option('--schema', 'JSON Schema of a scenario file')
    .addHelpText('after', '\nExit codes: 0 everything as the scenario expects and every note accounted for, 1 not, 64 no such scenario or a wrong file.')
    .action((fileOrName: string | undefined, options: ScenarioOptions) => runProgram(argumentsOf(fileOrName, options)));
}

function argumentsOf(fileOrName: string | undefined, options: ScenarioOptions): readonly string[] {
  return [
    ...(options.json === true ? ['--json'] : []),
    ...(options.list === true ? ['--list'] : []),
    ...(options.schema === true ? ['--schema'] : []),
    ...(options.keep === undefined ? [] : ['--keep', options.keep]),
    ...(fileOrName === undefined ? [] : ['--', fileOrName]),
  ];
}

/** Simulators are programs, never imported here; its output and exit code are ours. */
function runProgram(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
