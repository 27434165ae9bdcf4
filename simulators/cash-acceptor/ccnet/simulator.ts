import { z } from 'zod';
import type { TimerHandle } from '../../../main/foundation/clock.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import type { ControlError, CreateSimulator, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';
import type { BodyFault, BodyMoment, WireMoment } from './faults.ts';
import { FaultList, defaultMoment, faultBoard, faultSchema, kindOfFault } from './faults.ts';
import type { Note } from './model.ts';
import { PLACES, ValidatorModel } from './model.ts';
import type { BillTable } from './wire.ts';
import { HostReader, TENGE_TABLE, frameOf, identificationBytes, maskBytes, maskOf, tableBytes, valueMinor } from './wire.ts';

export interface CcnetSimulatorOptions {
  /** 3 */
  readonly address?: number;
  readonly table?: BillTable;
  readonly boxCapacity?: number;
  /** [ccnet §13]: an event that power took before its ACK comes again after the initialisation, or never. Firmware differs. */
  readonly eventAfterPowerUp?: 'resent' | 'forgotten';
  /** [ccnet §13]: whether 81 follows when the initialisation stacked a note found behind the gate (12). Firmware differs. */
  readonly tellsStackedAfterReset?: boolean;
  /** [ccnet §13]: whether 18 → 82 follows when the initialisation gave back a note found in the head (11). */
  readonly tellsReturnedAfterReset?: boolean;
  /** [ccnet §12]: some firmware goes 18 → 14. */
  readonly skipsReturnedEvent?: boolean;
  /** [ccnet §18]: a command with a bad CRC is met with silence or NAK. */
  readonly answersBadCrc?: 'silence' | 'nak';
  /** The customer takes a returned note after this much time; `null`: only by `takeReturnedNote`. */
  readonly takesReturnedAfterMs?: number | null;
}

/** Times of the mechanism, milliseconds at time factor 1. */
const ANSWER_MS = 4; // within 10 ms [ccnet §4]
const SLOW_ANSWER_MS = 450;
const INTER_BYTE_MS = 5; // [ccnet §4]
const DRAW_IN_MS = 1_100;
const REJECT_MS = 900;
const ESCROW_MS = 10_000; // [ccnet §4]
const TO_GATE_MS = 350;
const TO_BOX_MS = 450;
const TO_MOUTH_MS = 500;
const TAKE_MS = 1_000;
const INITIALISE_MS = 4_000;
const POWER_OFF_MS = 3_000;
const CONDITION_MS = 1_000;

const ACK = 0x00;
const NAK = 0xff;
const ILLEGAL = 0x30;

const controlSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('insertNote'), denominationMinor: z.number().int().positive(), kind: z.enum(['genuine', 'unfit', 'foreign', 'counterfeit']).default('genuine') }),
  z.strictObject({ do: z.literal('pullBack') }),
  z.strictObject({ do: z.literal('takeReturnedNote') }),
  z.strictObject({ do: z.literal('removeBox') }),
  z.strictObject({ do: z.literal('insertBox') }),
  z.strictObject({ do: z.literal('clearPath') }),
  z.strictObject({ do: z.literal('powerOff') }),
  z.strictObject({ do: z.literal('powerOn') }),
  z.strictObject({ do: z.literal('unplug') }),
  z.strictObject({ do: z.literal('plug') }),
  z.strictObject({ do: z.literal('fault'), fault: z.string(), at: z.string().optional(), times: z.number().int().default(1) }),
  z.strictObject({ do: z.literal('clearFaults') }),
]);

type Control = z.infer<typeof controlSchema>;

/** A CCNET bill validator at the device's end of a line. */
export const createCcnetSimulator: CreateSimulator<CcnetSimulatorOptions> = (environment, options) => new CcnetSimulator(environment, options);

class CcnetSimulator implements DeviceSimulator {
  readonly protocol = 'ccnet';
  readonly #environment: SimulatorEnvironment;
  readonly #options: Required<CcnetSimulatorOptions>;
  readonly #model: ValidatorModel;
  readonly #reader: HostReader;
  readonly #faults = new FaultList();
  #listener: (event: SimulatorEvent) => void = () => {};
  #gapTimer: TimerHandle | undefined;
  /** What the mechanism will do next; there is one mechanism. */
  #motion: TimerHandle | undefined;
  #returnTimer: TimerHandle | undefined;
  /** The last data answer and whether the host has said nothing since: an ACK belongs to it. */
  #lastData: { readonly data: readonly number[]; readonly isEvent: boolean } | null = null;
  #speaksUntilMs = 0;
  #isStarted = false;

