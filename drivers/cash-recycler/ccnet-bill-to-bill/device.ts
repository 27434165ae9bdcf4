import { assert } from '../../../main/foundation/assert.ts';
import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CcnetAcceptorOptions } from '../../ccnet-family/acceptor-options.ts';
import { CcnetAcceptor } from '../../ccnet-family/acceptor.ts';
import { ASSIGN, UNASSIGN, stackedType } from '../../ccnet-family/cassette-codec.ts';
import type { PollState } from '../../ccnet-family/codec.ts';
import { DISPENSED, decodePollState } from '../../ccnet-family/codec.ts';
import { LineJobs } from '../../ccnet-family/line-jobs.ts';
import { isAtRest, isPoweredUp } from '../../ccnet-family/poll-states.ts';
import type { CashDispenser, DispenseCounts } from '../../interfaces/cash-dispenser.ts';
import type { CashRecycler, PaidOut, RecyclerInventory, UnitRole } from '../../interfaces/cash-recycler.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { MovedNotes } from '../../life/moved-notes.ts';
import type { PayoutRegisters } from '../../life/payout-count.ts';
import { mixOf } from '../../life/note-mix.ts';
import { countOf, dispenseOutcome, ofKind } from '../../life/payout-count.ts';
import type { PayoutEnd, PayoutResult } from '../../life/payout-desk.ts';
import { PayoutDesk } from '../../life/payout-desk.ts';
import type { ToBox } from '../../life/payout-end.ts';
import { bringToBox, outcomeOf } from '../../life/payout-end.ts';
import { decodeMark, encodeMark } from '../../life/payout-mark.ts';
import { RecyclerDispenser } from '../../life/recycler-dispenser.ts';
import { UnitChanges } from '../../life/unit-changes.ts';
import { kindsOf, unitNumberIn } from '../../life/unit-kinds.ts';
import { CassetteReader } from './cassette-reader.ts';
import { CassetteTable, registersOf } from './cassettes.ts';
import { HeldEvent } from './held-event.ts';
import type { Order, Refusal } from './orders.ts';
import { dispenseOrder, payoutLimitMs, unloadOrder } from './orders.ts';
import type { UnitEvent } from './unit-states.ts';
import { UNKNOWN_TYPE, isWhole, paysOrMoves, toldOf, unitEventOf } from './unit-states.ts';

const BILL_TO_BILL_ADDRESS = 1;
const POLL_MS = 100;
/** Answers until the unit rests after an event was acknowledged, or a cassette type was set. */
const REST_POLLS_MAX = 30;

export type BillToBillOptions = CcnetAcceptorOptions & { readonly currency: Currency };

/** A CashCode Bill-to-Bill unit: a validator whose recycling cassettes keep notes of chosen kinds and hand them out again. */
export function createBillToBill(options: BillToBillOptions): CashRecycler {
  return new BillToBill(options);
}

class BillToBill extends CcnetAcceptor implements CashRecycler {
  readonly dispenser: CashDispenser;
  readonly #currency: Currency;
  readonly #jobs = new LineJobs();
  readonly #payouts: PayoutDesk;
  readonly #changes = new UnitChanges();
  readonly #cassettes: CassetteReader;
  #table: CassetteTable | null = null;
  /** Of the payout that runs. */
  #order: { readonly kind: 'pay' | 'toBox'; readonly before: PayoutRegisters; readonly denominationMinor: number | undefined; readonly orderedCount: number; isRefused: boolean } | null = null;
  /** The last event of a payout since one began, or of an earlier process. */
  #told: UnitEvent | null = null;
  readonly #held = new HeldEvent();
  /** No note came in since the last payout: what a power-up clears from the path is a note of it. */
  #isPathOfPayout = false;
  #isHalted = false;
  readonly moved = new MovedNotes();
  #wasPoweredUp = false;

