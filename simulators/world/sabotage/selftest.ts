import type { SabotageName } from './planted.ts';
import { PLANTED, SABOTAGE_NAMES } from './planted.ts';
import { simulate } from '../simulation.ts';

export interface PlantedResult {
  readonly name: SabotageName;
  readonly mistake: string;
  readonly isFound: boolean;
  /** Customers served until it showed. */
  readonly sessions: number;
  /** What showed it. */
  readonly rule: string | null;
  readonly detail: string | null;
}

export interface SelftestOptions {
  readonly seed: number;
  /** A mistake that is not found within so many customers is missed. */
  readonly sessionsMax: number;
  readonly folder: string;
  readonly monotonicMs: () => number;
  readonly names?: readonly SabotageName[];
  readonly onResult?: (result: PlantedResult) => void;
}

/** Plants each mistake in turn and runs customers with all faults until a checker sees it. */
export async function runSelftest(options: SelftestOptions): Promise<readonly PlantedResult[]> {
  const results: PlantedResult[] = [];
  for (const name of options.names ?? SABOTAGE_NAMES) {
    const { seed, sessionsMax, folder, monotonicMs } = options;
    const report = await simulate({ seed, sessionCount: sessionsMax, faults: 'all', folder, monotonicMs, sabotage: name, stopsAtFirst: true, threadCount: 1 });
    const first = report.discrepancies[0];
    const result = { name, mistake: PLANTED[name].mistake, isFound: first !== undefined, sessions: report.sessions, rule: first?.rule ?? null, detail: first?.detail ?? null };
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}
