import type { CashRecycler, RecyclerInventory } from '../../../drivers/interfaces/cash-recycler.ts';
import type { Config } from '../../contracts/config.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { ErrorCode } from '../../foundation/error-catalogue.ts';
import { delay } from '../../foundation/clock.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { Log } from '../../foundation/log.ts';
import { noteCountOf, type NoteCount } from '../../foundation/money.ts';
import type { CompletionCode } from '../../foundation/outcome.ts';
import { ok } from '../../foundation/outcome.ts';
import type { CashUnitRow, Journal, JournalBatch, SuspenseDraft } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { isServing } from '../device-state.ts';
import { BOX_UNIT, cassetteUnit, isRecyclerUnit, RECYCLER_TRANSPORT_UNIT, recyclerCassette } from './cash-unit-ids.ts';
import { readCountsFact } from './counts-fact.ts';
import { isNoteExchangeOpen } from './note-exchange.ts';
import type { NoteMove } from './note-moves.ts';
import { moveBatch } from './note-moves.ts';
import { comparedDoubtFacts, payoutDoubt } from './payout-doubt.ts';
import { openedFacts, RECYCLER_BRINGING, RECYCLER_EXCHANGE, RECYCLER_SEEDED, RECYCLER_UNCOUNTED } from './recycler-exchange.ts';

type RecyclerConfig = NonNullable<Config['devices']['recycler']>;
type UnitOfKind = Pick<CashUnitRow, 'unitId' | 'denominationMinor'>;

const MARK = 'recycler.payoutMark';
/** The device has heard it, and has no unit for it: the same is said whenever it is asked. */
const REFUSALS: readonly CompletionCode[] = ['commandErrorCode', 'invalidData', 'unsupportedCommand'];
/** A full box keeps a device from taking notes, not from counting its units: collected next, the count must be right. */
const COUNTABLE_FAULTS: readonly ErrorCode[] = ['CIM_BOX_FULL'];
const RETRY_MS = 1_000;
const TRIES_MAX = 60;
/** A device comes up again after its box was put back. */
const COUNT_TRIES_MAX = 15;

/**
 * Between a recycler's own counts and the journal's. An accepted note is counted in the cash box with its credit; it becomes payable when the device counts it in
 * a unit, and then moves from box to unit in one transaction. What a device no longer has in a unit and did not hand out goes to the box where the device
 * said so, else into the path until somebody counts: a suspense item, but for what may have left in payouts that have their own. No move changes the sum.
 */
export class RecyclerDesk {
  readonly recycler: CashRecycler;
  readonly #units: RecyclerConfig['units'];
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #log: Log;
  #running: Promise<void> | null = null;
  #isWanted = false;
  /** From before its intent until its outcome is durable. */
  #isPayoutOpen = false;
  /** What an earlier start left open is settled: not before are counts compared. */
  #isSettled = false;
  #areRolesSet = false;
  /** Whether the last comparison was made to its end. */
  #isCompared = false;
  /** What the device counted then. */
  #inventory: readonly NoteCount[] = [];
  #isStopped = false;
  #onMoved: () => void = () => {};
  #onCounted: () => void = () => {};

  constructor(options: { readonly recycler: CashRecycler; readonly config: RecyclerConfig; readonly journal: Journal; readonly clock: Clock; readonly ids: IdSource; readonly log: Log }) {
    this.recycler = options.recycler;
    this.#units = options.config.units;
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#log = options.log;
    this.recycler.onUnitsChanged(() => this.recogniseSoon());
    this.recycler.onStatus(({ state }) => {
      if (state === 'ready') this.recogniseSoon();
      else if (state === 'offline') this.#areRolesSet = false;
    });
  }

  /** Called when counts moved between roles: what can be paid out is another sum. */
  onMoved(listener: () => void): void {
    this.#onMoved = listener;
  }

  /** Called when a comparison is over: `counted` may be another. */
  onCounted(listener: () => void): void {
    this.#onCounted = listener;
  }

  /**
   * What the device counts in its units, with all that follows from it in the journal's counts: what still differs, it cannot explain. null: a comparison runs or was not made to its end,
   * notes are under way, or hands are at the units.
   */
  get counted(): readonly NoteCount[] | null {
    return this.#running === null && this.#isCompared && !this.#isHeld && !this.isExchanging && this.bringer === '' ? this.#inventory : null;
  }

  /** A person's act moved counts. */
  countsMoved(): void {
    this.#onMoved();
  }

  stop(): void {
    this.#isStopped = true;
  }

  recogniseSoon(): void {
    void this.recognise();
  }

