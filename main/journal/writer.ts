import type { Database, Statement } from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { BookWriter } from './book-writer.ts';
import { assertNotOwnKind, ChainWriter, type Head } from './chain-writer.ts';
import { entry, type EntryDraft, type JournalBatch, type JournalEntry, type JournalError } from './journal.ts';
import { MessageWriter } from './message-writer.ts';
import { receiptNumber, referenceCode } from './numbering.ts';
import { worldError } from './sqlite-errors.ts';
import { TimeStamper } from './time-stamp.ts';

/**
 * Where tests and simulated worlds make the disk fail. Called with everything written and nothing committed yet; an error rolls the whole batch
 * back and is what `commit` (or `probe`) returns. Never set in the field.
 */
export interface JournalFaults {
  beforeCommit(): JournalError | null;
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
  readonly terminalNumber: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly bootId: string;
  readonly faults?: JournalFaults | undefined;
}

/** What one batch has become so far. */
interface Draught {
  head: Head;
  readonly entries: JournalEntry[];
}

/** The one writer of a journal: turns a batch into one durable transaction. */
export class JournalWriter {
  readonly #options: WriterOptions;
  readonly #stamper: TimeStamper;
  readonly #chain: ChainWriter;
  readonly #messages: MessageWriter;
  readonly #books: BookWriter;
  readonly #putHead: Statement;
  readonly #probe: Statement;
  readonly #inTransaction: (work: () => void) => void;
  #head: Head;
  /** Seen, but not yet in a commit that succeeded. */
  #jumpMs = 0;

  constructor(database: Database, options: WriterOptions) {
    this.#options = options;
    this.#head = options.head;
    this.#stamper = new TimeStamper(options.clock, options.head.atUtcMs);
    this.#chain = new ChainWriter(database, { bootId: options.bootId, stamper: this.#stamper });
    this.#messages = new MessageWriter(database);
    this.#books = new BookWriter(database);
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
    const draught: Draught = { head: this.#head, entries: [] };
    this.#jumpMs += this.#stamper.takeJumpMs();
    const written = this.#transact(() => {
      if (this.#jumpMs !== 0) this.#append(draught, entry('clock.jumped', { byMs: this.#jumpMs }));
      this.#write(draught, batch);
      const { head } = draught;
      this.#putHead.run(head.entryNumber, head.hash, head.atUtcMs, head.receiptCount, head.referenceCount, head.seq);
    });
    if (!written.ok) return written;
    this.#head = draught.head;
    this.#jumpMs = 0;
    return ok(draught.entries);
  }

  /** A durable write that leaves no trace in the chain. */
  probe(): Result<void, JournalError> {
    return this.#transact(() => this.#probe.run());
  }

  #transact(work: () => void): Result<void, JournalError> {
    try {
      this.#inTransaction(() => {
        work();
        const fault = this.#options.faults?.beforeCommit() ?? null;
        if (fault !== null) throw new InjectedFault(fault);
      });
      return ok(undefined);
    } catch (thrown) {
      const error = thrown instanceof InjectedFault ? thrown.error : worldError(thrown);
      this.#options.log.error('journal.commit.failed', { code: error.code, detail: error.detail });
      return err(error);
    }
  }

  #append(draught: Draught, draft: EntryDraft): void {
    const { entry: written, head } = this.#chain.append(draught.head, draft);
    draught.head = head;
    draught.entries.push(written);
  }

  /** The caller's own entries first, then what the journal tells of the changes beside the chain. */
  #write(draught: Draught, batch: JournalBatch): void {
    for (const draft of batch.entries ?? []) {
      assertNotOwnKind(draft);
      this.#append(draught, draft);
    }
    if (batch.cashUnits !== undefined && batch.cashUnits.length > 0) this.#append(draught, this.#books.changeCounts(batch.cashUnits));
    this.#writeReceipts(draught, batch);
    const toldSuspense = told(batch, 'suspense.opened', 'suspenseId');
    for (const item of batch.suspense ?? []) {
      this.#takeReference(draught, item.reference);
      const draft = this.#books.openSuspense(item, draught.head.atUtcMs);
      if (!toldSuspense.has(item.suspenseId)) this.#append(draught, draft);
    }
    for (const reference of batch.references ?? []) assert(this.#takeReference(draught, reference), 'a reference is the next one');
    for (const message of batch.messages ?? []) {
      assert(message.seq === draught.head.seq + 1, 'the n-th message of a batch has peekSeq() + n');
      draught.head = { ...draught.head, seq: message.seq };
      this.#append(draught, this.#messages.stage(message, this.#stamper.stampAfter(draught.head.atUtcMs).atUtcMs));
    }
    for (const move of batch.messageMoves ?? []) this.#append(draught, this.#messages.move(move));
    this.#books.putFacts(batch.facts ?? {});
  }

  /** T-2.6: the number is taken in the transaction that writes the receipt record, so there is neither a gap nor a double. */
  #writeReceipts(draught: Draught, batch: JournalBatch): void {
    const [toldReceipts, toldStatuses] = [told(batch, 'receipt.issued', 'receiptNumber'), told(batch, 'receipt.statusChanged', 'receiptNumber')];
    for (const receipt of batch.receipts ?? []) {
      const receiptCount = draught.head.receiptCount + 1;
      assert(receipt.receiptNumber === receiptNumber(this.#options.terminalNumber, receiptCount), 'a receipt takes the next number');
      draught.head = { ...draught.head, receiptCount };
      assert(this.#takeReference(draught, receipt.reference), 'a receipt takes the next reference');
      this.#append(draught, this.#books.recordReceipt(receipt, draught.head.atUtcMs));
      if (toldReceipts.has(receipt.receiptNumber)) continue;
      this.#append(draught, entry('receipt.issued', { receiptNumber: receipt.receiptNumber, reference: receipt.reference, status: receipt.status }, { operationId: receipt.operationId }));
    }
    for (const status of batch.receiptStatuses ?? []) {
      const draft = this.#books.appendStatus(status, draught.head.atUtcMs);
      if (!toldStatuses.has(status.receiptNumber)) this.#append(draught, draft);
    }
  }

  /** Advances the counter when this is the next code; a code given earlier may be cited again (a suspense item of an older receipt). */
  #takeReference(draught: Draught, reference: string | null): boolean {
    const referenceCount = draught.head.referenceCount + 1;
    if (reference !== referenceCode(this.#options.terminalNumber, referenceCount)) return false;
    draught.head = { ...draught.head, referenceCount };
    return true;
  }
}

/** Which of the caller's entries already tell a change, by the id in their data: a caller may word it in its own scope, nobody tells it twice. */
function told(batch: JournalBatch, kind: string, idField: string): ReadonlySet<string> {
  const entries = (batch.entries ?? []).filter((draft) => draft.kind === kind);
  return new Set(entries.map((draft) => String((draft.data as Readonly<Record<string, unknown>>)[idField])));
}
