import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { failed, told, type Figure } from './figure.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const SESSIONS = 200;
const TIMEOUT_MS = 300_000;

/** Whole sessions of scripted customers in virtual time: the production code, simulators and bank in one process. */
export async function worldFigures(): Promise<readonly Figure[]> {
  const figure = { name: 'world: sessions in virtual time', unit: '1/s', aim: '' };
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, 'simulate', '--sessions', String(SESSIONS), '--faults', 'none', '--json'], { stdio: ['ignore', 'ignore', 'pipe'], timeout: TIMEOUT_MS });
  let lastError = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastError = String(chunk).trim().split('\n').at(-1) ?? lastError;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  if (code !== 0) return [failed(figure, `qolma simulate ended with ${code ?? 'a signal'}: ${lastError.slice(0, 120)}`)];
  return [told({ name: figure.name, unit: figure.unit, note: `${SESSIONS} sessions, with the start of the process` }, (SESSIONS * 1000) / (performance.now() - startedMs))];
}
