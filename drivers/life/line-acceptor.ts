import { delay } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Currency } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { CashAcceptor, CashAcceptorCapabilities, CashAcceptorEvent, EscrowedNote } from '../interfaces/cash-acceptor.ts';
import type { DeviceClass, Unsubscribe } from '../interfaces/device.ts';
import { Acceptance } from './acceptance.ts';
import type { NoteRequest } from './asked-notes.ts';
import { AskedNotes } from './asked-notes.ts';
import type { LineDeviceOptions } from './line-device.ts';
import type { Look, NoteType } from './look.ts';
import { LineDevice } from './line-device.ts';
import { MuteWatch } from './mute-watch.ts';
import type { NoteCycleOptions, NoteFact, NoteOrder, NoteReport } from './note-cycle.ts';
import { NoteCycle } from './note-cycle.ts';
import type { NoteEndResult } from './note-desk.ts';
import { NoteDesk } from './note-desk.ts';
import { PostponedEvents } from './postponed-events.ts';
import { tellPlainFact } from './fact-teller.ts';

export interface LineAcceptorOptions extends Omit<LineDeviceOptions, 'deviceClass' | 'offlineCode' | 'logArea' | 'pollIntervalMs'> {
  readonly deviceClass?: DeviceClass;
  readonly pollIntervalMs: number;
  readonly restAfterStack: NoteCycleOptions['restAfterStack'];
}

/** Faults beside which notes are still taken. */
const HARMLESS: readonly ErrorCode[] = ['CIM_CHEATED'];
/** Nobody can say where the note stopped. */
const STOPS_A_NOTE: readonly ErrorCode[] = ['CIM_JAMMED', 'CIM_FAILURE'];
const NOTE_MOVES: readonly NoteReport['report'][] = ['entering', 'escrow', 'stacking', 'stored', 'returning', 'rejected', 'stacked', 'returned'];

type NoteEndEvent = Extract<CashAcceptorEvent, { kind: 'noteStacked' | 'noteReturned' }>;

/**
 * An acceptor with one note in escrow, without what its protocol makes of it: note ids and credits, orders, the withheld acknowledgement, what is accepted.
 * The protocol asks the device, says what the answer means (`Look`), and sends what is due.
 */
export abstract class LineAcceptor extends LineDevice implements CashAcceptor {
  protected readonly cycle: NoteCycle;
  readonly #acceptance: Acceptance;
  readonly #asked = new AskedNotes();
  readonly #desk: NoteDesk;
  readonly #mute = new MuteWatch();
  readonly #listeners = new Set<(event: CashAcceptorEvent) => void>();
  #noteTypes: readonly NoteType[] = [];
  #isOperating = false;
  /** The last answer showed a note between the mouth and its end. */
  #isMoving = false;
  /** The note that the core was told of, and may order about. */
  #offeredNoteId: string | null = null;
  #heldNoteId: string | null = null;
  /** Of the last event: the core has not called back yet, or it has and the device may be told. */
  #acknowledgement: 'none' | 'awaited' | 'granted' = 'none';
  /** Whose acknowledgement that is. */
  #lastEnd: NoteEndEvent | null = null;
  readonly #postponed = new PostponedEvents();
  #noteNumber = 0;

