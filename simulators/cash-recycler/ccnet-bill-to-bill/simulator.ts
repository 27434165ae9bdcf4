import type { TimerHandle } from '../../../main/foundation/clock.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { HostReader, TENGE_TABLE, frameOf, identificationBytes, maskBytes, maskOf, tableBytes, valueMinor } from '../../ccnet-family/wire.ts';
import { notNow } from '../../parts/not-now.ts';
import type { PayoutEnding } from '../../parts/payout-mechanism.ts';
import { PAID_NOTE_TAKEN_MS, PayoutMechanism } from '../../parts/payout-mechanism.ts';
import type { AnswerKind, RejectCause } from '../../parts/simulated-validator.ts';
import { SimulatedValidator } from '../../parts/simulated-validator.ts';
import type { UnitHand } from '../../parts/validator-faults.ts';
import { RECYCLER_FAULTS } from '../../parts/validator-faults.ts';
import type { Note, NotePlace } from '../../parts/validator-notes.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { Cassettes } from './cassettes.ts';

export interface BillToBillSimulatorOptions {
  /** Recycling cassettes in the unit, 1…16; three by default. */
  readonly cassetteCount?: number;
  /** Notes in cassettes at the start, minor units; each kind takes a cassette. */
  readonly stored?: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
  readonly cassetteCapacity?: number;
  readonly boxCapacity?: number;
  /** [ccnet §7]: 81 carries the bill type, or type and destination in one byte. Sources disagree. */
  readonly stackedByte?: 'billType' | 'typeAndDestination';
  /** [ccnet §16]: what follows 25 differs by revision. */
  readonly dispensedData?: 'none' | 'pairs' | 'other';
  /** [ccnet §13]: whether 81 follows when the initialisation stacked a note found behind the head (12). */
  readonly tellsStackedAfterReset?: boolean;
  /** The customer takes a paid note after this much time. */
  /** It takes an order and looks at rest for so long before it begins. @default 0 */
  readonly thinksMs?: number;
  readonly takesPaidAfterMs?: number;
}

const ADDRESS = 1;
const INTER_BYTE_MS = 5; // [ccnet §4]
const ESCROW_MS = 10_000;
const SET_TYPE_MS = 400;
const ACK = 0x00;
const NAK = 0xff;
const ILLEGAL = 0x30;

const FAULTS = {
  ...RECYCLER_FAULTS,
  acknowledgementLost: { at: ['event'], label: 'The acknowledgement of the host is not heard; the event comes again' },
  notUnderstood: { at: ['orderReply'], label: 'The order is answered NAK and not carried out' },
  illegal: { at: ['orderReply'], label: 'The order is answered ILLEGAL COMMAND and not carried out' },
  eventForgotten: { at: ['powerUp'], label: 'An event that was not acknowledged is gone after the power cut' },
} as const;

const REASONS: Readonly<Record<RejectCause, number>> = { counterfeit: 0x66, unfit: 0x67, foreign: 0x65, disabled: 0x68, pulledBack: 0x64, escrowTimeout: 0x6a };
const PHASES = { disabled: 0x19, idling: 0x14, accepting: 0x15, stacking: 0x17, returning: 0x18, initialising: 0x13 } as const;
const STACK_MOTOR = 0x50;
const JAM_IN_TRANSPORT = 0x73;
const ORDERS: readonly number[] = [0x35, 0x36, 0x38, 0x3c, 0x3d, 0x40];

/** A CashCode Bill-to-Bill unit: validator, recycling cassettes, dispenser, drop cassette. [ccnet §6, §7, §16, §18] */
export const createBillToBillSimulator: CreateSimulator<BillToBillSimulatorOptions> = (environment, options) => new BillToBillSimulator(environment, options);

class BillToBillSimulator extends SimulatedValidator<typeof FAULTS> {
  readonly #options: BillToBillSimulatorOptions;
  readonly #cassettes: Cassettes;
  readonly #mechanism: PayoutMechanism;
  readonly #reader = new HostReader(ADDRESS);
  #gapTimer: TimerHandle | undefined;
  #enableMask = 0;
  #escrowMask = 0;
  #isHolding = false;
  #isSettingType = false;
  #powerUpData: readonly number[] = [0x10];
  #rejectReason = 0;
  /** An event, told until one answer with it is acknowledged. [ccnet §7] */
  #latch: readonly number[] | null = null;
  #lastData: { readonly data: readonly number[]; readonly isEvent: boolean } | null = null;
  /** In the path at power-up, of a payout and no customer's. */
  #leftover: Note | null = null;

