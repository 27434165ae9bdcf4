import { assert } from '../../../main/foundation/assert.ts';
import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Id003AcceptorOptions } from '../../id003-family/acceptor.ts';
import { Id003Acceptor } from '../../id003-family/acceptor.ts';
import type { Id003State } from '../../id003-family/codec.ts';
import { ACK, EXTENSION, INVALID_COMMAND, RECYCLER_CODES, RECYCLER_UNIT } from '../../id003-family/codec.ts';
import type { CashDispenser, DispenseCounts } from '../../interfaces/cash-dispenser.ts';
import type { CashRecycler, PaidOut, RecyclerInventory, UnitRole } from '../../interfaces/cash-recycler.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { MovedNotes } from '../../life/moved-notes.ts';
import type { PayoutRegisters } from '../../life/payout-count.ts';
import { mixOf } from '../../life/note-mix.ts';
import { countOf, dispenseOutcome, ofKind } from '../../life/payout-count.ts';
import type { OrderedPayout, PayoutEnd, PayoutResult } from '../../life/payout-desk.ts';
import { PayoutDesk } from '../../life/payout-desk.ts';
import type { ToBox } from '../../life/payout-end.ts';
import { bringToBox, outcomeOf } from '../../life/payout-end.ts';
import { decodeMark, encodeMark } from '../../life/payout-mark.ts';
import { RecyclerDispenser } from '../../life/recycler-dispenser.ts';
import { UnitChanges } from '../../life/unit-changes.ts';
import { kindsOf, unitNumberIn } from '../../life/unit-kinds.ts';
import type { Box } from './boxes.ts';
import { BoxTable, decodeCounts, decodeCurrencies } from './boxes.ts';
import { PayoutWatch, cutWatch, isMoving, isSetback, needsAcknowledgement } from './payout-watch.ts';
import { WholeMark } from './whole-mark.ts';

/** A unit that says nothing for so long has lost the payout; the customer's time at the bezel is in it. */
const PAYOUT_MS = 60_000;
const NOTE_MS = 30_000;
const TO_BOX_MS = 600_000;
const ATTEMPTS = 4;
const REST_POLLS_MAX = 40;
const POLL_MS = 150;
/** Longer without a state, and one event may have been told twice unseen. */
const SURE_MS = 1_000;
/** COLLECT: everything. [id003 §9, 4B, unverified] */
const COLLECT_ALL = 0x00;

export type Id003RecyclerOptions = Id003AcceptorOptions & { readonly currency: Currency };

/** A JCM recycler on ID-003: an acceptor whose two boxes keep notes of one kind each and hand them out again. */
export function createId003Recycler(options: Id003RecyclerOptions): CashRecycler {
  return new Id003Recycler(options);
}

type Refusal = Extract<DeviceOutcome<never>, { kind: 'failed' }>;
interface Order extends Omit<OrderedPayout, 'before'> {
  readonly command: readonly number[];
  readonly limitMs: number;
}

const registersOf = (table: BoxTable): PayoutRegisters => ({ levels: table.levels(), counters: null });

class Id003Recycler extends Id003Acceptor implements CashRecycler {
  readonly dispenser: CashDispenser;
  readonly #currency: Currency;
  readonly #payouts: PayoutDesk;
  readonly #changes = new UnitChanges();
  #table: BoxTable | null = null;
  /** A payout that an earlier start left without an outcome, as it is seen until RESET. */
  #cutPayout: { readonly watch: PayoutWatch; isRead: boolean } | null = null;
  readonly #mark: WholeMark;
  #order: { readonly kind: 'pay' | 'toBox'; readonly before: PayoutRegisters; readonly denominationMinor: number | undefined; readonly watch: PayoutWatch; readonly isOver: boolean; isRefused: boolean; isLineSure: boolean } | null = null;
  readonly moved = new MovedNotes();
  #isPathOfPayout = false;
  #isHalted = false;
  #seenAtMs = 0;

