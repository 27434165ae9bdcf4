import type { Config } from '../../contracts/config.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import { otherName } from '../../host/iso20022/parties.ts';
import type { Journal, JournalError } from '../../journal/journal.ts';
import { findOpenMessage } from '../host/open-messages.ts';

/** One operation has some tens. */
const OPERATION_MESSAGES_MAX = 1_000;

/** Names under which all that is not finished was written: while they stand nothing of it is read, however much waits. */
const NAMES_FACT = 'host.names';

type Source = Pick<Journal, 'fact' | 'messages' | 'message' | 'openOperationIds' | 'suspense'> & Partial<Pick<Journal, 'commit'>>;

/**
 * The names of the configuration are those under which the bank knows what is not finished with it: the bank authorises and tells repeats by the terminal's id, and its answers name
 * terminal and bank. Under another one answers to what waits would not be believed, an account would stay held and a decision on money in doubt never come. A journal that can be written remembers for
 * which names it was found right.
 *
 * @error JNL_NAMES_CHANGED  what waits, an operation that is open or an item that the bank was told of was written for others
 */
export function checkNames(journal: Source, ends: Pick<Config['terminal'], 'terminalId' | 'hostId'>): JournalError | undefined {
  const names = JSON.stringify({ terminalId: ends.terminalId, hostId: ends.hostId });
  if (journal.fact(NAMES_FACT) === names) return undefined;
  const isOfOthers = ({ bytes }: StoredMessage) => otherName(bytes, ends) !== null;
  const found = findOpenMessage(journal, isOfOthers) ?? ofOpenOperations(journal).find(isOfOthers) ?? ofOpenItems(journal).find(isOfOthers);
  if (found === undefined) {
    const written = journal.commit?.({ facts: { [NAMES_FACT]: names } });
    return written?.ok === false ? written.error : undefined;
  }
  return { code: 'JNL_NAMES_CHANGED', detail: `${found.operation} ${found.messageId} is not finished with the bank and was written under another terminal.${otherName(found.bytes, ends)}` };
}

function ofOpenOperations(journal: Source): readonly StoredMessage[] {
  return journal.openOperationIds().flatMap((operationId) => journal.messages({ operationId, limit: OPERATION_MESSAGES_MAX }));
}

function ofOpenItems(journal: Source): readonly StoredMessage[] {
  return journal.suspense({ state: 'open', isTold: true }).flatMap(({ toldMessageId }) => (toldMessageId === null ? [] : (journal.message(toldMessageId) ?? [])));
}
