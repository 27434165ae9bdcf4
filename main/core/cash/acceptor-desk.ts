import type { CashAcceptor, CashAcceptorEvent, PowerUpPosition } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { CashInEvent, InsertedNote, NoteFate } from '../../../state-machines/cash-in/cash-in.types.ts';
import { delay, type Clock } from '../../foundation/clock.ts';
import type { ErrorCode } from '../../foundation/error-catalogue.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { Log } from '../../foundation/log.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import { entry, type EntryDraft, type Journal, type JournalBatch } from '../../journal/journal.ts';
import { operationsOfDevices } from '../recovery/lost-end.ts';
import { isReplaced } from '../replaced-device.ts';
import { BOX_UNIT } from './cash-unit-ids.ts';
import type { HeldOutcomes } from './held-outcomes.ts';
import { lastNote, type LastNote } from './last-note.ts';
import { isNoteExchangeOpen } from './note-exchange.ts';
import { CURRENCY, VALUE_UNTOLD, bookedMinor, isAnotherKind, toldAs, type MovedNote, type Order } from './note-order.ts';
import { openNoteOrders, type NoteOwner } from './open-note-orders.ts';
import { lateFacts } from './recycler-exchange.ts';
import { UnassignedNotes } from './unassigned-notes.ts';

/** How long an uncertain note may stay unresolved before the customer is told so: power-up of a validator takes up to 40 s. [ccnet §10] */
const RESOLVE_MS = 45_000;
const LOOK_MS = 250;
/** After power-up with a note past the gate, an 81 may or may not follow; then the power-up state itself is the evidence. [ccnet §13] */
const POWER_UP_STACKED_GRACE_MS = 5_000;
/** A note under way ends in escrow within 10 s, and goes back. [ccnet §4] */
const DISABLE_MS = 20_000;
const STUCK: readonly ErrorCode[] = ['CIM_JAMMED', 'CIM_FAILURE'];
/** Orders remembered after they are settled, so that a repeated or late event is recognised as theirs. */
const SETTLED_ORDERS_MAX = 64;

/**
 * Between acceptor and journal: each note that moves has its order durable before and its outcome durable after, and the device's event is
 * acknowledged only then. One physical note is one credit under any repetition, loss or delay of events. (failures 1, 3, 4)
 */
export class AcceptorDesk {
  readonly #acceptor: CashAcceptor | null;
  readonly #journal: Journal;
  readonly #heldOutcomes: HeldOutcomes;
  readonly #clock: Clock;
  readonly #unassigned: UnassignedNotes;
  readonly #log: Log;
  readonly #orders: Order[] = [];
  #listener: ((event: CashInEvent) => void) | null = null;
  #isClosing = false;
  #powerUps: { readonly position: PowerUpPosition }[] = [];
  #stackedByPowerUp: Order | null = null;
  /** The last note that an earlier life of the core wrote as stacked: until this life orders one, the device may still be repeating its event. */
  #lastOfEarlierLife: Extract<LastNote, { kind: 'stacked' }> | null;

