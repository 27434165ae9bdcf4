import { OPEN_MESSAGE_STATES, type StoredMessage } from '../../contracts/message-state.ts';
import type { Journal } from '../../journal/journal.ts';

const PAGE_ROWS = 500;

/** The first of all must-deliver messages that the bank has not answered for good, those that wait for a person too, however many there are. */
export function findOpenMessage(journal: Pick<Journal, 'messages'>, isSought: (message: StoredMessage) => boolean): StoredMessage | undefined {
  for (let afterSeq = 0; ; ) {
    const page = journal.messages({ states: OPEN_MESSAGE_STATES, lanes: ['mustDeliver'], afterSeq, limit: PAGE_ROWS });
    const found = page.find(isSought);
    const last = page.at(-1);
    if (found !== undefined || last === undefined || page.length < PAGE_ROWS) return found;
    afterSeq = last.seq;
  }
}
