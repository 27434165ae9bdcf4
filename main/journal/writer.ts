import type { Database, Statement } from 'better-sqlite3';
import { MESSAGE_TRANSITIONS } from '../contracts/message-state.ts';
import { assert } from '../foundation/assert.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { Books } from './books.ts';
import { assertNotOwnKind, ChainWriter, type Head } from './chain-writer.ts';
import { countersAfter } from './counters.ts';
import type { ReserveDisk } from './disk-reserve.ts';
import { entry, type CashUnitChange, type EntryDraft, type JournalBatch, type JournalEntry, type JournalError, type MessageMove } from './journal.ts';
import { receiptNumber, referenceCode } from './numbering.ts';
import type { JournalKeys } from './protection.ts';
import { Purger, type PurgeOrder } from './purge.ts';
import { isSealingKind, SEAL_INTERVAL_ENTRIES, sealedBytes, type JournalSealer } from './seal.ts';
import { maskCardNumbers } from './second-net.ts';
import type { Trust } from './distrust.ts';
import { worldError } from './sqlite-errors.ts';
import type { ClockDoubt } from './time-stamp.ts';
import { TimeStamper } from './time-stamp.ts';

/**
 * Where tests and simulated worlds make the disk fail. Called with everything written and nothing committed yet; an error rolls the whole batch
 * back and is what `commit` (or `probe`) returns. Never set in the field.
 */
export interface JournalFaults {
  /** @param entries  that are to be durable; none: a probe */
  beforeCommit(entries: readonly JournalEntry[]): JournalError | null;
  /** In the place of the one under the journal's folder. */
  readonly disk?: ReserveDisk;
}

/** Carries an injected error out of the transaction, so that SQLite rolls it back. */
class InjectedFault extends Error {
  readonly error: JournalError;

  constructor(error: JournalError) {
    super('injected fault');
    this.error = error;
  }
}

export interface WriterOptions {
  readonly head: Head;
  readonly journalId: string;
  readonly terminalNumber: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly bootId: string;
  readonly keys?: JournalKeys | undefined;
  readonly sealer?: JournalSealer | undefined;
  /** Entry that the newest seal vouches for, 0 when there is none. */
  readonly sealedUpTo: number;
  /** Told by the first commit of this life, before its own entries. */
  readonly introductions: readonly EntryDraft[];
  readonly trust: Trust;
  /** Gives the reserve's room back to a disk that is full. @returns false: there is none */
  readonly giveUpReserve?: (() => boolean) | undefined;
  readonly faults?: JournalFaults | undefined;
}

/** What one batch has become so far. */
interface Draught {
  head: Head;
  readonly entries: JournalEntry[];
  /** Of this commit and no other. */
  readonly monotonicMs: number;
}

/** As long as the text of an entry may be. */
const DETAIL_LENGTH_MAX = 500;

