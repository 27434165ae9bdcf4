import { enableCompileCache } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { textTable } from '../text-table.ts';
import { codecFigures, journalFigures, recoveryFigures, receiptFigures } from './code-figures.ts';
import { deviceFigures } from './device-figures.ts';
import { durableFigures } from './durable-figures.ts';
import { frameFigures } from './frame-figures.ts';
import { idleFigures, startFigures, touchFigures } from './core-figures.ts';
import { failed, type Figure } from './figure.ts';
import { startSampleTerminal } from './sample-terminal.ts';
import { shellFigures } from './shell-figures.ts';
import { worldFigures } from './world-figures.ts';

/** `npm run bench`: each figure beside its aim. Figures are of this machine at this moment: the load is told with them. */
const USAGE = `usage: npm run bench -- [--json] [--only <group>]…
groups: journal, durable, recovery, codec, receipt, frames, devices, start, touch, idle, shell, world
Exit code 1 when a figure misses its aim.
`;
const GROUPS = ['frames', 'devices', 'receipt', 'codec', 'journal', 'durable', 'recovery', 'start', 'touch', 'idle', 'shell', 'world'] as const;
type Group = (typeof GROUPS)[number];
const isGroup = (name: string): name is Group => (GROUPS as readonly string[]).includes(name);

enableCompileCache(join(import.meta.dirname, '..', '..', '..', '.runtime', 'compile-cache'));
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } } });
const named = values.only ?? [];
const unknown = named.filter((name) => !isGroup(name));
if (values.help || unknown.length > 0) {
  (values.help ? process.stdout : process.stderr).write(unknown.length > 0 ? `no such group: ${unknown.join(', ')}\n${USAGE}` : USAGE);
  process.exit(values.help ? 0 : 1);
}
const groups = new Set<Group>(named.length === 0 ? GROUPS : named.filter(isGroup));
const loadAtStart = loadavg()[0]!;
const figures: Figure[] = [];
const measure = async (group: Group, run: () => Promise<readonly Figure[]> | readonly Figure[]) => {
  if (!groups.has(group)) return;
  try {
    figures.push(...(await run()));
  } catch (error) {
    figures.push(failed({ name: group, unit: '', aim: '' }, error instanceof Error ? error.message : String(error)));
  }
};

await measure('frames', frameFigures);
await measure('devices', deviceFigures);
await measure('receipt', receiptFigures);
await measure('codec', codecFigures);
await measure('journal', journalFigures);
await measure('durable', durableFigures);
await measure('recovery', recoveryFigures);
await measureTerminal();
await measure('world', worldFigures);
report();

/** What needs the sample terminal: one set of devices and bank for all of it. */
async function measureTerminal(): Promise<void> {
  const wanted = (['start', 'touch', 'idle', 'shell'] as const).filter((group) => groups.has(group));
  if (wanted.length === 0) return;
  let terminal: Awaited<ReturnType<typeof startSampleTerminal>>;
  try {
    terminal = await startSampleTerminal();
  } catch (error) {
    figures.push(...wanted.map((group) => failed({ name: group, unit: '', aim: '' }, error instanceof Error ? error.message : String(error))));
    return;
  }
  try {
    await measure('start', () => startFigures(terminal));
    if (wanted.every((group) => group === 'start')) return;
    const core = await terminal.startCore();
    try {
      await measure('touch', () => touchFigures(terminal.runFolder));
      await measure('idle', () => idleFigures(core, terminal.companionPids));
      await measure('shell', () => shellFigures(terminal.runFolder));
    } finally {
      await core.stop();
    }
  } finally {
    await terminal.stop();
  }
}

function report(): void {
  const missedCount = figures.filter((figure) => figure.ok === false).length;
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cpuCount: cpus().length, memoryMb: Math.round(totalmem() / 1024 ** 2), node: process.version, loadAtStart: Number(loadAtStart.toFixed(2)) };
  if (values.json) process.stdout.write(`${JSON.stringify({ ok: missedCount === 0, missedCount, machine, figures })}\n`);
  else {
    const rows = figures.map((figure) => [figure.ok === null ? '' : figure.ok ? 'ok' : 'MISSED', figure.name, figure.value === null ? '–' : String(figure.value), figure.unit, figure.aim, figure.note]);
    process.stdout.write(`${textTable([{ title: '' }, { title: 'figure' }, { title: 'value', align: 'right' }, { title: 'unit' }, { title: 'aim' }, { title: 'note' }], rows)}\n\n${machine.cpu}, ${machine.cpuCount} cores, Node ${machine.node}, load at start ${machine.loadAtStart}\n`);
  }
  process.exitCode = missedCount === 0 ? 0 : 1;
}
