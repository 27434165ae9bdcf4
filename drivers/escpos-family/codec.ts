import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Bitmap } from '../interfaces/printer.ts';

/** Commands, host to printer. [escpos §2] */
export const COMMANDS = {
  /** ESC @: code page, styles, alignment and line buffer back to the power-on state. */
  initialise: Uint8Array.of(0x1b, 0x40),
  /** ESC = 1 */
  selectPrinter: Uint8Array.of(0x1b, 0x3d, 0x01),
  /** GS r 1: answered in the order of the data, so its answer proves that all before was consumed. [escpos §6] */
  queryPaperInOrder: Uint8Array.of(0x1d, 0x72, 0x01),
  /** GS V 42 00: feed to the cutter, partial cut. */
  feedAndCut: Uint8Array.of(0x1d, 0x56, 0x42, 0x00),
  /** ESC i: the one retry after a cutter error. [escpos §8] */
  cut: Uint8Array.of(0x1b, 0x69),
  /** DLE ENQ 1: go on after a recoverable error. */
  recoverAndContinue: Uint8Array.of(0x10, 0x05, 0x01),
  /** DLE ENQ 2: clear receive and print buffers; works while the printer stands. [escpos §8] */
  clearBuffers: Uint8Array.of(0x10, 0x05, 0x02),
} as const;

/** DLE EOT 1 printer · 2 cause of being offline · 3 error · 4 paper. [escpos §6] */
export const REAL_TIME_QUERIES = [1, 2, 3, 4] as const;
export type RealTimeQuery = (typeof REAL_TIME_QUERIES)[number];

/** Custom: all in six bytes. [escpos §6] */
export const FULL_STATUS_QUERY = Uint8Array.of(0x10, 0x04, 0x14);

export function realTimeQuery(n: RealTimeQuery): Uint8Array {
  return Uint8Array.of(0x10, 0x04, n);
}

/** What the four answers say. Bits that the sheet calls reserved on some makes are masked, not compared. */
export interface PaperStatus {
  readonly isOffline: boolean;
  readonly isCoverOpen: boolean;
  readonly isStoppedByPaperEnd: boolean;
  readonly hasMechanicalError: boolean;
  readonly hasCutterError: boolean;
  readonly hasUnrecoverableError: boolean;
  /** Goes by itself, e.g. a hot head. */
  readonly hasPassingError: boolean;
  readonly isPaperNearEnd: boolean;
  readonly isPaperEnd: boolean;
  /** A cut receipt lies in the exit or presenter. Never on printers without a sensor there. */
  readonly isReceiptAtExit: boolean;
  /** The paper motor turns; only Custom tells. */
  readonly isMoving: boolean;
}

/** Which bits of DLE EOT 4 say what: they differ by maker. [escpos §6] */
export interface PaperBits {
  readonly end: number;
  readonly atExit: number;
}
export const EPSON_PAPER_BITS: PaperBits = { end: 0x60, atExit: 0x00 };
/** Citizen PPU-700: b5 paper end, b6 paper in the presenter. */
export const CITIZEN_PAPER_BITS: PaperBits = { end: 0x20, atExit: 0x40 };

/** @param answers  of DLE EOT 1…4, in this order */
export function decodeRealTime(answers: readonly [number, number, number, number], bits: PaperBits = EPSON_PAPER_BITS): PaperStatus {
  const [printer, offlineCause, error, paper] = answers;
  return {
    isOffline: (printer & 0x08) !== 0,
    isCoverOpen: (offlineCause & 0x04) !== 0,
    isStoppedByPaperEnd: (offlineCause & 0x20) !== 0,
    hasMechanicalError: (error & 0x04) !== 0,
    hasCutterError: (error & 0x08) !== 0,
    hasUnrecoverableError: (error & 0x20) !== 0,
    hasPassingError: (error & 0x40) !== 0,
    isPaperNearEnd: (paper & 0x0c) !== 0,
    isPaperEnd: (paper & bits.end) !== 0,
    isReceiptAtExit: (paper & bits.atExit) !== 0,
    isMoving: false,
  };
}

