import { createActor } from 'xstate';
import type { Clock } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { DeviceOutcome, Result } from '../../main/foundation/outcome.ts';
import type { Device, DeviceClass, DeviceStatus, Unsubscribe } from '../interfaces/device.ts';
import { StatusBoard } from '../interfaces/status-board.ts';
import { LineOwner } from '../transport/line-owner.ts';
import type { TransportError } from '../transport/transport.ts';
import { deviceLifeMachine, deviceLifeState } from './device-life.machine.ts';

/** What a link offers to the life of its device. */
export interface Link {
  readonly counters: Readonly<Record<string, number>>;
  open(): Promise<Result<void, TransportError>>;
  /** Settles whoever waits, then closes. */
  close(): Promise<void>;
  onLost(listener: () => void): void;
}

export interface LineDeviceOptions {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly deviceClass: DeviceClass;
  readonly protocol: string;
  readonly link: Link;
  readonly pollIntervalMs: number;
  /** Shown while the device does not answer. */
  readonly offlineCode: ErrorCode;
  /** First word of its log lines, an XFS4IoT area: `cdm`, `idc`. */
  readonly logArea: string;
  /** While it does not answer, why: LNK_… stands behind the offline code. */
  readonly tellsLineFault?: boolean;
}

/** Why a device is brought up. */
export interface Occasion {
  /** A person asked for it: latched faults were forgotten and may be found again. */
  readonly isReset: boolean;
  /** What was latched before. */
  readonly hadLatched: readonly ErrorCode[];
}

export interface Standing {
  /** Faults that make it unusable; all that hold when left out. */
  readonly blocking?: readonly ErrorCode[];
  /** Something is still held: a card, a note in escrow. */
  readonly isEngaged?: boolean;
}

/**
 * A device on a line, without what its class and protocol make of it: opening and re-opening, one command or poll at a time, faults that last until a
 * person clears them (latched) and faults as the last status shows them (seen), the status that technicians read. Two of them share nothing.
 */
export abstract class LineDevice implements Device {
  readonly deviceId: string;
  protected readonly clock: Clock;
  protected readonly log: Log;
  readonly #options: LineDeviceOptions;
  readonly #owner: LineOwner;
  readonly #board: StatusBoard;
  readonly #machine = createActor(deviceLifeMachine);
  /** Needs a person: stays over line losses. */
  #latched: readonly ErrorCode[] = [];
  #seen: readonly ErrorCode[] = [];
  #isResetRequested = false;
  #lineFault: ErrorCode | null = null;

  protected constructor(options: LineDeviceOptions) {
    this.deviceId = options.deviceId;
    this.clock = options.clock;
    this.log = options.log;
    this.#options = options;
    this.#board = new StatusBoard({ deviceId: options.deviceId, deviceClass: options.deviceClass, protocol: options.protocol, clock: options.clock, counters: () => options.link.counters });
    this.#owner = new LineOwner({
      clock: options.clock,
      pollIntervalMs: options.pollIntervalMs,
      work: { open: () => options.link.open(), close: () => options.link.close(), bringUp: () => this.#comeUp(), poll: () => this.poll(), onDown: (reason) => this.#goDown(reason) },
    });
    options.link.onLost(() => this.#owner.lineLost());
    this.#machine.start();
  }

  start(): void {
    this.#owner.start();
  }

  async stop(): Promise<void> {
    await this.#owner.stop();
    this.#seen = [];
    this.onDown();
    this.#machine.send({ type: 'line.lost' });
    this.#publish();
  }

  status(): DeviceStatus {
    return this.#board.status();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#board.onStatus(listener);
  }

  reset(): void {
    this.#isResetRequested = true;
    this.#owner.bringUpAgain();
  }

  // ——— what the protocol says

  /**
   * Identifies the device and makes it usable: after opening, after `reset()` and after `bringUpAgain()`. Must look at the device before it moves
   * anything, and end with `becomeReady`. @returns false when it does not answer: the port is closed and tried again later
   */
  protected abstract bringUp(occasion: Occasion): Promise<boolean>;
  /** Asked when no command runs. @returns false when the line is lost */
  protected abstract poll(): Promise<boolean>;
  /** The line is gone or the driver stops: what was known of the moment is not known any more. */
  protected onDown(): void {}

  // ——— what the protocol's driver uses

