import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { RUN_FILES } from '../contracts/run-folder.ts';
import { CASH_MS_MAX } from '../core/guards/power-close.ts';
import { createFileLog } from '../system/file-log.ts';
import { systemClock } from '../system/system-clock.ts';
import { shellCommand } from './launcher/shell-command.ts';
import { createSupervisor } from './launcher/supervisor.ts';
import type { Supervisor } from './launcher/supervisor.ts';

const PROJECT_FOLDER = resolve(import.meta.dirname, '../..');
/** Compiled sources of the simulators are kept beside those of the core. */
const COMPILE_CACHE = join(PROJECT_FOLDER, '.runtime', 'compile-cache');
const CONFIG_FILE = 'terminal.json';
/** After cash has come to rest: devices, line and journal are closed. */
const CLOSING_MS = 15_000;

interface DemoOptions {
  readonly shell?: boolean;
  readonly profile?: string;
  readonly data?: string;
  readonly timeFactor: string;
  readonly workbenchPort?: string;
  readonly recycler?: string;
  readonly coins?: string;
}

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('a whole terminal on simulators: devices, bank, core, workbench and, with --shell, the kiosk window')
    .option('--shell', 'open the kiosk window (needs a display); without it the workbench page shows the customer screens')
    .option('--profile <name>', 'portrait, landscape or compact')
    .option('--data <folder>', 'keep journal, logs and the bank there; otherwise everything is gone afterwards')
    .option('--time-factor <number>', 'how fast the simulated devices are: 1 real, 0.1 ten times faster', '1')
    .option('--workbench-port <port>', 'port of the workbench page on loopback')
    .option('--recycler <protocol>', 'a recycler in place of the note acceptor: ssp-smart-payout, ccnet-bill-to-bill or id003-recycler')
    .option('--coins <value>:<count>', 'a coin acceptor, and a hopper with so many coins of so many tenge: 100:200')
    .addHelpText('after', '\nThis is what `npm start` runs. Ctrl-C stops everything it started.')
    .action((options: DemoOptions) => demo(options));
}

async function demo(options: DemoOptions): Promise<void> {
  const clock = systemClock();
  const startedMs = clock.monotonicMs();
  const log = createFileLog({ path: null, clock, level: 'warn' });
  // Sockets need a short path; the folder is ours alone (0700).
  const runFolder = mkdtempSync(join(tmpdir(), 'qolma-'));
  const dataFolder = options.data === undefined ? join(runFolder, 'data') : resolve(options.data);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const supervisor = createSupervisor({ log, clock });
  const cleanUp = () => {
    keepSampleKeys(runFolder);
    rmSync(runFolder, { recursive: true, force: true });
  };
  supervisor.stopOnSignals(() => {
    cleanUp();
    process.exit(0);
  });
  try {
    takeSampleKeys(runFolder);
    await startAll(supervisor, { ...options, runFolder, dataFolder });
    process.stdout.write(`\nQolma is up after ${((clock.monotonicMs() - startedMs) / 1000).toFixed(1)} s.\n  Workbench: ${workbenchUrl(runFolder)}\n  ${options.shell === true ? 'The kiosk window is open.' : 'Customer screens: in the workbench page.'} Ctrl-C stops everything.\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await supervisor.stopAll();
    cleanUp();
    process.exit(1);
  }
}

async function startAll(supervisor: Supervisor, options: DemoOptions & { readonly runFolder: string; readonly dataFolder: string }): Promise<void> {
  const { runFolder, dataFolder, timeFactor } = options;
  const extraArgs = [...(options.recycler === undefined ? [] : ['--recycler', options.recycler]), ...(options.coins === undefined ? [] : ['--coins', options.coins])];
  const node = process.execPath;
  const [bankPort, upsPort] = [await freePort(), await freePort()];
  const program = (file: string) => join(PROJECT_FOLDER, file);
  const env = { NODE_COMPILE_CACHE: COMPILE_CACHE };
  // The core is this program once more: from the bundle when we are. The bank makes the sample keys that the core needs; the devices need nobody.
  const bank = supervisor.start({
    name: 'bank', command: node, args: [program('simulators/bank-host/main.ts'), '--run-folder', runFolder, '--data-folder', dataFolder, '--port', String(bankPort)],
    env, restart: 'always', readyWhen: { kind: 'file', path: join(runFolder, RUN_FILES.bankAddress) },
  });
  const devices = supervisor.start({
    name: 'devices', command: node,
    args: [program('simulators/devices/main.ts'), '--run-folder', runFolder, '--time-factor', timeFactor, '--ups-port', String(upsPort), ...extraArgs, ...(options.workbenchPort === undefined ? [] : ['--workbench-port', options.workbenchPort])],
    env, restart: 'always', readyWhen: { kind: 'line', pattern: /"ready":true/ },
  });
  const configPath = join(runFolder, CONFIG_FILE);
  await Promise.all([writeConfig(supervisor, { node, configPath, runFolder, dataFolder, bankPort, upsPort, extraArgs }), bank, devices]);
  await supervisor.start({ name: 'core', command: node, args: [process.argv[1]!, 'run', '--config', configPath], restart: 'always', readyWhen: { kind: 'line', pattern: /core ready/ }, stopGraceMs: CASH_MS_MAX + CLOSING_MS });
  if (options.shell === true) {
    const { command, args, env } = shellCommand({ runFolder, ...(options.profile === undefined ? {} : { profile: options.profile as 'portrait' }) });
    await supervisor.start({ name: 'shell', command, args, env, restart: 'always' });
  }
}

/** The sample configuration is the simulators' knowledge; they write it. */
async function writeConfig(supervisor: Supervisor, options: { readonly node: string; readonly configPath: string; readonly runFolder: string; readonly dataFolder: string; readonly bankPort: number; readonly upsPort: number; readonly extraArgs: readonly string[] }): Promise<void> {
  const { node, configPath, runFolder, dataFolder, bankPort, upsPort, extraArgs } = options;
  const writer = await supervisor.start({
    name: 'configuration', command: node,
    args: [join(PROJECT_FOLDER, 'simulators/terminal/write-config.ts'), '--out', configPath, '--run-folder', runFolder, '--data-folder', dataFolder, '--bank-port', String(bankPort), '--ups-port', String(upsPort), ...extraArgs],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE }, restart: 'never',
  });
  await writer.ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
}

function workbenchUrl(runFolder: string): string {
  const path = join(runFolder, RUN_FILES.workbenchAddress);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { url: string }).url : '(no page)';
}

/** Sample keys are made once per clone, not once per start. */
const SAMPLE_KEYS = join(PROJECT_FOLDER, '.runtime', 'sample-keys');

function takeSampleKeys(runFolder: string): void {
  copyAll(SAMPLE_KEYS, join(runFolder, RUN_FILES.pki));
}

function keepSampleKeys(runFolder: string): void {
  if (!existsSync(SAMPLE_KEYS)) copyAll(join(runFolder, RUN_FILES.pki), SAMPLE_KEYS);
}

function copyAll(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const file of readdirSync(from)) copyFileSync(join(from, file), join(to, file));
}
