import type { Result } from '../../main/foundation/outcome.ts';
import { ok } from '../../main/foundation/outcome.ts';
import { notNow } from '../parts/not-now.ts';
import type { Note, NoteKind } from '../parts/validator-notes.ts';
import type { ControlError, Json } from '../simulator.ts';
import type { CashInFault } from './cash-in-faults.ts';
import type { CashUnits, Unit } from './cash-units.ts';
import { countsOf } from './cash-units.ts';
import type { StorageDesk } from './storage-desk.ts';
import { WaitingCommand } from './waiting-command.ts';
import type { Answer, Handler } from './xfs-simulator.ts';
import { failed } from './xfs-simulator.ts';

const ENTER_MS = 500;
const TO_GATE_MS = 200;
const TO_UNIT_MS = 200;
const TO_MOUTH_MS = 400;
const INITIALISE_MS = 2_000;
const TAKE_MS = 1_000;
const OFF_MS = 3_000;

/** What a way of notes needs of the device. */
export interface Mechanics<Fault extends string> {
  readonly units: CashUnits;
  readonly desk: StorageDesk;
  isKnown(denominationMinor: number): boolean;
  after(delayMs: number, action: () => void): void;
  announce(name: string, payload: object): void;
  tell(event: string, fields: Readonly<Record<string, Json>>): void;
  struck(fault: Fault, at: string, index?: number): boolean;
  isCut(at: string, index?: number): boolean;
  jam(note: Note): void;
  isJammed(): boolean;
  countsChanged(): void;
}

interface CashInParts extends Mechanics<CashInFault> {
  /** Notes on another way are in this one's. */
  readonly isBlocked: () => boolean;
  /** A hand needs no power. */
  readonly handComes: (afterMs: number, hand: () => void) => void;
  /** The box is out for a moment. */
  readonly pullBox: () => void;
  readonly isPowered: () => boolean;
  readonly statusChanged: () => void;
}

const NOT_READY: Answer = { completionCode: 'deviceNotReady' };

type Status = 'ok' | 'rollback' | 'active' | 'unknown' | 'reset';
type Respond = (answer: Answer) => void;

/** Notes on their way in: one transaction of one note. The transaction is kept over power cuts. [xfs4iot §5, §13.1] */
export class CashIn {
  readonly #parts: CashInParts;
  #enabled = new Set<number>();
  #last: { readonly status: Status; readonly notes: readonly Note[] } = { status: 'unknown', notes: [] };
  /** What was to go back, as a counterfeit. */
  #kept: Note | 'next' | null = null;
  #usesRecycleUnits = true;
  #escrow: Note | null = null;
  #entering: Note | null = null;
  /** Past the gate: it goes on when power is back. */
  #storing: Note | null = null;
  readonly #waiting = new WaitingCommand();
  #isDeviceOff = false;

  constructor(parts: CashInParts) {
    this.#parts = parts;
  }

  get status(): Status {
    return this.#last.status;
  }

  get isActive(): boolean {
    return this.#last.status === 'active';
  }

  get isWaiting(): boolean {
    return this.#waiting.current !== null;
  }

  /** A note lies in escrow, or was on its way into its unit. */
  get holdsNote(): boolean {
    return this.#escrow !== null || this.#storing !== null;
  }

  /** Without power, or not up again yet. */
  get isDeviceOff(): boolean {
    return this.#isDeviceOff;
  }

  isEnabled(denominationMinor: number): boolean {
    return this.#enabled.has(denominationMinor);
  }

  // ——— hands

