import type { Clock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/clock.ts';

const LOOK_MS = 100;
/** As the power close gives it: each device's own limits are shorter. */
export const CASH_MS_MAX = 75_000;

/**
 * Before an orderly stop: a device that is left in the middle of a command leaves notes in doubt that a few seconds more would have counted.
 * @param isCashMoving  a note or a bunch is between two places, or lies where the customer takes it
 */
export async function untilCashRests(isCashMoving: () => boolean, clock: Clock): Promise<void> {
  const deadlineMs = clock.monotonicMs() + CASH_MS_MAX;
  while (isCashMoving() && clock.monotonicMs() < deadlineMs) await delay(clock, LOOK_MS);
}
