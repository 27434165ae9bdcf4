import type { EntryKind } from '../../../main/journal/entry-kinds.ts';
import { GATHERING } from '../line-faults.ts';
import type { HardwareName, WorldHardware } from '../world-hardware.ts';
import { WORLD_HARDWARE } from '../world-hardware.ts';
import type { CrashOperation } from './crash-cells.ts';

/** Where the money of an operation moves, and the orders of ours that move it. */
export interface MoneyDevice {
  readonly device: 'acceptor' | 'dispenser';
  readonly protocol: string;
  readonly isRecycler: boolean;
  readonly steps: readonly EntryKind[];
}

export function moneyDeviceOf(operation: CrashOperation, hardware: HardwareName): MoneyDevice {
  const { recycler, acceptor = 'ccnet', dispenser }: WorldHardware = WORLD_HARDWARE[hardware];
  const recycling = recycler === null ? null : (recycler.protocol ?? 'ssp-smart-payout');
  const isRecycler = recycling !== null;
  if (operation !== 'op-10') return { device: 'acceptor', protocol: recycling ?? acceptor, isRecycler, steps: ['intent.stack'] };
  const protocol = recycling ?? dispenser;
  return { device: isRecycler ? 'acceptor' : 'dispenser', protocol, isRecycler, steps: GATHERING.includes(protocol) ? ['intent.dispense', 'intent.present'] : ['intent.dispense'] };
}
