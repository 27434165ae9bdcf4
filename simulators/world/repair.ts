import type { Device } from '../../drivers/interfaces/device.ts';
import type { TerminalDevices } from '../../main/core/core-parts.ts';
import type { FaultTargets } from './random-faults.ts';
import { heal } from './random-faults.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Drivers have polled their devices by then, and those that can come back by themselves are back. */
const SEEN_MS = 1_000;
const REPAIR_LIMIT_MS = 12_000;

/**
 * Hands put the hardware right, then the devices that still fail are reset as a technician does it.
 * @param devices       of the core that lives; undefined: none does
 * @param looksInside   every path is opened; else only of a device that still fails: what lies unseen in a healthy one stays for the next customer
 */
export async function repairAll(clock: VirtualClock, targets: FaultTargets, devices: () => TerminalDevices | undefined, looksInside: boolean): Promise<void> {
  heal(targets, () => looksInside);
  await clock.advance(SEEN_MS);
  const own = (): readonly Device[] => {
    const present = devices();
    return [present?.acceptor, present?.dispenser, present?.printer, present?.coinAcceptor, ...(present?.coinDispensers ?? []), present?.switches, present?.powerSupply].filter((device) => device !== undefined && device !== null);
  };
  // A core that waited for the mains has devices only once it is up.
  await clock.runUntil(() => devices() !== undefined && own().every((device) => ['ready', 'busy'].includes(device.status().state)), REPAIR_LIMIT_MS);
  const faulty = own().filter((device) => device.status().state === 'faulty');
  if (!looksInside && faulty.length > 0) heal(targets, (name) => faulty.some(({ deviceId }) => deviceId === name));
  for (const device of faulty) device.reset();
}
