import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../main/system/system-clock.ts';
import { FAULT_LEVELS } from './random-faults.ts';
import type { SimulationReport } from './simulation.ts';
import { simulate } from './simulation.ts';

/** `--seed N --sessions M --faults none|some|all [--json]`. Exit: 0 all invariants held, 1 discrepancies, 64 wrong arguments. */
const argumentsSchema = z.object({ seed: z.coerce.number().int().min(0).max(2_000_000_000), sessions: z.coerce.number().int().min(1).max(10_000_000), faults: z.enum(FAULT_LEVELS), json: z.boolean() });
const USAGE_EXIT = 64;

const given = parseArgs({ options: { seed: { type: 'string', default: '1' }, sessions: { type: 'string', default: '200' }, faults: { type: 'string', default: 'some' }, json: { type: 'boolean', default: false } } }).values;
const parsed = argumentsSchema.safeParse(given);
if (!parsed.success) {
  process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
  process.exit(USAGE_EXIT);
}
const { seed, sessions, faults, json } = parsed.data;
const folder = mkdtempSync(join(tmpdir(), 'qolma-simulate-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const report = await simulate({ seed, sessionCount: sessions, faults, folder, monotonicMs: () => systemClock().monotonicMs(), onDiscrepancy: (discrepancy) => void (json || process.stderr.write(`${discrepancy.rule}: ${discrepancy.detail}\n  ${discrepancy.repeat}\n`)) });
process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
process.exit(report.discrepancies.length === 0 ? 0 : 1);

function textOf(shown: SimulationReport): string {
  const counts = (table: Readonly<Record<string, number>>) => Object.entries(table).map(([name, count]) => `${name} ${count}`).join(', ');
  const lines = [
    `seed ${shown.seed}, faults ${shown.faults}: ${shown.sessions} sessions, ${shown.operations} operations (${counts(shown.operationsByKind)})`,
    `ended: ${counts(shown.endings)}`,
    `${shown.faultsInjected} faults, ${shown.restarts} restarts, ${shown.virtualHours} h of the terminal, ${shown.sessionsPerSecond} sessions/s`,
    shown.discrepancies.length === 0 ? 'every note and every tenge accounted for' : `${shown.discrepancies.length} discrepancies:`,
    ...shown.discrepancies.map((discrepancy) => `${discrepancy.rule}: ${discrepancy.detail}\n  ${discrepancy.repeat}`),
  ];
  return `${lines.join('\n')}\n`;
}
