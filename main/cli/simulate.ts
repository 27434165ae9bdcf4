import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';

/** Worlds are simulators' knowledge: they run as a program of their own. */
const PROGRAM = resolve(import.meta.dirname, '../../simulators/world/simulate-main.ts');

interface SimulateOptions {
  readonly seed: string;
  readonly sessions: string;
  readonly faults: string;
  readonly json?: boolean;
}

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('run random customers and faults against the production code on virtual time; check every note and every tenge')
    .option('--seed <number>', 'one seed, one course', '1')
    .option('--sessions <number>', 'customers to serve', '200')
    .addOption(new Option('--faults <level>', 'what goes wrong').choices(['none', 'some', 'all']).default('some'))
    .option('--json', 'print the figures as one JSON object')
    .addHelpText('after', '\nExit codes: 0 all invariants held, 1 discrepancies (each with the line that shows it again), 64 wrong arguments.')
    .action(async (options: SimulateOptions) => {
      process.exitCode = await run(['--seed', options.seed, '--sessions', options.sessions, '--faults', options.faults, ...(options.json === true ? ['--json'] : [])]);
    });
}

/** @returns its exit code; 1 when a signal ended it */
function run(args: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
