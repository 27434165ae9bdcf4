import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './checkers/findings.ts';
import type { FaultLevel } from './random-faults.ts';
import { createRepeatableSigner, repeatablePki } from './repeatable-keys.ts';
import { SimulatedWorld, WORLD_START_UTC_MS } from './simulated-world.ts';
import { settleEventLoop } from './virtual-clock.ts';

/** Customers of one world; world number n of a run has the seed of the run + n, so that each can be run alone. */
export const SESSIONS_PER_WORLD = 20;

export interface SimulationOptions {
  /** A whole number, 0 ≤ seed < 2³¹. */
  readonly seed: number;
  readonly sessionCount: number;
  readonly faults: FaultLevel;
  /** A folder that may be emptied: journals of worlds lie there while they run. */
  readonly folder: string;
  /** Real time, for the speed only. */
  readonly monotonicMs: () => number;
  /** Told at once, for long runs. */
  readonly onDiscrepancy?: (discrepancy: Discrepancy) => void;
}

export interface Discrepancy extends Finding {
  readonly seed: number;
  /** One line that shows it again. */
  readonly repeat: string;
}

export interface SimulationReport {
  readonly seed: number;
  readonly faults: FaultLevel;
  readonly sessions: number;
  readonly operations: number;
  readonly operationsByKind: Readonly<Record<string, number>>;
  readonly endings: Readonly<Record<string, number>>;
  readonly faultsInjected: number;
  readonly restarts: number;
  readonly discrepancies: readonly Discrepancy[];
  /** Of all screens and journals of the run. */
  readonly digest: string;
  readonly virtualHours: number;
  readonly sessionsPerSecond: number;
}

/** Runs worlds one after the other, each from its own seed, and gathers what the checkers found. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { seed, sessionCount, faults, folder, monotonicMs } = options;
  const pki = repeatablePki(WORLD_START_UTC_MS);
  const signer = createRepeatableSigner(pki.terminalSign);
  const startedMs = monotonicMs();
  const digest = createHash('sha256');
  const total = { sessions: 0, faultsInjected: 0, restarts: 0, virtualMs: 0 };
  const operationsByKind: Record<string, number> = {};
  const endings: Record<string, number> = {};
  const discrepancies: Discrepancy[] = [];
  for (let begun = 0, number = 0; begun < sessionCount; begun += SESSIONS_PER_WORLD, number += 1) {
    const worldSeed = seed + number;
    const wanted = Math.min(SESSIONS_PER_WORLD, sessionCount - begun);
    const worldFolder = join(folder, `world-${worldSeed}`);
    mkdirSync(worldFolder, { recursive: true });
    const world = new SimulatedWorld({ seed: worldSeed, faults, pki, signer, journalPath: join(worldFolder, 'journal.sqlite') });
    const figures = await world.run(wanted);
    // Virtual time never lets the event loop turn by itself; signals and streams wait for it.
    await settleEventLoop();
    rmSync(worldFolder, { recursive: true, force: true });
    total.sessions += figures.sessions;
    total.faultsInjected += figures.faultsInjected.length;
    total.restarts += figures.restarts;
    total.virtualMs += figures.virtualMs;
    add(operationsByKind, figures.operationsByKind);
    add(endings, figures.endings);
    digest.update(figures.digest);
    for (const finding of figures.findings) {
      const discrepancy = { ...finding, seed: worldSeed, repeat: repeatLine(worldSeed, wanted, faults) };
      discrepancies.push(discrepancy);
      options.onDiscrepancy?.(discrepancy);
    }
  }
  const elapsedMs = Math.max(1, monotonicMs() - startedMs);
  return {
    seed, faults, sessions: total.sessions, operations: Object.values(operationsByKind).reduce((sum, count) => sum + count, 0), operationsByKind, endings, faultsInjected: total.faultsInjected, restarts: total.restarts,
    discrepancies, digest: digest.digest('hex'), virtualHours: Math.round(total.virtualMs / 36_000) / 100, sessionsPerSecond: Math.round((total.sessions * 10_000) / elapsedMs) / 10,
  };
}

export function repeatLine(seed: number, sessions: number, faults: FaultLevel): string {
  return `npm run -s qolma -- simulate --seed ${seed} --sessions ${sessions} --faults ${faults}`;
}

function add(totals: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
}
