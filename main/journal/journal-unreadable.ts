import type { JournalError } from './journal.ts';

/** Thrown by a question to a journal whose file can no longer be read. The core ends what it can and is started anew; nothing is guessed. */
export class JournalUnreadable extends Error {
  override readonly name = 'JournalUnreadable';
  readonly error: JournalError;

  constructor(error: JournalError) {
    super(`${error.code} ${error.detail}`);
    this.error = error;
  }
}
