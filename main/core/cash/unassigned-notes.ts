import type { CashAcceptor } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { Clock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/clock.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { EntryDraft, Journal } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { BOX_UNIT } from './cash-unit-ids.ts';
import type { HeldOutcomes } from './held-outcomes.ts';
import { lastNote } from './last-note.ts';
import { lateFacts } from './recycler-exchange.ts';
import { VALUE_UNTOLD, bookedMinor, isForeign, toldAs, type MovedNote } from './note-order.ts';
import { watchUnheardUnits } from './unheard-unit.ts';

/** Notes that power-ups saw behind the gate, and of which nothing has said yet whose they are; empty: none. One goes into the box before the next can lie there. */
export const BEHIND_GATE = 'acceptor.behindGate';
/** The device may tell it yet. */
const GRACE_MS = 5_000;

interface Parts {
  readonly acceptor: CashAcceptor | null;
  readonly journal: Journal;
  readonly heldOutcomes: HeldOutcomes;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The reset that brings it into the box is over, and no order waits for its end. */
  readonly isAtRest: () => boolean;
  /** The last order to this device was given up, and has its item. */
  readonly isLastInDoubt: () => boolean;
}

/** Money nobody's operation owns is recorded, never credited to a later customer. [ccnet §13] */
export class UnassignedNotes {
  readonly #parts: Parts;
  #isBooking = false;
  /** What was behind the gate is in the box: one that is seen from now on is another. */
  #isThrough = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    if (parts.acceptor !== null) watchUnheardUnits({ acceptor: parts.acceptor, journal: parts.journal, isSeen: () => this.#count > 0, doubt: (evidence, facts) => this.#book(VALUE_UNTOLD, evidence, { facts }) });
  }

  get #count(): number {
    return Number(this.#parts.journal.fact(BEHIND_GATE) ?? '');
  }

  /** A power-up sees one. @param entries  of its orders @returns whether it is durable: before the reset that moves it, for the device says it once */
  keepSeen(entries: readonly EntryDraft[]): boolean {
    const count = this.#isThrough || this.#count === 0 ? this.#count + 1 : this.#count;
    const isKept = this.#parts.journal.commit({ entries, facts: { [BEHIND_GATE]: String(count) } }).ok;
    if (isKept) this.#isThrough = false;
    return isKept;
  }

  /** @param isThatOne  the outcome says what became of it @returns facts, that go with that */
  explained(isThatOne: () => boolean = () => true): Readonly<Record<string, string>> {
    return this.#count === 0 || !isThatOne() ? {} : { [BEHIND_GATE]: this.#count === 1 ? '' : String(this.#count - 1) };
  }

  /** What is told again, and is in the journal, is what was seen. */
  toldAgain(): void {
    const facts = this.explained();
    if (Object.keys(facts).length > 0) this.#parts.journal.commit({ facts });
  }

  /** The device is ready. */
  async judgeSoon(): Promise<void> {
    this.#isThrough = true;
    if (this.#count === 0) return;
    await delay(this.#parts.clock, GRACE_MS);
    await this.judge();
  }

  /** What was behind the gate lies in the box: where the device told nothing of it and no order explains it, it is nobody's. */
  async judge(): Promise<void> {
    if (this.#isBooking || this.#count === 0 || !this.#parts.isAtRest()) return;
    this.#isBooking = true;
    let isWritten = true;
    for (let isDoubted = this.#parts.isLastInDoubt(); isWritten && this.#count > 0; isDoubted = false) {
      isWritten = isDoubted ? await this.#parts.heldOutcomes.tryToWrite({ facts: this.explained() }) : await this.#book(VALUE_UNTOLD, 'power-up with a note past the gate that no order put there');
    }
    this.#isBooking = false;
  }

  /** @param isReplacedSince  whether another unit stands there than at that entry */
  async bookTold(event: MovedNote, isReplacedSince: (entryNumber: number) => boolean): Promise<void> {
    const last = event.isByPowerUp === true && bookedMinor(event) !== VALUE_UNTOLD ? lastNote(this.#parts.journal) : null;
    // Some credit a note before it has arrived: what a power-up brings in, and calls otherwise, is that note or another one. Only a count can tell.
    const isBooked = last?.kind === 'stacked' && last.toldMinor !== bookedMinor(event) && !isReplacedSince(last.entryNumber)
      ? await this.#book(VALUE_UNTOLD, `brought in by a power-up as ${toldAs(event)}, behind one that was told as ${last.toldMinor}: that one or another`, { toldMinor: bookedMinor(event) })
      : await this.#book(bookedMinor(event), `stacked without an order of this start${isForeign(event) ? `, ${toldAs(event)}` : ''}`);
    if (isBooked) event.acknowledge();
    else event.postpone();
  }

  /** @param facts  that go with the item @param toldMinor  in place of a value that is in doubt */
  #book(denominationMinor: number, evidence: string, { facts = this.explained(), toldMinor }: { readonly facts?: Readonly<Record<string, string>>; readonly toldMinor?: number } = {}): Promise<boolean> {
    const { heldOutcomes, ids, journal } = this.#parts;
    // A note of untold value is in no count: the box is one note fuller than the books until the item is settled by counting.
    const cashUnits = denominationMinor === VALUE_UNTOLD ? [] : [{ unitId: BOX_UNIT, denominationMinor, noteCountDelta: 1 }];
    return heldOutcomes.tryToWrite({
      entries: [entry('note.unassigned', { denominationMinor, evidence, ...(toldMinor === undefined ? {} : { toldMinor }) })],
      cashUnits,
      suspense: [{ suspenseId: ids.ulid(), operationId: null, reason: 'unassigned', amountMinor: denominationMinor, evidence, reference: null }],
      facts: { ...facts, ...lateFacts(journal, cashUnits) },
    });
  }
}
