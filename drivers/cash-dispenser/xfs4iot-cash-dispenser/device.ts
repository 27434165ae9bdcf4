import { assert } from '../../../main/foundation/assert.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import { MINOR_PER_UNIT } from '../../../main/foundation/money.ts';
import type { DeviceOutcome, LastKnown } from '../../../main/foundation/outcome.ts';
import type { CashDispenser, CashDispenserCapabilities, CashDispenserSensors, CashPresenter, DispenseCounts, RetractedItems } from '../../interfaces/cash-dispenser.ts';
import { CassetteNumbers } from '../../xfs4iot/cassette-numbers.ts';
import type { StorageUnit } from '../../xfs4iot/counts.ts';
import type { Cassette, CassetteRequest } from '../../xfs4iot/dispensed.ts';
import { cassettesOf, countsOfMoves, isNotBegun } from '../../xfs4iot/dispensed.ts';
import { exitOf, hasNotesInside, statusSchema } from '../../xfs4iot/dispenser-status.ts';
import { MOVE_PATIENCE_MS, XfsDispensing, bunchCountOf, hasFurtherBunches, isNotPresented, paysNothing, retractedOf, stoppedByOf } from '../../xfs4iot/dispensing.ts';
import { XfsLastBunch } from '../../xfs4iot/last-bunch.ts';
import type { Registers } from '../../xfs4iot/payout-registers.ts';
import { drawnInBetween, movesOfUnit, registersOf } from '../../xfs4iot/payout-registers.ts';
import { XfsStorage } from '../../xfs4iot/storage.ts';
import type { Occasion } from '../../life/line-device.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsEvent, XfsReply } from '../../xfs4iot/service-link.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';

export interface XfsDispenserOptions extends XfsDeviceOptions {
  readonly cassetteCount: number;
  readonly bunchNotesMax: number;
  readonly hasStacker: boolean;
  /** XFSAuthenticateHost; null: the service asks for no token. */
  readonly tokenKey: Uint8Array | null;
}

export function createXfsDispenser(options: XfsDispenserOptions): CashDispenser {
  return new XfsDispenser(options);
}

class XfsDispenser extends XfsDevice implements CashDispenser {
  readonly capabilities: CashDispenserCapabilities;
  readonly presenter: CashPresenter | null;
  readonly storage: XfsStorage;
  readonly lastDispense: XfsLastBunch;
  readonly #dispensing: XfsDispensing;
  readonly #takenListeners = new Set<() => void>();
  readonly #numbers = new CassetteNumbers();
  #cassettes: readonly Cassette[] = [];
  #isPresented = false;
  /** What lies in the stacker was gathered by this driver and counted, also before the line was lost: it is the bunch that is made now. */
  #isBunchOurs = false;
  #isInside = false;
  #isInStacker = false;
  /** What the service gathered it hands out in several parts. */
  #isSplit = false;
  /** The service's counts as they stood when the bunch that is made now was to go out. null: none was */
  #beforePresent: Registers | null = null;

