import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BarcodeReader, ScannedCode } from '../../interfaces/barcode-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { ArmedCodes } from '../../life/armed-codes.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import { MENU_REVISION, MENU_SERIAL_TRIGGER, TRIGGER_OFF, TRIGGER_ON } from './codec.ts';
import { ScannerLink } from './link.ts';

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
  readonly #codes: ArmedCodes;

  constructor(options: SerialScannerOptions) {
    const link = new ScannerLink(options);
    super({ ...options, deviceClass: 'barcodeReader', protocol: 'serial-scanner', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'BCR_OFFLINE', logArea: 'bcr' });
    this.#link = link;
    this.#codes = new ArmedCodes({ clock: options.clock, press: () => link.send(TRIGGER_ON) });
    link.onCode((text) => {
      if (this.#codes.isWanted(text)) for (const listener of this.#listeners) listener({ text });
    });
  }

  override async stop(): Promise<void> {
    this.#codes.disarm();
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
    this.#codes.disarm();
    return this.#switch(false);
  }

  #switch(isArmed: boolean): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.#link.send(isArmed ? TRIGGER_ON : TRIGGER_OFF)) return this.notRun();
      if (isArmed) this.#codes.arm();
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
    if (this.#codes.isArmed && this.#link.send(TRIGGER_ON)) this.#codes.keepPressed();
    this.becomeReady('identified', { isEngaged: this.#codes.isArmed });
    return true;
  }

  /** While armed the line belongs to codes; a loss then shows as a closed port, or after `disarm`. */
  protected override async poll(): Promise<boolean> {
    return this.#codes.isArmed || (await this.#link.menu(MENU_REVISION)).kind === 'answered';
  }

  protected override onDown(): void {
    this.#codes.rest();
  }
}
