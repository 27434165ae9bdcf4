import type { Clock } from '../../../main/foundation/clock.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { loadScenario } from '../scenario/load-scenario.ts';
import type { CrashPoint } from './crash-plan.ts';
import type { CrashOutcome, Death } from './crash-visit.ts';
import { playCrashVisit } from './crash-visit.ts';

export const CRASH_OPERATIONS = ['op-01', 'op-05', 'op-10'] as const;
export type CrashOperation = (typeof CRASH_OPERATIONS)[number];
/** Of the message that moves the operation's money, once. */
export const HOST_FAULTS = ['none', 'silence', 'cutAfter', 'lostRequest', 'wrongSignature'] as const;
export type HostFault = (typeof HOST_FAULTS)[number];
export const DEATHS = ['kill', 'powerCut'] as const satisfies readonly Death[];

export interface MatrixOptions {
  readonly clock: Clock;
  readonly operations: readonly CrashOperation[];
  readonly hostFaults: readonly HostFault[];
  readonly deaths: readonly Death[];
  /** First point and distance to the next, for a share of the matrix. */
  readonly fromPoint: number;
  readonly pointStep: number;
  /** Runs of each combination at most. */
  readonly runsMax: number;
  /** No new run begins after it. */
  readonly limitMs: number;
  readonly seed: number;
  readonly onRun?: (told: { readonly cell: string; readonly point: CrashPoint | null; readonly problems: readonly string[] }) => void;
}

export interface MatrixDiscrepancy {
  readonly operation: CrashOperation;
  readonly hostFault: HostFault;
  readonly death: Death;
  readonly point: CrashPoint | null;
  readonly problems: readonly string[];
  readonly repeat: string;
}

export interface MatrixReport {
  /** Different points at which the core died. */
  readonly points: number;
  readonly runs: number;
  /** Combinations whose last point was reached. */
  readonly exhausted: readonly string[];
  readonly discrepancies: readonly MatrixDiscrepancy[];
}

const MONEY_MESSAGE: Readonly<Record<CrashOperation, string>> = { 'op-01': 'cash.deposit', 'op-05': 'pay.provider', 'op-10': 'cash.withdraw' };
const ANSWER_TIMEOUT_MS = 3_000;

/** The core dies at the 1st, 2nd, 3rd … point of each combination, until a visit ends before the point is reached. */
export async function runCrashMatrix(options: MatrixOptions): Promise<MatrixReport> {
  const startedMs = options.clock.monotonicMs();
  const points = new Set<string>();
  const exhausted: string[] = [];
  const discrepancies: MatrixDiscrepancy[] = [];
  let runs = 0;
  for (const { operation, hostFault, death } of cells(options)) {
    const cell = `${operation} ${hostFault} ${death}`;
    const scenario = scenarioOf(operation, hostFault);
    for (let run = 0; run < options.runsMax && options.clock.monotonicMs() - startedMs < options.limitMs; run += 1) {
      const point = options.fromPoint + run * options.pointStep;
      const outcome = await play(scenario, { clock: options.clock, point, death, seed: options.seed });
      runs += 1;
      options.onRun?.({ cell, point: outcome.point, problems: outcome.problems });
      if (outcome.point !== null) points.add(`${operation} ${death} ${outcome.point.at} ${outcome.point.what.replaceAll(/[0-9a-f]{8,}/g, '')} ${outcome.point.point}`);
      if (outcome.problems.length > 0) discrepancies.push({ operation, hostFault, death, point: outcome.point, problems: outcome.problems, repeat: repeatLine({ operation, hostFault, death, point, seed: options.seed }) });
      if (outcome.point !== null) continue;
      exhausted.push(cell);
      break;
    }
  }
  return { points: points.size, runs, exhausted, discrepancies };
}

/** A terminal that does not even start is a finding too, not the end of the matrix. */
async function play(scenario: Scenario, options: Parameters<typeof playCrashVisit>[1]): Promise<CrashOutcome> {
  try {
    return await playCrashVisit(scenario, options);
  } catch (error) {
    return { point: { point: options.point, at: 'beforeCommit', what: 'the visit itself' }, pointsReached: 0, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

function* cells({ operations, hostFaults, deaths }: MatrixOptions): Generator<{ readonly operation: CrashOperation; readonly hostFault: HostFault; readonly death: Death }> {
  for (const operation of operations) for (const hostFault of hostFaults) for (const death of deaths) yield { operation, hostFault, death };
}

/** The plain visit of the operation; its expectations do not hold when the core dies and are not asked. @throws when the scenario is gone */
function scenarioOf(operation: CrashOperation, hostFault: HostFault): Scenario {
  const loaded = loadScenario(operation);
  if (!loaded.ok) throw new Error(loaded.error);
  const fault = { target: 'bank' as const, command: { do: 'fault', fault: hostFault, operation: MONEY_MESSAGE[operation], times: 1 }, when: 'start' as const };
  const steps = hostFault === 'none' ? loaded.value.steps : loaded.value.steps.slice(0, 1 + loaded.value.steps.findLastIndex((step) => 'note' in step || 'amount' in step || ('press' in step && (step.on === 'confirm' || step.on === 'cash-in'))));
  return { ...loaded.value, steps, expect: {}, faults: hostFault === 'none' ? [] : [fault], limits: { ...loaded.value.limits, answerTimeoutMs: ANSWER_TIMEOUT_MS } };
}

function repeatLine(cell: { readonly operation: CrashOperation; readonly hostFault: HostFault; readonly death: Death; readonly point: number; readonly seed: number }): string {
  return `npm run -s qolma -- crash-matrix --operations ${cell.operation} --host-faults ${cell.hostFault} --deaths ${cell.death} --from ${cell.point} --runs 1 --seed ${cell.seed}`;
}
