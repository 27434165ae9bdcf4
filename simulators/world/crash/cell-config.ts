import type { LeftOutDevice } from '../left-out-devices.ts';
import type { HardwareName, WorldHardware } from '../world-hardware.ts';
import { WORLD_HARDWARE } from '../world-hardware.ts';

/** Devices that somebody takes out of the configuration when the core has died, so that the terminal goes on with the others; they are back when all is put right. */
export interface CellConfig {
  readonly leftOut: readonly LeftOutDevice[];
}

/** By name: `leftOut:acceptor` (or the recycler in its place), `leftOut:dispenser`, `leftOut:coins`. */
export function cellConfigsOf(hardware: HardwareName): ReadonlyMap<string, CellConfig> {
  const { recycler, coins }: WorldHardware = WORLD_HARDWARE[hardware];
  const named: readonly (readonly [name: string, config: CellConfig, isThere: boolean])[] = [
    ['leftOut:acceptor', { leftOut: ['acceptor'] }, true],
    ['leftOut:dispenser', { leftOut: ['dispenser'] }, recycler?.isAlone !== true],
    ['leftOut:coins', { leftOut: ['coinAcceptor', 'coinDispensers'] }, coins !== null],
  ];
  return new Map(named.filter(([, , isThere]) => isThere).map(([name, config]) => [name, config]));
}
