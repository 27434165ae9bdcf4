import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../main/system/system-clock.ts';
import { FAULT_LEVELS } from './random-faults.ts';
import type { SabotageName } from './sabotage/planted.ts';
import { SABOTAGE_NAMES } from './sabotage/planted.ts';
import type { Discrepancy, SimulationReport } from './simulation.ts';
import { simulate } from './simulation.ts';
import { HARDWARE_NAMES } from './world-hardware.ts';

/** Run by `qolma simulate`, whose help says what the arguments mean. Exit: 0 all invariants held, 1 discrepancies, 64 wrong arguments. */
const list = z.string().transform((text) => (text === 'none' ? [] : text.split(',')));
const argumentsSchema = z.object({
  seed: z.coerce.number().int().min(0).max(2_000_000_000),
  sessions: z.coerce.number().int().min(1).max(10_000_000),
  faults: z.enum(FAULT_LEVELS),
  'keep-sessions': list.transform((items) => items.map(Number)).pipe(z.array(z.number().int().min(0))).optional(),
  'keep-faults': list.pipe(z.array(z.string().regex(/^\d+\.\d+$/))).optional(),
  plant: z.enum(SABOTAGE_NAMES as [SabotageName, ...SabotageName[]]).optional(),
  hardware: z.enum(HARDWARE_NAMES).optional(),
  threads: z.coerce.number().int().min(1).max(64).optional(),
  seconds: z.coerce.number().positive().optional(),
  shrink: z.boolean(),
  json: z.boolean(),
});
const USAGE_EXIT = 64;
const text = { type: 'string' } as const;

const parsed = argumentsSchema.safeParse(
  parseArgs({
    options: {
      seed: { ...text, default: '1' }, sessions: { ...text, default: '200' }, faults: { ...text, default: 'some' }, 'keep-sessions': text, 'keep-faults': text, plant: text, hardware: text, threads: text, seconds: text,
      shrink: { type: 'boolean', default: false }, json: { type: 'boolean', default: false },
    },
  }).values,
);
if (!parsed.success) {
  process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
  process.exit(USAGE_EXIT);
}
const { seed, sessions, faults, json, shrink, plant, hardware, threads, seconds, 'keep-sessions': keepSessions, 'keep-faults': keepFaults } = parsed.data;
const folder = mkdtempSync(join(tmpdir(), 'qolma-simulate-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const report = await simulate({
  seed, sessionCount: sessions, faults, folder, shrinks: shrink, monotonicMs: () => systemClock().monotonicMs(),
  ...(keepSessions === undefined ? {} : { keepSessions }), ...(keepFaults === undefined ? {} : { keepFaults }), ...(plant === undefined ? {} : { sabotage: plant }), ...(hardware === undefined ? {} : { hardware }),
  ...(threads === undefined ? {} : { threadCount: threads }), ...(seconds === undefined ? {} : { limitMs: seconds * 1_000 }),
  onDiscrepancy: (discrepancy) => void (json || process.stderr.write(`${lineOf(discrepancy)}\n`)),
});
process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
process.exit(report.discrepancies.length === 0 ? 0 : 1);

function lineOf(found: Discrepancy): string {
  return `${found.rule}: ${found.detail}\n  ${found.repeat}${shrink && found.faults.length > 0 ? `\n  with ${found.faults.join('; ')}` : ''}`;
}

function textOf(shown: SimulationReport): string {
  const counts = (table: Readonly<Record<string, number>>) => Object.entries(table).map(([name, count]) => `${name} ${count}`).join(', ');
  const lines = [
    `seed ${shown.seed}, faults ${shown.faults}: ${shown.sessions} sessions, ${shown.operations} operations (${counts(shown.operationsByKind)})`,
    `ended: ${counts(shown.endings)}`,
    ...(Object.keys(shown.messageActs).length === 0 ? [] : [`messages that waited for persons: ${counts(shown.messageActs)}`]),
    ...(Object.keys(shown.cashActs).length === 0 ? [] : [`hands at the cash: ${counts(shown.cashActs)}`]),
    `${shown.faultsInjected} faults, ${shown.restarts} restarts, ${shown.virtualHours} h of the terminal, ${shown.sessionsPerSecond} sessions/s`,
    shown.discrepancies.length === 0 ? 'every note and every tenge accounted for' : `${shown.discrepancies.length} discrepancies:`,
    ...shown.discrepancies.map(lineOf),
  ];
  return `${lines.join('\n')}\n`;
}
