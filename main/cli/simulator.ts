import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { problemAnswer, tell } from './answer.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'simulators', 'single', 'main.ts');

export function registerSimulator(program: Command): void {
  program
    .command('simulator')
    .description('one simulated device alone, on a pseudo-terminal (HID: a socket)')
    .argument('<protocol>', 'as `qolma devices list` names it')
    .requiredOption('--link <path>', 'where a driver opens it; made, and removed at the end')
    .option('--time-factor <number>', '1 for the real times of the mechanics, 0.1 for ten times faster', '1')
    .option('--json', 'no difference: it speaks JSON lines')
    .addHelpText('after', `
One JSON object a line. The first says that it is ready. Each line of the input is a command, {"do": …}; results and what happens to the device come out.
{"do":"world"} tells where everything is, {"do":"faultBoard"} which faults there are; the rest stands in the README of the simulator.
Ends with the input or by SIGTERM.

Example
  $ echo '{"do":"world"}' | qolma simulator ccnet --link /tmp/acceptor`)
    .action(async (protocol: string, options: { readonly link: string; readonly timeFactor: string }) => {
      if (!existsSync(PROGRAM)) return tell(problemAnswer({ code: 'NOT_INSTALLED', detail: 'simulators are part of a checkout, not of an installed terminal' }), true);
      process.exitCode = await runProgram([PROGRAM, protocol, '--link', options.link, '--time-factor', options.timeFactor]);
    });
}

/** The streams are the program's own; SIGTERM and SIGINT are passed on. @returns its exit code, 1 after a signal */
function runProgram(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
