import { Id003Simulator } from '../../cash-acceptor/id003/simulator.ts';
import type { Id003SimulatorOptions } from '../../cash-acceptor/id003/simulator.ts';
import { notNow } from '../../parts/not-now.ts';
import { PAID_NOTE_TAKEN_MS, PayoutMechanism } from '../../parts/payout-mechanism.ts';
import type { UnitHand } from '../../parts/validator-faults.ts';
import { RECYCLER_FAULTS } from '../../parts/validator-faults.ts';
import type { Note, NotePlace } from '../../parts/validator-notes.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';

export interface Id003RecyclerSimulatorOptions extends Id003SimulatorOptions {
  /** Notes in the two boxes at the start, minor units; each kind takes a box. */
  readonly stored?: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
  /** The customer takes a paid note after this much time; null: nobody does, and it is drawn in to the cash box. */
  /** It takes an order and looks at rest for so long before it begins. @default 0 */
  readonly thinksMs?: number;
  readonly takesPaidAfterMs?: number | null;
}

const BOX_CAPACITY = 100;
const ACK = [0x50] as const;
const INVALID = [0x4b] as const;
const HEAD = [0xf0, 0x20] as const;
const COLLECTED_MS = 400;

const FAULTS = {
  ...RECYCLER_FAULTS,
  acknowledgementLost: { at: ['vendValid', 'payValid'], label: 'The ACK of the host is not heard; the event goes on' },
  invalidCommand: { at: ['orderReply'], label: 'The order is answered 4B and not carried out' },
  communicationError: { at: ['pollReply'], label: 'One status says 4A' },
} as const;

/** A JCM recycler on ID-003: the acceptor, and two boxes that hand notes out again. [id003 §9, §17] */
export const createId003RecyclerSimulator: CreateSimulator<Id003RecyclerSimulatorOptions> = (environment, options) => new Id003RecyclerSimulator(environment, options);

class Id003RecyclerSimulator extends Id003Simulator<typeof FAULTS> {
  readonly #boxes: { mask: number; notes: Note[] }[] = [{ mask: 0, notes: [] }, { mask: 0, notes: [] }];
  readonly #mechanism: PayoutMechanism;
  /** Told until the host's ACK; 22 only for a while. */
  #event: readonly number[] | null = null;
  #collecting = 0;
  /** In the path at power-up, of a payout and no customer's. */
  #leftover: Note | null = null;