  /** One job at a time has the line. @returns what the job gave, or `notRun()` when it was never begun */
  protected async run<T>(job: () => Promise<DeviceOutcome<T>>): Promise<DeviceOutcome<T>> {
    return (await this.#owner.run(job)) ?? this.notRun();
  }

  /** A poll now instead of at its time: something was asked for. Nothing while the line is not up. */
  protected pollSoon(): void {
    void this.#owner.run(async () => {
      if (!(await this.poll())) this.#owner.lineLost();
    });
  }

  protected notRun(): DeviceOutcome<never> {
    return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: this.#board.faults[0] ?? this.#options.offlineCode, detail: 'the line was not up' };
  }

  /** The line is given up after what runs now, and opened again. */
  protected lineLost(): void {
    this.#owner.lineLost();
  }

  /** The device was restarted or lost its settings: it is brought up again after what runs now. */
  protected bringUpAgain(): void {
    this.#owner.bringUpAgain();
  }

  protected identified(identity: { readonly model?: string; readonly firmware?: string; readonly serialNumber?: string }): void {
    this.#board.update(identity);
  }

  /** For the technician's list: what went wrong once and does not last. @param detail  never card data */
  protected record(code: ErrorCode, detail: string): void {
    this.#board.record(code, detail);
  }

  /** Stays until a person resets the device, or `unlatch`. */
  protected latch(code: ErrorCode, detail: string): void {
    if (this.#latched.includes(code)) return;
    this.#latched = [code, ...this.#latched];
    this.log.error(`${this.#options.logArea}.device.faulted`, { deviceId: this.deviceId, code, detail });
  }

  protected unlatch(codes?: readonly ErrorCode[]): void {
    this.#latched = codes === undefined ? [] : this.#latched.filter((code) => !codes.includes(code));
  }

  /** As the newest status of the device shows them, the gravest first; replaces the ones before. */
  protected see(codes: readonly ErrorCode[]): void {
    this.#seen = codes;
  }

  /** All that hold, latched ones first. */
  protected get faults(): readonly ErrorCode[] {
    return [...new Set([...this.#latched, ...this.#seen])];
  }

  /** Something is under way or held, from now on. */
  protected engage(): void {
    this.#machine.send({ type: 'device.engaged' });
    this.#publish();
  }

  /** What ran has ended: brings state and status in line with what holds now. */
  protected settle(detail: string, { blocking = this.faults, isEngaged = false }: Standing = {}): void {
    if (blocking.length > 0) this.#machine.send({ type: 'device.faulted' });
    else if (this.#machine.getSnapshot().matches('faulty')) this.#machine.send({ type: 'device.faultCleared' });
    this.#machine.send({ type: isEngaged ? 'device.engaged' : 'device.released' });
    this.#publish(detail);
  }

  /** `bringUp` ends with this: usable, or faulty by what was found. */
  protected becomeReady(detail: string, standing: Standing = {}): void {
    if ((standing.blocking ?? this.faults).length === 0) this.#machine.send({ type: 'device.identified' });
    this.settle(detail, standing);
  }

  async #comeUp(): Promise<boolean> {
    const isReset = this.#isResetRequested;
    const hadLatched = this.#latched;
    this.#isResetRequested = false;
    if (isReset) this.#latched = [];
    this.#machine.send({ type: this.#machine.getSnapshot().matches('offline') ? 'port.opened' : 'driver.resetRequested' });
    this.#publish();
    if (!(await this.bringUp({ isReset, hadLatched }))) {
      // Nobody saw whether the cause is gone.
      this.#latched = [...new Set([...this.#latched, ...hadLatched])];
      return false;
    }
    const { model, firmware } = this.#board.status();
    this.log.info(`${this.#options.logArea}.device.identified`, { deviceId: this.deviceId, model, firmware });
    return true;
  }

  #goDown(reason: TransportError): void {
    if (this.#options.tellsLineFault === true) this.#lineFault = reason.code;
    this.#seen = [];
    this.onDown();
    this.#machine.send({ type: 'line.lost' });
    this.log.warn(`${this.#options.logArea}.device.offline`, { deviceId: this.deviceId, code: reason.code, detail: reason.detail });
    this.#publish(reason.detail);
  }

  #publish(detail?: string): void {
    const state = deviceLifeState(this.#machine.getSnapshot().value);
    const faults = state === 'offline' ? [this.#options.offlineCode, ...(this.#lineFault === null ? [] : [this.#lineFault]), ...this.#latched] : this.faults;
    this.#board.update({ state, faults, ...(detail === undefined ? {} : { detail }) });
  }
}
