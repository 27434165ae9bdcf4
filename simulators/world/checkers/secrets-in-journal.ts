import { existsSync, readFileSync } from 'node:fs';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import type { SecretWatch } from './secret-watch.ts';

/** More than the customers of one world make. */
const MESSAGES_MAX = 10_000;

/** Shows the watch all that a journal keeps: entries, messages, and its files byte for byte. */
export function showJournal(watch: SecretWatch, { entries, journal, journalPath }: { readonly entries: readonly JournalEntry[]; readonly journal: Journal; readonly journalPath: string }): void {
  for (const entry of entries) watch.look(`journal entry ${entry.kind}`, JSON.stringify(entry.data));
  // Telephones travel in messages, codes only sealed.
  for (const message of journal.messages({ limit: MESSAGES_MAX })) watch.lookForCodes(`message ${message.operation}`, Buffer.from(message.bytes).toString());
  // And the bytes as they lie on the disk, whatever table or index or left-over page they belong to.
  for (const suffix of ['', '-wal']) if (existsSync(`${journalPath}${suffix}`)) watch.look(`journal file ${suffix}`, readFileSync(`${journalPath}${suffix}`, 'latin1'));
}
