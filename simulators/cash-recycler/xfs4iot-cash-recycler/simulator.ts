import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { notNow } from '../../parts/not-now.ts';
import type { Note } from '../../parts/validator-notes.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { REJECTS, RETRACTS, countedIn, miscount, noteTypes, setItems } from '../../xfs4iot/counted-units.ts';
import { StorageDesk } from '../../xfs4iot/storage-desk.ts';
import { TokenCheck } from '../../xfs4iot/token-check.ts';
import type { Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';
import { CashIn } from './cash-in.ts';
import { CashOut } from './cash-out.ts';
import type { Unit } from './units.ts';
import { BOX, RecyclerUnits } from './units.ts';

export interface XfsRecyclerSimulatorOptions {
  /** Notes that it knows. */
  readonly denominationsMinor?: readonly number[];
  /** Kinds that have a unit which pays out. @default all */
  readonly recyclingMinor?: readonly number[];
  /** In the units at the start. */
  readonly stored?: readonly { readonly denominationMinor: number; readonly noteCount: number }[];
  /** Of each unit that pays out. */
  readonly capacity?: number;
  /** The customer takes what is presented after this much time; null: only by `takePaidNote`. */
  readonly takesPaidAfterMs?: number | null;
  /** XFSAuthenticateHost; absent: no end-to-end security. */
  readonly tokenKey?: Uint8Array;
  /** The bin recounts what is drawn in. @default true */
  readonly countsRetracted?: boolean;
  /** false: Dispense hands out at once, and there is neither Present nor Reject. @default true */
  readonly hasStacker?: boolean;
  /** Notes of one bunch; further ones wait in the stacker. @default all */
  readonly bunchNotesMax?: number;
  /** What of the exit is told: its state and when notes are taken, only that, or nothing. @default both */
  readonly exitTells?: 'both' | 'takingOnly' | 'nothing';
  /** Commands that this service does not have. */
  readonly without?: readonly string[];
}

const CURRENCY = 'KZT';
const TENGE_MINOR = [20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000];
const CAPACITY = 100;
const TAKE_MS = 1_000;
const CUT_MS = 3_000;

export const FAULTS = {
  ...SERVICE_FAULTS,
  refuse: { at: ['enter'], label: 'The head refuses the note' },
  noteRejected: { at: ['pick'], label: 'A note is unfit and goes to the reject unit' },
  jam: { at: ['store', 'pick'], label: 'A note jams in the transport' },
  shutterJam: { at: ['present'], label: 'The shutter does not open' },
  takenPartly: { at: ['retract'], label: 'The customer pulls one note out while the rest is drawn in' },
  unitProblem: { at: ['startExchange', 'endExchange'], label: 'A unit does not lock or unlock' },
  powerCut: { at: ['beforeStack', 'afterStack', 'beforeReturn', 'afterReturn', 'pick', 'gathered', 'present', 'afterPresent', 'retract', 'afterRetract', 'reject', 'deplete'], label: 'Power goes for three seconds' },
} as const;
export type RecyclerFault = 'refuse' | 'noteRejected' | 'jam' | 'shutterJam' | 'takenPartly' | 'powerCut';

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('insertNote'), denominationMinor: z.number().int().positive(), kind: z.enum(['genuine', 'unfit', 'foreign', 'counterfeit']).default('genuine') }),
  /** All that lies in the exit. */
  z.strictObject({ do: z.literal('takePaidNote') }),
  /** Staff take what lies in the transport. */
  z.strictObject({ do: z.literal('clearPath') }),
  z.strictObject({ do: z.literal('removeBox') }),
  z.strictObject({ do: z.literal('insertBox') }),
  /** The service loses count, and no note moves. */
  z.strictObject({ do: z.literal('miscount'), unit: z.string(), denominationMinor: z.number().int().positive(), by: z.number().int().min(-200).max(200) }),
  /** From now on it says that its count of a unit may be wrong, or is right. */
  z.strictObject({ do: z.literal('doubtCount'), unit: z.string(), isAccurate: z.boolean() }),
  /** Staff load a unit and tell the service by a tool of its vendor. */
  z.strictObject({ do: z.literal('loadUnit'), denominationMinor: z.number().int().positive(), noteCount: z.number().int().min(1).max(200) }),
]);
type Hand = z.infer<typeof hands>;

/** A recycler behind one XFS4IoT service: CashAcceptor, CashDispenser, CashManagement, Storage over the same units. Notes, counters and transactions are kept over power cuts. [xfs4iot §3 to §6] */
export const createXfsRecyclerSimulator: CreateSimulator<XfsRecyclerSimulatorOptions> = (environment, options) => new XfsRecyclerSimulator(environment, options);

class XfsRecyclerSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #options: XfsRecyclerSimulatorOptions;
  readonly #denominationsMinor: readonly number[];
  readonly #units: RecyclerUnits;
  readonly #cashIn: CashIn;
  readonly #cashOut: CashOut;
  readonly #desk: StorageDesk;
  readonly #tokens: TokenCheck | null;
  /** Stuck where staff must take it out. */
  #jammed: Note[] = [];

  constructor(environment: SimulatorEnvironment, options: XfsRecyclerSimulatorOptions) {
    super({ protocol: 'xfs4iot-cash-recycler', environment, faults: FAULTS, hands });
    this.#options = options;
    this.#denominationsMinor = options.denominationsMinor ?? TENGE_MINOR;
    this.#units = new RecyclerUnits({ recyclingMinor: options.recyclingMinor ?? this.#denominationsMinor, capacity: options.capacity ?? CAPACITY });
    this.#tokens = options.tokenKey === undefined ? null : new TokenCheck({ key: options.tokenKey, currency: CURRENCY, random: environment.random });
    this.#desk = new StorageDesk({
      tell: () => this.#units.tell(CURRENCY),
      isBusy: () => this.#cashIn.isActive || this.#cashOut.holdsNotes,
      setInitial: (name, items) => {
        const unit = this.#units.named(name);
        return unit !== undefined && setItems(unit, items);
      },
      lockIn: (name, isLocked) => {
        const unit = this.#units.named(name);
        if (unit !== undefined) unit.isLockedIn = isLocked;
        return unit !== undefined;
      },
      closed: () => this.#units.units.filter((unit) => unit.status === 'manipulated').forEach((unit) => (unit.status = 'ok')),
      announce: (name, payload) => this.announce(name, payload),
      hasProblem: (at) => this.struck('unitProblem', at),
    });
    const parts = {
      units: this.#units, desk: this.#desk, isKnown: (denominationMinor: number) => this.#denominationsMinor.includes(denominationMinor),
      after: (delayMs: number, action: () => void) => void this.after(delayMs, action),
      announce: (name: string, payload: object) => this.announce(name, payload),
      tell: (event: string, fields: Readonly<Record<string, Json>>) => this.tell(event, fields),
      struck: (fault: RecyclerFault, at: string, index?: number) => this.struck(fault, at, { index }),
      isCut: (at: string, index?: number) => this.#isCut(at, index),
      jam: (note: Note) => void this.#jammed.push(note),
      isJammed: () => this.#jammed.length > 0,
      countsChanged: () => this.announce('Storage.CountsChangedEvent', this.#units.tell(CURRENCY)),
    };
    this.#cashIn = new CashIn({ ...parts, isBlocked: () => this.#cashOut.holdsNotes });
    this.#cashOut = new CashOut({ ...parts, tokens: this.#tokens, hasStacker: options.hasStacker ?? true, bunchNotesMax: options.bunchNotesMax ?? Number.MAX_SAFE_INTEGER, countsRetracted: options.countsRetracted ?? true, presented: () => this.#handComesLater() });
    for (const { denominationMinor, noteCount } of options.stored ?? []) this.#load(denominationMinor, noteCount);
  }

  protected override describe(): { readonly [key: string]: Json } {
    const levels = this.#units.units.filter((unit) => unit.denominationMinor !== null).map((unit) => ({ denominationMinor: unit.denominationMinor, noteCount: this.#units.countIn(unit) }));
    return { ...this.#units.describe(), levels, isExchanging: this.#desk.isExchanging, transaction: this.#cashIn.status, isWaiting: this.#cashIn.isWaiting, stackerCount: this.#cashOut.stackerCount, exitCount: this.#units.notes.countIn('bezel'), jammedCount: this.#jammed.length };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    const box = this.#units.named(BOX)!;
    switch (hand.do) {
      case 'insertNote':
        return this.isAlive ? this.#cashIn.insert(hand) : notNow('the entry is shut');
      case 'takePaidNote':
        return this.#take() ? ok(null) : notNow('no notes in the exit');
      case 'clearPath':
        for (const note of this.#jammed) this.#units.takeFromPath(note);
        this.#jammed = [];
        this.statusChanged();
        return ok(null);
      case 'loadUnit':
        return this.#load(hand.denominationMinor, hand.noteCount) ? ok(null) : notNow('no unit for such notes');
      case 'miscount':
        return this.#recount(hand.unit, (unit) => miscount(unit, hand.denominationMinor, hand.by));
      case 'doubtCount':
        return this.#recount(hand.unit, (unit) => (unit.isAccurate = hand.isAccurate));
      case 'removeBox':
      case 'insertBox': {
        const isOut = hand.do === 'removeBox';
        if (isOut === (box.status === 'missing')) return notNow(isOut ? 'the box is out' : 'the box is in');
        box.status = isOut ? 'missing' : this.#desk.isExchanging ? 'ok' : 'manipulated';
        if (isOut) for (const name of [BOX, REJECTS, RETRACTS]) this.#units.takeOut(this.#units.named(name)!, 'collected');
        this.announce('Storage.StorageChangedEvent', { [BOX]: { status: box.status } });
        return ok(null);
      }
    }
  }

  protected override status(): object {
    const transport = this.#jammed.length === 0 ? 'ok' : 'inoperative';
    const isExitFull = this.#units.notes.countIn('bezel') > 0;
    return {
      common: { device: 'online', exchange: this.#desk.exchange },
      cashAcceptor: { intermediateStacker: this.#cashIn.escrow === null ? 'empty' : 'full', positions: [{ position: 'inDefault', shutter: 'closed', transport }] },
      cashDispenser: { intermediateStacker: this.#cashOut.stackerCount === 0 ? 'empty' : 'notEmpty', positions: [{ position: 'outDefault', shutter: isExitFull ? 'open' : 'closed', positionStatus: (this.#options.exitTells ?? 'both') !== 'both' ? 'unknown' : isExitFull ? 'notEmpty' : 'empty', transport, transportStatus: this.#jammed.length === 0 ? 'empty' : 'notEmpty' }] },
      cashManagement: { acceptor: 'ok', dispenser: 'ok' },
    };
  }

  protected override commonCapabilities(): object {
    return this.#tokens === null ? {} : { endToEndSecurity: { required: 'always', hardwareSecurityElement: true, commands: ['CashDispenser.Dispense'], commandNonceTimeout: 3_600 } };
  }

  protected override capabilities(): object {
    return { cashAcceptor: { maxCashInItems: 1, intermediateStacker: 1 }, cashDispenser: { maxDispenseItems: 40, intermediateStacker: this.#options.hasStacker ?? true, itemsTakenSensor: this.#options.exitTells !== 'nothing' } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    const all: Readonly<Record<string, Handler>> = {
      ...this.#desk.handlers(),
      ...this.#cashIn.handlers(),
      ...this.#cashOut.handlers(),
      'CashManagement.GetBankNoteTypes': (_, respond) => respond({ payload: noteTypes(this.#denominationsMinor, CURRENCY, (minor) => this.#cashIn.isEnabled(minor)) }),
      ...(this.#tokens === null ? {} : { 'Common.GetCommandNonce': ((_, respond) => respond({ payload: { commandNonce: this.#tokens!.newNonce() } })) satisfies Handler }),
    };
    const without = [...(this.#options.without ?? []), ...(this.#options.hasStacker === false ? ['CashDispenser.Present', 'CashDispenser.Reject'] : [])];
    return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#cashIn.powerLost();
    this.#cashOut.powerLost();
    this.#tokens?.forget();
    this.unplug();
  }

  protected override onPowerOn(): void {
    this.plug();
  }

  #isCut(at: string, index?: number): boolean {
    if (!this.struck('powerCut', at, { index })) return false;
    this.powerOff();
    this.environment.clock.setTimeout(() => this.powerOn(), CUT_MS * this.environment.timeFactor);
    return true;
  }

  /** A hand needs no power. */
  #handComesLater(): void {
    const { takesPaidAfterMs = TAKE_MS } = this.#options;
    if (takesPaidAfterMs !== null) this.environment.clock.setTimeout(() => void this.#take(), takesPaidAfterMs * this.environment.timeFactor);
  }

  #take(): boolean {
    const notes = this.#units.notes.in('bezel');
    if (notes.length === 0) return false;
    for (const note of notes) this.#units.notes.move(note, 'customer');
    this.tell('notesTaken', { noteCount: notes.length });
    if (this.#options.exitTells !== 'nothing') this.announce('CashManagement.ItemsTakenEvent', { position: 'outDefault', additionalBunches: '0' });
    return true;
  }

  #load(denominationMinor: number, noteCount: number): boolean {
    const unit = this.#units.units.find((each) => each.denominationMinor === denominationMinor);
    if (unit === undefined || this.#cashOut.isRunning) return false;
    this.#units.load(unit, noteCount);
    this.announce('Storage.StorageChangedEvent', { [unit.name]: this.#units.tell(CURRENCY)[unit.name] });
    return true;
  }

  #recount(name: string, change: (unit: Unit) => void): Result<Json, ControlError> {
    const unit = this.#units.named(name);
    if (unit === undefined) return notNow('no such unit');
    change(unit);
    this.announce('Storage.CountsChangedEvent', { [name]: this.#units.tell(CURRENCY)[name] });
    return ok({ noteCount: countedIn(unit) });
  }
}
