import type { Note } from '../../parts/validator-notes.ts';
import type { Mechanics } from '../../xfs4iot/cash-in.ts';
import type { Unit } from '../../xfs4iot/cash-units.ts';
import { countsOf } from '../../xfs4iot/cash-units.ts';
import { RETRACTS } from '../../xfs4iot/counted-units.ts';
import type { TokenCheck } from '../../xfs4iot/token-check.ts';
import type { Answer, EarlyEnd, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { failed } from '../../xfs4iot/xfs-simulator.ts';

const PICK_MS = 400;
const MOVE_MS = 600;
const REJECTS_MAX = 5;

/** What goes wrong with notes on their way out. */
export const CASH_OUT_FAULTS = {
  noteRejected: { at: ['pick'], label: 'A note is unfit and goes to the reject unit' },
  shutterJam: { at: ['present'], label: 'The shutter does not open' },
  takenPartly: { at: ['retract'], label: 'The customer pulls one note out while the rest is drawn in' },
  drawnIn: { at: ['powerUp'], label: 'What lies in the exit when power comes is drawn in without an order' },
  drawnInPartWay: { at: ['powerUp'], label: 'What lies in the exit when power comes is drawn in without an order, no further than the transport' },
} as const;
type CashOutFault = keyof typeof CASH_OUT_FAULTS | 'jam';

interface CashOutParts extends Mechanics<CashOutFault> {
  readonly tokens: TokenCheck | null;
  readonly countsRetracted: boolean;
  readonly hasStacker: boolean;
  readonly bunchNotesMax: number;
  /** Notes came into the customer's reach. */
  readonly presented: () => void;
}

/** How many of each unit are still to be picked. */
type Plan = { readonly unit: Unit; leftCount: number }[];
type Respond = (answer: Answer) => void;
type Tell = (name: string, payload?: object) => void;

/** Notes on their way out: unit → stacker → exit → hand, or back into a bin; or from unit to unit. [xfs4iot §6, §14.9] */
export class CashOut {
  readonly #parts: CashOutParts;
  #stacker: Note[] = [];
  #isRunning = false;

  constructor(parts: CashOutParts) {
    this.#parts = parts;
  }

  get stackerCount(): number {
    return this.#stacker.length;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Notes lie in the stacker or in the exit. */
  get holdsNotes(): boolean {
    return this.#stacker.length + this.#parts.units.notes.countIn('bezel') > 0;
  }

  powerLost(): void {
    this.#isRunning = false;
  }

  powerCame(): void {
    const { units, countsRetracted, jam, struck } = this.#parts;
    const notes = units.notes.in('bezel');
    if (notes.length === 0) return;
    if (struck('drawnIn', 'powerUp')) {
      units.named(RETRACTS)!.retractOperations++;
      for (const note of notes) units.retract(note, countsRetracted);
    } else if (struck('drawnInPartWay', 'powerUp')) {
      for (const note of notes) {
        units.stickBehindExit(note);
        jam(note);
      }
    }
  }

  handlers(): Readonly<Record<string, Handler>> {
    const { desk } = this.#parts;
    const closed = (handler: Handler): Handler => (payload, respond, event) => (desk.refuses(respond) ? undefined : handler(payload, respond, event));
    return {
      'CashDispenser.Dispense': closed((payload, respond, event) => this.#dispense(payload, respond, event)),
      'CashDispenser.Present': closed((_, respond) => this.#present(respond)),
      'CashDispenser.Reject': closed((_, respond) => this.#reject(respond)),
      'CashManagement.Retract': closed((_, respond) => this.#retract(respond)),
      'CashAcceptor.Deplete': closed((payload, respond) => this.#deplete(payload, respond)),
    };
  }

  #dispense(payload: Readonly<Record<string, unknown>>, respond: Respond, event: Tell): ReturnType<Handler> {
    const { units, tokens, isJammed } = this.#parts;
    const counts = (payload['denomination'] as { readonly denomination?: { readonly app?: { readonly counts?: Record<string, number> } } } | undefined)?.denomination?.app?.counts;
    if (counts === undefined) return respond({ completionCode: 'invalidData' });
    const asked = Object.entries(counts).map(([name, noteCount]) => ({ unit: units.named(name), noteCount }));
    if (asked.some(({ unit }) => unit?.types['cashOut'] !== true)) return respond(failed('invalidDenomination'));
    const plan: Plan = asked.map(({ unit, noteCount }) => ({ unit: unit!, leftCount: noteCount }));
    const refused = tokens?.problem(payload['token'], plan.reduce((sum, { unit, leftCount }) => sum + (unit.denominationMinor! / 100) * leftCount, 0)) ?? null;
    if (refused !== null) return respond({ completionCode: refused });
    if (this.holdsNotes || isJammed()) return respond(failed('itemsLeft'));
    const out = plan.find(({ unit }) => unit.status !== 'ok');
    if (out !== undefined) return this.#failUnit(out.unit, 'invalid', respond, event);
    event('CashDispenser.StartDispenseEvent');
    let early: EarlyEnd | null = null;
    this.#pick(plan, { index: 0, rejectCount: 0, isEnded: () => early !== null }, (problem, stopped) => {
      this.#parts.countsChanged();
      if (problem === null && early === null) return this.#parts.isCut('gathered') ? undefined : respond({ payload: { bunches: '1' } });
      const values = Object.fromEntries(plan.map(({ unit }) => [unit.name, this.#stacker.filter((note) => note.denominationMinor === unit.denominationMinor).length]));
      event('CashDispenser.IncompleteDispenseEvent', { currencies: {}, values });
      if (early !== null) return respond({ completionCode: early });
      return problem === 'jam' || stopped === null ? respond({ completionCode: 'hardwareError' }) : this.#failUnit(stopped, 'empty', respond, event);
    });
    return (why) => {
      early = why;
    };
  }

  #pick(plan: Plan, course: { readonly index: number; readonly rejectCount: number; readonly isEnded: () => boolean }, done: (problem: 'empty' | 'jam' | null, stopped: Unit | null) => void): void {
    const { units, after, struck, isCut, jam } = this.#parts;
    const next = plan.find(({ leftCount }) => leftCount > 0);
    if (next === undefined || course.isEnded()) return this.#rest(() => done(null, null));
    if (course.rejectCount > REJECTS_MAX || units.countIn(next.unit) === 0) return this.#rest(() => done('empty', next.unit));
    this.#isRunning = true;
    after(PICK_MS, () => {
      const note = units.lyingIn(next.unit).at(-1);
      if (isCut('pick', course.index)) return this.#rest(() => {});
      if (note === undefined) return this.#rest(() => done('empty', next.unit));
      if (struck('jam', 'pick', course.index)) {
        units.pick(note, 'transport');
        jam(note);
        return this.#rest(() => done('jam', next.unit));
      }
      if (struck('noteRejected', 'pick', course.index)) {
        units.reject(note);
        return this.#pick(plan, { ...course, index: course.index + 1, rejectCount: course.rejectCount + 1 }, done);
      }
      units.pick(note, 'stacked');
      if (this.#parts.hasStacker) this.#stacker.push(note);
      else {
        units.present(note);
        this.#parts.presented();
      }
      next.leftCount--;
      this.#pick(plan, { ...course, index: course.index + 1 }, done);
    });
  }

  #present(respond: Respond): void {
    const { units, after, isCut, struck, tell, announce, presented, countsChanged } = this.#parts;
    if (this.#stacker.length === 0) return respond(failed('noItems'));
    after(MOVE_MS, () => {
      if (isCut('present')) return;
      if (struck('shutterJam', 'present')) return respond(failed('shutterNotOpen'));
      const notes = this.#stacker.splice(0, this.#parts.bunchNotesMax);
      const additionalBunches = String(Math.ceil(this.#stacker.length / this.#parts.bunchNotesMax));
      for (const note of notes) units.present(note);
      countsChanged();
      tell('presented', { noteCount: notes.length });
      announce('CashManagement.ItemsPresentedEvent', { position: 'outDefault', additionalBunches });
      presented();
      if (isCut('afterPresent')) return;
      respond({ payload: { position: { position: 'outDefault', additionalBunches } } });
    });
  }

  #reject(respond: Respond): void {
    const { units, after, isCut, countsChanged } = this.#parts;
    if (this.#stacker.length === 0) return respond(failed('noItems'));
    after(MOVE_MS, () => {
      if (isCut('reject')) return;
      for (const note of this.#stacker.splice(0)) units.reject(note);
      countsChanged();
      respond({});
    });
  }

  #retract(respond: Respond): void {
    const { units, after, isCut, struck, tell, countsRetracted, countsChanged } = this.#parts;
    if (units.notes.countIn('bezel') === 0) return respond(failed('noItems'));
    after(MOVE_MS, () => {
      if (isCut('retract')) return;
      const [pulled, ...rest] = units.notes.in('bezel');
      if (pulled === undefined) return respond(failed('noItems'));
      const isPulled = struck('takenPartly', 'retract');
      if (isPulled) units.notes.move(pulled, 'customer');
      const drawnIn = isPulled ? rest : [pulled, ...rest];
      const bin = units.named(RETRACTS)!;
      bin.retractOperations++;
      for (const note of drawnIn) units.retract(note, countsRetracted && !isPulled);
      countsChanged();
      tell('retracted', { noteCount: drawnIn.length });
      if (isCut('afterRetract')) return;
      respond(isPulled ? failed('itemsTaken') : { payload: { storage: { [RETRACTS]: { retractOperations: bin.retractOperations, ...(countsRetracted ? { retracted: countsOf(drawnIn) } : {}) } } } });
    });
  }

  /** One note after the other, until all are there or it is ended. */
  #deplete({ depleteSources, cashUnitTarget }: Readonly<Record<string, unknown>>, respond: Respond): ReturnType<Handler> {
    const { units, isJammed, countsChanged } = this.#parts;
    const [source] = depleteSources as readonly { readonly cashUnitSource: string; readonly numberOfItemsToMove?: number }[];
    const [from, to] = [units.named(source?.cashUnitSource ?? ''), units.named(String(cashUnitTarget))];
    if (from?.types['cashOut'] !== true || to?.types['cashIn'] !== true) return respond(failed('invalidCashUnit'));
    if (this.holdsNotes || isJammed()) return respond({ completionCode: 'sequenceError' });
    let early: EarlyEnd | null = null;
    const wantedCount = Math.min(source?.numberOfItemsToMove ?? Number.MAX_SAFE_INTEGER, units.countIn(from));
    const moveOn = (movedCount: number): void => {
      const note = units.lyingIn(from).at(-1);
      if (movedCount >= wantedCount || note === undefined || early !== null) {
        return this.#rest(() => {
          countsChanged();
          respond({ ...(early === null ? {} : { completionCode: early }), payload: { numberOfItemsReceived: movedCount } });
        });
      }
      this.#isRunning = true;
      this.#parts.after(PICK_MS, () => {
        if (this.#parts.isCut('deplete', movedCount)) return this.#rest(() => {});
        units.move(note, to);
        moveOn(movedCount + 1);
      });
    };
    moveOn(0);
    return (why) => {
      early = why;
    };
  }

  #failUnit(unit: Unit, failure: string, respond: Respond, event: Tell): void {
    event('Storage.StorageErrorEvent', { failure, unit: { [unit.name]: { status: unit.status, cash: { status: { replenishmentStatus: this.#parts.units.levelOf(unit) } } } } });
    respond(failed('cashUnitError'));
  }

  #rest(then: () => void): void {
    this.#isRunning = false;
    then();
  }
}
