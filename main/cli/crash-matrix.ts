import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { problemAnswer, tell } from './answer.ts';

const PROGRAM = resolve(import.meta.dirname, '../../simulators/world/crash/main.ts');
const PASSED_ON = ['operations', 'hostFaults', 'deaths', 'from', 'step', 'runs', 'seconds', 'seed'] as const;

type CrashMatrixOptions = Readonly<Partial<Record<(typeof PASSED_ON)[number], string>>> & { readonly json?: boolean };

export function registerCrashMatrix(program: Command): void {
  program
    .command('crash-matrix')
    .description('kill the real core process at each durable step and device command of each operation; compare notes, journal and bank after its restart')
    .option('--operations <codes>', 'op-01,op-05,op-10; left out: all')
    .option('--host-faults <faults>', 'none,silence,cutAfter,lostRequest,wrongSignature of the money message; left out: all')
    .option('--deaths <kinds>', 'kill,powerCut (what was not synced is lost or torn); left out: both')
    .option('--from <point>', 'first point', '1')
    .option('--step <number>', 'distance between points, for a share', '1')
    .option('--runs <number>', 'runs of each combination at most; left out: until no new point remains')
    .option('--seconds <number>', 'begin no new run after so long')
    .option('--seed <number>', 'what a power cut leaves of the last sync', '1')
    .option('--json', 'one JSON object: points, runs, exhausted, discrepancies')
    .addHelpText('after', '\nReal SQLite, real pseudo-terminals, a bank of its own: about ten seconds a run, an hour or two for everything.\nExit codes: 0 no discrepancy, 1 some (each with the line that shows it again), 64 wrong arguments.')
    .action(async (options: CrashMatrixOptions) => {
      if (!existsSync(PROGRAM)) return tell(problemAnswer({ code: 'NOT_INSTALLED', detail: 'simulators are part of a checkout, not of an installed terminal' }), true);
      const passedOn = PASSED_ON.flatMap((name) => {
        const value = options[name];
        return value === undefined ? [] : [`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value];
      });
      process.exitCode = await run([...passedOn, ...(options.json === true ? ['--json'] : [])]);
    });
}

/** Its output is ours; SIGINT and SIGTERM are passed on. @returns its exit code, 1 after a signal */
function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.once('error', () => done(1));
    child.once('exit', (code) => done(code ?? 1));
  });
}
