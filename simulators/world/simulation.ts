import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Finding } from './checkers/findings.ts';
import type { FaultLevel } from './random-faults.ts';
import type { SabotageName } from './sabotage/planted.ts';
import { shrinkWorld } from './shrink.ts';
import type { WorldFigures } from './course-figures.ts';
import { createWorkerPool } from './worker-pool.ts';
import type { HardwareName } from './world-hardware.ts';
import type { WorldOrder } from './world-order.ts';
import { repeatLine } from './world-order.ts';
import { createWorldRunner } from './world-runner.ts';

const PROGRAM = new URL('./world-thread.ts', import.meta.url);
/** A session leaves much that is never used again: with the small default half of it is copied around before it is dropped. */
const YOUNG_MB = 64;

/** Customers of one world; world number n of a run has the seed of the run + n, so that each can be run alone. */
export const SESSIONS_PER_WORLD = 40;
/** Below it a second thread costs more to warm up than it saves. */
const SESSIONS_FOR_THREADS = 200;

export interface SimulationOptions {
  /** A whole number, 0 ≤ seed < 2³¹. */
  readonly seed: number;
  readonly sessionCount: number;
  readonly faults: FaultLevel;
  /** A folder that may be emptied: journals of worlds lie there while they run. */
  readonly folder: string;
  /** Real time, for the speed and the limit of time. */
  readonly monotonicMs: () => number;
  /** One world only, with less in it. */
  readonly keepSessions?: readonly number[];
  readonly keepFaults?: readonly string[];
  readonly sabotage?: SabotageName;
  /** Of every world. @default by the seed of each, `hardwareOf` */
  readonly hardware?: HardwareName;
  /** @default SESSIONS_PER_WORLD */
  readonly sessionsPerWorld?: number;
  /** @default as many as there are processors, one for a short run */
  readonly threadCount?: number;
  /** No new world begins after it. @default none */
  readonly limitMs?: number;
  /** @default false */
  readonly shrinks?: boolean;
  /** Stops at the first world with a finding. @default false */
  readonly stopsAtFirst?: boolean;
  /** Told at once, for long runs. */
  readonly onDiscrepancy?: (discrepancy: Discrepancy) => void;
}

export interface Discrepancy extends Finding {
  readonly seed: number;
  /** One line that shows it again. */
  readonly repeat: string;
  /** What went wrong in that world, in order, after shrinking the only things that matter. */
  readonly faults: readonly string[];
}

export interface SimulationReport {
  readonly seed: number;
  readonly faults: FaultLevel;
  readonly sessions: number;
  readonly operations: number;
  readonly operationsByKind: Readonly<Record<string, number>>;
  readonly endings: Readonly<Record<string, number>>;
  /** Of people, to messages that waited for them. */
  readonly messageActs: Readonly<Record<string, number>>;
  /** Of people, to notes and coins. */
  readonly cashActs: Readonly<Record<string, number>>;
  readonly faultsInjected: number;
  readonly restarts: number;
  readonly discrepancies: readonly Discrepancy[];
  /** Of all screens and journals of the run. */
  readonly digest: string;
  readonly virtualHours: number;
  readonly sessionsPerSecond: number;
}

/** Runs worlds, each from its own seed, and gathers what the checkers found; the order of the report does not depend on threads. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { folder, monotonicMs, limitMs = Infinity } = options;
  const startedMs = monotonicMs();
  const orders = ordersOf(options);
  const threadCount = Math.min(options.threadCount ?? (options.sessionCount < SESSIONS_FOR_THREADS ? 1 : availableParallelism()), orders.length);
  const threads = threadCount > 1 ? createWorkerPool<WorldOrder, WorldFigures>({ program: PROGRAM, threadCount, folder, nameOf: ({ seed }) => `world ${seed}`, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } }) : null;
  const run = threads?.run ?? createWorldRunner(folder);
  const discrepancies: Discrepancy[] = [];
  const ran: WorldFigures[] = [];
  try {
    const isOver = () => monotonicMs() - startedMs > limitMs || (options.stopsAtFirst === true && discrepancies.length > 0);
    const work = async (): Promise<void> => {
      for (let index = next(); index < orders.length && !isOver(); index = next()) {
        const order = orders[index]!;
        const figures = await run(order);
        ran[index] = figures;
        if (figures.findings.length === 0) continue;
        const told = options.shrinks === true ? await shrinkWorld(order, figures, run) : { order, figures };
        for (const finding of told.figures.findings) {
          const discrepancy = { ...finding, seed: order.seed, repeat: repeatLine(told.order), faults: told.figures.faultsInjected.map((fault) => `${fault.id} ${fault.name}`) };
          discrepancies.push(discrepancy);
          options.onDiscrepancy?.(discrepancy);
        }
      }
    };
    let begun = 0;
    const next = () => begun++;
    await Promise.all(Array.from({ length: threadCount }, work));
  } finally {
    await threads?.close();
  }
  return reportOf(options, ran.filter((figures) => figures !== undefined), discrepancies, Math.max(1, monotonicMs() - startedMs));
}

function ordersOf({ seed, sessionCount, faults, keepSessions, keepFaults, sabotage, hardware, sessionsPerWorld = SESSIONS_PER_WORLD }: SimulationOptions): readonly WorldOrder[] {
  const shared = { faults, ...(sabotage === undefined ? {} : { sabotage }), ...(hardware === undefined ? {} : { hardware }) };
  if (keepSessions !== undefined || keepFaults !== undefined) return [{ seed, sessionCount, ...shared, ...(keepSessions === undefined ? {} : { keepSessions }), ...(keepFaults === undefined ? {} : { keepFaults }) }];
  return Array.from({ length: Math.ceil(sessionCount / sessionsPerWorld) }, (_, index) => ({ seed: seed + index, sessionCount: Math.min(sessionsPerWorld, sessionCount - index * sessionsPerWorld), ...shared }));
}

function reportOf(options: SimulationOptions, worlds: readonly WorldFigures[], discrepancies: readonly Discrepancy[], elapsedMs: number): SimulationReport {
  const digest = createHash('sha256');
  const operationsByKind: Record<string, number> = {};
  const endings: Record<string, number> = {};
  const messageActs: Record<string, number> = {};
  const cashActs: Record<string, number> = {};
  for (const world of worlds) {
    digest.update(world.digest);
    add(operationsByKind, world.operationsByKind);
    add(endings, world.endings);
    add(messageActs, world.messageActs);
    add(cashActs, world.cashActs);
  }
  const total = (count: (world: WorldFigures) => number) => worlds.reduce((sum, world) => sum + count(world), 0);
  const sessions = total((world) => world.sessions);
  return {
    seed: options.seed, faults: options.faults, sessions, operations: Object.values(operationsByKind).reduce((sum, count) => sum + count, 0), operationsByKind, endings, messageActs, cashActs,
    faultsInjected: total((world) => world.faultsInjected.length), restarts: total((world) => world.restarts), discrepancies: [...discrepancies].sort((left, right) => left.seed - right.seed),
    digest: digest.digest('hex'), virtualHours: Math.round(total((world) => world.virtualMs) / 36_000) / 100, sessionsPerSecond: Math.round((sessions * 10_000) / elapsedMs) / 10,
  };
}

function add(totals: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
}
