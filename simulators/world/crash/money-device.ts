import { hopperCassette } from '../../../main/core/cash/cash-unit-ids.ts';
import type { EntryKind } from '../../../main/journal/entry-kinds.ts';
import { hopperLoads } from '../../terminal/sample-config.ts';
import { GATHERING } from '../line-faults.ts';
import type { DeviceName } from '../random-faults.ts';
import type { HardwareName, WorldHardware } from '../world-hardware.ts';
import { WORLD_HARDWARE } from '../world-hardware.ts';
import type { CrashOperation } from './crash-cells.ts';

/** Where the money of an operation moves, and the entries beside which it does. */
export interface MoneyDevice {
  readonly device: Exclude<DeviceName, 'printer'>;
  readonly protocol: string;
  readonly isRecycler: boolean;
  readonly steps: readonly EntryKind[];
  /** Of a hopper, whose orders are those of its cassette; null: of any. */
  readonly cassetteNumber: number | null;
}

/** The device for notes first, then those for coins. */
export function moneyDevicesOf(operation: CrashOperation, hardware: HardwareName): readonly MoneyDevice[] {
  const { coins }: WorldHardware = WORLD_HARDWARE[hardware];
  if (coins === null) return [noteDeviceOf(operation, hardware)];
  const ofCoins = { isRecycler: false, cassetteNumber: null };
  if (operation !== 'op-10') return [noteDeviceOf(operation, hardware), { ...ofCoins, device: 'coinAcceptor', protocol: 'cctalk-coin-acceptor', steps: ['coin.accepted'] }];
  const hoppers = hopperLoads(coins).map((_, index): MoneyDevice => ({ ...ofCoins, device: index === 0 ? 'hopper' : 'hopper2', protocol: 'cctalk-hopper', steps: ['intent.dispense'], cassetteNumber: hopperCassette(index) }));
  return [noteDeviceOf(operation, hardware), ...hoppers];
}

function noteDeviceOf(operation: CrashOperation, hardware: HardwareName): MoneyDevice {
  const { recycler, acceptor = 'ccnet', dispenser }: WorldHardware = WORLD_HARDWARE[hardware];
  const recycling = recycler === null ? null : (recycler.protocol ?? 'ssp-smart-payout');
  const isRecycler = recycling !== null;
  if (operation !== 'op-10') return { device: 'acceptor', protocol: recycling ?? acceptor, isRecycler, steps: ['intent.stack'], cassetteNumber: null };
  const protocol = recycling ?? dispenser;
  return { device: isRecycler ? 'acceptor' : 'dispenser', protocol, isRecycler, steps: !isRecycler && GATHERING.includes(protocol) ? ['intent.dispense', 'intent.present'] : ['intent.dispense'], cassetteNumber: null };
}

/** A moment at a device: so long after the first such entry is durable. */
export interface MoneyMoment extends Pick<MoneyDevice, 'device' | 'cassetteNumber'> {
  readonly step: EntryKind;
  readonly afterMs: number;
}

/** By name: `intent.stack+450`, `hopper:intent.dispense+450`. */
export function momentsOf({ device, cassetteNumber, steps }: MoneyDevice, afterMs: number): readonly (readonly [name: string, moment: MoneyMoment])[] {
  return steps.map((step) => [nameAt(device, `${step}+${afterMs}`), { device, cassetteNumber, step, afterMs }]);
}

/** What is at a device for notes needs no word for it; of coins it has the device's. */
export function nameAt(device: MoneyDevice['device'], what: string): string {
  return device === 'acceptor' || device === 'dispenser' ? what : `${device}:${what}`;
}
