import { z } from 'zod';
import type { TimerHandle } from '../../../main/foundation/clock.ts';
import { err, ok, type Result } from '../../../main/foundation/outcome.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import type { ControlError, CreateSimulator, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';
import { faultBoard, FaultList, faultSchema, type BodyFault, type BodyMoment } from './faults.ts';
import { FULL_ROLL_ROWS, NEAR_END_ROWS, PrinterModel } from './model.ts';
import { paperPng } from './paper-png.ts';
import { CommandReader, type WireEvent } from './wire.ts';

export interface EscposSimulatorOptions {
  /** 576 for 80 mm paper. */
  readonly widthDots: number;
}

/** 150 mm/s at 8 dots per mm, burnt in steps of 24 rows. */
const ROWS_PER_STEP = 24;
const STEP_MS = 20;
const CUT_MS = 250;
const REPLY_MS = 5;
const SLOW_MS = 1500;
const HEAD_COOLING_MS = 2000;
const OUTAGE_MS = 3000;
/** Where `midReceipt` lies: rows on the paper since the last cut. */
const MID_RECEIPT_ROWS = 240;
const MODEL_ID = 0x93;

const index = z.number().int().nonnegative();
const controlSchema = z.union([
  z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('takeReceipt') }),
    z.strictObject({ do: z.literal('receipts') }),
    z.strictObject({ do: z.literal('receiptPng'), index }),
    z.strictObject({ do: z.literal('receiptText'), index }),
    z.strictObject({ do: z.literal('setPaper'), state: z.enum(['full', 'nearEnd', 'out']) }),
    z.strictObject({ do: z.literal('openCover') }),
    z.strictObject({ do: z.literal('closeCover') }),
    z.strictObject({ do: z.literal('clearJam') }),
    z.strictObject({ do: z.literal('powerOff') }),
    z.strictObject({ do: z.literal('powerOn') }),
    z.strictObject({ do: z.literal('unplug') }),
    z.strictObject({ do: z.literal('plug') }),
    z.strictObject({ do: z.literal('clearFaults') }),
  ]),
  faultSchema,
]);
type Control = z.infer<typeof controlSchema>;

export const createEscposSimulator: CreateSimulator<EscposSimulatorOptions> = (environment, options) => new EscposSimulator(environment, options);

class EscposSimulator implements DeviceSimulator {
  readonly protocol = 'escpos';
  readonly #environment: SimulatorEnvironment;
  readonly #model: PrinterModel;
  readonly #reader = new CommandReader();
  readonly #faults = new FaultList();
  readonly #listeners: ((event: SimulatorEvent) => void)[] = [];
  #isRunning = false;
  #isPlugged = true;
  #isHeld = false;
  #work: TimerHandle | undefined;
  #staleReply: readonly number[] = [0x12];

  constructor(environment: SimulatorEnvironment, options: EscposSimulatorOptions) {
    this.#environment = environment;
    this.#model = new PrinterModel(options.widthDots);
    environment.line.onData((chunk) => this.#receive(chunk));
  }

  start(): void {
    this.#isRunning = true;
    this.#schedule(0);
  }

  stop(): void {
    this.#isRunning = false;
    this.#environment.clock.clearTimeout(this.#work);
    this.#work = undefined;
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listeners.push(listener);
  }

  faultBoard(): ReturnType<DeviceSimulator['faultBoard']> {
    return faultBoard();
  }

  world(): Json {
    const model = this.#model;
    return {
      power: model.isPowered,
      plugged: this.#isPlugged,
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
      armedFaults: this.#faults.armed.map((fault) => ({ ...fault })),
      receipts: this.#receipts(),
    };
  }

  control(command: unknown): Result<Json, ControlError> {
    const parsed = controlSchema.safeParse(command);
    if (!parsed.success) {
      const name = (command as { do?: unknown } | null)?.do;
      const isKnown = controlSchema.options[0].options.some((option) => option.shape.do.value === name) || name === 'fault';
      return err({ code: isKnown ? 'invalid' : 'unknownCommand', detail: z.prettifyError(parsed.error).slice(0, 500) });
    }
    const result = this.#obey(parsed.data);
    this.#schedule(0);
    return result;
  }

  #receipts(): Json {
    return this.#model.receipts.map((receipt) => ({ number: receipt.number, heightDots: receipt.bitmap.heightDots, taken: receipt.isTaken, text: receipt.text }));
  }

