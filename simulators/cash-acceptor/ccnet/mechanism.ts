import type { TimerHandle } from '../../../main/foundation/clock.ts';
import type { Json, SimulatorEnvironment } from '../../simulator.ts';
import type { BodyFault, BodyMoment, FaultList } from './faults.ts';
import type { Note, ValidatorModel } from './model.ts';
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

export interface MechanismParts {
  readonly environment: SimulatorEnvironment;
  readonly settings: CcnetSettings;
  readonly model: ValidatorModel;
  readonly faults: FaultList;
  readonly tell: (event: string, fields: { readonly [key: string]: Json }) => void;
  /** The electronics forget what they had in their buffers. */
  readonly onPowerOff: () => void;
}

/** Motor, gate, sensors and power of the validator: when a note reaches a place, and what goes wrong there. There is one mechanism, so one motion. */
export class Mechanism {
  readonly #environment: SimulatorEnvironment;
  readonly #settings: CcnetSettings;
  readonly #model: ValidatorModel;
  readonly #faults: FaultList;
  readonly #tell: MechanismParts['tell'];
  readonly #onPowerOff: () => void;
  #motion: TimerHandle | undefined;
  #returnTimer: TimerHandle | undefined;

  constructor(parts: MechanismParts) {
    this.#environment = parts.environment;
    this.#settings = parts.settings;
    this.#model = parts.model;
    this.#faults = parts.faults;
    this.#tell = parts.tell;
    this.#onPowerOff = parts.onPowerOff;
  }

  /** It began to move a note and was not stopped since; also while it waits at the end of that way. */
  get isMoving(): boolean {
    return this.#motion !== undefined;
  }

