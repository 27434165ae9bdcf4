import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device } from './device.ts';

/** XFS4IoT Lights: guidance lights at the places where something is put in or comes out, and the status lamp. */
export const LAMPS = ['cardReader', 'cashAcceptor', 'cashDispenser', 'receiptPrinter', 'barcodeReader', 'pinPad', 'status'] as const;
export type LampName = (typeof LAMPS)[number];

/** XFS4IoT flash rates. */
export const LIGHT_PATTERNS = ['off', 'continuous', 'slowFlash', 'mediumFlash', 'quickFlash'] as const;
export type LightPattern = (typeof LIGHT_PATTERNS)[number];

/** Lamps hold no value: an order may be repeated, and is, when the board was away. */
export interface Lights {
  /** Wanted from now on, also after the board was away; completed when the board said so. failed: it has no such lamp, or is not there (then it is set when it comes). */
  set(lamp: LampName, pattern: LightPattern): Promise<DeviceOutcome<void>>;
  /** As the board last told; null: not known, or no such lamp. */
  pattern(lamp: LampName): LightPattern | null;
}

/** Lights that are a device of their own, on no board with switches. */
export interface LightBoard extends Device, Lights {}
