import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/system/system-clock.ts';
import type { CrashCell } from '../../simulators/world/crash/crash-cells.ts';
import { cellName } from '../../simulators/world/crash/crash-cells.ts';
import { parsePointName } from '../../simulators/world/crash/crash-plan.ts';
import { runRealMatrix } from '../../simulators/world/crash/real-matrix.ts';
import type { VirtualMatrixOptions } from '../../simulators/world/crash/virtual-matrix.ts';
import { runVirtualMatrix } from '../../simulators/world/crash/virtual-matrix.ts';
import { runMatrixSelftest } from '../../simulators/world/sabotage/matrix-selftest.ts';

/**
 * Goal: a core that is killed or cut off from its power at any point where money moves leaves notes, journal, bank and screens in agreement, and a crash
 * matrix sees it when it does not. Method: bounded shares of `qolma crash-matrix`, in virtual time and with the real process; planted mistakes.
 */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-crash-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const virtually = (options: Partial<VirtualMatrixOptions>) => runVirtualMatrix({
  operations: ['op-01', 'op-05', 'op-10'], hostFaults: ['none'], deaths: ['kill', 'powerCut'], seed: 1, isFull: false, pointStep: 1, runsMax: 1_000, limitMs: 100_000, monotonicMs: () => performance.now(), folder, threadCount: 1, ...options,
});

describe('in virtual time', { timeout: 120_000 }, () => {
  it('accounts for everything where a sync fails: the core lives on without its journal until nobody is served', async () => {
    const report = await virtually({ operations: ['op-01'], deaths: ['failedSync'], pointStep: 8 });
    expect(report.discrepancies).toEqual([]);
    expect([report.cells[0]!.points > 40, report.cells[0]!.runs > 5]).toEqual([true, true]);
  });

  it('accounts for everything at a share of all points of each operation and death', async () => {
    const report = await virtually({ pointStep: 100 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell }) => cell)).toEqual(['op-01 kill', 'op-01 powerCut', 'op-05 kill', 'op-05 powerCut', 'op-10 kill', 'op-10 powerCut']);
    for (const { points, runs } of report.cells) expect([points > 300, runs > 1]).toEqual([true, true]);
  });

  it('and with a fault of the bank on the message that moves the money', async () => {
    const report = await virtually({ operations: ['op-10'], hostFaults: ['silence', 'wrongSignature'], deaths: ['kill'], pointStep: 50 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells).toHaveLength(4);
  });

  it('and with a device that fails, whichever devices there are', async () => {
    const report = await virtually({ operations: ['op-10'], hostFaults: [], deviceFaults: ['replyLost@reply:45', 'powerCut@picked', 'shutterStuck@present'], hardware: ['lcdm', 'f53', 'recycler'], deaths: ['kill'], pointStep: 60 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell }) => cell)).toEqual(['op-10 replyLost@reply:45 kill', 'op-10 f53 shutterStuck@present kill', 'op-10 recycler powerCut@picked kill']);
  });

  it('and with a line that hangs while a note moves, and then brings all that it held', async () => {
    const report = await virtually({ operations: ['op-01'], hostFaults: [], deviceFaults: ['hangs:toHost:2850@intent.stack+470', 'hangs:toDevice:2000@intent.stack+0'], hardware: ['lcdm'], deaths: ['kill'], pointStep: 60 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell, points }) => [cell, points > 300])).toEqual([['op-01 hangs:toHost:2850@intent.stack+470 kill', true], ['op-01 hangs:toDevice:2000@intent.stack+0 kill', true]]);
  });

  it('and with a spare in place of the device that had the note, and with another cash box under it', async () => {
    const deviceFaults = ['spare:4000:500000@intent.stack+450', 'box:4000:off@intent.stack+450'];
    const report = await virtually({ operations: ['op-01'], hostFaults: [], deviceFaults, hardware: ['lcdm'], deaths: ['kill'], pointStep: 80 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell, points }) => [cell, points > 300])).toEqual(deviceFaults.map((fault) => [`op-01 ${fault} kill`, true]));
  });

  it('and with hands in a recycler\'s units, a device that is away for a while, and a core that is asked to end, or whose bank ends its day, just then', async () => {
    const deviceFaults = ['reach:4000:3@intent.dispense+450', 'away:unplug:4000@intent.dispense+450', 'end@intent.dispense+450', 'cutOver@intent.dispense+450'];
    const report = await virtually({ operations: ['op-10'], hostFaults: [], deviceFaults, hardware: ['recycler'], deaths: ['kill'], pointStep: 70 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell, points, runs }) => [cell, points > 100 && runs > 0])).toEqual(deviceFaults.map((fault) => [`op-10 recycler ${fault} kill`, true]));
  });

  it('and with the operator\'s key turned, somebody at the safe, mains that go, or a disk without room, while money moves', async () => {
    const deviceFaults = ['key:2500@intent.stack+450', 'safe@intent.stack+450', 'battery:5@intent.stack+450', 'full:2:3@acceptor.enabled+0'];
    const report = await virtually({ operations: ['op-01'], hostFaults: [], deviceFaults, hardware: ['lcdm+place'], deaths: ['kill'], pointStep: 50 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell, points, runs }) => [cell, points > 100 && runs > 0])).toEqual(deviceFaults.map((fault) => [`op-01 lcdm+place ${fault} kill`, true]));
  });

  it('and with staff who come for the cash after a visit in which a device failed', async () => {
    const deviceFaults = ['powerCut@afterGate/staff:collect', 'jamInStacker@afterGate/staff:load'];
    const report = await virtually({ operations: ['op-01'], hostFaults: [], deviceFaults, hardware: ['lcdm'], deaths: ['kill'], pointStep: 80 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell, points, runs }) => [cell, points > 100 && runs > 0])).toEqual(deviceFaults.map((fault) => [`op-01 ${fault} kill`, true]));
  });

  it('and where bank and device fail in the same visit', async () => {
    const report = await virtually({ operations: ['op-10'], hostFaults: ['silence', 'lateAnswer'], messages: ['cash.withdraw.complete'], deviceFaults: ['powerCut@note#2', 'replyLost@reply:45'], isCrossed: true, hardware: ['lcdm'], deaths: ['kill'], pointStep: 150 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell }) => cell)).toEqual(['silence', 'lateAnswer'].flatMap((bank) => ['powerCut@note#2', 'replyLost@reply:45'].map((device) => `op-10 ${bank} of cash.withdraw.complete ${device} kill`)));
  });

  it('and with coins, whose devices fail', async () => {
    const deviceFaults = ['coinAcceptor:powerCut@credit', 'hopper:restart@coin#1'];
    const report = await virtually({ operations: ['op-01', 'op-10'], hostFaults: [], deviceFaults, hardware: ['lcdm+coins'], deaths: ['kill'], pointStep: 80 });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells.map(({ cell }) => cell)).toEqual([`op-01 lcdm+coins ${deviceFaults[0]} kill`, `op-10 lcdm+coins ${deviceFaults[1]} kill`]);
  });

  it('and when the core dies again while it recovers', async () => {
    const report = await virtually({ operations: ['op-10'], deaths: ['kill'], fromPoint: 900, runsMax: 1, isTwice: true });
    expect(report.discrepancies).toEqual([]);
    expect(report.cells[1]).toMatchObject({ cell: 'op-10 kill, then again' });
    expect(report.cells[1]?.covered).toBeGreaterThan(5);
  });

  it('finds that a dispense in doubt counts as nothing, which shows only where the result is lost and the core lives', async () => {
    const [result] = await runMatrixSelftest({ seed: 1, folder, monotonicMs: () => performance.now(), names: ['roundsUncertainToNothing'] });
    expect(result).toMatchObject({ isFound: true, rule: 'cash' });
    expect(result?.repeat).toContain('--device-faults replyLost@reply:45');
  });

  it.each([
    ['saysDurableTooEarly', 'op-01', 35, 'cash'],
    ['losesSuspenseAfterRestart', 'op-10', 35, 'suspense'],
  ] as const)('finds that %s, and the line that it prints shows it again', async (plant, operation, pointStep, rule) => {
    const report = await virtually({ plant, operations: [operation], deaths: ['kill'], pointStep });
    const [found] = report.discrepancies;
    expect(found?.problems.join()).toContain(`${rule}:`);
    expect(found?.repeat).toContain(`--virtual --operations ${operation} --host-faults none --deaths kill --from ${found?.point?.point} --runs 1 --seed 1 --plant ${plant}`);
    const again = await virtually({ plant, operations: [operation], deaths: ['kill'], fromPoint: found?.point?.point, runsMax: 1 });
    expect(again.discrepancies[0]).toEqual(found);
  });
});