  constructor(options: Id003RecyclerOptions) {
    super(options, { protocol: 'id003-recycler', deviceClass: 'cashRecycler' });
    this.#currency = options.currency;
    this.#payouts = new PayoutDesk(options.clock);
    this.#mark = new WholeMark({ set: (data) => this.set('setDenomination', data), read: () => this.denominationSetting() });
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
    return this.run(async (): Promise<DeviceOutcome<RecyclerInventory>> => {
      const table = await this.#countedTable();
      if (!(table instanceof BoxTable)) return table;
      const units = table.levels().map(({ denominationMinor, noteCount }, index) => ({ unitNumber: index + 1, denominationMinor, currency: this.#currency, role: table.of(denominationMinor).length > 0 ? ('cashInCashOut' as const) : ('cashIn' as const), noteCount }));
      return { kind: 'completed', value: { units, movedToBox: this.moved.told } };
    });
  }

  /** A box is set to one kind, or to none; one with notes keeps what it has. [id003 §9, D0] */
  setRole({ denominationMinor, role }: { readonly denominationMinor: number; readonly role: UnitRole }): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.#kinds.includes(denominationMinor)) return { kind: 'failed', completionCode: 'invalidData', detail: 'the device knows no such note' };
      const table = await this.#countedTable();
      if (!(table instanceof BoxTable)) return table;
      const kept = table.of(denominationMinor);
      if ((kept.length > 0) === (role === 'cashInCashOut')) return { kind: 'completed', value: undefined };
      if (kept.some((box) => box.noteCount > 0)) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'its box must be emptied first' };
      const chosen = role === 'cashInCashOut' ? table.free?.boxNumber : undefined;
      if (role === 'cashInCashOut' && chosen === undefined) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'no empty box' };
      const data = table.all.flatMap((box) => [box.boxNumber === chosen ? table.maskOf(denominationMinor) : kept.includes(box) ? 0 : box.mask, 0, box.boxNumber]);
      if (!(await this.#inhibit())) return { kind: 'failed', completionCode: 'sequenceError', detail: 'the unit does not rest' };
      const reply = await this.#extension([RECYCLER_CODES.setRecycleCurrency, ...data], ATTEMPTS);
      const after = await this.#countedTable();
      const isSet = after instanceof BoxTable && (after.of(denominationMinor).length > 0) === (role === 'cashInCashOut');
      return isSet ? { kind: 'completed', value: undefined } : { kind: 'failed', completionCode: 'commandErrorCode', detail: `the unit did not take the kind: ${reply?.toString('hex') ?? 'no answer'}` };
    });
  }

  canPayOut(amountMinor: number): Promise<DeviceOutcome<boolean>> {
    return this.run(async (): Promise<DeviceOutcome<boolean>> => {
      const table = await this.#countedTable();
      return table instanceof BoxTable ? { kind: 'completed', value: mixOf(table.levels(), amountMinor) !== null } : table;
    });
  }

