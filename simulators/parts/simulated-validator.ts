import type { TimerHandle } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import { ok } from '../../main/foundation/outcome.ts';
import type { ControlError, Json, SimulatorEnvironment } from '../simulator.ts';
import type { FaultOf, FaultTable } from './fault-board.ts';
import { SimulatedDevice } from './simulated-device.ts';
import type { UnitHand, VALIDATOR_FAULTS, ValidatorHand } from './validator-faults.ts';
import { validatorHands } from './validator-faults.ts';
import type { Note, NotePlace } from './validator-notes.ts';
import { ValidatorNotes, leaveNote } from './validator-notes.ts';
import { notNow } from './not-now.ts';
import { spoilAnswer } from './spoiled-answer.ts';

/** Milliseconds at time factor 1. */
const DRAW_IN_MS = 1_100;
const REJECT_MS = 900;
const TO_GATE_MS = 350;
const TO_BOX_MS = 450;
const TO_MOUTH_MS = 500;
const INITIALISE_MS = 4_000;
const HEAL_MS = 3_000;
const CHEAT_MS = 1_000;
const TAKE_MS = 1_000;

export type Phase = 'off' | 'poweredUp' | 'initialising' | 'disabled' | 'idling' | 'accepting' | 'escrow' | 'stacking' | 'returning' | 'rejecting';
export type Condition = 'jam' | 'failure' | 'full' | 'cheat';
export type RejectCause = 'unfit' | 'counterfeit' | 'foreign' | 'disabled' | 'pulledBack' | 'escrowTimeout';
export type AnswerKind = 'reply' | 'pollReply' | 'eventReply' | 'orderReply';
/** Every validator's table has at least these. */
export type ValidatorFaultTable = FaultTable & Readonly<Record<keyof typeof VALIDATOR_FAULTS, FaultTable[string]>>;

export interface SimulatedValidatorOptions<Faults extends ValidatorFaultTable> {
  readonly protocol: string;
  readonly environment: SimulatorEnvironment;
  readonly faults: Faults;
  /** By the device's own note type; null: unused. Minor units. */
  readonly tableMinor: readonly (number | null)[];
  readonly escrowMs: number;
  /** A device that waits for RESET after power, or one that comes up by itself. */
  readonly startsAt: 'poweredUp' | 'initialising';
  readonly boxCapacity?: number;
  /** The customer takes a returned note after this much time; null: only by `takeReturnedNote`. */
  readonly takesReturnedAfterMs?: number | null;
}

/** A note validator with one note in escrow: motor, gate, sensors, box and power. What it says on the wire is its protocol's. */
export abstract class SimulatedValidator<Faults extends ValidatorFaultTable> extends SimulatedDevice<Faults, ValidatorHand> {
  protected readonly notes = new ValidatorNotes();
  protected readonly tableMinor: readonly (number | null)[];
  protected phase: Phase;
  protected condition: Condition | null = null;
  protected isBoxIn = true;
  readonly #options: SimulatedValidatorOptions<Faults>;
  readonly #boxCapacity: number;
  /** Cleared by hand: the next initialisation finds it well. */
  #isConditionOver = false;
  #motion: TimerHandle | undefined;
  #speaksUntilMs = 0;

  protected constructor(options: SimulatedValidatorOptions<Faults>) {
    super({ ...options, hands: validatorHands });
    this.#options = options;
    this.tableMinor = options.tableMinor;
    this.#boxCapacity = options.boxCapacity ?? 600;
    this.phase = options.startsAt;
  }

  override start(): void {
    super.start();
    if (this.phase === 'initialising') this.initialise();
  }

  // ——— what the protocol adds

