import { createHash } from 'node:crypto';
import type { DeviceSimulator } from '../../simulator.ts';
import type { Surroundings } from '../virtual-terminal.ts';

/** Of what a simulator tells: said by the rest, too, or counts of questions. */
const NOTHING_NEW: readonly string[] = ['notes', 'commandCount'];

/** Where every note is, in which state the devices are and what they hold back: what a restart finds. @returns 16 hexadecimal digits */
export function physicalTruth(surroundings: Surroundings): string {
  const text = JSON.stringify(moneyDevices(surroundings).map((device) => Object.entries(device.world() as Readonly<Record<string, unknown>>).filter(([name]) => !NOTHING_NEW.includes(name))));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export function moneyDevices({ acceptor, dispenser, coins }: Surroundings): readonly DeviceSimulator[] {
  return [acceptor, dispenser, ...(coins === null ? [] : [coins.acceptor, ...coins.hoppers])];
}
