import type { Clock } from '../../../main/foundation/clock.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { loadScenario } from '../scenario/load-scenario.ts';
import type { CellChoice, CrashCell } from './crash-cells.ts';
import { cellArguments, cellName, cellsOf } from './crash-cells.ts';
import type { CrashPlan, NamedPoint } from './crash-plan.ts';
import { pointName } from './crash-plan.ts';
import type { CrashOutcome } from './crash-visit.ts';
import { playCrashVisit } from './crash-visit.ts';
import type { CellCoverage, MatrixDiscrepancy, MatrixReport, RunTold } from './matrix-report.ts';
import { coverageOf, reportOf } from './matrix-report.ts';

export interface RealMatrixOptions extends CellChoice {
  readonly clock: Clock;
  /** Every byte of a command; otherwise its first, middle and last one. Durable steps are run all, either way. */
  readonly isFull: boolean;
  /** This point only, by its name; left out: all. */
  readonly diesAt?: CrashPlan['diesAt'] | undefined;
  /** First point and distance to the next, for a share of the matrix. */
  readonly fromPoint: number;
  readonly pointStep: number;
  /** Runs of each cell at most, the one that counts its points not among them. */
  readonly runsMax: number;
  /** No new run begins after it. */
  readonly limitMs: number;
  /** Visits at the same time, each on a terminal of its own. */
  readonly jobs: number;
  readonly seed: number;
  /** Program of the core; left out: the sources. */
  readonly coreProgram?: string | undefined;
  readonly onRun?: (told: RunTold) => void;
  /** A combination is done. */
  readonly onCell?: (coverage: CellCoverage) => void;
}

const ANSWER_TIMEOUT_MS = 3_000;

/** Real processes: each cell is first played to its end to know its points, then once for each, until no run shows a point that is new. */
export function runRealMatrix(options: RealMatrixOptions): Promise<MatrixReport> {
  return new RealMatrix(options).run();
}

class RealMatrix {
  readonly #options: RealMatrixOptions;
  readonly #startedMs: number;
  readonly #discrepancies: MatrixDiscrepancy[] = [];

  constructor(options: RealMatrixOptions) {
    this.#options = options;
    this.#startedMs = options.clock.monotonicMs();
  }

  async run(): Promise<MatrixReport> {
    const cells: CellCoverage[] = [];
    for (const cell of cellsOf(this.#options)) {
      if (this.#isOver) break;
      const coverage = await this.#runCell(cell);
      cells.push(coverage);
      this.#options.onCell?.(coverage);
    }
    return reportOf(cells, this.#discrepancies, this.#elapsedMs);
  }

  get #elapsedMs(): number {
    return this.#options.clock.monotonicMs() - this.#startedMs;
  }

  get #isOver(): boolean {
    return this.#elapsedMs > this.#options.limitMs;
  }

  async #runCell(cell: CrashCell): Promise<CellCoverage> {
    const { diesAt, fromPoint, pointStep, runsMax, jobs } = this.#options;
    if (diesAt !== undefined && diesAt !== null) {
      const { point } = await this.#play(cell, diesAt);
      return coverageOf(cell, { points: 1, covered: point === null ? 0 : 1, runs: 1 });
    }
    const known = new Map<string, NamedPoint>();
    const learn = (points: readonly NamedPoint[]): readonly NamedPoint[] => {
      const fresh = points.filter((point) => this.#isWanted(point) && !known.has(pointName(point)));
      for (const point of fresh) known.set(pointName(point), point);
      return fresh;
    };
    const counted = await this.#play(cell, null);
    const waiting = learn(counted.points).filter((_, index) => index + 1 >= fromPoint && (index + 1 - fromPoint) % pointStep === 0);
    const covered = new Set<string>();
    let runs = 0;
    const work = async (): Promise<void> => {
      while (waiting.length > 0 && runs < runsMax && !this.#isOver) {
        const wanted = waiting.shift()!;
        runs += 1;
        const outcome = await this.#play(cell, wanted);
        if (outcome.point !== null) covered.add(pointName(outcome.point));
        // In real time a run may take another course and reach what none reached before.
        if (pointStep === 1) waiting.push(...learn(outcome.points));
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
    return coverageOf(cell, { points: known.size, covered: covered.size, runs });
  }

  /** Of the bytes of a command a sample, unless all are asked for. */
  #isWanted({ at, what }: NamedPoint): boolean {
    if (at !== 'sent' || this.#options.isFull) return true;
    const [, end, length] = /: (\d+) of (\d+)$/.exec(what) ?? [];
    return [1, Math.ceil(Number(length) / 2), Number(length)].includes(Number(end));
  }

  async #play(cell: CrashCell, wanted: Omit<NamedPoint, 'point'> | null): Promise<CrashOutcome> {
    const { clock, seed, coreProgram } = this.#options;
    const diesAt = wanted === null ? null : { at: wanted.at, what: wanted.what, occurrence: wanted.occurrence };
    const outcome = await played(scenarioOf(cell), { clock, death: cell.death, diesAt, seed, coreProgram });
    const { point, problems } = outcome;
    this.#options.onRun?.({ cell: cellName(cell), point, problems });
    if (problems.length > 0) this.#discrepancies.push({ ...cell, point, problems, repeat: `npm run -s qolma -- crash-matrix ${cellArguments(cell)}${diesAt === null ? ' --runs 1' : ` --point "${pointName(diesAt)}"`} --seed ${seed}` });
    return outcome;
  }
}

/** A terminal that does not even start is a finding too, not the end of the matrix. */
async function played(scenario: Scenario, options: Parameters<typeof playCrashVisit>[1]): Promise<CrashOutcome> {
  try {
    return await playCrashVisit(scenario, options);
  } catch (error) {
    return { point: null, points: [], problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The plain visit of the operation; its expectations do not hold when the core dies and are not asked. @throws when the scenario is gone */
function scenarioOf({ operation, hostFault, message }: CrashCell): Scenario {
  const loaded = loadScenario(operation);
  if (!loaded.ok) throw new Error(loaded.error);
  const fault = { target: 'bank' as const, command: { do: 'fault', fault: hostFault, operation: message, times: 1 }, when: 'start' as const };
  // What is shown after the money message depends on the fault: whoever stands there then only goes on.
  const lastSure = loaded.value.steps.findLastIndex((step) => 'note' in step || 'amount' in step || ('press' in step && (step.on === 'confirm' || step.on === 'cash-in')));
  const steps = hostFault === 'none' ? loaded.value.steps : loaded.value.steps.slice(0, 1 + lastSure);
  return { ...loaded.value, steps, expect: {}, faults: hostFault === 'none' ? [] : [fault], limits: { ...loaded.value.limits, answerTimeoutMs: ANSWER_TIMEOUT_MS } };
}