  /** Counts and roles as the device and the configuration have them, when it returns; a device that is busy or away is asked again a while. */
  recognise(): Promise<void> {
    this.#isWanted = true;
    this.#isCompared = false;
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
      this.#onCounted();
    });
    return this.#running;
  }

  /** The recovery of this start is over. */
  settled(): void {
    this.#isSettled = true;
    // What an earlier start wrote and died before it said so, the device still tells; a unit that waits for it takes no note. [ssp §13]
    if (!this.#isPayoutOpen) this.recycler.confirmPayout();
    this.recogniseSoon();
  }

  /** From before the intent of a payout until its outcome is durable: counts are not compared meanwhile. */
  beginPayout(): void {
    this.#isPayoutOpen = true;
  }

  /** Of a payout, or of an order to bring notes to the box. */
  get isPayoutOpen(): boolean {
    return this.#isPayoutOpen;
  }

  endPayout(): void {
    this.#isPayoutOpen = false;
    this.recycler.confirmPayout();
    this.recogniseSoon();
  }

  /** With the intent of a payout, in its transaction: the registers of before it, by which a later start of the core knows what came of it. */
  markFacts(): Readonly<Record<string, string>> {
    return { [MARK]: this.recycler.payoutMark() ?? '' };
  }

  /** As `markFacts` kept them. */
  mark(): string {
    return this.#journal.fact(MARK) ?? '';
  }

  /** The units were opened, and what lies in them was not counted since. */
  get isExchanging(): boolean {
    return (this.#journal.fact(RECYCLER_EXCHANGE) ?? '') !== '';
  }

  /** Kinds of notes that it keeps to pay out, as configured. */
  get keptMinor(): readonly number[] {
    return this.#units.map((unit) => unit.denominationMinor);
  }

  /** Counts as the device has them now. false: it is not well enough to tell, also after a while. */
  async count(): Promise<boolean> {
    this.#isCompared = false;
    for (let attempt = 1; ; attempt++) {
      await this.recognise();
      if (this.#isCompared || attempt >= COUNT_TRIES_MAX || this.recycler.status().state === 'offline' || this.#isStopped) return this.#isCompared;
      await delay(this.#clock, RETRY_MS);
    }
  }

  /** Notes were told to go from the units to the box, the device is there, and what came of it is not known yet. */
  get isBringing(): boolean {
    return this.bringer !== '' && !['offline', 'faulty'].includes(this.recycler.status().state);
  }

  /** Who had notes brought to the box, and nobody knows what came of it; empty: nobody. */
  get bringer(): string {
    return this.#journal.fact(RECYCLER_BRINGING) ?? '';
  }

  /**
   * With the beginning of an exchange, in its transaction: until its end hands may put notes into the units, and nothing in them is taken for accepted. Kept over a restart.
   * Notes that were told to go to the box, and nobody knows how far they came, count as on their way to it from here on: they may go away with it.
   * @param isCounted  false: what the box counts may in part lie in a unit already
   */
  exchangeBatch(login: string, isCounted: boolean): JournalBatch {
    const rows = this.#journal.cashUnits();
    const underWay = isCounted || this.bringer === '' ? [] : this.#movesOut(RECYCLER_TRANSPORT_UNIT, () => Number.MAX_SAFE_INTEGER);
    const lost = this.#lost(underWay, `on the way to the cash box for ${this.bringer} when ${login} opened it`);
    const boxed = rows.filter((row) => row.unitId === BOX_UNIT && this.keptMinor.includes(row.denominationMinor));
    const uncounted = this.keptMinor.map((denominationMinor) => ({ denominationMinor, noteCount: noteCountOf([...boxed, ...underWay], denominationMinor) }));
    return {
      entries: lost.moved.entries ?? [],
      cashUnits: lost.moved.cashUnits ?? [],
      suspense: lost.suspense,
      facts: { ...comparedDoubtFacts(this.#journal, underWay), [RECYCLER_BRINGING]: '', ...openedFacts(login, isCounted ? [] : uncounted) },
    };
  }

  /** With the durable word that notes are brought from the units to the box: what is missing in them later, and nobody told of, is in doubt. */
  bringingFacts(login: string): Readonly<Record<string, string>> {
    return { [RECYCLER_BRINGING]: login };
  }

  /** With the outcome of it, in its transaction. */
  readonly broughtFacts: Readonly<Record<string, string>> = { [RECYCLER_BRINGING]: '' };

  /** Notes that the device brought from its units to the cash box, as moves between the journal's counts; never more than it counts in a unit. */
  movesToBox(notes: readonly NoteCount[]): readonly NoteMove[] {
    return this.#movesOut(BOX_UNIT, (denominationMinor) => noteCountOf(notes, denominationMinor));
  }

  /** @param countMax  notes of a kind that left its unit, at most what the journal counts in it */
  #movesOut(toUnitId: string, countMax: (denominationMinor: number) => number): readonly NoteMove[] {
    const rows = this.#journal.cashUnits();
    return this.#unitsOf(rows).map(({ unitId, denominationMinor }): NoteMove => ({ fromUnitId: unitId, toUnitId, denominationMinor, noteCount: Math.min(countMax(denominationMinor), countOf(rows, unitId, denominationMinor)) })).filter((move) => move.noteCount > 0);
  }

  /** As configured, and those of kinds that an earlier configuration kept, as long as notes lie in them: nothing is paid from these, and they go to the box with the others. */
  #unitsOf(rows: readonly CashUnitRow[]): readonly UnitOfKind[] {
    const configured = this.#units.map(({ denominationMinor }, index) => ({ unitId: cassetteUnit(recyclerCassette(index)), denominationMinor }));
    const left = rows.filter((row) => isRecyclerUnit(row.unitId) && row.noteCount > 0 && !this.keptMinor.includes(row.denominationMinor));
    return [...configured, ...left.map(({ unitId, denominationMinor }) => ({ unitId, denominationMinor }))];
  }

  /** Those that the device counted: of a kind that it does not name it says nothing. */
  #named(rows: readonly CashUnitRow[], units: readonly NoteCount[]): readonly UnitOfKind[] {
    return this.#unitsOf(rows).filter(({ denominationMinor }) => units.some((unit) => unit.denominationMinor === denominationMinor));
  }

  /** The device has one unit for each kind, whatever its number in the configuration of this start. @returns whether it is written */
  #renumber(): boolean {
    const moves = this.#journal.cashUnits().filter((row) => isRecyclerUnit(row.unitId) && row.noteCount > 0).flatMap(({ unitId, denominationMinor, noteCount }): NoteMove[] => {
      const index = this.keptMinor.indexOf(denominationMinor);
      const toUnitId = cassetteUnit(recyclerCassette(index));
      return index < 0 || toUnitId === unitId ? [] : [{ fromUnitId: unitId, toUnitId, denominationMinor, noteCount }];
    });
    if (moves.length === 0) return true;
    const { ok } = this.#journal.commit(moveBatch(moves, 'numbered anew by the configuration'));
    if (ok) this.#onMoved();
    return ok;
  }

  get #isHeld(): boolean {
    return this.#isPayoutOpen || isNoteExchangeOpen(this.#journal) || !this.#isSettled;
  }

  get #canCount(): boolean {
    const { state, faults } = this.recycler.status();
    // One that stood still before it said what kinds it knows would count none of them.
    if (this.recycler.capabilities.denominationsMinor.length === 0) return false;
    return isServing(this.recycler) || (state === 'faulty' && faults.every((fault) => COUNTABLE_FAULTS.includes(fault)));
  }

  async #work(): Promise<void> {
    for (let attempt = 1; this.#isWanted && attempt <= TRIES_MAX && !this.#isStopped; attempt++) {
      this.#isWanted = false;
      if (this.#isHeld || !this.#canCount) return;
      if (!(await this.#setRoles()) || !(await this.#compare())) {
        this.#isWanted = true;
        await delay(this.#clock, RETRY_MS);
      }
    }
  }

  async #setRoles(): Promise<boolean> {
    if (this.#areRolesSet) return true;
    for (const denominationMinor of this.recycler.capabilities.denominationsMinor) {
      const role = this.#units.some((unit) => unit.denominationMinor === denominationMinor) ? 'cashInCashOut' : 'cashIn';
      const outcome = await this.recycler.setRole({ denominationMinor, role });
      // A kind that the device cannot keep apart anyway lies in the box; one that it was not told of may go into a unit of its own, where no count of ours has it.
      const isRefused = outcome.kind === 'failed' && REFUSALS.includes(outcome.completionCode);
      if (outcome.kind !== 'completed' && (role === 'cashInCashOut' || !isRefused)) return false;
    }
    this.#areRolesSet = true;
    return true;
  }

  async #compare(): Promise<boolean> {
    const inventory = await this.recycler.inventory();
    // A payout that began meanwhile ends with a comparison of its own.
    if (inventory.kind !== 'completed' || this.#isHeld) return inventory.kind === 'completed';
    if (!this.#renumber()) return false;
    const batch = this.#journal.fact(RECYCLER_SEEDED) === undefined ? this.#firstLoad(inventory.value) : this.isExchanging ? this.#loaded(inventory.value) : this.#moves(inventory.value);
    this.#inventory = inventory.value.units;
    const committed = batch === null ? ok(undefined) : this.#journal.commit(batch);
    this.#isCompared = committed.ok;
    if (committed.ok) this.recycler.moved.booked(inventory.value.movedToBox);
    if (batch === null) return true;
    if (committed.ok) this.#onMoved();
    else this.#log.error('jnl.entry.unrecorded', { code: committed.error.code });
    return committed.ok;
  }

  /** What lay in the units before the first start, by the device's count. */
  #firstLoad({ units }: RecyclerInventory): JournalBatch {
    const counted = this.#units.map((unit, index) => ({ unitId: cassetteUnit(recyclerCassette(index)), denominationMinor: unit.denominationMinor, noteCountDelta: units.find((one) => one.denominationMinor === unit.denominationMinor)?.noteCount ?? 0 }));
    return {
      entries: [entry('service.acted', { login: 'configuration', action: 'recycler.firstLoad', target: counted.map((unit) => `${unit.unitId}:${unit.noteCountDelta}`).join(' ') })],
      cashUnits: counted.filter((unit) => unit.noteCountDelta > 0),
      facts: { [RECYCLER_SEEDED]: 'yes' },
    };
  }

  /**
   * After an exchange: what the device counts above the journal was loaded, what is missing was taken out by hand and counts as on its way until somebody counts. Where the units
   * could not be counted at its beginning, notes that were accepted before may be among the loaded: they are in the box's count too, so that as many of it are in doubt. A kind that the device
   * does not name stays as it is, for the comparison or the exchange in which it does.
   */
  #loaded({ units }: RecyclerInventory): JournalBatch {
    const login = this.#journal.fact(RECYCLER_EXCHANGE) ?? '';
    const rows = this.#journal.cashUnits();
    const changes = this.#named(rows, units).map(({ unitId, denominationMinor }) => ({ unitId, denominationMinor, noteCountDelta: noteCountOf(units, denominationMinor) - countOf(rows, unitId, denominationMinor) }));
    const missing = changes.filter((change) => change.noteCountDelta < 0).map(({ unitId, denominationMinor, noteCountDelta }): NoteMove => ({ fromUnitId: unitId, toUnitId: RECYCLER_TRANSPORT_UNIT, denominationMinor, noteCount: -noteCountDelta }));
    const lost = this.#lost(missing, `missing after an exchange by ${login}`);
    const unnamed = this.#uncounted().filter(({ denominationMinor }) => this.#unitsOf(rows).some((unit) => unit.denominationMinor === denominationMinor) && !changes.some((change) => change.denominationMinor === denominationMinor));
    const doubts = [...lost.suspense, ...changes.flatMap(({ unitId, denominationMinor, noteCountDelta }) => this.#doubt({ unitId, denominationMinor, loadedCount: noteCountDelta })), ...unnamed.map((notes) => this.#unnamedDoubt(notes))];
    return {
      entries: [
        entry('service.acted', { login, action: 'recycler.counted', target: changes.map((change) => `${change.unitId}:${change.noteCountDelta}`).join(' ') }),
        ...(lost.moved.entries ?? []),
      ],
      cashUnits: [...changes.filter((change) => change.noteCountDelta > 0), ...(lost.moved.cashUnits ?? [])],
      suspense: doubts,
      facts: { ...comparedDoubtFacts(this.#journal, units), [RECYCLER_EXCHANGE]: '', [RECYCLER_UNCOUNTED]: '' },
    };
  }

  #doubt({ unitId, denominationMinor, loadedCount }: { readonly unitId: string; readonly denominationMinor: number; readonly loadedCount: number }): readonly SuspenseDraft[] {
    const uncountedCount = noteCountOf(this.#uncounted(), denominationMinor);
    const noteCount = Math.min(loadedCount, uncountedCount);
    if (noteCount === 0 || uncountedCount === 0) return [];
    // Whose hands took some out may have taken those as well, and nothing is missing by any count of ours.
    const taken = `notes of ${denominationMinor} were taken out of ${unitId}, which could not be counted before: up to ${uncountedCount} of what box and path count may be among them`;
    const loaded = `${unitId} could not be counted before it was opened: ${noteCount} notes of ${denominationMinor} in it were loaded, or lay there before and box and path count as many too many`;
    return [{ suspenseId: this.#ids.ulid(), operationId: null, reason: 'unassigned', amountMinor: Math.max(0, noteCount) * denominationMinor, evidence: noteCount < 0 ? taken : loaded, reference: null }];
  }

  #uncounted(): readonly NoteCount[] {
    return readCountsFact(this.#journal.fact(RECYCLER_UNCOUNTED));
  }

  /** What a later comparison finds in it goes as accepted: that hands were there in between is to be known then. */
  #unnamedDoubt({ denominationMinor, noteCount }: NoteCount): SuspenseDraft {
    const evidence = `the unit of ${denominationMinor} could be counted neither before it was opened nor after: up to ${noteCount} notes of what box and path count may lie in it, or it was loaded`;
    return { suspenseId: this.#ids.ulid(), operationId: null, reason: 'unassigned', amountMinor: 0, evidence, reference: null };
  }

  /** Notes that are in no unit any more, and nobody said where they went. */
  #lost(missing: readonly NoteMove[], evidence: string): { readonly moved: JournalBatch; readonly suspense: readonly SuspenseDraft[] } {
    return missing.length === 0 ? { moved: {}, suspense: [] } : { moved: moveBatch(missing, evidence), suspense: this.#lostItems(missing, evidence) };
  }

  /** What of them may have been paid out without a result has an item already. */
  #lostItems(missing: readonly NoteMove[], evidence: string): readonly SuspenseDraft[] {
    const doubt = payoutDoubt(this.#journal);
    const lost = missing.map((move) => ({ ...move, noteCount: move.noteCount - noteCountOf(doubt, move.denominationMinor) })).filter(({ noteCount }) => noteCount > 0);
    return lost.map(({ fromUnitId, denominationMinor, noteCount }) => ({ suspenseId: this.#ids.ulid(), operationId: null, reason: 'inTransport', amountMinor: -noteCount * denominationMinor, evidence: `${noteCount} notes of ${denominationMinor} of ${fromUnitId}: ${evidence}`, reference: null }));
  }

  /** What the device counts otherwise than the journal, and nobody's hands were there. null: nothing, and nothing was under way or in doubt. */
  #moves({ units, movedToBox }: RecyclerInventory): JournalBatch | null {
    const rows = this.#journal.cashUnits();
    const moves = this.#named(rows, units).flatMap(({ unitId, denominationMinor }): NoteMove[] => {
      const found = noteCountOf(units, denominationMinor);
      const missingCount = countOf(rows, unitId, denominationMinor) - found;
      if (missingCount > 0) {
        const toldCount = noteCountOf(movedToBox, denominationMinor);
        const boxedCount = Math.min(missingCount, toldCount);
        return [{ fromUnitId: unitId, toUnitId: BOX_UNIT, denominationMinor, noteCount: boxedCount }, { fromUnitId: unitId, toUnitId: RECYCLER_TRANSPORT_UNIT, denominationMinor, noteCount: missingCount - boxedCount }];
      }
      // Never more than were accepted and counted in the box: what else lies in a unit is nobody's yet, and is not paid out (`UnitComparison` tells it).
      const acceptedCount = this.keptMinor.includes(denominationMinor) ? Math.min(-missingCount, countOf(rows, BOX_UNIT, denominationMinor)) : 0;
      return [{ fromUnitId: BOX_UNIT, toUnitId: unitId, denominationMinor, noteCount: acceptedCount }];
    }).filter((move) => move.noteCount > 0);
    const bringer = this.bringer;
    const facts = { ...comparedDoubtFacts(this.#journal, units), ...(bringer === '' ? {} : this.broughtFacts) };
    if (moves.length === 0 && Object.keys(facts).length === 0) return null;
    const [missing, told] = [moves.filter(isToTransport), moves.filter((move) => !isToTransport(move))];
    const lost = this.#lost(missing, bringer === '' ? 'missing in it, and nobody says where they went' : `brought to the cash box by ${bringer}, and nobody saw them arrive`);
    const moved = told.length === 0 ? {} : moveBatch(told, 'counted by the device');
    return {
      entries: [...(moved.entries ?? []), ...(lost.moved.entries ?? [])],
      cashUnits: [...(moved.cashUnits ?? []), ...(lost.moved.cashUnits ?? [])],
      suspense: lost.suspense,
      facts,
    };
  }
}

const isToTransport = ({ toUnitId }: NoteMove): boolean => toUnitId === RECYCLER_TRANSPORT_UNIT;

function countOf(rows: readonly CashUnitRow[], unitId: string, denominationMinor: number): number {
  return rows.find((row) => row.unitId === unitId && row.denominationMinor === denominationMinor)?.noteCount ?? 0;
}