/** @param bytes  Custom's `10 0F p u r f`. [escpos §6] */
export function decodeFullStatus(bytes: readonly number[]): PaperStatus {
  const [, , paper = 0, user = 0, recoverable = 0, unrecoverable = 0] = bytes;
  const isCoverOpen = (user & 0x03) !== 0;
  const isPaperEnd = (paper & 0x01) !== 0;
  const hasCutterError = (unrecoverable & 0x03) !== 0;
  const hasUnrecoverableError = (unrecoverable & 0x4c) !== 0;
  const hasMechanicalError = (recoverable & 0x40) !== 0;
  // Head temperature, supply voltage.
  const hasPassingError = (recoverable & 0x09) !== 0;
  return {
    isOffline: isCoverOpen || isPaperEnd || hasCutterError || hasUnrecoverableError || hasMechanicalError || hasPassingError,
    isCoverOpen, isStoppedByPaperEnd: false, hasMechanicalError, hasCutterError, hasUnrecoverableError, hasPassingError, isPaperEnd,
    isPaperNearEnd: (paper & 0x44) !== 0,
    isReceiptAtExit: (paper & 0x20) !== 0,
    isMoving: (user & 0x08) !== 0,
  };
}

/** @param bytes  four of Epson's automatic status. [Epson TM-T88III manual, GS a] */
export function decodeAutomaticStatus(bytes: readonly number[]): PaperStatus {
  const [printer = 0, error = 0, paper = 0] = bytes;
  return {
    isOffline: (printer & 0x08) !== 0,
    isCoverOpen: (printer & 0x20) !== 0,
    isStoppedByPaperEnd: false,
    hasMechanicalError: (error & 0x04) !== 0,
    hasCutterError: (error & 0x08) !== 0,
    hasUnrecoverableError: (error & 0x20) !== 0,
    hasPassingError: (error & 0x40) !== 0,
    isPaperNearEnd: (paper & 0x03) !== 0,
    isPaperEnd: (paper & 0x0c) !== 0,
    isReceiptAtExit: false,
    isMoving: false,
  };
}

/** What stands in the way of printing, the gravest first. Empty: it can print. */
export function faultsOf(status: PaperStatus): ErrorCode[] {
  const faults: ErrorCode[] = [];
  if (status.hasUnrecoverableError) faults.push('PTR_FAILURE');
  if (status.hasCutterError || status.hasMechanicalError) faults.push('PTR_JAMMED');
  if (status.isCoverOpen) faults.push('PTR_COVER_OPEN');
  if (status.isPaperEnd || status.isStoppedByPaperEnd) faults.push('PTR_PAPER_OUT');
  // Offline without a cause we know (feed button held, hot head): not able to print now.
  if (faults.length === 0 && (status.isOffline || status.hasPassingError)) faults.push('PTR_OFFLINE');
  return faults;
}

/** Paper end in the answer to GS r 1. */
export function isPaperEndInOrder(value: number): boolean {
  return (value & 0x0c) !== 0;
}

/**
 * Rows per raster command. Of the safe range 24 to 128 the least: a band is written whole, and after XOFF the printer must still have room for
 * what is on its way. [escpos §5]
 */
export const BAND_ROWS_MAX = 24;

/** GS v 0, normal size: `1D 76 30 00 xL xH yL yH` and the rows. [escpos §5] */
export function* rasterBands(bitmap: Bitmap): Generator<Uint8Array> {
  const rowBytes = Math.ceil(bitmap.widthDots / 8);
  for (let topRow = 0; topRow < bitmap.heightDots; topRow += BAND_ROWS_MAX) {
    const rowCount = Math.min(BAND_ROWS_MAX, bitmap.heightDots - topRow);
    const band = new Uint8Array(8 + rowCount * rowBytes);
    band.set([0x1d, 0x76, 0x30, 0x00, rowBytes & 0xff, rowBytes >> 8, rowCount & 0xff, rowCount >> 8]);
    band.set(bitmap.bytes.subarray(topRow * rowBytes, (topRow + rowCount) * rowBytes), 8);
    yield band;
  }
}
