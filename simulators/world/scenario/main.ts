import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../../../main/system/system-clock.ts';
import { scenarioSchema } from '../../scenarios/schema.ts';
import { loadScenario, scenarioNames } from './load-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { reportText } from './visit-report.ts';

/** The program behind `qolma scenario`: plays one visit and prints what came of it. Exit code 0 all as expected, 1 not, 64 usage. */
const USAGE = `scenario <name|file> [--json] [--keep <folder>]
  --json           one JSON object
  --keep <folder>  leave journal, log, messages, receipts, time-line and the simulators' truth there
  --list           names of the scenarios that come with the project
  --schema         JSON Schema of a scenario file
`;
const EXIT_USAGE = 64;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, keep: { type: 'string' }, list: { type: 'boolean', default: false }, schema: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
process.exitCode = await start();

async function start(): Promise<number> {
  if (values.schema) return print(`${JSON.stringify(z.toJSONSchema(scenarioSchema, { io: 'input' }), null, 2)}\n`);
  if (values.list) return print(values.json ? `${JSON.stringify({ scenarios: scenarioNames() })}\n` : `${scenarioNames().join('\n')}\n`);
  const [fileOrName] = positionals;
  if (values.help || fileOrName === undefined || positionals.length > 1) {
    process.stderr.write(USAGE);
    return values.help ? 0 : EXIT_USAGE;
  }
  const loaded = loadScenario(fileOrName);
  if (!loaded.ok) return fail(fileOrName, loaded.error, EXIT_USAGE);
  const keepFolder = values.keep === undefined ? null : resolve(values.keep);
  if (keepFolder !== null) mkdirSync(keepFolder, { recursive: true });
  try {
    const report = await runScenario(loaded.value, { clock: systemClock(), keepFolder });
    print(values.json ? `${JSON.stringify(report)}\n` : `${reportText(report, loaded.value.title)}\n`);
    return report.ok ? 0 : 1;
  } catch (error) {
    return fail(loaded.value.name, error instanceof Error ? error.message : String(error), 1);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(scenario: string, problem: string, exitCode: number): number {
  if (values.json) print(`${JSON.stringify({ ok: false, scenario, screens: [], cash: { movedMinor: 0, journalMinor: 0, hostMinor: 0, suspenseMinor: 0 }, receipts: [], messages: [], refusal: null, problems: [problem] })}\n`);
  else process.stderr.write(`${problem}\n`);
  return exitCode;
}
