import { assert } from '../../../main/foundation/assert.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CashDispenser, CashDispenserCapabilities, CashDispenserSensors, CashPresenter, DispenseCounts, RetractedItems } from '../../interfaces/cash-dispenser.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { Occasion } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { BillData, Delivery, ErrorPair, F53Command, F53Response, Slot } from './codec.ts';
import { errorRowOf, hex, makesPlaceUncertain, needsOperator } from './errors.ts';
import type { LinkReply } from './link.ts';
import { F53Link } from './link.ts';

/** The limit of the field driver; the pool itself holds more. [f53 §3] */
const NOTES_PER_COMMAND_MAX = 20;
/** On top of its order: the unit counts to the end and finds it then. [f53 §4 88; that it is one: unverified] */
const EXTRA_NOTES_MAX = 1;
const REJECTS_PER_CASSETTE_MAX = 4;
const PICK_RETRIES = 3;
/** While notes wait to be taken; otherwise every fifth time. [f53 §2] */
const POLL_INTERVAL_MS = 1_000;
const IDLE_POLLS_SKIPPED = 4;
const QUERY_TIMEOUT_MS = 10_000;
/** Whole application response. [f53 §2] */
const RESPONSE_TIMEOUT_MS = 40_000;

export interface F53DispenserOptions {
  readonly deviceId: string;
  /** 9600 8E1. [f53 §1] */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** One entry a cassette, in the order of their numbers. */
  readonly bills: readonly (BillData | null)[];
  readonly isPolymer: boolean;
  readonly delivery: Delivery;
  readonly slot: Slot;
}

/** Fujitsu F53 (two cassettes) and F56 (up to four): counts into a pool, presents the bunch through the shutter, sees it taken, draws it back. */
export function createF53Dispenser(options: F53DispenserOptions): CashDispenser {
  return new F53Dispenser(options);
}

class F53Dispenser extends LineDevice implements CashDispenser {
  readonly capabilities: CashDispenserCapabilities;
  readonly presenter: CashPresenter;
  readonly #link: F53Link;
  readonly #options: F53DispenserOptions;
  readonly #takenListeners = new Set<() => void>();
  /** Cassettes that the last count did not find. */
  readonly #missing = new Set<number>();
  /** Notes that the device counted into the pool and that did not leave it since; null: nobody knows. */
  #poolCount: number | null = 0;
  #isInReach = false;
  #skippedPolls = 0;
  /** Reject box away or full, as the last command that needed it said. */
  #notReady: ErrorCode | null = null;