/** The one writer of a journal: turns a batch into one durable transaction. */
export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #stamper: TimeStamper;
  readonly #books: Books;
  readonly #chain: ChainWriter;
  readonly #purger: Purger;
  readonly #putHead: Statement;
  readonly #probe: Statement;
  readonly #inTransaction: (work: () => void) => void;
  #head: Head;
  #sealedUpTo: number;
  #introductions: readonly EntryDraft[];
  /** Seen, but not yet in a commit that succeeded. */
  #jumpMs = 0;

  constructor(database: Database, options: WriterOptions) {
    this.#options = options;
    this.#head = options.head;
    this.#sealedUpTo = options.sealedUpTo;
    this.#introductions = options.introductions;
    this.#stamper = new TimeStamper(options.clock, options.head.atUtcMs);
    this.#books = new Books(database);
    this.#chain = new ChainWriter(database, { bootId: options.bootId, stamper: this.#stamper, books: this.#books, journalId: options.journalId, keys: options.keys, log: options.log });
    this.#purger = new Purger(database);
    this.#putHead = database.prepare('UPDATE head SET entry_number = ?, hash = ?, at_utc_ms = ?, receipt_count = ?, reference_count = ?, seq = ? WHERE id = 1');
    this.#probe = database.prepare('UPDATE probe SET probe_count = probe_count + 1 WHERE id = 1');
    const transaction = database.transaction((work: () => void) => work());
    this.#inTransaction = (work) => transaction.immediate(work);
  }

  get head(): Head {
    return this.#head;
  }

  /**
   * All or nothing, durable when ok. A failure leaves head and counters where they were; the batch may be committed again.
   * @throws AssertionFailure  the batch is wrong: a shape, a count, a number out of turn, a forbidden move
   */
  commit(batch: JournalBatch): Result<readonly JournalEntry[], JournalError> {
    return this.#commit((draught) => this.#write(draught, batch));
  }

  /** Content gives way to tombstones, in one transaction with the entry that says so. */
  purge(order: PurgeOrder): Result<readonly JournalEntry[], JournalError> {
    return this.#commit((draught) => this.#append(draught, entry('retention.purged', this.#purger.bury(order))));
  }

  #commit(write: (draught: Draught) => void): Result<readonly JournalEntry[], JournalError> {
    const monotonicMs = this.#stamper.commitMs();
    let draught: Draught = { head: this.#head, entries: [], monotonicMs };
    this.#jumpMs += this.#stamper.takeJumpMs();
    let sealedUpTo = this.#sealedUpTo;
    const written = this.#transact(() => {
      draught = { head: this.#head, entries: [], monotonicMs };
      if (this.#jumpMs !== 0) this.#append(draught, entry('clock.jumped', { byMs: this.#jumpMs }));
      for (const draft of this.#introductions) this.#append(draught, draft);
      write(draught);
      if (this.#isToSeal(draught)) sealedUpTo = this.#seal(draught);
      const { head } = draught;
      this.#putHead.run(head.entryNumber, Buffer.from(head.hash, 'hex'), head.atUtcMs, head.receiptCount, head.referenceCount, head.seq);
      return draught.entries;
    });
    if (!written.ok) return written;
    this.#head = draught.head;
    this.#sealedUpTo = sealedUpTo;
    this.#introductions = [];
    this.#jumpMs = 0;
    return ok(draught.entries);
  }

  /** A durable write that leaves no trace in the chain. */
  probe(): Result<void, JournalError> {
    return this.#transact(() => {
      this.#probe.run();
      return [];
    });
  }

  nowUtcMs(): number {
    this.#jumpMs += this.#stamper.takeJumpMs();
    return this.#stamper.nowUtcMs();
  }

  /** Until the wall clock is confirmed, stamps go on by the monotonic one. */
  clockDoubt(): ClockDoubt | null {
    this.#jumpMs += this.#stamper.takeJumpMs();
    return this.#stamper.doubt();
  }

  confirmClock(bankUtcMs: number): void {
    this.#stamper.confirm(bankUtcMs);
  }

  /** @param work  may be done twice: what a full disk did not take is written once more with the room of the reserve; returns the entries it wrote */
  #transact(work: () => readonly JournalEntry[]): Result<void, JournalError> {
    const distrust = this.#options.trust.error;
    if (distrust !== null) return err(distrust);
    const written = this.#tryOnce(work);
    if (written.ok || written.error.code !== 'JNL_DISK_FULL' || this.#options.giveUpReserve?.() !== true) return written;
    this.#options.log.error('journal.reserve.givenUp', { code: written.error.code, detail: written.error.detail });
    return this.#tryOnce(work);
  }

  #tryOnce(work: () => readonly JournalEntry[]): Result<void, JournalError> {
    try {
      this.#inTransaction(() => {
        const entries = work();
        const fault = this.#options.faults?.beforeCommit(entries) ?? null;
        if (fault !== null) throw new InjectedFault(fault);
      });
      return ok(undefined);
    } catch (thrown) {
      const error = thrown instanceof InjectedFault ? thrown.error : worldError(thrown);
      this.#options.log.error('journal.commit.failed', { code: error.code, detail: error.detail });
      this.#options.trust.note(error);
      return err(error);
    }
  }

  #append(draught: Draught, draft: EntryDraft, payload?: Uint8Array): void {
    const { entry: written, head } = this.#chain.append(draught.head, draft, draught.monotonicMs, payload);
    draught.head = countersAfter(head, written, this.#options.terminalNumber);
    draught.entries.push(written);
  }

  #isToSeal({ head, entries }: Draught): boolean {
    if (this.#options.sealer === undefined || entries.length === 0) return false;
    return head.entryNumber - this.#sealedUpTo >= SEAL_INTERVAL_ENTRIES || entries.some(({ kind }) => isSealingKind(kind));
  }

  /** @returns the entry that the seal vouches for, and all before it */
  #seal(draught: Draught): number {
    const { sealer, journalId } = this.#options;
    assert(sealer !== undefined, 'only a journal with a key is sealed');
    const { entryNumber, hash } = draught.head;
    const signature = Buffer.from(sealer.sign(sealedBytes({ journalId, upToEntryNumber: entryNumber, hash }))).toString('base64url');
    this.#append(draught, entry('journal.sealed', { upToEntryNumber: entryNumber, hash, keyId: sealer.keyId, signature }));
    return entryNumber;
  }

  /** The caller's own entries first, then what the journal tells of the changes beside the chain. */
  #write(draught: Draught, batch: JournalBatch): void {
    for (const draft of batch.entries ?? []) {
      assertNotOwnKind(draft);
      this.#append(draught, draft);
    }
    if (batch.nextSealingKey !== undefined) this.#append(draught, entry('key.introduced', { purpose: 'seal', ...batch.nextSealingKey, check: null }));
    if (batch.cashUnits !== undefined && batch.cashUnits.length > 0) this.#append(draught, this.#changeCounts(batch.cashUnits));
    this.#writeReceipts(draught, batch);
    this.#writeSuspense(draught, batch);
    for (const reference of batch.references ?? []) {
      const { referenceCount } = draught.head;
      this.#append(draught, entry('reference.given', { reference }));
      assert(draught.head.referenceCount === referenceCount + 1, 'a reference is the next one');
    }
    for (const { seq, messageId, operation, lane, operationId, sessionId, state, digest, bytes } of batch.messages ?? []) {
      assert(seq === draught.head.seq + 1, 'the n-th message of a batch has peekSeq() + n');
      this.#append(draught, entry('message.staged', { messageId, operation, digest, lane, state, seq }, { sessionId: sessionId ?? undefined, operationId }), bytes);
    }
    for (const move of batch.messageMoves ?? []) this.#move(draught, move);
    for (const [key, value] of Object.entries(batch.facts ?? {})) this.#append(draught, entry('fact.put', { key }), Buffer.from(value, 'utf8'));
  }

  /** @throws AssertionFailure  a count would fall below zero, or is not a whole number of notes */
  #changeCounts(changes: readonly CashUnitChange[]): EntryDraft {
    const counts = new Map<string, number>();
    const units = changes.map(({ unitId, denominationMinor, noteCountDelta }) => {
      assert(Number.isSafeInteger(noteCountDelta), 'notes are counted in whole numbers');
      assert(Number.isSafeInteger(denominationMinor) && denominationMinor > 0, 'a denomination is a positive integer of minor units');
      const key = JSON.stringify([unitId, denominationMinor]);
      const noteCount = (counts.get(key) ?? this.#books.noteCount(unitId, denominationMinor)) + noteCountDelta;
      assert(noteCount >= 0, 'a count of notes never goes below zero');
      counts.set(key, noteCount);
      return { unitId, denominationMinor, noteCountDelta, noteCount };
    });
    return entry('counts.changed', { units });
  }

  #move(draught: Draught, { messageId, to, detail, answerBytes, notBeforeUtcMs = 0, isNewAttempt = false }: MessageMove): void {
    const message = this.#books.message(messageId);
    assert(message !== undefined, 'only a staged message moves');
    const from = message.state;
    assert(MESSAGE_TRANSITIONS[from].includes(to), `a message does not move from ${from} to ${to}`);
    // The detail quotes the host: made short and clean here, never a reason to lose the move.
    const data = { messageId, from, to, detail: maskCardNumbers(detail).slice(0, DETAIL_LENGTH_MAX), notBeforeUtcMs: Math.floor(notBeforeUtcMs), isNewAttempt };
    this.#append(draught, entry('message.moved', data, { sessionId: message.sessionId ?? undefined, operationId: message.operationId }), answerBytes);
  }

  /** T-2.6: the number is taken in the transaction that writes the receipt record, so there is neither a gap nor a double. */
  #writeReceipts(draught: Draught, batch: JournalBatch): void {
    const [toldReceipts, toldStatuses] = [told(batch, 'receipt.issued', 'receiptNumber'), told(batch, 'receipt.statusChanged', 'receiptNumber')];
    for (const { receiptNumber: number, reference, operationId, operation, status, recordJson } of batch.receipts ?? []) {
      const { receiptCount, referenceCount } = draught.head;
      assert(number === receiptNumber(this.#options.terminalNumber, receiptCount + 1), 'a receipt takes the next number');
      assert(reference === referenceCode(this.#options.terminalNumber, referenceCount + 1), 'a receipt takes the next reference');
      this.#append(draught, entry('receipt.recorded', { receiptNumber: number, reference, operation, status }, { operationId }), Buffer.from(recordJson, 'utf8'));
      if (!toldReceipts.has(number)) this.#append(draught, entry('receipt.issued', { receiptNumber: number, reference, status }, { operationId }));
    }
    for (const changed of batch.receiptStatuses ?? []) {
      const { receiptNumber: number } = changed;
      const operationId = this.#books.operationOfReceipt(number);
      assert(operationId !== undefined, 'a status belongs to a receipt that was issued');
      if (!toldStatuses.has(number)) this.#append(draught, entry('receipt.statusChanged', changed, { operationId }));
    }
  }

  #writeSuspense(draught: Draught, batch: JournalBatch): void {
    const toldSuspense = told(batch, 'suspense.opened', 'suspenseId');
    for (const { suspenseId, operationId, reason, amountMinor, evidence, reference } of batch.suspense ?? []) {
      assert(Number.isSafeInteger(amountMinor), 'money is a safe integer of minor units');
      const scope = { operationId: operationId ?? undefined };
      this.#append(draught, entry('suspense.recorded', { suspenseId, reason, amountMinor, evidence, reference }, scope));
      if (!toldSuspense.has(suspenseId)) this.#append(draught, entry('suspense.opened', { suspenseId, reason, amountMinor, reference }, scope));
    }
  }
}

/** Which of the caller's entries already tell a change, by the id in their data: a caller may word it in its own scope, nobody tells it twice. */
function told(batch: JournalBatch, kind: string, idField: string): ReadonlySet<string> {
  const entries = (batch.entries ?? []).filter((draft) => draft.kind === kind);
  return new Set(entries.map((draft) => String((draft.data as Readonly<Record<string, unknown>>)[idField])));
}
