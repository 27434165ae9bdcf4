import { createActor } from 'xstate';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { BarcodeReader, ScannedCode } from '../../interfaces/barcode-reader.ts';
import type { DeviceStatus, Unsubscribe } from '../../interfaces/device.ts';
import { StatusBoard } from '../../interfaces/status-board.ts';
import { LineOwner } from '../../transport/line-owner.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import { MENU_REVISION, MENU_SERIAL_TRIGGER, TRIGGER_OFF, TRIGGER_ON } from './codec.ts';
import { ScannerLink } from './link.ts';
import type { ScannerMachineEvent } from './serial-scanner.machine.ts';
import { scannerDeviceState, scannerMachine } from './serial-scanner.machine.ts';

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

class SerialScanner implements BarcodeReader {
  readonly deviceId: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #link: ScannerLink;
  readonly #owner: LineOwner;
  readonly #board: StatusBoard;
  readonly #machine = createActor(scannerMachine);
  readonly #listeners = new Set<(code: ScannedCode) => void>();
  #isArmed = false;
  #retrigger: TimerHandle | undefined;
  #lastText = '';
  #lastSeenMs = -Infinity;

  constructor(options: SerialScannerOptions) {
    this.deviceId = options.deviceId;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#link = new ScannerLink(options);
    this.#board = new StatusBoard({ deviceId: options.deviceId, deviceClass: 'barcodeReader', protocol: 'serial-scanner', clock: options.clock, counters: () => this.#link.counters });
    this.#owner = new LineOwner({
      clock: options.clock,
      pollIntervalMs: POLL_INTERVAL_MS,
      work: { open: () => this.#link.open(), close: () => this.#link.close(), bringUp: () => this.#bringUp(), poll: () => this.#poll(), onDown: (reason) => this.#goDown(reason) },
    });
    this.#link.onCode((text) => this.#take(text));
    this.#link.onLost(() => this.#owner.lineLost());
    this.#machine.start();
  }

  start(): void {
    this.#owner.start();
  }

  async stop(): Promise<void> {
    this.#isArmed = false;
    this.#clearRetrigger();
    this.#link.send(TRIGGER_OFF);
    await this.#owner.stop();
    this.#send({ type: 'line.lost' });
  }

  status(): DeviceStatus {
    return this.#board.status();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#board.onStatus(listener);
  }

  onCode(listener: (code: ScannedCode) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  reset(): void {
    this.#owner.bringUpAgain();
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

  async #switch(isArmed: boolean): Promise<DeviceOutcome<void>> {
    const isSent = await this.#owner.run(async () => this.#link.send(isArmed ? TRIGGER_ON : TRIGGER_OFF));
    if (isSent !== true) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'BCR_OFFLINE', detail: 'the line was not up' };
    if (isArmed) {
      this.#isArmed = true;
      this.#lastText = '';
      this.#armRetrigger();
    }
    this.#send({ type: isArmed ? 'device.armed' : 'device.disarmed' });
    return { kind: 'completed', value: undefined };
  }

  async #bringUp(): Promise<boolean> {
    this.#send({ type: this.#machine.getSnapshot().matches('offline') ? 'port.opened' : 'driver.resetRequested' });
    this.#link.send(TRIGGER_OFF);
    const revision = await this.#link.menu(MENU_REVISION);
    if (revision.kind === 'silence') return false;
    const mode = await this.#link.menu(MENU_SERIAL_TRIGGER);
    if (mode.kind === 'silence') return false;
    if (!mode.isAccepted) this.#log.warn('bcr.menu.refused', { deviceId: this.deviceId, tag: MENU_SERIAL_TRIGGER });
    this.#board.update({ model: 'serial scanner', firmware: revision.text.replace(/[^\x20-\x7e]/g, ' ').trim().slice(0, 60) });
    this.#send({ type: 'device.identified' });
    if (this.#isArmed && this.#link.send(TRIGGER_ON)) {
      this.#armRetrigger();
      this.#send({ type: 'device.armed' });
    }
    return true;
  }

  /** While armed the line belongs to codes; a loss then shows as a closed port, or after `disarm`. */
  async #poll(): Promise<boolean> {
    return this.#isArmed || (await this.#link.menu(MENU_REVISION)).kind === 'answered';
  }

  #take(text: string): void {
    if (!this.#isArmed) return;
    const nowMs = this.#clock.monotonicMs();
    const isSame = text === this.#lastText && nowMs - this.#lastSeenMs < SAME_CODE_MS;
    this.#lastText = text;
    this.#lastSeenMs = nowMs;
    if (!isSame) for (const listener of this.#listeners) listener({ text });
  }

  #armRetrigger(): void {
    this.#clearRetrigger();
    this.#retrigger = this.#clock.setTimeout(() => {
      if (!this.#isArmed || !this.#link.send(TRIGGER_ON)) return;
      this.#armRetrigger();
    }, RETRIGGER_MS);
  }

  #clearRetrigger(): void {
    if (this.#retrigger !== undefined) this.#clock.clearTimeout(this.#retrigger);
    this.#retrigger = undefined;
  }

  #goDown(reason: TransportError): void {
    this.#clearRetrigger();
    this.#send({ type: 'line.lost' });
    this.#log.warn('bcr.device.offline', { deviceId: this.deviceId, code: reason.code, detail: reason.detail });
  }

  #send(event: ScannerMachineEvent): void {
    this.#machine.send(event);
    const state = scannerDeviceState(this.#machine.getSnapshot().value);
    this.#board.update({ state, faults: state === 'offline' ? ['BCR_OFFLINE'] : [] });
  }
}
