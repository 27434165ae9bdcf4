import { availableParallelism } from 'node:os';
import type { SabotageName } from '../sabotage/planted.ts';
import { createWorkerPool } from '../worker-pool.ts';
import type { CellChoice, CrashCell } from './crash-cells.ts';
import { cellArguments, cellName, cellsOf } from './crash-cells.ts';
import type { CrashPoint } from './crash-plan.ts';
import type { CellCoverage, MatrixDiscrepancy, MatrixReport, RunTold } from './matrix-report.ts';
import { coverageOf, reportOf } from './matrix-report.ts';
import { differentFinds, planKey, planRuns, planSecondDeaths } from './virtual-plan.ts';
import type { RunVirtual, VirtualOrder } from './virtual-runner.ts';
import { createVirtualRunner } from './virtual-runner.ts';
import type { CoreDeath, VirtualVisitOutcome } from './virtual-visit.ts';

const PROGRAM = new URL('./virtual-thread.ts', import.meta.url);

export interface VirtualMatrixOptions extends CellChoice {
  readonly seed: number;
  /** A planted mistake, to see that it is found. */
  readonly plant?: SabotageName | undefined;
  /** One run for each different point; otherwise points that another run shows are left out. */
  readonly isFull: boolean;
  /** First point by its number, among all that there are: for one run again. @default the plan from its beginning */
  readonly fromPoint?: number | undefined;
  /** The core dies a second time, at each durable step and command of its recovery. @default false */
  readonly isTwice?: boolean | undefined;
  /** With `fromPoint`: this point of the recovery alone. */
  readonly thenPoint?: number | undefined;
  /** Every n-th run of the plan, for a share. */
  readonly pointStep: number;
  /** Runs of each cell at most. */
  readonly runsMax: number;
  /** @default false */
  readonly stopsAtFirst?: boolean | undefined;
  /** No new run begins after it. */
  readonly limitMs: number;
  readonly monotonicMs: () => number;
  /** A folder that may be emptied; best one that lies in memory, since each commit is synced. */
  readonly folder: string;
  /** @default as many as there are processors */
  readonly threadCount?: number | undefined;
  readonly onRun?: (told: RunTold) => void;
  /** A combination is done. */
  readonly onCell?: (coverage: CellCoverage) => void;
}

/** The matrix in virtual time: every cell is first played to its end to know its points, then once for each of them. */
export async function runVirtualMatrix(options: VirtualMatrixOptions): Promise<MatrixReport> {
  const threadCount = options.threadCount ?? availableParallelism();
  const threads = threadCount > 1 ? createWorkerPool<VirtualOrder, VirtualVisitOutcome>({ program: PROGRAM, threadCount, folder: options.folder, nameOf: cellName }) : null;
  try {
    return await new VirtualMatrix(options, threads?.run ?? createVirtualRunner(options.folder), threadCount).run();
  } finally {
    await threads?.close();
  }
}

class VirtualMatrix {
  readonly #options: VirtualMatrixOptions;
  readonly #run: RunVirtual;
  readonly #threadCount: number;
  readonly #startedMs: number;
  readonly #discrepancies: MatrixDiscrepancy[] = [];
  /** Of cells without a fault that were run as a whole, by operation and death. */
  readonly #known = new Map<string, ReadonlyMap<string, CoreDeath>>();

  constructor(options: VirtualMatrixOptions, run: RunVirtual, threadCount: number) {
    this.#options = options;
    this.#run = run;
    this.#threadCount = threadCount;
    this.#startedMs = options.monotonicMs();
  }

