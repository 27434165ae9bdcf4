import type { TroubledHang } from '../../lines/troubled-line.ts';
import type { HardwareName } from '../world-hardware.ts';
import type { CrashOperation } from './crash-cells.ts';
import type { MoneyMoment } from './money-device.ts';
import { momentsOf, moneyDevicesOf } from './money-device.ts';

/** The adapter of a device hangs once, and then brings all that it held. */
export interface CellLineHang extends MoneyMoment {
  readonly hang: TroubledHang;
}

/** Shorter than what a driver bears, and longer; what an order of ours needs on the wire, and what the device needs to do it. */
const HANGS: readonly (TroubledHang & { readonly afterMs: number })[] = [
  { way: 'toHost', forMs: 2_850, outlivesPort: false, afterMs: 470 },
  { way: 'toHost', forMs: 9_000, outlivesPort: true, afterMs: 100 },
  { way: 'toDevice', forMs: 2_000, outlivesPort: false, afterMs: 0 },
  { way: 'toDevice', forMs: 7_000, outlivesPort: true, afterMs: 0 },
  { way: 'both', forMs: 3_000, outlivesPort: false, afterMs: 300 },
  { way: 'both', forMs: 12_000, outlivesPort: true, afterMs: 300 },
];

/** By name: `hangs:toHost:2850@intent.stack+470`; with `:adapter` what was held comes after the port was closed and opened, too, as no service's connection does. */
export function lineHangsOf(operation: CrashOperation, hardware: HardwareName): ReadonlyMap<string, CellLineHang> {
  return new Map(moneyDevicesOf(operation, hardware).flatMap((where) => HANGS.flatMap(({ afterMs, ...planned }) => {
    const hang = { ...planned, outlivesPort: planned.outlivesPort && !where.protocol.startsWith('xfs4iot') };
    return momentsOf(where, afterMs).map(([name, moment]) => [`hangs:${hang.way}:${hang.forMs}${hang.outlivesPort ? ':adapter' : ''}@${name}`, { ...moment, hang }] as const);
  })));
}
