import type { Clock } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { DeviceStatus, Unsubscribe } from '../interfaces/device.ts';
import type { Bitmap, Presenter, Printer, PrinterCapabilities, PrintPart, PrintProgress, RetractedTo } from '../interfaces/printer.ts';
import type { Occasion } from '../life/line-device.ts';
import { LineDevice } from '../life/line-device.ts';
import type { Transport } from '../transport/transport.ts';
import { clearPrinter } from './clearing.ts';
import { decodeAutomaticStatus } from './codec.ts';
import type { Dialect, PresenterDialect } from './dialect.ts';
import { PrinterLink } from './link.ts';
import { jobProblem } from './parts.ts';
import { emptyExit } from './presenting.ts';
import { runJob, type JobEnd } from './print-job.ts';
import { readingOf, readStatus, type StatusReading } from './status.ts';

export interface FamilyPrinterOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Dots of the head: 576 for 80 mm paper, 384 for 58 mm; a multiple of 8. */
  readonly widthDots: number;
}

/** Between two looks at an idle printer. */
const STATUS_POLL_MS = 3000;
/** While a receipt lies in the exit. [escpos §7: 300 to 500 ms] */
const EXIT_POLL_MS = 500;
/** Stay until a technician's reset (or a new connection), also when the sensor falls silent: somebody must have looked. [error catalogue] */
const LATCHED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PTR_JAMMED', 'PTR_FAILURE']);

type PrintOutcome = DeviceOutcome<{ readonly progress: PrintProgress }>;
type Status = Extract<StatusReading, { kind: 'status' }>;

/** A receipt printer of the ESC/POS family. @source escpos sheet §6 to §9; quirks in the README of its dialect */
export class FamilyPrinter extends LineDevice implements Printer {
  readonly capabilities: PrinterCapabilities;
  readonly presenter?: Presenter;
  readonly #dialect: Dialect;
  readonly #link: PrinterLink;
  readonly #statusListeners = new Set<(status: DeviceStatus) => void>();
  readonly #takenListeners = new Set<() => void>();
  readonly #pollsPerLook: number;
  #pollCount = 0;
  #isPrinting = false;
  #isPaperLow = false;
  /** null: not known. */
  #isReceiptAtExit: boolean | null = null;
  /** At the first start too: the process may have died inside a receipt. */
  #mayPaperHang = true;

  constructor(dialect: Dialect, options: FamilyPrinterOptions) {
    const link = new PrinterLink(options);
    const pollIntervalMs = dialect.presenter === null ? STATUS_POLL_MS : EXIT_POLL_MS;
    super({ ...options, deviceClass: 'printer', protocol: dialect.protocol, link, pollIntervalMs, offlineCode: 'PTR_OFFLINE', logArea: 'ptr' });
    this.#dialect = dialect;
    this.#link = link;
    this.#pollsPerLook = STATUS_POLL_MS / pollIntervalMs;
    this.capabilities = { widthDots: options.widthDots, presenter: dialect.presenter !== null, cutter: true };
    if (dialect.presenter !== null) this.presenter = this.#presenterOf(dialect.presenter);
    link.onAutomaticStatus((bytes) => this.#takeAutomatic(bytes));
  }

  get isPaperLow(): boolean {
    return this.#isPaperLow;
  }

  /** Also when paper gets low or is loaded. */
  override onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    this.#statusListeners.add(listener);
    const unsubscribe = super.onStatus(listener);
    return () => {
      this.#statusListeners.delete(listener);
      unsubscribe();
    };
  }

  print({ bitmap }: { readonly bitmap: Bitmap }): Promise<PrintOutcome> {
    return this.printParts({ parts: [{ kind: 'bitmap', bitmap }] });
  }

