import { assert } from '../../../main/foundation/assert.ts';
import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CashDispenser, DispenseCounts } from '../../interfaces/cash-dispenser.ts';
import type { CashRecycler, PaidOut, RecyclerInventory, UnitRole } from '../../interfaces/cash-recycler.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { MovedNotes } from '../../life/moved-notes.ts';
import type { PayoutRegisters, PayoutTold } from '../../life/payout-count.ts';
import { dispenseOutcome } from '../../life/payout-count.ts';
import type { OrderedPayout, PayoutEnd } from '../../life/payout-desk.ts';
import { PayoutDesk } from '../../life/payout-desk.ts';
import { RecyclerDispenser } from '../../life/recycler-dispenser.ts';
import { UnitChanges } from '../../life/unit-changes.ts';
import { kindsOf, unitNumberIn } from '../../life/unit-kinds.ts';
import type { SspAcceptorOptions } from '../../ssp-family/acceptor.ts';
import { FACTORY_FIXED_KEY, SspAcceptor } from '../../ssp-family/acceptor.ts';
import type { CommandName, PollEvent } from '../../ssp-family/codec.ts';
import { COMMANDS, RESPONSES } from '../../ssp-family/codec.ts';
import { COMMIT, PAYOUT_REFUSALS, ROUTES, TEST, byDenomination, decodeCounters, decodeLevels, valueBytes } from '../../ssp-family/payout-codec.ts';
import { outcomeOf } from '../../life/payout-end.ts';
import { decodeMark, encodeMark } from '../../life/payout-mark.ts';
import { sortEvents } from './payout-events.ts';
import { TransferredNotes } from './transferred-notes.ts';

/** A unit that says nothing for so long has lost the payout; the customer's time at the bezel is in it. */
const PAYOUT_MS = 60_000;
const NOTE_MS = 20_000;
/** All notes of a full unit to the cash box. */
const TO_BOX_MS = 600_000;
const ENABLE_OPTIONS = 0x00;
const ORDERS: readonly number[] = [COMMANDS.payoutAmount, COMMANDS.payoutByDenomination, COMMANDS.floatByDenomination, COMMANDS.smartEmpty, COMMANDS.emptyAll];

export type SmartPayoutOptions = Omit<SspAcceptorOptions, 'fixedKey'> & { readonly currency: Currency };

/** An ITL SMART Payout: a validator with escrow whose payout unit keeps notes of chosen kinds and hands them out again. */
export function createSmartPayout(options: SmartPayoutOptions): CashRecycler {
  return new SmartPayout(options);
}

type Refusal = Extract<DeviceOutcome<never>, { kind: 'failed' }>;

class SmartPayout extends SspAcceptor implements CashRecycler {
  readonly dispenser: CashDispenser;
  readonly #currency: Currency;
  readonly #payouts: PayoutDesk;
  readonly #changes = new UnitChanges();
  readonly #roles = new Map<number, UnitRole>();
  /** The order whose answer is not here yet. */
  #refused: Refusal | null = null;
  readonly moved = new MovedNotes();
  #registers: PayoutRegisters | null = null;
  /** The final event of a payout that nobody here ordered: of an earlier process. */
  #unclaimed: PayoutTold | null = null;
  /** The unit keeps the event until it is told that the outcome is durable. */
  #held: 'none' | 'awaited' | 'granted' = 'none';
  /** The core may still ask for what it tells: of a payout of this process, or, until it says otherwise, of an earlier one. */
  #isClaimable = true;
  readonly #transferred = new TransferredNotes();
  /** By its last word: also what an earlier life of the driver ordered. Counts of the middle are of no use to anybody. */
  #isMoving = false;
  /** Of nobody's order in this start, monotonic; null: it does not. */
  #movesSinceMs: number | null = null;
  /** No note came in since the last payout. */
  #isPathOfPayout = false;

