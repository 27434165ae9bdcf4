import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultLevel } from '../../simulators/world/random-faults.ts';
import type { SimulationReport } from '../../simulators/world/simulation.ts';
import { simulate } from '../../simulators/world/simulation.ts';

/**
 * Goal: random customers with and without faults leave no note and no tenge unaccounted for. Method: whole worlds on virtual time from fixed
 * seeds; a failing line says how to run that world alone.
 */
/** About a minute, the longest part of `npm test`; the same sessions on every machine. `npm run sim:soak` goes on for a night. */
const SHARE_SESSIONS = 500;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-sim-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (faults: FaultLevel, seed: number, sessionCount: number): Promise<SimulationReport> => simulate({ seed, sessionCount, faults, folder, monotonicMs: () => performance.now() });
const told = (report: SimulationReport) => report.discrepancies.map((found) => `${found.rule}: ${found.detail}\n${found.repeat}`);

describe('simulated customers', { timeout: 600_000 }, () => {
  it('accounts for every note and every tenge when nothing goes wrong', async () => {
    const report = await run('none', 11, 20);
    expect(told(report)).toEqual([]);
    expect(report.sessions).toBe(20);
    expect(Object.keys(report.operationsByKind).sort()).toEqual(['op-01', 'op-05', 'op-10']);
    expect(report.endings['completed']).toBeGreaterThan(5);
    expect(report.faultsInjected).toBe(0);
  });

  it('accounts for them when something goes wrong now and then', async () => {
    const report = await run('some', 21, 20);
    expect(told(report)).toEqual([]);
    expect(report.faultsInjected).toBeGreaterThan(2);
  });

  it('accounts for them when everything goes wrong, over restarts of the core', async () => {
    const report = await run('all', 31, 40);
    expect(told(report)).toEqual([]);
    expect(report.faultsInjected).toBeGreaterThan(30);
    expect(report.restarts).toBeGreaterThan(1);
  });

  it('accounts for them with a dispenser that hands out bunches and draws them back', async () => {
    const report = await simulate({ seed: 1_000, sessionCount: 40, faults: 'all', folder, monotonicMs: () => performance.now(), hardware: 'f53' });
    expect(told(report)).toEqual([]);
    expect(report.operationsByKind['op-10']).toBeGreaterThan(5);
  });

  it.each(['id003-recycler', 'bill-to-bill', 'xfs-recycler', 'xfs-dispenser', 'xfs-acceptor+lcdm', 'id003+lcdm4000', 'ebds+lcdm4000', 'ssp+f53', 'essp+lcdm4000'] as const)('accounts for them with %s, which the longer course below does not come to', async (hardware) => {
    const report = await simulate({ seed: 61_000, sessionCount: 15, faults: 'all', folder, monotonicMs: () => performance.now(), threadCount: 1, hardware });
    expect(told(report)).toEqual([]);
  });

  it('accounts for everything over a longer course with all faults', async () => {
    const report = await simulate({ seed: 700_200, sessionCount: SHARE_SESSIONS, faults: 'all', folder, monotonicMs: () => performance.now(), threadCount: 1, stopsAtFirst: true });
    expect(told(report)).toEqual([]);
    expect(report.sessions).toBe(SHARE_SESSIONS);
    for (const act of ['proposed', 'settle', 'replace']) expect(report.messageActs[act], act).toBeGreaterThan(2);
    for (const act of ['notes.load', 'notes.empty', 'notes.collect', 'recycler.counted', 'recycler.float']) expect(report.cashActs[act], act).toBeGreaterThan(2);
  });

  it.each([
    ['a clock that fell back eleven years dated the completion of a withdrawal', 9_016, [11], ['11.1']],
    ['the same clock after a restart, before the bank\'s first word', 9_016, [11], ['11.0', '11.1']],
    ['a disk that failed while a session was closed', 100_059, [17, 19], ['19.0']],
  ])('%s: found once, does not come back', async (_name, seed, keepSessions, keepFaults) => {
    const report = await simulate({ seed, sessionCount: 20, faults: 'all', folder, monotonicMs: () => performance.now(), keepSessions, keepFaults });
    expect(told(report)).toEqual([]);
    expect(report).toMatchObject({ sessions: keepSessions.length, faultsInjected: keepFaults.length });
  });

  it.each([['from the first day', 41], ['over months in the dark and a purge', 14]])('runs the same course from the same seed, %s: every screen and the journal\'s head', async (_name, seed) => {
    const { sessionsPerSecond: _first, ...first } = await run('all', seed, 8);
    const { sessionsPerSecond: _second, ...second } = await run('all', seed, 8);
    expect(second).toEqual(first);
    const other = await run('all', 42, 3);
    expect(other.digest).not.toBe(first.digest);
  });
});
