import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLANTED, SABOTAGE_NAMES } from '../../simulators/world/sabotage/planted.ts';
import { runSelftest } from '../../simulators/world/sabotage/selftest.ts';
import { simulate } from '../../simulators/world/simulation.ts';

/**
 * Goal: a simulation finds the mistakes that it is there to find, says how to repeat one, and shrinks it. Method: mistakes planted between the
 * parts that show within a few customers; `npm run sim:selftest` looks for all.
 */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-planted-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const monotonicMs = () => performance.now();

describe('planted mistakes', { timeout: 300_000 }, () => {
  it.each(['skipsStackIntent', 'forgetsBoxCount', 'leavesOperationOpen', 'closesWithNothingMoved', 'leaksCode', 'doubtsTwiceAsMuch', 'leavesPathWithoutItem', 'creditsCoinTwice', 'forgetsCoinMark', 'onePersonIsEnough', 'settledMessageLeavesNoItem', 'countsOffTwinCassette', 'countsLoadTwice', 'collectsAllButOneKind', 'leavesOneKindOutOfDay', 'reportsNothingInDoubt', 'tellsNobodyOfTamper'] as const)('finds that %s', async (name) => {
    const [result] = await runSelftest({ seed: 9_000, sessionsMax: 60, folder, monotonicMs, names: [name] });
    expect(result).toMatchObject({ name, mistake: PLANTED[name].mistake, isFound: true });
  });

  it('finds nothing where nothing is planted', async () => {
    const [result] = await runSelftest({ seed: 9_000, sessionsMax: 20, folder, monotonicMs, names: ['none'] });
    expect(result).toMatchObject({ name: 'none', isFound: false, isRight: true, sessions: 20, detail: null });
  });

  it('shrinks a finding to the sessions that show it, and the line it prints shows it again', async () => {
    const report = await simulate({ seed: 9_000, sessionCount: 10, faults: 'some', folder, monotonicMs, sabotage: 'forgetsBoxCount', shrinks: true });
    const [found] = report.discrepancies;
    const kept = /--keep-sessions (\S+)/.exec(found?.repeat ?? '')?.[1]?.split(',').map(Number) ?? [];
    expect(kept).toHaveLength(1);
    expect(found?.repeat).toContain('--keep-faults none');
    const again = await simulate({ seed: 9_000, sessionCount: Math.max(...kept) + 1, faults: 'some', folder, monotonicMs, sabotage: 'forgetsBoxCount', keepSessions: kept, keepFaults: [] });
    expect(again.sessions).toBe(1);
    expect(again.discrepancies[0]?.rule).toBe(found?.rule);
  });

  it('has at least twelve of them, each in words', () => {
    expect(SABOTAGE_NAMES.length).toBeGreaterThanOrEqual(12);
    expect(new Set(SABOTAGE_NAMES.map((name) => PLANTED[name].mistake)).size).toBe(SABOTAGE_NAMES.length);
  });
});
