import { expect, it } from 'vitest';
import { systemClock } from '../../main/system/system-clock.ts';
import { runCrashMatrix } from '../../simulators/world/crash/crash-matrix.ts';

/**
 * Goal: the real core process, killed or cut off from its power at a point where money moves, leaves notes, journal and bank in agreement.
 * Method: a bounded share of `qolma crash-matrix`: two points of a deposit and a withdrawal, after the first of which the process is started again.
 */
it.each([
  ['op-01', 'kill', 'none', 38],
  ['op-10', 'powerCut', 'none', 30],
] as const)('%s survives %s with host fault %s', { timeout: 300_000 }, async (operation, death, hostFault, fromPoint) => {
  const report = await runCrashMatrix({ clock: systemClock(), operations: [operation], hostFaults: [hostFault], deaths: [death], fromPoint, pointStep: 9, runsMax: 1, limitMs: 250_000, seed: 1 });
  expect(report.discrepancies).toEqual([]);
  expect(report.runs).toBeGreaterThan(0);
  expect(report.points + report.exhausted.length).toBe(report.runs);
});
