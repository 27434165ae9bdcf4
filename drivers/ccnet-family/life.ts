import type { ActorRefFrom } from 'xstate';
import { createActor } from 'xstate';
import type { Clock } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { StatusBoard } from '../interfaces/status-board.ts';
import { MuteWatch } from '../life/mute-watch.ts';
import type { CcnetMachineEvent, CcnetStep } from './ccnet.machine.ts';
import { ccnetMachine, deviceStateOf, stepOf } from './ccnet.machine.ts';

/** The device's machine, the faults that hold now, and the status shown from both. */
export class DeviceLife {
  readonly #deviceId: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #board: StatusBoard;
  readonly #machine: ActorRefFrom<typeof ccnetMachine>;
  #stepSinceMs = 0;
  #mute = new MuteWatch();
  #lineFault: ErrorCode | null = null;
  #deviceFault: ErrorCode | null = null;
  #isCheated = false;
  /** Needs a person: stays until a reset. */
  #latched: ErrorCode | null = null;
  /** Of the last fault, for the history that the board keeps. */
  #detail = '';

  constructor(options: { readonly deviceId: string; readonly clock: Clock; readonly log: Log; readonly board: StatusBoard }) {
    this.#deviceId = options.deviceId;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#board = options.board;
    this.#machine = createActor(ccnetMachine);
    this.#machine.start();
  }

  get step(): CcnetStep {
    return stepOf(this.#machine.getSnapshot());
  }

  get msInStep(): number {
    return this.#clock.monotonicMs() - this.#stepSinceMs;
  }

  /** Commands for notes make sense: the device is up and its mask is ours. */
  get isOperating(): boolean {
    return this.isIn('ready') || this.isIn('busy');
  }

  get deviceFault(): ErrorCode | null {
    return this.#deviceFault;
  }

  isIn(state: 'ready' | 'busy' | 'faulty'): boolean {
    return this.#machine.getSnapshot().value === state;
  }

  send(type: CcnetMachineEvent['type']): void {
    const before = this.#machine.getSnapshot();
    this.#machine.send({ type });
    const after = this.#machine.getSnapshot();
    if (after === before) return;
    if (stepOf(before) !== stepOf(after)) this.#stepSinceMs = this.#clock.monotonicMs();
    this.show();
  }

  // ——— the line

  portFailed(code: ErrorCode): void {
    this.#lineFault = code;
    this.#detail = 'the port cannot be opened';
    this.send('port.failed');
  }

  /** It answers, but nothing that a CCNET validator would. */
  speaksOtherwise(): void {
    this.#lineFault = 'LNK_PROTOCOL';
    this.#detail = 'no bill table in its answers';
    this.show();
  }

  /** A usable state arrived. That the rest of its answers made no sense is forgotten only when it is configured. */
  answered(): void {
    if (this.#lineFault !== 'LNK_PROTOCOL') this.#lineFault = null;
  }

  configured(): void {
    this.#lineFault = null;
    this.send('device.configured');
    if (this.#latched !== null) this.send('device.faulted');
  }

  lineLost(detail: string): void {
    this.#lineFault = 'LNK_LOST';
    this.#deviceFault = null;
    this.#mute = new MuteWatch();
    this.#isCheated = false;
    this.#detail = detail;
    this.#log.warn('cim.line.lost', { deviceId: this.#deviceId, detail });
    this.send('line.lost');
  }

  stopped(): void {
    this.#lineFault = null;
    this.send('driver.stopped');
  }

  // ——— the device

  fail(code: ErrorCode, detail: string): void {
    this.#deviceFault = code;
    this.#detail = detail;
    this.#log.error('cim.device.faulted', { deviceId: this.#deviceId, code, detail });
    this.send('device.faulted');
  }

  /** What no state of the device shows and only a person can put right. */
  latch(code: ErrorCode, detail: string): void {
    this.#latched = code;
    this.#detail = detail;
    this.#log.error('cim.device.faulted', { deviceId: this.#deviceId, code, detail });
    this.send('device.faulted');
    this.show();
  }

  unlatch(): void {
    this.#latched = null;
  }

  forgetFault(): void {
    this.#deviceFault = null;
  }

  /** @param isMute  the state of now means nothing. @returns whether they have meant nothing for too long */
  hasBeenMute(isMute: boolean): boolean {
    return this.#mute.take(isMute, this.#clock.monotonicMs());
  }

  noteCheated(isCheated: boolean): void {
    if (isCheated) this.#detail = 'state 45';
    this.#isCheated = isCheated;
  }

  notReady(): Extract<DeviceOutcome<never>, { kind: 'failed' }> {
    const errorCode = this.#board.faults[0];
    return { kind: 'failed', completionCode: 'deviceNotReady', ...(errorCode === undefined ? {} : { errorCode }) };
  }

  show(): void {
    const state = deviceStateOf(this.#machine.getSnapshot().value);
    const faults: ErrorCode[] = [];
    if (this.#latched !== null) faults.push(this.#latched);
    if (this.#deviceFault !== null) faults.push(this.#deviceFault);
    if (state === 'offline' && this.#lineFault !== null) faults.push('CIM_OFFLINE');
    if (this.#lineFault !== null) faults.push(this.#lineFault);
    if (this.#isCheated) faults.push('CIM_CHEATED');
    this.#board.update({ state, faults, detail: this.#detail });
  }
}
