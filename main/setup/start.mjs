/**
 * `npm start`: prepares the machine, then starts the simulators, the simulated bank, the core and, with a display, the window.
 * Without a display the customer screens and the workbench are served to a browser on loopback. Further arguments go on to `qolma demo`.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ensure } from './ensure.mjs';
import { NODE_24, PROJECT_FOLDER } from './paths.mjs';
import { giveUp, say } from './progress.mjs';
import { tiedToParent } from './run-command.mjs';
import { hasDisplay } from './system-libraries.mjs';

const PARENT_POLL_MS = 1000;

async function start() {
  const forScreen = hasDisplay() && !process.argv.includes('--browser');
  const { electron } = await ensure({ forScreen });
  if (!forScreen) say('no display here: the customer screens and the workbench open in a browser, at the addresses below');
  const further = process.argv.slice(2).filter((argument) => argument !== '--browser');
  const { command, args } = tiedToParent(NODE_24, ['dist/core/main.js', 'demo', ...(electron === null ? [] : ['--shell']), ...further]);
  const child = spawn(command, args, { cwd: PROJECT_FOLDER, stdio: 'inherit' });
  child.on('error', giveUp);
  // Ctrl-C reaches the child by the terminal; it stops what it started, in order, and we wait for it.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill('SIGTERM'));
  stopWithNpm(child);
  child.on('close', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0)));
}

/** npm killed hard leaves us to init; then nobody is there to stop the terminal, so it stops itself. @param {import('node:child_process').ChildProcess} child */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parentId = process.ppid;
  setInterval(() => {
    if (process.ppid !== parentId) child.kill('SIGTERM');
  }, PARENT_POLL_MS).unref();
}

start().catch(giveUp);
