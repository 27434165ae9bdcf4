import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const SETPRIV = '/usr/bin/setpriv';

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches only us and stopping it takes its children along.
 * On Linux the kernel ends it with SIGTERM when we die, even by SIGKILL (PR_SET_PDEATHSIG by `setpriv`): no orphan keeps a serial port.
 */
export function spawnGroup(command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string | undefined): ChildProcess {
  const [program, programArgs] = canTieToParent() ? [SETPRIV, ['--pdeathsig', 'TERM', '--', command, ...args]] : [command, [...args]];
  return spawn(program, programArgs, { env, cwd, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'] });
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

/** Sends a signal to the program and all of its group; nothing happens when it is gone already. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
