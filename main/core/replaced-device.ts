import type { EntryData } from '../journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../journal/journal.ts';

/** Identities looked through; each change of one is an entry. */
const IDENTITIES_MAX = 200;

export type Identity = Pick<EntryData<'device.identified'>, 'protocol' | 'model' | 'serialNumber'>;

/**
 * Whether another device stands in the place of the one that was told to move notes, one that the configuration names since or a spare: its registers, its power-up and its silence say nothing about them.
 * @param orderEntryNumber  entry of the order
 */
export function isReplaced(journal: Pick<Journal, 'entries'>, deviceId: string, orderEntryNumber: number): boolean {
  const identities = (journal.entries({ kinds: ['device.identified'], newestFirst: true, limit: IDENTITIES_MAX }) as readonly JournalEntry<'device.identified'>[]).filter(({ data }) => data.deviceId === deviceId);
  const now = identities[0]?.data;
  const then = identities.find(({ entryNumber }) => entryNumber < orderEntryNumber)?.data;
  return now !== undefined && then !== undefined && isOtherUnit(now, then);
}

/** What one of the two does not tell of itself is no difference. */
export function isOtherUnit(now: Identity, then: Identity): boolean {
  return TOLD.some((of) => isOther(of(now), of(then)));
}

/** A firmware may be renewed in the same device. */
const TOLD: readonly ((identity: Identity) => string | null)[] = [({ protocol }) => protocol, ({ model }) => model, ({ serialNumber }) => serialNumber];

function isOther(now: string | null, then: string | null): boolean {
  return now !== null && then !== null && now !== then;
}

/** Entry of the newest order of an operation to a dispenser, recycler or hopper; 0: there is none. */
export function newestOrder(entries: readonly JournalEntry[]): number {
  return entries.findLast(({ kind }) => kind === 'intent.dispense' || kind === 'intent.present' || kind === 'intent.retract')?.entryNumber ?? 0;
}
