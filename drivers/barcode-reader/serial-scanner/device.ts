import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BarcodeReader, ScannedCode } from '../../interfaces/barcode-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import { MENU_REVISION, MENU_SERIAL_TRIGGER, TRIGGER_OFF, TRIGGER_ON } from './codec.ts';
import { ScannerLink } from './link.ts';

/** A code that stays before the window is read again and again: it is told once, until it was away for so long. [scanners §1.4] */
const SAME_CODE_MS = 2_000;
/** The trigger goes off with each code and at the scanner's own time-out; while armed it is pressed again. */
const RETRIGGER_MS = 500;
const POLL_INTERVAL_MS = 5_000;

export interface SerialScannerOptions {
  readonly deviceId: string;
  /** 9600 or 115200 8N1, as the scanner is set. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
}

/** Scanner of the Honeywell serial family in serial trigger mode. While not armed its trigger is off and whatever it says is ignored. */
export function createSerialScanner(options: SerialScannerOptions): BarcodeReader {
  return new SerialScanner(options);
}

class SerialScanner extends LineDevice implements BarcodeReader {
  readonly #link: ScannerLink;
  readonly #listeners = new Set<(code: ScannedCode) => void>();
  #isArmed = false;
  #retrigger: TimerHandle | undefined;
  #lastText = '';
  #lastSeenMs = -Infinity;

  constructor(options: SerialScannerOptions) {
    const link = new ScannerLink(options);
    super({ ...options, deviceClass: 'barcodeReader', protocol: 'serial-scanner', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'BCR_OFFLINE', logArea: 'bcr' });
    this.#link = link;
    link.onCode((text) => this.#take(text));
  }

  override async stop(): Promise<void> {
    this.#isArmed = false;
    this.#link.send(TRIGGER_OFF);
    await super.stop();
  }

  onCode(listener: (code: ScannedCode) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async arm(): Promise<DeviceOutcome<void>> {
    return this.#switch(true);
  }

  async disarm(): Promise<DeviceOutcome<void>> {
    // At once, not in its turn: nothing scanned from now on is wanted.
    this.#isArmed = false;
    this.#clearRetrigger();
    return this.#switch(false);
  }

  #switch(isArmed: boolean): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.#link.send(isArmed ? TRIGGER_ON : TRIGGER_OFF)) return this.notRun();
      if (isArmed) {
        this.#isArmed = true;
        this.#lastText = '';
        this.#armRetrigger();
      }
      this.settle('trigger', { isEngaged: isArmed });
      return { kind: 'completed', value: undefined };
    });
  }

  protected override async bringUp(): Promise<boolean> {
    this.#link.send(TRIGGER_OFF);
    const revision = await this.#link.menu(MENU_REVISION);
    if (revision.kind === 'silence') return false;
    const mode = await this.#link.menu(MENU_SERIAL_TRIGGER);
    if (mode.kind === 'silence') return false;
    if (!mode.isAccepted) this.log.warn('bcr.menu.refused', { deviceId: this.deviceId, tag: MENU_SERIAL_TRIGGER });
    this.identified({ model: 'serial scanner', firmware: revision.text.replace(/[^\x20-\x7e]/g, ' ').trim().slice(0, 60) });
    if (this.#isArmed && this.#link.send(TRIGGER_ON)) this.#armRetrigger();
    this.becomeReady('identified', { isEngaged: this.#isArmed });
    return true;
  }

  /** While armed the line belongs to codes; a loss then shows as a closed port, or after `disarm`. */
  protected override async poll(): Promise<boolean> {
    return this.#isArmed || (await this.#link.menu(MENU_REVISION)).kind === 'answered';
  }

  #take(text: string): void {
    if (!this.#isArmed) return;
    const nowMs = this.clock.monotonicMs();
    const isSame = text === this.#lastText && nowMs - this.#lastSeenMs < SAME_CODE_MS;
    this.#lastText = text;
    this.#lastSeenMs = nowMs;
    if (!isSame) for (const listener of this.#listeners) listener({ text });
  }

  #armRetrigger(): void {
    this.#clearRetrigger();
    this.#retrigger = this.clock.setTimeout(() => {
      if (!this.#isArmed || !this.#link.send(TRIGGER_ON)) return;
      this.#armRetrigger();
    }, RETRIGGER_MS);
  }

  #clearRetrigger(): void {
    if (this.#retrigger !== undefined) this.clock.clearTimeout(this.#retrigger);
    this.#retrigger = undefined;
  }

  protected override onDown(): void {
    this.#clearRetrigger();
  }
}
