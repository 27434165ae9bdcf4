import { spawn } from 'node:child_process';
import { SetupError } from './progress.mjs';
import { findProgram, tiedToParent } from './run-command.mjs';
import { hasDisplay } from './system-libraries.mjs';

/** Large enough for each display profile: 1080×1920, 1280×1024, 1024×768. */
const SCREEN = '1280x1920x24';
const START_TIMEOUT_MS = 10_000;

/**
 * A display for windows that nobody looks at; the present one when there is one.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => void }>}  env: what to add for programs that open windows
 */
export async function openDisplay() {
  if (hasDisplay() || findProgram('Xvfb') === null) return { env: {}, stop: () => {} };
  const { command, args } = tiedToParent('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp']);
  const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new SetupError('Xvfb did not start', 'start it by hand and read what it prints: Xvfb -displayfd 1')), START_TIMEOUT_MS);
    server.stdio[3]?.once('data', (chunk) => { clearTimeout(timer); resolve(String(chunk).trim()); });
    server.once('exit', (code) => { clearTimeout(timer); reject(new SetupError(`Xvfb ended with code ${code}`, 'start it by hand and read what it prints: Xvfb -displayfd 1')); });
  });
  return { env: { DISPLAY: `:${number}` }, stop: () => server.kill('SIGTERM') };
}
