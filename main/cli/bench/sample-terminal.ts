import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUN_FILES } from '../../contracts/run-folder.ts';
import { silentLog } from '../../foundation/log.ts';
import { createSupervisor } from '../launcher/supervisor.ts';
import { forEachLine } from '../launcher/line-prefix.ts';

const PROJECT_FOLDER = join(import.meta.dirname, '..', '..', '..');
/** What a terminal runs: the bundle, that `npm run bench` has built anew where it was stale. Without it the sources. */
const BUNDLE = join(PROJECT_FOLDER, 'dist', 'core', 'main.js');
export const CORE_PROGRAM = existsSync(BUNDLE) ? BUNDLE : join(PROJECT_FOLDER, 'main', 'cli', 'main.ts');
const READY_TIMEOUT_MS = 30_000;

export interface MeasuredCore {
  readonly pid: number;
  /** From spawning the program to its line that says ready, ms: with Node's own start, as a person waits. */
  readonly spawnToReadyMs: number;
  stop(): Promise<void>;
}

/** The sample terminal for measuring: simulated devices and bank run as in `qolma demo`, the core is started as often as wanted. */
export interface SampleTerminal {
  readonly runFolder: string;
  /** Process ids of bank and devices. */
  readonly companionPids: readonly number[];
  startCore(): Promise<MeasuredCore>;
  /** Ends everything that was started here and removes the folder. */
  stop(): Promise<void>;
}

/** @throws Error when bank, devices or configuration do not come up */
export async function startSampleTerminal(): Promise<SampleTerminal> {
  const runFolder = mkdtempSync(join(tmpdir(), 'qolma-bench-'));
  const dataFolder = join(runFolder, 'data');
  mkdirSync(dataFolder, { mode: 0o700 });
  const supervisor = createSupervisor({ log: silentLog, print: () => {} });
  const configPath = join(runFolder, 'terminal.json');
  const file = (path: string) => join(PROJECT_FOLDER, path);
  const command = process.execPath;
  const stop = async () => {
    await supervisor.stopAll();
    rmSync(runFolder, { recursive: true, force: true });
  };
  try {
    const [bankPort, upsPort] = [await freePort(), await freePort()];
    const bank = await supervisor.start({ name: 'bank', command, args: [file('simulators/bank-host/main.ts'), '--run-folder', runFolder, '--data-folder', dataFolder, '--port', String(bankPort)], restart: 'never', readyWhen: { kind: 'file', path: join(runFolder, RUN_FILES.bankAddress) } });
    const devices = await supervisor.start({ name: 'devices', command, args: [file('simulators/devices/main.ts'), '--run-folder', runFolder, '--no-workbench', '--ups-port', String(upsPort)], restart: 'never', readyWhen: { kind: 'line', pattern: /"ready":true/ } });
    const writer = await supervisor.start({ name: 'configuration', command, args: [file('simulators/terminal/write-config.ts'), '--out', configPath, '--run-folder', runFolder, '--data-folder', dataFolder, '--bank-port', String(bankPort), '--ups-port', String(upsPort)], restart: 'never' });
    await writer.ended;
    return { runFolder, companionPids: [bank.pid()!, devices.pid()!], startCore: () => startCore(command, [CORE_PROGRAM, 'run', '--config', configPath, '--json']), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startCore(command: string, args: readonly string[]): Promise<MeasuredCore> {
  const startedMs = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let lastError = '';
  forEachLine(child.stderr, (line) => { lastError = line; });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the core is not ready after ${READY_TIMEOUT_MS} ms`)), READY_TIMEOUT_MS);
    forEachLine(child.stdout, (line) => {
      if (!line.includes('"ready":true')) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the core ended with code ${code} before it was ready: ${lastError}`));
    });
  });
  return { pid: child.pid!, spawnToReadyMs: performance.now() - startedMs, stop: () => stopChild(child) };
}

function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  child.kill('SIGTERM');
  return new Promise((resolve) => child.once('exit', () => resolve()));
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
