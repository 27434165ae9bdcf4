import { createActor, type Actor } from 'xstate';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Transport } from '../../transport/transport.ts';
import type { DeviceStatus, Unsubscribe } from '../../interfaces/device.ts';
import { StatusBoard } from '../../interfaces/status-board.ts';
import type { SwitchName, Switches } from '../../interfaces/switches.ts';
import { SWITCHES } from '../../interfaces/switches.ts';
import { deviceStateOf, ioBoardMachine, stepOf, type IoBoardMachineEvent } from './io-board.machine.ts';
import type { LinkFailure } from './link.ts';
import { IoBoardLink } from './link.ts';

export interface IoBoardOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Between two questions; events come by themselves, this is the net below them. */
  readonly pollIntervalMs?: number;
}

const POLL_INTERVAL_MS = 2_000;
/** Longer after each failure to open and each silence. */
const REOPEN_AFTER_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;

/**
 * Service key, doors and tamper contact on a small board of our own protocol.
 *
 * `position` is null until the board was read and whenever it is lost: an unknown door is not a closed one. `onChange` tells each difference to
 * what was told before, at the start to all at rest (key off, doors closed), so a key that is turned at power-up is told, and a change during a loss
 * is told once the board is back.
 *
 * @source README.md beside this file; the protocol is ours
 */
export function createIoBoardSwitches(options: IoBoardOptions): Switches {
  return new IoBoardSwitches(options);
}

class IoBoardSwitches implements Switches {
  readonly deviceId: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pollIntervalMs: number;
  readonly #link: IoBoardLink;
  readonly #board: StatusBoard;
  readonly #actor: Actor<typeof ioBoardMachine>;
  readonly #listeners = new Set<(change: { readonly name: SwitchName; readonly on: boolean }) => void>();
  readonly #positions = new Map<SwitchName, boolean>();
  readonly #told = new Map<SwitchName, boolean>(SWITCHES.map((name) => [name, false]));
  #isRunning = false;
  /** Tells a loop that a stop and a new start overtook it. */
  #runCount = 0;
  #failureCount = 0;
  #wake: () => void = () => {};

  constructor(options: IoBoardOptions) {
    this.deviceId = options.deviceId;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#pollIntervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS;
    this.#link = new IoBoardLink(options);
    this.#board = new StatusBoard({ deviceId: options.deviceId, deviceClass: 'auxiliaries', protocol: 'io-board', clock: options.clock, counters: () => this.#link.counters });
    this.#actor = createActor(ioBoardMachine);
    this.#link.onEvent(({ name, on }) => this.#setPosition(name, on));
    this.#link.onLost((detail) => this.#lose('LNK_LOST', detail));
    this.#actor.start();
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
    this.#positions.clear();
    this.#send({ type: 'driver.stopped' });
    await this.#link.close();
    this.#wake();
  }

  reset(): void {
    this.#send({ type: 'driver.resetRequested' });
    this.#wake();
  }

  status(): DeviceStatus {
    return this.#board.status();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#board.onStatus(listener);
  }

  position(name: SwitchName): boolean | null {
    return this.#positions.get(name) ?? null;
  }

  onChange(listener: (change: { readonly name: SwitchName; readonly on: boolean }) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The one owner of the line: looks at the machine, does the step, tells what came of it. */
  async #run(runCount: number): Promise<void> {
    while (this.#isRunning && this.#runCount === runCount) {
      switch (stepOf(this.#actor.getSnapshot())) {
        case 'none':
          return;
        case 'open':
          await this.#open();
          break;
        case 'waitToOpen':
          await this.#pause(REOPEN_AFTER_MS[Math.min(this.#failureCount, REOPEN_AFTER_MS.length - 1)]!);
          this.#failureCount += 1;
          this.#send({ type: 'port.retryDue' });
          break;
        case 'read':
          await this.#read();
          break;
        case 'poll':
          await this.#pause(this.#pollIntervalMs);
          if (this.#isRunning && stepOf(this.#actor.getSnapshot()) === 'poll') await this.#poll();
          break;
      }
    }
  }

  async #open(): Promise<void> {
    const opened = await this.#link.open();
    if (opened.ok) this.#send({ type: 'port.opened' });
    else {
      this.#board.update({ faults: ['LNK_PORT_UNAVAILABLE'], detail: opened.error.detail });
      this.#send({ type: 'port.failed' });
    }
  }

  async #read(): Promise<void> {
    const identity = await this.#link.ask('identity');
    if (typeof identity === 'string') return this.#giveUp(identity);
    if (!(await this.#poll())) return;
    this.#failureCount = 0;
    this.#board.update({ faults: [], model: identity.model, firmware: identity.firmware, serialNumber: identity.serialNumber });
    this.#send({ type: 'board.read' });
  }

  /** True when the positions were read. */
  async #poll(): Promise<boolean> {
    const status = await this.#link.ask('status');
    if (typeof status === 'string') {
      await this.#giveUp(status);
      return false;
    }
    for (const name of SWITCHES) this.#setPosition(name, status.positions[name]);
    return true;
  }

  /** Silence: the port may be a dead one (a converter pulled and plugged keeps its name), so it is opened anew. */
  async #giveUp(failure: LinkFailure): Promise<void> {
    // Lost and stopped have been told already, by whoever closed the line.
    if (failure === 'lost') return;
    this.#lose(failure === 'strange' ? 'LNK_PROTOCOL' : 'LNK_LOST', failure);
    await this.#link.close();
  }

  #lose(code: ErrorCode, detail: string): void {
    this.#positions.clear();
    this.#log.warn('ioBoard.line.lost', { deviceId: this.deviceId, code, detail });
    this.#board.update({ faults: [code], detail });
    this.#send({ type: 'line.lost' });
    this.#wake();
  }

  #setPosition(name: SwitchName, on: boolean): void {
    this.#positions.set(name, on);
    if (this.#told.get(name) === on) return;
    this.#told.set(name, on);
    this.#log.info('ioBoard.switch.changed', { deviceId: this.deviceId, name, on });
    for (const listener of this.#listeners) listener({ name, on });
  }

  #send(event: IoBoardMachineEvent): void {
    this.#actor.send(event);
    this.#board.update({ state: deviceStateOf(this.#actor.getSnapshot().value) });
  }

  /** Ends early when something happened that changes the step. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer: TimerHandle = this.#clock.setTimeout(() => resolve(), delayMs);
      this.#wake = () => {
        this.#clock.clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }
}
