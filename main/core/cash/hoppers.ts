import type { Config } from '../../contracts/config.ts';
import type { Journal } from '../../journal/journal.ts';
import { cassetteUnit, hopperCassette, isHopper } from './cash-unit-ids.ts';
import { unitsLeft } from './units-left.ts';

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

/** Those, and hoppers that an earlier configuration had and in which coins are counted: they are full as they are, pay nothing, and can be emptied. */
export function loadedHoppers({ config, journal }: { readonly config: Pick<Config, 'devices'>; readonly journal: Pick<Journal, 'cashUnits'> }): readonly Pick<HopperUnit, 'hopperNumber' | 'unitId' | 'denominationMinor' | 'capacityCoins'>[] {
  const configured = hoppersOf(config);
  const left = unitsLeft(journal.cashUnits(), { isOfThese: isHopper, configured: configured.map(({ unitId }) => unitId) });
  return [...configured, ...left.map(({ unitId, unitNumber, denominationMinor, count }) => ({ hopperNumber: unitNumber, unitId, denominationMinor, capacityCoins: count }))];
}
