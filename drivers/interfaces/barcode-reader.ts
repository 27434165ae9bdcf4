import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device, Unsubscribe } from './device.ts';

export interface ScannedCode {
  /** Text as scanned, at most 4096 characters, control characters removed except GS. Hostile input. */
  readonly text: string;
}

export interface BarcodeReader extends Device {
  onCode(listener: (code: ScannedCode) => void): Unsubscribe;
  /** Trigger on: codes are reported until `disarm`. */
  arm(): Promise<DeviceOutcome<void>>;
  disarm(): Promise<DeviceOutcome<void>>;
}