  #obey(command: Control): Result<Json, ControlError> {
    const model = this.#model;
    switch (command.do) {
      case 'receipts':
        return ok(this.#receipts());
      case 'receiptPng':
      case 'receiptText': {
        const receipt = model.receipts[command.index];
        if (receipt === undefined) return err({ code: 'notNow', detail: `there are ${model.receipts.length} receipts` });
        return ok(command.do === 'receiptText' ? receipt.text : paperPng(receipt.bitmap).toString('base64'));
      }
      case 'takeReceipt': {
        const waiting = model.receipts.filter((receipt) => !receipt.isTaken);
        if (waiting.length === 0) return err({ code: 'notNow', detail: 'no receipt lies in the slot' });
        for (const receipt of waiting) receipt.isTaken = true;
        this.#tell('receiptTaken', { number: waiting.at(-1)!.number });
        return ok(waiting.length);
      }
      case 'setPaper':
        model.paperRows = command.state === 'full' ? FULL_ROLL_ROWS : command.state === 'nearEnd' ? NEAR_END_ROWS : 0;
        this.#tell('paperSet', { state: command.state });
        return ok(null);
      case 'openCover':
      case 'closeCover':
        model.isCoverOpen = command.do === 'openCover';
        this.#tell(model.isCoverOpen ? 'coverOpened' : 'coverClosed', {});
        return ok(null);
      case 'clearJam':
        model.isJammed = false;
        model.hasCutterError = false;
        // The technician pulls the torn paper out.
        model.strip.cutOff();
        this.#tell('jamCleared', {});
        return ok(null);
      case 'powerOff':
        this.#powerOff();
        return ok(null);
      case 'powerOn':
        this.#powerOn();
        return ok(null);
      case 'unplug':
      case 'plug':
        this.#setPlugged(command.do === 'plug');
        return ok(null);
      case 'clearFaults':
        this.#faults.clear();
        return ok(null);
      case 'fault':
        if (command.at === 'now') {
          this.#strike(command.fault as BodyFault, 'now');
          return ok(null);
        }
        return this.#faults.arm(command) ? ok(null) : err({ code: 'notNow', detail: 'too many faults are armed' });
    }
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isRunning || !this.#model.isPowered) return;
    const bytesBefore = this.#reader.pendingByteCount;
    for (const event of this.#reader.push(chunk)) this.#take(event);
    // Inside a picture's data: the host is interrupted in the middle of a command.
    if (bytesBefore + chunk.length > 1024 && this.#reader.pendingByteCount > 1024) this.#moment('rasterBytes');
    this.#controlFlow();
    this.#schedule(0);
  }

  #take(event: WireEvent): void {
    const model = this.#model;
    switch (event.kind) {
      case 'command':
        model.enqueue(event.command, event.byteCount);
        return;
      case 'realTimeStatus': {
        const status = model.realTimeStatus(event.n);
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
    const fault = this.#faults.takeReply(moment);
    if (fault !== undefined) this.#tell('faultFired', { fault, at: moment });
    if (fault === 'silence' || fault === 'lostReply') return;
    const noise = () => [...this.#environment.random.bytes(1 + randomInteger(this.#environment.random, 4))];
    const stale = moment === 'inOrderReply' ? [0x00] : this.#staleReply;
    this.#after(fault === 'slow' ? SLOW_MS : REPLY_MS, () => {
      if (!this.#model.isPowered) return;
      const bytes = bytesOf();
      if (moment === 'statusReply') this.#staleReply = bytes;
      const spoiled = fault === 'mergedReply' ? [...stale, ...bytes] : fault === 'noise' ? [...noise(), ...bytes] : bytes;
      this.#environment.line.write(Uint8Array.from(spoiled));
    });
  }

  #controlFlow(): void {
    const flow = this.#model.flowOf(this.#reader.pendingByteCount, this.#isHeld);
    if (flow === 'same') return;
    this.#isHeld = flow === 'hold';
    this.#environment.line.write(Uint8Array.of(this.#isHeld ? 0x13 : 0x11));
  }

  #schedule(afterMs: number): void {
    if (!this.#isRunning || this.#work !== undefined) return;
    this.#work = this.#environment.clock.setTimeout(() => {
      this.#work = undefined;
      this.#step();
    }, afterMs * this.#environment.timeFactor);
  }

  /** A little of what is to be done; plans the next little. */
  #step(): void {
    let rowsLeft = ROWS_PER_STEP;
    const model = this.#model;
    while (this.#isRunning && !model.isStopped) {
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
      const command = model.takeCommand();
      if (command.kind === 'queuedStatus') this.#reply('inOrderReply', () => [command.n === 1 ? model.inOrderStatus() : 0]);
      if (command.kind === 'identify') this.#reply('inOrderReply', () => [MODEL_ID]);
    }
    this.#controlFlow();
    if (!model.isStopped && model.peek() !== undefined) this.#schedule(STEP_MS);
  }

