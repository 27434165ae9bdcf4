import type { CrashCell } from './crash-cells.ts';
import { cellName } from './crash-cells.ts';
import type { CrashPoint } from './crash-plan.ts';

export interface MatrixDiscrepancy extends CrashCell {
  readonly point: CrashPoint | null;
  readonly problems: readonly string[];
  /** One line that shows it again. */
  readonly repeat: string;
}

export interface CellCoverage {
  readonly cell: string;
  /** Points that differ from each other. */
  readonly points: number;
  /** Of them, those that were run or that another run is known to show. */
  readonly covered: number;
  readonly runs: number;
}

export interface MatrixReport {
  /** Different points of all cells, as far as they are known. */
  readonly points: number;
  readonly covered: number;
  readonly runs: number;
  /** Combinations of which every different point is covered. */
  readonly exhausted: readonly string[];
  readonly cells: readonly CellCoverage[];
  readonly discrepancies: readonly MatrixDiscrepancy[];
  readonly seconds: number;
}

export interface RunTold {
  readonly cell: string;
  readonly point: CrashPoint | null;
  readonly problems: readonly string[];
}

export function reportOf(cells: readonly CellCoverage[], discrepancies: readonly MatrixDiscrepancy[], elapsedMs: number): MatrixReport {
  const total = (count: (cell: CellCoverage) => number) => cells.reduce((sum, cell) => sum + count(cell), 0);
  return {
    points: total(({ points }) => points), covered: total(({ covered }) => covered), runs: total(({ runs }) => runs),
    exhausted: cells.filter(({ points, covered }) => points > 0 && covered === points).map(({ cell }) => cell), cells, discrepancies, seconds: Math.round(elapsedMs / 100) / 10,
  };
}

export function coverageOf(cell: CrashCell, counts: Omit<CellCoverage, 'cell'>): CellCoverage {
  return { cell: cellName(cell), ...counts };
}