  constructor(options: SmartPayoutOptions) {
    super({ ...options, fixedKey: FACTORY_FIXED_KEY }, { protocol: 'ssp-smart-payout', deviceClass: 'cashRecycler' });
    this.#currency = options.currency;
    this.#payouts = new PayoutDesk(options.clock);
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
      const refusal = this.#busy();
      if (refusal !== null) return refusal;
      const registers = await this.#readRegisters();
      if (registers === null) return this.#silent('levels not answered');
      const units = this.#kinds.map((denominationMinor, index) => ({
        unitNumber: index + 1, denominationMinor, currency: this.#currency, role: this.#roles.get(denominationMinor) ?? ('cashIn' as const),
        noteCount: registers.levels.find((level) => level.denominationMinor === denominationMinor)?.noteCount ?? 0,
      }));
      return { kind: 'completed', value: { units, movedToBox: this.moved.told } };
    });
  }

  setRole({ denominationMinor, role }: { readonly denominationMinor: number; readonly role: UnitRole }): Promise<DeviceOutcome<void>> {
    this.#roles.set(denominationMinor, role);
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.#kinds.includes(denominationMinor)) return { kind: 'failed', completionCode: 'invalidData', detail: 'the device knows no such note' };
      if (await this.#sendRole(denominationMinor)) return { kind: 'completed', value: undefined };
      return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'the unit did not take the route' };
    });
  }

  canPayOut(amountMinor: number): Promise<DeviceOutcome<boolean>> {
    return this.run(async (): Promise<DeviceOutcome<boolean>> => {
      const refusal = this.#busy();
      if (refusal !== null) return refusal;
      const reply = await this.link.send([COMMANDS.payoutAmount, ...valueBytes(amountMinor, this.#currency), TEST]);
      return reply === null ? this.#silent('test not answered') : { kind: 'completed', value: reply[0] === RESPONSES.ok };
    });
  }

  async payOutAmount(amountMinor: number): Promise<DeviceOutcome<PaidOut>> {
    const smallestMinor = this.#kinds[0] ?? amountMinor;
    const orderedCount = Math.ceil(amountMinor / smallestMinor);
    const ended = await this.#pay([COMMANDS.payoutAmount, ...valueBytes(amountMinor, this.#currency), COMMIT], { orderedCount, limitMs: PAYOUT_MS + NOTE_MS * orderedCount });
    if (ended.kind !== 'completed') return ended;
    const { count, told } = ended.value;
    const { picked, presentedCountMin, presentedCountMax, toBoxCount } = count;
    const isShort = told.stoppedBy !== null || sumOfNotesMinor(picked) !== amountMinor;
    const pickedCount = picked.reduce((sum, note) => sum + note.noteCount, 0);
    if (presentedCountMin === presentedCountMax && presentedCountMin === pickedCount) return { kind: 'completed', value: { presented: picked, toBox: [], isShort } };
    if (presentedCountMin === presentedCountMax && presentedCountMin === 0) return { kind: 'completed', value: { presented: [], toBox: toBoxCount === pickedCount ? picked : [], isShort } };
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'registersDoNotSayWhichNotes', noteCountMin: presentedCountMin, noteCountMax: presentedCountMax } };
  }

  async floatTo(keep: readonly NoteCount[]): Promise<DeviceOutcome<{ readonly movedToBox: readonly NoteCount[] }>> {
    return this.#toBox([COMMANDS.floatByDenomination, ...byDenomination(keep, this.#currency, COMMIT)]);
  }

  async empty(): Promise<DeviceOutcome<{ readonly movedToBox: readonly NoteCount[] }>> {
    const counted = await this.#toBox([COMMANDS.smartEmpty]);
    // A unit without SMART EMPTY; its levels tell the same.
    return counted.kind === 'failed' && counted.completionCode === 'unsupportedCommand' ? this.#toBox([COMMANDS.emptyAll]) : counted;
  }

  halt(): void {
    if (!this.#payouts.isOpen) return;
    void this.run(async (): Promise<DeviceOutcome<void>> => ((await this.command('haltPayout')) === null ? this.notRun() : { kind: 'completed', value: undefined }));
  }

  payoutMark(): string | null {
    return this.#registers === null ? null : encodeMark(this.#registers);
  }

  async resolvePayout(request: { readonly unitNumber: number; readonly noteCount: number; readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>> {
    const before = decodeMark(request.mark);
    const asked = { cassetteNumber: request.unitNumber, noteCount: request.noteCount };
    if (before === null) return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'noRegistersBefore', noteCountMin: 0, noteCountMax: request.noteCount } };
    if (this.#payouts.isOpen) return { kind: 'failed', completionCode: 'sequenceError', detail: 'a payout of this start runs' };
    this.#isPathOfPayout = true;
    const result = await this.#payouts.begin({ before, orderedCount: request.noteCount, limitMs: PAYOUT_MS + NOTE_MS * request.noteCount, told: this.#unclaimed, isOlder: true, denominationMinor: this.#kinds[request.unitNumber - 1] });
    this.#unclaimed = null;
    if (result === null) return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'deviceSilentAfterRestart', noteCountMin: 0, noteCountMax: request.noteCount } };
    return dispenseOutcome(result.count, { ...asked, stoppedBy: result.told.stoppedBy, stage: 'registersAfterRestart' });
  }

  expectCutPayout(): void {
    this.#isPathOfPayout = true;
  }

  confirmPayout(): void {
    this.#unclaimed = null;
    this.#isClaimable = false;
    if (this.#held !== 'awaited') return;
    this.#held = 'granted';
    this.pollSoon();
  }

  // ——— payouts

  async #dispense({ cassetteNumber, noteCount }: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const denominationMinor = this.#kinds[cassetteNumber - 1];
    assert(denominationMinor !== undefined, 'a unit that the device has told');
    const ended = await this.#pay([COMMANDS.payoutByDenomination, ...byDenomination([{ denominationMinor, noteCount }], this.#currency, COMMIT)], { orderedCount: noteCount, limitMs: PAYOUT_MS + NOTE_MS * noteCount, denominationMinor });
    if (ended.kind !== 'completed') return ended;
    const outcome = dispenseOutcome(ended.value.count, { cassetteNumber, noteCount, stoppedBy: ended.value.told.stoppedBy, stage: 'registersDisagree' });
    if (outcome.kind === 'uncertain') this.latch('CDM_DISPENSE_UNCERTAIN', outcome.lastKnown.stage);
    return outcome;
  }

  async #toBox(command: readonly number[]): Promise<DeviceOutcome<{ readonly movedToBox: readonly NoteCount[] }>> {
    const ended = await this.#pay(command, { orderedCount: 0, limitMs: TO_BOX_MS });
    if (ended.kind !== 'completed') return ended;
    const { picked, presentedCountMax, toBoxCount } = ended.value.count;
    const pickedCount = picked.reduce((sum, note) => sum + note.noteCount, 0);
    // By its own counters all that left the units lies in the box; otherwise some of it sticks in the path.
    if (presentedCountMax === 0 && (toBoxCount === pickedCount || ended.value.after.counters === null)) return { kind: 'completed', value: { movedToBox: picked } };
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'notAllInTheBox', noteCountMin: toBoxCount, noteCountMax: pickedCount } };
  }

  /** One order that moves notes out of the units. Its answer may be lost with the line: then the events and registers of afterwards say what became of it. */
  async #pay(command: readonly number[], order: Omit<OrderedPayout, 'before'> & { readonly limitMs: number }): Promise<DeviceOutcome<PayoutEnd>> {
    let running: Promise<PayoutEnd | null> | null = null;
    const begun = await this.run(async (): Promise<DeviceOutcome<void>> => {
      const refusal = this.#busy() ?? (await this.#forgetHeld());
      if (refusal !== null) return refusal;
      const before = await this.#readRegisters();
      if (before === null) return this.#silent('levels not answered before the payout');
      this.#refused = null;
      this.#unclaimed = null;
      this.#isClaimable = true;
      this.#isPathOfPayout = true;
      running = this.#payouts.begin({ before, ...order, told: null });
      this.engage();
      const reply = await this.link.send(command);
      // Without keys it was powered since: perhaps by the first motor of this very order, heard in an earlier copy. [ssp §4, §7]
      if (reply === null || reply[0] === RESPONSES.keyNotSet) this.lineLost();
      else this.#takeReply(reply);
      return { kind: 'completed', value: undefined };
    });
    if (begun.kind !== 'completed') return begun;
    const result = await (running as Promise<PayoutEnd | null> | null);
    if (this.#refused !== null) return this.#refused;
    return outcomeOf(result, { orderedCount: order.orderedCount, isRefused: false, latch: (code, detail) => this.latch(code, detail) });
  }

  #takeReply(reply: Buffer): void {
    if (reply[0] === RESPONSES.ok) return;
    const reason = reply[0] === RESPONSES.cannotProcess ? reply[1] : undefined;
    this.#refused = {
      kind: 'failed', detail: `refused: ${reply.toString('hex')}`,
      completionCode: reply[0] === RESPONSES.unknownCommand ? 'unsupportedCommand' : reason === PAYOUT_REFUSALS.busy || reason === PAYOUT_REFUSALS.disabled ? 'deviceNotReady' : 'commandErrorCode',
      ...(reason === PAYOUT_REFUSALS.notEnough ? { errorCode: 'CDM_CASSETTE_EMPTY' as const } : reason === PAYOUT_REFUSALS.notExact ? { errorCode: 'CDM_NOT_DISPENSABLE' as const } : {}),
    };
    this.#payouts.giveUp();
  }

  #busy(): Refusal | null {
    const isFree = this.cycle.open === null && !this.isAcknowledgementAwaited && !this.#payouts.isOpen && !this.#isMoving;
    return isFree ? null : { kind: 'failed', completionCode: 'sequenceError', detail: 'a note or a payout is under way' };
  }

  #silent(detail: string): Refusal {
    this.lineLost();
    return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_OFFLINE', detail };
  }

  /** The event of the last payout, before another one. */
  async #forgetHeld(): Promise<Refusal | null> {
    if (this.#held === 'none') return null;
    if ((await this.command('eventAck')) === null) return this.#silent('event not acknowledged');
    this.#held = 'none';
    return null;
  }

  async #readRegisters(): Promise<PayoutRegisters | null> {
    const levelData = await this.command('getAllLevels');
    const levels = levelData === null ? null : decodeLevels(levelData);
    if (levels === null) return null;
    const counterReply = await this.link.send([COMMANDS.getCounters]);
    if (counterReply === null) return null;
    const counters = counterReply[0] === RESPONSES.ok ? decodeCounters(counterReply.subarray(1)) : null;
    this.#registers = {
      levels: levels.filter((level) => level.currency === this.#currency).map(({ denominationMinor, noteCount }) => ({ denominationMinor, noteCount })),
      counters: counters === null ? null : { paidCount: counters.dispensedCount, transferredCount: counters.transferredCount },
    };
    return this.#registers;
  }

  /** Kinds of notes, ascending: units by their number. */
  get #kinds(): readonly number[] {
    return kindsOf(this.noteTypes, this.#currency);
  }

  async #sendRole(denominationMinor: number): Promise<boolean> {
    const route = this.#roles.get(denominationMinor) === 'cashInCashOut' ? ROUTES.payout : ROUTES.cashBox;
    return (await this.command('setRoute', [route, ...valueBytes(denominationMinor, this.#currency)])) !== null;
  }

  // ——— the life

  protected override get isOtherwiseEngaged(): boolean {
    return this.#payouts.isOpen;
  }

  protected override get isEventHeld(): boolean {
    return this.#held !== 'none';
  }

  protected override async configure(): Promise<boolean> {
    this.#movesSinceMs = null;
    for (const denominationMinor of this.#kinds) if (!(await this.#sendRole(denominationMinor)) && this.link.isLastOpen) return false;
    const enabled = await this.link.send([COMMANDS.enablePayout, ENABLE_OPTIONS]);
    return enabled !== null;
  }

  protected override sort(events: readonly PollEvent[]) {
    const news = sortEvents(events, { currency: this.#currency, isPathOfPayout: this.#isPathOfPayout });
    if (news.isNoteComing && !this.#payouts.isOpen) this.#isPathOfPayout = false;
    if (news.isCutPayout) this.#isPathOfPayout = true;
    if (news.isHeld && this.#held === 'none') this.#held = this.#isClaimable || this.#payouts.isOpen ? 'awaited' : 'granted';
    if (news.told !== null) {
      if (this.#payouts.isOpen) this.#payouts.told(news.told);
      else if (this.#held !== 'none') this.#unclaimed ??= news.told;
    }
    this.#isMoving = news.isMoving;
    this.#movesSinceMs = news.isMoving && !this.#payouts.isOpen ? (this.#movesSinceMs ?? this.clock.monotonicMs()) : null;
    this.#payouts.seen(!news.isStill);
    for (const denominationMinor of this.#transferred.take(news.transferredMinor)) this.moved.add([{ denominationMinor, noteCount: 1 }]);
    if (news.areUnitsChanged) this.#changes.changed();
    return { notes: news.notes, isMoving: news.isMoving || this.#payouts.isOpen, faults: this.#isStuck ? [...news.faults, 'CDM_JAMMED' as const] : news.faults };
  }

  /** Longer than any order takes: its motor stands, and it says that it moves. It takes and counts nothing meanwhile, so a person must look. */
  get #isStuck(): boolean {
    return this.#movesSinceMs !== null && this.clock.monotonicMs() - this.#movesSinceMs > TO_BOX_MS;
  }

  protected override async command(command: CommandName, data?: readonly number[]): Promise<Buffer | null> {
    const reply = await super.command(command, data);
    if (command === 'eventAck' && reply !== null) this.#transferred.acknowledged();
    return reply;
  }

  /** A unit that never heard the order would do it now, minutes later perhaps and for nobody; one that heard it tells by events and registers. */
  protected override get mayRepeatLast(): boolean {
    return !ORDERS.includes(this.link.lastCode ?? 0);
  }

  protected override async sendAcceptance(noteTypes: readonly number[]): Promise<boolean> {
    return this.#payouts.isOpen ? false : super.sendAcceptance(noteTypes);
  }

  protected override async poll(): Promise<boolean> {
    if (this.#held === 'granted' && !this.isAcknowledgementAwaited && (await this.command('eventAck')) !== null) this.#held = 'none';
    if (!(await super.poll())) return false;
    if (this.#payouts.isDue) {
      const after = await this.#readRegisters();
      if (after !== null) this.#payouts.close(after);
      if (after !== null) this.settle('payout ended');
    }
    this.#changes.tell(this.#busy() === null);
    return true;
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.#payouts.giveUp();
  }
}

