import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../../main/system/system-clock.ts';
import { MATRIX_NAMES, runMatrixSelftest } from './matrix-selftest.ts';
import type { PlantedResult } from './selftest.ts';
import { runSelftest, SELFTEST_NAMES } from './selftest.ts';

/**
 * `npm run sim:selftest [-- --only name] [--by simulate|matrix] [--json]`: random customers first, then the crash matrix. Exit: 0 clean without a mistake and every
 * planted one found, 1 not so. A few minutes.
 */
const SESSIONS_MAX = 500;
const SEED = 9_000;
const NAME_WIDTH = Math.max(...SELFTEST_NAMES.map((name) => name.length)) + 1;

const { only, by, json } = parseArgs({ options: { only: { type: 'string' }, by: { type: 'string' }, json: { type: 'boolean', default: false } } }).values;
const folder = mkdtempSync(join(tmpdir(), 'qolma-selftest-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const clock = systemClock();
const isChosen = (name: string) => only === undefined || name === only;
const shared = { folder, monotonicMs: () => clock.monotonicMs(), onResult: (result: PlantedResult) => void (json || process.stdout.write(lineOf(result))) };
const results = [
  ...(by === 'matrix' ? [] : await runSelftest({ ...shared, seed: SEED, sessionsMax: SESSIONS_MAX, names: SELFTEST_NAMES.filter(isChosen) })),
  ...(by === 'simulate' ? [] : await runMatrixSelftest({ ...shared, seed: 1, names: MATRIX_NAMES.filter(isChosen) })),
];
if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
process.exit(results.length > 0 && results.every((result) => result.isRight) ? 0 : 1);

function lineOf({ name, isFound, isRight, sessions, rule, detail, mistake, repeat }: PlantedResult): string {
  const told = name === 'none' ? (isFound ? `NOT CLEAN in ${sessions}` : `clean in ${sessions}`) : isFound ? `found after ${sessions}` : `MISSED in ${sessions}`;
  const line = `${name.padEnd(NAME_WIDTH)}${told.padEnd(18)}${(rule ?? '').padEnd(10)}${mistake}\n`;
  return isRight ? line : `${line}${detail === null ? '' : `  ${detail}\n  ${repeat ?? ''}\n`}`;
}
