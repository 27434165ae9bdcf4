import { z } from 'zod';
import type { TimerHandle } from '../../../main/foundation/clock.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { valueMinor } from '../../ccnet-family/wire.ts';
import { notNow } from '../../parts/not-now.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import { LEAVE_NOTE, NOTE_HANDS } from '../../parts/validator-faults.ts';
import type { Note, NotePlace } from '../../parts/validator-notes.ts';
import { leaveNote } from '../../parts/validator-notes.ts';
import type { ControlError, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { BodyMoment, CcnetFault } from './faults.ts';
import { CCNET_FAULTS } from './faults.ts';
import { ValidatorModel } from './model.ts';
import type { CcnetSettings } from './settings.ts';

/** Times of the mechanism, milliseconds at time factor 1. */
const DRAW_IN_MS = 1_100;
const REJECT_MS = 900;
const ESCROW_MS = 10_000; // [ccnet §4]
const TO_GATE_MS = 350;
const TO_BOX_MS = 450;
const TO_MOUTH_MS = 500;
const INITIALISE_MS = 4_000;
const POWER_OFF_MS = 3_000;
const CONDITION_MS = 1_000;

/** Busy, paused, seen cheating or pulled off the line: the mechanism finishes what it does. */
const FINISHES_AT: readonly CcnetFault[] = ['cheat', 'busy', 'pause', 'unplug', 'full'];

const ccnetHands = z.discriminatedUnion('do', [...NOTE_HANDS, LEAVE_NOTE]);
type CcnetHand = z.infer<typeof ccnetHands>;

/** Another one that the table has. */
function otherNoteType(note: Note, table: CcnetSettings['table']): number {
  const type = table.findIndex((_, index) => index !== note.noteType && valueMinor(table, index) !== null);
  return type < 0 ? note.noteType! : type;
}

/** Motor, gate, sensors and power of the validator: when a note reaches a place, what goes wrong there, what hands do. There is one mechanism, so one motion. */
export abstract class CcnetMechanism extends SimulatedDevice<typeof CCNET_FAULTS, CcnetHand> {
  protected readonly settings: CcnetSettings;
  protected readonly model: ValidatorModel;
  #motion: TimerHandle | undefined;
  #returnTimer: TimerHandle | undefined;

  protected constructor(environment: SimulatorEnvironment, settings: CcnetSettings) {
    super({ protocol: 'ccnet', environment, faults: CCNET_FAULTS, hands: ccnetHands });
    this.settings = settings;
    this.model = new ValidatorModel(settings.boxCapacity);
    if (settings.noteInPathMinor === null) return;
    this.model.notes.add({ denominationMinor: settings.noteInPathMinor, kind: 'genuine', noteType: this.#typeOf(settings.noteInPathMinor), place: 'transport' });
    this.model.restorePower();
  }

  override stop(): void {
    this.#halt();
    super.stop();
  }

  /** A fault may be armed for now; however often, it strikes once. */
  override control(command: unknown): Result<Json, ControlError> {
    const result = super.control(command);
    const fault = this.firstStruck(['now']);
    while (this.faults.strikeFirst(['now']) !== null);
    if (fault !== null) this.#strike(fault);
    return result;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const { phase, condition, isBoxIn, enableMask, latch, notes } = this.model;
    return { phase, condition: condition?.what ?? null, isBoxIn, enableMask, untoldEvent: latch?.event ?? null, ...notes.describe() };
  }

  // ——— what the host orders

  protected stack(): void {
    const note = this.model.notes.underWay;
    if (note === null) return this.model.rest(); // a hand was quicker
    this.#halt();
    this.model.phase = 'stacking';
    this.meet('beforeGate', () =>
      this.#travel(TO_GATE_MS, () => {
        this.#move(note, 'transport');
        this.meet('afterGate', () => this.#travel(TO_BOX_MS, () => this.#land(note, true)));
      }),
    );
  }

  protected giveBack(): void {
    const note = this.model.notes.underWay;
    if (note === null) return this.model.rest();
    this.#halt();
    this.model.phase = 'returning';
    this.meet('returning', () =>
      this.#travel(TO_MOUTH_MS, () => {
        this.#move(note, 'mouth');
        this.#waitForHand();
      }),
    );
  }

  /** Escrow for another full time. [ccnet §5] */
  protected hold(): void {
    this.#halt();
    this.model.phase = 'holding';
    this.#travel(ESCROW_MS, () => this.giveBack());
  }

  /** RESET, or a box put back: a note in the head goes back, a note behind the gate is stacked. [ccnet §5, §13] */
  protected initialise(): void {
    const model = this.model;
    this.#halt();
    model.clearMasks();
    model.phase = 'initialising';
    if (model.condition !== null && (model.condition.isOver || model.condition.what === 'pause' || model.condition.what === 'cheat' || model.condition.what === 'busy')) model.condition = null;
    this.meet('initialising', () => this.#travel(INITIALISE_MS, () => this.#endInitialise()));
  }

  // ——— on its way

  #endInitialise(): void {
    const { model, settings } = this;
    const note = model.notes.underWay;
    model.phase = 'disabled';
    if (model.condition !== null || note === null) return;
    if (note.place === 'transport') return this.#land(note, settings.tellsStackedAfterReset);
    if (note.place === 'mouth') return this.#waitForHand();
    if (settings.tellsReturnedAfterReset) return this.giveBack();
    this.#move(note, 'mouth');
    this.#waitForHand();
  }

  /** A note put to the open mouth. */
  #drawIn(note: Note): void {
    this.model.phase = 'accepting';
    this.#move(note, 'head');
    this.meet('accepting', () => this.#travel(DRAW_IN_MS, () => this.#judge(note)));
  }

  /** Knows a genuine, enabled note; everything else goes back. [ccnet §8] */
  #judge(note: Note): void {
    const reason = this.#rejectReason(note);
    if (reason !== null) return this.#reject(note, reason);
    this.#move(note, 'escrow');
    if ((this.model.escrowMask & (1 << note.noteType!)) === 0) return this.stack();
    this.model.phase = 'escrow';
    this.meet('escrow', () => this.#travel(ESCROW_MS, () => this.giveBack()));
  }

  #rejectReason(note: Note): number | null {
    if (note.kind === 'counterfeit') return 0x66; // verification
    if (note.kind === 'unfit') return 0x67; // optic
    if (note.kind === 'foreign' || note.noteType === null) return 0x65; // identification
    return (this.model.enableMask & (1 << note.noteType)) === 0 ? 0x68 : null; // inhibit
  }

  #reject(note: Note, reason: number): void {
    this.#halt();
    this.model.phase = 'rejecting';
    this.model.rejectReason = reason;
    this.#move(note, 'mouth');
    this.tell('noteRejected', { serial: note.serial, reason });
    this.#travel(REJECT_MS, () => {
      this.#move(note, 'customer');
      this.model.rest();
    });
  }

  #land(note: Note, isTold: boolean): void {
    this.#move(note, 'box');
    if (isTold) this.model.latch = { event: 'stacked', billType: note.wasLeft !== true && this.struck('misread', 'event') ? otherNoteType(note, this.settings.table) : note.noteType! };
    this.model.rest();
    if (this.model.isFull) this.model.condition = { what: 'full', data: null, isOver: false };
    this.meet('stacked', () => {});
  }

  #waitForHand(): void {
    const takesAfterMs = this.settings.takesReturnedAfterMs;
    if (takesAfterMs === null) return;
    // A customer takes a note also from a machine without power.
    this.#returnTimer = this.environment.clock.setTimeout(() => {
      if (this.model.notes.underWay?.place === 'mouth') this.#takeFromMouth();
    }, takesAfterMs * this.environment.timeFactor);
  }

  /** @returns the serial of the note that lay in the mouth */
  #takeFromMouth(): string {
    const note = this.model.notes.underWay!;
    this.#cancel(this.#returnTimer);
    this.#move(note, 'customer');
    if (this.model.phase === 'returning') {
      if (!this.settings.skipsReturnedEvent) this.model.latch = { event: 'returned', billType: note.noteType ?? 0 };
      this.model.rest();
    }
    return note.serial;
  }

  // ——— what goes wrong

  /** A moment of the mechanism: either its fault strikes, or it goes on. */
  protected meet(moment: BodyMoment, goOn: () => void): void {
    const fault = this.firstStruck([moment]);
    if (fault === null || FINISHES_AT.includes(fault)) goOn();
    if (fault !== null) this.#strike(fault);
  }

  #strike(fault: CcnetFault): void {
    const model = this.model;
    switch (fault) {
      case 'powerCut':
        if (!this.isPowered) return;
        this.powerOff();
        this.#later(POWER_OFF_MS, () => this.powerOn());
        return;
      case 'unplug':
        this.unplug();
        this.#later(POWER_OFF_MS, () => this.plug());
        return;
      case 'boxOut':
        this.#removeBox();
        this.#later(POWER_OFF_MS, () => this.#insertBox());
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
        this.#later(CONDITION_MS, () => {
          if (model.condition === condition) model.condition = null;
        });
        return;
      }
      default:
      // Those of the line and of the event have no moment here.
    }
  }

  protected override onFaultsCleared(): void {
    if (this.model.condition !== null) this.model.condition.isOver = true;
  }

  protected override onPowerOff(): void {
    this.#halt();
    const keepsEvent = this.settings.eventAfterPowerUp === 'resent' && !(this.model.latch !== null && this.struck('lostEvent', 'event'));
    this.model.cutPower(keepsEvent);
    if (this.model.notes.underWay?.place === 'mouth') this.#waitForHand();
  }

  protected override onPowerOn(): void {
    this.model.restorePower();
  }

  protected override onSpare(): void {
    this.model.latch = null;
    this.model.condition = null;
  }

  // ——— hands

  protected override act(hand: CcnetHand): Result<Json, ControlError> {
    const { model } = this;
    switch (hand.do) {
      case 'insertNote':
        return this.#insert(hand);
      case 'pullBack': {
        const note = model.notes.underWay;
        if (model.phase !== 'accepting' || note?.place !== 'head') return notNow('no note that a hand could pull');
        this.#reject(note, 0x64); // conveying [ccnet §8]
        return ok(note.serial);
      }
      case 'takeReturnedNote':
        return model.notes.underWay?.place === 'mouth' ? ok(this.#takeFromMouth()) : notNow('no note in the mouth');
      case 'removeBox':
        if (!model.isBoxIn) return notNow('the box is out');
        this.#removeBox();
        return ok(null);
      case 'insertBox':
        if (model.isBoxIn) return notNow('the box is in');
        this.#insertBox();
        return ok(null);
      case 'clearPath':
        return this.#clearPath();
      case 'leaveNote':
        return leaveNote(model.notes, { ...hand, isOff: model.phase === 'off', noteType: this.#typeOf(hand.denominationMinor) ?? -1 });
    }
  }

  #insert({ denominationMinor, kind }: Extract<CcnetHand, { do: 'insertNote' }>): Result<Json, ControlError> {
    const { model } = this;
    if (model.phase !== 'idling' || model.condition !== null || !model.isBoxIn || model.latch !== null) return notNow(`the mouth is closed: ${model.condition?.what ?? (model.isBoxIn ? model.phase : 'box out')}`);
    const note = model.notes.add({ denominationMinor, kind, noteType: this.#typeOf(denominationMinor), place: 'customer' });
    this.#drawIn(note);
    return ok(note.serial);
  }

  #typeOf(denominationMinor: number): number | null {
    const type = this.settings.table.findIndex((_, index) => valueMinor(this.settings.table, index) === denominationMinor);
    return type < 0 ? null : type;
  }

  #removeBox(): void {
    if (!this.model.isBoxIn) return;
    this.#halt();
    this.model.removeBox();
    this.tell('boxRemoved', {});
  }

  #insertBox(): void {
    if (this.model.isBoxIn) return;
    this.model.isBoxIn = true;
    this.tell('boxInserted', {});
    if (this.model.phase !== 'off' && this.model.phase !== 'poweredUp') this.initialise();
  }

  /** The technician opens the path and takes out what is in it. */
  #clearPath(): Result<Json, ControlError> {
    const { condition, notes } = this.model;
    const isStuck = condition?.what === 'jamInHead' || condition?.what === 'jamInStacker' || condition?.what === 'failure';
    if (this.#motion !== undefined && !isStuck) return notNow('nobody opens it while it moves a note');
    const note = notes.underWay;
    if (note !== null) notes.move(note, 'technician');
    if (condition !== null) condition.isOver = true;
    this.tell('pathCleared', { serial: note?.serial ?? null });
    return ok(note?.serial ?? null);
  }

  // ——— motion

  /** It counts as moving until it is stopped, also while it waits at the end of the way. */
  #travel(delayMs: number, arrive: () => void): void {
    this.#motion = this.after(delayMs, arrive);
  }

  /** Whatever the device's power does. */
  #later(delayMs: number, action: () => void): void {
    this.environment.clock.setTimeout(action, delayMs * this.environment.timeFactor);
  }

  /** The motor stops; a note stays where it is. */
  #halt(): void {
    this.#cancel(this.#motion);
    this.#cancel(this.#returnTimer);
    this.#motion = undefined;
    this.#returnTimer = undefined;
  }

  #cancel(timer: TimerHandle | undefined): void {
    if (timer !== undefined) this.environment.clock.clearTimeout(timer);
  }

  #move(note: Note, place: NotePlace): void {
    const from = note.place;
    this.model.notes.move(note, place);
    this.tell('noteMoved', { serial: note.serial, denominationMinor: note.denominationMinor, from, to: place });
  }
}
