import { createActor, type Actor } from 'xstate';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Transport } from '../../transport/transport.ts';
import type { DeviceStatus, Unsubscribe } from '../../interfaces/device.ts';
import type { Bitmap, Printer, PrinterCapabilities, PrintProgress } from '../../interfaces/printer.ts';
import { deviceStateOf, escposMachine, stepOf, type EscposMachineEvent } from './escpos.machine.ts';
import { EscposLink } from './link.ts';
import { clearPrinter, readStatus, runJob, type StatusReading } from './print-job.ts';

export interface EscposOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Dots of the head: 576 for 80 mm paper, 384 for 58 mm; a multiple of 8. */
  readonly widthDots: number;
  /** Between two looks at an idle printer. */
  readonly statusPollMs?: number;
}

const STATUS_POLL_MS = 3000;
/** Longer after each failure to open or silence. */
const REOPEN_AFTER_MS = [500, 1000, 2000, 5000, 10_000] as const;
/** Half a metre of paper; a longer picture is our mistake, not a receipt. */
const HEIGHT_DOTS_MAX = 4096;
const LAST_FAULTS_MAX = 10;
/** Stay until a technician's reset (or a new connection), also when the sensor falls silent: somebody must have looked. [error catalogue] */
const LATCHED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PTR_JAMMED', 'PTR_FAILURE']);

type PrintOutcome = DeviceOutcome<{ readonly progress: PrintProgress }>;

interface Job {
  readonly bitmap: Bitmap;
  readonly settle: (outcome: PrintOutcome) => void;
  hasSent: boolean;
}

/** @source escpos sheet §6, §8, §9; quirks in README.md */
export function createEscposPrinter(options: EscposOptions): Printer {
  return new EscposPrinter(options);
}

class EscposPrinter implements Printer {
  readonly deviceId: string;
  readonly capabilities: PrinterCapabilities;
  readonly #options: EscposOptions;
  readonly #link: EscposLink;
  readonly #actor: Actor<typeof escposMachine>;
  readonly #listeners = new Set<(status: DeviceStatus) => void>();
  readonly #wakers = new Set<() => void>();
  #isRunning = false;
  /** Tells a loop that a stop and a new start overtook it. */
  #runCount = 0;
  #failedOpenCount = 0;
  #job: Job | undefined;
  #faults: readonly ErrorCode[] = ['PTR_OFFLINE'];
  #lastFaults: DeviceStatus['lastFaults'] = [];
  #isPaperLow = false;
  /** At the first start too: the process may have died inside a receipt. */
  #mayPaperHang = true;
  #sinceUtcMs: number;
  #lastShown = '';

  constructor(options: EscposOptions) {
    this.deviceId = options.deviceId;
    this.#options = options;
    this.capabilities = { widthDots: options.widthDots, presenter: false, cutter: true };
    this.#link = new EscposLink(options);
    this.#sinceUtcMs = options.clock.nowUtcMs();
    this.#actor = createActor(escposMachine);
    this.#link.onLost((detail) => this.#lose(detail));
    this.#actor.start();
  }

  get isPaperLow(): boolean {
    return this.#isPaperLow;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#send({ type: 'driver.started' });
    this.#runCount += 1;
    void this.#run(this.#runCount);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#send({ type: 'driver.stopped' });
    this.#settleJob('driver stopped', 'canceled');
    this.#setFaults(['PTR_OFFLINE'], 'stopped');
    await this.#link.close();
    this.#wakeAll();
  }

  reset(): void {
    this.#faults = this.#faults.filter((fault) => !LATCHED.has(fault));
    this.#send({ type: 'driver.resetRequested' });
    this.#wakeAll();
  }