  /** A note put to the open mouth. */
  drawIn(note: Note): void {
    this.#model.phase = 'accepting';
    this.#move(note, 'head');
    this.meet('accepting', () => this.#after(DRAW_IN_MS, () => this.#judge(note)));
  }

  /** The customer takes the note that lies in the mouth. @returns its serial */
  takeFromMouth(): string {
    const note = this.#model.noteUnderWay!;
    this.#cancel(this.#returnTimer);
    this.#move(note, 'customer');
    if (this.#model.phase === 'returning') {
      if (!this.#settings.skipsReturnedEvent) this.#model.latch = { event: 'returned', billType: note.billType ?? 0 };
      this.#model.rest();
    }
    return note.serial;
  }

  /** Escrow for another full time. [ccnet §5] */
  hold(): void {
    this.halt();
    this.#model.phase = 'holding';
    this.#after(ESCROW_MS, () => this.giveBack());
  }

  /** Knows a genuine, enabled note; everything else goes back. [ccnet §8] */
  #judge(note: Note): void {
    const reason = this.#rejectReason(note);
    if (reason !== null) return this.reject(note, reason);
    this.#move(note, 'escrow');
    const bit = 1 << note.billType!;
    if ((this.#model.escrowMask & bit) === 0) return this.stack();
    this.#model.phase = 'escrow';
    this.meet('escrow', () => this.#after(ESCROW_MS, () => this.giveBack()));
  }

  #rejectReason(note: Note): number | null {
    if (note.kind === 'counterfeit') return 0x66; // verification
    if (note.kind === 'unfit') return 0x67; // optic
    if (note.kind === 'foreign' || note.billType === null) return 0x65; // identification
    return (this.#model.enableMask & (1 << note.billType)) === 0 ? 0x68 : null; // inhibit
  }

  reject(note: Note, reason: number): void {
    this.halt();
    this.#model.phase = 'rejecting';
    this.#model.rejectReason = reason;
    this.#move(note, 'mouth');
    this.#tell('noteRejected', { serial: note.serial, reason });
    this.#after(REJECT_MS, () => {
      this.#move(note, 'customer');
      this.#model.rest();
    });
  }

  stack(): void {
    const note = this.#model.noteUnderWay!;
    this.halt();
    this.#model.phase = 'stacking';
    this.meet('beforeGate', () =>
      this.#after(TO_GATE_MS, () => {
        this.#move(note, 'transport');
        this.meet('afterGate', () => this.#after(TO_BOX_MS, () => this.#land(note, true)));
      }),
    );
  }

  #land(note: Note, isTold: boolean): void {
    this.#move(note, 'box');
    if (isTold) this.#model.latch = { event: 'stacked', billType: note.billType! };
    this.#model.rest();
    if (this.#model.isFull) this.#model.condition = { what: 'full', data: null, isOver: false };
    this.meet('stacked', () => {});
  }

  giveBack(): void {
    const note = this.#model.noteUnderWay!;
    this.halt();
    this.#model.phase = 'returning';
    this.meet('returning', () =>
      this.#after(TO_MOUTH_MS, () => {
        this.#move(note, 'mouth');
        this.#waitForHand();
      }),
    );
  }

  #waitForHand(): void {
    const takesAfterMs = this.#settings.takesReturnedAfterMs;
    if (takesAfterMs === null) return;
    this.#returnTimer = this.#environment.clock.setTimeout(() => {
      if (this.#model.noteUnderWay?.place === 'mouth') this.takeFromMouth();
    }, takesAfterMs * this.#environment.timeFactor);
  }

  /** RESET, or a box put back: a note in the head goes back, a note behind the gate is stacked. [ccnet §5, §13] */
  initialise(): void {
    const model = this.#model;
    this.halt();
    model.clearMasks();
    model.phase = 'initialising';
    if (model.condition !== null && (model.condition.isOver || model.condition.what === 'pause' || model.condition.what === 'cheat' || model.condition.what === 'busy')) model.condition = null;
    this.meet('initialising', () => this.#after(INITIALISE_MS, () => this.#endInitialise()));
  }

  #endInitialise(): void {
    const model = this.#model;
    const note = model.noteUnderWay;
    model.phase = 'disabled';
    if (model.condition !== null || note === null) return;
    if (note.place === 'transport') return this.#land(note, this.#settings.tellsStackedAfterReset);
    if (note.place === 'mouth') return this.#waitForHand();
    if (this.#settings.tellsReturnedAfterReset) return this.giveBack();
    this.#move(note, 'mouth');
    this.#waitForHand();
  }

  powerOff(): void {
    if (this.#model.phase === 'off') return;
    this.halt();
    const keepsEvent = this.#settings.eventAfterPowerUp === 'resent' && !(this.#model.latch !== null && this.#faults.takeEvent('lostEvent'));
    this.#model.cutPower(keepsEvent);
    if (this.#model.noteUnderWay?.place === 'mouth') this.#waitForHand();
    this.#onPowerOff();
    this.#tell('powerOff', {});
  }

  powerOn(): void {
    this.#model.restorePower();
    this.#tell('powerOn', { state: this.#model.powerUpCode });
  }

  /** A moment of the mechanism: either its fault strikes, or it goes on. */
  meet(moment: BodyMoment, goOn: () => void): void {
    const fault = this.#faults.takeBody(moment);
    if (fault === null) return goOn();
    // Busy, paused, seen cheating or pulled off the line: the mechanism finishes what it does.
    if (fault === 'cheat' || fault === 'busy' || fault === 'pause' || fault === 'unplug' || fault === 'full') goOn();
    this.strike(fault);
  }

  strike(fault: BodyFault): void {
    this.#tell('fault', { fault });
    const model = this.#model;
    switch (fault) {
      case 'powerCut':
        if (model.phase === 'off') return;
        this.powerOff();
        this.#environment.clock.setTimeout(() => {
          if (model.phase === 'off') this.powerOn();
        }, POWER_OFF_MS * this.#environment.timeFactor);
        return;
      case 'unplug':
        this.#environment.line.unplug();
        this.#environment.clock.setTimeout(() => this.#environment.line.plug(), POWER_OFF_MS * this.#environment.timeFactor);
        return;
      case 'jamInHead':
      case 'jamInStacker':
      case 'failure':
        this.halt();
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

  #after(ms: number, act: () => void): void {
    this.#motion = this.#environment.clock.setTimeout(act, ms * this.#environment.timeFactor);
  }

  /** The motor stops; a note stays where it is. */
  halt(): void {
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
}
