import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Journal, JournalBatch } from '../../journal/journal.ts';

const RETRY_MS = 1_000;
/** More answers than a disk that fails for minutes can hold back; the oldest are then left to the next start, which knows that they were cut off. */
const HELD_MAX = 100;

/**
 * What came of each online message, written until the disk takes it. An answer that is not recorded leaves its message on the wire for the queue,
 * and money messages of the same operation wait behind it.
 */
export class AnswerRecord {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  #held: JournalBatch[] = [];
  #timer: TimerHandle | null = null;
  #isClosed = false;
  /** A listener of the commit may come back with the next answer. */
  #isWriting = false;

  constructor(options: { readonly journal: Journal; readonly clock: Clock; readonly log: Log }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  write(batch: JournalBatch): void {
    if (this.#isClosed) return;
    this.#held.push(batch);
    if (this.#held.length > HELD_MAX) this.#held.shift();
    // In the order in which they came: a message moves by one step at a time.
    if (this.#timer === null) this.#writeHeld();
  }

  /**
   * One transaction for what came and what it means: nobody finds the one without the other, and the disk syncs once.
   * @returns  false: not together; `batch` is written as by `write`, `meaning` is left to the caller
   */
  writeTogether(batch: JournalBatch, meaning: JournalBatch): boolean {
    const isFree = !this.#isClosed && !this.#isWriting && this.#timer === null && this.#held.length === 0;
    if (isFree && this.#commit(joined(batch, meaning))) return true;
    this.write(batch);
    return false;
  }

  /** Before the journal closes: what is still held was never recorded, as if the process were gone already. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
  }

  #commit(batch: JournalBatch): boolean {
    this.#isWriting = true;
    try {
      return this.#journal.commit(batch).ok;
    } finally {
      this.#isWriting = false;
      // Answers that listeners of the commit brought.
      if (this.#held.length > 0) this.#writeHeld();
    }
  }

  #writeHeld(): void {
    this.#timer = null;
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      for (let batch = this.#held.shift(); batch !== undefined && !this.#isClosed; batch = this.#held.shift()) {
        const committed = this.#journal.commit(batch);
        if (committed.ok) continue;
        this.#log.error('jnl.answer.unrecorded', { code: committed.error.code });
        this.#held.unshift(batch);
        this.#timer = this.#clock.setTimeout(() => this.#writeHeld(), RETRY_MS);
        return;
      }
    } finally {
      this.#isWriting = false;
    }
  }
}

function joined(batch: JournalBatch, meaning: JournalBatch): JournalBatch {
  return {
    ...meaning,
    entries: [...(batch.entries ?? []), ...(meaning.entries ?? [])],
    messageMoves: [...(batch.messageMoves ?? []), ...(meaning.messageMoves ?? [])],
    facts: { ...batch.facts, ...meaning.facts },
  };
}
