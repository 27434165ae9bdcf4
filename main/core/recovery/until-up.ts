import type { DeviceStatus } from '../../../drivers/interfaces/device.ts';
import { type Clock, delay } from '../../foundation/clock.ts';

/** A device that is going to say anything is up by then. */
const DEVICE_WAIT_MS = 45_000;
const LOOK_MS = 200;

/** @returns whether it is up in the end @param waitMs  @default 45 s */
export async function untilUp<Device extends { status(): DeviceStatus }>(clock: Clock, device: Device, isUp: (device: Device) => boolean, waitMs = DEVICE_WAIT_MS): Promise<boolean> {
  const deadlineMs = clock.monotonicMs() + waitMs;
  while (!isUp(device) && clock.monotonicMs() < deadlineMs) await delay(clock, LOOK_MS);
  return isUp(device);
}
