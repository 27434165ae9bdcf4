import type { CashStorage, StoredUnit, StoredUnitRole } from '../../../drivers/interfaces/cash-storage.ts';
import type { Device } from '../../../drivers/interfaces/device.ts';
import type { Config } from '../../contracts/config.ts';
import type { CoreParts } from '../core-parts.ts';
import { BOX_UNIT, cassetteUnit, isRecyclerUnit, recyclerCassette, REJECT_UNIT } from './cash-unit-ids.ts';
import { cassettesOf } from './note-exchange.ts';

/** One of our cash units. */
export interface CountedUnit {
  readonly unitId: string;
  /** null: notes of several kinds. */
  readonly denominationMinor: number | null;
}

/** A device whose service counts for itself; most do not. */
export interface CountingDevice {
  readonly deviceId: string;
  readonly device: Pick<Device, 'status' | 'onStatus'>;
  readonly storage: CashStorage;
  /** Of our cash units, those that it counts. */
  readonly counts: readonly CountedUnit[];
  /** Of our cash units, those of which it is told what hands put in or took out. */
  readonly owns: (unitId: string) => boolean;
}

/** Its cassettes and its reject bin, by their names; a recycler's path goes with its box, and no service counts it. */
const DISPENSER_UNITS = 'dispenser.';
const REJECTS: readonly StoredUnitRole[] = ['reject', 'retract'];
const BOX: readonly StoredUnitRole[] = ['cashIn', ...REJECTS];

export function countingDevices({ config, devices: { acceptor, dispenser } }: Pick<CoreParts, 'config' | 'devices'>): readonly CountingDevice[] {
  const found: CountingDevice[] = [];
  // The box of a recycler is told as an acceptor's; what lies in its units it finds by itself.
  if ((config.devices.acceptor ?? config.devices.recycler) !== undefined && acceptor?.storage !== undefined) {
    found.push({ deviceId: acceptor.deviceId, device: acceptor, storage: acceptor.storage, counts: [{ unitId: BOX_UNIT, denominationMinor: null }, ...recyclerUnits(config)], owns: (unitId) => unitId === BOX_UNIT });
  }
  if (config.devices.dispenser !== undefined && dispenser?.storage !== undefined) {
    const cassettes = cassettesOf(config).map(({ unitId, denominationMinor }): CountedUnit => ({ unitId, denominationMinor }));
    found.push({ deviceId: dispenser.deviceId, device: dispenser, storage: dispenser.storage, counts: [...cassettes, { unitId: REJECT_UNIT, denominationMinor: null }], owns: (unitId) => unitId.startsWith(DISPENSER_UNITS) });
  }
  return found;
}

/** In the order of the configuration. */
export function recyclerUnits({ devices }: Pick<Config, 'devices'>): readonly (CountedUnit & { readonly denominationMinor: number })[] {
  return (devices.recycler?.units ?? []).map(({ denominationMinor }, index) => ({ unitId: cassetteUnit(recyclerCassette(index)), denominationMinor }));
}

/** Whether several units of a device may be one of ours: whoever collects it takes all of them. */
export function isOfSeveral(unitId: string): boolean {
  return unitId === BOX_UNIT || unitId === REJECT_UNIT;
}

/** Which units of a device are one of ours: cash box and reject bin by their roles, a unit of a recycler by its kind of notes, a cassette by its number. */
export function storedUnitsOf({ unitId, denominationMinor }: CountedUnit, stored: readonly StoredUnit[]): readonly StoredUnit[] {
  if (isOfSeveral(unitId)) return stored.filter(({ role }) => (unitId === BOX_UNIT ? BOX : REJECTS).includes(role));
  if (isRecyclerUnit(unitId)) return stored.filter((unit) => unit.role === 'cashInCashOut' && unit.denominationMinor === denominationMinor);
  return stored.filter(({ cassetteNumber }) => cassetteNumber !== null && cassetteUnit(cassetteNumber) === unitId);
}