/** The second once hung: the customer had all he came for, and nobody saw the core die that had still to reverse a withdrawal. */
const PLAIN = { hardware: 'lcdm', deviceFault: 'none' } as const;
const REAL: readonly (readonly [CrashCell, string])[] = [
  [{ operation: 'op-01', hostFault: 'none', message: 'cash.deposit', death: 'kill', ...PLAIN }, 'sent acceptor 02030635ece4: 3 of 6 #1'],
  [{ operation: 'op-10', hostFault: 'silence', message: 'cash.withdraw', death: 'powerCut', ...PLAIN }, 'afterCommit authorisation.timedOut, message.staged cash.withdraw.complete, message.moved cash.withdraw unknown #1'],
  [{ operation: 'op-10', hostFault: 'none', message: 'cash.withdraw', death: 'powerCut', ...PLAIN }, 'duringSync outcome.dispense, intent.dispense, counts.changed #1'],
];

describe.concurrent('the real process', { timeout: 120_000 }, () => {
  it.each(REAL.map(([cell, point]) => [`${cellName(cell)} ${point}`, cell, point] as const))('survives %s', async (_name, { operation, hostFault, message, death }, point) => {
    const report = await runRealMatrix({ clock: systemClock(), operations: [operation], hostFaults: [hostFault], messages: [message], deaths: [death], isFull: false, diesAt: parsePointName(point), fromPoint: 1, pointStep: 1, runsMax: 1, limitMs: 100_000, jobs: 1, seed: 1 });
    expect(report.discrepancies).toEqual([]);
    expect(report, 'it died there').toMatchObject({ runs: 1, covered: 1 });
  });
});