  constructor(options: F53DispenserOptions) {
    const link = new F53Link(options);
    super({ ...options, deviceClass: 'cashDispenser', protocol: 'fujitsu-f53', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'CDM_OFFLINE', logArea: 'cdm' });
    this.#link = link;
    this.#options = options;
    this.capabilities = { cassetteCount: options.bills.length, notesPerCommandMax: NOTES_PER_COMMAND_MAX, itemsTakenSensor: true, retractArea: true, shutter: true, presentsWhileDispensing: false, extraNoteCountMax: EXTRA_NOTES_MAX };
    this.presenter = {
      bunchNotesMax: NOTES_PER_COMMAND_MAX,
      stack: (request) => this.#stack(request),
      present: async () => {
        const outcome = await this.run(() => this.#present());
        // Delivered with the count: that it is still inside is nothing a failed command could promise.
        return outcome.kind === 'failed' && options.delivery === 'withCount' ? this.#unsure('delivered with the count') : outcome;
      },
      retract: () => this.run(() => this.#retract()),
      onItemsTaken: (listener): Unsubscribe => {
        this.#takenListeners.add(listener);
        return () => void this.#takenListeners.delete(listener);
      },
    };
  }

  async dispense(request: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>> {
    const outcome = await this.#stack([request]);
    return outcome.kind === 'completed' ? { kind: 'completed', value: outcome.value[0]! } : outcome;
  }

  readSensors(): Promise<DeviceOutcome<CashDispenserSensors>> {
    return this.run(async (): Promise<DeviceOutcome<CashDispenserSensors>> => {
      const isExitBlocked = await this.#readExit();
      if (isExitBlocked === null) return this.#silent('status not answered');
      return {
        kind: 'completed',
        value: {
          isExitBlocked,
          isTransportBlocked: this.#poolCount !== 0 || this.faults.some((code) => code === 'CDM_JAMMED' || code === 'CDM_ITEMS_LEFT'),
          isRejectTrayPresent: !this.faults.includes('CDM_REJECT_TRAY_MISSING'),
          cassettes: this.#options.bills.map((_, index) => ({ cassetteNumber: index + 1, isPresent: !this.#missing.has(index + 1), isNearEnd: false })),
        },
      };
    });
  }

  /** What lies in path and pool goes into the reject box, then the device is initialised anew. */
  purge(): Promise<DeviceOutcome<void>> {
    return this.run(async () => {
      this.engage();
      const rejected = await this.#move({ command: 'reject' });
      // An empty pool is what was wanted.
      if (rejected.kind === 'failed' && rejected.row?.class !== 'exitEmpty') return this.#ended('purge', rejected.outcome);
      if (rejected.kind === 'uncertain') return this.#ended('purge', rejected.outcome);
      this.#poolCount = 0;
      this.#notReady = null;
      this.#see(false);
      this.unlatch();
      const problem = await this.#initialise();
      return this.#ended('purge', problem === null ? { kind: 'completed', value: undefined } : { kind: 'failed', completionCode: 'hardwareError', errorCode: problem });
    });
  }

  /** STATUS before anything moves; INITIALIZE says what remained inside, and leaves it there. */
  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    const isExitBlocked = await this.#readExit();
    if (isExitBlocked === null) return false;
    this.#isInReach = false;
    this.#missing.clear();
    this.#notReady = null;
    this.#see(isExitBlocked);
    if (isReset && !isExitBlocked) {
      // A person ordered it and has looked: what lies inside goes into the reject box. [f53 §3 RESET, single source]
      const reset = await this.#move({ command: 'reset' });
      if (reset.kind === 'uncertain') return false;
    }
    if ((await this.#initialise()) === 'CDM_OFFLINE') return false;
    if (this.faults.length === 0) this.#poolCount = 0;
    this.identified({ model: this.#options.bills.length > 2 ? 'F56' : 'F53' });
    this.becomeReady('initialised');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    if (!this.#isInReach && this.#skippedPolls++ < IDLE_POLLS_SKIPPED) return true;
    this.#skippedPolls = 0;
    const isExitBlocked = await this.#readExit();
    if (isExitBlocked === null) return false;
    this.#see(isExitBlocked && !this.#isInReach);
    this.settle(`exit ${isExitBlocked}`, { isEngaged: this.#isInReach });
    return true;
  }

  protected override onDown(): void {
    this.#isInReach = false;
    if (this.#poolCount !== 0) this.#poolCount = null;
  }

  #stack(request: readonly { readonly cassetteNumber: number; readonly noteCount: number }[]): Promise<DeviceOutcome<readonly DispenseCounts[]>> {
    assert(request.length > 0 && new Set(request.map((part) => part.cassetteNumber)).size === request.length, 'a count asks each cassette once');
    for (const { cassetteNumber, noteCount } of request) {
      assert(Number.isInteger(cassetteNumber) && cassetteNumber >= 1 && cassetteNumber <= this.capabilities.cassetteCount, 'only the cassettes that the unit has');
      assert(Number.isInteger(noteCount) && noteCount >= 1, 'whole notes');
    }
    assert(request.reduce((sum, part) => sum + part.noteCount, 0) <= NOTES_PER_COMMAND_MAX, 'at most 20 notes a command');
    return this.run(() => this.#stackNow(request));
  }

  async #stackNow(request: readonly { readonly cassetteNumber: number; readonly noteCount: number }[]): Promise<DeviceOutcome<readonly DispenseCounts[]>> {
    const isExitBlocked = await this.#readExit();
    if (isExitBlocked === null) return this.#silent('no answer before the count');
    // With the next bunch it would be handed to another customer.
    if (this.#poolCount !== 0) this.latch('CDM_ITEMS_LEFT', 'an earlier bunch lies in the pool');
    const obstacle = isExitBlocked ? 'CDM_ITEMS_LEFT' : this.faults[0] ?? null;
    if (obstacle !== null) return this.#ended('count', { kind: 'failed', completionCode: 'deviceNotReady', errorCode: obstacle });
    this.engage();
    const noteCounts = this.#options.bills.map((_, index) => request.find((part) => part.cassetteNumber === index + 1)?.noteCount ?? 0);
    const reply = await this.#link.request({ command: { command: 'count', delivery: this.#options.delivery, noteCounts, rejectCountMax: REJECTS_PER_CASSETTE_MAX, retryCount: PICK_RETRIES }, responseTimeoutMs: RESPONSE_TIMEOUT_MS, isRepeatable: false });
    if (reply.kind === 'answered' && reply.response.kind === 'counted') return this.#ended('count', this.#countedOutcome(reply.response, request));
    if (reply.kind === 'notTaken') return this.#ended('count', { kind: 'failed', completionCode: 'hardwareError', errorCode: 'CDM_OFFLINE', detail: reply.detail });
    if (reply.kind === 'answered' && reply.response.kind === 'error' && isRefusal(errorRowOf(reply.response.error.major, reply.response.error.additional))) {
      // Refused as written: it did not begin. [f53 §4 E0–EE]
      return this.#ended('count', { kind: 'failed', completionCode: 'commandErrorCode', errorCode: this.#take(reply.response.error).code });
    }
    this.#poolCount = null;
    this.latch('CDM_DISPENSE_UNCERTAIN', reply.kind);
    const noteCountMax = request.reduce((sum, part) => sum + part.noteCount, EXTRA_NOTES_MAX);
    this.log.error('cdm.dispense.uncertain', { deviceId: this.deviceId, noteCountMin: 0, noteCountMax, stage: stageOf(reply) });
    return this.#ended('count', { kind: 'uncertain', completionCode: reply.kind === 'lost' ? 'hardwareError' : 'timeOut', lastKnown: { stage: stageOf(reply), noteCountMin: 0, noteCountMax, ...(reply.kind === 'answered' ? { rawHex: reply.rawHex } : {}) } });
  }

  #countedOutcome(response: Extract<F53Response, { kind: 'counted' }>, request: readonly { readonly cassetteNumber: number; readonly noteCount: number }[]): DeviceOutcome<readonly DispenseCounts[]> {
    const value = this.#countsOf(response, request);
    const { error } = response;
    if (response.dispensed.some((noteCount, index) => noteCount > 0 && request.every(({ cassetteNumber }) => cassetteNumber !== index + 1))) {
      // Handed out they would be booked nowhere, and of another value.
      this.#poolCount = null;
      return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'notesOfAnotherCassette', noteCountMin: 0, noteCountMax: response.dispensed.reduce((sum, noteCount) => sum + noteCount, 0) } };
    }
    if (error === null || !makesPlaceUncertain(error.major, errorRowOf(error.major, error.additional))) return { kind: 'completed', value };
    this.#poolCount = null;
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: `counted, then ${hex(error.major)} ${hex(error.additional)}`, noteCountMin: 0, noteCountMax: value.reduce((sum, one) => sum + Math.max(one.requestedCount, one.stackedCount), 0) } };
  }

  /** Counts stand in the error response too. [f53 §3] */
  #countsOf({ error, dispensed, rejected }: Extract<F53Response, { kind: 'counted' }>, request: readonly { readonly cassetteNumber: number; readonly noteCount: number }[]): readonly DispenseCounts[] {
    const row = error === null ? null : this.#take(error);
    const counts = request.map(({ cassetteNumber, noteCount }): DispenseCounts => {
      const stackedCount = dispensed[cassetteNumber - 1]!;
      const rejectedCount = rejected[cassetteNumber - 1]!;
      // The count ends at the first cassette that fails: those after it were not asked. [f53 §3]
      const isUnasked = row?.cassetteNumber !== undefined && row.cassetteNumber !== cassetteNumber && stackedCount + rejectedCount === 0;
      const isShort = stackedCount !== noteCount && !isUnasked;
      return {
        cassetteNumber, requestedCount: noteCount, presentedCount: 0, stackedCount, rejectedCount, pickedCount: stackedCount + rejectedCount, inTransportCount: 0,
        stoppedBy: isShort ? row?.code ?? 'CDM_COUNT_MISMATCH' : null, rawErrorCode: error?.major ?? 0,
      };
    });
    // A good end with other counts than asked for is no good end; so are notes of a cassette that nobody asked for.
    const isStrange = dispensed.some((noteCount, index) => noteCount > (request.find((part) => part.cassetteNumber === index + 1)?.noteCount ?? 0));
    if (isStrange || (row === null && counts.some((one) => one.stoppedBy !== null))) this.latch('CDM_COUNT_MISMATCH', 'the counts are not those asked for');
    if (this.#poolCount !== null) this.#poolCount += dispensed.reduce((sum, noteCount) => sum + noteCount, 0);
    return counts;
  }

  async #present(): Promise<DeviceOutcome<void>> {
    const isExitBlocked = await this.#readExit();
    if (isExitBlocked === null) return this.#silent('no answer before the present');
    this.engage();
    if (!isExitBlocked && this.#options.delivery === 'withCount') return this.#ended('present', this.#unsure('delivered with the count, exit free'));
    if (isExitBlocked && this.#options.delivery === 'separate') {
      // It was free when the count began: the bunch, of a unit that delivers with the count all the same, or something else that lies there. The sensor does not tell them apart.
      this.#poolCount = null;
      this.#isInReach = true;
      return this.#ended('present', this.#unsure('exit blocked before the present'));
    }
    // Delivered with the count, as some units do. [f53 §7]
    if (!isExitBlocked) {
      const moved = await this.#move({ command: 'present', slot: this.#options.slot });
      if (moved.kind !== 'done') {
        const isOut = await this.#readExit();
        const isStill = moved.kind === 'failed' && isOut === false;
        if (!isStill) this.latch('CDM_DISPENSE_UNCERTAIN', 'present');
        this.#isInReach = isOut === true;
        if (!isStill) this.#poolCount = null;
        return this.#ended('present', isStill ? moved.outcome : { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `present, exit ${isOut === null ? 'unknown' : isOut ? 'blocked' : 'free'}` } });
      }
    }
    this.#poolCount = 0;
    this.#isInReach = true;
    return this.#ended('present', { kind: 'completed', value: undefined });
  }

  /** From the exit back into the pool, from there into the reject box. What comes back from the exit is not counted by the device. */
  async #retract(): Promise<DeviceOutcome<RetractedItems>> {
    const wasInReach = this.#isInReach;
    const isExitBlocked = await this.#readExit();
    if (isExitBlocked === null) return this.#silent('no answer before the retract');
    if (wasInReach && !isExitBlocked) return this.#ended('retract', { kind: 'completed', value: { noteCount: 0 } });
    this.engage();
    const fromPool = this.#poolCount;
    if (isExitBlocked) {
      const drawn = await this.#move({ command: 'retract', slot: this.#options.slot });
      if (drawn.kind !== 'done') {
        const isStillOut = await this.#readExit();
        if (drawn.kind === 'failed' && isStillOut === true) return this.#ended('retract', drawn.outcome);
        // Its own words and its sensor: taken in the last moment. [f53 §4 A4 AC]
        if (drawn.kind === 'failed' && drawn.row?.class === 'exitEmpty' && isStillOut === false) return this.#ended('retract', { kind: 'completed', value: { noteCount: 0 } });
        this.#isInReach = false;
        this.latch('CDM_ITEMS_LEFT', 'the retract did not end');
        return this.#ended('retract', { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'retract' } });
      }
      this.#isInReach = false;
      this.#poolCount = null;
    }
    const rejected = await this.#move({ command: 'reject' });
    if (rejected.kind === 'done') this.#poolCount = 0;
    else this.latch('CDM_ITEMS_LEFT', 'notes stay in the pool');
    // Out of reach either way; whether pool or box has them is for the one who opens it.
    if (isExitBlocked) return this.#ended('retract', { kind: 'completed', value: { noteCount: null } });
    return this.#ended('retract', rejected.kind === 'done' ? { kind: 'completed', value: { noteCount: fromPool } } : rejected.outcome);
  }

  /** @returns the fault that it found, or null */
  async #initialise(): Promise<ErrorCode | null> {
    const { bills, isPolymer } = this.#options;
    const reply = await this.#link.request({ command: { command: 'initialise', bills, isPolymer }, responseTimeoutMs: RESPONSE_TIMEOUT_MS, isRepeatable: true });
    if (reply.kind !== 'answered') return 'CDM_OFFLINE';
    if (reply.response.kind !== 'error') return null;
    const row = this.#take(reply.response.error);
    if (row.class === 'remaining' && this.#poolCount === 0) this.#poolCount = null;
    return row.code;
  }

  /** One mechanical command without counts. */
  async #move(command: Exclude<F53Command, { command: 'initialise' | 'count' }>): Promise<Moved> {
    const reply = await this.#link.request({ command, responseTimeoutMs: RESPONSE_TIMEOUT_MS, isRepeatable: false });
    if (reply.kind === 'answered' && reply.response.kind === 'done') return { kind: 'done' };
    if (reply.kind === 'answered' && reply.response.kind === 'error') {
      const row = this.#take(reply.response.error);
      return { kind: 'failed', row, outcome: { kind: 'failed', completionCode: 'hardwareError', errorCode: row.code, detail: row.means } };
    }
    if (reply.kind === 'notTaken') return { kind: 'failed', row: null, outcome: { kind: 'failed', completionCode: 'hardwareError', errorCode: 'CDM_OFFLINE', detail: reply.detail } };
    return { kind: 'uncertain', outcome: { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${command.command} ${stageOf(reply)}` } } };
  }

  /** What an error pair says holds from now on. */
  #take({ major, additional }: ErrorPair): ReturnType<typeof errorRowOf> {
    const row = errorRowOf(major, additional);
    this.log.warn('cdm.device.error', { deviceId: this.deviceId, major: hex(major), additional: hex(additional), means: row.means });
    if (row.code === 'CDM_CASSETTE_MISSING' && row.cassetteNumber !== undefined) this.#missing.add(row.cassetteNumber);
    if (needsOperator(row.class)) this.latch(row.code, `${row.means} ${hex(major)} ${hex(additional)}`);
    else if (row.class === 'notReady') this.#notReady = row.code;
    else if (row.class === 'restarted') this.bringUpAgain();
    else this.record(row.code, row.means);
    this.#see(false);
    return row;
  }

  #see(isLeftInExit: boolean): void {
    this.see([...(isLeftInExit ? ['CDM_ITEMS_LEFT' as const] : []), ...(this.#notReady === null ? [] : [this.#notReady])]);
  }

  /** null: not answered. Tells when the exit became free. */
  async #readExit(): Promise<boolean | null> {
    const reply = await this.#link.request({ command: { command: 'status' }, responseTimeoutMs: QUERY_TIMEOUT_MS, isRepeatable: true });
    if (reply.kind !== 'answered' || reply.response.kind !== 'status') return null;
    const { isExitBlocked } = reply.response;
    if (this.#isInReach && !isExitBlocked) {
      this.#isInReach = false;
      for (const listener of this.#takenListeners) listener();
    }
    return isExitBlocked;
  }

  #unsure(stage: string): DeviceOutcome<never> {
    this.latch('CDM_DISPENSE_UNCERTAIN', stage);
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage } };
  }

  #silent(detail: string): DeviceOutcome<never> {
    this.lineLost();
    return { kind: 'failed', completionCode: 'timeOut', errorCode: 'CDM_OFFLINE', detail };
  }

  #ended<T>(detail: string, outcome: DeviceOutcome<T>): DeviceOutcome<T> {
    this.settle(detail, { isEngaged: this.#isInReach });
    return outcome;
  }
}

type Moved =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly row: ReturnType<typeof errorRowOf> | null; readonly outcome: Extract<DeviceOutcome<never>, { kind: 'failed' }> }
  | { readonly kind: 'uncertain'; readonly outcome: Extract<DeviceOutcome<never>, { kind: 'uncertain' }> };

function isRefusal({ class: errorClass }: ReturnType<typeof errorRowOf>): boolean {
  return errorClass === 'protocol' || errorClass === 'restarted';
}

function stageOf(reply: LinkReply): string {
  if (reply.kind === 'lost') return 'lineLostAfterSending';
  if (reply.kind === 'noResponse') return 'ackReceivedNoResponse';
  if (reply.kind === 'unacknowledged') return 'sentNoAck';
  return 'answerOfAnotherKind';
}
