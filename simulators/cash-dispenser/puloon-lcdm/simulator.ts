import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
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
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly noteCount: number }[];
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

class LcdmSimulator extends SimulatedDevice<typeof LCDM_FAULTS, LcdmHand> {
  readonly #model: DispenserModel;
  readonly #isSingle: boolean;
  readonly #reader = new HostReader();
  #isBusy = false;
  #hasNoteEvents: boolean;
  #hasIdleBytes = false;
  #lastErrorByte = 0x30;
  #stored: StoredReply | null = null;
  #commandCount = 0;
  #dispenseCommandCount = 0;

  constructor(environment: SimulatorEnvironment, options: LcdmSimulatorOptions) {
    super({ protocol: 'puloon-lcdm', environment, faults: LCDM_FAULTS, hands: LCDM_HANDS });
    this.#isSingle = options.unit === 'LCDM-1000';
    this.#model = new DispenserModel(options.cassettes, this.#isSingle);
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
    const { places, cassettes } = this.#model;
    const { sensor0, sensor1 } = this.#model.sensors();
    const sum = (notes: readonly { readonly denominationMinor: number }[]) => notes.reduce((total, note) => total + note.denominationMinor, 0);
    return {
      isBusy: this.#isBusy,
      cassettes: cassettes.map((cassette) => ({
        cassetteNumber: cassette.cassetteNumber, denominationMinor: cassette.denominationMinor, noteCount: cassette.notes.length, isInserted: cassette.isInserted,
        isNearEnd: this.#model.isNearEnd(cassette.cassetteNumber), firstSerial: cassette.notes[0]?.serial ?? null,
      })),
      path: places.path.map(({ note, section }) => ({ ...note, section })),
      exit: places.reach.map((note) => ({ ...note })),
      exitMinor: sum(places.reach),
      takenCount: places.taken.length,
      takenMinor: sum(places.taken),
      rejectTray: { isInserted: this.#model.isTrayInserted, noteCount: places.tray.length, notes: places.tray.map((note) => ({ ...note })) },
      removedCount: places.removed.length,
      sensorsHex: [sensor0, sensor1].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      lastErrorHex: this.#lastErrorByte.toString(16),
      commandCount: this.#commandCount,
      dispenseCommandCount: this.#dispenseCommandCount,
    };
  }

  protected override act(hand: LcdmHand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'takeNotes': {
        const takenCount = this.#model.take(hand.noteCount ?? Infinity);
        this.tell('notesTaken', { noteCount: takenCount });
        return takenCount > 0 ? ok({ noteCount: takenCount }) : err({ code: 'notNow', detail: 'nothing is in reach' });
      }
      case 'loadCassette': {
        const loadedCount = this.#model.load(hand.cassetteNumber, hand.noteCount);
        this.tell('cassetteLoaded', { cassetteNumber: hand.cassetteNumber, noteCount: loadedCount });
        return loadedCount > 0 ? ok({ noteCount: loadedCount }) : err({ code: 'notNow', detail: 'no such cassette, or it is full' });
      }
      case 'emptyCassette':
        return ok({ noteCount: this.#model.emptyCassette(hand.cassetteNumber) });
      case 'removeCassette':
      case 'insertCassette': {
        const cassette = this.#model.cassette(hand.cassetteNumber);
        if (cassette === undefined) return err({ code: 'invalid', detail: 'no such cassette' });
        cassette.isInserted = hand.do === 'insertCassette';
        this.tell(cassette.isInserted ? 'cassetteInserted' : 'cassetteRemoved', { cassetteNumber: hand.cassetteNumber });
        return ok(null);
      }
      case 'removeTray':
      case 'insertTray':
        this.#model.isTrayInserted = hand.do === 'insertTray';
        this.tell(this.#model.isTrayInserted ? 'trayInserted' : 'trayRemoved', {});
        return ok(null);
      case 'emptyTray':
        return ok({ noteCount: this.#model.emptyTray() });
      case 'clearPath':
        return ok({ noteCount: this.#model.clearPath() });
      case 'noteEvents':
        this.#hasNoteEvents = hand.isOn;
        return ok(null);
      case 'idleBytes':
        this.#hasIdleBytes = hand.isOn;
        return ok(null);
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
    const isAckLost = strikes('ackLost');
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
        const { sensor0, sensor1 } = this.#model.sensors();
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
    this.#lastErrorByte = this.#model.isTrayInserted ? 0x30 : 0x3f;
    if (this.#model.isTrayInserted) this.#model.purge();
    this.tell('purged', { trayCount: this.#model.places.tray.length });
    this.#reply(0x44, [this.#lastErrorByte]);
  }

  #test(opcode: number, run: CassetteRun): void {
    const obstacle = obstacleOf(this.#model, run.cassetteNumber, 1);
    if (obstacle === null) testRun(this.#model, run);
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
    const obstacle = isFresh ? obstacleOf(this.#model, run.cassetteNumber, run.requestedCount) : null;
    if (obstacle !== null) {
      run.errorByte = obstacle;
      return this.#finishRuns(opcode, runs);
    }
    const step = stepRun(this.#model, (fault, at, index) => this.struck(fault, at, { index, opcode }), run);
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
    const level = (run: CassetteRun) => (this.#model.isNearEnd(run.cassetteNumber) ? 0x31 : 0x30);
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
    this.write(bytes);
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
