import { runVirtualMatrix } from '../crash/virtual-matrix.ts';
import type { SabotageName } from './planted.ts';
import { PLANTED, SABOTAGE_NAMES } from './planted.ts';
import type { PlantedResult } from './selftest.ts';

export interface MatrixSelftestOptions {
  readonly seed: number;
  readonly folder: string;
  readonly monotonicMs: () => number;
  readonly names?: readonly SabotageName[];
  readonly onResult?: (result: PlantedResult) => void;
}

/** Those that one customer and one death, or one fault, must show. */
export const MATRIX_NAMES: readonly SabotageName[] = SABOTAGE_NAMES.filter((name) => PLANTED[name].cell !== null);
/** Of a cell, at the utmost: all points of it. */
const LIMIT_MS = 600_000;
/** A share of the points first: most show at many of them. */
const SHARE_STEP = 8;

/** Plants each mistake in turn and lets the core die at point after point of its cell until a checker sees it. `sessions` of a result are visits. */
export async function runMatrixSelftest({ seed, folder, monotonicMs, names = MATRIX_NAMES, onResult }: MatrixSelftestOptions): Promise<readonly PlantedResult[]> {
  const results: PlantedResult[] = [];
  for (const name of names) {
    const { operation, hardware, cell, mistake } = PLANTED[name];
    if (cell === null) continue;
    const options = {
      operations: [operation], hardware: [hardware], hostFaults: cell.deviceFault === 'none' ? [cell.hostFault] : [], deviceFaults: [cell.deviceFault], deaths: [cell.death],
      seed, plant: name, isFull: false, runsMax: Infinity, stopsAtFirst: true, limitMs: LIMIT_MS, monotonicMs, folder, threadCount: 1,
    };
    const share = await runVirtualMatrix({ ...options, pointStep: SHARE_STEP });
    const report = share.discrepancies.length > 0 ? share : await runVirtualMatrix({ ...options, pointStep: 1 });
    const [first] = report.discrepancies;
    const [problem = null] = first?.problems ?? [];
    const isFound = first !== undefined;
    const result = { name, mistake, isFound, isRight: isFound, sessions: report.runs + 1, rule: problem?.split(':')[0] ?? null, detail: problem, repeat: first?.repeat ?? null };
    results.push(result);
    onResult?.(result);
  }
  return results;
}