  constructor(options: XfsDispenserOptions) {
    super(options, { deviceClass: 'cashDispenser', protocol: 'xfs4iot-cash-dispenser', interfaceNames: ['CashDispenser'], offlineCode: 'CDM_OFFLINE', failureCode: 'CDM_FAILURE', exchangeCode: 'CDM_EXCHANGE', logArea: 'cdm' });
    const { cassetteCount, bunchNotesMax, hasStacker } = options;
    this.#dispensing = new XfsDispensing(this.service, options.tokenKey);
    this.storage = new XfsStorage({ service: this.service, cassetteNumbers: this.#numbers, run: (job) => this.run(job), failedBy: (reply) => this.failedBy(reply), lineLost: () => this.lineLost(), isUnderWay: () => this.#isPresented });
    this.capabilities = { cassetteCount, notesPerCommandMax: bunchNotesMax, itemsTakenSensor: hasStacker, retractArea: hasStacker, shutter: hasStacker, presentsWhileDispensing: !hasStacker, extraNoteCountMax: 0 };
    this.lastDispense = new XfsLastBunch({
      clock: options.clock,
      run: (job) => this.run(job),
      readRegisters: () => this.#readRegisters(),
      isExitEmpty: async () => {
        const status = await this.service.command('Common.Status');
        // What it drew in by itself, and no further than the transport, nobody has taken.
        return status.kind === 'done' && exitOf(status.payload) === 'empty' && !hasNotesInside(status.payload);
      },
      unitIdOf: (cassetteNumber) => this.#cassetteOf(cassetteNumber)?.unit ?? null,
    });
    this.presenter = hasStacker
      ? {
          bunchNotesMax,
          stack: async (request) => {
            this.#check(request);
            return this.run(() => this.#dispense(request));
          },
          present: () => this.run(() => this.#present()),
          retract: () => this.run(() => this.#retract()),
          onItemsTaken: (listener) => {
            this.#takenListeners.add(listener);
            return () => void this.#takenListeners.delete(listener);
          },
        }
      : null;
  }

  async dispense(request: CassetteRequest): Promise<DeviceOutcome<DispenseCounts>> {
    this.#check([request]);
    return this.run<DispenseCounts>(async () => {
      const outcome = await this.#dispense([request]);
      return outcome.kind === 'completed' ? { kind: 'completed', value: outcome.value[0]! } : outcome;
    });
  }

  async readSensors(): Promise<DeviceOutcome<CashDispenserSensors>> {
    return this.run<CashDispenserSensors>(async () => {
      const [status, storage] = [await this.service.command('Common.Status'), await this.#dispensing.readStorage()];
      if (status.kind !== 'done') return this.failedBy(status);
      if (storage === null) return { kind: 'failed', completionCode: 'deviceNotReady', detail: 'the service tells no storage' };
      const positions = statusSchema.safeParse(status.payload).data?.cashDispenser?.positions ?? [];
      const rejects = Object.values(storage).filter((unit) => unit.cash?.configuration?.types?.['reject'] === true);
      return {
        kind: 'completed',
        value: {
          isExitBlocked: positions.some((position) => position.positionStatus === 'notEmpty'),
          isTransportBlocked: hasNotesInside(status.payload),
          isRejectTrayPresent: rejects.every((unit) => unit.status !== 'missing'),
          cassettes: this.#cassettes.map(({ cassetteNumber, unit }) => ({ cassetteNumber, isPresent: !paysNothing(storage[unit]), isNearEnd: ['low', 'empty'].includes(storage[unit]?.cash?.status?.replenishmentStatus ?? ''), ...denominationOf(storage[unit]) })),
        },
      };
    });
  }

  async purge(): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => this.#moved(await this.#clear(), 'reset'));
  }

  protected override async prepare({ isReset }: Occasion): Promise<boolean> {
    if (isReset && !(await this.#clearInside())) return false;
    const storage = await this.#dispensing.readStorage();
    if (storage === null) return false;
    this.#cassettes = cassettesOf(storage, this.#numbers);
    if (this.#cassettes.length !== this.capabilities.cassetteCount) this.record('LNK_PROTOCOL', `the service has ${this.#cassettes.length} cassettes, the configuration ${this.capabilities.cassetteCount}`);
    return true;
  }

  protected override faultsOf(payload: Payload): readonly ErrorCode[] {
    this.storage.takeStatus(payload);
    const dispenser = statusSchema.safeParse(payload).data?.cashDispenser;
    this.#lookAtExit(payload);
    this.#isInside = hasNotesInside(payload);
    const isJammed = (dispenser?.positions ?? []).some((position) => position.transport === 'inoperative' || position.shutter?.startsWith('jammed') === true);
    // Handed out with the next bunch, it would be another customer's.
    this.#isInStacker = dispenser?.intermediateStacker?.startsWith('notEmpty') === true;
    const isLeft = this.#isInStacker && !this.#isBunchOurs;
    return [...(isJammed ? ['CDM_JAMMED' as const] : []), ...(isLeft ? ['CDM_ITEMS_LEFT' as const] : [])];
  }

  protected override hear(event: XfsEvent): void {
    this.storage.hear(event);
    if (event.name !== 'CashManagement.ItemsTakenEvent') return;
    this.#isPresented = false;
    // A part of a bunch, which is in doubt as a whole.
    if (this.#isSplit) return this.pollSoon();
    for (const listener of this.#takenListeners) listener();
    this.pollSoon();
  }

  /** Notes lie in the customer's reach. */
  protected override isEngaged(): boolean {
    return this.presenter !== null && this.#isPresented;
  }

  /** A terminal that was started anew, or was away, finds what still lies in the exit. */
  #lookAtExit(status: Payload): void {
    const exit = exitOf(status);
    if (exit !== 'unknown') this.#isPresented = exit === 'full';
  }

  /** A person ordered it and has looked: what lies in stacker and transport goes into the reject unit. What lies in reach stays. */
  async #clearInside(): Promise<boolean> {
    if (!(await this.look())) return false;
    return !this.#isInside || (await this.#clear()).kind !== 'silence';
  }

  /** Waits behind whatever still runs. [xfs4iot §1.4] */
  #clear(): Promise<XfsReply> {
    this.#isBunchOurs = false;
    return this.service.command('CashManagement.Reset', { position: { target: 'reject' } }, { patienceMs: MOVE_PATIENCE_MS });
  }

  async #readRegisters(): Promise<Registers | null> {
    const storage = await this.#dispensing.readStorage();
    return storage === null ? null : this.#registersIn(storage);
  }

  #registersIn(storage: Readonly<Record<string, StorageUnit>>): Registers {
    return registersOf(storage, this.#cassettes.map(({ unit, value }) => ({ unitId: unit, denominationMinor: Math.round(value * MINOR_PER_UNIT) })));
  }

  #cassetteOf(cassetteNumber: number): Cassette | undefined {
    return this.#cassettes.find((cassette) => cassette.cassetteNumber === cassetteNumber);
  }

  #check(request: readonly CassetteRequest[]): void {
    assert(request.length > 0 && request.every(({ cassetteNumber }) => Number.isInteger(cassetteNumber) && cassetteNumber >= 1 && cassetteNumber <= this.capabilities.cassetteCount), 'cassettes of the dispenser');
    assert(request.every(({ noteCount }) => Number.isInteger(noteCount) && noteCount >= 1) && request.reduce((sum, { noteCount }) => sum + noteCount, 0) <= this.capabilities.notesPerCommandMax, 'notes that one command may ask for');
  }

  async #dispense(request: readonly CassetteRequest[]): Promise<DeviceOutcome<readonly DispenseCounts[]>> {
    const asked = request.map((each) => ({ ...each, cassette: this.#cassetteOf(each.cassetteNumber) }));
    // A bunch begins: what lies there is an earlier one's.
    this.#isBunchOurs = false;
    this.#beforePresent = null;
    if (!(await this.look())) return this.#silent('the service tells no status');
    const obstacle = this.#isPresented ? 'CDM_ITEMS_LEFT' : this.faults[0];
    if (obstacle !== undefined) {
      this.settle('dispense', { isEngaged: this.isEngaged() });
      return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: obstacle };
    }
    if (asked.some((each) => each.cassette === undefined)) return { kind: 'failed', completionCode: 'invalidData', detail: 'a cassette that is not there' };
    const counts = Object.fromEntries(asked.map(({ cassette, noteCount }) => [cassette!.unit, noteCount]));
    const currencies: Record<string, number> = {};
    for (const { cassette, noteCount } of asked) currencies[cassette!.currency] = (currencies[cassette!.currency] ?? 0) + cassette!.value * noteCount;
    const before = await this.#dispensing.readStorage();
    if (before === null) return this.#silent('the service tells no storage');
    if (JSON.stringify(cassettesOf(before, this.#numbers)) !== JSON.stringify(this.#cassettes)) {
      // Exchanged or told otherwise since: which number each has now, and what lies there, is looked at anew.
      this.bringUpAgain();
      return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_CASSETTE_MISSING', detail: 'the service has other cassettes than before' };
    }
    const authority = await this.#dispensing.authorise(currencies);
    if (authority === null) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'no token for the dispense' };
    this.engage();
    const reply = await this.#dispensing.order({ currencies, counts }, authority);
    const outcome = await this.#cameTo(request, this.#registersIn(before), reply);
    this.#isSplit = reply.kind === 'done' && bunchCountOf(reply.payload) > 1;
    if (outcome.kind === 'uncertain') this.latch('CDM_DISPENSE_UNCERTAIN', outcome.lastKnown.stage);
    this.#isBunchOurs = outcome.kind === 'completed';
    this.settle('dispense', { isEngaged: this.isEngaged() });
    return outcome;
  }

  async #cameTo(request: readonly CassetteRequest[], before: Registers, reply: XfsReply): Promise<DeviceOutcome<readonly DispenseCounts[]>> {
    const noteCountMax = request.reduce((sum, { noteCount }) => sum + noteCount, 0);
    if (reply.kind === 'refused') return this.failedBy(reply);
    if (reply.kind === 'silence') {
      this.lineLost();
      return this.#uncertain('dispenseUnanswered', 0, noteCountMax);
    }
    const after = await this.#readRegisters();
    if (after === null) {
      this.lineLost();
      return this.#uncertain('storageUnread', 0, noteCountMax);
    }
    const stoppedBy = stoppedByOf(reply);
    const moves = this.#cassettes.map((cassette) => ({ ...cassette, noteCount: request.find(({ cassetteNumber }) => cassetteNumber === cassette.cassetteNumber)?.noteCount ?? 0, moved: movesOfUnit(cassette.unit, before, after) }));
    // Taken out, or another one in its place: what left it before, nobody says.
    if (moves.some(({ noteCount, moved }) => noteCount > 0 && moved === null)) return this.#uncertain('countersSetAnew', 0, noteCountMax);
    const told = moves.flatMap(({ moved, unit, ...each }) => (moved === null ? [] : [countsOfMoves(each, moved, stoppedBy(unit))]));
    const counts = request.map(({ cassetteNumber }) => told.find((each) => each.cassetteNumber === cassetteNumber)!);
    // Handed out they would be booked nowhere, and of another value.
    const strangeCounts = told.filter((each) => each.requestedCount === 0).map(({ cassetteNumber, stackedCount, presentedCount }) => ({ cassetteNumber, noteCount: stackedCount + presentedCount })).filter((one) => one.noteCount > 0);
    if (strangeCounts.length > 0) return this.#uncertain('notesOfAnotherCassette', 0, noteCountMax, { strangeCounts });
    const picked = counts.reduce((sum, each) => sum + each.pickedCount, 0);
    // What was rejected is nobody's; what was counted beyond the order may be anybody's.
    const [countMin, countMax] = [counts.reduce((sum, each) => sum + each.presentedCount, 0), Math.max(noteCountMax, counts.reduce((sum, each) => sum + each.pickedCount - each.rejectedCount, 0))];
    if (reply.kind === 'failed' && picked === 0 && isNotBegun(reply.completionCode, reply.errorCode)) return this.failedBy(reply, reply.errorCode === 'itemsLeft' ? 'CDM_ITEMS_LEFT' : undefined);
    // A mechanism that failed may have moved what it did not count.
    if (reply.kind === 'failed' && reply.completionCode !== 'commandErrorCode') return this.#uncertain(reply.completionCode, countMin, countMax);
    if (counts.some((each) => each.stackedCount + each.presentedCount > each.requestedCount) || (reply.kind === 'done' && picked < noteCountMax)) return this.#uncertain('countsDisagree', countMin, countMax);
    return { kind: 'completed', value: counts };
  }

  #silent(detail: string): DeviceOutcome<never> {
    this.lineLost();
    return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_OFFLINE', detail };
  }

  #uncertain(stage: string, noteCountMin: number, noteCountMax: number, more: Pick<LastKnown, 'strangeCounts'> = {}): DeviceOutcome<never> {
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage, noteCountMin, noteCountMax, ...more } };
  }

  async #present(): Promise<DeviceOutcome<void>> {
    if (!this.#isBunchOurs) return { kind: 'failed', completionCode: 'sequenceError', detail: 'no bunch of ours lies in the stacker' };
    if (this.#isSplit) {
      this.record('LNK_PROTOCOL', 'what was gathered goes out in several bunches: bunchNotesMax is more than the exit takes');
      return { kind: 'failed', completionCode: 'sequenceError', detail: 'more than one bunch lies in the stacker' };
    }
    const before = await this.#readRegisters();
    this.#beforePresent = before;
    // From now on: a quick hand takes them before the completion. [xfs4iot §14.2]
    this.#isPresented = true;
    this.engage();
    const reply = await this.#dispensing.present();
    const isUntouched = reply.kind === 'failed' && !isNotPresented(reply) && (await this.#isUntouched(before));
    const isStillInside = isUntouched || isNotPresented(reply);
    if (isStillInside) this.#isPresented = false;
    else this.#isBunchOurs = false;
    this.#isSplit = reply.kind === 'done' && hasFurtherBunches(reply.payload) && !(await this.#isAllOut());
    if (this.#isSplit) this.latch('CDM_DISPENSE_UNCERTAIN', 'a part of the bunch stayed inside');
    this.settle('present', { isEngaged: this.isEngaged() });
    if (this.#isSplit) return { kind: 'uncertain', completionCode: 'sequenceError', lastKnown: { stage: 'furtherBunches' } };
    return isStillInside ? this.failedBy(reply) : this.#moved(reply, 'present');
  }

  /** After a Present that failed, with its line still there: no counter moved, the exit is empty and the stacker is not. */
  async #isUntouched(before: Registers | null): Promise<boolean> {
    return (await this.lastDispense.isUnmoved(before)) && (await this.look()) && !this.#isPresented && this.#isInStacker && !this.faults.includes('CDM_JAMMED');
  }

  /** A service that does not know how many bunches there are says so. [xfs4iot §4] */
  async #isAllOut(): Promise<boolean> {
    return (await this.look()) && !this.#isInside;
  }

  /** Out of reach it is rejected, in reach drawn in. */
  async #retract(): Promise<DeviceOutcome<RetractedItems>> {
    const isPresented = this.#isPresented;
    const reply = await this.#dispensing.takeBack({ isPresented });
    if (reply.kind === 'refused') return this.failedBy(reply);
    if (!isPresented) this.#isBunchOurs = false;
    if (reply.kind === 'done' || (reply.kind === 'failed' && (reply.errorCode === 'noItems' || reply.errorCode === 'itemsTaken'))) this.#isPresented = false;
    this.settle('retract', { isEngaged: this.isEngaged() });
    // Taken in the last moment, or drawn in before. [xfs4iot §14.15]
    if (reply.kind === 'failed' && reply.errorCode === 'noItems') return { kind: 'completed', value: { noteCount: await this.#drawnInByItself() } };
    if (reply.kind === 'failed' && reply.errorCode === 'itemsTaken') return { kind: 'completed', value: { noteCount: null } };
    const moved = this.#moved(reply, 'retract');
    if (moved.kind !== 'completed') return moved;
    return { kind: 'completed', value: { noteCount: isPresented && reply.kind === 'done' ? retractedOf(reply.payload) : null } };
  }

  /** Without an order, as a device may that is powered with notes in its exit: its bins count that, or it sticks behind the exit. null: some, or nobody says how many */
  async #drawnInByItself(): Promise<number | null> {
    if (this.#beforePresent === null) return 0;
    const after = await this.#readRegisters();
    if (after === null || !(await this.look()) || this.#isInside) return null;
    const { isTold, noteCount } = drawnInBetween(this.#beforePresent, after);
    return isTold ? noteCount : 0;
  }

  #moved(reply: XfsReply, stage: string): DeviceOutcome<void> {
    if (reply.kind === 'done') return { kind: 'completed', value: undefined };
    if (reply.kind === 'refused') return this.failedBy(reply);
    if (reply.kind === 'silence') this.lineLost();
    else if (isNotBegun(reply.completionCode, reply.errorCode)) return this.failedBy(reply);
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: reply.kind === 'silence' ? `${stage}Unanswered` : reply.completionCode } };
  }
}

function denominationOf(unit: StorageUnit | undefined): { readonly denominationMinor?: number } {
  const minor = Math.round((unit?.cash?.configuration?.value ?? 0) * MINOR_PER_UNIT);
  return Number.isSafeInteger(minor) && minor > 0 ? { denominationMinor: minor } : {};
}
