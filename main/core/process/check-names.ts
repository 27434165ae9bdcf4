import type { Config } from '../../contracts/config.ts';
import { OPEN_MESSAGE_STATES, type StoredMessage } from '../../contracts/message-state.ts';
import { otherName } from '../../host/iso20022/parties.ts';
import type { Journal, JournalError } from '../../journal/journal.ts';

const PAGE_ROWS = 500;
/** One operation has some tens. */
const OPERATION_MESSAGES_MAX = 1_000;

type Source = Pick<Journal, 'messages' | 'message' | 'openOperationIds' | 'suspense'>;

/**
 * The names of the configuration are those under which the bank knows what is not finished with it: the bank authorises and tells repeats by the terminal's id, and its answers name
 * terminal and bank. Under another one answers to what waits would not be believed, an account would stay held and a decision on money in doubt never come.
 *
 * @error JNL_NAMES_CHANGED  what waits, an operation that is open or an item that the bank was told of was written for others
 */
export function checkNames(journal: Source, ends: Pick<Config['terminal'], 'terminalId' | 'hostId'>): JournalError | undefined {
  for (const message of unfinished(journal)) {
    const other = otherName(message.bytes, ends);
    if (other !== null) return { code: 'JNL_NAMES_CHANGED', detail: `${message.operation} ${message.messageId} is not finished with the bank and was written under another terminal.${other}` };
  }
  return undefined;
}

function* unfinished(journal: Source): Generator<StoredMessage> {
  for (let afterSeq = 0; ; ) {
    const page = journal.messages({ states: OPEN_MESSAGE_STATES, lanes: ['mustDeliver'], afterSeq, limit: PAGE_ROWS });
    yield* page;
    if (page.length < PAGE_ROWS) break;
    afterSeq = page.at(-1)!.seq;
  }
  for (const operationId of journal.openOperationIds()) yield* journal.messages({ operationId, limit: OPERATION_MESSAGES_MAX });
  for (const { toldMessageId } of journal.suspense({ state: 'open', isTold: true })) {
    const message = toldMessageId === null ? undefined : journal.message(toldMessageId);
    if (message !== undefined) yield message;
  }
}