  protected constructor(options: LineAcceptorOptions) {
    super({ ...options, deviceClass: options.deviceClass ?? 'cashAcceptor', offlineCode: 'CIM_OFFLINE', logArea: 'cim', tellsLineFault: true });
    const startId = `${options.deviceId}-${options.clock.nowUtcMs().toString(36)}`;
    this.cycle = new NoteCycle({ makeNoteId: () => `${startId}-${++this.#noteNumber}`, restAfterStack: options.restAfterStack });
    this.#acceptance = new Acceptance(options.clock);
    this.#desk = new NoteDesk({
      clock: options.clock,
      onUncertain: (order, detail) => {
        if (order === 'stack') this.record('CIM_STACK_UNCERTAIN', detail);
      },
    });
  }

  // ——— what the protocol adds

  /** Tells the device which notes to take, each into escrow; none: it takes nothing. @returns whether the device took it */
  protected abstract sendAcceptance(noteTypes: readonly number[]): Promise<boolean>;
  /** Orders the note in escrow away. @returns whether the device took the order; otherwise the next answers decide */
  protected abstract sendOrder(order: NoteOrder): Promise<boolean>;
  /** One question to the device; `take` has the answer before this returns. @returns false when the line is lost */
  protected abstract look(): Promise<boolean>;
  /** The event is durable, the device may forget it. @returns whether it was told so; otherwise it is tried again */
  protected abstract acknowledgeEvent(): Promise<boolean>;
  /** The event is not durable yet: keeps it alive in the device. As `look` where looking does not end the device's memory. */
  protected keepEvent(): Promise<boolean> {
    return this.look();
  }
  /** Longer escrow, where the protocol has a command for it. */
  protected holdEscrow(): Promise<void> {
    return Promise.resolve();
  }
  /** The same event came again. */
  protected abstract countDuplicate(): void;

  // ——— the interface

  get capabilities(): CashAcceptorCapabilities {
    return {
      intermediateStacker: 'single',
      currencies: [...new Set(this.#noteTypes.map((type) => type.currency))].sort(),
      denominationsMinor: [...new Set(this.#noteTypes.map((type) => type.denominationMinor))].sort((a, b) => a - b),
    };
  }

  onEvent(listener: (event: CashAcceptorEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  enable(request: NoteRequest): Promise<DeviceOutcome<void>> {
    if (!this.#isUsable) return Promise.resolve(this.notRun());
    this.#asked.ask(request);
    const wanted = this.#askedTypes;
    if (wanted.length === 0) return Promise.resolve({ kind: 'failed', completionCode: 'invalidData', detail: 'the device knows none of these denominations' });
    return this.#want(wanted);
  }

  disable(): Promise<DeviceOutcome<void>> {
    this.#asked.stop();
    if (this.#isUsable) return this.#want([]);
    this.#acceptance.wantNothing();
    return Promise.resolve(this.notRun());
  }

  stack(noteId: string): Promise<DeviceOutcome<NoteEndResult>> {
    return this.#order(noteId, 'stack');
  }

  return(noteId: string): Promise<DeviceOutcome<NoteEndResult>> {
    return this.#order(noteId, 'return');
  }

  hold(noteId: string): void {
    if (this.cycle.open?.noteId === noteId && !this.#desk.isAwaited) this.#heldNoteId = noteId;
  }

  get #askedTypes(): readonly number[] {
    return this.#noteTypes.filter((type) => this.#asked.has(type)).map((type) => type.noteType);
  }

  get #isUsable(): boolean {
    const { state } = this.status();
    return this.#isOperating && (state === 'ready' || state === 'busy');
  }

  #want(noteTypes: readonly number[]): Promise<DeviceOutcome<void>> {
    const wanted = this.#acceptance.want(noteTypes);
    this.pollSoon();
    return wanted;
  }

  #order(noteId: string, order: NoteOrder): Promise<DeviceOutcome<NoteEndResult>> {
    const open = this.cycle.open;
    const mayOrder = open !== null && open.noteId === noteId && open.noteId === this.#offeredNoteId && open.order === null && !this.#desk.isAwaited;
    if (!mayOrder) return Promise.resolve({ kind: 'failed', completionCode: 'sequenceError', detail: 'no such note in escrow' });
    if (!this.#isUsable) return Promise.resolve(this.notRun());
    this.#heldNoteId = null;
    const settled = this.#desk.order(noteId, order);
    this.pollSoon();
    return settled;
  }

  // ——— for the protocol

  protected override identified(identity: { readonly model?: string; readonly firmware?: string; readonly serialNumber?: string }): void {
    const { serialNumber } = this.status();
    if (serialNumber !== null && identity.serialNumber !== undefined && identity.serialNumber !== serialNumber) for (const fact of this.cycle.replaced()) this.#tell(fact);
    super.identified(identity);
  }

  /** As the device's own table has them now. */
  protected know(noteTypes: readonly NoteType[]): void {
    this.#noteTypes = noteTypes;
    if (this.#asked.isAsking) this.#acceptance.renumber(this.#askedTypes);
  }

  protected get noteTypes(): readonly NoteType[] {
    return this.#noteTypes;
  }

  /** A note in escrow that somebody may still decide on. */
  protected get isDecisionAwaited(): boolean {
    const open = this.cycle.open;
    return this.#isOperating && open !== null && open.noteId === this.#offeredNoteId && open.order === null;
  }

  protected get isAcknowledgementAwaited(): boolean {
    return this.#acknowledgement !== 'none';
  }

  /** Where a power-up found a note could not be written down yet: nothing may move it. */
  protected get isPowerUpUnwritten(): boolean {
    return this.#postponed.hasPowerUp;
  }

  /** The core has called back, the device was not told yet. */
  protected get isAcknowledgementGranted(): boolean {
    return this.#acknowledgement === 'granted';
  }

  protected pause(delayMs: number): Promise<void> {
    return delay(this.clock, delayMs);
  }

  /** What is accepted was changed otherwise: it is told to the device again. */
  protected forgetAcceptance(): void {
    this.#acceptance.forgotten();
  }

  /** `bringUp` begins with this: events are told, but no note is offered. */
  protected beginBringUp(): void {
    this.#isOperating = false;
    this.#acceptance.forgotten();
  }

  /** `bringUp` ends with this: usable, or faulty by what was seen. */
  protected endBringUp(detail: string): true {
    this.#isOperating = true;
    this.becomeReady(detail, { blocking: this.#blocking, isEngaged: this.#isEngaged });
    return true;
  }

  /** For a note of an earlier start: as after a power-up that finds none, only an event says what became of it. @param faults  as they stand */
  protected tellNoteUnseen(detail: string, faults: readonly ErrorCode[]): void {
    this.take({ reports: [{ report: 'initialising' }, { report: 'poweredUp', position: 'none', isUnheard: true }, { report: 'initialising' }], faults, isAccepting: null, detail });
  }

  /** During `bringUp`: looks, and tells the device what the core wrote down meanwhile. @returns false when the line is lost */
  protected async attend(): Promise<boolean> {
    if (this.#acknowledgement === 'awaited') return this.keepEvent();
    if (this.#acknowledgement === 'granted') {
      this.#acknowledgement = 'none';
      if (!(await this.acknowledgeEvent())) this.#acknowledgement = 'granted';
    }
    return this.look();
  }

  protected override async poll(): Promise<boolean> {
    // Each may bring an event; nothing new is said before its acknowledgement, because a new message is one in some protocols.
    if (!this.isAcknowledgementAwaited) await this.#sendOrder();
    if (!this.isAcknowledgementAwaited) await this.#sendAcceptance();
    if (!this.isAcknowledgementAwaited && this.#heldNoteId !== null && this.#heldNoteId === this.cycle.open?.noteId) await this.holdEscrow();
    if (!(await this.attend())) return false;
    if (!this.isAcknowledgementAwaited && this.#isOrphan) await this.sendOrder('return');
    return true;
  }

  protected override onDown(): void {
    this.#isOperating = false;
    this.#isMoving = false;
    this.#heldNoteId = null;
    this.cycle.lineLost();
    this.#acceptance.forgotten();
    this.#acceptance.settle({ kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CIM_OFFLINE' });
    this.#desk.settleUnknown('deviceNotReady', 'the line is down');
  }

  /** The same answer again, all of it known: the event that stands in it is kept for the core. */
  protected takeAgain(): void {
    this.countDuplicate();
    this.#tellPostponed();
  }

  #tellPostponed(): void {
    for (const event of this.#postponed.takeAll()) this.#emit(event);
  }

  /** Each answer of the device, once. */
  protected take(look: Look): void {
    this.#tellPostponed();
    for (const report of look.reports) for (const fact of this.cycle.take(report)) this.#tell(fact);
    const last = look.reports.at(-1)?.report;
    if (last !== undefined) this.#isMoving = NOTE_MOVES.includes(last);
    if (last === 'escrow') this.#desk.stillInEscrow();
    const hadBlocking = this.#blocking.length > 0;
    this.see(this.#mute.take(look.isMute === true, this.clock.monotonicMs()) ? ['CIM_FAILURE', ...look.faults] : look.faults);
    const blocking = this.#blocking;
    const stopping = blocking.find((code) => STOPS_A_NOTE.includes(code));
    if (stopping !== undefined) this.#desk.settleUnknown('hardwareError', look.detail);
    const first = blocking[0];
    if (first !== undefined) this.#acceptance.settle({ kind: 'failed', completionCode: 'hardwareError', errorCode: first });
    else this.#acceptance.seen(look.isAccepting);
    if (!this.#isOperating) return;
    this.settle(look.detail, { blocking, isEngaged: this.#isEngaged });
    // A box put back, a path cleared: settings may be gone and a note may have moved.
    if (look.hasRestarted === true || (hadBlocking && blocking.length === 0)) this.bringUpAgain();
  }

  // ——— inside

  get #blocking(): readonly ErrorCode[] {
    return this.faults.filter((code) => !HARMLESS.includes(code));
  }

  /** Something besides a note on its way in: a payout. */
  protected get isOtherwiseEngaged(): boolean {
    return false;
  }

  get #isEngaged(): boolean {
    return this.isOtherwiseEngaged || this.#isMoving || this.cycle.open !== null || this.#acknowledgement !== 'none';
  }

  /** A note in escrow that nobody will decide on: not known, never offered, or its order was already settled as uncertain. It goes back, never a second STACK. */
  get #isOrphan(): boolean {
    const open = this.cycle.open;
    return this.isInEscrow && !this.isDecisionAwaited && (open === null || !this.#desk.isAwaitedFor(open.noteId));
  }

  /** The last answer said that a note waits. */
  protected abstract get isInEscrow(): boolean;

  async #sendOrder(): Promise<void> {
    const order = this.#desk.due;
    if (order === null || this.cycle.open === null) return;
    this.#desk.beginSend();
    this.cycle.order(order);
    if (await this.sendOrder(order)) this.#desk.taken();
  }

  async #sendAcceptance(): Promise<void> {
    const due = this.#acceptance.due;
    if (due !== null && (await this.sendAcceptance(due)) && this.#acceptance.due === due) this.#acceptance.sent(due);
  }

  #tell(fact: NoteFact): void {
    switch (fact.fact) {
      case 'noteEscrowed': {
        // A note left by an earlier start is nobody's: it is given back, not offered.
        if (!this.#isOperating) return;
        const value = this.#valueOf(fact.noteType);
        // One that was not asked for, of another currency perhaps, goes back.
        if (value.denominationMinor === 0 || !this.#asked.has(value)) return;
        this.#offeredNoteId = fact.noteId;
        return this.#emit({ kind: 'noteEscrowed', note: { noteId: fact.noteId, ...value } });
      }
      case 'noteStacked':
      case 'noteReturned':
        return this.#tellEnd(fact);
      case 'repeated':
        this.countDuplicate();
        if (this.#acknowledgement === 'none') this.#acknowledgement = 'granted';
        return;
      case 'typeMismatch':
        this.log.error('cim.note.typeMismatch', { deviceId: this.deviceId, escrowedType: fact.escrowedType, toldType: fact.toldType });
        this.record('CIM_STACK_UNCERTAIN', `in escrow type ${fact.escrowedType}, stacked as ${fact.toldType}`);
        return;
      default:
        return tellPlainFact(fact, { deviceId: this.deviceId, log: this.log, desk: this.#desk, emit: (event) => this.#emit(event), postpone: (event) => this.#postponed.add(event) });
    }
  }

  #tellEnd(fact: Extract<NoteFact, { fact: 'noteStacked' | 'noteReturned' }>): void {
    const value = this.#valueOf(fact.noteType);
    const note: EscrowedNote | null = fact.noteId === null || fact.noteId !== this.#offeredNoteId ? null : { noteId: fact.noteId, ...value };
    if (fact.isEvent) this.#acknowledgement = 'awaited';
    let isCalled = false;
    const event: NoteEndEvent = {
      kind: fact.fact, note, ...value, ...(fact.isByPowerUp === true ? { isByPowerUp: true } : {}),
      acknowledge: () => {
        if (isCalled) return;
        isCalled = true;
        if (this.#lastEnd === event && this.#acknowledgement === 'awaited') this.#acknowledgement = 'granted';
        this.pollSoon();
      },
      postpone: () => {
        if (!isCalled) this.#postponed.add(event);
      },
    };
    if (fact.isEvent) this.#lastEnd = event;
    this.#emit(event);
    this.#desk.settle(fact.noteId, { kind: 'completed', value: fact.fact === 'noteStacked' ? 'stacked' : 'returned' });
  }

  /** 0: the value is not known, nobody may guess it. */
  #valueOf(noteType: number | null): { readonly denominationMinor: number; readonly currency: Currency } {
    const known = this.#noteTypes.find((type) => type.noteType === noteType);
    if (known !== undefined) return { denominationMinor: known.denominationMinor, currency: known.currency };
    this.log.error('cim.note.unknownType', { deviceId: this.deviceId, noteType });
    return { denominationMinor: 0, currency: 'KZT' };
  }

  #emit(event: CashAcceptorEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