  /** One box after the other. */
  async payOutAmount(amountMinor: number): Promise<DeviceOutcome<PaidOut>> {
    const inventory = await this.inventory();
    if (inventory.kind !== 'completed') return inventory;
    const levels = inventory.value.units.map(({ denominationMinor, noteCount }) => ({ denominationMinor, noteCount }));
    const mix = mixOf(levels, amountMinor);
    if (mix === null) return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: sumOfNotesMinor(levels) < amountMinor ? 'CDM_CASSETTE_EMPTY' : 'CDM_NOT_DISPENSABLE' };
    const presented: NoteCount[] = [];
    for (const { denominationMinor, noteCount } of mix) {
      const outcome = await this.#dispense({ cassetteNumber: this.unitNumberOf(denominationMinor) ?? 0, noteCount });
      if (outcome.kind === 'uncertain') return { ...outcome, lastKnown: { ...outcome.lastKnown, noteCountMin: (outcome.lastKnown.noteCountMin ?? 0) + countOf(presented), noteCountMax: (outcome.lastKnown.noteCountMax ?? 0) + countOf(presented) } };
      if (outcome.kind === 'failed' && presented.length === 0) return outcome;
      if (outcome.kind === 'completed' && outcome.value.presentedCount > 0) presented.push({ denominationMinor, noteCount: outcome.value.presentedCount });
      if (outcome.kind === 'failed' || outcome.value.presentedCount < noteCount) break;
    }
    return { kind: 'completed', value: { presented, toBox: [], isShort: sumOfNotesMinor(presented) !== amountMinor } };
  }

  /** COLLECT brings whole boxes: what is to stay must be all of a box, or nothing of it. [id003 §9, 4B] */
  floatTo(keep: readonly NoteCount[]): Promise<ToBox> {
    this.#isHalted = false;
    return bringToBox({ next: () => this.#collectNext(keep), keep: (moved) => this.moved.add(moved), latch: (code, detail) => this.latch(code, detail) });
  }

  async #collectNext(keep: readonly NoteCount[]): Promise<DeviceOutcome<PayoutEnd> | null> {
    let isDone = false;
    const ended = await this.#pay('toBox', (table) => {
      const keptOf = (box: Box) => keep.find((note) => note.denominationMinor === table.valueOf(box))?.noteCount ?? 0;
      const next = this.#isHalted ? undefined : table.all.find((box) => table.valueOf(box) !== null && box.noteCount > keptOf(box));
      isDone = next === undefined;
      if (next === undefined) return { kind: 'failed', completionCode: 'canceled', detail: 'nothing more to move' };
      if (keptOf(next) > 0) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the unit brings only whole boxes to the cash box' };
      return { command: [RECYCLER_CODES.collect, COLLECT_ALL, next.boxNumber], orderedCount: 0, limitMs: TO_BOX_MS };
    });
    return isDone ? null : ended;
  }

  empty(): Promise<ToBox> {
    return this.floatTo([]);
  }

  /** EMERGENCY STOP; its own promise tells what had moved. [id003 §9, 4D] */
  halt(): void {
    this.#isHalted = true;
    if (!this.#payouts.isOpen) return;
    void this.run(async (): Promise<DeviceOutcome<void>> => ((await this.#extension([RECYCLER_CODES.emergencyStop], 1)) === null ? this.notRun() : { kind: 'completed', value: undefined }));
  }

  payoutMark(): string | null {
    return this.#table === null ? null : encodeMark(registersOf(this.#table));
  }

  /**
   * Events that an earlier process acknowledged are gone with it, but it let the mark stand only while none of them was a return: by the rule of a payout that was seen from begin to end, all that
   * left the box went out. Without the mark only a box that lost nothing proves anything.
   */
  async resolvePayout(request: { readonly unitNumber: number; readonly noteCount: number; readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>> {
    const before = decodeMark(request.mark);
    if (before === null) return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'noCountsBefore', noteCountMin: 0, noteCountMax: request.noteCount } };
    if (this.#payouts.isOpen) return { kind: 'failed', completionCode: 'sequenceError', detail: 'a payout of this start runs' };
    this.#isPathOfPayout = true;
    const watch = this.#cutPayout?.isRead === true ? this.#cutPayout.watch : cutWatch();
    this.#cutPayout = null;
    const denominationMinor = this.#kinds[request.unitNumber - 1];
    this.#order = { kind: 'pay', before, denominationMinor, watch, isOver: true, isRefused: false, isLineSure: false };
    const result = await this.#payouts.begin({ before, denominationMinor, orderedCount: request.noteCount, limitMs: PAYOUT_MS + NOTE_MS * request.noteCount, told: null, isOlder: true });
    this.#order = null;
    if (result === null) return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'deviceSilentAfterRestart', noteCountMin: 0, noteCountMax: request.noteCount } };
    return dispenseOutcome(result.count, { cassetteNumber: request.unitNumber, noteCount: request.noteCount, stoppedBy: result.told.stoppedBy, stage: 'countsAfterRestart' });
  }

  expectCutPayout(): void {
    this.#isPathOfPayout = true;
    this.#cutPayout = { watch: new PayoutWatch(), isRead: false };
  }

  /** The unit keeps nothing for it. */
  confirmPayout(): void {}

  // ——— payouts

  async #dispense({ cassetteNumber, noteCount }: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const denominationMinor = this.#kinds[cassetteNumber - 1];
    assert(denominationMinor !== undefined, 'a unit that the device has told');
    const ended = await this.#pay('pay', (table) => {
      const box = table.of(denominationMinor).find((candidate) => candidate.noteCount >= noteCount);
      if (box === undefined) return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: 'CDM_CASSETTE_EMPTY', detail: 'its box holds fewer' };
      return { command: [RECYCLER_CODES.payOut, noteCount, box.boxNumber], orderedCount: noteCount, denominationMinor, limitMs: PAYOUT_MS + NOTE_MS * noteCount };
    });
    if (ended.kind !== 'completed') return ended;
    const outcome = dispenseOutcome(ended.value.count, { cassetteNumber, noteCount, stoppedBy: ended.value.told.stoppedBy, stage: 'boxesAndEventsDisagree' });
    if (outcome.kind === 'uncertain') this.latch('CDM_DISPENSE_UNCERTAIN', outcome.lastKnown.stage);
    return outcome;
  }

  /** One order that moves notes out of a box, sent once, inhibited. Its answer is not believed: states and counts of afterwards say what became of it. */
  async #pay(kind: 'pay' | 'toBox', orderFor: (table: BoxTable) => Order | Refusal): Promise<DeviceOutcome<PayoutEnd>> {
    let running: Promise<PayoutResult> | null = null;
    let orderedCount = 0;
    const begun = await this.run(async (): Promise<DeviceOutcome<void>> => {
      const table = await this.#countedTable();
      if (!(table instanceof BoxTable)) return table;
      const order = orderFor(table);
      if ('kind' in order) return order;
      if (!(await this.#inhibit())) return { kind: 'failed', completionCode: 'sequenceError', detail: 'the unit does not rest' };
      const before = registersOf(table);
      await this.#mark.put();
      orderedCount = order.orderedCount;
      this.#isPathOfPayout = true;
      this.#table = null;
      this.#seenAtMs = this.clock.monotonicMs();
      const { denominationMinor, limitMs } = order;
      this.#order = { kind, before, denominationMinor, watch: new PayoutWatch(), isOver: false, isRefused: false, isLineSure: true };
      running = this.#payouts.begin({ before, denominationMinor, orderedCount, limitMs, told: null });
      this.engage();
      const reply = await this.#extension(order.command, 1);
      this.#order.isRefused = reply?.[0] === INVALID_COMMAND;
      return { kind: 'completed', value: undefined };
    });
    if (begun.kind !== 'completed') return begun;
    const result = await (running as Promise<PayoutResult> | null);
    const isRefused = this.#order?.isRefused === true;
    this.#order = null;
    return outcomeOf(result, { orderedCount, isRefused, latch: (code, detail) => this.latch(code, detail) });
  }

  /** A payout needs the inhibited state. [id003 §9] */
  async #inhibit(): Promise<boolean> {
    this.forgetAcceptance();
    for (let polls = 0; polls < REST_POLLS_MAX; polls++) {
      if (!(await this.set('setInhibit', [1]))) return false;
      if (!(await this.look())) return false;
      if (this.state?.state === 'disabled') return true;
      if (this.cycle.open !== null) return false;
      await this.pause(POLL_MS);
    }
    return false;
  }

  #busy(): Refusal | null {
    const isFree = this.cycle.open === null && !this.isAcknowledgementAwaited && !this.#payouts.isOpen;
    return isFree ? null : { kind: 'failed', completionCode: 'sequenceError', detail: 'a note or a payout is under way' };
  }

  async #countedTable(): Promise<BoxTable | Refusal> {
    const refusal = this.#busy();
    if (refusal !== null) return refusal;
    const table = await this.#readTable();
    if (table === null) {
      this.lineLost();
      return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_OFFLINE', detail: 'boxes not answered' };
    }
    this.#table = table;
    return table;
  }

  async #readTable(): Promise<BoxTable | null> {
    const currencies = await this.#ask(RECYCLER_CODES.recycleCurrency);
    const counts = await this.#ask(RECYCLER_CODES.currentCount);
    const again = await this.#ask(RECYCLER_CODES.currentCount);
    const masks = currencies === null ? null : decodeCurrencies(currencies);
    const noteCounts = counts === null || again === null || !counts.equals(again) ? null : decodeCounts(counts);
    if (masks === null || noteCounts === null) return null;
    return new BoxTable(masks.map((mask, index) => ({ boxNumber: index + 1, mask, noteCount: noteCounts[index]! })), this.noteTypes, this.#currency);
  }

  /** @returns what stands behind the code; null: no such answer */
  async #ask(code: number): Promise<Buffer | null> {
    const reply = await this.link.request({ command: { command: 'recycler', data: [code] }, attemptCountMax: ATTEMPTS, isAnswer: (body) => body[0] === EXTENSION && body[1] === RECYCLER_UNIT && body[2] === code });
    return reply?.subarray(3) ?? null;
  }

  #extension(data: readonly number[], attemptCountMax: number): Promise<Buffer | null> {
    return this.link.request({ command: { command: 'recycler', data }, attemptCountMax, isAnswer: (body) => (body.length === 1 && (body[0] === ACK || body[0] === INVALID_COMMAND)) || (body[0] === EXTENSION && body[2] === data[0]) });
  }

  get #kinds(): readonly number[] {
    return kindsOf(this.noteTypes, this.#currency);
  }

  // ——— the life

  protected override get isOtherwiseEngaged(): boolean {
    return this.#payouts.isOpen;
  }

  /** A kept kind may go to its box; everything else to the cash box. [id003 §5, 41] */
  protected override stackCommand(noteType: number): 'stack1' | 'stack2' {
    const kept = this.#table?.all.some((box) => (box.mask & this.#table!.maskOf(this.noteTypes.find((type) => type.noteType === noteType)?.denominationMinor ?? 0)) !== 0);
    return kept === true ? 'stack1' : 'stack2';
  }

  /** What a power-up or a reset clears after a payout is a note of it: no end of a customer's note. */
  protected override isNoCustomersNote(state: Id003State): boolean {
    return this.#isPathOfPayout && this.cycle.open === null && (state.state === 'vendValid' || state.state === 'stacked');
  }

  /** With its acknowledgement the next note of a payout would come out, which nobody of this start asked for: perhaps minutes later, and to whoever stands there then. */
  protected override waitsForReset(state: Id003State): boolean {
    return state.state === 'payValid' && !this.#payouts.isOpen;
  }

  protected override async onState(state: Id003State): Promise<void> {
    const isWatched = (this.#order !== null && !this.#order.isOver) || this.#cutPayout?.isRead === false;
    // Once acknowledged a return is told no more: the next process must not take the payout for whole.
    const isTellable = !isWatched || !isSetback(state) || (await this.#mark.break());
    if ((needsAcknowledgement(state) && isTellable && !this.waitsForReset(state)) || this.isNoCustomersNote(state)) this.link.tell({ command: 'ack' });
    if (state.state === 'accepting' || state.state === 'escrow') this.#isPathOfPayout = this.#payouts.isOpen;
    if (['vendValid', 'initialize', 'payValid', 'returnToBox', 'returnPayOutNote', 'collected'].includes(state.state)) this.#changes.changed();
    const nowMs = this.clock.monotonicMs();
    if (this.#order !== null && nowMs - this.#seenAtMs > SURE_MS) this.#order.isLineSure = false;
    this.#seenAtMs = nowMs;
    if (this.#order?.isOver === false) this.#order.watch.see(state);
    if (this.#cutPayout?.isRead === false) this.#cutPayout.watch.see(state);
    this.#payouts.seen(isMoving(state));
  }

  protected override async beforeReset(): Promise<void> {
    const cut = this.#cutPayout;
    if (cut === null || cut.isRead) return;
    // RESET ends what still moves; between two notes nothing does.
    if (this.state === null || (isMoving(this.state) && !this.waitsForReset(this.state)) || !(await this.#mark.stands())) cut.watch.cut();
    cut.isRead = true;
  }

  protected override async sendAcceptance(noteTypes: readonly number[]): Promise<boolean> {
    return this.#payouts.isOpen ? false : super.sendAcceptance(noteTypes);
  }

  protected override async poll(): Promise<boolean> {
    if (!(await super.poll())) return false;
    if (this.#payouts.isDue) await this.#closePayout();
    this.#changes.tell(this.#busy() === null);
    return true;
  }

  async #closePayout(): Promise<void> {
    const table = await this.#readTable();
    const order = this.#order;
    if (table === null || order === null) return;
    this.#table = table;
    const after = registersOf(table);
    this.#payouts.told(order.watch.told({ ...order, before: ofKind(order.before, order.denominationMinor), after: ofKind(after, order.denominationMinor) }));
    this.#payouts.close(after);
    this.settle('payout ended');
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.#payouts.giveUp();
  }
}
