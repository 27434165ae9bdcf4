import { assert } from '../../../main/foundation/assert.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CashDispenser, DispenseCounts } from '../../interfaces/cash-dispenser.ts';
import type { CashRecycler, PaidOut, RecyclerInventory, UnitRole } from '../../interfaces/cash-recycler.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { MovedNotes } from '../../life/moved-notes.ts';
import type { Occasion } from '../../life/line-device.ts';
import { mixOf } from '../../life/note-mix.ts';
import { countOf } from '../../life/payout-count.ts';
import type { PayoutEnd } from '../../life/payout-desk.ts';
import type { ToBox } from '../../life/payout-end.ts';
import { bringToBox } from '../../life/payout-end.ts';
import { RecyclerDispenser } from '../../life/recycler-dispenser.ts';
import { UnitChanges } from '../../life/unit-changes.ts';
import { kindsOf, unitNumberIn } from '../../life/unit-kinds.ts';
import { XfsAcceptor } from '../../xfs4iot/acceptor.ts';
import type { StorageUnit } from '../../xfs4iot/counts.ts';
import { dispenserCapabilities, hasNotesInside, statusSchema } from '../../xfs4iot/dispenser-status.ts';
import { XfsDispensing } from '../../xfs4iot/dispensing.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsEvent } from '../../xfs4iot/service-link.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { boxOf, depleteOrder, mixFor } from './orders.ts';
import type { CourseEnd, Refusal } from './payout-course.ts';
import { PayoutCourse } from './payout-course.ts';
import { dispenseCountsOf, paidOutOf, toBoxOf, uncertain } from './payout-counts.ts';
import type { RecyclingUnit } from './recycling-units.ts';
import { levelsOf, recyclingUnitsOf, uncountedKinds } from './recycling-units.ts';
import { decodeRegisters, encodeRegisters, type Registers, registersOf } from '../../xfs4iot/payout-registers.ts';

/** A full unit, note by note. */
const TO_BOX_PATIENCE_MS = 600_000;

export interface XfsRecyclerOptions extends XfsDeviceOptions {
  readonly currency: Currency;
  /** XFSAuthenticateHost; null: the service asks for no token. */
  readonly tokenKey: Uint8Array | null;
}

/** Any vendor's recycler: CashAcceptor, CashDispenser and Storage of one XFS4IoT service over the same units. */
export function createXfsRecycler(options: XfsRecyclerOptions): CashRecycler {
  return new XfsRecycler(options);
}

interface Look {
  readonly storage: Readonly<Record<string, StorageUnit>>;
  readonly units: readonly RecyclingUnit[];
}

class XfsRecycler extends XfsAcceptor implements CashRecycler {
  readonly dispenser: CashDispenser;
  readonly #currency: Currency;
  readonly #dispensing: XfsDispensing;
  readonly #course: PayoutCourse;
  readonly #changes = new UnitChanges();
  readonly #roles = new Map<number, UnitRole>();
  /** As last read; null: something changed since. */
  #registers: Registers | null = null;
  #missing: readonly number[] = [];
  /** Notes that ever came into the cash box. */
  #boxGotCount: number | null = null;
  readonly moved = new MovedNotes();
  #isExitFull = false;
  #isStackerFull = false;
  /** What lies in stacker or exit is of a payout that is asked for later. */
  #isCutExpected = false;
  #isHalted = false;

