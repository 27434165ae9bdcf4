import type { Command } from 'commander';
import { EXIT_CONFIG, loadConfig, problemLines } from '../core/process/load-config.ts';
import { SOFTWARE_VERSION } from './version.ts';

interface RunOptions {
  readonly config: string;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly logToStderr?: boolean;
  readonly json?: boolean;
}

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run the core of a terminal until it is told to stop')
    .requiredOption('--config <file>', 'configuration of the terminal')
    .option('--log-level <level>', 'error, warn, info or debug', 'info')
    .option('--log-to-stderr', 'log to the error stream instead of the data folder')
    .option('--json', 'print what happens as JSON lines')
    .addHelpText('after', '\nPrints one line when it is ready. Exit codes: 0 stopped, 1 failed, 78 wrong configuration (each wrong field is named).')
    .action(async (options: RunOptions) => {
      const loaded = loadConfig(options.config);
      if (!loaded.ok) {
        process.stderr.write(options.json === true ? `${JSON.stringify({ ok: false, problems: loaded.error })}\n` : `${problemLines(loaded.error)}\n`);
        process.exitCode = EXIT_CONFIG;
        return;
      }
      // The core is loaded only now: a wrong configuration is told at once.
      const { runCore } = await import('../core/process/run-core.ts');
      const core = await runCore(loaded.value, { softwareVersion: SOFTWARE_VERSION, logLevel: options.logLevel, logToStderr: options.logToStderr === true });
      process.stdout.write(options.json === true ? `${JSON.stringify({ ready: true, readyAfterMs: core.readyAfterMs })}\n` : `core ready after ${core.readyAfterMs} ms\n`);
      let isStopping = false;
      const stop = () => {
        if (isStopping) return;
        isStopping = true;
        void core.stop().then(() => process.exit(0));
      };
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
      try {
        await core.started;
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        process.stderr.write(options.json === true ? `${JSON.stringify({ ok: false, problem: { code: 'CFG_INVALID', detail } })}\n` : `the core cannot start: ${detail}\n`);
        await core.stop();
        process.exit(1);
      }
    });
}
