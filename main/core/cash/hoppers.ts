import type { Config } from '../../contracts/config.ts';
import { cassetteUnit, hopperCassette } from './cash-unit-ids.ts';

/** One hopper as configured, with its names as a cassette and as a cash unit. */
export interface HopperUnit {
  /** From 1, its place in the configuration. */
  readonly hopperNumber: number;
  readonly cassetteNumber: number;
  readonly unitId: string;
  readonly denominationMinor: number;
  readonly capacityCoins: number;
  readonly initialCount: number;
  readonly keepCount: number;
}

export function hoppersOf({ devices }: Pick<Config, 'devices'>): readonly HopperUnit[] {
  return devices.coinDispensers.map(({ denominationMinor, capacityCoins, initialCount, keepCount }, index) => {
    const cassetteNumber = hopperCassette(index);
    return { hopperNumber: index + 1, cassetteNumber, unitId: cassetteUnit(cassetteNumber), denominationMinor, capacityCoins, initialCount, keepCount };
  });
}
