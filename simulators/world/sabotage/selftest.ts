import { simulate } from '../simulation.ts';
import type { SabotageName } from './planted.ts';
import { PLANTED, SABOTAGE_NAMES } from './planted.ts';

export interface PlantedResult {
  /** `none`: nothing was planted, and nothing may be found. */
  readonly name: SabotageName | 'none';
  readonly mistake: string;
  readonly isFound: boolean;
  /** Found where something was planted, clean where nothing was. */
  readonly isRight: boolean;
  /** Customers served until it showed. */
  readonly sessions: number;
  /** What showed it. */
  readonly rule: string | null;
  readonly detail: string | null;
  /** One line that shows it again; null: nothing was found. */
  readonly repeat: string | null;
}

export interface SelftestOptions {
  readonly seed: number;
  /** A mistake that is not found within so many customers is missed. */
  readonly sessionsMax: number;
  readonly folder: string;
  readonly monotonicMs: () => number;
  readonly names?: readonly (SabotageName | 'none')[];
  readonly onResult?: (result: PlantedResult) => void;
}

/** Nothing, then each mistake that random customers can be asked for. */
export const SELFTEST_NAMES: readonly (SabotageName | 'none')[] = ['none', ...SABOTAGE_NAMES.filter((name) => !('isMatrixOnly' in PLANTED[name]))];
/** Without a mistake nothing is found, in as many customers as most mistakes take. */
const CLEAN_SESSIONS = 80;
/** Small worlds: what is wrong is looked for at the end of each. */
const SESSIONS_PER_WORLD = 10;

/** Runs the product as it is, then plants each mistake in turn and runs customers with all faults until a checker sees it. */
export async function runSelftest(options: SelftestOptions): Promise<readonly PlantedResult[]> {
  const { seed, sessionsMax, folder, monotonicMs } = options;
  const results: PlantedResult[] = [];
  for (const name of options.names ?? SELFTEST_NAMES) {
    const sessionCount = name === 'none' ? Math.min(CLEAN_SESSIONS, sessionsMax) : sessionsMax;
    const report = await simulate({ seed, sessionCount, sessionsPerWorld: SESSIONS_PER_WORLD, faults: 'all', folder, monotonicMs, stopsAtFirst: true, threadCount: 1, ...(name === 'none' ? {} : { sabotage: name }) });
    const first = report.discrepancies[0];
    const isFound = first !== undefined;
    const result = {
      name, mistake: name === 'none' ? 'no mistake' : PLANTED[name].mistake, isFound, isRight: isFound === (name !== 'none'), sessions: report.sessions, rule: first?.rule ?? null, detail: first?.detail ?? null, repeat: first?.repeat ?? null,
    };
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}
