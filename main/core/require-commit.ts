import type { Journal, JournalBatch } from '../journal/journal.ts';

/** For actors of the state machines, whose only way to say no is to fail: the machine's `onError` says where the money is then. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
}

/** @throws JournalUnavailable nothing was written */
export function requireCommit(journal: Journal, batch: JournalBatch): void {
  const committed = journal.commit(batch);
  if (!committed.ok) throw new JournalUnavailable(committed.error.code);
}