  status(): DeviceStatus {
    return {
      deviceId: this.deviceId,
      deviceClass: 'printer',
      protocol: 'escpos',
      state: deviceStateOf(this.#actor.getSnapshot().value),
      faults: this.#faults,
      model: null,
      firmware: null,
      serialNumber: null,
      sinceUtcMs: this.#sinceUtcMs,
      counters: this.#link.counters,
      lastFaults: this.#lastFaults,
    };
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  print({ bitmap }: { readonly bitmap: Bitmap }): Promise<PrintOutcome> {
    const refuse = (outcome: PrintOutcome) => Promise.resolve(outcome);
    const rowBytes = Math.ceil(bitmap.widthDots / 8);
    const isPrintable = bitmap.widthDots > 0 && bitmap.widthDots <= this.capabilities.widthDots && bitmap.heightDots > 0 && bitmap.heightDots <= HEIGHT_DOTS_MAX && bitmap.bytes.length === rowBytes * bitmap.heightDots;
    if (!isPrintable) return refuse({ kind: 'failed', completionCode: 'invalidData', detail: `bitmap of ${bitmap.widthDots} x ${bitmap.heightDots} dots, ${bitmap.bytes.length} bytes` });
    if (this.#job !== undefined) return refuse({ kind: 'failed', completionCode: 'sequenceError', detail: 'a receipt is being printed' });
    const state = this.status().state;
    if (state !== 'ready') return refuse({ kind: 'failed', completionCode: 'deviceNotReady', errorCode: this.#faults[0] ?? 'PTR_OFFLINE', detail: `printer is ${state}` });
    return new Promise((settle) => {
      this.#job = { bitmap, settle, hasSent: false };
      this.#wakeAll();
    });
  }

  /** The one owner of the line: looks at the machine, does the step, tells what came of it. */
  async #run(runCount: number): Promise<void> {
    while (this.#isRunning && this.#runCount === runCount) {
      const step = stepOf(this.#actor.getSnapshot());
      // Taken while ready, but a fault came before its turn: nothing of it was printed.
      if (step !== 'serve' && step !== 'print') this.#settleJob('the printer is not ready', 'deviceNotReady');
      switch (step) {
        case 'none':
          return;
        case 'open':
          await this.#open();
          break;
        case 'waitToOpen':
          await this.#pause(REOPEN_AFTER_MS[Math.min(this.#failedOpenCount, REOPEN_AFTER_MS.length - 1)]!);
          this.#failedOpenCount += 1;
          this.#send({ type: 'port.retryDue' });
          break;
        case 'clear':
          await this.#clear();
          break;
        case 'serve':
        case 'watch':
          if (this.#job === undefined) await this.#pause(this.#options.statusPollMs ?? STATUS_POLL_MS);
          if (stepOf(this.#actor.getSnapshot()) === 'serve' && this.#job !== undefined) this.#send({ type: 'job.started' });
          else if (this.#link.isOpen) await this.#observe(await readStatus(this.#link));
          break;
        case 'print':
          await this.#print();
          break;
      }
    }
  }

  async #open(): Promise<void> {
    const opened = await this.#link.open();
    if (!this.#isRunning) return this.#link.close();
    if (opened.ok) {
      this.#send({ type: 'port.opened' });
      return;
    }
    this.#setFaults(['PTR_OFFLINE'], opened.error.detail);
    this.#send({ type: 'port.failed' });
  }

  async #clear(): Promise<void> {
    const cleared = await clearPrinter(this.#link, (ms) => this.#pause(ms), { mayPaperHang: this.#mayPaperHang });
    if (cleared.kind === 'silence') return this.#abandonLine('no answer');
    if (cleared.kind === 'lost') return;
    this.#failedOpenCount = 0;
    this.#isPaperLow = cleared.status.isPaperNearEnd;
    if (cleared.kind === 'faulty') {
      this.#setFaults(cleared.faults, 'seen while clearing');
      this.#send({ type: 'device.faulted' });
      return;
    }
    this.#mayPaperHang = false;
    this.#setFaults([], '');
    this.#send({ type: 'device.cleared' });
  }

  async #print(): Promise<void> {
    const job = this.#job;
    if (job === undefined) {
      this.#send({ type: 'job.finished' });
      return;
    }
    const end = await runJob(this.#link, (ms) => this.#pause(ms), job.bitmap, () => {
      job.hasSent = true;
      this.#mayPaperHang = true;
    });
    this.#options.log.info('escpos.job.ended', { deviceId: this.deviceId, outcome: end.outcome.kind, detail: end.outcome.kind === 'uncertain' ? end.outcome.lastKnown.stage : '' });
    if (end.outcome.kind === 'completed') this.#mayPaperHang = false;
    if (end.reading?.kind === 'silence') await this.#abandonLine('no answer while printing');
    else if (job.hasSent && end.outcome.kind !== 'completed') {
      // Straight to clearing, whatever the fault: the rest of this receipt must not come out when paper is loaded. [escpos §8]
      if (end.reading?.kind === 'status') this.#setFaults(end.reading.faults, `status ${end.reading.rawHex}`);
      this.#send({ type: 'job.interrupted' });
    } else {
      this.#send({ type: 'job.finished' });
      if (end.reading !== undefined) await this.#observe(end.reading);
    }
    // Last, so that whoever asked sees the state that the outcome left.
    if (this.#job === job) this.#job = undefined;
    job.settle(end.outcome);
  }

  /** Takes a look at the printer into the state: faults, near end, or that it is gone. */
  async #observe(reading: StatusReading): Promise<void> {
    if (reading.kind === 'lost') return;
    if (reading.kind === 'silence') return this.#abandonLine('no answer to status');
    this.#isPaperLow = reading.status.isPaperNearEnd;
    const latched = this.#faults.filter((fault) => LATCHED.has(fault));
    const faults = [...new Set([...latched, ...reading.faults])];
    this.#setFaults(faults, `status ${reading.rawHex}`);
    this.#send({ type: faults.length > 0 ? 'device.faulted' : 'device.faultCleared' });
  }

  /** Silence is a lost line, too: the port is closed and opened anew. */
  async #abandonLine(detail: string): Promise<void> {
    await this.#link.close();
    this.#lose(detail);
  }

  #lose(detail: string): void {
    this.#options.log.warn('escpos.line.lost', { deviceId: this.deviceId, detail });
    this.#faults = [];
    this.#setFaults(['PTR_OFFLINE'], detail);
    this.#send({ type: 'line.lost' });
    this.#wakeAll();
  }

  /** Stopping settles whoever waits: from the first raster byte on nobody can say how far it came. */
  #settleJob(detail: string, completionCode: 'canceled' | 'deviceNotReady'): void {
    const job = this.#job;
    this.#job = undefined;
    job?.settle(job.hasSent ? { kind: 'uncertain', completionCode, lastKnown: { stage: 'sent' } } : { kind: 'failed', completionCode, errorCode: this.#faults[0] ?? 'PTR_OFFLINE', detail });
  }

  #setFaults(faults: readonly ErrorCode[], detail: string): void {
    const atUtcMs = this.#options.clock.nowUtcMs();
    const fresh = faults.filter((fault) => !this.#faults.includes(fault));
    this.#lastFaults = [...fresh.map((code) => ({ code, atUtcMs, detail })), ...this.#lastFaults].slice(0, LAST_FAULTS_MAX);
    for (const code of fresh) this.#options.log.warn('escpos.fault.seen', { deviceId: this.deviceId, code, detail });
    this.#faults = faults;
    this.#show();
  }

  #send(event: EscposMachineEvent): void {
    const before = deviceStateOf(this.#actor.getSnapshot().value);
    this.#actor.send(event);
    if (deviceStateOf(this.#actor.getSnapshot().value) !== before) this.#sinceUtcMs = this.#options.clock.nowUtcMs();
    this.#show();
  }

  /** Tells listeners, once per change of what they can see. */
  #show(): void {
    const status = this.status();
    const shown = `${status.state} ${status.faults.join()} ${this.#isPaperLow}`;
    if (shown === this.#lastShown) return;
    this.#lastShown = shown;
    for (const listener of this.#listeners) listener(status);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#options.clock.clearTimeout(timer);
        this.#wakers.delete(end);
        resolve();
      };
      const timer: TimerHandle = this.#options.clock.setTimeout(end, ms);
      this.#wakers.add(end);
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}
