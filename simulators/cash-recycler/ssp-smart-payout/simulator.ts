import { SspSimulator } from '../../cash-acceptor/ssp/simulator.ts';
import type { PayoutEnding, CutPayout } from '../../parts/payout-mechanism.ts';
import { PAID_NOTE_TAKEN_MS, PayoutMechanism, notesWorth } from '../../parts/payout-mechanism.ts';
import { notNow } from '../../parts/not-now.ts';
import type { UnitHand } from '../../parts/validator-faults.ts';
import { RECYCLER_FAULTS } from '../../parts/validator-faults.ts';
import type { Note } from '../../parts/validator-notes.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';

export interface SmartPayoutSimulatorOptions {
  /** Whole units by channel, from 1. */
  readonly channels?: readonly number[];
  /** Notes in the payout unit at the start, minor units. */
  readonly stored?: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
  readonly capacity?: number;
  /** The customer takes a paid note after this much time; null: only by `takePaidNote`. */
  /** It takes an order and looks at rest for so long before it begins. @default 0 */
  readonly thinksMs?: number;
  readonly takesPaidAfterMs?: number | null;
  /** Older firmware lacks some. */
  readonly withoutCommands?: readonly number[];
}

const OK = [0xf0] as const;
const CURRENCY = 'KZT';
const CAPACITY = 80;
const COMMIT = 0x58;
/** With POLL WITH ACK each stays until EVENT ACK. [ssp §9 column A] */
const HELD: readonly number[] = [0xee, 0xe6, 0xe1, 0xe2, 0xd2, 0xd8, 0xd9, 0xdc, 0xdd, 0xb4, 0xb1, 0xc9, 0xca, 0xcb, 0xcd];
/** PAYOUT AMOUNT, EMPTY ALL, FLOAT and PAYOUT BY DENOMINATION, SMART EMPTY. [ssp §12] */
const ORDERS: readonly number[] = [0x33, 0x3f, 0x44, 0x46, 0x52];
/** Must come encrypted. [ssp §6 column E] */
const SEALED_ONLY: readonly number[] = [0x33, 0x38, 0x3b, 0x3c, 0x3f, 0x44, 0x46, 0x52, 0x5b, 0x5c];

const FAULTS = {
  ...RECYCLER_FAULTS,
  misread: { at: ['powerUp'], label: 'A power-up that brings a note in tells it as another one' },
  movedOn: { at: ['stored'], label: 'The unit moves the note that it has just stored to the cash box by itself (C9)' },
} as const;

/** An ITL SMART Payout on eSSP: the validator with a payout unit behind it. [ssp §6, §9, §12, §17] */
export const createSmartPayoutSimulator: CreateSimulator<SmartPayoutSimulatorOptions> = (environment, options) => new SmartPayoutSimulator(environment, options);

class SmartPayoutSimulator extends SspSimulator<typeof FAULTS> {
  readonly #options: SmartPayoutSimulatorOptions;
  readonly #mechanism: PayoutMechanism;
  /** Kept over power cuts, as the levels are: they are notes in the unit. */
  readonly #counters = { stacked: 0, stored: 0, dispensed: 0, transferred: 0, rejected: 0 };
  #isPayoutOn = false;
  /** Minor units whose notes go into the payout unit. */
  #payable = new Set<number>();
  /** In the path at power-up, of a payout and no customer's. */
  #leftover: Note | null = null;