  constructor(environment: SimulatorEnvironment, options: CcnetSimulatorOptions) {
    this.#environment = environment;
    this.#options = {
      address: options.address ?? 3,
      table: options.table ?? TENGE_TABLE,
      boxCapacity: options.boxCapacity ?? 600,
      eventAfterPowerUp: options.eventAfterPowerUp ?? 'resent',
      tellsStackedAfterReset: options.tellsStackedAfterReset ?? false,
      tellsReturnedAfterReset: options.tellsReturnedAfterReset ?? true,
      skipsReturnedEvent: options.skipsReturnedEvent ?? false,
      answersBadCrc: options.answersBadCrc ?? 'silence',
      takesReturnedAfterMs: options.takesReturnedAfterMs === undefined ? TAKE_MS : options.takesReturnedAfterMs,
    };
    this.#model = new ValidatorModel(this.#options.boxCapacity);
    this.#reader = new HostReader(this.#options.address);
    environment.line.onData((chunk) => this.#hear(chunk));
  }

  start(): void {
    this.#isStarted = true;
  }

  stop(): void {
    this.#isStarted = false;
    this.#halt();
    this.#cancel(this.#gapTimer);
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listener = listener;
  }

  faultBoard() {
    return faultBoard();
  }

  world(): Json {
    const model = this.#model;
    return {
      protocol: this.protocol,
      phase: model.phase,
      condition: model.condition?.what ?? null,
      isBoxIn: model.isBoxIn,
      enableMask: model.enableMask,
      untoldEvent: model.latch?.event ?? null,
      faultsWaiting: this.#faults.waiting.map(({ fault, at, times }) => ({ fault, at, times })),
      places: Object.fromEntries(
        PLACES.map((place) => {
          const notes = model.notesIn(place);
          return [place, { noteCount: notes.length, sumMinor: notes.reduce((sum, note) => sum + note.denominationMinor, 0), serials: notes.map((note) => note.serial) }];
        }),
      ),
      notes: model.notes.map(({ serial, denominationMinor, kind, place }) => ({ serial, denominationMinor, kind, place })),
    };
  }

  control(command: unknown): Result<Json, ControlError> {
    const parsed = controlSchema.safeParse(command);
    if (!parsed.success) {
      const isKnown = controlSchema.options.some((option) => option.shape.do.value === (command as { do?: unknown } | null)?.do);
      return err({ code: isKnown ? 'invalid' : 'unknownCommand', detail: z.prettifyError(parsed.error) });
    }
    return this.#obey(parsed.data);
  }

  #obey(command: Control): Result<Json, ControlError> {
    switch (command.do) {
      case 'insertNote':
        return this.#insertNote(command);
      case 'pullBack':
        return this.#pullBack();
      case 'takeReturnedNote':
        return this.#model.noteUnderWay?.place === 'mouth' ? this.#takeFromMouth() : notNow('no note in the mouth');
      case 'removeBox':
        return this.#removeBox();
      case 'insertBox':
        return this.#insertBox();
      case 'clearPath': {
        if (this.#motion !== undefined && this.#model.condition === null) return notNow('nobody opens it while it moves a note');
        const note = this.#model.clearPath();
        this.#tell('pathCleared', { serial: note?.serial ?? null });
        return ok(note?.serial ?? null);
      }
      case 'powerOff':
        return this.#done(() => this.#powerOff());
      case 'powerOn':
        return this.#model.phase === 'off' ? this.#done(() => this.#powerOn()) : notNow('it has power');
      case 'unplug':
        return this.#done(() => this.#environment.line.unplug(), 'unplugged');
      case 'plug':
        return this.#done(() => this.#environment.line.plug(), 'plugged');
      case 'fault':
        return this.#orderFault(command);
      case 'clearFaults':
        this.#faults.clear();
        if (this.#model.condition !== null) this.#model.condition.isOver = true;
        return ok(null);
    }
  }

  // ——— hands

  #insertNote(command: Extract<Control, { do: 'insertNote' }>): Result<Json, ControlError> {
    const model = this.#model;
    if (model.phase !== 'idling' || model.condition !== null || !model.isBoxIn || model.latch !== null) return notNow(`the mouth is closed: ${model.condition?.what ?? (model.isBoxIn ? model.phase : 'box out')}`);
    const type = this.#options.table.findIndex((_, index) => valueMinor(this.#options.table, index) === command.denominationMinor);
    const note = model.addNote({ denominationMinor: command.denominationMinor, kind: command.kind, billType: type < 0 ? null : type });
    model.phase = 'accepting';
    this.#move(note, 'head');
    this.#meet('accepting', () => this.#after(DRAW_IN_MS, () => this.#judge(note)));
    return ok(note.serial);
  }

