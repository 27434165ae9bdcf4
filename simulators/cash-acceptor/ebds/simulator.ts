import type { TimerHandle } from '../../../main/foundation/clock.ts';
import type { AnswerKind } from '../../parts/simulated-validator.ts';
import { SimulatedValidator } from '../../parts/simulated-validator.ts';
import { VALIDATOR_FAULTS } from '../../parts/validator-faults.ts';
import type { Note } from '../../parts/validator-notes.ts';
import type { CreateSimulator, Json, OpenedFrame, SimulatorEnvironment } from '../../simulator.ts';
import type { HostMessage } from './wire.ts';
import { HostReader, frameOf, noteBytes, textBytes } from './wire.ts';

export interface EbdsSimulatorOptions {
  /** Whole units by place in the table, from index 1. */
  readonly table?: readonly number[];
  readonly currency?: string;
  /** Notes of another currency in the same table, by their whole units. */
  readonly roubles?: readonly number[];
  /** Which bits stop a note is not certain: it takes all in its table. [ebds §4, unverified] */
  readonly takesAll?: boolean;
  /** A stacked bit with an all-zero note when the box is put back. [ebds §12] */
  readonly tellsBlankAfterBox?: boolean;
  readonly boxCapacity?: number;
  /** A short stacked reply comes before the extended one. [ebds §13.2] */
  readonly tellsShortStackedFirst?: boolean;
  readonly takesReturnedAfterMs?: number | null;
}

const INTER_BYTE_MS = 30;
const ESCROW_MS = 15_000;
/** Without a poll a note in escrow goes back. [ebds §3] */
const UNPOLLED_MS = 5_000;
const DEAF_MS = 1_000;
const TENGE = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000] as const;
const MODEL = 0x54;
const REVISION = 0x1e;
const OMNIBUS = 1;
const AUXILIARY = 6;
const EXTENDED = 7;
const STACK = 0x20;
const RETURN = 0x40;

const FAULTS = {
  ...VALIDATOR_FAULTS,
  nak: { at: ['orderReply', 'pollReply'], label: 'The device does not take the message: opposite acknowledge number' },
  misread: { at: ['stacked'], label: 'The credit names another note than the escrow did' },
  missedPolls: { at: ['pollReply'], label: 'The device misses polls for a second' },
} as const;

interface Events {
  /** `toldMinor` null: no value. */
  stacked: { readonly toldMinor: number | null; isShortTold: boolean } | null;
  returned: object | null;
  rejected: object | null;
}

const isOrder = ({ messageType, data }: HostMessage): boolean => messageType === OMNIBUS && ((data[1] ?? 0) & (STACK | RETURN)) !== 0;

const noEvents = (): Events => ({ stacked: null, returned: null, rejected: null });

/** A MEI acceptor on EBDS with power-up policy A. [ebds §15] */
export const createEbdsSimulator: CreateSimulator<EbdsSimulatorOptions> = (environment, options) => new EbdsSimulator(environment, options);

class EbdsSimulator extends SimulatedValidator<typeof FAULTS> {
  readonly #table: readonly number[];
  readonly #currency: string;
  readonly #roubles: readonly number[];
  readonly #takesAll: boolean;
  readonly #tellsBlankAfterBox: boolean;
  readonly #tellsShortStackedFirst: boolean;
  readonly #reader = new HostReader();
  #gapTimer: TimerHandle | undefined;
  #watch: TimerHandle | undefined;
  #enabledMask = 0;
  #inhibits: readonly number[] | null = null;
  #events: Events = noEvents();
  /** Of the last reply: gone with the next new message. What came since is not. */
  #told: Events | null = null;
  #last: { readonly acknowledgeNumber: number; readonly reply: Uint8Array; readonly hadEvent: boolean } | null = null;
  #isPowerUpShown = true;
  #deafUntilMs = 0;
  #shownCondition: string | null = null;

  constructor(environment: SimulatorEnvironment, options: EbdsSimulatorOptions) {
    const table = options.table ?? TENGE;
    super({
      protocol: 'ebds', environment, faults: FAULTS, tableMinor: table.map((value) => value * 100), escrowMs: ESCROW_MS, startsAt: 'initialising',
      ...(options.boxCapacity === undefined ? {} : { boxCapacity: options.boxCapacity }),
      ...(options.takesReturnedAfterMs === undefined ? {} : { takesReturnedAfterMs: options.takesReturnedAfterMs }),
    });
    this.#table = table;
    this.#currency = options.currency ?? 'KZT';
    this.#roubles = options.roubles ?? [];
    this.#takesAll = options.takesAll ?? false;
    this.#tellsBlankAfterBox = options.tellsBlankAfterBox ?? false;
    this.#tellsShortStackedFirst = options.tellsShortStackedFirst ?? false;
  }

