import type { Journal, JournalEntry } from '../journal/journal.ts';

/** Identities looked through; each change of one is an entry. */
const IDENTITIES_MAX = 200;

/**
 * Whether another device stands in the place of the one that was told to move notes: its registers, its power-up and its silence say nothing about them.
 * False where one of the two tells no serial number.
 * @param orderEntryNumber  entry of the order
 */
export function isReplaced(journal: Pick<Journal, 'entries'>, deviceId: string, orderEntryNumber: number): boolean {
  const identities = (journal.entries({ kinds: ['device.identified'], newestFirst: true, limit: IDENTITIES_MAX }) as readonly JournalEntry<'device.identified'>[]).filter(({ data }) => data.deviceId === deviceId);
  const now = identities[0]?.data.serialNumber ?? null;
  const then = identities.find(({ entryNumber }) => entryNumber < orderEntryNumber)?.data.serialNumber ?? null;
  return now !== null && then !== null && now !== then;
}

/** Entry of the newest order of an operation to a dispenser, recycler or hopper; 0: there is none. */
export function newestOrder(entries: readonly JournalEntry[]): number {
  return entries.findLast(({ kind }) => kind === 'intent.dispense' || kind === 'intent.present' || kind === 'intent.retract')?.entryNumber ?? 0;
}
