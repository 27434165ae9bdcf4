import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../../main/system/system-clock.ts';
import { MATRIX_NAMES, runMatrixSelftest } from './matrix-selftest.ts';
import type { PlantedResult } from './selftest.ts';
import { runSelftest, SELFTEST_NAMES } from './selftest.ts';

/** Random customers first, then the crash matrix, against each planted mistake and against none. */
const USAGE = `usage: npm run sim:selftest -- [--only <mistake>] [--by simulate|matrix] [--json]
Exit codes: 0 clean without a mistake and every planted one found, 1 not so, 64 wrong arguments.
mistakes: ${[...new Set([...SELFTEST_NAMES, ...MATRIX_NAMES])].join(', ')}
`;
const EXIT_USAGE = 64;
const SESSIONS_MAX = 2_000;
const SEED = 9_000;
const NAME_WIDTH = Math.max(...SELFTEST_NAMES.map((name) => name.length)) + 1;

const { only, by, json, help } = parseArgs({ options: { only: { type: 'string' }, by: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } }).values;
const isKnown = (by === undefined || by === 'simulate' || by === 'matrix') && (only === undefined || [...SELFTEST_NAMES, ...MATRIX_NAMES].some((name) => name === only));
if (help || !isKnown) {
  process.stdout.write(USAGE);
  process.exit(help ? 0 : EXIT_USAGE);
}
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
