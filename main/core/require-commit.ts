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

/** @returns `word` where an act fails because the journal could not be written: whether the disk has of it what it was given last, the next start knows */
export async function wordIfUnwritten<Answer, Word>(act: () => Answer | Promise<Answer>, word: Word): Promise<Answer | Word> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof JournalUnavailable) return word;
    throw error;
  }
}

/** @throws JournalUnavailable nothing was written */
export function requireCommit(journal: Journal, batch: JournalBatch): void {
  const committed = journal.commit(batch);
  if (!committed.ok) throw new JournalUnavailable(committed.error);
}
