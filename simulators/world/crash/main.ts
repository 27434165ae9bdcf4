import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { HOST_OPERATIONS } from '../../../main/contracts/host-operations.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { SabotageName } from '../sabotage/planted.ts';
import { SABOTAGE_NAMES } from '../sabotage/planted.ts';
import { HARDWARE_NAMES } from '../world-hardware.ts';
import { CRASH_OPERATIONS, DEATHS, HOST_FAULTS, QUICK_HOST_FAULTS, REAL_DEATHS } from './crash-cells.ts';
import { parsePointName } from './crash-plan.ts';
import type { CellCoverage, MatrixReport, RunTold } from './matrix-report.ts';
import { runRealMatrix } from './real-matrix.ts';
import { runVirtualMatrix } from './virtual-matrix.ts';

/** Run by `qolma crash-matrix`, whose help says what the arguments mean. Exit: 0 no discrepancy, 1 some, 64 wrong arguments. */
const USAGE_EXIT = 64;
/** A folder in memory, where there is one: a virtual world syncs each commit, and nothing is learnt from a disk being slow. */
const MEMORY_FOLDER = '/dev/shm';
const named = <const Names extends readonly [string, ...string[]]>(names: Names) => z.string().transform((text) => text.split(',')).pipe(z.array(z.enum(names)).min(1));
const argumentsSchema = z.object({
  virtual: z.boolean().default(false),
  full: z.boolean().default(false),
  twice: z.boolean().default(false),
  crossed: z.boolean().default(false),
  then: z.coerce.number().int().min(1).optional(),
  operations: named(CRASH_OPERATIONS).default([...CRASH_OPERATIONS]),
  'host-faults': named(HOST_FAULTS).optional(),
  hardware: named(HARDWARE_NAMES).optional(),
  'device-faults': z.string().transform((text) => text.split(',')).optional(),
  messages: z.string().transform((text) => text.split(',')).pipe(z.array(z.enum(Object.keys(HOST_OPERATIONS) as [string, ...string[]])).min(1)).optional(),
  deaths: named(DEATHS).optional(),
  from: z.coerce.number().int().min(1).optional(),
  point: z.string().transform((name, context) => {
    const parsed = parsePointName(name);
    if (parsed === null) context.addIssue({ code: 'custom', message: 'a point is named as the repeat line has it: afterCommit intent.stack #1' });
    return parsed;
  }).optional(),
  step: z.coerce.number().int().min(1).default(1),
  runs: z.coerce.number().int().min(1).default(1_000_000),
  seconds: z.coerce.number().positive().default(86_400),
  jobs: z.coerce.number().int().min(1).max(64).default(availableParallelism()),
  seed: z.coerce.number().int().min(0).max(2_000_000_000).default(1),
  plant: z.enum(SABOTAGE_NAMES as [SabotageName, ...SabotageName[]]).optional(),
  core: z.string().optional(),
  json: z.boolean().default(false),
});
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const parsed = argumentsSchema.safeParse(
  parseArgs({ options: { virtual: flag, full: flag, twice: flag, crossed: flag, then: text, operations: text, 'host-faults': text, hardware: text, 'device-faults': text, messages: text, deaths: text, from: text, point: text, step: text, runs: text, seconds: text, jobs: text, seed: text, plant: text, core: text, json: flag } }).values,
);
if (!parsed.success) {
  process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
  process.exit(USAGE_EXIT);
}
const chosen = parsed.data;
const report = await (chosen.virtual ? runVirtual() : runReal());
process.stdout.write(chosen.json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
process.exit(report.discrepancies.length === 0 ? 0 : 1);

function runReal(): Promise<MatrixReport> {
  const { operations, deaths, messages, full, from, point, step, runs, seconds, jobs, seed, core, 'host-faults': hostFaults } = chosen;
  return runRealMatrix({ clock: systemClock(), operations, hostFaults: hostFaults ?? QUICK_HOST_FAULTS, messages, deaths: deaths?.filter((death) => death !== 'failedSync') ?? REAL_DEATHS, isFull: full, diesAt: point, fromPoint: from ?? 1, pointStep: step, runsMax: runs, limitMs: seconds * 1_000, jobs, seed, coreProgram: core, onRun, onCell });
}

async function runVirtual(): Promise<MatrixReport> {
  const { operations, deaths, messages, full, twice, crossed, from, then, step, runs, seconds, jobs, seed, plant, hardware, 'host-faults': hostFaults, 'device-faults': deviceFaults } = chosen;
  const folder = mkdtempSync(join(existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), 'qolma-crash-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  return runVirtualMatrix({ operations, hostFaults: hostFaults ?? (deviceFaults === undefined ? HOST_FAULTS : []), deviceFaults: deviceFaults ?? (hostFaults === undefined ? ['boards'] : []), isCrossed: crossed, hardware, messages, deaths: deaths ?? DEATHS, isFull: full, isTwice: twice || then !== undefined, fromPoint: from, thenPoint: then, pointStep: step, runsMax: runs, limitMs: seconds * 1_000, threadCount: jobs, seed, plant, folder, monotonicMs: () => performance.now(), onRun, onCell });
}

function onRun({ cell, point, problems }: RunTold): void {
  if (chosen.json || (chosen.virtual && problems.length === 0)) return;
  process.stdout.write(`${cell}: ${point === null ? 'the visit ended' : `died at ${point.point} ${point.at} ${point.what}`}${problems.length === 0 ? '' : `  PROBLEM ${problems.join('; ')}`}\n`);
}

/** At once: a matrix that is stopped has told what it covered. */
function onCell({ cell, covered, points, runs }: CellCoverage): void {
  if (!chosen.json) process.stdout.write(`${cell}: ${covered} of ${points} points covered by ${runs} runs\n`);
}

function textOf({ points, covered, runs, exhausted, cells, discrepancies, seconds }: MatrixReport): string {
  const lines = [
    `${points} points, ${covered} covered by ${runs} runs, ${exhausted.length} of ${cells.length} combinations to their end, ${discrepancies.length} discrepancies, ${seconds} s`,
    ...discrepancies.map((found) => `${found.problems.join('; ')}\n  ${found.repeat}`),
  ];
  return `${lines.join('\n')}\n`;
}
