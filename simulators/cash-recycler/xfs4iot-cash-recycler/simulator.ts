import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { notNow } from '../../parts/not-now.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { CashUnits, boxUnit } from '../../xfs4iot/cash-units.ts';
import { REJECTS, RETRACTS } from '../../xfs4iot/counted-units.ts';
import { NOTE_TAKER_FAULTS, NOTE_TAKER_HANDS, XfsNoteTaker } from '../../xfs4iot/note-taker.ts';
import { TokenCheck } from '../../xfs4iot/token-check.ts';
import type { Handler } from '../../xfs4iot/xfs-simulator.ts';
import { CASH_OUT_FAULTS, CashOut } from './cash-out.ts';

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
const [BOX_CAPACITY, BIN_CAPACITY] = [2_000, 200];
const TAKE_MS = 1_000;

export const FAULTS = {
  ...NOTE_TAKER_FAULTS,
  ...CASH_OUT_FAULTS,
  jam: { ...NOTE_TAKER_FAULTS.jam, at: [...NOTE_TAKER_FAULTS.jam.at, 'pick'] },
  powerCut: { ...NOTE_TAKER_FAULTS.powerCut, at: [...NOTE_TAKER_FAULTS.powerCut.at, 'pick', 'gathered', 'present', 'afterPresent', 'retract', 'afterRetract', 'reject', 'deplete'] },
} as const;

const hands = z.discriminatedUnion('do', [
  ...NOTE_TAKER_HANDS,
  /** All that lies in the exit. */
  z.strictObject({ do: z.literal('takePaidNote') }),
  /** Staff load a unit and tell the service by a tool of its vendor. */
  z.strictObject({ do: z.literal('loadUnit'), denominationMinor: z.number().int().positive(), noteCount: z.number().int().min(1).max(200) }),
]);
type Hand = z.infer<typeof hands>;

/** A recycler behind one XFS4IoT service: CashAcceptor, CashDispenser, CashManagement, Storage over the same units. Notes, counters and transactions are kept over power cuts. [xfs4iot §3 to §6] */
export const createXfsRecyclerSimulator: CreateSimulator<XfsRecyclerSimulatorOptions> = (environment, options) => new XfsRecyclerSimulator(environment, options);

class XfsRecyclerSimulator extends XfsNoteTaker<typeof FAULTS, Hand> {
  readonly #options: XfsRecyclerSimulatorOptions;
  readonly #cashOut: CashOut;
  readonly #tokens: TokenCheck | null;

  constructor(environment: SimulatorEnvironment, options: XfsRecyclerSimulatorOptions) {
    const { denominationsMinor = TENGE_MINOR, recyclingMinor = denominationsMinor, capacity = CAPACITY } = options;
    const units = new CashUnits([
      ...recyclingMinor.map((denominationMinor, index) => ({ name: `unit${index + 1}`, index: index + 1, types: { cashIn: true, cashOut: true }, denominationMinor, capacity }) as const),
      boxUnit(80, BOX_CAPACITY),
      { name: REJECTS, index: 90, types: { reject: true }, denominationMinor: null, capacity: BIN_CAPACITY },
      { name: RETRACTS, index: 91, types: { cashOutRetract: true }, denominationMinor: null, capacity: BIN_CAPACITY },
    ]);
    super({ protocol: 'xfs4iot-cash-recycler', environment, faults: FAULTS, hands }, { units, currency: CURRENCY, denominationsMinor, hasLocks: true });
    this.#options = options;
    this.#tokens = options.tokenKey === undefined ? null : new TokenCheck({ key: options.tokenKey, currency: CURRENCY, random: environment.random });
    this.#cashOut = new CashOut({ ...this.mechanics, tokens: this.#tokens, hasStacker: options.hasStacker ?? true, bunchNotesMax: options.bunchNotesMax ?? Number.MAX_SAFE_INTEGER, countsRetracted: options.countsRetracted ?? true, presented: () => this.#handComesLater() });
    for (const { denominationMinor, noteCount } of options.stored ?? []) this.#load(denominationMinor, noteCount);
  }