  /** The host lets it take notes at all. */
  protected abstract get isEnabled(): boolean;
  /** The host lets it take this one. */
  protected abstract isTypeEnabled(noteType: number): boolean;
  /** Volatile memory is gone: power, reset, the exchange of the box. */
  protected abstract forgetSettings(): void;
  /** Drawn in and on its way again before escrow holds it: not with an escrow. */
  protected onEscrow(_note: Note): void {}
  protected onGate(_note: Note): void {}
  /** The note lies in its unit. @param byItself  while initialising, without an order of this power-on */
  protected onStacked(_note: Note, _byItself: boolean): void {}
  protected onReturned(_note: Note, _byItself: boolean): void {}
  protected onRejected(_note: Note, _cause: RejectCause): void {}
  protected onRejectDone(): void {}
  protected onBox(_isIn: boolean): void {}
  /** `place` of the note on its way when power came back. */
  protected onPoweredUp(_place: NotePlace | null): void {}
  /** Where an accepted note is kept. */
  protected destinationOf(_note: Note): 'box' | 'store' {
    return 'box';
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { phase: this.phase, condition: this.condition, isBoxIn: this.isBoxIn, ...this.notes.describe() };
  }

  // ——— the wire, common faults

  /** Before the command is looked at. @returns true: it was not heard */
  protected isUnheard(kinds: readonly AnswerKind[]): boolean {
    return kinds.some((kind) => this.struck('silence' as FaultOf<Faults>, kind));
  }

