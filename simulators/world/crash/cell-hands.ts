import { exchangesBoxUnseen } from '../box-hands.ts';
import { isExchanged, putSpare } from '../spare-units.ts';
import { reachesIntoUnits } from '../unit-hands.ts';
import type { HardwareName } from '../world-hardware.ts';
import type { CellAct, CellScene, NamedAct } from './cell-acts.ts';
import { actsAt } from './cell-acts.ts';
import type { CrashOperation } from './crash-cells.ts';
import type { MoneyDevice } from './money-device.ts';
import { moneyDevicesOf } from './money-device.ts';

/** Before the device has begun, within its stroke, just after it, and when its outcome is written. */
const AFTER_MS: readonly number[] = [1, 450, 900, 2_500];
/** Before a driver gives the line up, about then, and long after. */
const TAKES_MS: readonly number[] = [1_500, 4_000, 20_000, 90_000];
/** Of the kind that is on its way in a plain visit, and another. */
const NOTES_MINOR: readonly (number | null)[] = [null, 500_000, 2_000_000];
/** Protocols that say which unit it is. Of the others a spare cannot be told from the one that was there, nor the note in its path from the one that was ordered. */
const COMES_WITH_NOTE: readonly string[] = ['ccnet', 'ebds', 'ssp', 'essp'];

/** One of the kind that a customer brings, and more than one. */
const TAKEN_COUNTS: readonly number[] = [1, 3];
const TAKEN_MINOR = 500_000;
/** A hand at the units comes back while notes are moved. */
const BETWEEN_MS = 40;
const REACHES_MAX = 200;

/**
 * By name: `spare:4000:500000@intent.stack+450` (found dead, within 4 s a spare with a note in its path), `box:4000:off@…` (the cash box is exchanged, with the power off), `reach:4000:3@…` (three
 * notes are taken out of a recycler's unit as soon as it stands still, its power goes with the lid).
 */
export function cellHandsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellAct> {
  return actsOf(operation, hardware, (where, takesMs) => [...sparesOf(where, takesMs), ...boxesOf(where, takesMs), ...reachesOf(where, takesMs)]);
}

/** By name: `away:unplug:4000@intent.stack+450`; power or cable of the device is gone for that long. */
export function cellAbsencesOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellAct> {
  return actsOf(operation, hardware, (_, forMs) => AWAY.map(([goes, comes]) => [`away:${goes}:${forMs}`, ({ device, hands }) => {
    device.control({ do: goes });
    hands.plan(forMs, () => void device.control({ do: comes }));
  }]));
}

/** A customer stands before it with a note in his hand: the next one comes as soon as it is back. */
function isWaitedFor({ device }: MoneyDevice, operation: CrashOperation): boolean {
  return device === 'acceptor' && operation !== 'op-10';
}

const AWAY: readonly (readonly [goes: string, comes: string])[] = [['powerOff', 'powerOn'], ['unplug', 'plug']];

function actsOf(operation: CrashOperation, hardware: HardwareName, kinds: (where: MoneyDevice, takesMs: number) => readonly NamedAct[]): ReadonlyMap<string, CellAct> {
  const devices = moneyDevicesOf(operation, hardware).map((where) => (isWaitedFor(where, operation) ? { ...where, steps: [...where.steps, 'acceptor.enabled' as const] } : where));
  return actsAt(devices, AFTER_MS, (where) => TAKES_MS.flatMap((takesMs) => kinds(where, takesMs)));
}

function sparesOf({ device, protocol, isRecycler }: MoneyDevice, takesMs: number): readonly NamedAct[] {
  if (isRecycler || !isExchanged(protocol)) return [];
  const notes = device === 'acceptor' && COMES_WITH_NOTE.includes(protocol) ? NOTES_MINOR : [null];
  return notes.map((noteMinor) => [`spare:${takesMs}${noteMinor === null ? '' : `:${noteMinor}`}`, ({ device: simulator, hands }) => {
    simulator.control({ do: 'powerOff' });
    hands.plan(takesMs, () => putSpare(simulator, noteMinor));
  }]);
}

function boxesOf({ device, protocol }: MoneyDevice, takesMs: number): readonly NamedAct[] {
  if (device !== 'acceptor' || !exchangesBoxUnseen(protocol)) return [];
  return [false, true].map((isPowerOff) => [`box:${takesMs}${isPowerOff ? ':off' : ''}`, ({ device: simulator, hands }) => {
    if (isPowerOff) simulator.control({ do: 'powerOff' });
    simulator.control({ do: 'removeBox' });
    hands.plan(takesMs, () => {
      simulator.control({ do: 'insertBox' });
      if (isPowerOff) simulator.control({ do: 'powerOn' });
    });
  }]);
}

function reachesOf({ device, protocol, isRecycler }: MoneyDevice, takesMs: number): readonly NamedAct[] {
  if (!isRecycler || device !== 'acceptor' || !reachesIntoUnits(protocol)) return [];
  return TAKEN_COUNTS.map((noteCount) => [`reach:${takesMs}:${noteCount}`, (scene) => reach(scene, { noteCount, takesMs, triesLeft: REACHES_MAX })]);
}

function reach(scene: CellScene, wish: { readonly noteCount: number; readonly takesMs: number; readonly triesLeft: number }): void {
  const { device, hands, surroundings: { handled } } = scene;
  const { noteCount, takesMs, triesLeft } = wish;
  if (!device.control({ do: 'takeFromUnit', denominationMinor: TAKEN_MINOR, noteCount }).ok) return triesLeft > 0 ? hands.plan(BETWEEN_MS, () => reach(scene, { ...wish, triesLeft: triesLeft - 1 })) : undefined;
  handled.takeFromUnit(TAKEN_MINOR, noteCount);
  device.control({ do: 'powerOff' });
  hands.plan(takesMs, () => void device.control({ do: 'powerOn' }));
}
