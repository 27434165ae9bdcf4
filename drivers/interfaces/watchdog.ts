import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device } from './device.ts';

/**
 * A board that cuts the computer's power for some seconds when nobody pings it within its window. The driver pings as long as it is armed and the process lives;
 * an orderly `stop()` disarms it, a dead process does not. What was under way with money is then settled as after any power cut.
 */
export interface Watchdog extends Device {
  /** The window runs; null: not known. */
  isArmed(): boolean | null;
  arm(): Promise<DeviceOutcome<void>>;
  disarm(): Promise<DeviceOutcome<void>>;
  /** Off and on again after the board's time. uncertain: ordered and not confirmed. Never repeated. */
  restartModem(): Promise<DeviceOutcome<void>>;
  /** As `restartModem`, for this computer. */
  restartComputer(): Promise<DeviceOutcome<void>>;
}
