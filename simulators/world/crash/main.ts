import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { MatrixReport } from './crash-matrix.ts';
import { CRASH_OPERATIONS, DEATHS, HOST_FAULTS, runCrashMatrix } from './crash-matrix.ts';

/** Run by `qolma crash-matrix`, whose help says what the arguments mean. Exit: 0 no discrepancy, 1 some, 64 wrong arguments. */
const USAGE_EXIT = 64;
const named = <const Names extends readonly [string, ...string[]]>(names: Names) => z.string().default(names.join(',')).transform((text) => text.split(',')).pipe(z.array(z.enum(names)).min(1));
const argumentsSchema = z.object({
  operations: named(CRASH_OPERATIONS),
  'host-faults': named(HOST_FAULTS),
  deaths: named(DEATHS),
  from: z.coerce.number().int().min(1).default(1),
  step: z.coerce.number().int().min(1).default(1),
  runs: z.coerce.number().int().min(1).default(10_000),
  seconds: z.coerce.number().positive().default(86_400),
  seed: z.coerce.number().int().min(0).max(2_000_000_000).default(1),
  json: z.boolean().default(false),
});
const text = { type: 'string' } as const;
const parsed = argumentsSchema.safeParse(parseArgs({ options: { operations: text, 'host-faults': text, deaths: text, from: text, step: text, runs: text, seconds: text, seed: text, json: { type: 'boolean' } } }).values);
if (!parsed.success) {
  process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
  process.exit(USAGE_EXIT);
}
const { operations, deaths, from, step, runs, seconds, seed, json, 'host-faults': hostFaults } = parsed.data;
const report = await runCrashMatrix({
  clock: systemClock(), operations, hostFaults, deaths, fromPoint: from, pointStep: step, runsMax: runs, limitMs: seconds * 1_000, seed,
  onRun: ({ cell, point, problems }) => void (json || process.stdout.write(`${cell}: ${point === null ? 'the visit ended' : `died at ${point.point} ${point.at} ${point.what}`}${problems.length === 0 ? '' : `  PROBLEM ${problems.join('; ')}`}\n`)),
});
process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
process.exit(report.discrepancies.length === 0 ? 0 : 1);

function textOf(shown: MatrixReport): string {
  const lines = [`${shown.points} points, ${shown.runs} runs, ${shown.exhausted.length} combinations to their end, ${shown.discrepancies.length} discrepancies`, ...shown.discrepancies.map((found) => `${found.problems.join('; ')}\n  ${found.repeat}`)];
  return `${lines.join('\n')}\n`;
}
