import type { DeviceState } from '../../../drivers/interfaces/device.ts';
import type { TimerHandle } from '../../foundation/clock.ts';
import { noteCountOf } from '../../foundation/money.ts';
import type { CashUnitRow, JournalEntry } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import type { CountedUnit, CountingDevice } from './counting-devices.ts';
import { countingDevices, recyclerUnits } from './counting-devices.ts';
import type { UnitCounts } from './unit-counts.ts';
import { changesOf, deviceCountOf, differenceOf, journalCountOf, knownAfter, knownText, readKnown } from './unit-counts.ts';

type Parts = Pick<CoreParts, 'config' | 'journal' | 'devices' | 'clock' | 'log' | 'recyclerDesk'>;

export interface UnitComparisonOptions {
  readonly parts: Parts;
  /** Recovery is over, nobody is served, no operation and no note order is open, nobody's hands are at the units: only then a device is asked. */
  readonly isQuiet: () => boolean;
}

/** Differences that stand, as JSON; empty: none. */
const KNOWN = 'cash.unitDifferences';
/** What an operation, an exchange or a device says comes in bursts; the desks have taken in what it means by then. */
const SETTLE_MS = 1_000;
const RETRY_MS = 10_000;
/** Of a device that is there and does not say. Then nothing before something happens again. */
const TRIES_MAX = 6;
/** After these counts may be others, or a device counts again. */
const TRIGGERS: readonly JournalEntry['kind'][] = ['session.ended', 'operation.closed', 'counts.changed', 'service.acted', 'businessDay.began'];

/**
 * What a device counts for itself, beside the journal's count of that unit: the third account of the same notes. A difference, its change and its end are journaled once
 * (`counts.compared`), over restarts too, by a fact in the same transaction, and shown to technicians until it is gone.
 *
 * It moves no count of ours and opens no suspense item. The device's count is a claim: it was told by hand what it began with, forgets it with its battery, and does not see
 * what hands do behind its back; the journal's count is made of outcomes that were durable one by one. Where notes may really be missing or too many, the operation that left
 * the doubt has its item already, and another one here would tell the bank of the same notes twice. What is in the unit is known when a person has counted it: the exchange sets both right.
 */
export class UnitComparison {
  readonly #parts: Parts;
  readonly #isQuiet: () => boolean;
  readonly #devices: readonly CountingDevice[];
  readonly #countable: readonly CountedUnit[];
  #known: readonly UnitCounts[];
  /** By unit, of this start. */
  readonly #latest = new Map<string, UnitCounts>();
  readonly #unsubscribe: (() => void)[] = [];
  #timer: TimerHandle | null = null;
  #dueMs = 0;
  #isLooking = false;
  #isWanted = false;
  #failedTries = 0;
  #isStopped = false;