  protected override isOtherwiseBusy(): boolean {
    return this.#cashOut.holdsNotes;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const levels = this.units.units.filter((unit) => unit.denominationMinor !== null).map((unit) => ({ denominationMinor: unit.denominationMinor, noteCount: this.units.countIn(unit) }));
    return { ...super.describe(), levels, stackerCount: this.#cashOut.stackerCount, exitCount: this.units.notes.countIn('bezel') };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'takePaidNote') return this.#take() ? ok(null) : notNow('no notes in the exit');
    if (hand.do === 'loadUnit') return this.#load(hand.denominationMinor, hand.noteCount) ? ok(null) : notNow('no unit for such notes');
    return this.actOnNotes(hand);
  }

  protected override status(): object {
    const [transport, transportStatus] = this.jammedCount === 0 ? ['ok', 'empty'] : ['inoperative', 'notEmpty'];
    const isExitFull = this.units.notes.countIn('bezel') > 0;
    const { cashManagement, ...told } = super.status() as { readonly cashManagement: object };
    return {
      ...told,
      cashDispenser: { intermediateStacker: this.#cashOut.stackerCount === 0 ? 'empty' : 'notEmpty', positions: [{ position: 'outDefault', shutter: isExitFull ? 'open' : 'closed', positionStatus: (this.#options.exitTells ?? 'both') !== 'both' ? 'unknown' : isExitFull ? 'notEmpty' : 'empty', transport, transportStatus }] },
      cashManagement: { ...cashManagement, dispenser: 'ok' },
    };
  }

  protected override commonCapabilities(): object {
    return this.#tokens === null ? {} : { endToEndSecurity: { required: 'always', hardwareSecurityElement: true, commands: ['CashDispenser.Dispense'], commandNonceTimeout: 3_600 } };
  }

  protected override capabilities(): object {
    return { ...super.capabilities(), cashDispenser: { maxDispenseItems: 40, intermediateStacker: this.#options.hasStacker ?? true, itemsTakenSensor: this.#options.exitTells !== 'nothing' } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    const all: Readonly<Record<string, Handler>> = {
      ...super.handlers(),
      ...this.#cashOut.handlers(),
      ...(this.#tokens === null ? {} : { 'Common.GetCommandNonce': ((_, respond) => respond({ payload: { commandNonce: this.#tokens!.newNonce() } })) satisfies Handler }),
    };
    const without = [...(this.#options.without ?? []), ...(this.#options.hasStacker === false ? ['CashDispenser.Present', 'CashDispenser.Reject'] : [])];
    return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#cashOut.powerLost();
    this.#tokens?.forget();
  }

  protected override onPowerOn(): void {
    this.#cashOut.powerCame();
    super.onPowerOn();
  }

  /** A hand needs no power. */
  #handComesLater(): void {
    const { takesPaidAfterMs = TAKE_MS } = this.#options;
    if (takesPaidAfterMs !== null) this.environment.clock.setTimeout(() => void this.#take(), takesPaidAfterMs * this.environment.timeFactor);
  }

  #take(): boolean {
    const notes = this.units.notes.in('bezel');
    if (notes.length === 0) return false;
    for (const note of notes) this.units.notes.move(note, 'customer');
    this.tell('notesTaken', { noteCount: notes.length });
    if (this.#options.exitTells !== 'nothing') this.announce('CashManagement.ItemsTakenEvent', { position: 'outDefault', additionalBunches: '0' });
    return true;
  }

  #load(denominationMinor: number, noteCount: number): boolean {
    const unit = this.units.units.find((each) => each.denominationMinor === denominationMinor);
    if (unit === undefined || this.#cashOut.isRunning) return false;
    this.units.load(unit, noteCount);
    this.announce('Storage.StorageChangedEvent', { [unit.name]: this.units.tell(CURRENCY)[unit.name] });
    return true;
  }
}