  constructor(environment: SimulatorEnvironment, options: Id003RecyclerSimulatorOptions) {
    super(environment, options, { protocol: 'id003-recycler', faults: FAULTS });
    this.#mechanism = new PayoutMechanism({
      environment, notes: this.notes, ...(options.thinksMs === undefined ? {} : { thinksMs: options.thinksMs }), takesPaidAfterMs: options.takesPaidAfterMs === undefined ? PAID_NOTE_TAKEN_MS : options.takesPaidAfterMs,
      place: (note, place) => this.place(note, place),
      travel: (delayMs, arrive) => this.travel(delayMs, arrive),
      // The next note waits for the ACK of the last one.
      meet: (moment, goOn) => this.meet(moment, moment === 'paidOut' ? () => this.#tell([0x23], goOn) : goOn),
      isPowered: () => this.isPowered,
      isFailed: () => this.condition === 'failure' || this.condition === 'jam',
      onPaid: () => {},
      onBoxed: () => {},
      onEnd: (ending, { kind }) => {
        if (ending === 'timeOut') this.#tell([0x25], () => {});
        else if (kind === 'toBox') this.#tellCollected();
      },
    });
    for (const { denominationMinor, noteCount } of options.stored ?? []) this.#load(denominationMinor, noteCount);
  }

  #goOn: () => void = () => {};

  #tell(event: readonly number[], goOn: () => void): void {
    this.#event = event;
    this.#goOn = goOn;
  }

  #tellCollected(): void {
    this.#event = [0x22, this.#collecting];
    this.after(COLLECTED_MS, () => {
      if (this.#event?.[0] === 0x22) this.#event = null;
    });
  }

  protected override get isMouthOpen(): boolean {
    return super.isMouthOpen && !this.#mechanism.isRunning && this.#event === null;
  }

  protected override destinationOf(note: Note): 'box' | 'store' {
    return note !== this.#leftover && this.isToRecycleBox && this.#roomFor(note) !== null ? 'store' : 'box';
  }

  protected override onStacked(note: Note, byItself: boolean): void {
    if (note.place === 'store') this.#roomFor(note)?.notes.push(note);
    if (note === this.#leftover) this.#leftover = null;
    else super.onStacked(note, byItself);
  }

  protected override onPoweredUp(place: NotePlace | null): void {
    this.#event = null;
    this.#cut();
    super.onPoweredUp(this.notes.underWay?.place ?? place);
  }

  protected override onReset(): void {
    this.#event = null;
    this.#cut();
    // A technician may have taken it out of the path meanwhile.
    if (this.#leftover?.place === 'transport' && this.struck('pushedOut', 'powerUp')) {
      this.place(this.#leftover, 'customer');
      this.#leftover = null;
    }
  }

  #cut(): void {
    if (this.#mechanism.cut() === null) return;
    const note = this.notes.underWay;
    if (note?.place === 'transport') this.#leftover = note;
  }

  protected override recyclerState(): readonly number[] | null {
    if (this.#event !== null) return this.#event;
    if (!this.#mechanism.isRunning || !this.isBoxIn) return null;
    if (this.condition === 'jam') return [0x4c];
    if (this.condition !== null) return null;
    if (this.#mechanism.kind === 'toBox') return [0x21];
    return [this.#mechanism.inBezel === null ? 0x20 : 0x24];
  }

  /** 22 lasts by time, not by its acknowledgement. */
  protected override get recyclerEventHex(): string | null {
    return this.#event === null || this.#event[0] === 0x22 ? null : Buffer.from(this.#event).toString('hex');
  }

  protected override takeRecyclerAcknowledgement(): boolean {
    if (this.#event === null || this.#event[0] === 0x22 || this.struck('acknowledgementLost', 'payValid')) return false;
    this.#event = null;
    this.#goOn();
    this.#goOn = () => {};
    return true;
  }

  protected override replyToExtension([unit, code, ...data]: readonly number[]): readonly number[] {
    if (unit !== HEAD[1]) return INVALID;
    switch (code) {
      case 0x1a:
        return [...HEAD, this.condition === 'jam' ? 0x40 : this.#mechanism.isRunning ? 0x1f : this.notes.in('store').length === 0 ? 0x11 : 0x10];
      case 0x4a:
        return this.#payOut(data[0] ?? 0, data[1] ?? 0);
      case 0x4b:
        return this.#collect(data[1] ?? 0);
      case 0x4d:
        this.#mechanism.halt();
        return ACK;
      case 0xd0:
        return this.#setCurrency(data);
      case 0x90:
        return [...HEAD, 0x90, ...this.#boxes.flatMap(({ mask }, index) => [mask, 0, index + 1])];
      case 0xa2:
        return [...HEAD, 0xa2, ...this.#boxes.flatMap((box) => [inside(box.notes).length & 0xff, inside(box.notes).length >> 8])];
      default:
        return INVALID;
    }
  }

  /** Inhibited and at rest only. [id003 §9] */
  get #isFree(): boolean {
    return this.phase === 'disabled' && this.condition === null && this.isMouthOpen && this.isBoxIn && this.notes.underWay === null;
  }

  #payOut(noteCount: number, boxNumber: number): readonly number[] {
    const box = this.#boxes[boxNumber - 1];
    if (box === undefined || !this.#isFree || noteCount === 0 || inside(box.notes).length < noteCount) return INVALID;
    return this.#begin('pay', inside(box.notes).slice(-noteCount));
  }

  #collect(boxNumber: number): readonly number[] {
    const box = this.#boxes[boxNumber - 1];
    if (box === undefined || !this.#isFree || inside(box.notes).length === 0) return INVALID;
    this.#collecting = boxNumber;
    return this.#begin('toBox', inside(box.notes));
  }

  #begin(kind: 'pay' | 'toBox', notes: readonly Note[]): readonly number[] {
    this.#mechanism.begin(kind, notes, notes.reduce((sum, note) => sum + note.denominationMinor, 0));
    return ACK;
  }

  /** A box with notes keeps its kind. */
  #setCurrency(data: readonly number[]): readonly number[] {
    if (data.length !== 6 || !this.#isFree) return INVALID;
    const wanted = [data[0]!, data[3]!];
    if (this.#boxes.some((box, index) => inside(box.notes).length > 0 && box.mask !== wanted[index])) return INVALID;
    this.#boxes.forEach((box, index) => (box.mask = wanted[index]!));
    return [...HEAD, 0xd0, ...data];
  }

  #roomFor(note: Note): { mask: number; notes: Note[] } | null {
    return this.#boxes.find((box) => note.noteType !== null && (box.mask & (1 << note.noteType)) !== 0 && inside(box.notes).length < BOX_CAPACITY) ?? null;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), boxes: this.#boxes.map(({ mask, notes }) => ({ mask, noteCount: inside(notes).length })), isPaying: this.#mechanism.isRunning };
  }

  #load(denominationMinor: number, noteCount: number): boolean {
    const noteType = this.tableMinor.indexOf(denominationMinor);
    const bit = 1 << noteType;
    const box = noteType < 0 ? undefined : (this.#boxes.find(({ mask }) => mask === bit) ?? this.#boxes.find(({ mask, notes }) => mask === 0 && inside(notes).length === 0));
    if (box === undefined) return false;
    box.mask = bit;
    box.notes = [...inside(box.notes), ...Array.from({ length: noteCount }, () => this.notes.add({ denominationMinor, kind: 'genuine', noteType, place: 'store' }))];
    return true;
  }

  protected override actOnUnit(hand: UnitHand): Result<Json, ControlError> {
    if (hand.do === 'takeFromUnit') return !this.#mechanism.isRunning && this.notes.takeStored(hand) ? ok(null) : notNow('it moves its notes, or not as many lie in its units');
    if (hand.do === 'takePaidNote') return this.#mechanism.take() ? ok(null) : notNow('no note in the bezel');
    return this.#load(hand.denominationMinor, hand.noteCount) ? ok(null) : notNow('no box for such notes');
  }
}

/** A note that left its box is not in it any more, wherever it went. */
const inside = (notes: readonly Note[]): Note[] => notes.filter((note) => note.place === 'store');
