import { delay } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { CashAcceptor, CashAcceptorCapabilities, CashAcceptorEvent, EscrowedNote, PowerUpPosition, PostponableEvent } from '../interfaces/cash-acceptor.ts';
import type { Unsubscribe } from '../interfaces/device.ts';
import { acceptorStatusOf } from './acceptor-status.ts';
import { noteIn, storageSchema, totalOf } from './counts.ts';
import { MOVE_PATIENCE_MS, endLastTransaction, isStackerFull, type LastTransaction } from './last-transaction.ts';
import type { Payload } from './messages.ts';
import type { XfsEvent, XfsReply } from './service-link.ts';
import { XfsStorage } from './storage.ts';
import { noteTypesOf, type NoteType } from './note-types.ts';
import { storedAs, type Worth } from './stored-note.ts';
import { isUnusable, storedUnitsOf } from './stored-units.ts';
import type { XfsDeviceOptions } from './xfs-device.ts';
import { XfsDevice } from './xfs-device.ts';
import type { DeviceClass } from '../interfaces/device.ts';
import type { NoteRequest } from '../life/asked-notes.ts';
import type { Occasion } from '../life/line-device.ts';

/** CashIn waits for a person; what ends it is the completion, a cancel, or the connection. A day. */
const CASH_IN_PATIENCE_MS = 86_400_000;
/** A note on its way to escrow comes there first. */
const CANCEL_PATIENCE_MS = 15_000;
const STRAY_LOOKS_MAX = 3;

type Fate = 'stacked' | 'returned';

/** A recycler is one with more. */
export interface XfsAcceptorKind {
  readonly deviceClass: DeviceClass;
  readonly protocol: string;
  /** Besides CashAcceptor. */
  readonly furtherInterfaces?: readonly string[];
}

/**
 * Note by note: a cash-in transaction of one item each. CashIn brings it into the intermediate stacker, CashInEnd stores it, CashInRollback gives it back.
 * [xfs4iot §5, §13.1]
 */
export class XfsAcceptor extends XfsDevice implements CashAcceptor {
  readonly storage: XfsStorage;
  readonly #listeners = new Set<(event: CashAcceptorEvent) => void>();
  #types: readonly NoteType[] = [];
  #enabledItems: ReadonlySet<string> = new Set();
  #denominationsMinor: readonly number[] = [];
  #escrow: EscrowedNote | null = null;
  /** Ordered, and the answer lost: the service says how it ended when it is back. */
  #unresolved: EscrowedNote | null = null;
  #noteCount = 0;
  #isEnabled = false;
  /** By the core, whatever became of it since. */
  #asked: NoteRequest | null = null;
  #taking: Promise<void> | null = null;
  #postponed: PostponableEvent[] = [];
  /** Not known to be durable: the service must not forget it for a next transaction. */
  #unheard: PostponableEvent | null = null;
  #isBoxOut = false;
  /** Looks in a row. */
  #strayCount = 0;

