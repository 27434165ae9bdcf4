import type { Config } from '../../contracts/config.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import { otherName } from '../../host/iso20022/parties.ts';
import type { Journal, JournalError } from '../../journal/journal.ts';
import { findOpenMessage } from '../host/open-messages.ts';

/** One operation has some tens. */
const OPERATION_MESSAGES_MAX = 1_000;

/** Names under which all that is not finished was written: while they stand nothing of it is read, however much waits. */
const NAMES_FACT = 'host.names';

type Ends = Pick<Config['terminal'], 'terminalId' | 'hostId'>;
type Source = Pick<Journal, 'fact' | 'messages' | 'message' | 'openOperationIds' | 'suspense'> & Partial<Pick<Journal, 'commit'>>;

/**
 * The names of the configuration are those under which the bank knows what is not finished with it: the bank authorises and tells repeats by the terminal's id, and its answers name
 * terminal and bank. Under another one answers to what waits would not be believed, an account would stay held and a decision on money in doubt never come. A journal that can be written remembers for
 * which names it was found right.
 *
 * @error JNL_NAMES_CHANGED  what waits, an operation that is open or an item that the bank was told of was written for others
 */
export function checkNames(journal: Source, { terminalId, hostId }: Ends): JournalError | undefined {
  const ends = { terminalId, hostId };
  const names = JSON.stringify(ends);
  const remembered = journal.fact(NAMES_FACT);
  if (remembered === names) return undefined;
  const otherOf = ({ bytes }: StoredMessage) => (bytes.length > 0 ? otherName(bytes, ends) : changedSince(remembered, ends));
  const isOfOthers = (message: StoredMessage) => otherOf(message) !== null;
  const found = findOpenMessage(journal, isOfOthers) ?? ofOpenOperations(journal).find(isOfOthers) ?? ofOpenItems(journal).find(isOfOthers);
  if (found === undefined) {
    const written = journal.commit?.({ facts: { [NAMES_FACT]: names } });
    return written?.ok === false ? written.error : undefined;
  }
  return { code: 'JNL_NAMES_CHANGED', detail: `${found.operation} ${found.messageId} is not finished with the bank and was written under another terminal.${otherOf(found)}` };
}

/** Of a document that the retention policy has let go of nothing can be read: it was written while these were remembered, which as long as it stands nobody changes. null: none were */
function changedSince(remembered: string | undefined, ends: Ends): keyof Ends | null {
  if (remembered === undefined) return null;
  return (JSON.parse(remembered) as Ends).terminalId === ends.terminalId ? 'hostId' : 'terminalId';
}

function ofOpenOperations(journal: Source): readonly StoredMessage[] {
  return journal.openOperationIds().flatMap((operationId) => journal.messages({ operationId, limit: OPERATION_MESSAGES_MAX }));
}

function ofOpenItems(journal: Source): readonly StoredMessage[] {
  return journal.suspense({ state: 'open', isTold: true }).flatMap(({ toldMessageId }) => (toldMessageId === null ? [] : (journal.message(toldMessageId) ?? [])));
}
