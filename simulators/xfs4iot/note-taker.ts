import { z } from 'zod';
import type { Result } from '../../main/foundation/outcome.ts';
import { ok } from '../../main/foundation/outcome.ts';
import type { FaultOf, FaultTable } from '../parts/fault-board.ts';
import { notNow } from '../parts/not-now.ts';
import type { SimulatedDeviceOptions } from '../parts/simulated-device.ts';
import { NOTE_HANDS } from '../parts/validator-faults.ts';
import type { Note } from '../parts/validator-notes.ts';
import type { ControlError, Json } from '../simulator.ts';
import type { Mechanics } from './cash-in.ts';
import { CASH_IN_FAULTS } from './cash-in-faults.ts';
import { CashIn } from './cash-in.ts';
import type { CashUnits, Unit } from './cash-units.ts';
import { countedIn, miscount, noteTypes } from './counted-units.ts';
import { StorageDesk } from './storage-desk.ts';
import type { Handler } from './xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from './xfs-simulator.ts';

/** For hands that put power or box back by themselves. */
const BACK_MS = 3_000;

export const NOTE_TAKER_FAULTS = {
  ...SERVICE_FAULTS,
  ...CASH_IN_FAULTS,
  unitProblem: { at: ['startExchange', 'endExchange'], label: 'A unit does not lock or unlock' },
} as const;
type NoteTakerFaults = FaultTable & Readonly<Record<keyof typeof NOTE_TAKER_FAULTS, FaultTable[string]>> & typeof SERVICE_FAULTS;

export const NOTE_TAKER_HANDS = [
  ...NOTE_HANDS,
  /** The next note that is to go back is kept in the box as a counterfeit. No fault of the random worlds: whose word of it is lost, knows it only by the count of the box. */
  z.strictObject({ do: z.literal('keepNext') }),
  /** The service loses count, and no note moves. */
  z.strictObject({ do: z.literal('miscount'), unit: z.string(), denominationMinor: z.number().int().positive(), by: z.number().int().min(-200).max(200) }),
  /** From now on it says that its count of a unit may be wrong, or is right. */
  z.strictObject({ do: z.literal('doubtCount'), unit: z.string(), isAccurate: z.boolean() }),
  /** What lay in a unit at first is not told any more, or told again. */
  z.strictObject({ do: z.literal('tellInitial'), unit: z.string(), isTold: z.boolean() }),
] as const;
export type NoteTakerHand = z.infer<(typeof NOTE_TAKER_HANDS)[number]>;

export interface NoteTakerParts {
  readonly units: CashUnits;
  readonly currency: string;
  /** Notes that it knows. */
  readonly denominationsMinor: readonly number[];
  /** Units can be locked against notes that come in. */
  readonly hasLocks: boolean;
}

/** A service with CashAcceptor, CashManagement and Storage: notes come in through one entry and an escrow for one, over units that it counts. Notes, counters and transaction are kept over power cuts. [xfs4iot §3 to §5, §13.1] */
export abstract class XfsNoteTaker<Faults extends NoteTakerFaults, Hand> extends XfsSimulator<Faults, Hand> {
  protected readonly units: CashUnits;
  protected readonly mechanics: Mechanics<FaultOf<Faults>>;
  readonly #parts: NoteTakerParts;
  readonly #cashIn: CashIn;
  readonly #desk: StorageDesk;
  /** Stuck where staff must take it out. */
  #jammed: Note[] = [];

