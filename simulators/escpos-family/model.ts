import type { Bitmap } from '../../drivers/interfaces/printer.ts';
import { PaperStrip } from './paper-strip.ts';
import type { PrinterType } from './printer-type.ts';
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
  place: ReceiptPlace;
}

/** slot: within reach, without a sensor. inside: cut, not shown. exit: held out, the sensor sees it. floor: pushed out. */
export type ReceiptPlace = 'slot' | 'inside' | 'exit' | 'taken' | 'bin' | 'floor';

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
  /** Loop on: paper stays inside until it is presented. */
  isHeldInside = false;
  /** A piece on the way to or in the exit; no receipt: white paper. */
  piece: { readonly receipt: PrintedReceipt | null; place: 'inside' | 'exit' } | null = null;
  isExitMoving = false;
  binPieceCount = 0;
  automaticStatusMask = 0;
  readonly #type: PrinterType;
  #receiptCount = 0;
  #queue: { readonly command: PrinterCommand; readonly byteCount: number }[] = [];
  #queuedBytes = 0;
  #rows: Uint8Array[] = [];
  #rowTotal = 0;

  constructor(widthDots: number, type: PrinterType) {
    this.#type = type;
    this.strip = new PaperStrip(widthDots, type.codePages);
  }

  get #hasExit(): boolean {
    return this.#type.exit !== 'none';
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
    if (command.kind === 'initialise') {
      this.strip.initialise();
      this.automaticStatusMask = 0;
    }
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
    // A second piece pushes into one that still lies there.
    if (this.#hasExit && this.piece !== null) this.isJammed = true;
    if (!hasInk) {
      this.blankPieceCount += 1;
      if (this.#hasExit) this.piece ??= { receipt: null, place: this.isHeldInside || this.#type.exit === 'automatic' ? 'inside' : 'exit' };
      return undefined;
    }
    this.#receiptCount += 1;
    const receipt: PrintedReceipt = { number: this.#receiptCount, ...piece, place: this.#hasExit ? 'inside' : 'slot' };
    this.receipts.push(receipt);
    if (this.receipts.length > RECEIPTS_MAX) this.receipts.shift();
    if (this.#hasExit && this.piece === null) {
      this.piece = { receipt, place: 'inside' };
      // Loop off: the paper ran out through the exit while it was printed.
      if (this.#type.exit === 'ejector' && !this.isHeldInside) this.moveToExit();
    }
    return receipt;
  }

  /** The piece shows in the exit. */
  moveToExit(): void {
    if (this.piece === null) return;
    this.piece.place = 'exit';
    if (this.piece.receipt !== null) this.piece.receipt.place = 'exit';
  }

  /** The piece leaves: into the bin, onto the floor or into a hand. */
  removePiece(to: 'bin' | 'floor' | 'taken'): PrintedReceipt | null {
    const receipt = this.piece?.receipt ?? null;
    this.piece = null;
    if (to === 'bin') this.binPieceCount += 1;
    if (receipt !== null) receipt.place = to;
    return receipt;
  }

  /** Buffer and styles are gone; paper, and what hangs in the throat, stay. [escpos §9, §11.8] */
  powerOff(): void {
    this.isPowered = false;
    this.clearBuffers();
    this.strip.initialise();
    this.hasCutterError = false;
    this.isHeadHot = false;
    this.isHeldInside = false;
    this.isExitMoving = false;
    this.automaticStatusMask = 0;
  }

  get #isAtExit(): boolean {
    return this.piece?.place === 'exit';
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
        if (this.#type.status === 'citizen') return 0x12 | bit(this.isPaperNearEnd, 0x0c) | bit(this.isPaperOut, 0x20) | bit(this.#isAtExit, 0x40);
        return 0x12 | bit(this.isPaperNearEnd, 0x0c) | bit(this.isPaperOut, 0x60);
      case 5:
        return this.#type.status === 'citizen' ? 0x12 | bit(this.isCoverOpen, 0x04) | bit(this.isHeadHot, 0x08) : undefined;
      case 6:
        return this.#type.status === 'citizen' ? 0x12 | bit(this.isJammed && this.piece !== null, 0x20) : undefined;
      case 0x11:
        return this.#type.status === 'custom' ? 0x12 | bit(this.#isMoving, 0x04) | bit(this.isPaperOut, 0x20) : undefined;
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
      bit(this.isPaperOut, 0x01) | bit(this.isPaperNearEnd, 0x04) | bit(this.#isAtExit, 0x20),
      bit(this.isCoverOpen, 0x03) | bit(this.#isMoving, 0x08),
      bit(this.isHeadHot, 0x01) | bit(this.isJammed, 0x40),
      bit(this.hasCutterError, 0x01),
    ];
  }

  get #isMoving(): boolean {
    return this.isExitMoving || (!this.isStopped && this.#rows.length > 0);
  }

  /** Answer to GS e 06. [escpos §7] */
  ejectorStatus(): number {
    const bit = (isSet: boolean, mask: number) => (isSet ? mask : 0);
    return bit(this.isPaperNearEnd, 0x01) | bit(this.piece?.place === 'inside', 0x04) | bit(this.#isAtExit, 0x08) | bit(this.#isMoving, 0x10) | bit(this.isExitMoving, 0x20) | bit(this.isJammed, 0xc0);
  }

  /** Four bytes of GS a. [TM-T88III manual] */
  automaticStatus(): readonly number[] {
    const bit = (isSet: boolean, mask: number) => (isSet ? mask : 0);
    return [
      0x10 | bit(this.isStopped, 0x08) | bit(this.isCoverOpen, 0x20),
      bit(this.isJammed, 0x04) | bit(this.hasCutterError, 0x08) | bit(this.isHeadHot, 0x40),
      bit(this.isPaperNearEnd, 0x03) | bit(this.isPaperOut, 0x0c),
      0x00,
    ];
  }

  /** Answer to GS r 1. */
  inOrderStatus(): number {
    return (this.isPaperNearEnd ? 0x03 : 0) | (this.isPaperOut ? 0x0c : 0);
  }
}