  protected override get isEnabled(): boolean {
    return this.#enabledMask !== 0;
  }

  protected override isTypeEnabled(noteType: number): boolean {
    const byte = this.#inhibits?.[Math.floor(noteType / 7)] ?? 0x7f;
    return this.isEnabled && (this.#takesAll || this.#inhibits === null || (byte & (1 << (noteType % 7))) !== 0);
  }

  protected override forgetSettings(): void {
    this.#enabledMask = 0;
    this.#inhibits = null;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), isStackedUntold: this.#events.stacked !== null };
  }

  protected override onStacked(note: Note, byItself: boolean): void {
    // Policy A: no value for what a power-up stacks. [ebds §11]
    const toldMinor = this.struck('misread', 'stacked') ? this.tableMinor.find((minor) => minor !== note.denominationMinor) : note.denominationMinor;
    this.#events.stacked = { toldMinor: byItself ? null : (toldMinor ?? note.denominationMinor), isShortTold: !this.#tellsShortStackedFirst };
  }

  protected override onBox(isIn: boolean): void {
    if (isIn && this.#tellsBlankAfterBox) this.#events.stacked = { toldMinor: null, isShortTold: true };
  }

  protected override onReturned(): void {
    this.#events.returned = {};
  }

  protected override onRejected(): void {
    this.#events.rejected = {};
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#events = noEvents();
    this.#told = null;
    this.#last = null;
    this.#isPowerUpShown = true;
    this.#reader.forget();
  }

  // ——— the wire

  protected override hear(chunk: Uint8Array): void {
    if (this.#gapTimer !== undefined) this.environment.clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
    for (const message of this.#reader.push(chunk)) this.#take(message);
    if (this.#reader.isInsideFrame) this.#gapTimer = this.afterProtocolMs(INTER_BYTE_MS, () => this.#reader.forget());
  }

  #take(message: HostMessage): void {
    const nowMs = this.environment.clock.monotonicMs();
    if (nowMs < this.#deafUntilMs) return;
    if (message.messageType === AUXILIARY && message.data.every((byte) => byte === 0x7f)) return this.#softReset();
    const kinds: AnswerKind[] = ['reply', isOrder(message) ? 'orderReply' : 'pollReply'];
    if (this.isUnheard(kinds)) return;
    if (this.struck('missedPolls', 'pollReply')) {
      this.#deafUntilMs = nowMs + DEAF_MS;
      return;
    }
    this.#watchPolls();
    // The same number: the host repeats, so the reply is repeated and nothing is done. [ebds §3]
    if (this.#last?.acknowledgeNumber === message.acknowledgeNumber) return this.answer(this.#last.reply, this.#last.hadEvent ? [...kinds, 'eventReply'] : kinds);
    if (kinds.some((kind) => this.struck('nak', kind))) return this.answer(frameOf(0x20 | (1 - message.acknowledgeNumber), this.#status()), kinds);
    this.#forgetTold();
    const reply = this.#replyTo(message);
    const hadEvent = this.#told !== null;
    this.#last = { acknowledgeNumber: message.acknowledgeNumber, reply, hadEvent };
    this.answer(reply, hadEvent ? [...kinds, 'eventReply'] : kinds);
  }

  opened(frame: Uint8Array): OpenedFrame | null {
    const message = new HostReader().push(frame)[0];
    if (message === undefined) return null;
    const { acknowledgeNumber, messageType, data } = message;
    return { words: `${messageType} ${Buffer.from(data).toString('hex')}`, changesNothing: this.#last?.acknowledgeNumber === acknowledgeNumber || this.#isIdlePoll(message) };
  }

  /** A new message tells that the last reply was heard, whatever it asks. */
  #isIdlePoll(message: HostMessage): boolean {
    const isEventWaiting = Object.values(this.#events).some((event) => event !== null) || this.#isPowerUpShown;
    return !isEventWaiting && message.messageType === OMNIBUS && !isOrder(message) && message.data[0] === this.#enabledMask;
  }

  #softReset(): void {
    this.#events = noEvents();
    this.#told = null;
    this.#last = null;
    this.#isPowerUpShown = true;
    this.#deafUntilMs = this.environment.clock.monotonicMs() + DEAF_MS;
    this.initialise();
  }

  #watchPolls(): void {
    if (this.#watch !== undefined) this.environment.clock.clearTimeout(this.#watch);
    this.#watch = this.afterProtocolMs(UNPOLLED_MS, () => {
      if (this.phase === 'escrow' && this.condition === null) this.returnNote();
    });
  }

  /** A new message: the host has heard the last reply. */
  #forgetTold(): void {
    const told = this.#told;
    this.#told = null;
    if (told === null) return;
    const { stacked, returned, rejected } = this.#events;
    const isShortOnly = told.stacked?.isShortTold === false;
    if (told.stacked !== null) told.stacked.isShortTold = true;
    this.#events = { stacked: stacked === told.stacked && !isShortOnly ? null : stacked, returned: returned === told.returned ? null : returned, rejected: rejected === told.rejected ? null : rejected };
    if (this.phase !== 'initialising') this.#isPowerUpShown = false;
    if (told.stacked !== null && !isShortOnly) this.meetAcknowledgement();
  }

  #replyTo({ acknowledgeNumber, messageType, data }: HostMessage): Uint8Array {
    if (messageType === AUXILIARY) return frameOf(0x60 | acknowledgeNumber, this.#auxiliary(data[2] ?? 0));
    if (messageType === EXTENDED) {
      this.#obey(data.slice(1, 4));
      if (data[0] === 0x02) {
        const index = data[4] ?? 0;
        const value = this.#table[index - 1];
        return frameOf(0x70 | acknowledgeNumber, [0x02, ...this.#tellStatus(false), ...noteBytes(index, value === undefined ? null : this.#noteOf(value))]);
      }
      if (data[0] === 0x03) this.#inhibits = data.slice(4);
      const status = this.#tellStatus(false);
      if (data[0] !== 0x03) status[2]! |= 0x02;
      return frameOf(0x20 | acknowledgeNumber, status);
    }
    this.#obey(data);
    const isExtended = ((data[2] ?? 0) & 0x10) !== 0;
    const { stacked } = this.#events;
    const isLong = isExtended && (this.phase === 'escrow' || (stacked !== null && stacked.isShortTold));
    const status = this.#tellStatus(true);
    if (!isLong) return frameOf(0x20 | acknowledgeNumber, status);
    const toldMinor = stacked !== null ? stacked.toldMinor : (this.notes.underWay?.denominationMinor ?? null);
    return frameOf(0x70 | acknowledgeNumber, [0x02, ...status, ...noteBytes(0, toldMinor === null ? null : this.#noteOf(toldMinor / 100))]);
  }

  #noteOf(value: number): { readonly currency: string; readonly value: number } {
    return { currency: this.#roubles.includes(value) ? 'RUB' : this.#currency, value };
  }

  #obey([d0 = 0, d1 = 0]: readonly number[]): void {
    if (this.phase === 'initialising' || !this.isBoxIn) return;
    this.#enabledMask = d0;
    if (this.phase === 'idling' || this.phase === 'disabled') this.rest();
    const isWaiting = this.phase === 'escrow' && (this.condition === null || this.condition === 'cheat');
    if (!isWaiting) return;
    if ((d1 & STACK) !== 0) this.stackNote();
    else if ((d1 & RETURN) !== 0) this.returnNote();
  }

  #auxiliary(query: number): number[] {
    if (query === 0x04) return [...textBytes('SCN6607R'), 0];
    if (query === 0x05) return [...textBytes(this.ownSerial('26000000427')), 0];
    if (query === 0x07) return [...textBytes('286450120'), 0];
    return this.#status();
  }

  /** The reply carries the events: the next new message forgets them. Queries outside the omnibus leave them waiting. */
  #tellStatus(tellsEvents: boolean): number[] {
    const status = this.#status(tellsEvents);
    if (tellsEvents) this.#told = { ...this.#events };
    return status;
  }

  #status(tellsEvents = false): number[] {
    const { phase, condition } = this;
    const isCheating = condition === 'cheat' && this.#shownCondition !== 'cheat';
    if (tellsEvents) this.#shownCondition = condition;
    const events = tellsEvents ? this.#events : noEvents();
    const isFree = (phase === 'idling' || phase === 'disabled') && this.isBoxIn && (condition === null || condition === 'cheat');
    const isStopped = condition === 'jam' || condition === 'failure';
    const d0 =
      (isFree ? 0x01 : 0) | (phase === 'accepting' && !isStopped ? 0x02 : 0) | (phase === 'escrow' ? 0x04 : 0) | (phase === 'stacking' && !isStopped ? 0x08 : 0) |
      (events.stacked !== null ? 0x10 : 0) | ((phase === 'returning' || phase === 'rejecting') && !isStopped ? 0x20 : 0) | (events.returned !== null ? 0x40 : 0);
    const d1 =
      (isCheating ? 0x01 : 0) | (events.rejected !== null ? 0x02 : 0) | (condition === 'jam' ? 0x04 : 0) | (condition === 'full' ? 0x08 : 0) | (this.isBoxIn ? 0x10 : 0) |
      (phase === 'initialising' && !this.#isPowerUpShown ? 0x40 : 0);
    const d2 = (this.#isPowerUpShown ? 0x01 : 0) | (condition === 'failure' ? 0x04 : 0);
    return [d0, d1, d2, this.isEnabled ? 0 : 0x20, MODEL, REVISION];
  }
}