  constructor(options: XfsRecyclerOptions) {
    super(options, { deviceClass: 'cashRecycler', protocol: 'xfs4iot-cash-recycler', furtherInterfaces: ['CashDispenser', 'Storage'] });
    this.#currency = options.currency;
    this.#dispensing = new XfsDispensing(this.service, options.tokenKey);
    this.#course = new PayoutCourse({
      clock: options.clock, dispensing: this.#dispensing,
      readRegisters: async () => ((await this.#look()) === null ? null : this.#registers),
      lookAtExit: () => this.#lookAtPath(),
      hasStacker: () => this.#ofDispenser?.intermediateStacker !== false && this.service.has('CashDispenser.Present'),
      seesTaking: () => this.#ofDispenser?.itemsTakenSensor !== false,
      failedBy: (reply, errorCode) => this.failedBy(reply, errorCode),
      lineLost: () => this.lineLost(),
      lookSoon: () => this.pollSoon(),
    });
    this.dispenser = new RecyclerDispenser(this, { unitCount: () => this.#kinds.length, pay: (request) => this.#dispense(request), isPresent: (unitNumber) => !this.#missing.includes(this.#kinds[unitNumber - 1] ?? 0), paysDespite: ['CIM_BOX_FULL'] });
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
      const look = this.#busy() ?? (await this.#lookOr());
      if ('kind' in look) return look;
      const [levels, uncounted] = [levelsOf(look.units), uncountedKinds(look.units)];
      const units = this.#kinds.map((denominationMinor, index) => {
        const level = levels.find((each) => each.denominationMinor === denominationMinor);
        const role = level !== undefined && this.#roles.get(denominationMinor) === 'cashInCashOut' ? ('cashInCashOut' as const) : ('cashIn' as const);
        return { unitNumber: index + 1, denominationMinor, currency: this.#currency, role, noteCount: level?.noteCount ?? 0 };
      }).filter(({ denominationMinor }) => !uncounted.includes(denominationMinor));
      return { kind: 'completed', value: { units, movedToBox: this.moved.told } };
    });
  }

  /** By the application's lock of each unit against notes that come in; the service asks for no exchange for it. [xfs4iot §3, §14.13] */
  setRole({ denominationMinor, role }: { readonly denominationMinor: number; readonly role: UnitRole }): Promise<DeviceOutcome<void>> {
    const usedRecycleUnits = this.usesRecycleUnits;
    this.#roles.set(denominationMinor, role);
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      if (!this.#kinds.includes(denominationMinor)) return { kind: 'failed', completionCode: 'invalidData', detail: 'the device knows no such note' };
      const look = await this.#lookOr();
      if ('kind' in look) return look;
      if (role === 'cashInCashOut' && !look.units.some((unit) => unit.denominationMinor === denominationMinor)) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'the service has no unit that takes such notes in and pays them out' };
      const lock = await this.#lock(look.units.filter((unit) => unit.denominationMinor === denominationMinor));
      if (usedRecycleUnits !== this.usesRecycleUnits) await this.renewEntry();
      if (lock === 'taken') return { kind: 'completed', value: undefined };
      return lock === 'unheard' ? this.#silent('the lock of a unit is not answered') : { kind: 'failed', completionCode: 'commandErrorCode', detail: 'the service did not take the lock' };
    });
  }

  canPayOut(amountMinor: number): Promise<DeviceOutcome<boolean>> {
    return this.run(async (): Promise<DeviceOutcome<boolean>> => {
      const look = this.#busy() ?? (await this.#lookOr());
      return 'kind' in look ? look : { kind: 'completed', value: mixOf(levelsOf(look.units.filter((unit) => unit.isUsable)), amountMinor) !== null };
    });
  }

  /** One bunch. */
  async payOutAmount(amountMinor: number): Promise<DeviceOutcome<PaidOut>> {
    let orderedCount = 0;
    const ended = await this.#pay((units) => {
      const levels = levelsOf(units.filter((unit) => unit.isUsable));
      const mix = mixOf(levels, amountMinor);
      orderedCount = countOf(mix ?? []);
      return mix ?? { kind: 'failed', completionCode: 'commandErrorCode', errorCode: sumOfNotesMinor(levels) < amountMinor ? 'CDM_CASSETTE_EMPTY' : 'CDM_NOT_DISPENSABLE' };
    });
    if (ended === null) return this.#lost(orderedCount);
    return 'kind' in ended ? ended : this.#latched(paidOutOf(ended, amountMinor, orderedCount));
  }

  /** Deplete, unit by unit, as far as the service has it. [xfs4iot §5] */
  floatTo(keep: readonly NoteCount[]): Promise<ToBox> {
    this.#isHalted = false;
    return bringToBox({ next: () => this.#depleteNext(keep), keep: (moved) => this.moved.add(moved), latch: (code, detail) => this.latch(code, detail) });
  }

  empty(): Promise<ToBox> {
    return this.floatTo([]);
  }

  /** A request; what runs ends by its own completion. [xfs4iot §1.6] */
  halt(): void {
    this.#isHalted = true;
    for (const command of ['CashDispenser.Dispense', 'CashAcceptor.Deplete']) void this.service.cancel(command);
  }

  payoutMark(): string | null {
    return this.#registers === null ? null : encodeRegisters(this.#registers);
  }

  async resolvePayout({ unitNumber, noteCount, mark }: { readonly unitNumber: number; readonly noteCount: number; readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>> {
    const before = decodeRegisters(mark);
    const denominationMinor = this.#kinds[unitNumber - 1];
    if (before === null || denominationMinor === undefined) return uncertain('noRegistersBefore', 0, noteCount);
    if (this.#course.isOpen) return { kind: 'failed', completionCode: 'sequenceError', detail: 'a payout of this start runs' };
    const running = this.#course.begin({ before, isUnclear: true });
    this.#isCutExpected = false;
    this.pollSoon();
    const ended = await running;
    if (ended === null) return uncertain('deviceSilentAfterRestart', 0, noteCount);
    return 'kind' in ended ? ended : dispenseCountsOf(ended, { cassetteNumber: unitNumber, noteCount, denominationMinor });
  }

  expectCutPayout(): void {
    this.#isCutExpected = true;
  }

  /** The service keeps its counters whatever is said. What lies in stacker or exit from now on is of no payout that anybody asks for. */
  confirmPayout(): void {
    this.#isCutExpected = false;
  }

  override async stack(noteId: string): Promise<DeviceOutcome<'stacked' | 'returned' | 'rejected'>> {
    const outcome = await super.stack(noteId);
    this.#unitsChanged();
    return outcome;
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.#course.giveUp();
  }

  // ——— orders

  async #dispense({ cassetteNumber, noteCount }: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const denominationMinor = this.#kinds[cassetteNumber - 1];
    assert(denominationMinor !== undefined, 'a unit that the device has told');
    const ended = await this.#pay(() => [{ denominationMinor, noteCount }]);
    if (ended === null) return this.#lost(noteCount);
    return 'kind' in ended ? ended : this.#latched(dispenseCountsOf(ended, { cassetteNumber, noteCount, denominationMinor }));
  }

  /** One Dispense. null: not heard of again */
  async #pay(choose: (units: readonly RecyclingUnit[]) => readonly NoteCount[] | Refusal): Promise<CourseEnd | Refusal | null> {
    return this.#order(async (look) => {
      const notes = choose(look.units);
      if ('kind' in notes) return notes;
      const mix = mixFor(notes, { units: look.units, currency: this.#currency });
      if ('kind' in mix) return mix;
      const authority = await this.#dispensing.authorise(mix.currencies);
      if (authority === null) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'no token for the dispense' };
      return async () => this.#course.dispensed(await this.#dispensing.order(mix, authority));
    });
  }

  /** One order that moves notes out of units: with the mouth shut and the path clear, and its counters of before. */
  async #order(prepare: (look: Look) => Promise<Refusal | (() => Promise<void>)>): Promise<CourseEnd | Refusal | null> {
    let running: ReturnType<PayoutCourse['begin']> | null = null;
    const begun = await this.run(async (): Promise<DeviceOutcome<void>> => {
      const refusal = this.#busy();
      if (refusal !== null) return refusal;
      if (!(await this.closeEntry())) return this.#silent('the CashIn did not end');
      const look = this.#busy() ?? (await this.#lookOr());
      if ('kind' in look) return look;
      if ((await this.#lookAtPath()) === null) return this.#silent('the status is not told');
      if (this.#isExitFull || this.#isStackerFull) return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: 'CDM_ITEMS_LEFT', detail: 'notes of an earlier order lie in stacker or exit' };
      const send = await prepare(look);
      if (typeof send !== 'function') return send;
      assert(this.#registers !== null, 'counters of before');
      running = this.#course.begin({ before: this.#registers });
      this.engage();
      await send();
      return { kind: 'completed', value: undefined };
    });
    const ended = begun.kind === 'failed' ? begun : await (running as ReturnType<PayoutCourse['begin']> | null);
    if (!this.#course.isOpen && begun.kind === 'completed') this.pollSoon();
    return ended;
  }

  /** null: nothing is left that should move */
  async #depleteNext(keep: readonly NoteCount[]): Promise<DeviceOutcome<PayoutEnd> | null> {
    let from: RecyclingUnit | null = null;
    let boxBefore = 0;
    let box: string | null = null;
    const ended = await this.#order(async ({ storage, units }) => {
      const order = this.#isHalted ? null : depleteOrder(units, keep);
      if (order === null) return { kind: 'failed', completionCode: 'canceled', detail: 'nothing more to move' };
      box = boxOf(storage)?.unitId ?? null;
      if (box === null || !this.service.has('CashAcceptor.Deplete')) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the service moves no notes between its units' };
      from = order.from;
      boxBefore = boxOf(storage)?.gotCount ?? 0;
      const payload = { depleteSources: [{ cashUnitSource: order.from.unitId, numberOfItemsToMove: order.noteCount }], cashUnitTarget: box };
      return async () => this.#course.moved(await this.service.command('CashAcceptor.Deplete', payload, { patienceMs: TO_BOX_PATIENCE_MS }));
    });
    if (ended === null) return this.#lost((from as RecyclingUnit | null)?.noteCount ?? 0);
    if ('kind' in ended) return ended.completionCode === 'canceled' ? null : ended;
    assert(from !== null, 'an order that was begun');
    return { kind: 'completed', value: toBoxOf(ended, { from, boxGain: (this.#boxGotCount ?? boxBefore) - boxBefore }) };
  }

  #lost(noteCount: number): DeviceOutcome<never> {
    return this.#latched(uncertain('notHeardOfAgain', 0, noteCount));
  }

  #latched<T>(outcome: DeviceOutcome<T>): DeviceOutcome<T> {
    if (outcome.kind === 'uncertain') this.latch('CDM_DISPENSE_UNCERTAIN', outcome.lastKnown.stage);
    return outcome;
  }

  #busy(): Refusal | null {
    return !this.hasNoteUnderWay && !this.#course.isOpen ? null : { kind: 'failed', completionCode: 'sequenceError', detail: 'a note or a payout is under way' };
  }

  #silent(detail: string): Refusal {
    this.lineLost();
    return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_OFFLINE', detail };
  }

  async #lookOr(): Promise<Look | Refusal> {
    return (await this.#look()) ?? this.#silent('the service tells no storage');
  }

  async #look(): Promise<Look | null> {
    const storage = await this.#dispensing.readStorage();
    if (storage === null) return null;
    const units = recyclingUnitsOf(storage, this.#currency);
    this.#registers = registersOf(storage, units);
    this.#boxGotCount = boxOf(storage)?.gotCount ?? null;
    this.#missing = levelsOf(units).map((level) => level.denominationMinor).filter((kind) => !units.some((unit) => unit.denominationMinor === kind && unit.isUsable));
    return { storage, units };
  }

  /** Whether notes lie in reach, or behind an exit that is empty. null: no answer */
  async #lookAtPath(): Promise<'full' | 'empty' | 'inside' | 'unknown' | null> {
    const status = await this.service.command('Common.Status');
    if (status.kind !== 'done') return null;
    const positions = this.#seePath(status.payload);
    const isEmpty = positions.length > 0 && positions.every((position) => position.positionStatus === 'empty');
    return this.#isExitFull ? 'full' : !isEmpty ? 'unknown' : hasNotesInside(status.payload) ? 'inside' : 'empty';
  }

  #seePath(status: Payload) {
    const dispenser = statusSchema.safeParse(status).data?.cashDispenser;
    const positions = dispenser?.positions ?? [];
    this.#isExitFull = positions.some((position) => position.positionStatus === 'notEmpty');
    this.#isStackerFull = dispenser?.intermediateStacker?.startsWith('notEmpty') === true;
    return positions;
  }

  /** Each as its kind is wanted; what it already is, is not said. unheard: nobody knows whether it is taken, another word later says it. */
  async #lock(units: readonly RecyclingUnit[]): Promise<'taken' | 'refused' | 'unheard'> {
    const isLocked = ({ denominationMinor }: RecyclingUnit) => this.#roles.get(denominationMinor) !== 'cashInCashOut';
    const others = units.filter((unit) => (unit.isLockedIn ?? false) !== isLocked(unit));
    if (others.length === 0) return 'taken';
    const storage = Object.fromEntries(others.map((unit) => [unit.unitId, { cash: { configuration: { appLockIn: isLocked(unit) } } }]));
    const { kind } = await this.service.command('Storage.SetStorage', { storage });
    return kind === 'done' ? 'taken' : kind === 'failed' || !this.service.has('Storage.SetStorage') ? 'refused' : 'unheard';
  }

  #unitsChanged(): void {
    this.#registers = null;
    this.#changes.changed();
    this.pollSoon();
  }

  get #kinds(): readonly number[] {
    return kindsOf(this.noteTypes, this.#currency);
  }

  get #ofDispenser() {
    return dispenserCapabilities.safeParse(this.service.capabilities).data?.cashDispenser;
  }

  // ——— the life

  protected override get isOtherwiseEngaged(): boolean {
    return this.#course.isOpen || (this.#isCutExpected && (this.#isExitFull || this.#isStackerFull));
  }

  /** Without a kind that is kept, all goes to the cash box. */
  protected override get usesRecycleUnits(): boolean {
    return [...this.#roles.values()].includes('cashInCashOut');
  }

  protected override async prepare(occasion: Occasion): Promise<boolean> {
    if (!(await super.prepare(occasion))) return false;
    const look = await this.#look();
    if (look === null) return false;
    const lock = await this.#lock(look.units.filter((unit) => this.#roles.has(unit.denominationMinor)));
    if (lock === 'unheard') return false;
    if (lock === 'refused') this.record('LNK_PROTOCOL', 'the service did not take the lock of a unit');
    if (this.#course.isOpen) return this.#course.drive();
    if (occasion.isReset && !(await this.#clearPath())) return false;
    this.#changes.changed();
    return true;
  }

  /** A person asked for it: what nobody waits for any more is drawn in. */
  async #clearPath(): Promise<boolean> {
    if ((await this.#lookAtPath()) === null) return false;
    for (const [isFull, isPresented] of [[this.#isExitFull, true], [this.#isStackerFull, false]] as const) if (isFull && (await this.#dispensing.takeBack({ isPresented })).kind === 'silence') return false;
    return true;
  }

  protected override faultsOf(payload: Payload): readonly ErrorCode[] {
    const positions = this.#seePath(payload);
    const isJammed = positions.some((position) => position.transport === 'inoperative' || position.shutter?.startsWith('jammed') === true);
    const isLeft = (this.#isExitFull || this.#isStackerFull) && !this.isOtherwiseEngaged;
    return [...super.faultsOf(payload), ...(isJammed ? ['CDM_JAMMED' as const] : []), ...(isLeft ? ['CDM_ITEMS_LEFT' as const] : [])];
  }

  protected override onDown(): void {
    super.onDown();
    this.#course.lineDown();
  }

  protected override hear(event: XfsEvent): void {
    super.hear(event);
    if (event.name === 'CashManagement.ItemsTakenEvent') this.#course.taken();
    else if ((event.name === 'Storage.CountsChangedEvent' || event.name === 'Storage.StorageChangedEvent') && !this.#course.isOpen) this.#unitsChanged();
  }

  protected override async poll(): Promise<boolean> {
    if (!(await super.poll()) || !(await this.#course.drive())) return false;
    if (!this.#course.isOpen && this.#registers === null && (await this.#look()) === null) return false;
    this.settle('status', { isEngaged: this.isEngaged() });
    this.#changes.tell(this.#busy() === null);
    return true;
  }
}
