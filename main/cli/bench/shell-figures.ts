import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { forEachLine } from '../launcher/line-prefix.ts';
import { shellCommand } from '../launcher/shell-command.ts';
import { signalGroup, spawnGroup } from '../launcher/process-group.ts';
import { displayFigures } from './display-figures.ts';
import { atMost, median, missing, type Figure } from './figure.ts';
import { processTree, pssMb } from './process-figures.ts';

const STARTS = 3;
const PAINT_TIMEOUT_MS = 30_000;
const SETTLE_MS = 3_000;
const PAINT_AIM_MS = 800;
const SHELL_PSS_AIM_MB = 350;

/** The kiosk window on the running core: first paint warm, the memory of all its processes, and touches until they are on display. */
export async function shellFigures(runFolder: string): Promise<readonly Figure[]> {
  const nothing = (why: string) => [missing({ name: 'shell: first paint', unit: 'ms', aim: `≤ ${PAINT_AIM_MS}` }, why), missing({ name: 'memory: shell', unit: 'MB', aim: `≤ ${SHELL_PSS_AIM_MB}` }, why)];
  let command: ReturnType<typeof shellCommand>;
  try {
    command = shellCommand({ runFolder });
  } catch (error) {
    return nothing(error instanceof Error ? error.message : 'no shell');
  }
  const display = await openDisplay();
  if (display === null) return nothing('no display and no Xvfb');
  try {
    const paintMs: number[] = [];
    let shellMb = 0;
    for (let start = 0; start <= STARTS; start++) {
      const measured = await measureShell(command, display.env, start === STARTS);
      if (start > 0) paintMs.push(measured.paintMs);
      shellMb = measured.pssMb;
    }
    return [
      atMost(PAINT_AIM_MS, { name: 'shell: first paint', unit: 'ms', note: `median of ${STARTS}, warm${display.server === null ? '' : ', Xvfb'}` }, median(paintMs)),
      atMost(SHELL_PSS_AIM_MB, { name: 'memory: shell', unit: 'MB', note: 'PSS of all its processes' }, shellMb),
      ...(await displayFigures(command, display.env)),
    ];
  } catch (error) {
    return nothing(error instanceof Error ? error.message : 'the window did not start');
  } finally {
    display.server?.kill('SIGTERM');
  }
}

async function measureShell(command: ReturnType<typeof shellCommand>, displayEnv: NodeJS.ProcessEnv, isMemoryWanted: boolean): Promise<{ readonly paintMs: number; readonly pssMb: number }> {
  const child = spawnGroup(command.command, command.args, { ...process.env, ...command.env, ...displayEnv, QOLMA_TIMING: '1' }, undefined);
  const ended = once(child, 'exit');
  try {
    const paintMs = await paintOf(child);
    if (isMemoryWanted) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return { paintMs, pssMb: isMemoryWanted ? processTree(child.pid!).reduce((sum, pid) => sum + pssMb(pid), 0) : 0 };
  } finally {
    signalGroup(child, 'SIGTERM');
    await ended;
  }
}

function paintOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing painted in ${PAINT_TIMEOUT_MS} ms`)), PAINT_TIMEOUT_MS);
    forEachLine(child.stdout!, (line) => {
      if (!line.includes('shell.firstPaint')) return;
      clearTimeout(timer);
      resolve((JSON.parse(line) as { ms: number }).ms);
    });
    child.stderr?.resume();
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the window ended with code ${code} before it painted`));
    });
  });
}

/** The present display, else one that nobody sees; null when there is neither. */
async function openDisplay(): Promise<{ readonly env: NodeJS.ProcessEnv; readonly server: ChildProcess | null } | null> {
  if ((process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== '') return { env: {}, server: null };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1920x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string | null>((resolve) => {
    server.once('error', () => resolve(null));
    server.once('exit', () => resolve(null));
    server.stdio[3]?.once('data', (chunk: Buffer) => resolve(String(chunk).trim()));
  });
  return number === null ? null : { env: { DISPLAY: `:${number}` }, server };
}
