import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { TRAY_HANDS, dispenserHands, handleCassettes, handleTray } from '../../parts/dispenser-hands.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import { notNow } from '../../parts/not-now.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { CountedUnit } from '../../xfs4iot/counted-units.ts';
import { REJECTS, RETRACTS, miscount, noteTypes, setItems, tellUnit } from '../../xfs4iot/counted-units.ts';
import { StorageDesk } from '../../xfs4iot/storage-desk.ts';
import { TokenCheck } from '../../xfs4iot/token-check.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { XfsSimulator, serviceFaultsOf } from '../../xfs4iot/xfs-simulator.ts';
import { CASSETTE_CAPACITY, CountedNotes, LOW_NOTES } from './model.ts';

export interface XfsDispenserSimulatorOptions {
  readonly cassettes: readonly LoadedCassette[];
  readonly currency?: string;
  /** XFSAuthenticateHost; absent: no end-to-end security. */
  readonly tokenKey?: Uint8Array;
  /** The bin recounts what is drawn in. */
  readonly countsRetracted?: boolean;
  /** A cassette that is out is in no listing, instead of missing there. */
  readonly leavesMissingOut?: boolean;
}

const PICK_MS = 120;
const MOVE_MS = 600;
const CUT_MS = 3_000;
const REJECTS_MAX = 5;
const CASSETTES_MAX = 12;

export const FAULTS = {
  ...serviceFaultsOf(['CashDispenser.Dispense', 'CashDispenser.Present', 'CashDispenser.Reject', 'CashManagement.Retract', 'Storage.SetStorage', 'Storage.EndExchange']),
  noteRejected: { at: ['pick'], label: 'A note is unfit and goes to the reject bin' },
  jam: { at: ['pick', 'present', 'retract'], label: 'A note jams in the transport, or the bunch' },
  shutterJam: { at: ['present'], label: 'The shutter does not open' },
  bunchSplit: { at: ['afterStack', 'present'], label: 'What was gathered goes out in two bunches, which the service says at the dispense or only then' },
  takenPartly: { at: ['retract'], label: 'The customer pulls one note out while the rest is drawn in' },
  drawnIn: { at: ['powerUp'], label: 'What lies in the exit when power comes is drawn in without an order' },
  drawnInPartWay: { at: ['powerUp'], label: 'What lies in the exit when power comes is drawn in without an order, no further than the transport' },
  unitProblem: { at: ['startExchange', 'endExchange'], label: 'A cassette does not lock or unlock' },
  powerCut: { at: ['pick', 'afterStack', 'present', 'afterPresent', 'retract', 'afterRetract', 'reject'], label: 'Power goes for three seconds' },
} as const;

const hands = z.discriminatedUnion('do', [
  ...dispenserHands({ cassetteCount: CASSETTES_MAX, capacity: CASSETTE_CAPACITY }),
  ...TRAY_HANDS,
  /** A vendor's tool is told that other notes lie in a cassette. */
  z.strictObject({ do: z.literal('relabel'), cassetteNumber: z.number().int().positive(), denominationMinor: z.number().int().positive() }),
  /** A cassette just like it is put in its place, which the service counts from the beginning. */
  z.strictObject({ do: z.literal('countAnew'), cassetteNumber: z.number().int().positive() }),
  /** The service loses count, and no note moves. */
  z.strictObject({ do: z.literal('miscount'), cassetteNumber: z.number().int().positive(), by: z.number().int().min(-200).max(200) }),
]);
type Hand = z.infer<typeof hands>;

type Respond = (answer: Answer) => void;
type Tell = (name: string, payload?: object) => void;
type Stop = { readonly problem: 'empty' | 'jam'; readonly unit: CountedUnit } | null;