  /** One after the other: a late answer holds up the next one, none overtakes. */
  protected answer(frame: Uint8Array, kinds: readonly AnswerKind[]): void {
    const spoiled = spoilAnswer(frame, { random: this.environment.random, strikes: (fault) => kinds.some((kind) => this.struck(fault as FaultOf<Faults>, kind)) });
    if (spoiled === null) return;
    const nowMs = this.environment.clock.monotonicMs();
    this.#speaksUntilMs = Math.max(this.#speaksUntilMs, nowMs + spoiled.delayMs);
    this.afterProtocolMs(this.#speaksUntilMs - nowMs, () => {
      for (const bytes of spoiled.pieces) this.write(bytes);
    });
  }

  // ——— the mechanism

  protected rest(): void {
    this.phase = this.isEnabled ? 'idling' : 'disabled';
  }

  /** The order of the host, or no escrow at all. */
  protected stackNote(): void {
    const note = this.notes.underWay;
    if (note === null) return;
    this.halt();
    this.phase = 'stacking';
    this.meet('beforeGate', () => this.travel(TO_GATE_MS, () => {
      this.place(note, 'transport');
      this.onGate(note);
      this.meet('afterGate', () => this.travel(TO_BOX_MS, () => this.#land(note, false)));
    }));
  }

  protected returnNote(): void {
    const note = this.notes.underWay;
    if (note === null) return;
    this.halt();
    this.phase = 'returning';
    this.meet('returning', () => this.travel(TO_MOUTH_MS, () => {
      this.place(note, 'mouth');
      this.#waitForHand();
    }));
  }

  protected rejectNote(note: Note, cause: RejectCause): void {
    this.halt();
    this.phase = 'rejecting';
    this.place(note, 'mouth');
    this.onRejected(note, cause);
    this.tell('noteRejected', { serial: note.serial, cause });
    this.travel(REJECT_MS, () => {
      this.place(note, 'customer');
      this.rest();
      this.onRejectDone();
    });
  }

  /** Escrow for another full time. */
  protected holdNote(): void {
    if (this.phase !== 'escrow') return;
    this.halt();
    this.#waitInEscrow();
  }

  /** RESET, power, or a box put back: a note in the head goes back, a note behind the gate is stacked. */
  protected initialise(): void {
    this.halt();
    this.forgetSettings();
    this.phase = 'initialising';
    if (this.#isConditionOver || this.condition === 'cheat') this.#setCondition(null);
    this.meet('initialising', () => this.travel(INITIALISE_MS, () => this.#endInitialise()));
  }

  #endInitialise(): void {
    const note = this.notes.underWay;
    this.rest();
    if (this.condition !== null || note === null) return;
    if (note.place === 'transport') return this.#land(note, true);
    if (note.place === 'mouth') return this.#waitForHand();
    this.phase = 'returning';
    this.travel(TO_MOUTH_MS, () => {
      this.place(note, 'mouth');
      this.#waitForHand(true);
    });
  }

  #drawIn(note: Note): void {
    this.phase = 'accepting';
    this.place(note, 'head');
    this.meet('accepting', () => this.travel(DRAW_IN_MS, () => this.#judge(note)));
  }

  #judge(note: Note): void {
    const cause = note.kind !== 'genuine' ? note.kind : note.noteType === null ? 'foreign' : this.isTypeEnabled(note.noteType) ? null : 'disabled';
    if (cause !== null) return this.rejectNote(note, cause);
    this.place(note, 'escrow');
    this.phase = 'escrow';
    this.onEscrow(note);
    if (this.phase === 'escrow') this.meet('escrow', () => this.#waitInEscrow());
  }

  #waitInEscrow(): void {
    this.travel(this.#options.escrowMs, () => {
      const note = this.notes.underWay;
      if (note !== null) this.rejectNote(note, 'escrowTimeout');
    });
  }

  #land(note: Note, byItself: boolean): void {
    this.place(note, this.destinationOf(note));
    this.rest();
    if (this.notes.countIn('box') >= this.#boxCapacity) this.#setCondition('full');
    this.onStacked(note, byItself);
    this.meet('stacked', () => {});
  }

  #waitForHand(byItself = false): void {
    const takesAfterMs = this.#options.takesReturnedAfterMs;
    if (takesAfterMs === null) return;
    // A customer takes a note also from a machine without power.
    this.environment.clock.setTimeout(() => {
      if (this.notes.underWay?.place === 'mouth') this.#takeFromMouth(byItself);
    }, (takesAfterMs ?? TAKE_MS) * this.environment.timeFactor);
  }

  #takeFromMouth(byItself: boolean): Note {
    const note = this.notes.underWay!;
    this.place(note, 'customer');
    if (this.phase === 'returning') {
      this.rest();
      this.onReturned(note, byItself);
    }
    return note;
  }

  // ——— what goes wrong

  /** The host's acknowledgement reached the device. */
  protected meetAcknowledgement(): void {
    this.meet('afterAcknowledgement', () => {});
  }

  /** A moment of the mechanism: either its fault strikes, or it goes on. */
  protected meet(moment: string, goOn: () => void): void {
    const strikes = (fault: keyof typeof VALIDATOR_FAULTS) => this.struck(fault as FaultOf<Faults>, moment);
    if (strikes('powerCut')) return this.#cutPower();
    if (strikes('jam')) return this.#stopWith('jam');
    if (strikes('failure')) return this.#stopWith('failure');
    if (strikes('boxOut')) {
      this.#removeBox();
      this.environment.clock.setTimeout(() => this.#insertBox(), HEAL_MS * this.environment.timeFactor);
      return;
    }
    // Seen cheating, full or off the line: the mechanism finishes what it does.
    goOn();
    if (strikes('cheat')) {
      this.#setCondition('cheat');
      this.after(CHEAT_MS, () => {
        if (this.condition === 'cheat') this.#setCondition(null);
      });
    }
    if (strikes('full')) this.#setCondition('full');
    if (strikes('cableOut')) {
      this.unplug();
      this.environment.clock.setTimeout(() => this.plug(), HEAL_MS * this.environment.timeFactor);
    }
  }

  #cutPower(): void {
    this.powerOff();
    this.environment.clock.setTimeout(() => this.powerOn(), HEAL_MS * this.environment.timeFactor);
  }

  #stopWith(condition: 'jam' | 'failure'): void {
    this.halt();
    this.#setCondition(condition);
  }

  #setCondition(condition: Condition | null): void {
    this.condition = condition;
    this.#isConditionOver = false;
  }

  protected override onPowerOff(): void {
    this.halt();
    this.phase = 'off';
    this.#speaksUntilMs = 0;
    this.forgetSettings();
    if (this.condition === 'cheat') this.#setCondition(null);
  }

  protected override onPowerOn(): void {
    this.phase = 'poweredUp';
    this.onPoweredUp(this.notes.underWay?.place ?? null);
    if (this.#options.startsAt === 'initialising') this.initialise();
  }

  // ——— hands

  protected override act(hand: ValidatorHand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'insertNote':
        return this.#insert(hand);
      case 'pullBack': {
        const note = this.notes.underWay;
        if (this.phase !== 'accepting' || note?.place !== 'head' || this.condition !== null) return notNow('no note that a hand could pull');
        this.rejectNote(note, 'pulledBack');
        return ok(note.serial);
      }
      case 'takeReturnedNote':
        return this.notes.underWay?.place === 'mouth' ? ok(this.#takeFromMouth(false).serial) : notNow('no note in the mouth');
      case 'removeBox':
        return this.isBoxIn ? this.#removeBox() : notNow('the box is out');
      case 'insertBox':
        return this.isBoxIn ? notNow('the box is in') : this.#insertBox();
      case 'clearPath':
        return this.#clearPath();
      case 'leaveNote':
        return leaveNote(this.notes, { ...hand, isOff: this.phase === 'off', noteType: this.tableMinor.indexOf(hand.denominationMinor) });
      default:
        return this.actOnUnit(hand);
    }
  }

  #insert({ denominationMinor, kind }: Extract<ValidatorHand, { do: 'insertNote' }>): Result<Json, ControlError> {
    const isOpen = this.phase === 'idling' && (this.condition === null || this.condition === 'cheat') && this.isBoxIn && this.notes.underWay === null && this.isMouthOpen;
    if (!isOpen) return notNow(`the mouth is closed: ${this.condition ?? (this.isBoxIn ? this.phase : 'box out')}`);
    const noteType = this.tableMinor.indexOf(denominationMinor);
    const note = this.notes.add({ denominationMinor, kind, noteType: noteType < 0 ? null : noteType, place: 'customer' });
    this.#drawIn(note);
    return ok(note.serial);
  }

  /** Hands at a unit that pays out. */
  protected actOnUnit(_hand: UnitHand): Result<Json, ControlError> {
    return notNow('no unit here pays out');
  }

  /** A device that waits for an acknowledgement takes no further note. */
  protected get isMouthOpen(): boolean {
    return true;
  }

  #removeBox(): Result<Json, ControlError> {
    this.isBoxIn = false;
    this.halt();
    for (const note of this.notes.in('box')) this.notes.move(note, 'collected');
    if (this.condition === 'full') this.#setCondition(null);
    this.tell('boxRemoved', {});
    this.onBox(false);
    return ok(null);
  }

  #insertBox(): Result<Json, ControlError> {
    if (this.isBoxIn) return ok(null);
    this.isBoxIn = true;
    this.tell('boxInserted', {});
    this.onBox(true);
    if (this.phase !== 'off' && this.phase !== 'poweredUp') this.initialise();
    return ok(null);
  }

  #clearPath(): Result<Json, ControlError> {
    const isStuck = this.condition === 'jam' || this.condition === 'failure';
    if (this.#motion !== undefined && !isStuck && this.notes.underWay !== null) return notNow('nobody opens it while it moves a note');
    const note = this.notes.underWay?.place === 'mouth' ? null : this.notes.underWay; // that one is the customer's, who takes it
    if (note !== null) this.place(note, 'technician');
    this.#isConditionOver = true;
    if (this.condition === 'full') for (const full of this.notes.in('box')) this.notes.move(full, 'collected');
    this.tell('pathCleared', { serial: note?.serial ?? null });
    return ok(note?.serial ?? null);
  }

  protected place(note: Note, place: NotePlace): void {
    const from = note.place;
    this.notes.move(note, place);
    this.tell('noteMoved', { serial: note.serial, denominationMinor: note.denominationMinor, from, to: place });
  }

  protected travel(delayMs: number, arrive: () => void): void {
    this.halt(); // one motor: what waited for a hand before, and got it, waits no more
    this.#motion = this.after(delayMs, () => {
      this.#motion = undefined;
      arrive();
    });
  }

  /** The motor stops; a note stays where it is. */
  protected halt(): void {
    if (this.#motion !== undefined) this.environment.clock.clearTimeout(this.#motion);
    this.#motion = undefined;
  }
}
