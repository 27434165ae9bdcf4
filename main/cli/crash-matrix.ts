import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { problemAnswer, tell } from './answer.ts';

const PROGRAM = resolve(import.meta.dirname, '../../simulators/world/crash/main.ts');
const PASSED_ON = ['operations', 'hostFaults', 'deviceFaults', 'hardware', 'messages', 'deaths', 'from', 'then', 'point', 'step', 'runs', 'seconds', 'jobs', 'seed', 'plant'] as const;
const FLAGS = ['virtual', 'full', 'twice', 'crossed', 'json'] as const;

type CrashMatrixOptions = Readonly<Partial<Record<(typeof PASSED_ON)[number], string>>> & Readonly<Partial<Record<(typeof FLAGS)[number], boolean>>>;

const HELP = `
Without --virtual: the real core process with real SQLite, pseudo-terminals and a bank of its own for each run; it dies before and after each durable
step, during each sync (powerCut) and after the first, middle and last byte of each command to acceptor and dispenser (--full: after every byte).
With --virtual: the same core in this process on virtual time, hundreds of times faster: every durable step, every byte both ways, all faults of the bank;
points of which another run is known to show the same are left out (--full: none). Both print what is known and what was covered.
  qolma crash-matrix --virtual --json                                   all faults of the bank and of the boards, about a quarter of an hour on two cores
  qolma crash-matrix --virtual --host-faults none                       every step and byte, two minutes on two cores
  qolma crash-matrix --virtual --host-faults none --step 20             a share, as npm test runs one
  qolma crash-matrix --json                                             real processes, hours
Exit codes: 0 no discrepancy, 1 some (each with the line that shows it again), 64 wrong arguments.`;

export function registerCrashMatrix(program: Command): void {
  program
    .command('crash-matrix')
    .description('kill the core at each durable step and between the bytes of each operation; compare notes, journal and bank after its restart')
    .option('--virtual', 'in virtual time, in this process')
    .option('--full', 'one run for every point')
    .option('--operations <codes>', 'op-01,op-05,op-10; left out: all')
    .option('--host-faults <faults>', 'none,silence,cutAfter,lostRequest,wrongSignature … of a message that moves money; left out: these, with --virtual all of the bank')
    .option('--device-faults <faults>', 'virtual: boards (powerCut@note#2,replyLost@reply:45,hopper:restart@coin#1 …), lines (hangs:toHost:2850@intent.stack+470 …), hands (spare:4000@intent.stack+450 …; days of points, a share with --step), away (away:unplug:4000@intent.stack+450 …), calls (end, cutOver @ …), place (key@intent.stack+450 …), disk (full:4:3@acceptor.enabled+0 …), staff (staff:collect …), config (leftOut:acceptor …), all, or some by their names; two in one visit: boards/staff; left out: boards, unless the bank\'s are named')
    .option('--crossed', 'virtual: each of the bank\'s faults with each of a device\'s, in one visit')
    .option('--hardware <names>', 'virtual: lcdm,f53,recycler,lcdm+coins … as `qolma simulate --help` names them', 'lcdm')
    .option('--messages <names>', 'only faults of these messages: cash.withdraw.complete')
    .option('--deaths <kinds>', 'kill,powerCut (what was not synced is lost or torn),failedSync (with --virtual: a sync fails, the core gives up when nobody is served); left out: all')
    .option('--from <number>', 'first point')
    .option('--twice', 'virtual: the core dies a second time, at each durable step and command of its recovery')
    .option('--then <number>', 'virtual: with --from, the point of the recovery at which it dies again')
    .option('--point <name>', 'one point of real processes, as a repeat line names it')
    .option('--step <number>', 'distance between points, for a share', '1')
    .option('--runs <number>', 'runs of each combination at most; left out: until no new point remains')
    .option('--seconds <number>', 'begin no new run after so long')
    .option('--jobs <number>', 'runs at the same time; left out: one for each processor')
    .option('--seed <number>', 'what a power cut leaves of the last sync', '1')
    .option('--plant <mistake>', 'virtual: with a planted mistake of `npm run sim:selftest`, which must be found')
    .option('--json', 'one JSON object: points, covered, runs, exhausted, cells, discrepancies, seconds')
    .addHelpText('after', HELP)
    .action(async (options: CrashMatrixOptions) => {
      if (!existsSync(PROGRAM)) return tell(problemAnswer({ code: 'NOT_INSTALLED', detail: 'simulators are part of a checkout, not of an installed terminal' }), true);
      const passedOn = PASSED_ON.flatMap((name) => {
        const value = options[name];
        return value === undefined ? [] : [`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${value}`];
      });
      // The core is started as this program was: from its bundle, when there is one.
      const core = process.argv[1] === undefined ? [] : ['--core', resolve(process.argv[1])];
      process.exitCode = await run([...passedOn, ...FLAGS.filter((flag) => options[flag] === true).map((flag) => `--${flag}`), ...core]);
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
