import { spawn } from 'node:child_process';
import { closeSync, lstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HARDWARE_NAMES } from '../../../simulators/world/world-hardware.ts';

const PROJECT_FOLDER = join(import.meta.dirname, '..', '..', '..');
const PROGRAM_TIMEOUT_MS = 60_000;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program of ours with this Node, as a person would. */
function run(file: string, args: readonly string[], input = ''): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const child = spawn(process.execPath, [join(PROJECT_FOLDER, file), ...args], { stdio: 'pipe', timeout: PROGRAM_TIMEOUT_MS });
  const text = { output: '', errors: '' };
  child.stdout.on('data', (chunk) => (text.output += String(chunk)));
  child.stderr.on('data', (chunk) => (text.errors += String(chunk)));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
}
const qolma = (...args: readonly string[]) => run('main/cli/main.ts', args);

describe('the program qolma', () => {
  it('explains itself and each subcommand', async () => {
    const help = await qolma('--help');
    expect(help.code).toBe(0);
    for (const name of ['config', 'devices', 'doctor', 'journal', 'queue', 'run', 'simulator']) expect(help.output).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect((await qolma('devices', 'decode', '--help')).output).toContain('$ qolma devices decode ccnet');
  }, PROGRAM_TIMEOUT_MS);

  it('passes on what looks like an option, and says what is wrong with it', async () => {
    const { code, errors } = await qolma('simulate', '--seed', '-1');
    expect([code, errors]).toEqual([64, expect.stringMatching(/expected number to be >=0[\s\S]*at seed/)]);
  }, PROGRAM_TIMEOUT_MS);

  it('offers every kind of simulated world by its name', async () => {
    const { output } = await qolma('simulate', '--help');
    const [, choices = ''] = /--hardware <name>.*?\(choices:(.*?)\)/s.exec(output) ?? [];
    expect([...choices.matchAll(/"([^"]+)"/g)].map(([, name]) => name)).toEqual(HARDWARE_NAMES);
  }, PROGRAM_TIMEOUT_MS);

  it('prints one JSON object, and refuses what it does not know without a stack', async () => {
    const good = await qolma('devices', 'decode', 'ccnet', '02', '03', '06', '33', 'DA', '81', '--json');
    expect([good.code, JSON.parse(good.output)]).toMatchObject([0, { ok: true, noiseByteCount: 0 }]);
    const bad = await qolma('journl');
    expect(bad.code).toBe(1);
    expect(bad.errors).toContain('journal');
    expect(bad.errors).not.toMatch(/^\s+at /m);
  }, PROGRAM_TIMEOUT_MS);

  it.runIf(process.platform === 'linux')('leaves no stack where whoever read it has gone, and says where its answer could not be written', async () => {
    const told = async (stdout: 'pipe' | number) => {
      const child = spawn(process.execPath, [join(PROJECT_FOLDER, 'main/cli/main.ts'), 'config', 'schema'], { stdio: ['ignore', stdout, 'pipe'], timeout: PROGRAM_TIMEOUT_MS });
      child.stdout?.destroy();
      let errors = '';
      child.stderr!.on('data', (chunk) => (errors += String(chunk)));
      const code = await new Promise((resolve) => child.once('close', resolve));
      return { code, errors };
    };
    expect(await told('pipe')).toEqual({ code: 0, errors: '' });
    const full = openSync('/dev/full', 'w');
    expect(await told(full)).toEqual({ code: 1, errors: 'the answer cannot be written: ENOSPC\n' });
    closeSync(full);
  }, PROGRAM_TIMEOUT_MS);

  it('asks for a password that is not there, and tries none', async () => {
    const { code, errors } = await qolma('queue', 'confirm', 'M1', '--config', join(folder, 'nothing.json'), '--login', 'a');
    expect([code, errors]).toEqual([1, 'USAGE: the password is the first line of the standard input: there is none\n']);
    expect((await run('main/cli/main.ts', ['queue', 'confirm', 'M1', '--config', join(folder, 'nothing.json'), '--login', 'a'], 'Word-of-a-1\nmore')).code).toBe(78);
  }, PROGRAM_TIMEOUT_MS);

  it('says of this machine what is there', async () => {
    const { output } = await qolma('doctor', '--json');
    const { checks } = JSON.parse(output) as { checks: { check: string; ok: boolean; found: string }[] };
    for (const check of ['node', 'platform', 'module better-sqlite3', 'module libxml2-wasm', 'time zone']) expect(checks).toContainEqual(expect.objectContaining({ check, ok: true }));
  }, PROGRAM_TIMEOUT_MS);
});

describe('one simulated device alone', () => {
  it('answers commands on its input, ends with it, and takes its link away', async () => {
    const link = join(folder, 'acceptor');
    const { code, output } = await run('simulators/single/main.ts', ['ccnet', '--link', link], '{"do":"world"}\nnot json\n{"do":"dance"}\n');
    const lines = output.trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(expect.objectContaining({ ready: true, protocol: 'ccnet', link }));
    expect(lines).toContainEqual(expect.objectContaining({ ok: true, value: expect.objectContaining({ protocol: 'ccnet' }) as unknown }));
    expect(lines.filter((line) => 'ok' in line && line.ok === false)).toHaveLength(2);
    expect(code).toBe(0);
    expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
  }, PROGRAM_TIMEOUT_MS);

  it('refuses a protocol that it does not know', async () => {
    const { code, errors } = await run('simulators/single/main.ts', ['toaster', '--link', join(folder, 'x')]);
    expect([code, JSON.parse(errors)]).toMatchObject([1, { problem: { code: 'UNKNOWN_PROTOCOL' } }]);
  }, PROGRAM_TIMEOUT_MS);
});
