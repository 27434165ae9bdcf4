import { assert } from '../../foundation/assert.ts';
import type { EntryDraft } from '../../journal/journal.ts';

/**
 * An entry that was made durable together with the outcome before it, because nothing can happen in between: the intent of the next dispense command, the
 * sum that was presented. The machine's next step finds it written.
 */
export class WrittenAhead {
  #entry: EntryDraft | null = null;

  /** @param entry  null: nothing was */
  wrote(entry: EntryDraft | null): void {
    this.#entry = entry;
  }

  /**
   * @returns whether this very entry is in the journal already
   * @throws AssertionFailure  another one of the same operation is: an intent that nobody acts on would be money in doubt
   */
  take(wanted: EntryDraft): boolean {
    const written = this.#entry;
    this.#entry = null;
    if (written === null || written.operationId !== wanted.operationId) return false;
    assert(written.kind === wanted.kind && JSON.stringify(written.data) === JSON.stringify(wanted.data), 'what was written ahead is what comes next');
    return true;
  }
}
