import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import { SimulatedDispenser } from '../../parts/simulated-dispenser.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { LcdmFault } from './faults.ts';
import { LCDM_FAULTS } from './faults.ts';
import type { LcdmHand } from './hands.ts';
import { LCDM_HANDS } from './hands.ts';
import type { CassetteRun } from './mechanism.ts';
import { obstacleOf, startRun, stepRun, testRun } from './mechanism.ts';
import { DispenserModel } from './model.ts';
import type { HostItem } from './wire.ts';
import { HostReader, buildResponse, twoDigits } from './wire.ts';

export interface LcdmSimulatorOptions {
  /** @default LCDM-2000 */
  readonly unit?: 'LCDM-2000' | 'LCDM-1000';
  readonly cassettes: readonly LoadedCassette[];
  /** `01 8D`, `01 9C` while notes move; on unless said otherwise. */
  readonly hasNoteEvents?: boolean;
}

/** Mechanics; scaled by the time factor. Four notes a second is what the data sheets of the family say. */
const ACK_MS = 10;
const START_MS = 700;
const NOTE_MS = 250;
const PURGE_MS = 3_000;
const QUERY_MS = 20;
const SLOW_MS = 30_000;
/** Protocol times; not scaled, because the other side's are not. [lcdm §3] */
const HOST_ACK_MS = 500;
const FRAME_MS = 200;
const REPEATS_MAX = 3;
/** The last digit of EXIT in the answer to a dispense. [lcdm §4.1] */
const BENT_INDEX = 7;

/** An LCDM-2000 with dialect A, ROM T20T. [lcdm §4, §9] */
export const createLcdmSimulator: CreateSimulator<LcdmSimulatorOptions> = (environment, options) => new LcdmSimulator(environment, options);

interface StoredReply {
  readonly opcode: number;
  readonly bytes: readonly number[];
  repeatsLeft: number;
}

class LcdmSimulator extends SimulatedDispenser<typeof LCDM_FAULTS, LcdmHand> {
  protected override readonly notes: DispenserModel;
  readonly #isSingle: boolean;
  readonly #reader = new HostReader();
  #isBusy = false;
  #hasNoteEvents: boolean;
  #hasIdleBytes = false;
  #lastErrorByte = 0x30;
  #stored: StoredReply | null = null;
  #commandCount = 0;
  #dispenseCommandCount = 0;
  /** Of the next result, not of its repeats. */
  #isHeadLost = false;

