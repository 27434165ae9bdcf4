import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device } from './device.ts';

/**
 * A board that cuts the computer's power for some seconds when nobody pings it within its window. An armed one is pinged only while its owner feeds it: a driver that
 * pinged by its own timer would keep a terminal alive whose core hangs. An orderly `stop()` disarms it, a dead process does not. What was under way with money is then
 * settled as after any power cut.
 */
export interface Watchdog extends Device {
  /** The window runs; null: not known. */
  isArmed(): boolean | null;
  /** The owner lives, now: good for the next ping and no other one. More often than a third of the window. */
  feed(): void;
  /** The next `stop()` leaves it armed: another process takes over within the window, or the board restarts the computer. */
  leaveArmed(): void;
  arm(): Promise<DeviceOutcome<void>>;
  disarm(): Promise<DeviceOutcome<void>>;
  /** Off and on again after the board's time. uncertain: ordered and not confirmed. Never repeated. */
  restartModem(): Promise<DeviceOutcome<void>>;
  /** As `restartModem`, for this computer. */
  restartComputer(): Promise<DeviceOutcome<void>>;
}
