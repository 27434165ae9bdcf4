import type { PowerSupply } from '../../../drivers/interfaces/power-supply.ts';
import type { Clock } from '../../foundation/clock.ts';

/** A UPS that is there says how it stands within this; without its word the terminal starts. */
const LIMIT_MS = 3_000;

/** Ends with the first word of the UPS; without one, in time. */
export function firstPowerReading(powerSupply: PowerSupply | null, clock: Clock): Promise<void> {
  const isKnown = () => powerSupply === null || powerSupply.reading().source !== 'unknown';
  if (isKnown()) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clock.clearTimeout(timer);
      unsubscribe?.();
      resolve();
    };
    const timer = clock.setTimeout(finish, LIMIT_MS);
    const unsubscribe = powerSupply?.onChange(() => {
      if (isKnown()) finish();
    });
  });
}