  constructor(environment: SimulatorEnvironment, options: LcdmSimulatorOptions) {
    super({ protocol: 'puloon-lcdm', environment, faults: LCDM_FAULTS, hands: LCDM_HANDS });
    this.#isSingle = options.unit === 'LCDM-1000';
    this.notes = new DispenserModel(options.cassettes, this.#isSingle);
    this.#hasNoteEvents = options.hasNoteEvents ?? true;
  }

  protected override hear(chunk: Uint8Array): void {
    for (const item of this.#reader.push(chunk)) this.#take(item);
    if (this.#reader.isInsideFrame) this.afterProtocolMs(FRAME_MS, () => this.#reader.forget());
  }

  protected override onPowerOff(): void {
    this.#isBusy = false;
    this.#stored = null;
    this.#lastErrorByte = 0x30;
    this.#reader.forget();
  }

  protected override describe(): { readonly [key: string]: Json } {
    const { sensor0, sensor1 } = this.notes.sensors();
    return {
      isBusy: this.#isBusy,
      ...super.describe(),
      sensorsHex: [sensor0, sensor1].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      lastErrorHex: this.#lastErrorByte.toString(16),
      commandCount: this.#commandCount,
      dispenseCommandCount: this.#dispenseCommandCount,
    };
  }

  protected override act(hand: LcdmHand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'removeTray':
      case 'insertTray':
      case 'emptyTray':
        return this.actOnTray(hand);
      case 'noteEvents':
        this.#hasNoteEvents = hand.isOn;
        return ok(null);
      case 'idleBytes':
        this.#hasIdleBytes = hand.isOn;
        return ok(null);
      default:
        return this.actOnCassettes(hand);
    }
  }

  #take(item: HostItem): void {
    // Half duplex: nothing is heard while notes move.
    if (this.#isBusy || !this.isAlive) return;
    if (item.kind === 'ack') this.#stored = null;
    else if (item.kind === 'nak') this.#repeatStored();
    else if (item.kind === 'badCommand') this.write([0x15]);
    else this.#command(item.opcode, item.digits);
  }

  #command(opcode: number, digits: string): void {
    this.#stored = null;
    const strikes = (fault: LcdmFault) => this.struck(fault, 'command', { opcode });
    if (strikes('powerCut')) return this.powerOff();
    if (strikes('lineLoss')) return this.unplug();
    if (strikes('silence')) return;
    if (strikes('nak')) return this.write([0x15]);
    this.#commandCount++;
    if (strikes('noise')) this.write([0xff, 0x00, 0x7e, 0xff]);
    this.#isBusy = true;
    this.#isHeadLost = strikes('headLost');
    const isAckLost = this.#isHeadLost || strikes('ackLost');
    this.after(ACK_MS, () => {
      if (!isAckLost) this.write(this.#hasIdleBytes ? [0xff, 0x06, 0xff] : [0x06]);
      this.#execute(opcode, digits);
    });
  }

  #execute(opcode: number, digits: string): void {
    // Commands of the lower cassette are none of its own. [lcdm §4]
    if (this.#isSingle && [0x55, 0x56, 0x77].includes(opcode)) return void this.after(QUERY_MS, () => this.#reply(opcode, [0x37]));
    switch (opcode) {
      case 0x44:
        return void this.after(PURGE_MS, () => this.#purge());
      case 0x46: {
        const { sensor0, sensor1 } = this.notes.sensors();
        return void this.after(QUERY_MS, () => this.#reply(opcode, [0x30, this.#lastErrorByte, sensor0, sensor1]));
      }
      case 0x47:
        return void this.after(QUERY_MS, () => this.#reply(opcode, [...(this.#isSingle ? 'O30T8013' : 'T20T5624')].map((character) => character.charCodeAt(0))));
      case 0x45:
      case 0x55:
        return this.#dispense(opcode, [startRun(opcode === 0x45 ? 1 : 2, Number(digits))]);
      case 0x56:
        return this.#dispense(opcode, [startRun(1, Number(digits.slice(0, 2))), startRun(2, Number(digits.slice(2)))]);
      case 0x76:
      case 0x77:
        return this.#test(opcode, startRun(opcode === 0x76 ? 1 : 2, 1));
      default:
        return void this.after(QUERY_MS, () => this.#reply(opcode, [0x37]));
    }
  }

  #purge(): void {
    this.#lastErrorByte = this.notes.isTrayInserted ? 0x30 : 0x3f;
    if (this.notes.isTrayInserted) this.notes.purge();
    this.tell('purged', { trayCount: this.notes.tray.length });
    this.#reply(0x44, [this.#lastErrorByte]);
  }

  #test(opcode: number, run: CassetteRun): void {
    const obstacle = obstacleOf(this.notes, run.cassetteNumber, 1);
    if (obstacle === null) testRun(this.notes, run);
    else run.errorByte = obstacle;
    this.after(START_MS + NOTE_MS, () => this.#finishRuns(opcode, [run]));
  }

  #dispense(opcode: number, runs: readonly CassetteRun[]): void {
    this.#dispenseCommandCount++;
    this.after(START_MS, () => this.#nextNote(opcode, runs, 0));
  }

  #nextNote(opcode: number, runs: readonly CassetteRun[], runIndex: number): void {
    const run = runs[runIndex];
    if (run === undefined) return this.#finishRuns(opcode, runs);
    const isFresh = run.exitCount === 0 && run.rejectedCount === 0 && run.checkedCount === 0;
    const obstacle = isFresh ? obstacleOf(this.notes, run.cassetteNumber, run.requestedCount) : null;
    if (obstacle !== null) {
      run.errorByte = obstacle;
      return this.#finishRuns(opcode, runs);
    }
    const step = stepRun(this.notes, (fault, at, index) => this.struck(fault, at, { index, opcode }), run);
    this.tell('noteMoved', { cassetteNumber: run.cassetteNumber, exitCount: run.exitCount, rejectedCount: run.rejectedCount, step: step.kind });
    if (step.kind === 'powerCut') return this.powerOff();
    if (step.kind === 'lineLoss') this.unplug();
    if (step.kind === 'moved' && this.#hasNoteEvents) for (const group of step.events) this.write(group);
    const isShort = step.kind === 'ended' && run.errorByte !== 0x31;
    if (isShort) return this.#finishRuns(opcode, runs);
    const delayMs = step.kind === 'moved' ? NOTE_MS : 0;
    this.after(delayMs, () => this.#nextNote(opcode, runs, step.kind === 'ended' ? runIndex + 1 : runIndex));
  }

  #finishRuns(opcode: number, runs: readonly CassetteRun[]): void {
    this.#lastErrorByte = runs.find((run) => run.errorByte !== 0x31)?.errorByte ?? 0x31;
    const level = (run: CassetteRun) => (this.notes.isNearEnd(run.cassetteNumber) ? 0x31 : 0x30);
    const [first, second] = runs;
    const data = second === undefined
      ? [...twoDigits(first!.checkedCount), ...twoDigits(first!.exitCount), this.#lastErrorByte, level(first!), ...twoDigits(first!.rejectedCount)]
      : [
          ...twoDigits(first!.checkedCount), ...twoDigits(first!.exitCount), ...twoDigits(second.checkedCount), ...twoDigits(second.exitCount), this.#lastErrorByte,
          level(first!), level(second), ...twoDigits(first!.rejectedCount), ...twoDigits(second.rejectedCount),
        ];
    this.tell('dispenseEnded', { errorHex: this.#lastErrorByte.toString(16), exitCount: runs.reduce((sum, run) => sum + run.exitCount, 0) });
    this.#reply(opcode, data);
  }

  #reply(opcode: number, data: readonly number[]): void {
    const strikes = (fault: LcdmFault) => this.struck(fault, 'reply', { opcode });
    if (strikes('powerCut')) return this.powerOff();
    if (strikes('lineLoss')) this.unplug();
    this.#isBusy = false;
    if (strikes('replyLost')) return;
    this.#stored = { opcode, bytes: buildResponse(opcode, data), repeatsLeft: REPEATS_MAX };
    if (strikes('noise')) this.write([0x01, 0xff, 0x03]);
    if (strikes('slow')) {
      this.#isBusy = true;
      return void this.after(SLOW_MS, () => {
        this.#isBusy = false;
        this.#sendStored();
      });
    }
    this.#sendStored();
  }

  #sendStored(): void {
    const stored = this.#stored;
    if (stored === null) return;
    const bytes = [...stored.bytes];
    // Who does not look at the check reads another count, or another sensor.
    if (this.struck('badBcc', 'reply', { opcode: stored.opcode })) bytes[Math.min(BENT_INDEX, bytes.length - 1)]! ^= 0x02;
    this.write(this.#isHeadLost ? [0x15] : bytes);
    this.#isHeadLost = false;
    const { repeatsLeft } = stored;
    this.afterProtocolMs(HOST_ACK_MS, () => {
      if (this.#stored === stored && stored.repeatsLeft === repeatsLeft) this.#repeatStored();
    });
  }

  /** On NAK or without the host's ACK: three times more, then it is forgotten. [lcdm §3] */
  #repeatStored(): void {
    const stored = this.#stored;
    if (stored === null) return;
    if (stored.repeatsLeft === 0) {
      this.#stored = null;
      return;
    }
    stored.repeatsLeft--;
    this.#sendStored();
  }
}
