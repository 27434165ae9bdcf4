import type { TimerHandle } from '../../../main/foundation/clock.ts';
import type { AnswerKind, RejectCause, ValidatorFaultTable } from '../../parts/simulated-validator.ts';
import { SimulatedValidator } from '../../parts/simulated-validator.ts';
import type { FaultOf, FaultTable } from '../../parts/fault-board.ts';
import { VALIDATOR_FAULTS } from '../../parts/validator-faults.ts';
import type { Note, NotePlace } from '../../parts/validator-notes.ts';
import type { CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { CurrencySlot } from './wire.ts';
import { BOOT_TEXT, FIRST_ESCROW_CODE, HostReader, TENGE_SLOTS, VERSION_TEXT, currencyBytes, frameOf, slotMinor, textBytes } from './wire.ts';

export interface Id003SimulatorOptions {
  readonly slots?: readonly (CurrencySlot | null)[];
  readonly boxCapacity?: number;
  /** STACKED (16) may last less than a poll. [id003 §6] */
  readonly stackedMs?: number;
  /** Escrow ends by itself. [id003 §4: about 5–10 s, unverified] */
  readonly escrowMs?: number;
  /** Of SET DENOMINATION the second byte is kept and echoed; false: it stays 00. [id003 §5, unverified] */
  readonly takesUnusedBits?: boolean;
  /** The customer takes a returned note after this much time; null: only by `takeReturnedNote`. */
  readonly takesReturnedAfterMs?: number | null;
}

const INTER_BYTE_MS = 30;
const STACKED_MS = 100;
const ESCROW_MS = 8_000;
const ACK = 0x50;
const INVALID = 0x4b;
const SET_DENOMINATION = 0xc0;
const EXTENSION = 0xf0;
const EXTENSION_ORDERS: readonly number[] = [0x4a, 0x4b, 0xd0];

const FAULTS = {
  ...VALIDATOR_FAULTS,
  acknowledgementLost: { at: ['vendValid'], label: 'The ACK of the host is not heard; 15 goes on' },
  invalidCommand: { at: ['orderReply'], label: 'The order is answered 4B and not carried out' },
  communicationError: { at: ['pollReply'], label: 'One status says 4A' },
} as const;

const REASONS: Readonly<Record<RejectCause, number>> = { counterfeit: 0x72, unfit: 0x78, foreign: 0x76, disabled: 0x79, pulledBack: 0x75, escrowTimeout: 0x79 };
const PHASES = { disabled: 0x1a, idling: 0x11, accepting: 0x12, stacking: 0x14, returning: 0x18, initialising: 0x1b } as const;
const CONDITIONS = { full: 0x43, cheat: 0x48, failure: 0x49 } as const;
const STACK_MOTOR = 0xa2;

/** A JCM acceptor on ID-003, polled. Volatile settings, inhibited by default. [id003 §17] */
export const createId003Simulator: CreateSimulator<Id003SimulatorOptions> = (environment, options) => new Id003Simulator(environment, options, { protocol: 'id003', faults: FAULTS });

/** Every table of this protocol has at least these. */
type Id003FaultTable = ValidatorFaultTable & Readonly<Record<keyof typeof FAULTS, FaultTable[string]>>;

export class Id003Simulator<Faults extends Id003FaultTable> extends SimulatedValidator<Faults> {
  readonly #slots: readonly (CurrencySlot | null)[];
  readonly #stackedMs: number;
  readonly #takesUnusedBits: boolean;
  readonly #reader = new HostReader();
  #gapTimer: TimerHandle | undefined;
  #settings = new Map<number, readonly number[]>();
  #powerUpCode = 0x40;
  #rejectReason = 0;
  #isHolding = false;
  /** VEND VALID until the host's ACK; power takes it. */
  #isVendValid = false;
  /** STACK-1 tells the credit at the lever, STACK-2 in the box. */
  #stackCommand = 0x42;
  #isStacked = false;

  constructor(environment: SimulatorEnvironment, options: Id003SimulatorOptions, kind: { readonly protocol: string; readonly faults: Faults }) {
    const slots = options.slots ?? TENGE_SLOTS;
    super({
      ...kind, environment, tableMinor: slots.map(slotMinor), escrowMs: options.escrowMs ?? ESCROW_MS, startsAt: 'poweredUp',
      ...(options.boxCapacity === undefined ? {} : { boxCapacity: options.boxCapacity }),
      ...(options.takesReturnedAfterMs === undefined ? {} : { takesReturnedAfterMs: options.takesReturnedAfterMs }),
    });
    this.#slots = slots;
    this.#stackedMs = options.stackedMs ?? STACKED_MS;
    this.#takesUnusedBits = options.takesUnusedBits ?? true;
    this.forgetSettings();
  }

  protected override get isEnabled(): boolean {
    return this.#settings.get(0xc3)?.[0] === 0;
  }

  protected override get isMouthOpen(): boolean {
    return !this.#isVendValid;
  }

  protected override isTypeEnabled(noteType: number): boolean {
    return ((this.#settings.get(0xc0)?.[0] ?? 0xff) & (1 << noteType)) === 0;
  }

  protected override forgetSettings(): void {
    this.#settings = new Map([[0xc0, [0, 0]], [0xc1, [0, 0]], [0xc2, [0]], [0xc3, [1]], [0xc4, [0]], [0xc5, [0, 0]]]);
    this.#isHolding = false;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const settings = Object.fromEntries([...this.#settings].map(([code, data]) => [code.toString(16), Buffer.from(data).toString('hex')]));
    return { ...super.describe(), statusHex: Buffer.from(this.#status()).toString('hex'), isVendValidPending: this.#isVendValid, untoldEventHex: this.#isVendValid ? '15' : this.recyclerEventHex, settings };
  }

  // ——— what the mechanism says

  protected override onGate(_note: Note): void {
    if (this.#stackCommand === 0x41) this.#isVendValid = true;
  }

  protected override onStacked(_note: Note, byItself: boolean): void {
    // A bill stacked by the initialisation has no VEND VALID and no denomination. [id003 §13]
    if (!byItself && this.#stackCommand !== 0x41) this.#isVendValid = true;
    this.#showStacked();
  }

  protected override onRejected(_note: Note, cause: RejectCause): void {
    this.#rejectReason = REASONS[cause];
    this.#isHolding = false;
  }

  protected override onPoweredUp(place: NotePlace | null): void {
    this.#powerUpCode = place === 'transport' ? 0x42 : place === 'head' || place === 'escrow' ? 0x41 : 0x40;
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#isVendValid = false;
    this.#isStacked = false;
    this.#reader.forget();
  }

  #showStacked(): void {
    this.#isStacked = true;
    this.after(this.#stackedMs, () => {
      this.#isStacked = false;
    });
  }

  // ——— the wire

  protected override hear(chunk: Uint8Array): void {
    if (this.#gapTimer !== undefined) this.environment.clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
    for (const body of this.#reader.push(chunk)) this.#take(body);
    if (this.#reader.isInsideFrame) this.#gapTimer = this.afterProtocolMs(INTER_BYTE_MS, () => this.#reader.forget());
  }

  #take(body: readonly number[]): void {
    const code = body[0]!;
    if (code === ACK) return this.#takeAcknowledgement();
    if (code === EXTENSION) return this.#takeExtension(body);
    const kinds = this.#kindsOf(code);
    if (this.isUnheard(kinds)) return;
    if (code === 0x11 && this.struck('communicationError' as FaultOf<Faults>, 'pollReply')) return this.answer(frameOf([0x4a]), kinds);
    if (code >= 0x40 && code <= 0x49) {
      const isDone = !this.struck('invalidCommand' as FaultOf<Faults>, 'orderReply') && this.#operate(code);
      return this.answer(frameOf([isDone ? ACK : INVALID]), kinds);
    }
    const reply = this.#replyTo(code, body);
    this.answer(frameOf(reply), kinds);
  }

  #takeExtension(body: readonly number[]): void {
    const kinds: readonly AnswerKind[] = EXTENSION_ORDERS.includes(body[2] ?? 0) ? ['reply', 'orderReply'] : ['reply'];
    if (this.isUnheard(kinds)) return;
    const isRefused = kinds.length > 1 && this.struck('invalidCommand' as FaultOf<Faults>, 'orderReply');
    this.answer(frameOf(isRefused ? [INVALID] : this.replyToExtension(body.slice(1))), kinds);
  }

  // ——— what a unit that pays out adds

  /** Behind F0: unit, code, data. */
  protected replyToExtension(_data: readonly number[]): readonly number[] {
    return [INVALID];
  }

  /** A state of the extension, before those of the acceptor. */
  protected recyclerState(): readonly number[] | null {
    return null;
  }

  /** Of the extension, told until it is acknowledged. */
  protected get recyclerEventHex(): string | null {
    return null;
  }

  /** @returns whether the ACK was for an event of the extension */
  protected takeRecyclerAcknowledgement(): boolean {
    return false;
  }

  /** The last order to stack may bring a note to a recycling box. [id003 §5, 41] */
  protected get isToRecycleBox(): boolean {
    return this.#stackCommand === 0x41;
  }

  protected onReset(): void {}

  #takeAcknowledgement(): void {
    if (this.takeRecyclerAcknowledgement()) return;
    // Without 15 pending it is ignored. [id003 §15.8]
    if (!this.#isVendValid || this.struck('acknowledgementLost' as FaultOf<Faults>, 'vendValid')) return;
    this.#isVendValid = false;
    if (this.phase !== 'stacking') this.#showStacked();
    this.meetAcknowledgement();
  }

  #kindsOf(code: number): readonly AnswerKind[] {
    if (code === 0x11) return this.#isVendValid || this.recyclerEventHex !== null ? ['reply', 'pollReply', 'eventReply'] : ['reply', 'pollReply'];
    return code >= 0x41 && code <= 0x49 ? ['reply', 'orderReply'] : ['reply'];
  }

  /** @returns whether it is possible in this state */
  #operate(code: number): boolean {
    if (code === 0x40) {
      this.onReset();
      this.initialise();
      return true;
    }
    const isWaiting = this.phase === 'escrow' && this.isBoxIn && (this.condition === null || this.condition === 'cheat');
    if (!isWaiting) return false;
    this.#isHolding = false;
    if (code === 0x41 || code === 0x42 || code === 0x49) {
      this.#stackCommand = code;
      this.stackNote();
    } else if (code === 0x43) this.returnNote();
    else if (code === 0x44) {
      this.#isHolding = true;
      this.holdNote();
    } else return false;
    return true;
  }

  #replyTo(code: number, body: readonly number[]): readonly number[] {
    if (code === 0x11) return this.#status();
    if (code === 0x88) return [0x88, ...textBytes(VERSION_TEXT)];
    if (code === 0x89) return [0x89, ...textBytes(BOOT_TEXT)];
    if (code === 0x8a) return [0x8a, ...currencyBytes(this.#slots)];
    if (code >= 0x80 && code <= 0x85) return [code, ...(this.#settings.get(code + 0x40) ?? [])];
    const known = this.#settings.get(code);
    if (known === undefined || known.length !== body.length - 1 || this.phase === 'poweredUp') return [INVALID];
    const taken = code === SET_DENOMINATION && !this.#takesUnusedBits ? [body[1]!, 0] : body.slice(1);
    this.#settings.set(code, taken);
    if (this.phase === 'idling' || this.phase === 'disabled') this.rest();
    return [code, ...taken];
  }

  #status(): readonly number[] {
    if (this.phase === 'off') return [];
    if (this.phase === 'poweredUp') return [this.#powerUpCode];
    if (this.#isVendValid) return [0x15];
    const ofRecycler = this.recyclerState();
    if (ofRecycler !== null) return ofRecycler;
    if (!this.isBoxIn) return [0x44];
    if (this.condition === 'jam') return [this.notes.underWay?.place === 'transport' ? 0x46 : 0x45];
    if (this.condition === 'failure') return [CONDITIONS.failure, STACK_MOTOR];
    if (this.condition !== null && this.phase !== 'escrow') return [CONDITIONS[this.condition]];
    if (this.#isStacked) return [0x16];
    if (this.phase === 'escrow') return this.#isHolding ? [0x19] : [0x13, FIRST_ESCROW_CODE + this.notes.underWay!.noteType!];
    if (this.phase === 'rejecting') return [0x17, this.#rejectReason];
    return [PHASES[this.phase]];
  }
}