  constructor(options: { readonly acceptor: CashAcceptor | null; readonly journal: Journal; readonly heldOutcomes: HeldOutcomes; readonly clock: Clock; readonly ids: IdSource; readonly log: Log }) {
    this.#acceptor = options.acceptor;
    this.#journal = options.journal;
    this.#heldOutcomes = options.heldOutcomes;
    this.#clock = options.clock;
    this.#unassigned = new UnassignedNotes({ ...options, isAtRest: () => this.#isUp && !this.hasOpenOrders(), isLastInDoubt: () => this.#orders.slice(-1).some((last) => last.fate === 'unknown' && !this.#isOfAnotherDevice(last)) });
    this.#log = options.log;
    const last = lastNote(options.journal);
    this.#lastOfEarlierLife = last?.kind === 'stacked' ? last : null;
    if (last?.kind === 'unknown') this.#orders.push({ ...last.owner, note: last.note, verb: last.verb, givenBehind: Infinity, fate: 'unknown', isDurable: true, isBeingWritten: false, isInDoubt: false, settle: () => {} });
    // Before the device says its first word: what it says at power-up is kept for them.
    for (const { verb, note, owner } of operationsOfDevices(options.journal).flatMap((operationId) => openNoteOrders(options.journal, operationId))) this.adopt(verb, note, owner);
    this.#acceptor?.onEvent((event) => this.#onEvent(event));
    this.#acceptor?.onStatus((status) => {
      if (status.state === 'ready') this.#listener?.({ type: 'acceptor.resumed' });
      if (status.state === 'ready') void this.#unassigned.judgeSoon();
      if (status.state === 'faulty') this.#keepDoubt();
      if (status.state === 'faulty' || status.state === 'offline') this.#listener?.({ type: 'acceptor.stopped', reason: status.faults[0] === 'CIM_BOX_FULL' ? 'boxFull' : 'device' });
    });
  }

  /** The machine in front of the customer hears the notes; null: nobody, every escrowed note goes back. */
  attach(listener: ((event: CashInEvent) => void) | null): void {
    this.#listener = listener;
  }

  /** Takes over an order of an earlier life of the core, so that the device's event finds its owner. */
  adopt(verb: 'stack' | 'return', note: InsertedNote, owner: NoteOwner): void {
    const known = this.#orders.findLast((order) => order.note.noteId === note.noteId);
    if (known === undefined) this.#orders.push({ ...owner, note, verb, givenBehind: Infinity, fate: null, isDurable: false, isBeingWritten: false, isInDoubt: false, settle: () => {} });
    // Of this life, its outcome lost to a full disk: the event that was postponed finds it open again.
    else if (!known.isDurable && !known.isBeingWritten) known.fate = null;
  }

  /** Whoever settled its operation has written the order as unknown: nothing is under way any more, and only a late event of the device says more. */
  giveUp(noteId: string): void {
    const order = this.#orders.findLast((each) => each.note.noteId === noteId && each.fate === null);
    if (order === undefined) return;
    order.fate = 'unknown';
    order.isDurable = true;
    order.settle('unknown');
    void this.#unassigned.judge();
  }

  hasOpenOrders(): boolean {
    return this.#orders.some((order) => order.fate === null || order.isBeingWritten);
  }

  /**
   * Decides adopted orders once the device is up: by the first power-up since the order that found the note, in whichever life of the core, for a reset
   * moves it from there; a device that kept its power, was not faulty and reports no pending event does not have the note in the box, for it repeats 81 until it is acknowledged. [ccnet §4, §13]
   */
  async settleAdopted(): Promise<void> {
    await delay(this.#clock, POWER_UP_STACKED_GRACE_MS);
    // What another device than the one that was told says, says nothing about the note.
    for (const order of this.#orders.filter((candidate) => candidate.fate === null && !this.#isOfAnotherDevice(candidate))) {
      const found = this.#foundAt(order);
      if (order.isInDoubt) continue;
      if (found === 'unasked') await this.#settle(order, 'returned', 'after the restart the device has no stacked note to report', undefined);
      else if (found === 'inHead') await this.#settle(order, 'returned', 'power-up with the note in the head', undefined);
      else if (found === 'inStackerPath') await this.#settle(order, 'stacked', 'power-up with the note past the gate', undefined);
    }
  }

  #isOfAnotherDevice({ note, operationId, givenBehind }: Order): boolean {
    // Whichever it was: one to give back is given up as one into the box. Where the disk did not take the order, a later start has what was written of its end.
    const told = this.#journal.operationEntries(operationId, ['intent.stack', 'intent.return', 'outcome.stack', 'outcome.return']).find(({ data }) => (data as EntryData<'intent.stack'>).noteId === note.noteId);
    return this.#isReplacedSince(Math.min(told?.entryNumber ?? Infinity, givenBehind + 1));
  }

  #isReplacedSince(entryNumber: number): boolean {
    return this.#acceptor !== null && isReplaced(this.#journal, this.#acceptor.deviceId, entryNumber);
  }

  /** Where the first power-up that found the note found it, since its order and since the device last stood still with it. `unasked`: there was neither. */
  #foundAt({ note, operationId }: Order): PowerUpPosition | 'unasked' {
    const located = dataOf(this.#journal.operationEntries(operationId), 'note.located').filter(({ noteId }) => noteId === note.noteId);
    const sinceFault = located.slice(located.findLastIndex(({ isByFault }) => isByFault === true) + 1);
    return located.length === 0 ? 'unasked' : (sinceFault.find(({ position }) => position !== 'none')?.position ?? 'none');
  }

  async enable(denominationsMinor: readonly number[]): Promise<DeviceOutcome<void>> {
    this.#isClosing = false;
    if (this.#acceptor === null) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CIM_OFFLINE' };
    if (isNoteExchangeOpen(this.#journal)) return { kind: 'failed', completionCode: 'sequenceError', detail: 'the cash box is open' };
    return this.#acceptor.enable({ denominationsMinor, currency: CURRENCY });
  }

  async disable(): Promise<void> {
    this.#isClosing = true;
    if (this.#acceptor === null) return;
    // A device that does not say so within its time takes nothing that is not ordered, either: notes in escrow go back.
    const outcome = await Promise.race([this.#acceptor.disable(), delay(this.#clock, DISABLE_MS)]);
    if (outcome?.kind !== 'completed') this.#log.warn('cim.disable.failed', { outcome: outcome?.kind ?? 'timedOut' });
  }

  /** The intents of stacking one note, in one durable transaction. @throws when the journal cannot be written: the note goes back */
  journalStackIntent(note: InsertedNote, owner: NoteOwner): void {
    this.#heldOutcomes.requireWritten();
    const data = { noteId: note.noteId, denominationMinor: note.denominationMinor };
    // Only what is inside already may use the reserve of the disk. [failures 22]
    const room = this.#journal.room();
    if (!room.ok) throw new Error(room.error.code);
    const committed = this.#journal.commit({ entries: [entry('note.escrowed', data, owner), entry('intent.stack', data, owner)] });
    if (!committed.ok) throw new Error(committed.error.code);
  }

  stack(note: InsertedNote, owner: NoteOwner): Promise<NoteFate> {
    return this.#order('stack', note, owner);
  }

  /** Gives an escrowed note back. The intent is journaled where that is possible; a journal that cannot be written does not keep a customer's note. */
  returnNote(note: InsertedNote, why: string, owner: NoteOwner): Promise<NoteFate> {
    const committed = this.#journal.commit({ entries: [entry('intent.return', { noteId: note.noteId, denominationMinor: note.denominationMinor, why }, owner)] });
    if (!committed.ok) this.#log.error('jnl.intent.unrecorded', { code: committed.error.code });
    return this.#order('return', note, owner);
  }

  async #order(verb: 'stack' | 'return', note: InsertedNote, owner: NoteOwner): Promise<NoteFate> {
    const acceptor = this.#acceptor;
    if (acceptor === null) return 'unknown';
    let settle: (fate: NoteFate) => void = () => {};
    const settled = new Promise<NoteFate>((resolve) => void (settle = resolve));
    const order: Order = { ...owner, note, verb, givenBehind: this.#journal.entries({ newestFirst: true, limit: 1 })[0]?.entryNumber ?? 0, fate: null, isDurable: false, isBeingWritten: false, isInDoubt: false, settle };
    void this.#unassigned.judge();
    this.#orders.push(order);
    // An older power-up says nothing about this note, and what is told from here on is not of the note that it brought in.
    this.#powerUps = [];
    this.#stackedByPowerUp = null;
    this.#lastOfEarlierLife = null;
    if (this.#orders.length > SETTLED_ORDERS_MAX) this.#orders.splice(Math.max(0, this.#orders.findIndex((past) => past.fate !== null)), 1);
    const outcome = verb === 'stack' ? await acceptor.stack(note.noteId) : await acceptor.return(note.noteId);
    if (order.fate === null) await this.#decide(order, outcome);
    return settled;
  }

  async #decide(order: Order, outcome: DeviceOutcome<'stacked' | 'returned' | 'rejected'>): Promise<void> {
    // `stacked` and `returned` come as events too; give the event its turn, it carries the acknowledgement.
    if (outcome.kind === 'completed') return this.#settle(order, outcome.value, 'device', undefined);
    // Nothing moved into the box: the note left escrow towards the customer. [ccnet §15.4] Not where it sticks: hands take it out, and nobody sees whose they are. A device that is away, or whose box is out, may yet jam with it.
    const { state, faults } = this.#acceptor?.status() ?? { state: 'offline', faults: [] };
    const isStuck = faults.some((fault) => STUCK.includes(fault));
    const isHere = state === 'ready' || state === 'busy' || (state === 'faulty' && !faults.includes('CIM_BOX_REMOVED'));
    if (outcome.kind === 'failed' && isHere) return this.#settle(order, isStuck ? 'unknown' : 'returned', `refused by the device: ${outcome.completionCode}`, undefined);
    const deadlineMs = this.#clock.monotonicMs() + RESOLVE_MS;
    for (let clearMs = 0; order.fate === null && clearMs < POWER_UP_STACKED_GRACE_MS && this.#clock.monotonicMs() < deadlineMs; ) {
      await delay(this.#clock, LOOK_MS);
      if (order.fate !== null) return;
      // It stood still with the note, and is up again: its path is empty, and a note that it finds from now on is another one.
      clearMs = order.isInDoubt && this.#acceptor?.status().state === 'ready' ? clearMs + LOOK_MS : 0;
      if (this.#powerUps.length > 0 && this.#isOfAnotherDevice(order)) return this.#settle(order, 'unknown', 'another device stands in its place', undefined);
      const found = order.isInDoubt || !this.#isUp ? undefined : this.#powerUps.find(({ position }) => position !== 'none');
      if (found?.position === 'inHead') return this.#settle(order, 'returned', 'power-up with the note in the head', undefined);
      if (found?.position === 'inStackerPath') {
        await delay(this.#clock, POWER_UP_STACKED_GRACE_MS);
        if (order.fate !== null) return;
        if (order.isInDoubt) continue;
        this.#stackedByPowerUp = order;
        return this.#settle(order, 'stacked', 'power-up with the note past the gate', undefined);
      }
    }
    if (order.fate === null) await this.#settle(order, 'unknown', `${outcome.kind === 'failed' ? 'away when it was ordered' : outcome.lastKnown.stage}; the device said no more`, undefined);
  }

  /** The reset that moves a note to where its power-up says it goes is over. */
  get #isUp(): boolean {
    const state = this.#acceptor?.status().state;
    return state === 'ready' || state === 'busy';
  }

  #onEvent(event: CashAcceptorEvent): void {
    switch (event.kind) {
      case 'noteEntering':
        this.#listener?.({ type: 'acceptor.noteEntering' });
        return;
      case 'noteRejected':
        this.#commitQuietly({ entries: [entry('note.rejected', { reason: event.reason })] });
        this.#listener?.({ type: 'acceptor.noteRejected' });
        return;
      case 'noteEscrowed':
        if (this.#listener === null || this.#isClosing || event.note.currency !== CURRENCY) void this.#acceptor?.return(event.note.noteId);
        else this.#listener({ type: 'acceptor.noteEscrowed', note: { noteId: event.note.noteId, denominationMinor: event.note.denominationMinor } });
        return;
      case 'noteStacked':
      case 'noteReturned':
        void this.#onMoved(event.kind === 'noteStacked' ? 'stacked' : 'returned', event);
        return;
      case 'poweredUp':
        if (this.#keepPosition(event)) this.#powerUps.push({ position: event.position });
        else event.postpone();
        return;
      case 'boxRemoved':
      case 'boxInserted':
      case 'cheatSuspected':
        this.#log.warn(`cim.${event.kind}`);
        return;
    }
  }

  /** The reset after a power-up moves the note, and the device forgets where it was: on the disk first. What was given up and could not be written is as open as ever. */
  #keepPosition({ position, isRemembered = false }: Extract<CashAcceptorEvent, { kind: 'poweredUp' }>): boolean {
    const open = this.#orders.filter((order) => !order.isDurable);
    if (position !== 'none') for (const order of open) order.isInDoubt = false;
    // What a recycler has there may be on its way out.
    const isBehindGate = position === 'inStackerPath' && !isRemembered && this.#acceptor?.status().deviceClass !== 'cashRecycler';
    const entries = open.map((order) => entry('note.located', { noteId: order.note.noteId, position }, order));
    return isBehindGate ? this.#unassigned.keepSeen(entries) : entries.length === 0 || this.#commitQuietly({ entries });
  }

  /** Jammed, box out: a note that moved then may lie in the path until a person takes it out, or go on into the box untold, wherever a power-up found it before. As after one that finds no note, only an event says more. */
  #keepDoubt(): void {
    const open = this.#orders.filter((order) => !order.isDurable && !order.isInDoubt);
    for (const order of open) order.isInDoubt = true;
    this.#powerUps = [];
    if (open.length > 0) this.#commitQuietly({ entries: open.map((order) => entry('note.located', { noteId: order.note.noteId, position: 'none', isByFault: true }, order)) });
  }

  async #onMoved(fate: 'stacked' | 'returned', event: MovedNote): Promise<void> {
    const order = this.#orderOf(event);
    if (order !== null && fate === 'stacked' && isAnotherKind(order, event)) return this.#doubt(order, event, `in escrow ${order.note.denominationMinor}, stacked`);
    // Of a note that this start never saw: put in after ours stopped somewhere, it is not ours that went back.
    if (order?.fate === null && fate === 'returned' && event.note === null && (isAnotherKind(order, event) || this.#foundAt(order) === 'none')) return this.#doubt(order, event, `ordered ${order.note.denominationMinor}, returned`);
    if (order !== null && order.fate === null) return this.#settle(order, fate, 'device event', event);
    // A repeat while the outcome is still being written: the device keeps the event until it is on the disk.
    if (order !== null && order.fate === fate && !order.isDurable) return;
    if (order !== null && (order.fate === fate || fate === 'returned')) return event.acknowledge();
    if (order !== null && order.fate === 'unknown' && fate === 'stacked') return this.#resolveLate(order, event);
    if (fate === 'returned') return event.acknowledge();
    const last = order === null && event.note === null ? this.#lastOfEarlierLife : null;
    if (last !== null && [VALUE_UNTOLD, last.toldMinor].includes(bookedMinor(event)) && !this.#isReplacedSince(last.entryNumber)) {
      // Killed between the durable outcome and its acknowledgement: the same note again, not another one. [ccnet §13]
      this.#lastOfEarlierLife = null;
      this.#unassigned.toldAgain();
      this.#log.warn('cim.note.repeated', { denominationMinor: event.denominationMinor });
      return event.acknowledge();
    }
    await this.#unassigned.bookTold(event, (entryNumber) => this.#isReplacedSince(entryNumber));
  }

  /** Escrow named another note than the box does, or than the one that went back: which of the two lies in the box, only a count can tell. [ccnet §15.3, ebds §13.7] @param what  of `evidence`, before the value */
  async #doubt(order: Order, event: MovedNote, what: string): Promise<void> {
    if (order.isBeingWritten) return;
    if (order.isDurable) return event.acknowledge();
    order.fate = null;
    await this.#settle(order, 'unknown', `${what} as ${toldAs(event)}`, event);
  }

  /** A late event without a note belongs to the order that power-up settled, to the open one of its denomination, or to the only one. */
  #orderOf(event: MovedNote): Order | null {
    if (event.note !== null) {
      const noteId = event.note.noteId;
      return this.#orders.findLast((order) => order.note.noteId === noteId) ?? null;
    }
    const byPowerUp = this.#stackedByPowerUp;
    this.#stackedByPowerUp = null;
    // What another device tells is none of them.
    const isOurs = (order: Order) => !this.#isOfAnotherDevice(order);
    // Before an older one that was given up: it is the newest, and what a power-up brought in is told after it.
    if (byPowerUp !== null && isOurs(byPowerUp) && (event.denominationMinor === VALUE_UNTOLD || byPowerUp.note.denominationMinor === bookedMinor(event))) return byPowerUp;
    const open = this.#orders.filter((order) => (order.fate === null || order.fate === 'unknown') && isOurs(order));
    // An event that carries no value belongs to the one order that it can belong to; to none when there are more. [id003 15]
    if (event.denominationMinor === VALUE_UNTOLD) return open.length === 1 ? open[0]! : null;
    const waiting = open.findLast((order) => order.note.denominationMinor === bookedMinor(event));
    if (waiting !== undefined) return waiting;
    // One note at a time is under way: the last one, called another kind.
    return open.length === 1 && open[0] === this.#orders.at(-1) ? open[0]! : null;
  }

  /** Makes the fate durable, then lets the device forget it, then tells the machine. */
  async #settle(order: Order, fate: NoteFate, evidence: string, event: MovedNote | undefined): Promise<void> {
    if (order.fate !== null) return;
    order.fate = fate;
    const data = {
      noteId: order.note.noteId,
      denominationMinor: order.note.denominationMinor,
      outcome: fate === 'unknown' ? ('uncertain' as const) : ('completed' as const),
      result: fate,
      evidence,
      ...(fate === 'unknown' && event?.kind === 'noteStacked' ? { toldMinor: event.denominationMinor } : {}),
    };
    const batch: JournalBatch = {
      entries: [entryOf(order, data)],
      cashUnits: fate === 'stacked' ? [{ unitId: BOX_UNIT, denominationMinor: order.note.denominationMinor, noteCountDelta: 1 }] : [],
      // Of one in doubt it is said when it is known who is there; what was seen before the order is another note.
      facts: this.#unassigned.explained(() => fate !== 'unknown' && !this.#isOfAnotherDevice(order) && this.#foundAt(order) !== 'unasked'),
    };
    // A note that is the customer's again changes no count: a disk that takes nothing must not keep it, or the device, waiting.
    const isHarmless = fate === 'returned' || fate === 'rejected';
    const isWritten = isHarmless ? this.#commitQuietly(batch) : await this.#write(order, batch);
    if (isHarmless && !isWritten) this.#heldOutcomes.hold(batch);
    if (isWritten || isHarmless) {
      order.isDurable = true;
      event?.acknowledge();
      order.settle(fate);
      void this.#unassigned.judge();
    } else {
      // Not on the disk, so not known: the device's repeat, or recovery, will say it again. Where the device has nothing to repeat, that is what the journal hears of it before its operation goes on.
      order.fate = 'unknown';
      if (event === undefined) this.#heldOutcomes.hold({ entries: [entryOf(order, { ...data, outcome: 'uncertain', result: 'unknown' })] }, () => void (order.isDurable = true));
      order.settle('unknown');
      event?.postpone();
    }
  }

  /** The device found a note that was given up as unknown: it lies in the box, the suspense item has its proof. */
  async #resolveLate(order: Order, event: MovedNote): Promise<void> {
    order.fate = 'stacked';
    order.isDurable = false;
    const data = {
      noteId: order.note.noteId,
      denominationMinor: order.note.denominationMinor,
      outcome: 'completed' as const,
      result: 'stacked' as const,
      evidence: 'late device event',
    };
    if (await this.#write(order, {
      entries: [entry('outcome.stack', data, order)],
      cashUnits: [{ unitId: BOX_UNIT, denominationMinor: order.note.denominationMinor, noteCountDelta: 1 }],
      facts: this.#unassigned.explained(() => !this.#isOfAnotherDevice(order)),
    })) {
      order.isDurable = true;
      event.acknowledge();
      // While its operation is still open the note counts for it again.
      this.#listener?.({ type: 'acceptor.noteFound', note: order.note });
    } else {
      order.fate = 'unknown';
      event.postpone();
    }
  }

  async #write(order: Order, batch: JournalBatch): Promise<boolean> {
    order.isBeingWritten = true;
    const isWritten = await this.#heldOutcomes.tryToWrite({ ...batch, facts: { ...batch.facts, ...lateFacts(this.#journal, batch.cashUnits ?? []) } });
    order.isBeingWritten = false;
    return isWritten;
  }

  #commitQuietly(batch: JournalBatch): boolean {
    const committed = this.#journal.commit(batch);
    if (!committed.ok) this.#log.error('jnl.entry.unrecorded', { code: committed.error.code });
    return committed.ok;
  }
}

function entryOf(order: Order, data: EntryData<'outcome.stack'>): EntryDraft {
  return order.verb === 'stack' ? entry('outcome.stack', data, order) : entry('outcome.return', data, order);
}
