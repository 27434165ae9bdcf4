import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRepeatableSigner, repeatablePki } from '../repeatable-keys.ts';
import type { SabotageName } from '../sabotage/planted.ts';
import { PLANTED } from '../sabotage/planted.ts';
import { WORLD_START_UTC_MS } from '../simulated-world.ts';
import { settleEventLoop } from '../virtual-clock.ts';
import type { CrashCell } from './crash-cells.ts';
import type { VirtualVisitOutcome } from './virtual-visit.ts';
import { playVirtualVisit } from './virtual-visit.ts';

/** One visit; plain data, so that it can go to another thread. */
export interface VirtualOrder extends CrashCell {
  readonly diesAt: readonly number[];
  readonly keepsLife: number;
  readonly seed: number;
  readonly plant?: SabotageName;
}

export type RunVirtual = (order: VirtualOrder) => Promise<VirtualVisitOutcome>;

/** Plays visits in this thread, one after the other. @param folder may be emptied: the journals of a visit lie there while it lasts */
export function createVirtualRunner(folder: string): RunVirtual {
  const pki = repeatablePki(WORLD_START_UTC_MS);
  const signer = createRepeatableSigner(pki.terminalSign);
  const visitFolder = join(folder, 'visit');
  return async (order) => {
    rmSync(visitFolder, { recursive: true, force: true });
    mkdirSync(visitFolder, { recursive: true });
    try {
      return await playVirtualVisit({ ...order, pki, signer, folder: visitFolder, ...(order.plant === undefined ? {} : { sabotage: PLANTED[order.plant].make() }) });
    } finally {
      // Virtual time never lets the event loop turn by itself; signals and streams wait for it.
      await settleEventLoop();
      rmSync(visitFolder, { recursive: true, force: true });
    }
  };
}
