import type { Config } from '../../contracts/config.ts';
import { cassetteUnit, HOPPER_CASSETTE } from './cash-unit-ids.ts';

/** One hopper as configured, with its names as a cassette and as a cash unit. */
export interface HopperUnit {
  /** From 1, as printed on it. */
  readonly hopperNumber: number;
  readonly cassetteNumber: number;
  readonly unitId: string;
  readonly denominationMinor: number;
  readonly capacityCoins: number;
  readonly initialCount: number;
  readonly keepCount: number;
}

export function hoppersOf({ devices }: Pick<Config, 'devices'>): readonly HopperUnit[] {
  return [devices.coinDispenser].filter((hopper) => hopper !== undefined).map(({ denominationMinor, capacityCoins, initialCount, keepCount }, index) => {
    const cassetteNumber = HOPPER_CASSETTE + index;
    return { hopperNumber: index + 1, cassetteNumber, unitId: cassetteUnit(cassetteNumber), denominationMinor, capacityCoins, initialCount, keepCount };
  });
}
