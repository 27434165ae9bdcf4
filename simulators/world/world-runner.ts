import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRepeatableSigner, repeatablePki } from './repeatable-keys.ts';
import { PLANTED } from './sabotage/planted.ts';
import type { WorldFigures } from './simulated-world.ts';
import { SimulatedWorld, WORLD_START_UTC_MS } from './simulated-world.ts';
import { settleEventLoop } from './virtual-clock.ts';
import type { WorldOrder } from './world-order.ts';

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
    try {
      const { seed, faults, keepSessions, keepFaults, sabotage } = order;
      const world = new SimulatedWorld({
        seed, faults, pki, signer, journalPath: join(worldFolder, 'journal.sqlite'),
        ...(keepSessions === undefined ? {} : { keepSessions }), ...(keepFaults === undefined ? {} : { keepFaults }), ...(sabotage === undefined ? {} : { sabotage: PLANTED[sabotage].make(), onlyOperation: PLANTED[sabotage].operation }),
      });
      return await world.run(order.sessionCount);
    } finally {
      // Virtual time never lets the event loop turn by itself; signals and streams wait for it.
      await settleEventLoop();
      rmSync(worldFolder, { recursive: true, force: true });
    }
  };
}
