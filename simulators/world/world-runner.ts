import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './checkers/findings.ts';
import { createRepeatableSigner, repeatablePki } from './repeatable-keys.ts';
import { PLANTED } from './sabotage/planted.ts';
import type { WorldFigures } from './course-figures.ts';
import { firstLines } from './thrown.ts';
import { SimulatedWorld, WORLD_START_UTC_MS } from './simulated-world.ts';
import { settleEventLoop } from './virtual-clock.ts';
import type { WorldOrder } from './world-order.ts';
import { hardwareOf } from './world-order.ts';

/** The first few tell enough. */
const THROWN_MAX = 5;

export type RunWorld = (order: WorldOrder) => Promise<WorldFigures>;

/**
 * Runs worlds in this thread, one after the other.
 *
 * @param folder may be emptied: the journal of the world lies there while it runs
 */
export function createWorldRunner(folder: string): RunWorld {
  const pki = repeatablePki(WORLD_START_UTC_MS);
  const signer = createRepeatableSigner(pki.terminalSign);
  return async (order) => {
    const worldFolder = join(folder, `world-${order.seed}`);
    rmSync(worldFolder, { recursive: true, force: true });
    mkdirSync(worldFolder, { recursive: true });
    const thrown = watchThrown();
    try {
      const { seed, faults, keepSessions, keepFaults, sabotage } = order;
      const world = new SimulatedWorld({
        seed, faults, pki, signer, hardware: hardwareOf(order), journalPath: join(worldFolder, 'journal.sqlite'),
        ...(keepSessions === undefined ? {} : { keepSessions }), ...(keepFaults === undefined ? {} : { keepFaults }), ...(sabotage === undefined ? {} : { sabotage: PLANTED[sabotage].make(), onlyOperation: PLANTED[sabotage].operation }),
      });
      const figures = await world.run(order.sessionCount);
      // Virtual time never lets the event loop turn by itself; signals, streams and what nobody caught wait for it.
      await settleEventLoop();
      return { ...figures, findings: [...figures.findings, ...thrown.findings] };
    } finally {
      thrown.end();
      rmSync(worldFolder, { recursive: true, force: true });
    }
  };
}

/** What a process would die of: an exception that nobody caught is a finding of the world that runs, not the end of the run. */
function watchThrown(): { readonly findings: Finding[]; end(): void } {
  const findings: Finding[] = [];
  const note = (error: unknown) => void (findings.length < THROWN_MAX && findings.push({ rule: 'crash', detail: error instanceof Error ? firstLines(error) : String(error) }));
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  return { findings, end: () => void process.off('uncaughtException', note).off('unhandledRejection', note) };
}
