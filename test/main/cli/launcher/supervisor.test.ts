import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSupervisor, type ProgramSpec, type Supervisor } from '../../../../main/cli/launcher/supervisor.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';

/** Real processes: what is tested is what the kernel does with them. */
const NODE = process.execPath;
const STAY = 'setInterval(() => {}, 1000);';

let folder: string;
let printed: string[];
let supervisor: Supervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-supervisor-'));
  printed = [];
  supervisor = createSupervisor({ log: silentLog, print: (line) => printed.push(line) });
});
afterEach(async () => {
  await supervisor.stopAll();
  rmSync(folder, { recursive: true });
});

function program(script: string, more: Partial<ProgramSpec> = {}): ProgramSpec {
  return { name: 'part', command: NODE, args: ['-e', script], restart: 'never', ...more };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie answers too; it is dead.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('supervisor', () => {
  it('is ready with the line that says so, and puts the name before each line', async () => {
    await supervisor.start(program(`console.log('one'); console.error('two'); console.log('listening on 1'); ${STAY}`, { readyWhen: { kind: 'line', pattern: /^listening/ } }));
    expect(printed).toContain('part     | listening on 1');
    await expect.poll(() => printed).toContain('part     | two');
  });

  it('is ready when the socket takes connections', async () => {
    const path = join(folder, 'a.sock');
    const started = await supervisor.start(program(`setTimeout(() => require('node:net').createServer().listen(${JSON.stringify(path)}), 100); ${STAY}`, { readyWhen: { kind: 'socket', path } }));
    expect(isAlive(started.pid() ?? 0)).toBe(true);
  });

  it('says which program ended before it was ready', async () => {
    await expect(supervisor.start(program('process.exit(3)', { name: 'core', restart: 'always', readyWhen: { kind: 'line', pattern: /never/ } }))).rejects.toThrow('core: ended (code 3) before it was ready');
  });

  it('says which program is not there', async () => {
    await expect(supervisor.start({ name: 'core', command: join(folder, 'absent'), args: [], restart: 'never', readyWhen: { kind: 'line', pattern: /never/ } })).rejects.toThrow(/^core: /);
  });

  it('stops a program that is not ready in time', async () => {
    const pidFile = join(folder, 'pid');
    // A shell is up long before the half second is over, on a busy machine too.
    await expect(supervisor.start(program('', { command: '/bin/sh', args: ['-c', `echo $$ > '${pidFile}'; exec sleep 60`], readyWhen: { kind: 'line', pattern: /never/ }, readyTimeoutMs: 500 }))).rejects.toThrow('not ready after 500 ms');
    expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('starts again what died, with another process', async () => {
    const started = await supervisor.start(program(STAY, { restart: 'always' }));
    const first = started.pid() ?? 0;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => started.restartCount()).toBe(1);
    expect(started.pid()).not.toBe(first);
  });

  it('stops the last started first, each with its children', async () => {
    const farewell = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('up'); ${STAY}`;
    const child = `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(STAY)}], { stdio: 'inherit' }); console.log('child ' + child.pid);`;
    for (const name of ['first', 'second']) await supervisor.start(program(child + farewell, { name, readyWhen: { kind: 'line', pattern: /^up/ } }));
    const childIds = printed.flatMap((line) => /child (\d+)/.exec(line)?.[1] ?? []).map(Number);
    expect(childIds).toHaveLength(2);
    await supervisor.stopAll();
    await expect.poll(() => printed.filter((line) => line.endsWith('bye')).map((line) => line.split('|')[0]?.trim())).toEqual(['second', 'first']);
    await expect.poll(() => childIds.map(isAlive)).toEqual([false, false]);
  });

  it('gives a program the time that it needs to end', async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const patient = createSupervisor({ log: silentLog, clock, print: (line) => printed.push(line) });
    const started = await patient.start(program(`process.on('SIGTERM', () => console.log('not yet')); console.log('up'); ${STAY}`, { readyWhen: { kind: 'line', pattern: /^up/ }, stopGraceMs: 90_000 }));
    const stopped = patient.stopAll();
    await expect.poll(() => printed).toContain('part     | not yet');
    await clock.advance(89_000);
    expect(isAlive(started.pid() ?? 0)).toBe(true);
    await clock.advance(1_000);
    await stopped;
  });

  it.runIf(process.platform === 'linux')('leaves no orphan when it is killed hard itself', async () => {
    // Once its program runs: before that it has not yet said whose death it follows.
    const script = join(import.meta.dirname, '..', '..', '..', '..', 'main', 'cli', 'launcher', 'supervisor.ts');
    const parent = spawn(NODE, ['--input-type=module', '-e', `
      const { createSupervisor } = await import(${JSON.stringify(script)});
      const log = { error() {}, warn() {}, info() {}, debug() {} };
      const part = await createSupervisor({ log }).start({ name: 'part', command: process.execPath, args: ['-e', ${JSON.stringify(`console.log('up'); ${STAY}`)}], restart: 'always', readyWhen: { kind: 'line', pattern: /^up/ } });
      console.log('pid ' + part.pid());
      setInterval(() => {}, 1000);`], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => parent.stdout.on('data', (chunk) => { const found = /pid (\d+)/.exec(String(chunk))?.[1]; if (found !== undefined) resolve(Number(found)); }));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});