  async printParts({ parts }: { readonly parts: readonly PrintPart[] }): Promise<PrintOutcome> {
    const problem = jobProblem(parts, this.capabilities.widthDots);
    if (problem !== null) return { kind: 'failed', completionCode: 'invalidData', detail: problem };
    if (this.#isPrinting) return { kind: 'failed', completionCode: 'sequenceError', detail: 'a receipt is being printed' };
    const refused = this.#refusal();
    if (refused !== null) return refused;
    this.#isPrinting = true;
    // Taken while ready, but a fault may come before its turn: nothing of it is printed then.
    const outcome = await this.run(async () => this.#refusal() ?? (await this.#print(parts)));
    this.#isPrinting = false;
    return outcome;
  }

  protected override async bringUp(_occasion: Occasion): Promise<boolean> {
    const cleared = await clearPrinter(this.#link, this.#dialect, { mayPaperHang: this.#mayPaperHang });
    if (cleared.kind === 'lost' || cleared.kind === 'silence') return false;
    this.#setPaperLow(cleared.status.isPaperNearEnd);
    if (cleared.kind === 'faulty') this.#seeFaults(cleared.faults, 'seen while clearing');
    else {
      this.#mayPaperHang = false;
      this.#isReceiptAtExit = this.#dialect.presenter === null ? null : cleared.status.isReceiptAtExit;
      this.see([]);
      await this.#identify();
    }
    this.becomeReady('cleared');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    this.#pollCount += 1;
    if (this.#isReceiptAtExit !== true && this.#pollCount % this.#pollsPerLook !== 0) return true;
    const reading = await readStatus(this.#link, this.#dialect);
    if (reading.kind !== 'status') return false;
    this.#observe(reading);
    return true;
  }

  /** A new connection is a new look at the paper path: bringing up finds what is still wrong. */
  protected override onDown(): void {
    this.#isReceiptAtExit = null;
    this.unlatch();
  }

  #presenterOf(presenter: PresenterDialect): Presenter {
    return {
      isOccupied: () => this.#isReceiptAtExit,
      onTaken: (listener) => {
        this.#takenListeners.add(listener);
        return () => void this.#takenListeners.delete(listener);
      },
      retract: () => this.run(() => this.#retract(presenter)),
    };
  }

  async #retract(presenter: PresenterDialect): Promise<DeviceOutcome<{ readonly to: RetractedTo }>> {
    const before = await readStatus(this.#link, this.#dialect);
    if (before.kind !== 'status') {
      this.lineLost();
      return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'PTR_OFFLINE', detail: `no status: ${before.kind}` };
    }
    this.#observe(before);
    if (!before.status.isReceiptAtExit) return { kind: 'completed', value: { to: 'taken' } };
    const emptied = await emptyExit(this.#link, this.#dialect, presenter);
    if (emptied.kind === 'retracted' || emptied.kind === 'ejected') {
      this.#isReceiptAtExit = false;
      return { kind: 'completed', value: { to: emptied.kind } };
    }
    if (emptied.kind === 'stuck') {
      this.latch('PTR_JAMMED', 'the exit stays covered');
      this.settle('the exit stays covered');
      return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'presented' } };
    }
    this.lineLost();
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'presented' } };
  }

  #refusal(): Extract<PrintOutcome, { kind: 'failed' }> | null {
    const { state, faults } = this.status();
    return state === 'ready' ? null : { kind: 'failed', completionCode: 'deviceNotReady', errorCode: faults[0] ?? 'PTR_OFFLINE', detail: `printer is ${state}` };
  }

  async #print(parts: readonly PrintPart[]): Promise<PrintOutcome> {
    let hasSent = false;
    this.engage();
    const end = await runJob(this.#link, this.#dialect, parts, () => {
      hasSent = true;
      this.#mayPaperHang = true;
    });
    const { outcome } = end;
    this.log.info('ptr.job.ended', { deviceId: this.deviceId, outcome: outcome.kind, detail: outcome.kind === 'uncertain' ? outcome.lastKnown.stage : '' });
    if (outcome.kind === 'completed') {
      this.#mayPaperHang = false;
      if (this.#dialect.presenter !== null) this.#isReceiptAtExit = true;
    }
    this.#conclude(end, hasSent);
    return outcome;
  }

  #conclude({ outcome, reading }: JobEnd, hasSent: boolean): void {
    if (reading?.kind === 'silence' || reading?.kind === 'lost') this.lineLost();
    else if (hasSent && outcome.kind !== 'completed') {
      // Straight to clearing, whatever the fault: the rest of this receipt must not come out when paper is loaded. [escpos §8]
      if (reading !== undefined) this.#seeFaults(reading.faults, `status ${reading.rawHex}`);
      this.bringUpAgain();
    } else if (reading === undefined) this.settle('job');
    else this.#setStanding(reading);
  }

  /** Takes a look at the printer into the state: faults, near end, the exit. */
  #observe(reading: Status): void {
    this.#setPaperLow(reading.status.isPaperNearEnd);
    if (this.#dialect.presenter !== null) {
      const wasAtExit = this.#isReceiptAtExit;
      this.#isReceiptAtExit = reading.status.isReceiptAtExit;
      if (wasAtExit === true && !reading.status.isReceiptAtExit) for (const listener of this.#takenListeners) listener();
    }
    this.#setStanding(reading);
  }

  #setStanding(reading: Status): void {
    const wasFaulty = this.status().state === 'faulty';
    this.#setPaperLow(reading.status.isPaperNearEnd);
    this.#seeFaults(reading.faults, `status ${reading.rawHex}`);
    // What an earlier job left is cleared before anybody else's receipt.
    if (wasFaulty && this.faults.length === 0) this.bringUpAgain();
    else this.settle(`status ${reading.rawHex}`);
  }

  /** Epson's status at each change, when nothing else runs: a job and clearing look for themselves. */
  #takeAutomatic(bytes: readonly number[]): void {
    if (this.#isPrinting || !['ready', 'faulty'].includes(this.status().state)) return;
    this.#observe(readingOf(decodeAutomaticStatus(bytes), bytes));
  }

  #seeFaults(faults: readonly ErrorCode[], detail: string): void {
    for (const code of faults) if (LATCHED.has(code)) this.latch(code, detail);
    this.see(faults.filter((code) => !LATCHED.has(code)));
  }

  #setPaperLow(isPaperLow: boolean): void {
    if (this.#isPaperLow === isPaperLow) return;
    this.#isPaperLow = isPaperLow;
    for (const listener of this.#statusListeners) listener(this.status());
  }

  async #identify(): Promise<void> {
    const asked = this.#dialect.identity;
    if (asked === null || this.status().firmware !== null) return;
    const texts: { model?: string; firmware?: string; serialNumber?: string } = {};
    for (const field of ['model', 'firmware', 'serialNumber'] as const) {
      const query = asked[field];
      const text = query === null ? null : await this.#link.ownText(query);
      if (text !== null) texts[field] = text;
    }
    this.identified(texts);
  }
}
