import type { Clock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/clock.ts';
import { CASH_MS_MAX } from '../guards/power-close.ts';

const LOOK_MS = 100;

/**
 * Before an orderly stop: a device that is left in the middle of a command leaves notes in doubt that a few seconds more would have counted.
 * @param isCashMoving  a note or a bunch is between two places, or lies where the customer takes it
 */
export async function untilCashRests(isCashMoving: () => boolean, clock: Clock): Promise<void> {
  const deadlineMs = clock.monotonicMs() + CASH_MS_MAX;
  while (isCashMoving() && clock.monotonicMs() < deadlineMs) await delay(clock, LOOK_MS);
}
