import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';

/** Worlds are simulators' knowledge: they run as a program of their own. */
const PROGRAM = resolve(import.meta.dirname, '../../simulators/world/simulate-main.ts');

/** A session leaves much that is never used again: with the small default half of it is copied around before it is dropped. */
const YOUNG_SPACE = '--max-semi-space-size=32';

interface SimulateOptions {
  readonly seed: string;
  readonly sessions: string;
  readonly faults: string;
  readonly shrink?: boolean;
  readonly keepSessions?: string;
  readonly keepFaults?: string;
  readonly plant?: string;
  readonly hardware?: string;
  readonly threads?: string;
  readonly seconds?: string;
  readonly json?: boolean;
}

const PASSED_ON = { keepSessions: '--keep-sessions', keepFaults: '--keep-faults', plant: '--plant', hardware: '--hardware', threads: '--threads', seconds: '--seconds' } as const;

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('run random customers and faults against the production code on virtual time; check every note and every tenge')
    .option('--seed <number>', 'one seed, one course', '1')
    .option('--sessions <number>', 'customers to serve', '200')
    .addOption(new Option('--faults <level>', 'what goes wrong').choices(['none', 'some', 'all']).default('some'))
    .option('--shrink', 'look for the fewest sessions and faults that still show a discrepancy')
    .option('--seconds <number>', 'begin no new world after so long')
    .option('--threads <number>', 'worlds at the same time; left out: one for each processor')
    .option('--keep-sessions <numbers>', 'one world, only these of its sessions: 3,7')
    .option('--keep-faults <ids>', 'one world, only these of its faults: 3.0,7.2, or none')
    .option('--plant <mistake>', 'with a planted mistake of `npm run sim:selftest`')
    .addOption(new Option('--hardware <name>', 'of every world: acceptor and LCDM, acceptor and F53, two cassettes of one denomination in it, a recycler alone, both, another recycler (ID003, Bill-to-Bill, behind a service) alone, a dispenser behind a service, another acceptor (ID003, EBDS, SSP, eSSP, behind a service) and an LCDM-4000 or F53, coins and one or two hoppers beside, with an I/O board and a UPS (place); left out: by the seed').choices(['lcdm', 'f53', 'f53+twins', 'recycler', 'recycler+lcdm', 'id003-recycler', 'bill-to-bill', 'xfs-recycler', 'xfs-dispenser', 'id003+lcdm4000', 'ebds+lcdm4000', 'ssp+f53', 'essp+lcdm4000', 'xfs-acceptor+lcdm', 'lcdm+coins', 'lcdm+hoppers', 'recycler+coins', 'lcdm+place', 'f53+place', 'recycler+place', 'hoppers+place']))
    .option('--json', 'print the figures as one JSON object')
    .addHelpText('after', '\nExit codes: 0 all invariants held, 1 discrepancies (each with the line that shows it again), 64 wrong arguments.')
    .action(async (options: SimulateOptions) => {
      const passedOn = Object.entries(PASSED_ON).flatMap(([name, flag]) => {
        const value = options[name as keyof typeof PASSED_ON];
        return value === undefined ? [] : [`${flag}=${value}`];
      });
      process.exitCode = await run([`--seed=${options.seed}`, `--sessions=${options.sessions}`, `--faults=${options.faults}`, ...passedOn, ...(options.shrink === true ? ['--shrink'] : []), ...(options.json === true ? ['--json'] : [])]);
    });
}

/** @returns its exit code; 1 when a signal ended it */
function run(args: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [YOUNG_SPACE, PROGRAM, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
