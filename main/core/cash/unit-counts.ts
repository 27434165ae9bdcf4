import { z } from 'zod';
import type { StoredUnit } from '../../../drivers/interfaces/cash-storage.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { CashUnitRow, Journal, JournalEntry } from '../../journal/journal.ts';
import { isRecyclerUnit } from './cash-unit-ids.ts';
import type { CountedUnit } from './counting-devices.ts';
import { storedUnitsOf } from './counting-devices.ts';

/** Notes of one cash unit as its device counts them and as the journal does. `deviceCount` null: no device counts it any more. */
export type UnitCounts = EntryData<'counts.compared'>;

/** What a device says of one of our cash units: surely so many notes, nothing for sure, or what cannot be. */
export type DeviceCount = { readonly kind: 'sure'; readonly noteCount: number } | { readonly kind: 'unsure' } | { readonly kind: 'nonsense'; readonly detail: string };

/** No cash unit of any terminal holds as many. */
const NOTES_MAX = 1_000_000;
/** Of the day's page and the commands; a change of a difference is rare. */
const ENTRIES_MAX = 2_000;

const knownSchema = z.array(z.strictObject({ unitId: z.string(), denominationMinor: z.number().int().nullable(), deviceCount: z.number().int(), journalCount: z.number().int() }));

/** All that make up the unit, and only where the device is sure of each. */
export function deviceCountOf(unit: CountedUnit, stored: readonly StoredUnit[]): DeviceCount {
  const own = storedUnitsOf(unit, stored);
  if (own.length === 0 || own.some(({ noteCount, isCountSure }) => noteCount === null || !isCountSure)) return { kind: 'unsure' };
  const wrong = own.find(({ noteCount }) => !isCount(noteCount ?? -1));
  if (wrong !== undefined) return { kind: 'nonsense', detail: `${wrong.unitId}: ${wrong.noteCount}` };
  const noteCount = own.reduce((sum, one) => sum + (one.noteCount ?? 0), 0);
  return isCount(noteCount) ? { kind: 'sure', noteCount } : { kind: 'nonsense', detail: `in all: ${noteCount}` };
}

export function isCount(noteCount: number): boolean {
  return Number.isSafeInteger(noteCount) && noteCount >= 0 && noteCount <= NOTES_MAX;
}

/** Of a recycler's unit the notes of its kind: one of another may bear the number that it had in an earlier configuration. */
export function journalCountOf({ unitId, denominationMinor }: CountedUnit, rows: readonly CashUnitRow[]): number {
  return rows.filter((row) => row.unitId === unitId && (!isRecyclerUnit(unitId) || row.denominationMinor === denominationMinor)).reduce((sum, { noteCount }) => sum + noteCount, 0);
}

/** Notes that the device counts above the journal's; negative: below. 0 where no device counts. */
export function differenceOf({ deviceCount, journalCount }: UnitCounts): number {
  return deviceCount === null ? 0 : deviceCount - journalCount;
}

/**
 * What is new to the journal: a difference that is another one than before, or none any more.
 * @param known      differences that stand
 * @param countable  units that a device of this terminal counts; a difference of any other ends
 */
export function changesOf(known: readonly UnitCounts[], told: readonly UnitCounts[], { countable, rows }: { readonly countable: readonly CountedUnit[]; readonly rows: readonly CashUnitRow[] }): readonly UnitCounts[] {
  const before = (unitId: string): number => known.filter((one) => one.unitId === unitId).reduce((_, one) => differenceOf(one), 0);
  const gone = known.filter(({ unitId }) => !countable.some((unit) => unit.unitId === unitId));
  return [...told.filter((one) => differenceOf(one) !== before(one.unitId)), ...gone.map((one): UnitCounts => ({ ...one, deviceCount: null, journalCount: journalCountOf(one, rows) }))];
}

/** Differences that stand after these changes. */
export function knownAfter(known: readonly UnitCounts[], changes: readonly UnitCounts[]): readonly UnitCounts[] {
  return [...known.filter(({ unitId }) => !changes.some((change) => change.unitId === unitId)), ...changes.filter((change) => differenceOf(change) !== 0)];
}

/** As a fact of the journal. */
export function knownText(known: readonly UnitCounts[]): string {
  return known.length === 0 ? '' : JSON.stringify(known);
}

/** Total: what is no such fact is none. */
export function readKnown(text: string | undefined): readonly UnitCounts[] {
  if (text === undefined || text === '') return [];
  try {
    return knownSchema.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}

export interface Compared extends UnitCounts {
  readonly atUtcMs: number;
}

/** The last word on each unit that ever differed, by the entries, which are read without a key. @param untilEntryNumber  not of this entry and later ones */
export function lastCompared(journal: Pick<Journal, 'entries'>, untilEntryNumber: number = Number.MAX_SAFE_INTEGER): readonly Compared[] {
  const entries = journal.entries({ kinds: ['counts.compared'], newestFirst: true, limit: ENTRIES_MAX }) as readonly JournalEntry<'counts.compared'>[];
  const newest = new Map<string, Compared>();
  for (const { entryNumber, atUtcMs, data } of entries) if (entryNumber < untilEntryNumber && !newest.has(data.unitId)) newest.set(data.unitId, { ...data, atUtcMs });
  return [...newest.values()].sort((left, right) => (left.unitId < right.unitId ? -1 : 1));
}

/** Differences that stand, by the entries. */
export function standingDifferences(journal: Pick<Journal, 'entries'>): readonly Compared[] {
  return lastCompared(journal).filter((one) => differenceOf(one) !== 0);
}

/** For a technician: `acceptor.box: 7 by the device, 5 by the journal (+2)`. */
export function countsText(counts: UnitCounts): string {
  const difference = differenceOf(counts);
  return `${counts.unitId}: ${counts.deviceCount ?? '–'} by the device, ${counts.journalCount} by the journal (${difference > 0 ? '+' : ''}${difference})`;
}
