import type { DeviceSimulator } from '../../simulator.ts';
import { exchangesBoxUnseen } from '../box-hands.ts';
import type { PlannedActs } from '../planned-acts.ts';
import { isExchanged, putSpare } from '../spare-units.ts';
import type { HardwareName } from '../world-hardware.ts';
import type { CrashOperation } from './crash-cells.ts';
import type { MoneyDevice, MoneyMoment } from './money-device.ts';
import { momentsOf, moneyDevicesOf } from './money-device.ts';

/** Somebody's hands at a device. */
export interface CellHands extends MoneyMoment {
  readonly begin: (device: DeviceSimulator, hands: PlannedActs) => void;
}

/** Before the device has begun, within its stroke, just after it, and when its outcome is written. */
const AFTER_MS: readonly number[] = [1, 450, 900, 2_500];
/** Before a driver gives the line up, about then, and long after. */
const TAKES_MS: readonly number[] = [1_500, 4_000, 20_000, 90_000];
/** Of the kind that is on its way in a plain visit, and another. */
const NOTES_MINOR: readonly (number | null)[] = [null, 500_000, 2_000_000];
/** Protocols that say which unit it is. Of the others a spare cannot be told from the one that was there, nor the note in its path from the one that was ordered. */
const COMES_WITH_NOTE: readonly string[] = ['ccnet', 'ebds', 'ssp', 'essp'];

/** By name: `spare:4000:500000@intent.stack+450` (found dead, within 4 s a spare with a note in its path), `box:4000:off@…` (the cash box is exchanged, with the power off). */
export function cellHandsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellHands> {
  return new Map(moneyDevicesOf(operation, hardware).flatMap((where) => AFTER_MS.flatMap((afterMs) => momentsOf(where, afterMs)).flatMap(([at, moment]) => TAKES_MS.flatMap((takesMs) => [...sparesOf(where, takesMs), ...boxesOf(where, takesMs)]).map(([name, begin]) => [`${name}@${at}`, { ...moment, begin }] as const))));
}

type Kind = readonly [name: string, begin: CellHands['begin']];

function sparesOf({ device, protocol, isRecycler }: MoneyDevice, takesMs: number): readonly Kind[] {
  if (isRecycler || !isExchanged(protocol)) return [];
  const notes = device === 'acceptor' && COMES_WITH_NOTE.includes(protocol) ? NOTES_MINOR : [null];
  return notes.map((noteMinor) => [`spare:${takesMs}${noteMinor === null ? '' : `:${noteMinor}`}`, (simulator, hands) => {
    simulator.control({ do: 'powerOff' });
    hands.plan(takesMs, () => putSpare(simulator, noteMinor));
  }]);
}

function boxesOf({ device, protocol }: MoneyDevice, takesMs: number): readonly Kind[] {
  if (device !== 'acceptor' || !exchangesBoxUnseen(protocol)) return [];
  return [false, true].map((isPowerOff) => [`box:${takesMs}${isPowerOff ? ':off' : ''}`, (simulator, hands) => {
    if (isPowerOff) simulator.control({ do: 'powerOff' });
    simulator.control({ do: 'removeBox' });
    hands.plan(takesMs, () => {
      simulator.control({ do: 'insertBox' });
      if (isPowerOff) simulator.control({ do: 'powerOn' });
    });
  }]);
}
