import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { StorageDesk } from '../../xfs4iot/storage-desk.ts';
import { TokenCheck } from '../../xfs4iot/token-check.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

export interface XfsDispenserSimulatorOptions {
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly denominationMinor: number; readonly noteCount: number }[];
  readonly currency?: string;
  /** XFSAuthenticateHost; absent: no end-to-end security. */
  readonly tokenKey?: Uint8Array;
  /** The bin recounts what is drawn in. */
  readonly countsRetracted?: boolean;
}

const PICK_MS = 120;
const MOVE_MS = 600;
const REJECTS_MAX = 5;
/** At so many notes a cassette is nearly empty. */
const LOW_NOTES = 10;

const FAULTS = {
  ...SERVICE_FAULTS,
  noteRejected: { at: ['pick'], label: 'A note is unfit and goes to the reject bin' },
  jam: { at: ['pick'], label: 'A note jams in the transport' },
  shutterJam: { at: ['present'], label: 'The shutter does not open' },
  unitProblem: { at: ['startExchange', 'endExchange'], label: 'A cassette does not lock or unlock' },
  powerCut: { at: ['pick', 'afterStack', 'present', 'afterPresent', 'retract'], label: 'The power goes' },
} as const;

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('takeNotes') }),
  /** Staff take what lies in the transport. */
  z.strictObject({ do: z.literal('clearPath') }),
  z.strictObject({ do: z.literal('pullCassette'), cassetteNumber: z.number().int().positive() }),
  /** Back with so many notes in it. */
  z.strictObject({ do: z.literal('putCassette'), cassetteNumber: z.number().int().positive(), noteCount: z.number().int().min(0).max(3_000) }),
  /** The service loses count, and no note moves. */
  z.strictObject({ do: z.literal('miscount'), cassetteNumber: z.number().int().positive(), by: z.number().int().min(-200).max(200) }),
]);
type Hand = z.infer<typeof hands>;

type Role = 'presented' | 'stacked' | 'rejected' | 'transport';
interface Unit {
  readonly name: string;
  readonly type: string;
  readonly index: number;
  readonly value: number;
  noteCount: number;
  /** What staff said at the last exchange. */
  initial: number;
  status: 'ok' | 'missing' | 'manipulated';
  readonly out: Record<Role, number>;
}

/** Notes of a pile, by unit they came from. */
type Pile = Unit[];

/** A dispenser with an intermediate stacker, a shutter and a retract bin, behind an XFS4IoT service. [xfs4iot §3, §4, §6] */
export const createXfsDispenserSimulator: CreateSimulator<XfsDispenserSimulatorOptions> = (environment, options) => new XfsDispenserSimulator(environment, options);

class XfsDispenserSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #units: readonly Unit[];
  readonly #currency: string;
  readonly #tokens: TokenCheck | null;
  readonly #countsRetracted: boolean;
  #stacker: Pile = [];
  #exit: Pile = [];
  #transport: Pile = [];
  #rejectCount = 0;
  #retractedCount = 0;
  #retractOperations = 0;
  #takenCount = 0;
  #removedCount = 0;
  readonly #desk: StorageDesk;

  constructor(environment: SimulatorEnvironment, options: XfsDispenserSimulatorOptions) {
    super({ protocol: 'xfs4iot-cash-dispenser', environment, faults: FAULTS, hands });
    this.#currency = options.currency ?? 'KZT';
    this.#tokens = options.tokenKey === undefined ? null : new TokenCheck({ key: options.tokenKey, currency: this.#currency, random: environment.random });
    this.#countsRetracted = options.countsRetracted ?? true;
    this.#desk = new StorageDesk({
      tell: () => this.#storage(),
      isBusy: () => this.#stacker.length + this.#exit.length > 0,
      setInitial: (name, items) => this.#setInitial(name, items),
      closed: () => this.#units.filter((unit) => unit.status === 'manipulated').forEach((unit) => (unit.status = 'ok')),
      announce: (name, payload) => this.announce(name, payload),
      hasProblem: (at) => this.struck('unitProblem', at),
    });
    this.#units = options.cassettes.map(({ cassetteNumber, denominationMinor, noteCount }) => ({ name: `unit${cassetteNumber}`, type: `type${denominationMinor}`, index: cassetteNumber, value: denominationMinor / 100, noteCount, initial: noteCount, status: 'ok' as const, out: { presented: 0, stacked: 0, rejected: 0, transport: 0 } }));
  }

  protected override describe(): { readonly [key: string]: Json } {
    return {
      cassettes: this.#units.map((unit) => ({ cassetteNumber: unit.index, noteCount: unit.noteCount, status: unit.status })), isExchanging: this.#desk.isExchanging, stackerCount: this.#stacker.length, exitCount: this.#exit.length, transportCount: this.#transport.length,
      rejectCount: this.#rejectCount, retractedCount: this.#retractedCount, takenCount: this.#takenCount, removedCount: this.#removedCount,
    };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'pullCassette' || hand.do === 'putCassette') return this.#handle(hand);
    if (hand.do === 'miscount') return this.#miscount(hand);
    if (hand.do === 'takeNotes') {
      if (this.#exit.length === 0) return err({ code: 'notNow', detail: 'no notes in the exit' });
      const noteCount = this.#exit.splice(0).length;
      this.#takenCount += noteCount;
      this.tell('notesTaken', { noteCount });
      this.announce('CashManagement.ItemsTakenEvent', { position: 'outDefault', additionalBunches: '0' });
      return ok({ noteCount });
    }
    const noteCount = this.#transport.splice(0).length;
    this.#removedCount += noteCount;
    return ok({ noteCount });
  }

  protected override status(): object {
    return {
      common: { device: 'online', exchange: this.#desk.exchange },
      cashDispenser: {
        intermediateStacker: this.#stacker.length === 0 ? 'empty' : 'notEmpty',
        positions: [{ position: 'outDefault', shutter: this.#exit.length === 0 ? 'closed' : 'open', positionStatus: this.#exit.length === 0 ? 'empty' : 'notEmpty', transport: this.#transport.length === 0 ? 'ok' : 'inoperative', transportStatus: this.#transport.length === 0 ? 'empty' : 'notEmpty' }],
      },
    };
  }

  protected override commonCapabilities(): object {
    return this.#tokens === null ? {} : { endToEndSecurity: { required: 'always', hardwareSecurityElement: true, commands: ['CashDispenser.Dispense'], commandNonceTimeout: 3_600 } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return {
      ...this.#desk.handlers(),
      'CashManagement.GetBankNoteTypes': (_, respond) => respond({ payload: { items: Object.fromEntries(this.#units.map((unit) => [unit.type, { cashItem: { noteID: unit.index, currency: this.#currency, value: unit.value }, enabled: true }])) } }),
      'CashDispenser.Dispense': (payload, respond, event) => this.#dispense(payload, respond, event),
      'CashDispenser.Present': (_, respond) => this.#present(respond),
      'CashDispenser.Reject': (_, respond) => this.#reject(respond),
      'CashManagement.Retract': (_, respond) => this.#retract(respond),
      'CashManagement.Reset': (_, respond) => this.#reset(respond),
      ...(this.#tokens === null ? {} : { 'Common.GetCommandNonce': ((_, respond) => respond({ payload: { commandNonce: this.#tokens!.newNonce() } })) satisfies Handler }),
    };
  }

  #storage(): Readonly<Record<string, object>> {
    const counts = (unit: Unit, count: number) => (count === 0 ? {} : { [unit.type]: { fit: count } });
    const units = this.#units.map((unit) => [unit.name, {
      status: unit.status,
      cash: {
        configuration: { types: { cashOut: true }, currency: this.#currency, value: unit.value, lowThreshold: LOW_NOTES, cashItems: [unit.type] },
        status: { index: unit.index, initial: counts(unit, unit.initial), accuracy: 'accurate', out: Object.fromEntries(Object.entries(unit.out).map(([role, count]) => [role, counts(unit, count)])), replenishmentStatus: levelOf(unit) },
      },
    }]);
    return { ...(Object.fromEntries(units) as Readonly<Record<string, object>>), unitR: { status: 'ok', cash: { configuration: { types: { reject: true } }, status: { index: 90 } } }, unitT: { status: 'ok', cash: { configuration: { types: { cashOutRetract: true } }, status: { index: 91, in: { retractOperations: this.#retractOperations } } } } };
  }

  #dispense(payload: Readonly<Record<string, unknown>>, respond: (answer: Answer) => void, event: (name: string, payload?: object) => void): void {
    const app = (payload['denomination'] as { readonly denomination?: { readonly app?: { readonly counts?: Record<string, number>; readonly currencies?: Record<string, number> } } } | undefined)?.denomination?.app;
    if (this.#desk.refuses(respond)) return;
    if (app?.counts === undefined) return respond({ completionCode: 'invalidData' });
    const wanted = Object.entries(app.counts).map(([name, count]) => ({ unit: this.#units.find((unit) => unit.name === name), count }));
    if (wanted.some(({ unit }) => unit === undefined)) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'invalidDenomination' } });
    const refused = this.#tokens === null ? null : this.#tokens.problem(payload['token'], wanted.reduce((sum, { unit, count }) => sum + unit!.value * count, 0));
    if (refused !== null) return respond({ completionCode: refused });
    const out = wanted.find(({ unit }) => unit!.status !== 'ok');
    if (out !== undefined) return this.#failUnit(out.unit!, out.unit!.status === 'missing' ? 'invalid' : 'error', respond, event);
    if (this.#exit.length > 0 || this.#transport.length > 0) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'itemsLeft' } });
    event('CashDispenser.StartDispenseEvent');
    const before = this.#stacker.length;
    const levels = new Map(this.#units.map((unit) => [unit, levelOf(unit)]));
    this.#pick(wanted.flatMap(({ unit, count }) => Array.from({ length: count }, () => unit!)), 0, 0, (problem, stopped) => {
      this.#tellCounts(levels);
      if (problem === null) {
        if (this.#isCut('afterStack')) return;
        return respond({ payload: { bunches: '1' } });
      }
      const values: Record<string, number> = {};
      for (const unit of this.#stacker.slice(before)) values[unit.name] = (values[unit.name] ?? 0) + 1;
      event('CashDispenser.IncompleteDispenseEvent', { currencies: {}, values });
      if (problem === 'jam' || stopped === null) return respond({ completionCode: 'hardwareError' });
      return this.#failUnit(stopped, 'empty', respond, event);
    });
  }

  #pick(plan: readonly Unit[], index: number, rejects: number, done: (problem: 'empty' | 'jam' | null, stopped: Unit | null) => void): void {
    const unit = plan[index];
    if (unit === undefined) return done(null, null);
    if (unit.noteCount === 0 || rejects > REJECTS_MAX) return done('empty', unit);
    this.after(PICK_MS, () => {
      if (this.#isCut('pick', index)) return;
      unit.noteCount--;
      if (this.struck('jam', 'pick', { index })) {
        unit.out.transport++;
        this.#transport.push(unit);
        return done('jam', unit);
      }
      if (this.struck('noteRejected', 'pick', { index })) {
        unit.out.rejected++;
        this.#rejectCount++;
        return this.#pick(plan, index, rejects + 1, done);
      }
      unit.out.stacked++;
      this.#stacker.push(unit);
      this.#pick(plan, index + 1, rejects, done);
    });
  }

  #present(respond: (answer: Answer) => void): void {
    if (this.#desk.refuses(respond)) return;
    if (this.#stacker.length === 0) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'noItems' } });
    this.after(MOVE_MS, () => {
      if (this.#isCut('present')) return;
      if (this.struck('shutterJam', 'present')) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'shutterNotOpen' } });
      for (const unit of this.#stacker) {
        unit.out.stacked--;
        unit.out.presented++;
      }
      this.#exit = this.#stacker.splice(0);
      this.tell('presented', { noteCount: this.#exit.length });
      this.announce('CashManagement.ItemsPresentedEvent', { position: 'outDefault', additionalBunches: '0' });
      if (this.#isCut('afterPresent')) return;
      respond({ payload: { position: { position: 'outDefault', additionalBunches: '0' } } });
    });
  }

  #reject(respond: (answer: Answer) => void): void {
    if (this.#desk.refuses(respond)) return;
    if (this.#stacker.length === 0) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'noItems' } });
    this.after(MOVE_MS, () => {
      for (const unit of this.#stacker) {
        unit.out.stacked--;
        unit.out.rejected++;
      }
      this.#rejectCount += this.#stacker.splice(0).length;
      respond({});
    });
  }

  #retract(respond: (answer: Answer) => void): void {
    if (this.#desk.refuses(respond)) return;
    if (this.#exit.length === 0) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'noItems' } });
    this.after(MOVE_MS, () => {
      if (this.#isCut('retract')) return;
      const noteCount = this.#exit.splice(0).length;
      this.#retractedCount += noteCount;
      this.#retractOperations++;
      this.tell('retracted', { noteCount });
      respond({ payload: { storage: { unitT: { retractOperations: this.#retractOperations, ...(this.#countsRetracted ? { retracted: { unrecognized: noteCount } } : {}) } } } });
    });
  }

  /** What staff say lies in it; what came and went before is forgotten, but not what is on its way. [xfs4iot §3] */
  #setInitial(name: string, items: Readonly<Record<string, number>>): boolean {
    const unit = this.#units.find((each) => each.name === name);
    if (unit === undefined || Object.keys(items).some((item) => item !== unit.type && item !== 'unrecognized')) return false;
    unit.initial = items[unit.type] ?? 0;
    unit.out.presented = 0;
    unit.out.rejected = 0;
    return true;
  }

  #miscount({ cassetteNumber, by }: Extract<Hand, { readonly do: 'miscount' }>): Result<Json, ControlError> {
    const unit = this.#units.find(({ index }) => index === cassetteNumber);
    if (unit === undefined || unit.initial + by < 0) return err({ code: 'notNow', detail: 'no such count' });
    unit.initial += by;
    this.announce('Storage.CountsChangedEvent', { [unit.name]: this.#storage()[unit.name] });
    return ok(null);
  }

  #handle(hand: Extract<Hand, { readonly do: 'pullCassette' | 'putCassette' }>): Result<Json, ControlError> {
    const unit = this.#units.find(({ index }) => index === hand.cassetteNumber);
    if (unit === undefined || (hand.do === 'pullCassette') === (unit.status === 'missing')) return err({ code: 'notNow', detail: 'no such cassette there' });
    if (hand.do === 'pullCassette') unit.status = 'missing';
    else {
      // Out without an exchange: nobody knows what lies in it.
      unit.status = this.#desk.isExchanging ? 'ok' : 'manipulated';
      unit.noteCount = hand.noteCount;
    }
    this.announce('Storage.StorageChangedEvent', { [unit.name]: { status: unit.status } });
    return ok({ status: unit.status });
  }

  #tellCounts(levels: ReadonlyMap<Unit, string>): void {
    const told = this.#storage();
    this.announce('Storage.CountsChangedEvent', Object.fromEntries(this.#units.map((unit) => [unit.name, told[unit.name]])));
    const crossed = this.#units.filter((unit) => levels.get(unit) !== levelOf(unit));
    if (crossed.length > 0) this.announce('Storage.StorageThresholdEvent', Object.fromEntries(crossed.map((unit) => [unit.name, { cash: { status: { replenishmentStatus: levelOf(unit) } } }])));
  }

  /** The event says which, the completion that. [xfs4iot §14.3] */
  #failUnit(unit: Unit, failure: string, respond: (answer: Answer) => void, event: (name: string, payload?: object) => void): void {
    event('Storage.StorageErrorEvent', { failure, unit: { [unit.name]: { status: unit.status, cash: { status: { replenishmentStatus: levelOf(unit) } } } } });
    respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'cashUnitError' } });
  }

  #reset(respond: (answer: Answer) => void): void {
    if (this.#desk.refuses(respond)) return;
    this.after(MOVE_MS, () => {
      for (const unit of this.#stacker) {
        unit.out.stacked--;
        unit.out.rejected++;
      }
      this.#rejectCount += this.#stacker.splice(0).length + this.#transport.splice(0).length;
      respond({});
    });
  }

  #isCut(at: string, index?: number): boolean {
    if (!this.struck('powerCut', at, { index })) return false;
    this.powerOff();
    this.unplug();
    return true;
  }

  protected override onPowerOn(): void {
    this.plug();
    this.#tokens?.forget();
  }
}

function levelOf({ noteCount }: Unit): 'empty' | 'low' | 'ok' {
  return noteCount === 0 ? 'empty' : noteCount <= LOW_NOTES ? 'low' : 'ok';
}