  #burnRow(isFirst: boolean, isLast: boolean): void {
    const model = this.#model;
    if (isFirst && model.strip.heightDots === 0) this.#moment('firstRow');
    if (model.strip.heightDots === MID_RECEIPT_ROWS) this.#moment('midReceipt');
    if (isLast) this.#moment('lastRow');
    // A moment may have stopped the paper or emptied the buffer.
    if (model.isStopped || model.peek()?.kind !== 'row') return;
    model.printRow();
    if (model.isPaperOut) this.#tell('paperEnded', {});
  }

  #cut(): void {
    this.#moment('cut');
    const model = this.#model;
    const work = model.peek();
    if (model.isStopped || work?.kind !== 'command' || work.command.kind !== 'cut') return;
    const { feedDots } = work.command;
    model.takeCommand();
    const receipt = model.cut(feedDots);
    if (receipt !== undefined) this.#tell('receiptPrinted', { number: receipt.number, heightDots: receipt.bitmap.heightDots });
  }

  #moment(moment: BodyMoment): void {
    const fault = this.#faults.takeBody(moment);
    if (fault !== undefined) this.#strike(fault, moment);
  }

  #strike(fault: BodyFault, at: BodyMoment): void {
    const model = this.#model;
    this.#tell('faultFired', { fault, at });
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
        this.#after(HEAD_COOLING_MS, () => {
          model.isHeadHot = false;
          this.#schedule(0);
        });
        return;
      case 'powerCut':
        this.#powerOff();
        this.#after(OUTAGE_MS, () => this.#powerOn());
        return;
      case 'unplug':
        this.#setPlugged(false);
        this.#after(OUTAGE_MS, () => this.#setPlugged(true));
        return;
    }
  }

  #powerOff(): void {
    this.#model.powerOff();
    this.#reader.reset();
    this.#isHeld = false;
    this.#tell('powerOff', {});
  }

  #powerOn(): void {
    this.#model.isPowered = true;
    this.#tell('powerOn', {});
    this.#schedule(0);
  }

  #setPlugged(isPlugged: boolean): void {
    if (this.#isPlugged === isPlugged) return;
    this.#isPlugged = isPlugged;
    if (isPlugged) this.#environment.line.plug();
    else this.#environment.line.unplug();
    this.#tell(isPlugged ? 'plugged' : 'unplugged', {});
  }

  #after(ms: number, callback: () => void): void {
    this.#environment.clock.setTimeout(() => {
      if (this.#isRunning) callback();
    }, ms * this.#environment.timeFactor);
  }

  #tell(event: string, fields: SimulatorEvent['fields']): void {
    for (const listener of this.#listeners) listener({ event, fields });
  }
}