  #pullBack(): Result<Json, ControlError> {
    const note = this.#model.noteUnderWay;
    if (this.#model.phase !== 'accepting' || note?.place !== 'head') return notNow('no note that a hand could pull');
    this.#reject(note, 0x64); // conveying [ccnet §8]
    return ok(note.serial);
  }

  #takeFromMouth(): Result<Json, ControlError> {
    const note = this.#model.noteUnderWay!;
    this.#cancel(this.#returnTimer);
    this.#move(note, 'customer');
    if (this.#model.phase === 'returning') {
      if (!this.#options.skipsReturnedEvent) this.#model.latch = { event: 'returned', billType: note.billType ?? 0 };
      this.#model.rest();
    }
    return ok(note.serial);
  }

  #removeBox(): Result<Json, ControlError> {
    if (!this.#model.isBoxIn) return notNow('the box is out');
    this.#halt();
    this.#model.removeBox();
    this.#tell('boxRemoved', {});
    return ok(null);
  }

  #insertBox(): Result<Json, ControlError> {
    if (this.#model.isBoxIn) return notNow('the box is in');
    this.#model.isBoxIn = true;
    this.#tell('boxInserted', {});
    if (this.#model.phase !== 'off' && this.#model.phase !== 'poweredUp') this.#initialise();
    return ok(null);
  }

  #orderFault(command: Extract<Control, { do: 'fault' }>): Result<Json, ControlError> {
    const kind = kindOfFault(command.fault);
    if (kind === null) return err({ code: 'invalid', detail: `no fault ${command.fault}` });
    const order = faultSchema.safeParse({ kind, fault: command.fault, at: command.at ?? defaultMoment(kind), times: command.times });
    if (!order.success) return err({ code: 'invalid', detail: z.prettifyError(order.error) });
    if (order.data.kind === 'body' && order.data.at === 'now') {
      this.#strike(order.data.fault);
      return ok(null);
    }
    return this.#faults.add(order.data) ? ok(null) : notNow('the fault board is full');
  }

  // ——— the mechanism

