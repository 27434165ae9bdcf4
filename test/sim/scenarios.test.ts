/**
 * Goal: every scripted visit ends as its file says, with hardware, journal and bank agreeing on every note. Method: each is played on a terminal of
 * its own processes (bank over HTTPS, devices on pseudo-terminals, core), several at a time; the report's own checks must find nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../main/system/system-clock.ts';
import { loadScenario, scenarioNames } from '../../simulators/world/scenario/load-scenario.ts';
import { runScenario } from '../../simulators/world/scenario/run-scenario.ts';
import { scenarioSchema } from '../../simulators/scenarios/schema.ts';
import type { VisitReport } from '../../simulators/world/scenario/visit-report.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'main/cli/main.ts');
const SCENARIO_MS = 300_000;
/** These wait most of a minute for a device or a bank that says nothing more; begun first, they cost no time. */
const SLOW = ['op-01-note-in-doubt', 'op-10-power-cut', 'queue-limit-age', 'queue-limit-sum'];
const folder = mkdtempSync(join(tmpdir(), 'qk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = [...SLOW, ...scenarioNames().filter((name) => !SLOW.includes(name))];

describe.concurrent('scripted visits', () => {
  it.each(names)('%s', { timeout: SCENARIO_MS }, async (name) => {
    const loaded = loadScenario(name);
    if (!loaded.ok) throw new Error(loaded.error);
    expect(loaded.value.name, 'the file is named as the scenario').toBe(name);
    const report = await runScenario(loaded.value, { clock: systemClock(), keepFolder: null });
    expect(report.problems).toEqual([]);
    expect(report.ok).toBe(true);
  });
});

describe('qolma scenario', () => {
  const qolma = (...args: string[]) => spawnSync(process.execPath, [CLI, 'scenario', ...args], { encoding: 'utf8', timeout: SCENARIO_MS });

  it('prints one JSON object, leaves everything behind, and no one-time code in it', () => {
    const kept = join(folder, 'kept');
    const run = qolma('op-05', '--json', '--keep', kept);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const report = JSON.parse(run.stdout) as VisitReport;
    expect(report).toMatchObject({ ok: true, scenario: 'op-05', cash: { movedMinor: 500_000, journalMinor: 500_000, hostMinor: 500_000, suspenseMinor: 0 }, refusal: null, problems: [] });
    expect(Object.keys(report).sort()).toEqual(['cash', 'messages', 'ok', 'problems', 'receipts', 'refusal', 'scenario', 'screens']);
    const [receipt] = report.receipts;
    expect(receipt).toMatchObject({ number: '0427-000001', status: 'executed', printed: true });
    const files = readdirSync(kept, { recursive: true, encoding: 'utf8' });
    for (const file of ['journal.sqlite', 'core.log', 'terminal.json', 'timeline.jsonl', 'world.json', 'report.json', 'receipts/0427-000001.txt', 'receipts/0427-000001.png', 'receipts/paper-1.png']) expect(files).toContain(file);
    expect(readFileSync(join(kept, 'receipts/0427-000001.txt'), 'utf8')).toBe(receipt?.text);
    for (const kind of ['otp.verify', 'pay.provider']) for (const way of ['sent', 'received']) expect(files.filter((file) => file.endsWith(`-${kind}-${way}.xml`))).toHaveLength(1);
    const areas = new Set(readFileSync(join(kept, 'timeline.jsonl'), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { area: string }).area));
    expect([...areas].sort()).toEqual(['bank', 'device', 'journal', 'line', 'screen']);
    // The words of the telephone's message, in the visit's language, followed by digits: nowhere.
    for (const file of files.filter((name) => statSync(join(kept, name)).isFile())) expect(readFileSync(join(kept, file), 'utf8'), file).not.toMatch(/код подтверждения[^\n]{0,40}\d{6}/u);
  }, SCENARIO_MS);

  it('exits with 1 and says what was expected when a visit ends otherwise', () => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, JSON.stringify({ name: 'wrong', title: 'Expects what cannot be', steps: [{ touch: true }, { press: 'cancel', on: 'menu' }], expect: { lastScreen: 'attract', cash: { moved: 500 }, refusal: 'RF-02' } }));
    const run = qolma(path, '--json');
    expect(run.status).toBe(1);
    const report = JSON.parse(run.stdout) as VisitReport;
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual(['expected moved 500 ₸, found 0 ₸', 'expected the refusal RF-02, shown was none']);
  }, SCENARIO_MS);

  it('exits with 64 and names the field that is wrong', () => {
    const path = join(folder, 'malformed.json');
    writeFileSync(path, JSON.stringify({ name: 'malformed', title: 'No such screen', steps: [{ wait: 'no-such-screen' }] }));
    const run = qolma(path);
    expect(run.status).toBe(64);
    expect(run.stderr).toContain('steps');
    expect(existsSync(join(folder, 'anything'))).toBe(false);
    expect(qolma('no-such-scenario').status).toBe(64);
  });
});

describe('scenario.schema.json', () => {
  it('is the schema of this version (qolma scenario --schema makes it)', () => {
    const published: unknown = JSON.parse(readFileSync(join(ROOT, 'simulators/scenarios/scenario.schema.json'), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(scenarioSchema, { io: 'input' }))));
  });
});
