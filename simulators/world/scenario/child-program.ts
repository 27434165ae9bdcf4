import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../main/foundation/clock.ts';

/** Compiled sources of the simulators are kept beside those of the core (`main/cli/main.ts`): a visit starts three programs. */
const COMPILE_CACHE = join(import.meta.dirname, '../../../.runtime/compile-cache');
const SETPRIV = '/usr/bin/setpriv';
const STOP_GRACE_MS = 15_000;
const ERROR_TEXT_LENGTH_MAX = 2_000;

export interface ChildProgram {
  readonly name: string;
  /** Ended although nobody had asked it to: how, with the end of what it wrote to the error stream. */
  diedOfItself(): string | null;
  /** Its exit code; -1 after a signal. Never when it was asked to end. */
  readonly endedByItself: Promise<number>;
  /** SIGSTOP: it is there and does nothing. */
  freeze(): void;
  /** SIGCONT: it goes on, and finds that time has passed. */
  thaw(): void;
  /** SIGTERM, SIGKILL after 5 s. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut of this one process. */
  kill(): Promise<void>;
}

/**
 * One program of the terminal, started by this Node with one script. On Linux the kernel ends it when we die, whatever we die of: no orphan
 * keeps a port or a journal.
 */
export function startProgram(options: { readonly name: string; readonly args: readonly string[]; readonly clock: Clock; readonly environment?: Readonly<Record<string, string>> }): ChildProgram {
  const { name, args, clock } = options;
  const [command, commandArgs] = canTieToParent() ? [SETPRIV, ['--pdeathsig', 'KILL', '--', process.execPath, ...args]] : [process.execPath, [...args]];
  const child = spawn(command, commandArgs, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...options.environment, NODE_COMPILE_CACHE: COMPILE_CACHE } });
  const state = { errorText: '', death: null as string | null, isWanted: true };
  child.stderr?.on('data', (chunk: Buffer) => {
    state.errorText = (state.errorText + chunk.toString('utf8')).slice(-ERROR_TEXT_LENGTH_MAX);
  });
  const own = Promise.withResolvers<number>();
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      state.death = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (state.isWanted) {
        state.death = `${name} ended by itself (${signal ?? `code ${code}`}) ${state.errorText}`.trim();
        own.resolve(code ?? -1);
      }
      resolve();
    });
  });
  return {
    name,
    diedOfItself: () => state.death,
    endedByItself: own.promise,
    freeze: () => send(child, 'SIGSTOP'),
    thaw: () => send(child, 'SIGCONT'),
    stop: async () => {
      state.isWanted = false;
      send(child, 'SIGTERM');
      const timer = clock.setTimeout(() => send(child, 'SIGKILL'), STOP_GRACE_MS);
      await ended;
      clock.clearTimeout(timer);
    },
    kill: async () => {
      state.isWanted = false;
      send(child, 'SIGKILL');
      await ended;
    },
  };
}

function send(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

function canTieToParent(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    accessSync(SETPRIV, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