  protected constructor(options: SimulatedDeviceOptions<Faults, Hand>, parts: NoteTakerParts) {
    super(options);
    this.#parts = parts;
    this.units = parts.units;
    this.#desk = new StorageDesk({
      tell: () => this.units.tell(parts.currency),
      isBusy: () => this.#cashIn.isActive || this.#cashIn.holdsNote || this.isOtherwiseBusy(),
      setInitial: (name, items) => this.units.setCounts(name, items),
      ...(parts.hasLocks ? { lockIn: (name: string, isLocked: boolean) => this.#lockIn(name, isLocked) } : {}),
      closed: () => this.units.closed(),
      announce: (name, payload) => this.announce(name, payload),
      hasProblem: (at) => this.struck('unitProblem' as FaultOf<Faults>, at),
    });
    this.mechanics = {
      units: this.units, desk: this.#desk,
      isKnown: (denominationMinor) => parts.denominationsMinor.includes(denominationMinor),
      after: (delayMs, action) => void this.after(delayMs, action),
      announce: (name, payload) => this.announce(name, payload),
      tell: (event, fields) => this.tell(event, fields),
      struck: (fault, at, index) => this.struck(fault, at, { index }),
      isCut: (at, index) => this.#isCut(at, index),
      jam: (note) => void this.#jammed.push(note),
      isJammed: () => this.#jammed.length > 0,
      countsChanged: () => this.announce('Storage.CountsChangedEvent', this.units.tell(parts.currency)),
    };
    this.#cashIn = new CashIn({
      ...(this.mechanics as Mechanics<string>),
      isBlocked: () => this.isOtherwiseBusy(), handComes: (afterMs, hand) => this.#handComes(afterMs, hand), pullBox: () => this.#pullBox(),
      isPowered: () => this.isPowered, statusChanged: () => this.statusChanged(),
    });
  }

  /** Notes on another way than in: none may come in then. */
  protected isOtherwiseBusy(): boolean {
    return false;
  }

  protected get jammedCount(): number {
    return this.#jammed.length;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...this.units.describe(), isExchanging: this.#desk.isExchanging, transaction: this.#cashIn.status, isWaiting: this.#cashIn.isWaiting, jammedCount: this.jammedCount };
  }

  protected override status(): object {
    const { box } = this.units;
    const isClosed = box.status !== 'ok' || this.units.levelOf(box) === 'full';
    return {
      common: { device: this.#cashIn.isDeviceOff ? 'powerOff' : 'online', exchange: this.#desk.exchange },
      cashAcceptor: { intermediateStacker: this.#cashIn.isDeviceOff ? 'unknown' : this.#cashIn.holdsNote ? 'full' : 'empty', positions: [{ position: 'inDefault', shutter: 'closed', transport: this.jammedCount === 0 ? 'ok' : 'inoperative' }] },
      cashManagement: { acceptor: isClosed ? 'stop' : 'ok' },
    };
  }

  protected override capabilities(): object {
    return { cashAcceptor: { maxCashInItems: 1, intermediateStacker: 1 } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    const { denominationsMinor, currency } = this.#parts;
    return {
      ...this.#desk.handlers(),
      ...this.#cashIn.handlers(),
      'CashManagement.GetBankNoteTypes': (_, respond) => respond({ payload: noteTypes(denominationsMinor, currency, (denominationMinor) => this.#cashIn.isEnabled(denominationMinor)) }),
    };
  }

  protected actOnNotes(hand: NoteTakerHand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'insertNote':
        return this.isAlive ? this.#cashIn.insert(hand) : notNow('the entry is shut');
      case 'pullBack':
        return this.#cashIn.pullBack();
      case 'takeReturnedNote':
        return this.#cashIn.takeReturned();
      case 'removeBox':
      case 'insertBox':
        return this.#moveBox(hand.do === 'removeBox');
      case 'clearPath':
        this.#clearPath();
        return ok(null);
      case 'keepNext':
        this.#cashIn.keepNext();
        return ok(null);
      case 'miscount':
        return this.#recount(hand.unit, (unit) => miscount(unit, hand.denominationMinor, hand.by));
      case 'doubtCount':
        return this.#recount(hand.unit, (unit) => (unit.isAccurate = hand.isAccurate));
      case 'tellInitial':
        return this.#recount(hand.unit, (unit) => (unit.isInitialTold = hand.isTold));
    }
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#cashIn.powerLost();
    this.unplug();
  }

  protected override onPowerOn(): void {
    this.#cashIn.powerBack(() => this.plug());
  }

  #isCut(at: string, index?: number): boolean {
    if (!this.struck('powerCut' as FaultOf<Faults>, at, { index })) return false;
    this.powerOff();
    this.#handComes(BACK_MS, () => this.powerOn());
    return true;
  }

  /** A hand needs no power. */
  #handComes(afterMs: number, hand: () => void): void {
    this.environment.clock.setTimeout(hand, afterMs * this.environment.timeFactor);
  }

  #pullBox(): void {
    if (this.#moveBox(true).ok) this.#handComes(BACK_MS, () => void this.#moveBox(false));
  }

  #moveBox(isOut: boolean): Result<Json, ControlError> {
    const moved = this.units.moveBox(isOut, this.#desk.isExchanging);
    const { name, status } = this.units.box;
    if (moved.ok) this.announce('Storage.StorageChangedEvent', { [name]: { status } });
    return moved;
  }

  #clearPath(): void {
    for (const note of this.#jammed) this.units.takeFromPath(note);
    this.#jammed = [];
    this.#cashIn.clearPath();
    if (this.units.box.isFull) this.units.takeOut(this.units.box);
    this.statusChanged();
  }

  #lockIn(name: string, isLocked: boolean): boolean {
    const unit = this.units.named(name);
    if (unit !== undefined) unit.isLockedIn = isLocked;
    return unit !== undefined;
  }

  #recount(name: string, change: (unit: Unit) => void): Result<Json, ControlError> {
    const unit = this.units.named(name);
    if (unit === undefined) return notNow('no such unit');
    change(unit);
    this.announce('Storage.CountsChangedEvent', { [name]: this.units.tell(this.#parts.currency)[name] });
    return ok({ noteCount: countedIn(unit) });
  }
}
