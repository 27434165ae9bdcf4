import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Currency } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { CashAcceptor, CashAcceptorCapabilities, CashAcceptorEvent } from '../interfaces/cash-acceptor.ts';
import type { DeviceStatus, Unsubscribe } from '../interfaces/device.ts';
import { StatusBoard } from '../interfaces/status-board.ts';
import type { NoteOrder } from '../life/note-cycle.ts';
import type { NoteEndResult } from '../life/note-desk.ts';
import { AcceptanceMask } from './acceptance-mask.ts';
import type { CcnetAcceptorOptions, CcnetUnitKind } from './acceptor-options.ts';
import { BillTable } from './bill-table.ts';
import { currenciesOf, denominationsOf, maskOf } from './bill-types.ts';
import { BringUp } from './bring-up.ts';
import type { PollState } from './codec.ts';
import { decodePollState, encodeCommand, isNoteEnd } from './codec.ts';
import type { CycleFact } from './escrow-cycle.ts';
import { EscrowCycle } from './escrow-cycle.ts';
import { judgeState } from './judge-state.ts';
import { DeviceLife } from './life.ts';
import { CcnetLink } from './link.ts';
import { NoteOrders } from './note-orders.ts';
import { Pause } from './pause.ts';
import { isInEscrow, needsBillTable } from './poll-states.ts';
import { CcnetRequests } from './requests.ts';
import { UnitIdentity } from './unit-identity.ts';
import { tellPlainFact } from '../life/fact-teller.ts';
import { PostponedEvents } from '../life/postponed-events.ts';

const BILL_VALIDATOR_ADDRESS = 3;

const POLL_IDLE_MS = 200; // [ccnet §4] 100–200 ms recommended
const POLL_ACTIVE_MS = 100;
const DEAD_AFTER_MS = 5_000;
const CLOSED_MS = 1_000;

type NoteEndEvent = Extract<CashAcceptorEvent, { kind: 'noteStacked' | 'noteReturned' }>;

/**
 * A CCNET bill validator. Comes up by itself after `start()`, and again after each loss of the port, of power or of the cash box.
 * What the core asked to accept is restored after a recovery, until it asks otherwise.
 *
 * @source CCNET sheet for validators; the README beside this file says where it is strict and why
 */
export function createCcnetAcceptor(options: CcnetAcceptorOptions): CashAcceptor {
  return new CcnetAcceptor(options);
}

export class CcnetAcceptor implements CashAcceptor {
  readonly deviceId: string;
  protected readonly clock: Clock;
  protected readonly log: Log;
  protected readonly link: CcnetLink;
  protected readonly requests: CcnetRequests;
  readonly #board: StatusBoard;
  protected readonly life: DeviceLife;
  protected readonly pause: Pause;
  protected readonly cycle: EscrowCycle;
  protected readonly bills: BillTable;
  readonly #unit: UnitIdentity;
  readonly #mask: AcceptanceMask;
  readonly #orders: NoteOrders;
  readonly #bringUp: BringUp;
  readonly #listeners = new Set<(event: CashAcceptorEvent) => void>();

  #run: Promise<void> | null = null;
  #isStopping = false;
  #isResetRequested = false;
  #state: PollState | null = null;
  /** POLL is answered by no state since then: NAK, ILLEGAL, or not at all. */
  #statelessSinceMs: number | null = null;
  /** Of the last 81/82: the core has not called back yet, or it has and the device may be told. */
  #eventAcknowledgement: 'none' | 'awaited' | 'granted' = 'none';
  /** Whose acknowledgement that is. */
  #lastEnd: NoteEndEvent | null = null;
  readonly #postponed = new PostponedEvents();
  #noteNumber = 0;
  /** Came too late for its question, and before the table that values it: the last one. */
  readonly #lateEnds: Buffer[] = [];
  /** The note that the core was told of, and may order about. */
  #offeredNoteId: string | null = null;

