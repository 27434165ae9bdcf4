import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device } from './device.ts';

export interface PrinterCapabilities {
  readonly widthDots: number;
  readonly presenter: boolean;
  readonly cutter: boolean;
}

/** One-bit image: rows of `ceil(widthDots / 8)` bytes, most significant bit left, 1 = black. */
export interface Bitmap {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly bytes: Uint8Array;
}

/** How far a job came; the journal keeps it. [escpos §9] */
export type PrintProgress = 'notStarted' | 'sent' | 'drained' | 'presented';

export interface Printer extends Device {
  readonly capabilities: PrinterCapabilities;
  readonly isPaperLow: boolean;
  /**
   * Prints and cuts one receipt; status is asked before, during and after. Completed only when the printer proved that all was
   * consumed without error. uncertain: something may hang in the throat; a repeat is a marked duplicate.
   */
  print(job: { readonly bitmap: Bitmap }): Promise<DeviceOutcome<{ readonly progress: PrintProgress }>>;
}
