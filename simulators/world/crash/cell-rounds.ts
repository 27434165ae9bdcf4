import { COIN_ACTS, handleCoins } from '../coin-technician.ts';
import { BRINGINGS, bringToBox, handleNotes, NOTE_HANDLINGS } from '../note-technician.ts';
import type { HardwareName, WorldHardware } from '../world-hardware.ts';
import { WORLD_HARDWARE } from '../world-hardware.ts';
import type { CellRound } from './cell-acts.ts';

/** Of a load. */
const COINS_LOADED = 25;

/** By name: `staff:collect`, `staff:float` (a recycler brings all but some notes into its box), `staff:coins:load`. */
export function cellRoundsOf(hardware: HardwareName): ReadonlyMap<string, CellRound> {
  const { recycler, coins }: WorldHardware = WORLD_HARDWARE[hardware];
  const hasCassettes = recycler?.isAlone !== true;
  return new Map([
    ...NOTE_HANDLINGS.filter((handling) => handling === 'collect' || (handling === 'loadUnit' ? recycler !== null : hasCassettes)).map((handling): Named => [`staff:${handling}`, { tend: (visit) => handleNotes(visit, handling) }]),
    ...(recycler === null ? [] : BRINGINGS.map((bringing): Named => [`staff:${bringing}Units`, { tend: async (visit) => {
      await bringToBox(visit, bringing);
      await handleNotes(visit, 'collect');
    } }])),
    ...(coins === null ? [] : COIN_ACTS.map((act): Named => [`staff:coins:${act}`, { tend: async (visit) => {
      const { coins: devices } = visit.surroundings;
      if (devices !== null) await handleCoins(visit, devices, [{ act, hopperIndex: 0, coinCount: COINS_LOADED }]);
    } }])),
  ]);
}

type Named = readonly [name: string, round: CellRound];
