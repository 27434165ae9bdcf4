import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';
import type { ControlCommand } from './control-commands.ts';
import { controlSchema } from './control-commands.ts';
import { FAULT_MOMENTS, FaultList } from './faults.ts';
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

class LcdmSimulator implements DeviceSimulator {
  readonly protocol = 'puloon-lcdm';
  readonly #environment: SimulatorEnvironment;
  readonly #model: DispenserModel;
  readonly #isSingle: boolean;
  readonly #faults = new FaultList();
  readonly #reader = new HostReader();
  #listeners: ((event: SimulatorEvent) => void)[] = [];
  #isStarted = false;
  #isPowered = true;
  #isPlugged = true;
  #isBusy = false;
  #hasNoteEvents: boolean;
  #hasIdleBytes = false;
  #lastErrorByte = 0x30;
  #stored: StoredReply | null = null;
  /** Timers of an earlier power-on do nothing. */
  #powerCycle = 0;
  #commandCount = 0;
  #dispenseCommandCount = 0;

  constructor(environment: SimulatorEnvironment, options: LcdmSimulatorOptions) {
    this.#environment = environment;
    this.#isSingle = options.unit === 'LCDM-1000';
    this.#model = new DispenserModel(options.cassettes, this.#isSingle);
    this.#hasNoteEvents = options.hasNoteEvents ?? true;
  }

  start(): void {
    this.#isStarted = true;
    this.#environment.line.onData((chunk) => this.#receive(chunk));
  }

  stop(): void {
    this.#isStarted = false;
    this.#powerCycle++;
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listeners.push(listener);
  }

