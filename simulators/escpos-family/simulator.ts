import { z } from 'zod';
import type { TimerHandle } from '../../main/foundation/clock.ts';
import { err, ok, type Result } from '../../main/foundation/outcome.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import { SimulatedDevice } from '../parts/simulated-device.ts';
import type { ControlError, Json, SimulatorEnvironment } from '../simulator.ts';
import { Exit } from './exit.ts';
import { BODY_FAULT_NAMES, PRESENTER_FAULTS, PRINTER_FAULTS, REPLY_FAULT_NAMES, type BodyFault, type BodyMoment, type PrinterFaults } from './faults.ts';
import { FULL_ROLL_ROWS, NEAR_END_ROWS, PrinterModel } from './model.ts';
import { paperPng } from './paper-png.ts';
import type { PrinterType } from './printer-type.ts';
import { CommandReader, type PrinterCommand, type WireEvent } from './wire.ts';

export interface PrinterSimulatorOptions {
  /** 576 for 80 mm paper. */
  readonly widthDots: number;
  /** The set-up of the printer lets it take receipts back; off: GS e 02 does nothing. */
  readonly isRetractEnabled?: boolean;
}

/** 150 mm/s at 8 dots per mm, burnt in steps of 24 rows. */
const ROWS_PER_STEP = 24;
const STEP_MS = 20;
const CUT_MS = 250;
const REPLY_MS = 5;
const SLOW_MS = 1500;
const HEAD_COOLING_MS = 2000;
const OUTAGE_MS = 3000;
const BLINK_MS = { min: 20, max: 100 } as const;
/** Where `midReceipt` lies: rows on the paper since the last cut. */
const MID_RECEIPT_ROWS = 240;

const index = z.number().int().nonnegative();
const HANDS = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('takeReceipt') }),
  z.strictObject({ do: z.literal('receipts') }),
  z.strictObject({ do: z.literal('receiptPng'), index }),
  z.strictObject({ do: z.literal('receiptText'), index }),
  z.strictObject({ do: z.literal('setPaper'), state: z.enum(['full', 'nearEnd', 'out']) }),
  z.strictObject({ do: z.literal('openCover') }),
  z.strictObject({ do: z.literal('closeCover') }),
  z.strictObject({ do: z.literal('clearJam') }),
  z.strictObject({ do: z.literal('emptyBin') }),
]);
type Hand = z.infer<typeof HANDS>;

/** A receipt printer of the ESC/POS family: the electronics between the line and the thing of metal. */
export class PrinterSimulator extends SimulatedDevice<PrinterFaults, Hand> {
  readonly #type: PrinterType;
  readonly #model: PrinterModel;
  readonly #exit: Exit;
  readonly #reader = new CommandReader();
  #isHeld = false;
  /** A wire of the line is broken: nothing comes in or out, and no end notices. */
  #isCutOff = false;
  #work: TimerHandle | undefined;
  #staleReply: readonly number[] = [0x12];
  #toldStatus = '';

