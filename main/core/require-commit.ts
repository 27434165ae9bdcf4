import type { Journal, JournalBatch, JournalError } from '../journal/journal.ts';

/** For actors of the state machines, whose only way to say no is to fail: the machine's `onError` says where the money is then. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
  readonly error: JournalError;

  constructor(error: JournalError) {
    super(error.code);
    this.error = error;
  }
}

/** @throws JournalUnavailable nothing was written */
export function requireCommit(journal: Journal, batch: JournalBatch): void {
  const committed = journal.commit(batch);
  if (!committed.ok) throw new JournalUnavailable(committed.error);
}