  async run(): Promise<MatrixReport> {
    const cells: CellCoverage[] = [];
    for (const cell of cellsOf(this.#options)) {
      if (this.#isOver) break;
      const done = await this.#runCell(cell);
      cells.push(...done);
      for (const coverage of done) this.#options.onCell?.(coverage);
    }
    return reportOf(cells, this.#discrepancies, this.#options.monotonicMs() - this.#startedMs);
  }

  get #isOver(): boolean {
    const { monotonicMs, limitMs, stopsAtFirst } = this.#options;
    return monotonicMs() - this.#startedMs > limitMs || (stopsAtFirst === true && this.#discrepancies.length > 0);
  }

  async #runCell(cell: CrashCell): Promise<readonly CellCoverage[]> {
    const { isFull, isTwice, fromPoint, pointStep, runsMax } = this.#options;
    const place = `${cell.hardware} ${cell.operation} ${cell.death}`;
    const counted = await this.#run({ ...this.#orderOf(cell), diesAt: [], keepsLife: 1 });
    this.#look(cell, null, counted.problems);
    const plan = planRuns(cell, counted, { isFull, known: this.#known.get(place) ?? null });
    const chosen = fromPoint === undefined ? plan.runs.filter((_, index) => index % pointStep === 0) : counted.points.filter(({ point }) => point >= fromPoint && (point - fromPoint) % pointStep === 0);
    const runs = chosen.slice(0, runsMax);
    const known = new Map<string, CoreDeath>();
    const done = await this.#eachOf(runs, async (point) => {
      const death = await this.#runPoint(cell, point);
      if (death !== undefined) known.set(planKey(point), death);
    });
    if (cell.hostFault === 'none' && cell.deviceFault === 'none' && done === plan.runs.length) this.#known.set(place, known);
    const isWhole = fromPoint === undefined && done === plan.runs.length;
    const coverage = coverageOf(cell, { points: plan.differentCount, covered: isWhole ? plan.differentCount : Math.min(done, plan.differentCount), runs: done });
    return isTwice === true ? [coverage, await this.#runTwice(cell, differentFinds(known.values()))] : [coverage];
  }

  /** For each thing that a restart found: once to know the points of that recovery, once for each of them. */
  async #runTwice(cell: CrashCell, deaths: readonly CoreDeath[]): Promise<CellCoverage> {
    const { thenPoint } = this.#options;
    let [points, covered, runs] = [0, 0, 0];
    await this.#eachOf(deaths, async ({ point: first }) => {
      const counted = await this.#run({ ...this.#orderOf(cell), diesAt: [first.point], keepsLife: 2 });
      const planned = planSecondDeaths(counted.points).filter(({ point }) => thenPoint === undefined || point === thenPoint);
      points += planned.length;
      for (const second of planned) {
        if (this.#isOver) return;
        await this.#runPoint(cell, first, second);
        runs += 1;
        covered += 1;
      }
    });
    return { ...coverageOf(cell, { points, covered, runs: runs + deaths.length }), cell: `${cellName(cell)}, then again` };
  }

  /** Several at a time. @returns how many were begun before time was up, and are done */
  async #eachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<number> {
    let begun = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      while (begun < items.length && !this.#isOver) {
        const item = items[begun]!;
        begun += 1;
        await act(item);
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: this.#threadCount }, work));
    return done;
  }

  async #runPoint(cell: CrashCell, point: CrashPoint, second?: CrashPoint): Promise<CoreDeath | undefined> {
    const diesAt = [point.point, ...(second === undefined ? [] : [second.point])];
    const outcome = await this.#run({ ...this.#orderOf(cell), diesAt, keepsLife: 0 });
    this.#look(cell, point, outcome.problems, second);
    return outcome.deaths[0];
  }

  #orderOf(cell: CrashCell): CrashCell & Pick<VirtualOrder, 'seed' | 'plant'> {
    const { seed, plant } = this.#options;
    return { ...cell, seed, ...(plant === undefined ? {} : { plant }) };
  }

  #look(cell: CrashCell, point: CrashPoint | null, problems: readonly string[], second?: CrashPoint): void {
    const { seed, plant } = this.#options;
    const died = second ?? point;
    const at = died === null ? null : { point: died.point, at: died.at, what: died.what };
    this.#options.onRun?.({ cell: cellName(cell), point: at, problems });
    if (problems.length === 0) return;
    const then = second === undefined ? '' : ` --then ${second.point}`;
    const repeat = `npm run -s qolma -- crash-matrix --virtual ${cellArguments(cell)} --from ${point?.point ?? 1} --runs 1${then} --seed ${seed}${plant === undefined ? '' : ` --plant ${plant}`}`;
    this.#discrepancies.push({ ...cell, point: at, problems, repeat });
  }
}