  constructor(environment: SimulatorEnvironment, options: BillToBillSimulatorOptions) {
    super({
      protocol: 'ccnet-bill-to-bill', environment, faults: FAULTS, tableMinor: TENGE_TABLE.map((_, type) => valueMinor(TENGE_TABLE, type)), escrowMs: ESCROW_MS, startsAt: 'poweredUp',
      ...(options.boxCapacity === undefined ? {} : { boxCapacity: options.boxCapacity }),
    });
    this.#options = options;
    this.#cassettes = new Cassettes({ count: options.cassetteCount ?? 3, capacity: options.cassetteCapacity ?? 100 });
    this.#mechanism = new PayoutMechanism({
      environment, notes: this.notes, ...(options.thinksMs === undefined ? {} : { thinksMs: options.thinksMs }), takesPaidAfterMs: options.takesPaidAfterMs ?? PAID_NOTE_TAKEN_MS,
      place: (note, place) => this.place(note, place),
      travel: (delayMs, arrive) => this.travel(delayMs, arrive),
      meet: (moment, goOn) => this.meet(moment, goOn),
      isPowered: () => this.isPowered,
      isFailed: () => this.condition === 'failure' || this.condition === 'jam',
      onPaid: () => {},
      onBoxed: () => {},
      onEnd: (ending) => this.#endPayout(ending),
    });
    for (const { denominationMinor, noteCount } of options.stored ?? []) this.#load(denominationMinor, noteCount);
  }

  // ——— what the mechanism asks and says

  protected override get isEnabled(): boolean {
    return this.#enableMask !== 0;
  }

  protected override get isMouthOpen(): boolean {
    return this.#latch === null && !this.#mechanism.isRunning && !this.#isSettingType;
  }

  protected override isTypeEnabled(noteType: number): boolean {
    return (this.#enableMask & (1 << noteType)) !== 0;
  }

  protected override forgetSettings(): void {
    this.#enableMask = 0;
    this.#escrowMask = 0;
    this.#isHolding = false;
  }

  protected override onEscrow(note: Note): void {
    if ((this.#escrowMask & (1 << (note.noteType ?? 0))) === 0) this.stackNote();
  }

  protected override destinationOf(note: Note): 'box' | 'store' {
    return note !== this.#leftover && this.#cassettes.roomFor(note) !== null ? 'store' : 'box';
  }

  protected override onStacked(note: Note, byItself: boolean): void {
    const cassetteNumber = note.place === 'store' ? this.#cassettes.put(note) : 0;
    const isOfPayout = note === this.#leftover;
    if (isOfPayout) this.#leftover = null;
    if (byItself && this.#options.tellsStackedAfterReset !== true) return;
    const type = note.noteType ?? 0;
    this.#latch = [0x81, this.#options.stackedByte === 'typeAndDestination' ? ((type << 4) | cassetteNumber) & 0xff : type];
  }

  protected override onReturned(note: Note): void {
    this.#latch = [0x82, note.noteType ?? 0];
  }

  protected override onRejected(_note: Note, cause: RejectCause): void {
    this.#rejectReason = REASONS[cause];
  }

  /** A note that nobody decided about is given back. [ccnet §4] */
  protected override rejectNote(note: Note, cause: RejectCause): void {
    if (cause === 'escrowTimeout') this.returnNote();
    else super.rejectNote(note, cause);
  }

  protected override onBox(isIn: boolean): void {
    if (!isIn) this.#cut();
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#reader.forget();
    this.#lastData = null;
    this.#isSettingType = false;
  }

  protected override onPoweredUp(place: NotePlace | null): void {
    if (this.#latch !== null && this.struck('eventForgotten', 'powerUp')) this.#latch = null;
    this.#cut();
    // A technician may have taken it out of the path meanwhile.
    if (this.#leftover?.place !== 'transport') this.#leftover = null;
    if (this.#leftover !== null) this.#powerUpData = [0x12, this.struck('pushedOut', 'powerUp') ? 1 : 0];
    else this.#powerUpData = place === 'transport' ? [0x12, 0] : place === 'head' || place === 'escrow' ? [0x11] : [0x10];
  }

  /** A payout that power, RESET or the drop cassette cut off: what stood at the exit is out, what was in the path is in the path. */
  #cut(): void {
    const atExit = this.#mechanism.inBezel;
    if (atExit !== null) this.place(atExit, 'customer');
    if (this.#mechanism.cut() === null) return;
    const note = this.notes.underWay;
    if (note?.place === 'transport') this.#leftover = note;
  }

  #endPayout(_ending: PayoutEnding): void {
    const isPay = this.#mechanismKind === 'pay';
    const data = this.#options.dispensedData === 'pairs' && isPay ? this.#orderedPairs : this.#options.dispensedData === 'other' ? [0x00, 0x17, 0xff] : [];
    this.#latch = [isPay ? 0x25 : 0x26, ...data];
  }

  #mechanismKind: 'pay' | 'toBox' = 'pay';
  #orderedPairs: readonly number[] = [];

  protected override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), cassettes: this.#cassettes.describe(), untoldEventHex: this.#latch === null ? null : Buffer.from(this.#latch).toString('hex'), isPaying: this.#mechanism.isRunning };
  }

  // ——— the wire

  protected override hear(chunk: Uint8Array): void {
    if (this.#gapTimer !== undefined) this.environment.clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
    for (const word of this.#reader.push(chunk)) if (word.kind === 'command') this.#take(word.code, word.data);
    if (this.#reader.isInsideFrame) this.#gapTimer = this.afterProtocolMs(INTER_BYTE_MS, () => this.#reader.forget());
  }

  #take(code: number, data: readonly number[]): void {
    if (code === ACK) return this.#takeAcknowledgement();
    const kinds: readonly AnswerKind[] = code === 0x33 ? (this.#latch === null ? ['reply', 'pollReply'] : ['reply', 'pollReply', 'eventReply']) : ORDERS.includes(code) ? ['reply', 'orderReply'] : ['reply'];
    if (code === NAK) {
      if (this.#lastData !== null) this.answer(frameOf(ADDRESS, this.#lastData.data), kinds);
      return;
    }
    this.#lastData = null;
    if (this.isUnheard(kinds)) return;
    if (kinds.includes('orderReply') && this.struck('notUnderstood', 'orderReply')) return this.answer(frameOf(ADDRESS, [NAK]), kinds);
    if (kinds.includes('orderReply') && this.struck('illegal', 'orderReply')) return this.answer(frameOf(ADDRESS, [ILLEGAL]), kinds);
    const told = this.#dataFor(code);
    if (told !== null) {
      if (told.length === 0) return;
      this.#lastData = { data: told, isEvent: code === 0x33 && told === this.#latch };
      return this.answer(frameOf(ADDRESS, told), kinds);
    }
    this.answer(frameOf(ADDRESS, [this.#act(code, data) ? ACK : ILLEGAL]), kinds);
  }

  #takeAcknowledgement(): void {
    const last = this.#lastData;
    this.#lastData = null;
    if (last === null || !last.isEvent || this.struck('acknowledgementLost', 'event')) return;
    this.#latch = null;
    this.meetAcknowledgement();
  }

  /** null: a command that acts, or none. */
  #dataFor(code: number): readonly number[] | null {
    switch (code) {
      case 0x31:
        return [...maskBytes(this.#enableMask), 0, 0, 0, 0, 0, 0];
      case 0x33:
        return this.#state();
      case 0x37:
        return identificationBytes({ partNumber: 'QS-B2B300', serialNumber: '26QS00000911' });
      case 0x3b:
        return this.#cassettes.table();
      case 0x41:
        return tableBytes(TENGE_TABLE);
      case 0x66:
        return [...this.#powerUpData, 0x00, 0x00];
      default:
        return null;
    }
  }

  /** @returns whether it is possible in this state */
  #act(code: number, data: readonly number[]): boolean {
    switch (code) {
      case 0x30:
        this.#reset();
        return true;
      case 0x32:
        return data.length === 3;
      case 0x34:
        return this.#enable(data);
      case 0x35:
      case 0x36:
      case 0x38:
        return this.#moveNote(code);
      case 0x3c:
        return this.#dispense(data);
      case 0x3d:
        return this.#unload(data);
      case 0x40:
        return this.#setType(data);
      default:
        return false;
    }
  }

  #reset(): void {
    this.#cut();
    // 12 with 01: what the dispenser held is returned to the exit. [ccnet §7]
    if (this.phase === 'poweredUp' && this.#powerUpData[1] === 1 && this.#leftover?.place === 'transport') {
      this.place(this.#leftover, 'customer');
      this.#leftover = null;
    }
    this.initialise();
  }

  #enable(data: readonly number[]): boolean {
    if (data.length !== 6 || this.phase === 'poweredUp' || this.phase === 'initialising') return false;
    if (!this.isBoxIn) return true; // ignored while the cassette is out [ccnet §14]
    this.#enableMask = maskOf(data, 0);
    this.#escrowMask = maskOf(data, 3);
    if (this.phase === 'disabled' || this.phase === 'idling') this.rest();
    return true;
  }

  #moveNote(code: number): boolean {
    if (this.phase !== 'escrow' || !this.isBoxIn || (this.condition !== null && this.condition !== 'cheat')) return false;
    this.#isHolding = code === 0x38;
    if (code === 0x35) this.stackNote();
    else if (code === 0x36) this.returnNote();
    else this.holdNote();
    return true;
  }

  get #isFree(): boolean {
    return (this.phase === 'idling' || this.phase === 'disabled') && this.condition === null && this.isMouthOpen && this.isBoxIn && this.notes.underWay === null;
  }

  /** Pairs of bill type and count. [ccnet §6, 3C] */
  #dispense(data: readonly number[]): boolean {
    if (!this.#isFree || data.length === 0 || data.length % 2 !== 0) return false;
    const chosen: Note[] = [];
    for (let at = 0; at < data.length; at += 2) {
      const notes = this.#cassettes.notesOf(data[at]!).slice(-data[at + 1]!);
      if (notes.length < data[at + 1]!) return this.#tellTooFew();
      chosen.push(...notes);
    }
    this.#orderedPairs = data;
    return this.#begin('pay', chosen);
  }

  #unload([cassetteNumber = 0, noteCount = 0, ...rest]: readonly number[]): boolean {
    const notes = this.#cassettes.notesIn(cassetteNumber);
    if (!this.#isFree || notes === null || noteCount === 0 || rest.length > 0) return false;
    return notes.length < noteCount ? this.#tellTooFew() : this.#begin('toBox', notes.slice(-noteCount));
  }

  #tellTooFew(): true {
    this.#latch = [0x28];
    return true;
  }

  #begin(kind: 'pay' | 'toBox', notes: readonly Note[]): true {
    this.#mechanismKind = kind;
    this.#mechanism.begin(kind, notes, notes.reduce((sum, note) => sum + note.denominationMinor, 0));
    return true;
  }

  #setType([cassetteNumber = 0, type = 0]: readonly number[]): boolean {
    if (!this.#isFree || !this.#cassettes.assign(cassetteNumber, type)) return false;
    this.#isSettingType = true;
    this.after(SET_TYPE_MS, () => {
      this.#isSettingType = false;
      this.#latch = [0x29];
    });
    return true;
  }

  #state(): readonly number[] {
    if (this.phase === 'off') return [];
    if (this.phase === 'poweredUp') return this.#powerUpData;
    if (!this.isBoxIn) return [0x42];
    if (this.phase === 'initialising') return [PHASES.initialising];
    if (this.#latch !== null) return this.#latch;
    const isPaying = this.#mechanism.isRunning;
    if (this.condition === 'jam') return isPaying ? [0x48, JAM_IN_TRANSPORT] : [this.notes.underWay?.place === 'transport' ? 0x44 : 0x43];
    if (this.condition === 'failure') return [0x47, STACK_MOTOR];
    if (this.condition === 'full') return [0x41];
    if (this.condition === 'cheat') return [0x45];
    if (isPaying) return this.#mechanism.kind === 'pay' ? [0x1d, 0x00] : [0x1e];
    if (this.#isSettingType) return [0x21];
    if (this.phase === 'escrow') return this.#isHolding ? [0x1a] : [0x80, this.notes.underWay?.noteType ?? 0];
    if (this.phase === 'rejecting') return [0x1c, this.#rejectReason];
    return [PHASES[this.phase]];
  }

  // ——— hands

  #load(denominationMinor: number, noteCount: number): boolean {
    const type = this.tableMinor.indexOf(denominationMinor);
    if (type < 0 || !this.#cassettes.claim(type) || this.#cassettes.roomOf(type) < noteCount) return false;
    for (let count = 0; count < noteCount; count++) this.#cassettes.put(this.notes.add({ denominationMinor, kind: 'genuine', noteType: type, place: 'store' }));
    return true;
  }

  protected override actOnUnit(hand: UnitHand): Result<Json, ControlError> {
    if (hand.do === 'takeFromUnit') return !this.#mechanism.isRunning && this.notes.takeStored(hand) ? ok(null) : notNow('it moves its notes, or not as many lie in its units');
    if (hand.do === 'takePaidNote') return this.#mechanism.take() ? ok(null) : notNow('no note at the exit');
    return this.#load(hand.denominationMinor, hand.noteCount) ? ok(null) : notNow('no cassette for such notes, or no room in it');
  }
}