  insert({ denominationMinor, kind }: { readonly denominationMinor: number; readonly kind: NoteKind }): Result<Json, ControlError> {
    const { units, announce, after, struck, isCut, jam } = this.#parts;
    const waiting = this.#waiting.current;
    if (waiting === null || this.#entering !== null || units.notes.countIn('mouth') > 0) return notNow('the entry is shut');
    const note = units.notes.add({ denominationMinor, kind, noteType: null, place: 'head' });
    this.#entering = note;
    announce('CashManagement.ItemsInsertedEvent', { position: 'inDefault' });
    if (isCut('enter')) return ok(note.serial);
    if (struck('jam', 'enter')) {
      this.#entering = null;
      this.#waiting.end();
      jam(note);
      waiting.respond({ completionCode: 'hardwareError' });
      return ok(note.serial);
    }
    after(ENTER_MS, () => {
      if (this.#entering === note) this.#judge(note, waiting);
    });
    return ok(note.serial);
  }

  /** Before it is in. */
  pullBack(): Result<Json, ControlError> {
    const [note, waiting] = [this.#entering, this.#waiting.current];
    if (note === null || waiting === null) return notNow('no note that a hand could pull');
    this.#refuse(note, 'commonInputComponentFailure', waiting);
    return ok(note.serial);
  }

  takeReturned(): Result<Json, ControlError> {
    const { notes } = this.#parts.units;
    const [note] = notes.in('mouth');
    if (note === undefined) return notNow('no note in the mouth');
    this.#takeFromMouth(note);
    return ok(note.serial);
  }

  #takeFromMouth(note: Note): void {
    this.#parts.units.notes.move(note, 'customer');
    this.#parts.announce('CashManagement.ItemsTakenEvent', { position: 'outDefault', additionalBunches: '0' });
  }

  /** As a counterfeit, when it is to go back. */
  keepNext(): void {
    this.#kept = 'next';
  }

  /** Staff open the path. A note of a transaction that goes on is in nobody's way. */
  clearPath(): void {
    const { notes } = this.#parts.units;
    if (this.#escrow === null || this.isActive) return;
    notes.move(this.#escrow, 'technician');
    this.#escrow = null;
  }

  // ——— power

  /** Whatever was half in falls back. */
  powerLost(): void {
    if (this.#entering !== null) this.#parts.units.notes.move(this.#entering, 'customer');
    this.#entering = null;
    this.#waiting.end();
  }

  /** A note past the gate is brought into its unit, one in escrow waits there. @param ready  the service can be reached */
  powerBack(ready: () => void): void {
    const { after, struck } = this.#parts;
    const [storing, escrow] = [this.#storing, this.#escrow];
    this.#isDeviceOff = false;
    if (storing !== null) {
      this.#isDeviceOff = true;
      return after(INITIALISE_MS, () => {
        this.#isDeviceOff = false;
        this.#store(storing);
        this.#forget();
        ready();
      });
    }
    if (escrow !== null && this.isActive && struck('givenBack', 'powerUp')) this.#giveBack(escrow, 'rollback');
    else this.#forget();
    ready();
  }

  #forget(): void {
    if (this.#last.notes.length > 0 && this.#parts.struck('forgotten', 'powerUp')) this.#last = { status: 'unknown', notes: [] };
  }

  /** The service goes on, and keeps its transaction. */
  #isSwitchedOff(at: string, respond: Respond): boolean {
    const { struck, handComes, isPowered, statusChanged } = this.#parts;
    if (!struck('deviceOff', at)) return false;
    this.#isDeviceOff = true;
    statusChanged();
    respond(NOT_READY);
    handComes(OFF_MS, () => {
      if (isPowered()) this.powerBack(statusChanged);
    });
    return true;
  }

  // ——— the wire

  handlers(): Readonly<Record<string, Handler>> {
    const { desk } = this.#parts;
    return {
      'CashAcceptor.ConfigureNoteTypes': ({ items }, respond) => {
        this.#enabled = new Set((items as readonly { readonly item: string; readonly enabled: boolean }[]).filter(({ enabled }) => enabled).map(({ item }) => Number(item.slice(4))));
        respond({});
      },
      'CashAcceptor.GetCashInStatus': (_, respond) => respond({ payload: { status: this.#last.status, noteNumberList: this.#countsOf(this.#last.notes) } }),
      'CashAcceptor.CashInStart': ({ useRecycleUnits }, respond) => {
        if (desk.refuses(respond)) return;
        if (this.#isDeviceOff) return respond(NOT_READY);
        if (this.isActive) return respond(failed('cashInActive'));
        if (this.holdsNote || this.#parts.isBlocked()) return respond({ completionCode: 'sequenceError' });
        this.#usesRecycleUnits = useRecycleUnits !== false;
        this.#last = { status: 'active', notes: [] };
        return respond({});
      },
      'CashAcceptor.CashIn': (_, respond, event) => this.#wait(respond, event),
      'CashAcceptor.CashInEnd': (_, respond, event) => this.#end(respond, event),
      'CashAcceptor.CashInRollback': (_, respond) => this.#rollBack(respond),
      'CashManagement.Reset': (_, respond) => this.#reset(respond),
    };
  }

  #wait(respond: Respond, event: (name: string, payload?: object) => void): ReturnType<Handler> {
    if (this.#isDeviceOff) return respond(NOT_READY);
    if (!this.isActive || this.#escrow !== null) return respond(failed('noCashInActive'));
    if (this.#parts.isJammed()) return respond({ completionCode: 'hardwareError' });
    if (this.#parts.units.notes.countIn('mouth') > 0) return respond(failed('positionNotEmpty'));
    return this.#isBoxClosed(respond, event) ? undefined : this.#waiting.begin(respond, event, 'CashAcceptor.InsertItemsEvent');
  }

  /** Out, not known or full: nothing comes in. */
  #isBoxClosed(respond: Respond, event: (name: string, payload?: object) => void): boolean {
    const { units } = this.#parts;
    const { box } = units;
    if (box.status === 'ok' && units.levelOf(box) !== 'full') return false;
    event('Storage.StorageErrorEvent', { failure: box.status === 'ok' ? 'full' : 'invalid', unit: { [box.name]: { status: box.status } } });
    respond(failed('cashUnitError'));
    return true;
  }

  #judge(note: Note, waiting: NonNullable<WaitingCommand['current']>): void {
    const { units, tell, isKnown, struck, isCut, pullBox } = this.#parts;
    const isEnabled = this.#enabled.has(note.denominationMinor) || struck('unasked', 'enter');
    const isTakeable = note.kind === 'genuine' || (note.kind === 'counterfeit' && struck('counterfeitTaken', 'enter'));
    const isTaken = this.#waiting.current === waiting && isTakeable && isKnown(note.denominationMinor) && isEnabled;
    if (isTaken && struck('cheat', 'enter')) {
      this.#parts.announce('Common.ErrorEvent', { eventId: 'fraudAttempt', action: 'none' });
      return this.#refuse(note, 'invalidBill', waiting);
    }
    if (!isTaken || struck('refuse', 'enter')) return this.#refuse(note, note.kind === 'counterfeit' ? 'counterfeit' : 'invalidBill', waiting);
    this.#entering = null;
    this.#waiting.end();
    this.#escrow = note;
    units.notes.move(note, 'escrow');
    this.#last = { status: 'active', notes: [note] };
    tell('noteInEscrow', { denominationMinor: note.denominationMinor, serial: note.serial });
    if (isCut('escrow') || this.#isSwitchedOff('escrow', waiting.respond)) return;
    waiting.respond({ payload: { items: this.#countsOf([note]) } });
    if (struck('boxOut', 'escrow')) pullBox();
  }

  #refuse(note: Note, reason: string, waiting: NonNullable<WaitingCommand['current']>): void {
    this.#entering = null;
    this.#parts.units.notes.move(note, 'customer');
    this.#parts.tell('noteRefused', { denominationMinor: note.denominationMinor });
    waiting.event('CashAcceptor.InputRefuseEvent', { reason });
  }

  /** Ends the transaction, even where it fails. [xfs4iot §5] */
  #end(respond: Respond, event: (name: string, payload?: object) => void): void {
    const { units, after, isCut, struck, jam, announce, pullBox } = this.#parts;
    const note = this.#noteToEnd('ok', respond);
    if (note === null) return;
    after(TO_GATE_MS, () => {
      if (isCut('beforeStack') || this.#isSwitchedOff('beforeStack', respond)) return;
      if (struck('boxOut', 'store')) pullBox();
      if (struck('full', 'store')) units.box.isFull = true;
      if (this.#isBoxClosed(respond, event)) {
        this.#last = { status: 'unknown', notes: [note] };
        return;
      }
      this.#escrow = null;
      units.notes.move(note, 'transport');
      if (struck('jam', 'store')) return this.#stick(note, jam, respond);
      this.#storing = note;
      if (isCut('storing') || this.#isSwitchedOff('storing', respond)) return;
      after(TO_UNIT_MS, () => {
        const stored = this.#store(note);
        if (struck('full', 'stored')) units.box.isFull = true;
        if (isCut('afterStack') || this.#isSwitchedOff('afterStack', respond)) return;
        if (!struck('cheat', 'store')) return respond({ payload: stored });
        announce('Common.ErrorEvent', { eventId: 'fraudAttempt', action: 'none' });
        respond({ completionCode: 'fraudAttempt' });
      });
    });
  }

  #rollBack(respond: Respond): void {
    const note = this.#noteToEnd('rollback', respond);
    if (note !== null) this.#moveBack(note, 'rollback', respond);
  }

  /** Whatever lies in escrow goes out. */
  #reset(respond: Respond): void {
    const { desk, isJammed } = this.#parts;
    if (desk.refuses(respond)) return;
    if (isJammed()) return respond({ completionCode: 'hardwareError' });
    if (this.#isDeviceOff) return respond(NOT_READY);
    if (this.#escrow !== null) return this.#moveBack(this.#escrow, 'reset', respond);
    this.#last = { status: 'reset', notes: [] };
    return respond({});
  }

  #moveBack(note: Note, status: 'rollback' | 'reset', respond: Respond): void {
    const { after, isCut, struck, jam, units } = this.#parts;
    after(TO_MOUTH_MS, () => {
      if (isCut('beforeReturn') || this.#isSwitchedOff('beforeReturn', respond)) return;
      if (struck('jam', 'return')) {
        this.#escrow = null;
        units.notes.move(note, 'head');
        return this.#stick(note, jam, respond);
      }
      if (this.#kept === 'next' && units.box.status === 'ok') return respond({ payload: this.#keep(note, status) });
      this.#giveBack(note, status);
      if (isCut('afterReturn')) return;
      respond({});
    });
  }

  #countsOf(notes: readonly Note[]): object {
    return countsOf(notes, notes.some((note) => note.kind === 'counterfeit' || note === this.#kept) ? 'counterfeit' : 'fit');
  }

  /** @returns payload of the completion */
  #keep(note: Note, status: 'rollback' | 'reset'): object {
    const { box } = this.#parts.units;
    this.#escrow = null;
    this.#kept = note;
    this.#lay(note, box, status);
    return { storage: { [box.name]: { deposited: this.#countsOf([note]) } } };
  }

  #stick(note: Note, jam: (note: Note) => void, respond: Respond): void {
    jam(note);
    this.#last = { status: 'unknown', notes: [note] };
    respond({ completionCode: 'hardwareError' });
  }

  /** null: there is none, and that was the answer */
  #noteToEnd(status: 'ok' | 'rollback', respond: Respond): Note | null {
    if (this.isActive && this.#escrow !== null && !this.#isDeviceOff) return this.#escrow;
    if (this.#isDeviceOff) respond(NOT_READY);
    else if (!this.isActive) respond(failed('noCashInActive'));
    else {
      this.#last = { status, notes: [] };
      respond(failed('noItems'));
    }
    return null;
  }

  /** @returns payload of the completion */
  #store(note: Note): object {
    const { units } = this.#parts;
    const unit = units.destinationOf(note.denominationMinor, this.#usesRecycleUnits);
    this.#storing = null;
    this.#lay(note, unit, 'ok');
    const otherMinor = unit === units.box && this.#parts.struck('misread', 'store') ? [...this.#enabled].find((known) => known !== note.denominationMinor) : undefined;
    return { storage: { [unit.name]: { deposited: countsOf([{ ...note, denominationMinor: otherMinor ?? note.denominationMinor }]) } } };
  }

  #lay(note: Note, unit: Unit, status: Status): void {
    const { units, tell, countsChanged } = this.#parts;
    this.#last = { status, notes: [note] };
    units.store(note, unit, 'deposited');
    tell('noteStacked', { denominationMinor: note.denominationMinor, serial: note.serial, unit: unit.name });
    countsChanged();
  }

  #giveBack(note: Note, status: 'rollback' | 'reset'): void {
    const { units, tell, announce, handComes } = this.#parts;
    this.#escrow = null;
    this.#last = { status, notes: [note] };
    units.notes.move(note, 'mouth');
    tell('noteReturned', { denominationMinor: note.denominationMinor, serial: note.serial });
    announce('CashManagement.ItemsPresentedEvent', { position: 'outDefault', additionalBunches: '0' });
    handComes(TAKE_MS, () => {
      if (note.place === 'mouth') this.#takeFromMouth(note);
    });
  }
}