  constructor(options: XfsDeviceOptions, { deviceClass, protocol, furtherInterfaces = [] }: XfsAcceptorKind) {
    super(options, { deviceClass, protocol, interfaceNames: ['CashAcceptor', ...furtherInterfaces], offlineCode: 'CIM_OFFLINE', failureCode: 'CIM_FAILURE', exchangeCode: 'CIM_EXCHANGE', logArea: 'cim', tellsLineFault: true });
    this.storage = new XfsStorage({ service: this.service, run: (job) => this.run(job), failedBy: (reply) => this.failedBy(reply), lineLost: () => this.lineLost(), isUnderWay: () => this.#isEnabled || this.hasNoteUnderWay || this.isOtherwiseEngaged });
    this.storage.onEvent((event) => {
      if (event.kind === 'unitChanged') this.#lookAtBox();
    });
  }

  get capabilities(): CashAcceptorCapabilities {
    return { intermediateStacker: 'single', currencies: [...new Set(this.#types.map((type) => type.currency))], denominationsMinor: this.#denominationsMinor };
  }

  onEvent(listener: (event: CashAcceptorEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async enable(request: NoteRequest): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => {
      const outcome = await this.#open(request);
      this.#asked = outcome.kind === 'completed' ? request : null;
      return outcome;
    });
  }

  async disable(): Promise<DeviceOutcome<void>> {
    this.#asked = null;
    return this.run<void>(async () => {
      if (await this.closeEntry()) return { kind: 'completed', value: undefined };
      return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CIM_OFFLINE', detail: 'the CashIn did not end' };
    });
  }

  async stack(noteId: string): Promise<DeviceOutcome<'stacked' | 'returned' | 'rejected'>> {
    return this.#end(noteId, 'CashAcceptor.CashInEnd', 'stacked');
  }

  async return(noteId: string): Promise<DeviceOutcome<'stacked' | 'returned' | 'rejected'>> {
    return this.#end(noteId, 'CashAcceptor.CashInRollback', 'returned');
  }

  /** The service waits without end. */
  hold(): void {}

  // ——— what a recycler adds

  /** Notes are on their way out, or may be: none comes in meanwhile. */
  protected get isOtherwiseEngaged(): boolean {
    return false;
  }

  /** Whether accepted notes may go into units that pay out. [xfs4iot §5, CashInStart] */
  protected get usesRecycleUnits(): boolean {
    return false;
  }

  protected get noteTypes(): readonly NoteType[] {
    return this.#types;
  }

  /** In escrow, or its end is not known yet. */
  protected get hasNoteUnderWay(): boolean {
    return this.#escrow !== null || this.#unresolved !== null;
  }

  /** No further note is taken; one that came in the last moment is in escrow then. @returns false: the CashIn does not end, and the line is given up */
  protected async closeEntry(): Promise<boolean> {
    this.#isEnabled = false;
    const taking = this.#taking;
    if (taking === null) return true;
    // A request, no proof: the CashIn ends by its own completion, perhaps with a note. [xfs4iot §1.6]
    await this.service.cancel('CashAcceptor.CashIn');
    const hasEnded = await Promise.race([taking.then(() => true), delay(this.clock, CANCEL_PATIENCE_MS).then(() => false)]);
    if (!hasEnded) this.lineLost();
    return hasEnded;
  }

  /** What a transaction is begun with has changed: the one that waits for a note is begun again. */
  protected async renewEntry(): Promise<void> {
    if (!this.#isEnabled || !(await this.closeEntry())) return;
    this.#isEnabled = true;
    if (this.#escrow === null) await this.#goOn();
  }

  // ——— the life

  protected override async prepare(occasion: Occasion): Promise<boolean> {
    void occasion;
    const told = await this.service.command('CashManagement.GetBankNoteTypes');
    if (told.kind !== 'done') return false;
    this.#types = noteTypesOf(told.payload);
    this.#denominationsMinor = [...new Set(this.#types.map((type) => type.denominationMinor))].sort((left, right) => left - right);
    await this.#readBox();
    const last = await this.#lastTransaction();
    if (last === null) return false;
    return this.#tellPosition(this.#resolved(last));
  }

  /** @returns false: not written down, so the next transaction must not make the service forget it */
  #tellPosition(position: PowerUpPosition): boolean {
    let isWritten = true;
    this.#tell({ kind: 'poweredUp', position, isRemembered: true, postpone: () => (isWritten = false) });
    return isWritten;
  }

  protected override faultsOf(payload: Payload): readonly ErrorCode[] {
    this.storage.takeStatus(payload);
    const { isStuck, hasStopped } = acceptorStatusOf(payload);
    const isLeft = this.#escrow === null && isStackerFull(payload);
    const isStray = this.#taking !== null && isLeft;
    this.#strayCount = isStray ? this.#strayCount + 1 : 0;
    // What could not be given out is for hands.
    const isJammed = (isLeft && !isStray) || isStuck;
    return [...(isJammed ? ['CIM_JAMMED' as const] : []), ...(this.#isBoxOut ? ['CIM_BOX_REMOVED' as const] : hasStopped ? ['CIM_BOX_FULL' as const] : [])];
  }

  protected override async poll(): Promise<boolean> {
    for (const event of this.#postponed.splice(0)) this.#tell(event);
    // Known again by the end of an exchange, which is no change of a unit for every service.
    if (this.#isBoxOut) await this.#readBox();
    if (!(await super.poll())) return false;
    await this.#reopen();
    // A note lies inside and its CashIn never said so: its completion is lost, and the status of the transaction decides.
    return this.#strayCount < STRAY_LOOKS_MAX;
  }

  protected override hear(event: XfsEvent): void {
    const { name, payload } = event;
    this.storage.hear(event);
    if (name === 'CashManagement.ItemsInsertedEvent') this.#tell({ kind: 'noteEntering' });
    else if (name === 'CashManagement.ItemsTakenEvent' && this.#asked !== null) this.pollSoon();
    else if (name === 'CashAcceptor.InputRefuseEvent') this.#tell({ kind: 'noteRejected', reason: 0 });
    else if (name === 'Common.ErrorEvent' && payload['eventId'] === 'fraudAttempt') this.#tell({ kind: 'cheatSuspected' });
  }

  protected override isEngaged(): boolean {
    return this.#escrow !== null || this.isOtherwiseEngaged;
  }

  protected override onDown(): void {
    this.#isEnabled = false;
    this.#escrow = null;
    this.#strayCount = 0;
  }

  /** @returns whether the service may forget it */
  async #endStray(): Promise<boolean> {
    const last = await this.#lastTransaction();
    if (last !== null) this.#resolved(last);
    return last !== null && this.#unheard === null;
  }

  #lastTransaction(): Promise<LastTransaction | null> {
    // Of a service that pays out, too, whichever driver has that: a bunch in its stacker would go out with the note.
    return endLastTransaction({ service: this.service, mayReset: !this.service.has('CashDispenser.Dispense'), record: (code, detail) => this.record(code, detail) });
  }

  /** The note whose end was lost has its event now. Another note than that says nothing of it. */
  #resolved({ position, item, ended }: LastTransaction): PowerUpPosition {
    const note = this.#unresolved;
    this.#unresolved = null;
    const kept = ended === null ? null : storedAs(ended, this.#types, note);
    if (kept !== null) this.#moved('stacked', note, kept);
    if (note === null || position === 'none') return position;
    const type = this.#types.find((each) => each.item === item);
    if (type?.denominationMinor !== note.denominationMinor || type.currency !== note.currency) return 'none';
    this.#moved(position === 'inStackerPath' ? 'stacked' : 'returned', note, note);
    return position;
  }

  async #open({ denominationsMinor, currency }: NoteRequest): Promise<DeviceOutcome<void>> {
    if (this.#isEnabled) return { kind: 'completed', value: undefined };
    if (this.isOtherwiseEngaged) return { kind: 'failed', completionCode: 'sequenceError', detail: 'notes are on their way out' };
    if (this.#unheard !== null) return { kind: 'failed', completionCode: 'sequenceError', detail: 'the last note is not written down' };
    const items = this.#types.map((type) => ({ item: type.item, enabled: type.currency === currency && denominationsMinor.includes(type.denominationMinor) }));
    if (!items.some(({ enabled }) => enabled)) return { kind: 'failed', completionCode: 'invalidData', detail: 'the device knows none of these denominations' };
    const configured = await this.service.command('CashAcceptor.ConfigureNoteTypes', { items });
    if (configured.kind !== 'done') return this.failedBy(configured);
    this.#enabledItems = new Set(items.filter(({ enabled }) => enabled).map(({ item }) => item));
    let started = await this.#startTransaction();
    // One of before was never closed: whatever is in it goes back.
    if (started.kind === 'failed' && started.errorCode === 'cashInActive' && !this.hasNoteUnderWay && (await this.#endStray())) started = await this.#startTransaction();
    if (started.kind !== 'done') return this.failedBy(started);
    this.#isEnabled = true;
    this.#takeNext();
    return { kind: 'completed', value: undefined };
  }

  /** What ended without anybody having asked for it: a connection that was lost, a note in the mouth that had to be taken first, the service's own patience. */
  async #reopen(): Promise<void> {
    const isFree = !this.#isEnabled && this.#taking === null && !this.hasNoteUnderWay && this.#unheard === null && !this.isOtherwiseEngaged && this.faults.length === 0;
    if (this.#asked !== null && isFree) await this.#open(this.#asked);
  }

  #startTransaction(): Promise<XfsReply> {
    return this.service.command('CashAcceptor.CashInStart', { useRecycleUnits: this.usesRecycleUnits, totalItemsLimit: 1 });
  }

  #takeNext(): void {
    this.#taking = this.#take().finally(() => {
      this.#taking = null;
    });
  }

  /** The transaction is open: waits for one note, over refusals. More than one, one of a kind that was not asked for, or no money goes back. */
  async #take(): Promise<void> {
    for (;;) {
      const reply = await this.service.command('CashAcceptor.CashIn', undefined, { patienceMs: CASH_IN_PATIENCE_MS });
      if (reply.kind === 'done') {
        const itemCount = totalOf(reply.payload['items']);
        if (itemCount === 0 && this.#isEnabled) continue;
        const item = noteIn(reply.payload['items']);
        const type = this.#types.find((known) => known.item === item && this.#enabledItems.has(known.item));
        if (type !== undefined) return this.#escrowed(type);
        if (itemCount > 0 && (await this.#refused())) continue;
        if (itemCount > 0) return;
      }
      return this.#stopTaking(reply);
    }
  }

  /** Nothing of it may be kept. What the service does not give back is in the status of its last transaction. @returns whether the next note is waited for, in a transaction of its own */
  async #refused(): Promise<boolean> {
    this.record('LNK_PROTOCOL', 'CashIn took what was not enabled');
    const given = await this.service.command('CashAcceptor.CashInRollback', undefined, { patienceMs: MOVE_PATIENCE_MS });
    const kept = given.kind === 'done' ? storedAs(given.payload, this.#types, null) : null;
    if (kept !== null) {
      this.#moved('stacked', null, kept);
      this.#isEnabled = false;
      this.bringUpAgain();
      return false;
    }
    if (given.kind === 'done') this.#tell({ kind: 'noteRejected', reason: 0 });
    if (given.kind === 'done' && !this.#isEnabled) return false;
    const started = given.kind === 'done' ? await this.#startTransaction() : given;
    if (started.kind === 'done' && this.#isEnabled) return true;
    await this.#stopTaking(started);
    return false;
  }

  #escrowed(type: NoteType): void {
    this.#noteCount++;
    this.#escrow = { noteId: `${this.deviceId}-${this.clock.nowUtcMs()}-${this.#noteCount}`, denominationMinor: type.denominationMinor, currency: type.currency };
    this.engage();
    this.#tell({ kind: 'noteEscrowed', note: this.#escrow });
  }

  async #stopTaking(reply: XfsReply): Promise<void> {
    this.#isEnabled = false;
    if (reply.kind === 'silence') return this.lineLost();
    if (reply.kind === 'failed' && reply.completionCode !== 'canceled' && reply.completionCode !== 'timeOut' && reply.errorCode !== 'positionNotEmpty') {
      this.#asked = null;
      this.record(reply.errorCode === 'cashUnitError' ? 'CIM_BOX_FULL' : 'CIM_FAILURE', `CashIn ${reply.completionCode} ${reply.errorCode ?? ''}`);
      return this.bringUpAgain();
    }
    // Nothing inside: the transaction is closed.
    await this.service.command('CashAcceptor.CashInRollback', undefined, { patienceMs: MOVE_PATIENCE_MS });
  }

  async #end(noteId: string, command: string, wanted: Fate): Promise<DeviceOutcome<'stacked' | 'returned' | 'rejected'>> {
    return this.run<'stacked' | 'returned' | 'rejected'>(async () => {
      const note = this.#escrow;
      if (note === null || note.noteId !== noteId) return { kind: 'failed', completionCode: 'sequenceError', detail: 'no such note in escrow' };
      const reply = await this.service.command(command, undefined, { patienceMs: MOVE_PATIENCE_MS });
      this.#escrow = null;
      if (reply.kind === 'done') {
        const stored = storedAs(reply.payload, this.#types, note);
        const fate = stored === null ? wanted : 'stacked';
        if (stored !== null && stored !== note) this.record('CIM_STACK_UNCERTAIN', `in escrow ${note.denominationMinor}, ${wanted} as ${stored.denominationMinor}`);
        this.#moved(fate, note, stored ?? note);
        this.settle(fate, { isEngaged: this.isEngaged() });
        await this.#goOn();
        return { kind: 'completed', value: fate };
      }
      // Ended, even when it failed, or never taken: the service itself says how, when it is asked again, and gives back what still waits. [xfs4iot §5]
      this.#unresolved = note;
      this.#isEnabled = false;
      if (reply.kind === 'silence') this.lineLost();
      else this.bringUpAgain();
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: reply.kind === 'failed' ? reply.completionCode : reply.kind === 'silence' ? `${wanted}Unanswered` : `${wanted}Refused`, noteCountMin: 0, noteCountMax: 1 } };
    });
  }

  /** The box was taken out or put back, and no note moves meanwhile. */
  #lookAtBox(): void {
    void this.run<void>(async () => {
      await this.#readBox();
      await this.poll();
      return { kind: 'completed', value: undefined };
    });
  }

  /** A service without Storage says nothing of its box. */
  async #readBox(): Promise<void> {
    if (!this.service.has('Storage.GetStorage')) return;
    const told = await this.service.command('Storage.GetStorage');
    const storage = told.kind === 'done' ? storageSchema.safeParse(told.payload).data?.storage : undefined;
    if (storage === undefined) return;
    const boxes = storedUnitsOf(storage).filter((unit) => unit.role === 'cashIn');
    const isOut = boxes.length > 0 && boxes.every((unit) => isUnusable(unit.status));
    if (isOut === this.#isBoxOut) return;
    this.#isBoxOut = isOut;
    this.#tell({ kind: isOut ? 'boxRemoved' : 'boxInserted' });
  }

  /** The next note, in a transaction of its own, with which the service forgets the last one: not before that is durable. */
  async #goOn(): Promise<void> {
    if (!this.#isEnabled || this.#unheard !== null || this.#taking !== null || this.#escrow !== null) return;
    const started = await this.#startTransaction();
    if (started.kind === 'done') return this.#takeNext();
    this.#isEnabled = false;
    this.bringUpAgain();
  }

  /** @param note  null: nobody's order */
  #moved(fate: Fate, note: EscrowedNote | null, { denominationMinor, currency }: Worth): void {
    const event: PostponableEvent = {
      kind: fate === 'stacked' ? 'noteStacked' : 'noteReturned', note, denominationMinor, currency,
      acknowledge: () => this.#heard(event),
      postpone: () => void this.#postponed.push(event),
    };
    this.#unheard = event;
    this.#tell(event);
  }

  #heard(event: PostponableEvent): void {
    if (this.#unheard !== event) return;
    this.#unheard = null;
    void this.run<void>(async () => {
      await this.#goOn();
      return { kind: 'completed', value: undefined };
    });
  }

  #tell(event: CashAcceptorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
