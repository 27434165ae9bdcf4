import type { Bitmap } from '../../../drivers/interfaces/printer.ts';
import { PaperStrip } from './paper-strip.ts';
import type { PrinterCommand } from './wire.ts';

/** Bytes the printer takes in before it must stop the host, and where it stops and lets go. Room for one whole band stays above XOFF. */
const BUFFER_BYTES = 64 * 1024;
const XOFF_AT_BYTES = 40 * 1024;
const XON_AT_BYTES = 16 * 1024;
/** A roll of 80 m at 8 dots per mm; the near-end sensor sees the last 4 m. */
export const FULL_ROLL_ROWS = 640_000;
export const NEAR_END_ROWS = 32_000;
const RECEIPTS_MAX = 500;

export interface PrintedReceipt {
  readonly number: number;
  readonly bitmap: Bitmap;
  /** Letters of text commands; empty for a picture. */
  readonly text: string;
  isTaken: boolean;
}

/** One thing for the mechanism to do next. */
export type Work = { readonly kind: 'row'; readonly isFirst: boolean; readonly isLast: boolean } | { readonly kind: 'command'; readonly command: PrinterCommand };

/** The thing of metal: buffer, paper, knife, sensors. No time, no line. */
export class PrinterModel {
  readonly strip: PaperStrip;
  readonly receipts: PrintedReceipt[] = [];
  paperRows = FULL_ROLL_ROWS;
  isCoverOpen = false;
  isJammed = false;
  hasCutterError = false;
  isHeadHot = false;
  isPowered = true;
  blankPieceCount = 0;
  overrunByteCount = 0;
  #receiptCount = 0;
  #queue: { readonly command: PrinterCommand; readonly byteCount: number }[] = [];
  #queuedBytes = 0;
  #rows: Uint8Array[] = [];
  #rowTotal = 0;

  constructor(widthDots: number) {
    this.strip = new PaperStrip(widthDots);
  }

  get isPaperOut(): boolean {
    return this.paperRows <= 0;
  }

  get isPaperNearEnd(): boolean {
    return this.paperRows <= NEAR_END_ROWS;
  }

  /** Stands still until somebody does something. */
  get isStopped(): boolean {
    return !this.isPowered || this.isPaperOut || this.isCoverOpen || this.isJammed || this.hasCutterError || this.isHeadHot;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** @param pendingBytes  of a command still being received */
  flowOf(pendingBytes: number, isHeld: boolean): 'hold' | 'release' | 'same' {
    const bytes = this.#queuedBytes + pendingBytes;
    if (!isHeld && bytes >= XOFF_AT_BYTES) return 'hold';
    return isHeld && bytes <= XON_AT_BYTES ? 'release' : 'same';
  }

  enqueue(command: PrinterCommand, byteCount: number): void {
    if (this.#queuedBytes + byteCount > BUFFER_BYTES) {
      this.overrunByteCount += byteCount;
      return;
    }
    this.#queue.push({ command, byteCount });
    this.#queuedBytes += byteCount;
  }

  /** DLE ENQ 2: what waits is forgotten; what is on paper stays there. */
  clearBuffers(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#rows = [];
  }

  /** The next thing to do, or undefined when idle. */
  peek(): Work | undefined {
    if (this.#rows.length > 0) return { kind: 'row', isFirst: this.#rows.length === this.#rowTotal, isLast: this.#rows.length === 1 };
    const next = this.#queue[0];
    return next === undefined ? undefined : { kind: 'command', command: next.command };
  }

  /** Burns one row. */
  printRow(): void {
    this.strip.put(this.#rows.shift()!);
    this.paperRows -= 1;
  }

  /** Takes the next command off the queue; its rows, if any, come next. */
  takeCommand(): PrinterCommand {
    const { command, byteCount } = this.#queue.shift()!;
    this.#queuedBytes -= byteCount;
    if (command.kind === 'initialise') this.strip.initialise();
    this.#rows = this.strip.rowsOf(command);
    this.#rowTotal = this.#rows.length;
    return command;
  }

  /** The knife falls: undefined for a piece of white paper. */
  cut(feedDots: number): PrintedReceipt | undefined {
    // What the cut itself feeds is white and not kept with the picture, so that the picture is what was sent.
    this.paperRows -= feedDots;
    const hasInk = this.strip.hasInk;
    const piece = this.strip.cutOff();
    if (!hasInk) {
      this.blankPieceCount += 1;
      return undefined;
    }
    this.#receiptCount += 1;
    const receipt = { number: this.#receiptCount, ...piece, isTaken: false };
    this.receipts.push(receipt);
    if (this.receipts.length > RECEIPTS_MAX) this.receipts.shift();
    return receipt;
  }

  /** Buffer and styles are gone; paper, and what hangs in the throat, stay. [escpos §9, §11.8] */
  powerOff(): void {
    this.isPowered = false;
    this.clearBuffers();
    this.strip.initialise();
    this.hasCutterError = false;
    this.isHeadHot = false;
  }

  /** Answer to DLE EOT n. [escpos §6] */
  realTimeStatus(n: number): number | undefined {
    const bit = (isSet: boolean, mask: number) => (isSet ? mask : 0);
    switch (n) {
      case 1:
        return 0x12 | bit(this.isStopped, 0x08);
      case 2:
        return 0x12 | bit(this.isCoverOpen, 0x04) | bit(this.isPaperOut, 0x20) | bit(this.isJammed || this.hasCutterError || this.isHeadHot, 0x40);
      case 3:
        return 0x12 | bit(this.isJammed, 0x04) | bit(this.hasCutterError, 0x08) | bit(this.isHeadHot, 0x40);
      case 4:
        return 0x12 | bit(this.isPaperNearEnd, 0x0c) | bit(this.isPaperOut, 0x60);
      default:
        return undefined;
    }
  }

  /** Custom's answer to 10 04 14. [escpos §6] */
  fullStatus(): readonly number[] {
    const bit = (isSet: boolean, mask: number) => (isSet ? mask : 0);
    return [
      0x10,
      0x0f,
      bit(this.isPaperOut, 0x01) | bit(this.isPaperNearEnd, 0x04),
      bit(this.isCoverOpen, 0x03) | bit(!this.isStopped && this.#rows.length > 0, 0x08),
      bit(this.isHeadHot, 0x01) | bit(this.isJammed, 0x40),
      bit(this.hasCutterError, 0x01),
    ];
  }

  /** Answer to GS r 1. */
  inOrderStatus(): number {
    return (this.isPaperNearEnd ? 0x03 : 0) | (this.isPaperOut ? 0x0c : 0);
  }
}