  constructor(options: BillToBillOptions) {
    super({ ...options, address: options.address ?? BILL_TO_BILL_ADDRESS }, { protocol: 'ccnet-bill-to-bill', deviceClass: 'cashRecycler' });
    this.#currency = options.currency;
    this.#payouts = new PayoutDesk(options.clock);
    this.#cassettes = new CassetteReader({ requests: this.requests, billTypes: () => this.bills.known.filter((type) => type.currency === options.currency) });
    this.dispenser = new RecyclerDispenser(this, { unitCount: () => this.#kinds.length, pay: (request) => this.#dispense(request) });
  }

  // ——— the interface

  onUnitsChanged(listener: () => void): Unsubscribe {
    return this.#changes.onChange(listener);
  }

  unitNumberOf(denominationMinor: number): number | null {
    return unitNumberIn(this.#kinds, denominationMinor);
  }

  inventory(): Promise<DeviceOutcome<RecyclerInventory>> {
    return this.#run(async (): Promise<DeviceOutcome<RecyclerInventory>> => {
      const table = await this.#countedTable();
      if (!(table instanceof CassetteTable)) return table;
      const units = table.levels().map(({ denominationMinor, noteCount }, index) => ({
        unitNumber: index + 1, denominationMinor, currency: this.#currency, role: table.isKept(denominationMinor) ? ('cashInCashOut' as const) : ('cashIn' as const), noteCount,
      }));
      return { kind: 'completed', value: { units, movedToBox: this.moved.told } };
    });
  }

  /** A cassette is set to a kind, or to none; only an empty one can be. Several bill types of one value: the first of the table. [ccnet §6, 40] */
  setRole({ denominationMinor, role }: { readonly denominationMinor: number; readonly role: UnitRole }): Promise<DeviceOutcome<void>> {
    return this.#run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.#kinds.includes(denominationMinor)) return { kind: 'failed', completionCode: 'invalidData', detail: 'the device knows no such note' };
      for (let isFirst = true; ; isFirst = false) {
        const table = await this.#countedTable();
        if (!(table instanceof CassetteTable)) return table;
        const kept = table.of(denominationMinor);
        const cassette = role === 'cashIn' ? kept[0] : kept.length > 0 ? undefined : (table.free ?? null);
        if (cassette === undefined) return { kind: 'completed', value: undefined };
        if (cassette === null) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'no empty cassette without a type' };
        if (cassette.noteCount > 0) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'its cassette must be emptied first' };
        if (!isFirst && role === 'cashInCashOut') return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'the unit did not take the type' };
        const typeCode = role === 'cashIn' ? UNASSIGN : ASSIGN | (table.typeOf(denominationMinor) ?? 0);
        if (!(await this.#setType(cassette.cassetteNumber, typeCode))) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'the unit did not take the type' };
      }
    });
  }

  canPayOut(amountMinor: number): Promise<DeviceOutcome<boolean>> {
    return this.#run(async (): Promise<DeviceOutcome<boolean>> => {
      const table = await this.#countedTable();
      return table instanceof CassetteTable ? { kind: 'completed', value: amountMinor > 0 && mixOf(table.levels(), amountMinor) !== null } : table;
    });
  }

  async payOutAmount(amountMinor: number): Promise<DeviceOutcome<PaidOut>> {
    let wanted: readonly NoteCount[] = [];
    const ended = await this.#pay('pay', (table) => {
      const mix = mixOf(table.levels(), amountMinor);
      if (mix === null || amountMinor <= 0) return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: sumOfNotesMinor(table.levels()) < amountMinor ? 'CDM_CASSETTE_EMPTY' : 'CDM_NOT_DISPENSABLE' };
      wanted = mix;
      return dispenseOrder(table, mix);
    });
    if (ended.kind !== 'completed') return ended;
    const { picked, presentedCountMin, presentedCountMax } = ended.value.count;
    const pickedCount = countOf(picked);
    if (presentedCountMin !== presentedCountMax || (presentedCountMin !== pickedCount && presentedCountMin !== 0)) {
      this.life.latch('CDM_DISPENSE_UNCERTAIN', 'cassettes and events do not say which notes');
      return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'cassettesDoNotSayWhichNotes', noteCountMin: presentedCountMin, noteCountMax: presentedCountMax } };
    }
    const presented = presentedCountMin === 0 ? [] : picked;
    return { kind: 'completed', value: { presented, toBox: [], isShort: sumOfNotesMinor(presented) !== sumOfNotesMinor(wanted) } };
  }

  floatTo(keep: readonly NoteCount[]): Promise<ToBox> {
    this.#isHalted = false;
    return bringToBox({ next: () => this.#unloadNext(keep), keep: (moved) => this.moved.add(moved), latch: (code, detail) => this.life.latch(code, detail) });
  }

  async #unloadNext(keep: readonly NoteCount[]): Promise<DeviceOutcome<PayoutEnd> | null> {
    let isDone = false;
    const ended = await this.#pay('toBox', (table) => {
      const next = this.#isHalted ? undefined : table.above(keep)[0];
      isDone = next === undefined;
      return next === undefined ? { kind: 'failed', completionCode: 'canceled', detail: 'nothing more to move' } : unloadOrder(next);
    });
    return isDone ? null : ended;
  }

  empty(): Promise<ToBox> {
    return this.floatTo([]);
  }

  /** There is no command for it: what a cassette began it ends; no further cassette begins. */
  halt(): void {
    this.#isHalted = true;
  }

  payoutMark(): string | null {
    return this.#table === null ? null : encodeMark(registersOf(this.#table));
  }

  async resolvePayout(request: { readonly unitNumber: number; readonly noteCount: number; readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>> {
    const before = decodeMark(request.mark);
    if (before === null) return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'noCountsBefore', noteCountMin: 0, noteCountMax: request.noteCount } };
    if (this.#payouts.isOpen) return { kind: 'failed', completionCode: 'sequenceError', detail: 'a payout of this start runs' };
    this.#isPathOfPayout = true;
    const denominationMinor = this.#kinds[request.unitNumber - 1];
    this.#order = { kind: 'pay', before, denominationMinor, orderedCount: request.noteCount, isRefused: false };
    const result = await this.#payouts.begin({ before, denominationMinor, orderedCount: request.noteCount, limitMs: payoutLimitMs(request.noteCount), told: null, isOlder: true });
    this.#told = null;
    if (result === null) return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'deviceSilentAfterRestart', noteCountMin: 0, noteCountMax: request.noteCount } };
    return dispenseOutcome(result.count, { cassetteNumber: request.unitNumber, noteCount: request.noteCount, stoppedBy: result.told.stoppedBy, stage: 'countsAfterRestart' });
  }

  expectCutPayout(): void {
    this.#isPathOfPayout = true;
  }

  confirmPayout(): void {
    if (!this.#payouts.isOpen) this.#told = null;
    this.#held.grant();
    this.pause.wakeUp();
  }

  // ——— payouts

  async #dispense({ cassetteNumber, noteCount }: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const denominationMinor = this.#kinds[cassetteNumber - 1];
    assert(denominationMinor !== undefined, 'a unit that the device has told');
    const ended = await this.#pay('pay', (table) => {
      const order = dispenseOrder(table, [{ denominationMinor, noteCount }]);
      return 'kind' in order ? order : { ...order, denominationMinor };
    });
    if (ended.kind !== 'completed') return ended;
    const outcome = dispenseOutcome(ended.value.count, { cassetteNumber, noteCount, stoppedBy: ended.value.told.stoppedBy, stage: 'cassettesAndEventsDisagree' });
    if (outcome.kind === 'uncertain') this.life.latch('CDM_DISPENSE_UNCERTAIN', outcome.lastKnown.stage);
    return outcome;
  }

  /**
   * One order that moves notes out of cassettes. Whether the unit took it is not believed from its answer, which may be lost or late: its next states and the counts of
   * afterwards say what became of it.
   */
  async #pay(kind: 'pay' | 'toBox', orderFor: (table: CassetteTable) => Order | Refusal): Promise<DeviceOutcome<PayoutEnd>> {
    let running: Promise<PayoutResult> | null = null;
    let orderedCount = 0;
    const begun = await this.#run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.life.isOperating) return this.life.notReady();
      const refusal = this.#busy() ?? (await this.#reachRest());
      if (refusal !== null) return refusal;
      const table = await this.#countedTable();
      if (!(table instanceof CassetteTable)) return table;
      const order = orderFor(table);
      if ('kind' in order) return order;
      const before = registersOf(table);
      orderedCount = order.orderedCount;
      this.#told = null;
      this.#isPathOfPayout = true;
      this.#table = null;
      const { denominationMinor, limitMs } = order;
      this.#order = { kind, before, denominationMinor, orderedCount, isRefused: false };
      running = this.#payouts.begin({ before, denominationMinor, orderedCount, limitMs, told: null });
      this.life.send('device.noteUnderWay');
      const reply = await this.requests.sendOnce(order.command);
      this.#order.isRefused = reply.kind === 'illegal' || reply.kind === 'notUnderstood';
      return { kind: 'completed', value: undefined };
    });
    if (begun.kind !== 'completed') return begun;
    const result = await (running as Promise<PayoutResult> | null);
    const isRefused = this.#order?.isRefused === true;
    this.#order = null;
    return outcomeOf(result, { orderedCount, isRefused, latch: (code, detail) => this.life.latch(code, detail) });
  }

  #busy(): Refusal | null {
    const isFree = this.cycle.open === null && !this.isAcknowledgementAwaited && !this.#payouts.isOpen;
    return isFree ? null : { kind: 'failed', completionCode: 'sequenceError', detail: 'a note or a payout is under way' };
  }

  /** The event of the last payout is acknowledged first: a further payout says that its outcome is durable. DISPENSE needs 14 or 19. [ccnet §16] */
  async #reachRest(): Promise<Refusal | null> {
    this.#held.grant();
    for (let polls = 0; polls < REST_POLLS_MAX; polls++) {
      if (this.#busy() !== null) break;
      if (this.state !== null && isAtRest(this.state) && !this.#held.isTold) return null;
      await this.pollNow();
      await this.pause.sleep(POLL_MS);
    }
    return { kind: 'failed', completionCode: 'sequenceError', detail: 'the unit does not rest' };
  }

  async #setType(cassetteNumber: number, typeCode: number): Promise<boolean> {
    if ((await this.#reachRest()) !== null) return false;
    await this.requests.sendOnce({ command: 'setRecyclingCassetteType', cassetteNumber, typeCode });
    this.#table = null;
    // 21, then 29, which the poll acknowledges; whether it was set, the table says. A note that came first must not wait for it: the unit gives it back.
    for (let polls = 0; polls < REST_POLLS_MAX && this.#busy() === null; polls++) {
      await this.pause.sleep(POLL_MS);
      const state = await this.pollNow();
      if (state !== null && isAtRest(state)) return true;
    }
    return false;
  }

  /** Counts of now; nothing on its way. */
  async #countedTable(): Promise<CassetteTable | Refusal> {
    const refusal = this.#busy();
    if (refusal !== null) return refusal;
    const table = await this.#cassettes.read();
    if (table === null) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_OFFLINE', detail: 'cassette status not answered' };
    if (table.isIncomplete) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_CASSETTE_MISSING', detail: 'a recycling cassette is out' };
    this.#table = table;
    return table;
  }

  /** Kinds of notes, ascending: units by their number. */
  get #kinds(): readonly number[] {
    return kindsOf(this.bills.known, this.#currency);
  }

  // ——— the life

  #run<T>(job: () => Promise<DeviceOutcome<T>>): Promise<DeviceOutcome<T>> {
    if (this.life.step !== 'poll') return Promise.resolve(this.life.notReady());
    const settled = this.#jobs.run(job, () => this.life.notReady());
    this.pause.wakeUp();
    return settled;
  }

  protected override get isOtherwiseEngaged(): boolean {
    return this.#payouts.isOpen;
  }

  protected override work(): Promise<void> {
    return this.#jobs.performAll();
  }

  protected override dropWork(): void {
    this.#jobs.drop();
  }

  /** A validator's states by length, and the byte of 81 as the sources have it. [ccnet §7] */
  protected override readState(body: Buffer): PollState {
    const state = decodePollState(body);
    if (!isWhole(body)) return { state: 'unknown', code: body[0] ?? 0, rawHex: body.subarray(0, 32).toString('hex') };
    if (body[0] !== 0x81) return state;
    const billType = stackedType(body[1]!, { escrowedType: this.cycle.open?.billType ?? null, isKnownType: (type) => this.bills.known.some((known) => known.billType === type) });
    return { state: 'billStacked', billType: billType ?? UNKNOWN_TYPE };
  }

  protected override withholds(body: Buffer): boolean {
    // Of an earlier process it is kept in mind instead: unacknowledged it would keep the unit from coming up.
    if (body[0] === DISPENSED) return this.#held.mustStay({ isRunning: this.#payouts.isOpen });
    return isWhole(body) && super.withholds(body) && !this.#isClearedPayout;
  }

  get #isClearedPayout(): boolean {
    return this.#isPathOfPayout && this.cycle.open === null;
  }

  protected override isNoCustomersNote(state: PollState): boolean {
    return this.#isClearedPayout && (state.state === 'billStacked' || state.state === 'billReturned');
  }

  protected override onState(state: PollState): void {
    if (isPoweredUp(state)) this.#wasPoweredUp = true;
    if (state.state === 'accepting' || state.state === 'escrowPosition') this.#isPathOfPayout = this.#payouts.isOpen;
    if (state.state === 'billStacked' || state.state === 'initialize' || isPoweredUp(state)) {
      this.#changes.changed();
      this.#table = null;
    }
    this.#held.see({ isTold: state.state === 'dispensed', isRunning: this.#payouts.isOpen, nowMs: this.clock.monotonicMs() });
    const event = unitEventOf(state);
    // Of a payout of this process any; of an earlier one only its end.
    if (event !== null && (this.#payouts.isOpen || event.event === 'dispensed')) this.#told ??= event;
    if (event !== null) this.#changes.changed();
    this.#payouts.seen(paysOrMoves(state));
  }

  protected override async afterPoll(): Promise<void> {
    if (this.#payouts.isDue) await this.#closePayout();
    this.#changes.tell(this.life.step === 'poll' && this.#busy() === null);
  }

  async #closePayout(): Promise<void> {
    const table = this.bills.isRead || (await this.bills.read()) ? await this.#cassettes.read() : null;
    const order = this.#order;
    if (table === null || table.isIncomplete || order === null) return;
    this.#table = table;
    const after = registersOf(table);
    this.#payouts.told(toldOf(this.#told, { ...order, before: ofKind(order.before, order.denominationMinor), after: ofKind(after, order.denominationMinor), bills: this.bills.known }));
    this.#payouts.close(after);
  }

  protected override async configureUnit(): Promise<boolean> {
    const isUsable = await this.#cassettes.begin();
    this.#changes.changed();
    if (this.#wasPoweredUp && isUsable) {
      // Its layout is not documented: for whoever reads the log. [ccnet §6, 66]
      const told = await this.requests.read({ command: 'powerRecovery' });
      if (told !== null) this.log.warn('cdm.recovery.told', { deviceId: this.deviceId, rawHex: Buffer.from(told).toString('hex') });
      this.#wasPoweredUp = false;
    }
    return isUsable;
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.#payouts.giveUp();
  }
}