/** A dispenser with an intermediate stacker, a shutter and a bin for rejects and what is drawn in, behind an XFS4IoT service. Notes and counters are kept over power cuts. [xfs4iot §3, §4, §6] */
export const createXfsDispenserSimulator: CreateSimulator<XfsDispenserSimulatorOptions> = (environment, options) => new XfsDispenserSimulator(environment, options);

class XfsDispenserSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #notes: CountedNotes;
  readonly #currency: string;
  readonly #tokens: TokenCheck | null;
  readonly #countsRetracted: boolean;
  readonly #leavesMissingOut: boolean;
  readonly #desk: StorageDesk;
  #dispenseCommandCount = 0;
  /** The next Present hands out half of what was gathered. */
  #isSplit = false;

  constructor(environment: SimulatorEnvironment, options: XfsDispenserSimulatorOptions) {
    super({ protocol: 'xfs4iot-cash-dispenser', environment, faults: FAULTS, hands });
    this.#currency = options.currency ?? 'KZT';
    this.#tokens = options.tokenKey === undefined ? null : new TokenCheck({ key: options.tokenKey, currency: this.#currency, random: environment.random });
    this.#countsRetracted = options.countsRetracted ?? true;
    this.#leavesMissingOut = options.leavesMissingOut ?? false;
    this.#notes = new CountedNotes(options.cassettes, this.#countsRetracted);
    this.#desk = new StorageDesk({
      tell: () => this.#storage(),
      isBusy: () => this.#notes.pool.length + this.#notes.exit.length > 0,
      setInitial: (name, items) => {
        const unit = this.#notes.named(name);
        return unit !== undefined && setItems(unit, items);
      },
      closed: () => this.#notes.units.filter((unit) => unit.status === 'manipulated').forEach((unit) => (unit.status = 'ok')),
      announce: (name, payload) => this.announce(name, payload),
      hasProblem: (at) => this.struck('unitProblem', at),
    });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...this.#notes.describe(), isExchanging: this.#desk.isExchanging, dispenseCommandCount: this.#dispenseCommandCount };
  }

  // ——— hands

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'miscount') return this.#miscount(hand);
    if (hand.do === 'relabel') return this.#relabel(hand);
    if (hand.do === 'countAnew') return this.#notes.countAnew(hand.cassetteNumber) ? ok(null) : notNow('no such cassette');
    const handled = { notes: this.#notes, tell: (event: string, fields: Readonly<Record<string, Json>>) => this.tell(event, fields) };
    const wasExitFull = this.#notes.exit.length > 0;
    switch (hand.do) {
      case 'removeTray':
      case 'insertTray':
      case 'emptyTray': {
        const acted = handleTray(handled, hand);
        this.#unitsHandled([REJECTS, RETRACTS], this.#notes.isTrayInserted);
        return acted;
      }
      default: {
        const acted = handleCassettes(handled, hand);
        if ('cassetteNumber' in hand && acted.ok) this.#unitsHandled([this.#notes.unitOf(hand.cassetteNumber).name], this.#notes.isInserted(hand.cassetteNumber));
        if (wasExitFull && this.#notes.exit.length === 0) this.announce('CashManagement.ItemsTakenEvent', { position: 'outDefault', additionalBunches: this.#notes.pool.length > 0 ? '1' : '0' });
        if (hand.do === 'clearPath') this.statusChanged();
        return acted;
      }
    }
  }

  /** Out without an exchange: nobody knows what lies in it. */
  #unitsHandled(names: readonly string[], isInserted: boolean): void {
    for (const name of names) {
      const unit = this.#notes.named(name)!;
      if (isInserted === (unit.status !== 'missing')) continue;
      unit.status = !isInserted ? 'missing' : this.#desk.isExchanging ? 'ok' : 'manipulated';
      this.announce('Storage.StorageChangedEvent', { [name]: { status: unit.status } });
    }
  }

  #relabel({ cassetteNumber, denominationMinor }: Extract<Hand, { readonly do: 'relabel' }>): Result<Json, ControlError> {
    const unit = this.#notes.named(`unit${cassetteNumber}`);
    if (unit === undefined) return notNow('no such cassette');
    unit.denominationMinor = denominationMinor;
    this.announce('Storage.StorageChangedEvent', { [unit.name]: this.#storage()[unit.name] });
    return ok(null);
  }

  #miscount({ cassetteNumber, by }: Extract<Hand, { readonly do: 'miscount' }>): Result<Json, ControlError> {
    const unit = this.#notes.named(`unit${cassetteNumber}`);
    if (unit?.denominationMinor === undefined || unit.denominationMinor === null) return notNow('no such cassette');
    miscount(unit, unit.denominationMinor, by);
    this.announce('Storage.CountsChangedEvent', { [unit.name]: this.#storage()[unit.name] });
    return ok(null);
  }

  // ——— what the service tells

  protected override status(): object {
    const { pool, path, exit } = this.#notes;
    return {
      common: { device: 'online', exchange: this.#desk.exchange },
      cashDispenser: {
        intermediateStacker: pool.length === 0 ? 'empty' : 'notEmpty',
        positions: [{ position: 'outDefault', shutter: exit.length === 0 ? 'closed' : 'open', positionStatus: exit.length === 0 ? 'empty' : 'notEmpty', transport: path.length === 0 ? 'ok' : 'inoperative', transportStatus: path.length === 0 ? 'empty' : 'notEmpty' }],
      },
    };
  }

  protected override commonCapabilities(): object {
    return this.#tokens === null ? {} : { endToEndSecurity: { required: 'always', hardwareSecurityElement: true, commands: ['CashDispenser.Dispense'], commandNonceTimeout: 3_600 } };
  }

  #storage(): Readonly<Record<string, object>> {
    return Object.fromEntries(this.#notes.units.filter(({ status }) => !this.#leavesMissingOut || status !== 'missing').map((unit) => [unit.name, tellUnit(unit, { currency: this.#currency, level: this.#notes.levelOf(unit), ...(unit.denominationMinor === null ? {} : { configuration: { lowThreshold: LOW_NOTES } }) })]));
  }

  #tellCounts(levels: ReadonlyMap<CountedUnit, string> = this.#levels()): void {
    this.announce('Storage.CountsChangedEvent', this.#storage());
    const crossed = this.#notes.units.filter((unit) => levels.get(unit) !== this.#notes.levelOf(unit));
    if (crossed.length > 0) this.announce('Storage.StorageThresholdEvent', Object.fromEntries(crossed.map((unit) => [unit.name, { cash: { status: { replenishmentStatus: this.#notes.levelOf(unit) } } }])));
  }

  #levels(): ReadonlyMap<CountedUnit, string> {
    return new Map(this.#notes.units.map((unit) => [unit, this.#notes.levelOf(unit)]));
  }

  // ——— what commands do

  protected override handlers(): Readonly<Record<string, Handler>> {
    const closed = (handler: Handler): Handler => (payload, respond, event) => (this.#desk.refuses(respond) ? undefined : handler(payload, respond, event));
    const denominationsMinor = this.#notes.cassettes.map(({ denominationMinor }) => denominationMinor);
    return {
      ...this.#desk.handlers(),
      'CashManagement.GetBankNoteTypes': (_, respond) => respond({ payload: noteTypes(denominationsMinor, this.#currency, () => true) }),
      'CashDispenser.Dispense': closed((payload, respond, event) => this.#dispense(payload, respond, event)),
      'CashDispenser.Present': closed((_, respond) => this.#present(respond)),
      'CashDispenser.Reject': closed((_, respond) => this.#reject(respond)),
      'CashManagement.Retract': closed((_, respond) => this.#retract(respond)),
      'CashManagement.Reset': closed((_, respond) => this.#reset(respond)),
      ...(this.#tokens === null ? {} : { 'Common.GetCommandNonce': ((_, respond) => respond({ payload: { commandNonce: this.#tokens!.newNonce() } })) satisfies Handler }),
    };
  }

  #dispense(payload: Readonly<Record<string, unknown>>, respond: Respond, event: Tell): void {
    const counts = (payload['denomination'] as { readonly denomination?: { readonly app?: { readonly counts?: Record<string, number> } } } | undefined)?.denomination?.app?.counts;
    if (counts === undefined) return respond({ completionCode: 'invalidData' });
    const asked = Object.entries(counts).map(([name, noteCount]) => ({ unit: this.#notes.named(name), noteCount }));
    if (asked.some(({ unit }) => unit?.types['cashOut'] !== true)) return respond(failed('invalidDenomination'));
    const wanted = asked.map(({ unit, noteCount }) => ({ unit: unit!, noteCount }));
    const refused = this.#tokens?.problem(payload['token'], wanted.reduce((sum, { unit, noteCount }) => sum + ((unit.denominationMinor ?? 0) / 100) * noteCount, 0)) ?? null;
    if (refused !== null) return respond({ completionCode: refused });
    const out = [...wanted.map(({ unit }) => unit).filter(({ status }) => status !== 'ok'), ...this.#bins.filter(({ status }) => status === 'missing')][0];
    if (out !== undefined) return this.#failUnit(out, out.status === 'missing' ? 'invalid' : 'error', respond, event);
    if (this.#notes.exit.length + this.#notes.path.length > 0) return respond(failed('itemsLeft'));
    this.#dispenseCommandCount++;
    event('CashDispenser.StartDispenseEvent');
    const before = this.#notes.pool.length;
    const levels = this.#levels();
    this.#pick(wanted.flatMap(({ unit, noteCount }) => Array.from({ length: noteCount }, () => unit)), 0, 0, (stop) => {
      this.#tellCounts(levels);
      if (stop === null) {
        if (this.#isCut('afterStack')) return;
        this.#isSplit = this.#notes.pool.length > 1 && this.struck('bunchSplit', 'afterStack');
        return respond({ payload: { bunches: this.#isSplit ? '2' : '1' } });
      }
      const values: Record<string, number> = {};
      for (const { cassetteNumber } of this.#notes.pool.slice(before)) values[`unit${cassetteNumber}`] = (values[`unit${cassetteNumber}`] ?? 0) + 1;
      event('CashDispenser.IncompleteDispenseEvent', { currencies: {}, values });
      return stop.problem === 'jam' ? respond({ completionCode: 'hardwareError' }) : this.#failUnit(stop.unit, 'empty', respond, event);
    });
  }

  /** One note after the other. */
  #pick(plan: readonly CountedUnit[], index: number, rejectCount: number, done: (stop: Stop) => void): void {
    const unit = plan[index];
    if (unit === undefined) return done(null);
    const cassetteNumber = unit.index;
    if (this.#notes.isEmpty(cassetteNumber) || !this.#notes.isInserted(cassetteNumber) || rejectCount > REJECTS_MAX) return done({ problem: 'empty', unit });
    this.after(PICK_MS, () => {
      if (this.#isCut('pick', index)) return;
      const isJam = this.struck('jam', 'pick', { index });
      const isRejected = !isJam && this.struck('noteRejected', 'pick', { index });
      if (!this.#notes.pickCounted(cassetteNumber, isJam ? 'transport' : isRejected ? 'rejected' : 'stacked')) return done({ problem: 'empty', unit });
      if (isJam) return done({ problem: 'jam', unit });
      this.#pick(plan, isRejected ? index : index + 1, isRejected ? rejectCount + 1 : rejectCount, done);
    });
  }

  #present(respond: Respond): void {
    if (this.#notes.path.length > 0) return respond({ completionCode: 'hardwareError' });
    if (this.#notes.exit.length > 0) return respond(failed('shutterOpen'));
    if (this.#notes.pool.length === 0) return respond(failed('noItems'));
    this.after(MOVE_MS, () => {
      if (this.#isCut('present')) return;
      if (this.struck('shutterJam', 'present')) return respond(failed('shutterNotOpen'));
      if (this.struck('jam', 'present')) return this.#jam(() => this.#notes.jamBunch(), respond);
      const gathered = this.#notes.pool.length;
      const isSplit = gathered > 1 && (this.#isSplit || this.struck('bunchSplit', 'present'));
      this.#isSplit = false;
      const noteCount = this.#notes.present(isSplit ? Math.ceil(gathered / 2) : gathered);
      this.#tellCounts();
      this.tell('presented', { noteCount });
      const position = { position: 'outDefault', additionalBunches: isSplit ? '1' : '0' };
      this.announce('CashManagement.ItemsPresentedEvent', position);
      if (this.#isCut('afterPresent')) return;
      respond({ payload: { position } });
    });
  }

  #reject(respond: Respond): void {
    if (this.#notes.pool.length === 0) return respond(failed('noItems'));
    this.after(MOVE_MS, () => {
      if (this.#isCut('reject')) return;
      this.#notes.reject();
      this.#tellCounts();
      respond({});
    });
  }

  #retract(respond: Respond): void {
    if (this.#notes.exit.length === 0) return respond(failed('noItems'));
    this.after(MOVE_MS, () => {
      if (this.#isCut('retract')) return;
      if (this.#notes.exit.length === 0) return respond(failed('noItems'));
      if (this.struck('jam', 'retract')) return this.#jam(() => this.#notes.jamRetract(), respond);
      const isPulled = this.struck('takenPartly', 'retract');
      if (isPulled) this.#notes.take(1);
      const noteCount = this.#notes.retract(this.#countsRetracted && !isPulled);
      this.#tellCounts();
      this.tell('retracted', { noteCount });
      if (this.#isCut('afterRetract')) return;
      const { retractOperations } = this.#notes.named(RETRACTS)!;
      respond(isPulled ? failed('itemsTaken') : { payload: { storage: { [RETRACTS]: { retractOperations, ...(this.#countsRetracted ? { retracted: { unrecognized: noteCount } } : {}) } } } });
    });
  }

  #reset(respond: Respond): void {
    this.after(MOVE_MS, () => {
      this.#notes.reject();
      this.#tellCounts();
      this.statusChanged();
      respond({});
    });
  }

  #jam(stick: () => void, respond: Respond): void {
    stick();
    this.#tellCounts();
    this.statusChanged();
    respond({ completionCode: 'hardwareError' });
  }

  /** The event says which, the completion that. [xfs4iot §14.3] */
  #failUnit(unit: CountedUnit, failure: string, respond: Respond, event: Tell): void {
    event('Storage.StorageErrorEvent', { failure, unit: { [unit.name]: { status: unit.status, cash: { status: { replenishmentStatus: this.#notes.levelOf(unit) } } } } });
    respond(failed('cashUnitError'));
  }

  get #bins(): readonly CountedUnit[] {
    return this.#notes.units.filter(({ types }) => types['cashOut'] !== true);
  }

  // ——— power

  #isCut(at: string, index?: number): boolean {
    if (!this.struck('powerCut', at, { index })) return false;
    this.powerOff();
    this.environment.clock.setTimeout(() => this.powerOn(), CUT_MS * this.environment.timeFactor);
    return true;
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#tokens?.forget();
    this.unplug();
  }

  protected override onPowerOn(): void {
    if (this.#notes.exit.length > 0 && this.struck('drawnIn', 'powerUp')) this.#notes.retract(this.#countsRetracted);
    else if (this.#notes.exit.length > 0 && this.struck('drawnInPartWay', 'powerUp')) this.#notes.jamRetract();
    this.plug();
  }
}

function failed(errorCode: string): Answer {
  return { completionCode: 'commandErrorCode', payload: { errorCode } };
}