  faultBoard(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[] {
    return Object.entries(FAULT_MOMENTS).map(([fault, { at, label }]) => ({ fault, at, label }));
  }

  control(command: unknown): Result<Json, ControlError> {
    const parsed = controlSchema.safeParse(command);
    if (!parsed.success) return err({ code: 'invalid', detail: z.prettifyError(parsed.error) });
    return this.#perform(parsed.data);
  }

  world(): Json {
    const { places, cassettes } = this.#model;
    const { sensor0, sensor1 } = this.#model.sensors();
    const sum = (notes: readonly { readonly denominationMinor: number }[]) => notes.reduce((total, note) => total + note.denominationMinor, 0);
    return {
      isPowered: this.#isPowered,
      isPlugged: this.#isPlugged,
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
      faults: this.#faults.list().map((fault) => ({ fault: fault.fault, at: fault.at, index: fault.index, times: fault.timesLeft })),
    };
  }

  #perform(command: ControlCommand): Result<Json, ControlError> {
    switch (command.do) {
      case 'takeNotes': {
        const takenCount = this.#model.take(command.noteCount ?? Infinity);
        this.#tell('notesTaken', { noteCount: takenCount });
        return takenCount > 0 ? ok({ noteCount: takenCount }) : err({ code: 'notNow', detail: 'nothing is in reach' });
      }
      case 'loadCassette': {
        const loadedCount = this.#model.load(command.cassetteNumber, command.noteCount);
        this.#tell('cassetteLoaded', { cassetteNumber: command.cassetteNumber, noteCount: loadedCount });
        return loadedCount > 0 ? ok({ noteCount: loadedCount }) : err({ code: 'notNow', detail: 'no such cassette, or it is full' });
      }
      case 'removeCassette':
      case 'insertCassette': {
        const cassette = this.#model.cassette(command.cassetteNumber);
        if (cassette === undefined) return err({ code: 'invalid', detail: 'no such cassette' });
        cassette.isInserted = command.do === 'insertCassette';
        this.#tell(cassette.isInserted ? 'cassetteInserted' : 'cassetteRemoved', { cassetteNumber: command.cassetteNumber });
        return ok(null);
      }
      case 'removeTray':
      case 'insertTray':
        this.#model.isTrayInserted = command.do === 'insertTray';
        this.#tell(this.#model.isTrayInserted ? 'trayInserted' : 'trayRemoved', {});
        return ok(null);
      case 'emptyTray':
        return ok({ noteCount: this.#model.emptyTray() });
      case 'clearPath':
        return ok({ noteCount: this.#model.clearPath() });
      case 'powerOff':
        this.#powerOff();
        return ok(null);
      case 'powerOn':
        this.#isPowered = true;
        this.#tell('powerOn', {});
        return ok(null);
      case 'unplug':
        this.#unplug();
        return ok(null);
      case 'plug':
        this.#isPlugged = true;
        this.#environment.line.plug();
        this.#tell('plugged', {});
        return ok(null);
      case 'noteEvents':
        this.#hasNoteEvents = command.isOn;
        return ok(null);
      case 'idleBytes':
        this.#hasIdleBytes = command.isOn;
        return ok(null);
      case 'clearFaults':
        this.#faults.clear();
        return ok(null);
      case 'fault': {
        const problem = this.#faults.arm(command);
        return problem === null ? ok(null) : err({ code: 'invalid', detail: problem });
      }
    }
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isStarted || !this.#isPowered) return;
    for (const item of this.#reader.push(chunk)) this.#take(item);
    if (this.#reader.isInsideFrame) this.#after(FRAME_MS, () => this.#reader.forget());
  }

  #take(item: HostItem): void {
    // Half duplex: nothing is heard while notes move.
    if (this.#isBusy || !this.#isPowered) return;
    if (item.kind === 'ack') this.#stored = null;
    else if (item.kind === 'nak') this.#repeatStored();
    else if (item.kind === 'badCommand') this.#write([0x15]);
    else this.#command(item.opcode, item.digits);
  }

  #command(opcode: number, digits: string): void {
    this.#stored = null;
    const strikes = (fault: Parameters<FaultList['strike']>[0]) => this.#struck(fault, { at: 'command', opcode });
    if (strikes('powerCut')) return this.#powerOff();
    if (strikes('lineLoss')) return this.#unplug();
    if (strikes('silence')) return;
    if (strikes('nak')) return this.#write([0x15]);
    this.#commandCount++;
    if (strikes('noise')) this.#write([0xff, 0x00, 0x7e, 0xff]);
    this.#isBusy = true;
    const isAckLost = strikes('ackLost');
    this.#after(ACK_MS * this.#environment.timeFactor, () => {
      if (!isAckLost) this.#write(this.#hasIdleBytes ? [0xff, 0x06, 0xff] : [0x06]);
      this.#execute(opcode, digits);
    });
  }

  #execute(opcode: number, digits: string): void {
    const { timeFactor } = this.#environment;
    // Commands of the lower cassette are none of its own. [lcdm §4]
    if (this.#isSingle && [0x55, 0x56, 0x77].includes(opcode)) return this.#after(QUERY_MS * timeFactor, () => this.#reply(opcode, [0x37]));
    switch (opcode) {
      case 0x44:
        return this.#after(PURGE_MS * timeFactor, () => this.#purge());
      case 0x46: {
        const { sensor0, sensor1 } = this.#model.sensors();
        return this.#after(QUERY_MS * timeFactor, () => this.#reply(opcode, [0x30, this.#lastErrorByte, sensor0, sensor1]));
      }
      case 0x47:
        return this.#after(QUERY_MS * timeFactor, () => this.#reply(opcode, [...(this.#isSingle ? 'O30T8013' : 'T20T5624')].map((character) => character.charCodeAt(0))));
      case 0x45:
      case 0x55:
        return this.#dispense(opcode, [startRun(opcode === 0x45 ? 1 : 2, Number(digits))]);
      case 0x56:
        return this.#dispense(opcode, [startRun(1, Number(digits.slice(0, 2))), startRun(2, Number(digits.slice(2)))]);
      case 0x76:
      case 0x77:
        return this.#test(opcode, startRun(opcode === 0x76 ? 1 : 2, 1));
      default:
        return this.#after(QUERY_MS * timeFactor, () => this.#reply(opcode, [0x37]));
    }
  }

  #purge(): void {
    this.#lastErrorByte = this.#model.isTrayInserted ? 0x30 : 0x3f;
    if (this.#model.isTrayInserted) this.#model.purge();
    this.#tell('purged', { trayCount: this.#model.places.tray.length });
    this.#reply(0x44, [this.#lastErrorByte]);
  }

  #test(opcode: number, run: CassetteRun): void {
    const obstacle = obstacleOf(this.#model, run.cassetteNumber, 1);
    if (obstacle === null) testRun(this.#model, run);
    else run.errorByte = obstacle;
    this.#after((START_MS + NOTE_MS) * this.#environment.timeFactor, () => this.#finishRuns(opcode, [run]));
  }

  #dispense(opcode: number, runs: readonly CassetteRun[]): void {
    this.#dispenseCommandCount++;
    this.#after(START_MS * this.#environment.timeFactor, () => this.#nextNote(opcode, runs, 0));
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
    const step = stepRun(this.#model, this.#faults, run, opcode);
    this.#tell('noteMoved', { cassetteNumber: run.cassetteNumber, exitCount: run.exitCount, rejectedCount: run.rejectedCount, step: step.kind });
    if (step.kind === 'powerCut') return this.#powerOff();
    if (step.kind === 'lineLoss') this.#unplug();
    if (step.kind === 'moved' && this.#hasNoteEvents) for (const group of step.events) this.#write(group);
    const isShort = step.kind === 'ended' && run.errorByte !== 0x31;
    if (isShort) return this.#finishRuns(opcode, runs);
    const delayMs = step.kind === 'moved' ? NOTE_MS * this.#environment.timeFactor : 0;
    this.#after(delayMs, () => this.#nextNote(opcode, runs, step.kind === 'ended' ? runIndex + 1 : runIndex));
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
    this.#tell('dispenseEnded', { errorHex: this.#lastErrorByte.toString(16), exitCount: runs.reduce((sum, run) => sum + run.exitCount, 0) });
    this.#reply(opcode, data);
  }

  #reply(opcode: number, data: readonly number[]): void {
    const strikes = (fault: Parameters<FaultList['strike']>[0]) => this.#struck(fault, { at: 'reply', opcode });
    if (strikes('powerCut')) return this.#powerOff();
    if (strikes('lineLoss')) this.#unplug();
    this.#isBusy = false;
    if (strikes('replyLost')) return;
    this.#stored = { opcode, bytes: buildResponse(opcode, data), repeatsLeft: REPEATS_MAX };
    if (strikes('noise')) this.#write([0x01, 0xff, 0x03]);
    if (strikes('slow')) {
      this.#isBusy = true;
      return this.#after(SLOW_MS * this.#environment.timeFactor, () => {
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
    if (this.#struck('badBcc', { at: 'reply', opcode: stored.opcode })) bytes[Math.min(BENT_INDEX, bytes.length - 1)]! ^= 0x02;
    this.#write(bytes);
    const { repeatsLeft } = stored;
    this.#after(HOST_ACK_MS, () => {
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

  #powerOff(): void {
    this.#isPowered = false;
    this.#isBusy = false;
    this.#powerCycle++;
    this.#stored = null;
    this.#lastErrorByte = 0x30;
    this.#reader.forget();
    this.#tell('powerOff', {});
  }

  #unplug(): void {
    this.#isPlugged = false;
    this.#environment.line.unplug();
    this.#tell('unplugged', {});
  }

  #struck(fault: Parameters<FaultList['strike']>[0], moment: { readonly at: string; readonly opcode: number }): boolean {
    const isStruck = this.#faults.strike(fault, moment);
    if (isStruck) this.#tell('fault', { fault, at: moment.at });
    return isStruck;
  }

  #write(bytes: readonly number[]): void {
    if (this.#isPowered && this.#isStarted) this.#environment.line.write(Uint8Array.from(bytes));
  }

  #after(delayMs: number, action: () => void): void {
    const powerCycle = this.#powerCycle;
    this.#environment.clock.setTimeout(() => {
      if (powerCycle === this.#powerCycle && this.#isStarted) action();
    }, delayMs);
  }

  #tell(event: string, fields: SimulatorEvent['fields']): void {
    for (const listener of this.#listeners) listener({ event, fields });
  }
}