  /** Knows a genuine, enabled note; everything else goes back. [ccnet §8] */
  #judge(note: Note): void {
    const reason = this.#rejectReason(note);
    if (reason !== null) return this.#reject(note, reason);
    this.#move(note, 'escrow');
    const bit = 1 << note.billType!;
    if ((this.#model.escrowMask & bit) === 0) return this.#stack();
    this.#model.phase = 'escrow';
    this.#meet('escrow', () => this.#after(ESCROW_MS, () => this.#giveBack()));
  }

  #rejectReason(note: Note): number | null {
    if (note.kind === 'counterfeit') return 0x66; // verification
    if (note.kind === 'unfit') return 0x67; // optic
    if (note.kind === 'foreign' || note.billType === null) return 0x65; // identification
    return (this.#model.enableMask & (1 << note.billType)) === 0 ? 0x68 : null; // inhibit
  }

  #reject(note: Note, reason: number): void {
    this.#halt();
    this.#model.phase = 'rejecting';
    this.#model.rejectReason = reason;
    this.#move(note, 'mouth');
    this.#tell('noteRejected', { serial: note.serial, reason });
    this.#after(REJECT_MS, () => {
      this.#move(note, 'customer');
      this.#model.rest();
    });
  }

  #stack(): void {
    const note = this.#model.noteUnderWay!;
    this.#halt();
    this.#model.phase = 'stacking';
    this.#meet('beforeGate', () =>
      this.#after(TO_GATE_MS, () => {
        this.#move(note, 'transport');
        this.#meet('afterGate', () => this.#after(TO_BOX_MS, () => this.#land(note, true)));
      }),
    );
  }

  #land(note: Note, isTold: boolean): void {
    this.#move(note, 'box');
    if (isTold) this.#model.latch = { event: 'stacked', billType: note.billType! };
    this.#model.rest();
    if (this.#model.isFull) this.#model.condition = { what: 'full', data: null, isOver: false };
    this.#meet('stacked', () => {});
  }

  #giveBack(): void {
    const note = this.#model.noteUnderWay!;
    this.#halt();
    this.#model.phase = 'returning';
    this.#meet('returning', () =>
      this.#after(TO_MOUTH_MS, () => {
        this.#move(note, 'mouth');
        this.#waitForHand();
      }),
    );
  }

  #waitForHand(): void {
    const takesAfterMs = this.#options.takesReturnedAfterMs;
    if (takesAfterMs === null) return;
    this.#returnTimer = this.#environment.clock.setTimeout(() => {
      if (this.#model.noteUnderWay?.place === 'mouth') this.#takeFromMouth();
    }, takesAfterMs * this.#environment.timeFactor);
  }

  /** RESET, or a box put back: a note in the head goes back, a note behind the gate is stacked. [ccnet §5, §13] */
  #initialise(): void {
    const model = this.#model;
    this.#halt();
    model.clearMasks();
    model.phase = 'initialising';
    if (model.condition !== null && (model.condition.isOver || model.condition.what === 'pause' || model.condition.what === 'cheat' || model.condition.what === 'busy')) model.condition = null;
    this.#meet('initialising', () => this.#after(INITIALISE_MS, () => this.#endInitialise()));
  }

  #endInitialise(): void {
    const model = this.#model;
    const note = model.noteUnderWay;
    model.phase = 'disabled';
    if (model.condition !== null || note === null) return;
    if (note.place === 'transport') return this.#land(note, this.#options.tellsStackedAfterReset);
    if (note.place === 'mouth') return this.#waitForHand();
    if (this.#options.tellsReturnedAfterReset) return this.#giveBack();
    this.#move(note, 'mouth');
    this.#waitForHand();
  }

  #powerOff(): void {
    if (this.#model.phase === 'off') return;
    this.#halt();
    const keepsEvent = this.#options.eventAfterPowerUp === 'resent' && !(this.#model.latch !== null && this.#faults.takeEvent('lostEvent'));
    this.#model.cutPower(keepsEvent);
    this.#reader.forget();
    this.#lastData = null;
    if (this.#model.noteUnderWay?.place === 'mouth') this.#waitForHand();
    this.#tell('powerOff', {});
  }

  #powerOn(): void {
    this.#model.restorePower();
    this.#tell('powerOn', { state: this.#model.powerUpCode });
  }

  /** A moment of the mechanism: either its fault strikes, or it goes on. */
  #meet(moment: BodyMoment, goOn: () => void): void {
    const fault = this.#faults.takeBody(moment);
    if (fault === null) return goOn();
    // Busy, paused, seen cheating or pulled off the line: the mechanism finishes what it does.
    if (fault === 'cheat' || fault === 'busy' || fault === 'pause' || fault === 'unplug' || fault === 'full') goOn();
    this.#strike(fault);
  }

  #strike(fault: BodyFault): void {
    this.#tell('fault', { fault });
    const model = this.#model;
    switch (fault) {
      case 'powerCut':
        if (model.phase === 'off') return;
        this.#powerOff();
        this.#environment.clock.setTimeout(() => {
          if (model.phase === 'off') this.#powerOn();
        }, POWER_OFF_MS * this.#environment.timeFactor);
        return;
      case 'unplug':
        this.#environment.line.unplug();
        this.#environment.clock.setTimeout(() => this.#environment.line.plug(), POWER_OFF_MS * this.#environment.timeFactor);
        return;
      case 'jamInHead':
      case 'jamInStacker':
      case 'failure':
        this.#halt();
        model.condition = { what: fault, data: fault === 'failure' ? 0x50 : null, isOver: false };
        return;
      case 'full':
        model.condition = { what: 'full', data: null, isOver: false };
        return;
      case 'cheat':
      case 'pause':
      case 'busy': {
        const condition = { what: fault, data: fault === 'busy' ? CONDITION_MS / 100 : null, isOver: false } as const;
        model.condition = condition;
        this.#environment.clock.setTimeout(() => {
          if (model.condition === condition) model.condition = null;
        }, CONDITION_MS * this.#environment.timeFactor);
        return;
      }
    }
  }

  // ——— the line

  #hear(chunk: Uint8Array): void {
    this.#cancel(this.#gapTimer);
    this.#gapTimer = undefined;
    if (!this.#isStarted || this.#model.phase === 'off') return;
    for (const word of this.#reader.push(chunk)) {
      if (word.kind === 'command') this.#takeCommand(word.code, word.data);
      else if (this.#options.answersBadCrc === 'nak') this.#transmit([NAK], ANSWER_MS);
    }
    if (this.#reader.isInsideFrame) this.#gapTimer = this.#environment.clock.setTimeout(() => this.#reader.forget(), INTER_BYTE_MS);
  }

  #takeCommand(code: number, data: readonly number[]): void {
    if (code === ACK) return this.#takeAcknowledgement();
    if (code === NAK) {
      if (this.#lastData !== null) this.#transmit(this.#lastData.data, ANSWER_MS);
      return;
    }
    this.#lastData = null;
    const moments = momentsOf(code, this.#model.latch !== null);
    const fault = this.#faults.takeWire(moments);
    if (fault !== null) this.#tell('fault', { fault });
    if (fault === 'silence') return;
    if (fault === 'nak') return this.#transmit([NAK], ANSWER_MS);
    if (fault === 'illegal') return this.#transmit([ILLEGAL], ANSWER_MS);
    const answer = this.#answer(code, data);
    if (answer.isData) this.#lastData = { data: answer.data, isEvent: code === 0x33 && (answer.data[0] === 0x81 || answer.data[0] === 0x82) };
    if (fault === 'lostReply') return;
    this.#transmit(answer.data, fault === 'slow' ? SLOW_ANSWER_MS : ANSWER_MS, fault);
  }

  #takeAcknowledgement(): void {
    const last = this.#lastData;
    this.#lastData = null;
    if (last === null || !last.isEvent) return;
    if (this.#faults.takeEvent('lostAck') || this.#faults.takeEvent('duplicateEvent')) {
      this.#tell('fault', { fault: 'event repeated' });
      return;
    }
    this.#model.latch = null;
    this.#meet('afterStackedAck', () => {});
  }

  #answer(code: number, data: readonly number[]): { readonly data: readonly number[]; readonly isData: boolean } {
    const model = this.#model;
    const isPoweredUp = model.phase === 'poweredUp';
    switch (code) {
      case 0x30:
        this.#initialise();
        return ACKNOWLEDGED;
      case 0x31:
        return { data: [...maskBytes(model.enableMask), ...maskBytes(model.securityMask)], isData: true };
      case 0x32:
        if (data.length !== 3) return REFUSED;
        model.securityMask = maskOf(data, 0);
        return ACKNOWLEDGED;
      case 0x33:
        return { data: model.pollData(), isData: true };
      case 0x34:
        if (data.length !== 6 || isPoweredUp || model.phase === 'initialising') return REFUSED;
        this.#enable(maskOf(data, 0), maskOf(data, 3));
        return ACKNOWLEDGED;
      case 0x35:
      case 0x36:
      case 0x38:
        return this.#moveNote(code);
      case 0x37:
        return { data: identificationBytes({ partNumber: 'QS-KZ1301', serialNumber: '26QS00000427' }), isData: true };
      case 0x41:
        return { data: tableBytes(this.#options.table), isData: true };
      default:
        return REFUSED;
    }
  }

  #enable(enableMask: number, escrowMask: number): void {
    const model = this.#model;
    if (!model.isBoxIn) return; // ignored while the cassette is out [ccnet §14]
    model.enableMask = enableMask;
    model.escrowMask = escrowMask;
    if (model.phase === 'disabled' || model.phase === 'idling') model.rest();
  }

  /** STACK, RETURN, HOLD: only with a note in escrow. [ccnet §5, §18] */
  #moveNote(code: number): typeof ACKNOWLEDGED {
    const model = this.#model;
    const isWaiting = (model.phase === 'escrow' || model.phase === 'holding') && model.isBoxIn && (model.condition === null || model.condition.what === 'busy' || model.condition.what === 'cheat' || model.condition.what === 'pause');
    if (!isWaiting) return REFUSED;
    if (code === 0x35) this.#stack();
    if (code === 0x36) this.#giveBack();
    if (code === 0x38) {
      this.#halt();
      model.phase = 'holding';
      this.#after(ESCROW_MS, () => this.#giveBack());
    }
    return ACKNOWLEDGED;
  }

  /** One after the other: a late answer holds up the next one, none overtakes. */
  #transmit(data: readonly number[], delayMs: number, fault: string | null = null): void {
    const { clock, line, random, timeFactor } = this.#environment;
    if (data.length === 0) return;
    const nowMs = clock.monotonicMs();
    this.#speaksUntilMs = Math.max(this.#speaksUntilMs, nowMs + delayMs * timeFactor);
    const frame = frameOf(fault === 'wrongAddress' ? 1 : this.#options.address, data);
    clock.setTimeout(() => {
      if (!this.#isStarted || this.#model.phase === 'off') return;
      if (fault === 'noise') line.write(random.bytes(1 + randomInteger(random, 20)));
      if (fault === 'zeroLength') line.write(Uint8Array.of(0x02, this.#options.address, 0x00, 0x00, 0x00));
      if (fault === 'flood') line.write(random.bytes(4096));
      else if (fault === 'badCrc') line.write(damaged(frame, randomInteger(random, (frame.length - 3) * 8)));
      else if (fault === 'truncated') line.write(frame.subarray(0, 1 + randomInteger(random, frame.length - 1)));
      else line.write(frame);
    }, this.#speaksUntilMs - nowMs);
  }

  // ——— small parts

  #after(ms: number, act: () => void): void {
    this.#motion = this.#environment.clock.setTimeout(act, ms * this.#environment.timeFactor);
  }

  /** The motor stops; a note stays where it is. */
  #halt(): void {
    this.#cancel(this.#motion);
    this.#cancel(this.#returnTimer);
    this.#motion = undefined;
    this.#returnTimer = undefined;
  }

  #cancel(timer: TimerHandle | undefined): void {
    if (timer !== undefined) this.#environment.clock.clearTimeout(timer);
  }

  #move(note: Note, place: Note['place']): void {
    const from = note.place;
    note.place = place;
    this.#tell('noteMoved', { serial: note.serial, denominationMinor: note.denominationMinor, from, to: place });
  }

  #done(act: () => void, event?: string): Result<Json, ControlError> {
    act();
    if (event !== undefined) this.#tell(event, {});
    return ok(null);
  }

  #tell(event: string, fields: { readonly [key: string]: Json }): void {
    this.#listener({ event, fields });
  }
}

const ACKNOWLEDGED = { data: [ACK] as readonly number[], isData: false };
const REFUSED = { data: [ILLEGAL] as readonly number[], isData: false };

function notNow(detail: string): Result<never, ControlError> {
  return err({ code: 'notNow', detail });
}

function momentsOf(code: number, isEventWaiting: boolean): readonly WireMoment[] {
  switch (code) {
    case 0x33:
      return isEventWaiting ? ['reply', 'pollReply', 'eventReply'] : ['reply', 'pollReply'];
    case 0x35:
      return ['reply', 'stackReply'];
    case 0x36:
      return ['reply', 'returnReply'];
    case 0x30:
      return ['reply', 'resetReply'];
    case 0x34:
      return ['reply', 'enableReply'];
    default:
      return ['reply'];
  }
}

/** One bit behind the length turned over: always a bad CRC. */
function damaged(frame: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(frame);
  const index = 3 + (bit >> 3);
  copy[index] = copy[index]! ^ (1 << (bit & 7));
  return copy;
}
