import { ValidatorNotes } from '../../parts/validator-notes.ts';

/**
 * The physical validator: where each note is, what the sensors see, what the electronics remember. Pure and deterministic: no time, no bytes;
 * `mechanism.ts` says when something happens.
 */

export type Phase =
  | 'off'
  | 'poweredUp'
  | 'initialising'
  | 'disabled'
  | 'idling'
  | 'accepting'
  | 'escrow'
  | 'holding'
  | 'stacking'
  | 'returning'
  | 'rejecting';

/** What stops the machine until a hand or time clears it. `isOver`: cleared, the next RESET finds it well. */
export interface Condition {
  readonly what: 'jamInHead' | 'jamInStacker' | 'cheat' | 'full' | 'pause' | 'failure' | 'busy';
  readonly data: number | null;
  isOver: boolean;
}

/** An event of 81 or 82, told until it is acknowledged. [ccnet §7] */
export interface Latch {
  readonly event: 'stacked' | 'returned';
  readonly billType: number;
}

export class ValidatorModel {
  readonly notes = new ValidatorNotes();
  phase: Phase = 'poweredUp';
  powerUpCode: 0x10 | 0x11 | 0x12 = 0x10;
  rejectReason = 0;
  enableMask = 0;
  escrowMask = 0;
  securityMask = 0;
  latch: Latch | null = null;
  condition: Condition | null = null;
  isBoxIn = true;
  readonly boxCapacity: number;

  constructor(boxCapacity: number) {
    this.boxCapacity = boxCapacity;
  }

  get isFull(): boolean {
    return this.notes.countIn('box') >= this.boxCapacity;
  }

  /** Volatile memory: RESET, power and the exchange of the box clear it. [ccnet §18] */
  clearMasks(): void {
    this.enableMask = 0;
    this.escrowMask = 0;
    this.securityMask = 0;
  }

  rest(): void {
    this.phase = this.enableMask === 0 ? 'disabled' : 'idling';
  }

  /** Before the gate 11, behind it 12, nothing on the way 10. [ccnet §13] */
  cutPower(keepsEvent: boolean): void {
    this.phase = 'off';
    this.clearMasks();
    if (!keepsEvent) this.latch = null;
    if (this.condition !== null && (this.condition.what === 'cheat' || this.condition.what === 'pause' || this.condition.what === 'busy')) this.condition = null;
  }

  restorePower(): void {
    const place = this.notes.underWay?.place;
    this.powerUpCode = place === 'transport' ? 0x12 : place === 'head' || place === 'escrow' ? 0x11 : 0x10;
    this.phase = 'poweredUp';
  }

  /** Takes the full box out; what lies in it is collected. */
  removeBox(): void {
    this.isBoxIn = false;
    for (const note of this.notes.in('box')) this.notes.move(note, 'collected');
    if (this.condition?.what === 'full') this.condition = null;
  }

  /** The answer to POLL: an event that is not acknowledged comes before the state that follows it; 42 comes at once in any state. [ccnet §7, §14] */
  pollData(): readonly number[] {
    if (this.phase === 'poweredUp') return [this.powerUpCode];
    if (!this.isBoxIn) return [0x42];
    if (this.phase === 'initialising') return this.condition !== null && STOPS.includes(this.condition.what) ? conditionData(this.condition) : [0x13];
    if (this.latch !== null) return [this.latch.event === 'stacked' ? 0x81 : 0x82, this.latch.billType];
    if (this.condition !== null) return conditionData(this.condition);
    switch (this.phase) {
      case 'escrow':
        return [0x80, this.notes.underWay?.noteType ?? 0];
      case 'rejecting':
        return [0x1c, this.rejectReason];
      case 'off':
        return [];
      default:
        return [PHASE_CODES[this.phase]];
    }
  }
}

const PHASE_CODES = { disabled: 0x19, idling: 0x14, accepting: 0x15, holding: 0x1a, stacking: 0x17, returning: 0x18 } as const;

/** What keeps an initialisation from its end, and is said at once. [ccnet §7] */
const STOPS: readonly Condition['what'][] = ['jamInHead', 'jamInStacker', 'failure'];

const CONDITION_CODES = { jamInHead: 0x43, jamInStacker: 0x44, cheat: 0x45, full: 0x41, pause: 0x46, failure: 0x47, busy: 0x1b } as const;

function conditionData(condition: Condition): readonly number[] {
  const code = CONDITION_CODES[condition.what];
  return condition.data === null ? [code] : [code, condition.data];
}
