import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Journal, JournalBatch } from '../../../main/journal/journal.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes in what two persons do to a message that waits for them. */
const ofConfirmed = (change: (batch: JournalBatch) => JournalBatch): Sabotage => ({
  journal: (journal) => overlay(journal, { commit: (batch) => journal.commit((batch.entries ?? []).some(({ kind }) => kind === 'message.actConfirmed') ? change(batch) : batch) }),
});

/** Whoever proposed may confirm: nobody looks at the name. */
export const onePersonIsEnough = (): Sabotage => ({
  journal: (journal) =>
    overlay(journal, {
      operationEntries: ((...given: Parameters<Journal['operationEntries']>) =>
        journal.operationEntries(...given).map((one) => (one.kind === 'message.actProposed' ? { ...one, data: { ...(one.data as EntryData<'message.actProposed'>), by: 'somebody' } } : one))) as Journal['operationEntries'],
    }),
});

/** The new document is another instruction: the bank cannot know that it has done it. */
export const replacedMessageGetsNewOperationId = (): Sabotage => ({
  codec: (codec) =>
    overlay(codec, {
      renewRequest: (operation, bytes, header) => {
        const text = Buffer.from(bytes).toString();
        const operationId = /<opId>([^<]*)<\/opId>/.exec(text)?.[1];
        return codec.renewRequest(operation, operationId === undefined ? bytes : Buffer.from(text.replaceAll(operationId, header.messageId)), header);
      },
    }),
});

/** The old document is ended and the new one never written. */
export const replacedMessageIsNeverSent = (): Sabotage => ofConfirmed((batch) => ((batch.suspense ?? []).length > 0 ? batch : { ...batch, messages: [] }));

/** The report is ended by hand, and its cash stands nowhere. */
export const settledMessageLeavesNoItem = (): Sabotage => ofConfirmed((batch) => ({ ...batch, suspense: [] }));