  constructor(options: CcnetAcceptorOptions, kind: CcnetUnitKind = { protocol: 'ccnet', deviceClass: 'cashAcceptor' }) {
    const { deviceId, clock, log } = options;
    this.deviceId = deviceId;
    this.clock = clock;
    this.log = log;
    this.link = new CcnetLink({ ...options, address: options.address ?? BILL_VALIDATOR_ADDRESS });
    this.link.onLost((detail) => this.#loseLine(detail));
    this.link.onLateData((body) => this.#takeLateData(body));
    this.requests = new CcnetRequests(this.link, (body) => this.withholds(body));
    this.#board = new StatusBoard({ deviceId, ...kind, clock, counters: () => this.link.counters });
    this.life = new DeviceLife({ deviceId, clock, log, board: this.#board });
    this.pause = new Pause(clock);
    const startId = `${deviceId}-${clock.nowUtcMs().toString(36)}`;
    this.cycle = new EscrowCycle(() => `${startId}-${++this.#noteNumber}`);
    this.bills = new BillTable({ deviceId, log, requests: this.requests, currencyByCountryCode: options.currencyByCountryCode });
    this.#unit = new UnitIdentity({ requests: this.requests, board: this.#board, onReplaced: () => this.cycle.replaced().forEach((fact) => this.#tell(fact)) });
    const wakeUp = () => this.pause.wakeUp();
    this.#mask = new AcceptanceMask({ clock, requests: this.requests, wakeUp });
    this.#orders = new NoteOrders({ clock, cycle: this.cycle, requests: this.requests, wakeUp, onStackUncertain: (detail) => this.#board.record('CIM_STACK_UNCERTAIN', detail) });
    this.#bringUp = new BringUp({
      deviceId, log, link: this.link, requests: this.requests, life: this.life, mask: this.#mask, bills: this.bills, pause: this.pause,
      unit: this.#unit, poll: () => this.#poll(),
      isAcknowledgementAwaited: () => this.#eventAcknowledgement === 'awaited',
      isPowerUpUnwritten: () => this.#postponed.hasPowerUp,
      configureUnit: () => this.configureUnit(),
      giveUpWhenDead: () => this.#giveUpWhenDead(),
    });
  }

  // ——— the interface

  get capabilities(): CashAcceptorCapabilities {
    return { intermediateStacker: 'single', currencies: currenciesOf(this.bills.known), denominationsMinor: denominationsOf(this.bills.known) };
  }

  start(): void {
    if (this.#run !== null) return;
    this.#isStopping = false;
    this.pause.begin();
    this.life.send('driver.started');
    this.#run = this.#work();
  }

  async stop(): Promise<void> {
    if (this.#run === null) return;
    this.#isStopping = true;
    this.#mask.settle({ kind: 'failed', completionCode: 'canceled' });
    this.#orders.desk.settleUnknown('canceled');
    this.dropWork();
    this.link.abandon();
    this.pause.end();
    await this.#run;
    this.#run = null;
  }

  reset(): void {
    this.#isResetRequested = true;
    this.pause.wakeUp();
  }

  status(): DeviceStatus {
    return this.#board.status();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#board.onStatus(listener);
  }

  onEvent(listener: (event: CashAcceptorEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  enable(request: { readonly denominationsMinor: readonly number[]; readonly currency: Currency }): Promise<DeviceOutcome<void>> {
    if (!this.life.isOperating) return Promise.resolve(this.life.notReady());
    const mask = maskOf(this.bills.known, request);
    if (mask === 0) return Promise.resolve({ kind: 'failed', completionCode: 'invalidData', detail: 'the device knows none of these denominations' });
    return this.#mask.want(mask);
  }

  disable(): Promise<DeviceOutcome<void>> {
    if (this.life.isOperating) return this.#mask.want(0);
    this.#mask.wantNothing();
    return Promise.resolve(this.life.notReady());
  }

  stack(noteId: string): Promise<DeviceOutcome<NoteEndResult>> {
    return this.#order(noteId, 'stack');
  }

  return(noteId: string): Promise<DeviceOutcome<NoteEndResult>> {
    return this.#order(noteId, 'return');
  }

  hold(noteId: string): void {
    this.#orders.hold(noteId);
  }

  #order(noteId: string, order: NoteOrder): Promise<DeviceOutcome<NoteEndResult>> {
    if (!this.#orders.mayOrder(noteId)) return Promise.resolve({ kind: 'failed', completionCode: 'sequenceError', detail: 'no such note in escrow' });
    if (!this.life.isOperating) return Promise.resolve(this.life.notReady());
    return this.#orders.order(noteId, order);
  }

  // ——— what a unit with recycling cassettes adds

  /** One answer to POLL. */
  protected readState(body: Buffer): PollState {
    return decodePollState(body);
  }

  /** An event whose acknowledgement waits until it is durable: it ends the device's memory of the note. */
  protected withholds(body: Buffer): boolean {
    return isNoteEnd(body);
  }

  /** An end of a note that nobody put in. */
  protected isNoCustomersNote(_state: PollState): boolean {
    return false;
  }

  protected onState(_state: PollState): void {}

  /** The line is free for what the last state asks for. */
  protected afterPoll(): Promise<void> {
    return Promise.resolve();
  }

  /** Before each poll of normal work: what was asked for. */
  protected work(): Promise<void> {
    return Promise.resolve();
  }

  /** No normal work now: whoever waits for some is settled. */
  protected dropWork(): void {}

  /** Of each bring-up. @returns whether the unit is usable */
  protected configureUnit(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** A payout runs: nothing is enabled, nothing reset. */
  protected get isOtherwiseEngaged(): boolean {
    return false;
  }

  protected get state(): PollState | null {
    return this.#state;
  }

  protected get isAcknowledgementAwaited(): boolean {
    return this.#eventAcknowledgement === 'awaited';
  }

  /** One poll out of turn, by whoever has the line. */
  protected pollNow(): Promise<PollState | null> {
    return this.#poll();
  }

  // ——— the loop: the one owner of the line

  async #work(): Promise<void> {
    while (!this.#isStopping) {
      if (this.#isResetRequested && this.#takeResetRequest()) continue;
      const step = this.life.step;
      if (step !== 'poll') this.dropWork();
      if (step === 'poll') await this.#operate();
      else if (step === 'none') await this.pause.sleep(CLOSED_MS);
      else await this.#bringUp.perform(step);
    }
    // Not waited for: with the escrow mask the device cannot keep a note without us, so this is courtesy, not safety.
    if (this.link.isOpen && this.#mask.mayAccept) this.link.sendLast(encodeCommand({ command: 'enableBillTypes', enableMask: 0, escrowMask: 0 }));
    this.#mask.noteUnknown();
    this.life.stopped();
    await this.link.close();
  }

  #takeResetRequest(): boolean {
    const isMovingMoney = (this.#orders.desk.isAwaited && this.life.isOperating) || this.isOtherwiseEngaged;
    if (isMovingMoney) return false;
    this.#isResetRequested = false;
    this.life.unlatch();
    this.#bringUp.retrySoon();
    this.life.send('driver.resetRequested');
    return this.life.step !== 'none';
  }

  /** One round of normal work: what was asked for first, then one poll. */
  async #operate(): Promise<void> {
    if (this.life.isOperating) await this.#orders.send();
    if (this.life.isOperating && !this.isOtherwiseEngaged) await this.#mask.send();
    await this.#orders.sendHold();
    await this.work();
    const state = await this.#poll();
    if (state !== null) this.#orders.follow(state);
    if (state !== null && isInEscrow(state) && this.#orders.isOrphan(this.#offeredNoteId)) await this.requests.sendOnce({ command: 'return' });
    const isActive = this.#orders.desk.isAwaited || this.#mask.isAwaited || this.life.isIn('busy');
    await this.pause.sleep(isActive ? POLL_ACTIVE_MS : POLL_IDLE_MS);
  }

  /** One POLL; its state is taken into account before this returns it. `null`: no usable answer. */
  async #poll(): Promise<PollState | null> {
    const reply = await this.requests.poll();
    if (reply.kind !== 'data') {
      this.#statelessSinceMs ??= this.clock.monotonicMs();
      await this.#giveUpWhenDead();
      return null;
    }
    this.#statelessSinceMs = null;
    const early = this.readState(reply.body);
    // A note of an earlier start, or of another unit in its place, is told before the table was read: ask for it first, the event waits.
    const isTableDue = needsBillTable(early) && !this.bills.isRead;
    if (isTableDue && !(await this.bills.read())) return null;
    this.#unit.observe(early);
    // An order of an earlier start is not open here: whose end it is that is told, the core knows by who tells it.
    if ((this.cycle.open !== null || isNoteEnd(reply.body)) && !this.#unit.isAsked) await this.#unit.ask();
    if (this.bills.isRead) for (const body of this.#lateEnds.splice(0)) this.#take(this.readState(body));
    // What a unit with cassettes says of a stacked note is understood by the table only.
    const state = isTableDue ? this.readState(reply.body) : early;
    this.#take(state);
    await this.afterPoll();
    return state;
  }

  async #giveUpWhenDead(): Promise<void> {
    const statelessForMs = this.clock.monotonicMs() - (this.#statelessSinceMs ?? Infinity);
    if (!this.link.isOpen || Math.max(this.link.silentForMs, statelessForMs) < DEAD_AFTER_MS) return;
    await this.link.close();
    this.#loseLine(`no usable answer for ${DEAD_AFTER_MS} ms`);
  }

  #loseLine(detail: string): void {
    this.#state = null;
    this.#statelessSinceMs = null;
    this.#mask.noteUnknown();
    this.bills.lineLost();
    this.#unit.lineLost();
    this.#orders.dropHold();
    this.life.lineLost(detail);
    this.#mask.settle({ kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CIM_OFFLINE' });
    this.#orders.desk.settleUnknown('deviceNotReady', detail);
    this.pause.wakeUp();
  }

  // ——— what the device says

  #take(state: PollState): void {
    this.#state = state;
    this.#bringUp.retrySoon();
    this.life.answered();
    for (const event of this.#postponed.takeAll()) this.#emit(event);
    if (!this.isNoCustomersNote(state)) for (const fact of this.cycle.take(state)) this.#tell(fact);
    judgeState(state, { deviceId: this.deviceId, log: this.log, life: this.life, mask: this.#mask, orders: this.#orders, isOtherwiseEngaged: this.isOtherwiseEngaged });
    this.onState(state);
    this.#mask.settleBy(state);
    this.life.show();
  }

  /** A reply overtaken by our time-out: only what tells money counts, its cycle keys it; a stale state does not. An ACK of ours may have ended the device's memory of it. */
  #takeLateData(body: Buffer): void {
    if (!isNoteEnd(body)) return;
    if (this.bills.isRead) this.#take(this.readState(body));
    else this.#lateEnds[0] = body;
  }

  #tell(fact: CycleFact): void {
    switch (fact.fact) {
      case 'noteEscrowed':
        // A note left by an earlier start is nobody's: it is given back, not offered.
        if (!this.life.isOperating) return;
        this.#offeredNoteId = fact.noteId;
        return this.#emit({ kind: 'noteEscrowed', note: { noteId: fact.noteId, ...this.bills.valueOf(fact.billType) } });
      case 'noteStacked':
      case 'noteReturned':
        return this.#tellEnd(fact);
      case 'repeated':
        this.link.countDuplicate();
        if (this.#eventAcknowledgement === 'granted') this.link.acknowledge();
        return;
      case 'typeMismatch':
        this.log.error('cim.note.typeMismatch', { deviceId: this.deviceId, escrowedBillType: fact.escrowedBillType, toldBillType: fact.toldBillType });
        this.#board.record('CIM_STACK_UNCERTAIN', `in escrow type ${fact.escrowedBillType}, stacked as ${fact.toldBillType}`);
        return;
      default:
        return tellPlainFact(fact, { deviceId: this.deviceId, log: this.log, desk: this.#orders.desk, emit: (event) => this.#emit(event), postpone: (event) => this.#postponed.add(event) });
    }
  }

  #tellEnd(fact: Extract<CycleFact, { fact: 'noteStacked' | 'noteReturned' }>): void {
    const value = this.bills.valueOf(fact.billType);
    const note = fact.noteId === null || fact.noteId !== this.#offeredNoteId ? null : { noteId: fact.noteId, ...value };
    this.#eventAcknowledgement = 'awaited';
    let isCalled = false;
    const acknowledge = (): void => {
      if (isCalled) return;
      isCalled = true;
      // Of a note of before: the one that the device tells now is not durable by it.
      if (this.#lastEnd !== event) return;
      this.#eventAcknowledgement = 'granted';
      // At once only while the 81 is the last word on the line; otherwise with its next repeat.
      const isLastWord = this.#state?.state === 'billStacked' || this.#state?.state === 'billReturned';
      if (fact.isEvent && isLastWord && !this.link.isWaiting) this.link.acknowledge();
    };
    const event: NoteEndEvent = {
      kind: fact.fact, note, ...value, acknowledge,
      postpone: () => {
        if (!isCalled) this.#postponed.add(event);
      },
    };
    this.#lastEnd = event;
    this.#emit(event);
    this.#orders.desk.settle(fact.noteId, { kind: 'completed', value: fact.fact === 'noteStacked' ? 'stacked' : 'returned' });
  }

  #emit(event: CashAcceptorEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
