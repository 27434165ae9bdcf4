import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT_CONFIG, loadConfig, problemLines } from '../core/process/load-config.ts';
import type { RunningCore } from '../core/process/run-core.ts';
import { EXIT_DISK, EXIT_HELD, EXIT_POWER, StartError, startFailureOf } from '../core/process/start-error.ts';
import type { ErrorCode } from '../foundation/error-catalogue.ts';
import { JournalUnreadable } from '../journal/journal-unreadable.ts';
import { SOFTWARE_VERSION } from './version.ts';

interface RunOptions {
  readonly config: string;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly logToStderr?: boolean;
  readonly json?: boolean;
  readonly trace?: string;
}

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run the core of a terminal until it is told to stop')
    .requiredOption('--config <file>', 'configuration of the terminal')
    .option('--log-level <level>', 'error, warn, info or debug', 'info')
    .option('--log-to-stderr', 'log to the error stream instead of the data folder')
    .option('--trace <folder>', 'record what passes on the lines of the devices, card data masked; at most 16 MB a device')
    .option('--json', 'print what happens as JSON lines')
    .addHelpText('after', '\nPrints one line when it is ready. SIGTERM or SIGINT stops it, while cash moves when it has come to rest, at the latest after 75 s; a second one at once. Exit codes: 0 stopped, 1 failed, 69 the battery of the UPS is nearly empty and the terminal closed in order (start it again: it waits for mains), 74 the disk of the journal failed (start it again: the new core believes only what it can read), 75 another core runs here already, 78 wrong configuration (each wrong field is named).\nA failed start tells its code, which the technician\'s handbook explains.')
    .action(async (options: RunOptions) => {
      const loaded = loadConfig(options.config);
      if (!loaded.ok) {
        process.stderr.write(options.json === true ? `${JSON.stringify({ ok: false, problems: loaded.error })}\n` : `${problemLines(loaded.error)}\n`);
        process.exitCode = EXIT_CONFIG;
        return;
      }
      // The core is loaded only now: a wrong configuration is told at once.
      const { runCore } = await import('../core/process/run-core.ts');
      const fail = (error: unknown) => {
        const problem = startFailureOf(error);
        process.stderr.write(options.json === true ? `${JSON.stringify({ ok: false, problem })}\n` : `${problem.code} the core cannot start: ${problem.detail}\n`);
      };
      let core: RunningCore;
      try {
        core = await runCore(loaded.value, {
          softwareVersion: SOFTWARE_VERSION, logLevel: options.logLevel, logToStderr: options.logToStderr === true,
          ...(options.trace === undefined ? {} : { traceFolder: resolve(options.trace) }),
        });
      } catch (error) {
        fail(error);
        process.exit(exitCodeOf(startFailureOf(error).code)); // lines that are open already would keep the process alive
      }
      process.stdout.write(options.json === true ? `${JSON.stringify({ ready: true, readyAfterMs: core.readyAfterMs })}\n` : `core ready after ${core.readyAfterMs} ms\n`);
      let isStopping = false;
      const stop = () => {
        if (isStopping) return;
        isStopping = true;
        void core.stop().then(() => process.exit(0));
      };
      let isAsked = false;
      const stopAtRest = () => {
        if (isAsked) return stop();
        isAsked = true;
        void core.cashRests().then(stop);
      };
      const giveUp = (code: ErrorCode, detail: string) => {
        if (isStopping) return;
        isStopping = true;
        fail(new StartError(code, detail));
        void core.stop().finally(() => process.exit(exitCodeOf(code)));
      };
      void core.givenUp.then(({ code, detail }) => giveUp(code, detail));
      // A question to a file that cannot be read any more ends what asked it; with nobody to answer, the process.
      process.on('uncaughtException', (error) => {
        if (error instanceof JournalUnreadable) return giveUp(error.error.code, error.error.detail);
        process.stderr.write(`${error.stack ?? error.message}\n`);
        process.exit(1);
      });
      process.on('SIGTERM', stopAtRest);
      process.on('SIGINT', stopAtRest);
      try {
        await core.started;
      } catch (error) {
        fail(error);
        await core.stop();
        process.exit(1);
      }
    });
}

function exitCodeOf(code: ErrorCode): number {
  if (code === 'JNL_HELD') return EXIT_HELD;
  if (code === 'SIU_BATTERY_LOW') return EXIT_POWER;
  return code === 'JNL_DISK_FAILED' || code === 'JNL_PAGE_DAMAGED' || code === 'JNL_BOOKS_DIFFER' || code === 'JNL_CORRUPT' ? EXIT_DISK : 1;
}