  constructor({ parts, isQuiet }: UnitComparisonOptions) {
    this.#parts = parts;
    this.#isQuiet = isQuiet;
    this.#devices = countingDevices(parts);
    const units = [...this.#devices.flatMap(({ counts }) => counts), ...(parts.recyclerDesk === null ? [] : recyclerUnits(parts.config))];
    this.#countable = units.filter((unit, index) => units.findIndex(({ unitId }) => unitId === unit.unitId) === index);
    this.#known = readKnown(parts.journal.fact(KNOWN));
  }

  /** Differences that stand, as they were journaled. */
  get differences(): readonly UnitCounts[] {
    return this.#known;
  }

  /** As last compared; null: no device is sure of it, or it was not compared yet and did not differ before. */
  of(unitId: string): UnitCounts | null {
    return this.#latest.get(unitId) ?? this.#known.find((one) => one.unitId === unitId) ?? null;
  }

  start(): void {
    if (this.#countable.length === 0 && this.#known.length === 0) return;
    const { journal, recyclerDesk } = this.#parts;
    for (const { device, storage } of this.#devices) {
      let state: DeviceState = device.status().state;
      this.#unsubscribe.push(
        storage.onEvent(() => this.lookSoon()),
        device.onStatus((status) => {
          const isBack = status.state === 'ready' && state !== 'ready';
          state = status.state;
          if (isBack) this.lookSoon();
        }),
      );
    }
    recyclerDesk?.onCounted(() => this.lookSoon());
    this.#unsubscribe.push(journal.onCommitted((entries) => {
      if (entries.some(({ kind }) => TRIGGERS.includes(kind))) this.lookSoon();
    }));
    this.lookSoon();
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) this.#parts.clock.clearTimeout(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  lookSoon(): void {
    this.#isWanted = true;
    this.#failedTries = 0;
    this.#arm(SETTLE_MS);
  }

  /** What is due sooner anyway stays. */
  #arm(delayMs: number): void {
    const { clock } = this.#parts;
    const dueMs = clock.monotonicMs() + delayMs;
    if (this.#isStopped || this.#isLooking || (this.#timer !== null && this.#dueMs <= dueMs)) return;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = clock.setTimeout(() => {
      this.#timer = null;
      if (this.#isQuiet()) void this.#turn();
      else this.#arm(RETRY_MS);
    }, delayMs);
  }

  async #turn(): Promise<void> {
    this.#isLooking = true;
    this.#isWanted = false;
    const end = await this.#look();
    this.#isLooking = false;
    if (end === 'disturbed' || (end === 'unheard' && ++this.#failedTries < TRIES_MAX)) this.#isWanted = true;
    if (this.#isWanted) this.#arm(end === 'done' ? SETTLE_MS : RETRY_MS);
  }

  /** @returns disturbed: something began or moved meanwhile, nothing was compared · unheard: a device that is there did not say, or the disk did not take it */
  async #look(): Promise<'done' | 'disturbed' | 'unheard'> {
    const { journal, recyclerDesk } = this.#parts;
    const rows = journal.cashUnits();
    const inUnits = recyclerDesk?.counted ?? null;
    const told: UnitCounts[] = [];
    let isHeard = true;
    for (const { deviceId, device, storage, counts } of this.#devices) {
      // One that comes back is ready then. A recycler's box and units are in order only where the desk has taken in what it counted.
      if (device.status().state !== 'ready' || (deviceId === recyclerDesk?.recycler.deviceId && inUnits === null)) continue;
      const stored = await storage.readUnits();
      if (this.#isStopped) return 'done';
      if (!this.#isQuiet()) return 'disturbed';
      if (stored.kind !== 'completed') isHeard = false;
      else for (const unit of counts) {
        const count = deviceCountOf(unit, stored.value);
        if (count.kind === 'sure') told.push(this.#countsOf(unit, count.noteCount, rows));
        else {
          this.#latest.delete(unit.unitId);
          if (count.kind === 'nonsense') this.#parts.log.warn('trm.counts.nonsense', { deviceId, unitId: unit.unitId, detail: count.detail });
        }
      }
    }
    // One whose service says nothing of its units but what lies in them.
    if (recyclerDesk !== null && inUnits !== null && recyclerDesk.recycler.storage === undefined) {
      for (const unit of recyclerUnits(this.#parts.config)) if (inUnits.some(({ denominationMinor }) => denominationMinor === unit.denominationMinor)) told.push(this.#countsOf(unit, noteCountOf(inUnits, unit.denominationMinor), rows));
    }
    if ((recyclerDesk?.counted ?? null) !== inUnits || !isSame(rows, journal.cashUnits())) return 'disturbed';
    return this.#take(told, rows) && isHeard ? 'done' : 'unheard';
  }

  #countsOf({ unitId, denominationMinor }: CountedUnit, deviceCount: number, rows: readonly CashUnitRow[]): UnitCounts {
    return { unitId, denominationMinor, deviceCount, journalCount: journalCountOf({ unitId, denominationMinor }, rows) };
  }

  /** @returns false: not written; nothing is known of it then */
  #take(told: readonly UnitCounts[], rows: readonly CashUnitRow[]): boolean {
    const { journal, log } = this.#parts;
    for (const counts of told) this.#latest.set(counts.unitId, counts);
    const changes = changesOf(this.#known, told, { countable: this.#countable, rows });
    if (changes.length === 0) return true;
    const known = knownAfter(this.#known, changes);
    // Before the commit: whoever hears of it asks.
    const before = this.#known;
    this.#known = known;
    const committed = journal.commit({ entries: changes.map((counts) => entry('counts.compared', counts)), facts: { [KNOWN]: knownText(known) } });
    if (!committed.ok) {
      this.#known = before;
      log.error('jnl.entry.unrecorded', { code: committed.error.code });
      return false;
    }
    for (const counts of changes) {
      const { unitId, denominationMinor, deviceCount, journalCount } = counts;
      if (differenceOf(counts) === 0) log.info('trm.counts.agree', { unitId, denominationMinor, deviceCount, journalCount });
      else log.warn('trm.counts.differ', { code: 'TRM_COUNTS_DIFFER', unitId, denominationMinor, deviceCount, journalCount });
    }
    return true;
  }
}

const isSame = (left: readonly CashUnitRow[], right: readonly CashUnitRow[]): boolean => left.length === right.length && left.every((row, index) => row.unitId === right[index]!.unitId && row.denominationMinor === right[index]!.denominationMinor && row.noteCount === right[index]!.noteCount);