  constructor(environment: SimulatorEnvironment, options: SmartPayoutSimulatorOptions) {
    super(environment, { isEncrypted: true, ...(options.channels === undefined ? {} : { channels: options.channels }) }, { protocol: 'ssp-smart-payout', faults: FAULTS });
    this.#options = options;
    this.#mechanism = new PayoutMechanism({
      environment, notes: this.notes, ...(options.thinksMs === undefined ? {} : { thinksMs: options.thinksMs }), takesPaidAfterMs: options.takesPaidAfterMs === undefined ? PAID_NOTE_TAKEN_MS : options.takesPaidAfterMs,
      place: (note, place) => this.place(note, place),
      travel: (delayMs, arrive) => this.travel(delayMs, arrive),
      meet: (moment, goOn) => this.meet(moment, goOn),
      isPowered: () => this.isPowered,
      isFailed: () => this.condition === 'failure' || this.condition === 'jam',
      onPaid: () => void this.#counters.dispensed++,
      onBoxed: () => void this.#counters.transferred++,
      onEnd: (ending, job) => this.#end(ending, job),
    });
    for (const { denominationMinor, noteCount } of options.stored ?? []) this.#load(denominationMinor, noteCount);
  }

  protected override get heldEvents(): readonly number[] {
    return HELD;
  }

  protected override get isMouthOpen(): boolean {
    return super.isMouthOpen && !this.#mechanism.isRunning;
  }

  protected override destinationOf(note: Note): 'box' | 'store' {
    if (note === this.#leftover) return 'box';
    return this.#isPayoutOn && this.#payable.has(note.denominationMinor) && this.notes.countIn('store') < (this.#options.capacity ?? CAPACITY) ? 'store' : 'box';
  }

  protected override onStacked(note: Note, byItself: boolean): void {
    if (note === this.#leftover) {
      this.#leftover = null;
      this.#counters.transferred++;
      this.queue.push([0xca, ...value(note.denominationMinor)]);
      return;
    }
    const isStored = note.place === 'store';
    if (isStored) this.#counters.stored++;
    else this.#counters.stacked++;
    if (byItself) this.queue.push([isStored ? 0xcb : 0xca, ...value(this.struck('misread', 'powerUp') ? (this.tableMinor.find((minor) => minor !== note.denominationMinor) ?? 0) : note.denominationMinor)]);
    else this.queue.push([isStored ? 0xdb : 0xeb]);
    if (isStored && this.struck('movedOn', 'stored')) {
      this.place(note, 'box');
      this.#counters.transferred++;
      this.queue.push([0xc9, ...value(note.denominationMinor)]);
    }
  }

  protected override onRejectDone(): void {
    this.#counters.rejected++;
    super.onRejectDone();
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), levels: this.#levels().map(([denominationMinor, noteCount]) => ({ denominationMinor, noteCount })), counters: { ...this.#counters }, isPaying: this.#mechanism.isRunning };
  }

  protected override restart(): void {
    super.restart();
    this.#isPayoutOn = false;
    this.#payable = new Set();
  }

  protected override onReset(): void {
    this.#cut();
  }

  protected override onPoweredUp(): void {
    super.onPoweredUp();
    this.#cut();
  }

  /** Its motor stood still while the box was out: it begins anew when one is in, as after power. */
  protected override onBox(isIn: boolean): void {
    super.onBox(isIn);
    if (isIn) this.#cut();
  }

  /** What a payout had in the path goes to the cash box, or out. [ssp §12, §13] */
  #cut(): void {
    const job = this.#mechanism.cut();
    if (job === null) return;
    this.queue.push([job.kind === 'pay' ? 0xdc : 0xdd, 1, ...amount(job.kind === 'pay' ? job.doneMinor : 0), ...amount(job.requestedMinor), ...text(CURRENCY)]);
    const note = this.notes.underWay;
    if (note?.place !== 'transport') return;
    if (this.struck('pushedOut', 'powerUp')) {
      this.place(note, 'customer');
      this.#counters.dispensed++;
      this.queue.push([0xcd, ...value(note.denominationMinor)]);
    } else this.#leftover = note;
  }

  #end(ending: PayoutEnding, job: CutPayout): void {
    const code = ending === 'timeOut' ? 0xd9 : ending === 'halted' ? 0xd6 : job.kind === 'pay' ? 0xd2 : 0xb4;
    this.queue.push(code === 0xb4 && this.#isFloat ? [0xd8, 1, ...value(job.doneMinor)] : [code, 1, ...value(job.doneMinor)]);
    // Disabled for notes while it paid; the terminal enables it again. [ssp §12]
    this.forgetSettings();
    this.rest();
  }

  #isFloat = false;

  protected override states(): (readonly number[])[] {
    const states = super.states();
    if (!this.#mechanism.isRunning) return states;
    const done = [1, ...value(this.#mechanism.doneMinor)];
    const inBezel = this.#mechanism.inBezel;
    const held = inBezel === null ? [] : [[0xce, ...value(inBezel.denominationMinor)]];
    if (this.condition === 'jam') return [...states.filter(([code]) => code !== 0xea && code !== 0xe9), ...held, [0xd5, ...done]];
    if (this.condition === 'failure') return [...states, ...held];
    return [...states, ...held, this.#mechanism.kind === 'pay' ? [0xda, ...done] : this.#isFloat ? [0xd7, ...done] : [0xb3, ...done]];
  }

  protected override isOrder(code: number): boolean {
    return ORDERS.includes(code) || super.isOrder(code);
  }

  protected override replyTo(command: readonly number[], isSealed: boolean): readonly number[] {
    const [code = 0, ...data] = command;
    if (this.#options.withoutCommands?.includes(code) === true) return [0xf2];
    if (SEALED_ONLY.includes(code) && !isSealed) return [0xf4];
    switch (code) {
      case 0x22:
        return [...OK, this.channels.length, ...this.#levels().flatMap(([denominationMinor, noteCount]) => [noteCount & 0xff, noteCount >> 8, ...value(denominationMinor)])];
      case 0x33:
        return this.#pay(notesWorth(this.notes.in('store'), longOf(data.slice(0, 4))), longOf(data.slice(0, 4)), data.at(-1) === COMMIT);
      case 0x38:
        if (!this.#mechanism.isRunning) return [0xf5];
        this.#mechanism.halt();
        return OK;
      case 0x3b: {
        const denominationMinor = longOf(data.slice(1, 5));
        if (!this.tableMinor.includes(denominationMinor)) return [0xf5, 2];
        if (data[0] === 0) this.#payable.add(denominationMinor);
        else this.#payable.delete(denominationMinor);
        return OK;
      }
      case 0x3f:
      case 0x52:
        return this.#toBox(this.notes.in('store'), false);
      case 0x44:
        return this.#float(data);
      case 0x46: {
        const asked = parts(data);
        const chosen = asked.map(({ denominationMinor, noteCount }) => this.notes.in('store').filter((note) => note.denominationMinor === denominationMinor).slice(-noteCount));
        const isEnough = asked.every(({ noteCount }, index) => chosen[index]!.length === noteCount);
        return this.#pay(isEnough ? chosen.flat() : null, asked.reduce((sum, part) => sum + part.denominationMinor * part.noteCount, 0), data.at(-1) === COMMIT);
      }
      case 0x58: {
        const { stacked, stored, dispensed, transferred, rejected } = this.#counters;
        return [...OK, 5, ...[stacked, stored, dispensed, transferred, rejected].flatMap(amount)];
      }
      case 0x5b:
      case 0x5c:
        this.#isPayoutOn = code === 0x5c;
        return OK;
      default:
        return super.replyTo(command, isSealed);
    }
  }

  get #refusal(): readonly number[] | null {
    if (!this.#isPayoutOn) return [0xf5, 4];
    const isFree = (this.phase === 'idling' || this.phase === 'disabled') && this.condition === null && !this.#mechanism.isRunning && this.isMouthOpen && this.isBoxIn && this.notes.underWay === null;
    return isFree ? null : [0xf5, 3];
  }

  #pay(notes: readonly Note[] | null, requestedMinor: number, isCommitted: boolean): readonly number[] {
    const refusal = this.#refusal;
    if (refusal !== null) return refusal;
    if (notes === null) return [0xf5, requestedMinor > this.notes.in('store').reduce((sum, note) => sum + note.denominationMinor, 0) ? 1 : 2];
    if (!isCommitted) return OK;
    this.#mechanism.begin('pay', notes, requestedMinor);
    return OK;
  }

  #float(data: readonly number[]): readonly number[] {
    const keep = parts(data);
    const moved = this.#levels().flatMap(([denominationMinor]) => {
      const keepCount = keep.find((part) => part.denominationMinor === denominationMinor)?.noteCount ?? 0;
      return this.notes.in('store').filter((note) => note.denominationMinor === denominationMinor).slice(keepCount);
    });
    return data.at(-1) === COMMIT ? this.#toBox(moved, true) : OK;
  }

  #toBox(notes: readonly Note[], isFloat: boolean): readonly number[] {
    const refusal = this.#refusal;
    if (refusal !== null) return refusal;
    this.#isFloat = isFloat;
    this.#mechanism.begin('toBox', notes, notes.reduce((sum, note) => sum + note.denominationMinor, 0));
    return OK;
  }

  #levels(): readonly (readonly [number, number])[] {
    return this.tableMinor.filter((kind) => kind !== null).map((denominationMinor) => [denominationMinor, this.notes.in('store').filter((note) => note.denominationMinor === denominationMinor).length]);
  }

  #load(denominationMinor: number, noteCount: number): void {
    const noteType = this.tableMinor.indexOf(denominationMinor);
    for (let count = 0; count < noteCount; count++) this.notes.add({ denominationMinor, kind: 'genuine', noteType: noteType < 0 ? null : noteType, place: 'store' });
  }

  protected override actOnUnit(hand: UnitHand): Result<Json, ControlError> {
    if (hand.do === 'takeFromUnit') return !this.#mechanism.isRunning && this.notes.takeStored(hand) ? ok(null) : notNow('it moves its notes, or not as many lie in its units');
    if (hand.do === 'takePaidNote') return this.#mechanism.take() ? ok(null) : notNow('no note in the bezel');
    if (!this.tableMinor.includes(hand.denominationMinor)) return notNow('no unit for such notes');
    this.#load(hand.denominationMinor, hand.noteCount);
    return ok(null);
  }
}

const amount = (amountMinor: number): readonly number[] => [amountMinor & 0xff, (amountMinor >> 8) & 0xff, (amountMinor >> 16) & 0xff, (amountMinor >>> 24) & 0xff];
const text = (value: string): readonly number[] => [...value].map((character) => character.charCodeAt(0));
const value = (amountMinor: number): readonly number[] => [...amount(amountMinor), ...text(CURRENCY)];
const longOf = (bytes: readonly number[]): number => bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);

/** n, then n times (2 quantity, 4 value, 3 currency). */
function parts(data: readonly number[]): readonly { readonly denominationMinor: number; readonly noteCount: number }[] {
  return Array.from({ length: data[0] ?? 0 }, (_, index) => {
    const at = 1 + 9 * index;
    return { noteCount: longOf(data.slice(at, at + 2)), denominationMinor: longOf(data.slice(at + 2, at + 6)) };
  });
}
