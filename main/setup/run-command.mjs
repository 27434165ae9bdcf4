import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PROJECT_FOLDER } from './paths.mjs';

/**
 * Runs a program in the project folder and waits for its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number, quiet?: boolean, cwd?: string }} [options]  quiet: the output is kept, not shown
 * @returns {Promise<{ code: number, output: string }>}  code 124 after the time-out, 127 when the program is not there
 */
export function runCommand(command, args, { env = process.env, timeoutMs, quiet = false, cwd = PROJECT_FOLDER } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] });
    let output = '';
    let isTimedOut = false;
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => { isTimedOut = true; child.kill('SIGKILL'); }, timeoutMs);
    child.on('error', (error) => { clearTimeout(timer); resolve({ code: 127, output: `${output}${error.message}` }); });
    child.on('close', (code) => { clearTimeout(timer); resolve({ code: isTimedOut ? 124 : (code ?? 1), output }); });
  });
}

/**
 * The command that puts a program under its parent's life: when the parent dies, even by SIGKILL, the kernel sends SIGTERM to it.
 * Without `setpriv` (not Linux) the program is started as it is.
 * @param {string} command
 * @param {string[]} args
 * @returns {{ command: string, args: string[] }}
 */
export function tiedToParent(command, args) {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : null;
  return setpriv === null ? { command, args } : { command: setpriv, args: ['--pdeathsig', 'TERM', '--', command, ...args] };
}

/**
 * @param {string} name
 * @returns {string | null}  the full path, also from the folders of system programs that an ordinary user's PATH leaves out
 */
export function findProgram(name) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    if (folder === '') continue;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** @param {string} command @param {string[]} args */
export function outputOf(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return result.status === 0 ? result.stdout : null;
}
