import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../../main/system/system-clock.ts';
import { SABOTAGE_NAMES } from './planted.ts';
import { runSelftest } from './selftest.ts';

/** `npm run sim:selftest [-- --only name] [--json]`. Exit: 0 every planted mistake was found, 1 one was missed. */
const SESSIONS_MAX = 1_000;
const SEED = 9_000;

const { only, json } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } }).values;
const folder = mkdtempSync(join(tmpdir(), 'qolma-selftest-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const clock = systemClock();
const results = await runSelftest({
  seed: SEED, sessionsMax: SESSIONS_MAX, folder, monotonicMs: () => clock.monotonicMs(), names: SABOTAGE_NAMES.filter((name) => only === undefined || name === only),
  onResult: (result) => void (json || process.stdout.write(`${result.name.padEnd(28)}${(result.isFound ? `found after ${result.sessions}` : `MISSED in ${result.sessions}`).padEnd(18)}${(result.rule ?? '').padEnd(10)}${result.mistake}\n`)),
});
if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
process.exit(results.every((result) => result.isFound) ? 0 : 1);
