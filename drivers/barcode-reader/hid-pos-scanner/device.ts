import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BarcodeReader, ScannedCode } from '../../interfaces/barcode-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { ArmedCodes } from '../../life/armed-codes.ts';
import { Liveness } from '../../life/liveness.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { HidTransport } from '../../transport/transport.ts';
import { TRIGGER_OFF, TRIGGER_ON } from './codec.ts';
import { HidPosLink } from './link.ts';

/** Nothing is asked of the scanner but whether it is still there; a loss shows as a closed device or a failed write, too. */
const POLL_INTERVAL_MS = 3_000;

export interface HidPosScannerOptions {
  readonly deviceId: string;
  readonly transport: HidTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** The scanner obeys trigger reports; off: it reads all the time, and what is not wanted is dropped. */
  readonly hasTrigger: boolean;
}

/** Scanner in HID POS mode: whole codes with their symbology, whatever the keyboard. While not armed whatever it says is ignored. */
export function createHidPosScanner(options: HidPosScannerOptions): BarcodeReader {
  return new HidPosScanner(options);
}

class HidPosScanner extends LineDevice implements BarcodeReader {
  readonly #link: HidPosLink;
  readonly #hasTrigger: boolean;
  readonly #liveness: Liveness;
  readonly #codes: ArmedCodes;
  readonly #listeners = new Set<(code: ScannedCode) => void>();

  constructor(options: HidPosScannerOptions) {
    const link = new HidPosLink(options);
    super({ ...options, deviceClass: 'barcodeReader', protocol: 'hid-pos-scanner', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'BCR_OFFLINE', logArea: 'bcr' });
    this.#link = link;
    this.#liveness = new Liveness({ clock: options.clock, ask: () => options.transport.probe() });
    this.#hasTrigger = options.hasTrigger;
    this.#codes = new ArmedCodes({ clock: options.clock, press: () => this.#trigger(true) });
    link.onCode(({ text }) => {
      if (this.#codes.isWanted(text)) for (const listener of this.#listeners) listener({ text });
    });
  }

  override async stop(): Promise<void> {
    this.#codes.disarm();
    this.#trigger(false);
    await super.stop();
  }

  onCode(listener: (code: ScannedCode) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  arm(): Promise<DeviceOutcome<void>> {
    return this.#switch(true);
  }

  disarm(): Promise<DeviceOutcome<void>> {
    // At once, not in its turn: nothing scanned from now on is wanted.
    this.#codes.disarm();
    return this.#switch(false);
  }

  protected override async bringUp(): Promise<boolean> {
    if (!(await this.#liveness.begin()) || !this.#trigger(this.#codes.isArmed)) return false;
    if (this.#codes.isArmed) this.#codes.keepPressed();
    this.identified({ model: 'HID POS scanner' });
    this.becomeReady('opened', { isEngaged: this.#codes.isArmed });
    return true;
  }

  protected override poll(): Promise<boolean> {
    return this.#liveness.check();
  }

  protected override onDown(): void {
    this.#codes.rest();
  }

  #switch(isArmed: boolean): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.#trigger(isArmed)) return this.notRun();
      if (isArmed) this.#codes.arm();
      this.settle('trigger', { isEngaged: isArmed });
      return { kind: 'completed', value: undefined };
    });
  }

  /** True without a trigger, too. */
  #trigger(isOn: boolean): boolean {
    return !this.#hasTrigger || this.#link.send(isOn ? TRIGGER_ON : TRIGGER_OFF);
  }
}
