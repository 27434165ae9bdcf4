import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device, Unsubscribe } from './device.ts';

export interface PrinterCapabilities {
  readonly widthDots: number;
  /** The cut receipt is held out and its taking is seen: `presenter` of the printer is there. */
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

export interface QrCodePart {
  readonly kind: 'qrCode';
  /** 1…2953 bytes of UTF-8. */
  readonly data: string;
  /** 1…16 */
  readonly moduleDots: number;
  readonly errorCorrection: 'L' | 'M' | 'Q' | 'H';
  /** The same as a picture, for a printer without the command. */
  readonly picture: Bitmap;
}

/** One line of text in the printer's own letters. */
export interface TextPart {
  readonly kind: 'text';
  /** No control characters. */
  readonly text: string;
  /** The same as a picture: printed when the printer lacks one of the letters. None is ever replaced. [escpos §4] */
  readonly picture: Bitmap;
}

export type PrintPart = { readonly kind: 'bitmap'; readonly bitmap: Bitmap } | TextPart | QrCodePart;

/** Where a receipt went that was not taken. */
export type RetractedTo = 'retracted' | 'ejected' | 'taken';

/** Holds the cut receipt out and can take it back. XFS4IoT Printer.ControlMedia, MediaPresentedEvent, MediaTakenEvent. */
export interface Presenter {
  /** A receipt lies in the exit; null: not known. */
  isOccupied(): boolean | null;
  /** The customer pulled it out; not called for what was retracted or ejected. */
  onTaken(listener: () => void): Unsubscribe;
  /**
   * Takes an untaken receipt back, or pushes it out where the printer cannot; nothing of one person stays for the next. `taken`: there was none any more.
   * failed: nothing moved. uncertain: it was ordered and the exit was not seen empty.
   */
  retract(): Promise<DeviceOutcome<{ readonly to: RetractedTo }>>;
}

export interface Printer extends Device {
  readonly capabilities: PrinterCapabilities;
  readonly isPaperLow: boolean;
  /** Absent: what is cut lies in the customer's reach, and nobody sees it taken. */
  readonly presenter?: Presenter;
  /**
   * Prints and cuts one receipt; status is asked before, during and after. Completed only when the printer proved that all was
   * consumed without error. uncertain: something may hang in the throat; a repeat is a marked duplicate.
   */
  print(job: { readonly bitmap: Bitmap }): Promise<DeviceOutcome<{ readonly progress: PrintProgress }>>;
  /** The same for a receipt of several parts, top to bottom; text and QR codes by the printer's own means where it has them. Absent: pictures only. */
  printParts?(job: { readonly parts: readonly PrintPart[] }): Promise<DeviceOutcome<{ readonly progress: PrintProgress }>>;
}