  constructor(type: PrinterType, environment: SimulatorEnvironment, options: PrinterSimulatorOptions) {
    super({ protocol: type.protocol, environment, faults: type.exit === 'none' ? PRINTER_FAULTS : PRESENTER_FAULTS, hands: HANDS });
    this.#type = type;
    this.#model = new PrinterModel(options.widthDots, type);
    this.#exit = new Exit(this.#model, {
      isRetractEnabled: options.isRetractEnabled ?? true,
      after: (delayMs, action) => void this.after(delayMs, action),
      struck: (fault, at) => this.struck(fault, at),
      tell: (event, fields) => this.tell(event, fields),
    });
  }

  override start(): void {
    super.start();
    this.#schedule(0);
  }

  override stop(): void {
    super.stop();
    this.#work = undefined;
  }

  /** Something may have changed for the paper, and a fault may be armed for now. */
  override control(command: unknown): Result<Json, ControlError> {
    const result = super.control(command);
    this.#moment('now');
    this.#schedule(0);
    return result;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const model = this.#model;
    return {
      paper: model.isPaperOut ? 'out' : model.isPaperNearEnd ? 'nearEnd' : 'full',
      paperRows: Math.max(0, model.paperRows),
      coverOpen: model.isCoverOpen,
      jammed: model.isJammed,
      cutterError: model.hasCutterError,
      /** Printed and not cut off: it hangs in the throat. */
      hangingRows: model.strip.heightDots,
      hangingInk: model.strip.hasInk,
      bufferBytes: model.queuedBytes + this.#reader.pendingByteCount,
      overrunBytes: model.overrunByteCount,
      blankPieces: model.blankPieceCount,
      exit: model.piece === null ? null : { place: model.piece.place, receipt: model.piece.receipt?.number ?? null },
      binPieces: model.binPieceCount,
      receipts: this.#receipts(),
    };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    const model = this.#model;
    switch (hand.do) {
      case 'receipts':
        return ok(this.#receipts());
      case 'receiptPng':
      case 'receiptText': {
        const receipt = model.receipts[hand.index];
        if (receipt === undefined) return err({ code: 'notNow', detail: `there are ${model.receipts.length} receipts` });
        return ok(hand.do === 'receiptText' ? receipt.text : paperPng(receipt.bitmap).toString('base64'));
      }
      case 'takeReceipt':
        return this.#takeReceipt();
      case 'setPaper':
        model.paperRows = hand.state === 'full' ? FULL_ROLL_ROWS : hand.state === 'nearEnd' ? NEAR_END_ROWS : 0;
        this.tell('paperSet', { state: hand.state });
        return ok(null);
      case 'openCover':
      case 'closeCover':
        model.isCoverOpen = hand.do === 'openCover';
        this.tell(model.isCoverOpen ? 'coverOpened' : 'coverClosed', {});
        return ok(null);
      case 'clearJam':
        model.isJammed = false;
        model.hasCutterError = false;
        // The technician pulls the torn paper out, and what lies on the way to the exit.
        model.strip.cutOff();
        if (model.piece !== null) model.removePiece('floor');
        this.tell('jamCleared', {});
        return ok(null);
      case 'emptyBin': {
        const pieceCount = model.binPieceCount;
        model.binPieceCount = 0;
        this.tell('binEmptied', { pieceCount });
        return ok({ pieceCount });
      }
    }
  }

  protected override write(bytes: Uint8Array | readonly number[]): void {
    if (!this.#isCutOff) super.write(bytes);
  }

  protected override hear(chunk: Uint8Array): void {
    if (this.#isCutOff) return;
    const bytesBefore = this.#reader.pendingByteCount;
    for (const event of this.#reader.push(chunk)) this.#take(event);
    // Inside a picture's data: the host is interrupted in the middle of a command.
    if (bytesBefore + chunk.length > 1024 && this.#reader.pendingByteCount > 1024) this.#moment('rasterBytes');
    this.#controlFlow();
    this.#schedule(0);
  }

  protected override onPowerOff(): void {
    this.#model.powerOff();
    this.#reader.reset();
    this.#isHeld = false;
    this.#isCutOff = false;
    this.#work = undefined;
    this.#toldStatus = '';
  }

  protected override onPowerOn(): void {
    this.#model.isPowered = true;
    this.#schedule(0);
  }

  #receipts(): Json {
    return this.#model.receipts.map((receipt) => ({ number: receipt.number, heightDots: receipt.bitmap.heightDots, taken: receipt.place === 'taken', place: receipt.place, text: receipt.text }));
  }

  /** All that lie within reach. */
  #takeReceipt(): Result<Json, ControlError> {
    const { receipts, piece } = this.#model;
    const waiting = receipts.filter(({ place }) => place === 'slot' || place === 'exit' || place === 'floor');
    if (waiting.length === 0) return err({ code: 'notNow', detail: 'no receipt lies in the slot' });
    if (piece?.place === 'exit') this.#model.removePiece('taken');
    for (const receipt of waiting) receipt.place = 'taken';
    this.tell('receiptTaken', { number: waiting.at(-1)!.number });
    return ok(waiting.length);
  }

  #take(event: WireEvent): void {
    const model = this.#model;
    switch (event.kind) {
      case 'command':
        model.enqueue(event.command, event.byteCount);
        return;
      case 'realTimeStatus': {
        const status = model.realTimeStatus(event.n);
        // Custom's six bytes; other makers know no such n. [escpos §6]
        if (event.n === 0x14 && this.#type.status !== 'custom') return;
        if (event.n === 0x14) this.#reply('statusReply', () => model.fullStatus());
        else if (status !== undefined) this.#reply('statusReply', () => [model.realTimeStatus(event.n)!]);
        return;
      }
      case 'recover':
        model.hasCutterError = false;
        if (event.n === 2) model.clearBuffers();
        return;
      case 'hardwareReset':
        model.clearBuffers();
        model.strip.initialise();
        model.hasCutterError = false;
        return;
    }
  }

  /** What leaves the printer, spoiled where a fault waits for it. The value is that of the moment of sending. */
  #reply(moment: 'statusReply' | 'inOrderReply', bytesOf: () => readonly number[]): void {
    const fault = REPLY_FAULT_NAMES.find((name) => this.struck(name, moment) || this.struck(name, 'reply'));
    if (fault === 'silence' || fault === 'lostReply') return;
    const { random } = this.environment;
    const stale = moment === 'inOrderReply' ? [0x00] : this.#staleReply;
    this.after(fault === 'slow' ? SLOW_MS : REPLY_MS, () => {
      const bytes = bytesOf();
      if (moment === 'statusReply') this.#staleReply = bytes;
      this.write(fault === 'mergedReply' ? [...stale, ...bytes] : fault === 'noise' ? [...random.bytes(1 + randomInteger(random, 4)), ...bytes] : bytes);
    });
  }

  #controlFlow(): void {
    const flow = this.#model.flowOf(this.#reader.pendingByteCount, this.#isHeld);
    if (flow === 'same') return;
    this.#isHeld = flow === 'hold';
    this.write([this.#isHeld ? 0x13 : 0x11]);
  }

  #schedule(afterMs: number): void {
    if (!this.isAlive || this.#work !== undefined) return;
    this.#work = this.after(afterMs, () => {
      this.#work = undefined;
      this.#step();
    });
  }

  /** A little of what is to be done; plans the next little. */
  #step(): void {
    this.#tellStatus();
    let rowsLeft = ROWS_PER_STEP;
    const model = this.#model;
    while (this.isAlive && !model.isStopped) {
      const work = model.peek();
      if (work === undefined) break;
      if (work.kind === 'row') {
        if (rowsLeft === 0) break;
        rowsLeft -= 1;
        this.#burnRow(work.isFirst, work.isLast);
        continue;
      }
      if (work.command.kind === 'cut') {
        this.#cut();
        this.#controlFlow();
        this.#schedule(CUT_MS);
        return;
      }
      this.#obey(model.takeCommand());
    }
    this.#tellStatus();
    this.#controlFlow();
    if (!model.isStopped && model.peek() !== undefined) this.#schedule(STEP_MS);
  }

  /** Commands that put nothing onto the paper; those that do gave rows to the model. */
  #obey(command: PrinterCommand): void {
    const model = this.#model;
    if (command.kind === 'queuedStatus') this.#reply('inOrderReply', () => [command.n === 1 ? model.inOrderStatus() : 0]);
    else if (command.kind === 'identify') this.#identify(command.n);
    else if (command.kind === 'automaticStatus' && this.#type.hasAutomaticStatus) {
      model.automaticStatusMask = command.n;
      this.#toldStatus = '';
      this.#tellStatus();
    } else if (this.#type.exit === 'ejector') {
      if (command.kind === 'ejector' && command.n === 0x06) this.#reply('inOrderReply', () => [model.ejectorStatus()]);
      else if (command.kind === 'ejector') this.#exit.eject(command);
      else if (command.kind === 'present') this.#exit.present({ timeoutS: command.timeoutS, isRetractedAfter: command.isRetractedAfter });
    } else if (this.#type.exit === 'automatic' && command.kind === 'collect') this.#exit.collect(command.timerS);
  }

  #identify(n: number): void {
    const text = this.#type.texts[n];
    if (n === 1) this.#reply('inOrderReply', () => [this.#type.modelId]);
    else if (text !== undefined) this.#reply('inOrderReply', () => [0x5f, ...Buffer.from(text, 'latin1'), 0x00]);
  }

  /** GS a: unasked, at each change. */
  #tellStatus(): void {
    if (!this.isAlive || this.#model.automaticStatusMask === 0) return;
    const bytes = this.#model.automaticStatus();
    if (this.#toldStatus === bytes.join()) return;
    this.#toldStatus = bytes.join();
    this.write(bytes);
  }

  #burnRow(isFirst: boolean, isLast: boolean): void {
    const model = this.#model;
    if (isFirst && model.strip.heightDots === 0) this.#moment('firstRow');
    if (model.strip.heightDots === MID_RECEIPT_ROWS) this.#moment('midReceipt');
    if (isLast) this.#moment('lastRow');
    // A moment may have stopped the paper or emptied the buffer.
    if (model.isStopped || model.peek()?.kind !== 'row') return;
    model.printRow();
    if (model.isPaperOut) this.tell('paperEnded', {});
  }

  #cut(): void {
    this.#moment('cut');
    const model = this.#model;
    const work = model.peek();
    if (model.isStopped || work?.kind !== 'command' || work.command.kind !== 'cut') return;
    const { feedDots } = work.command;
    model.takeCommand();
    const receipt = model.cut(feedDots);
    if (receipt !== undefined) this.tell('receiptPrinted', { number: receipt.number, heightDots: receipt.bitmap.heightDots });
    if (this.#type.exit === 'automatic') this.#exit.present({ timeoutS: 0, isRetractedAfter: false });
  }

  #moment(moment: BodyMoment): void {
    const fault = BODY_FAULT_NAMES.find((name) => this.struck(name, moment));
    if (fault !== undefined) this.#strike(fault);
  }

  #blinkMs(): number {
    return BLINK_MS.min + randomInteger(this.environment.random, BLINK_MS.max - BLINK_MS.min);
  }

  #strike(fault: BodyFault): void {
    const model = this.#model;
    switch (fault) {
      case 'paperOut':
        model.paperRows = 0;
        return;
      case 'coverOpen':
        model.isCoverOpen = true;
        return;
      case 'jam':
        model.isJammed = true;
        return;
      case 'cutterError':
        model.hasCutterError = true;
        return;
      case 'headHot':
        model.isHeadHot = true;
        this.after(HEAD_COOLING_MS, () => {
          model.isHeadHot = false;
          this.#schedule(0);
        });
        return;
      case 'powerCut':
        this.powerOff();
        this.after(OUTAGE_MS, () => this.powerOn());
        return;
      case 'powerBlink':
        this.powerOff();
        this.after(this.#blinkMs(), () => this.powerOn());
        return;
      case 'lineBlink':
        this.#isCutOff = true;
        this.after(this.#blinkMs(), () => {
          this.#isCutOff = false;
        });
        return;
      case 'unplug':
        this.unplug();
        this.after(OUTAGE_MS, () => this.plug());
        return;
      case 'exitJam':
      case 'exitIgnored':
      case 'takenAtOnce':
        // Their moments are the exit's own.
        return;
    }
  }
}
