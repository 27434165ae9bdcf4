import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Journal, JournalEntry, SuspenseRow } from '../../../main/journal/journal.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { countOf, isOfRecycler, sum } from './journal-money.ts';

const [BOX, PATH, UNITS] = ['acceptor.box', 'acceptor.transport', 'recycler.'] as const;
/** Words of `RecyclerDesk`: `unit`, `noteCount` and `denominationMinor` of an item. */
const LOST = /^(?<noteCount>\d+) notes of (?<denominationMinor>\d+) of (?<unit>\S+): /;
/** Ends the words about notes that were brought to the cash box when nobody could ask the device. */
export const UNSEEN = 'and nobody saw them arrive';
const ON_THE_WAY = 'on the way to the cash box for ';
const UNCOUNTED = /^(?<unit>\S+) could not be counted before it was opened: (?<noteCount>\d+) notes of (?<denominationMinor>\d+) /;

interface NotesInDoubt {
  readonly unitId: string;
  readonly denominationMinor: number;
  readonly noteCount: number;
}

/** Of a recycler that could not be counted before its units were opened: as many as the item tells of lay in box or path, or in a unit. null: the item is another. */
export function uncountedNotes(evidence: string): NotesInDoubt | null {
  return notesOf(UNCOUNTED, evidence);
}

/** What stands as an item because a recycler's units have it no more, and no payout took it. */
export function lostNotes(entries: readonly JournalEntry[]): readonly NotesInDoubt[] {
  return entries.flatMap((one) => (one.kind === 'suspense.recorded' && one.operationId === undefined ? (notesOf(LOST, (one.data as EntryData<'suspense.recorded'>).evidence) ?? []) : []));
}

/** The one note of each order to the cash box that was in the path when the order was cut off: a power-up may have pushed it out at the mouth. */
export function pushedOutMinorMax(entries: readonly JournalEntry[]): number {
  const cutOff = dataOf(entries, 'notes.moved').filter(({ evidence }) => evidence.endsWith(UNSEEN) || evidence.startsWith(ON_THE_WAY));
  return sum(cutOff.map(({ moves }) => Math.max(...moves.map(({ denominationMinor }) => denominationMinor))));
}

/**
 * What a recycler leaves in doubt and no operation has: notes that are in no unit any more stand as items, but for as many as a payout before it left without a result; what it counts above the journal after
 * hands were at its units is what these put there, else it is in doubt, here or in the operation that brought it. Each item tells of as many notes as it has money.
 */
export function checkRecycled({ loaded: { recycler }, handled }: Surroundings, journal: Journal, money: JournalMoney): readonly Finding[] {
  const items = journal.suspense().filter(({ operationId }) => operationId === null);
  const lost = items.filter(({ reason }) => reason === 'inTransport').map((item) => ({ item, notes: notesOf(LOST, item.evidence), sign: -1 }));
  const uncounted = items.filter(({ reason }) => reason === 'unassigned').map((item) => ({ item, notes: uncountedNotes(item.evidence), sign: 1 })).filter(({ notes }) => notes !== null);
  const sums = [...lost, ...uncounted].flatMap(({ item, notes, sign }) => (notes !== null && item.amountMinor === sign * notes.noteCount * notes.denominationMinor ? [] : [found(`${item.amountMinor} in doubt: ${item.evidence}`)]));
  const kinds = recycler?.denominationsMinor ?? [];
  return [
    ...sums,
    ...kinds.flatMap((denominationMinor) => {
      const countNotes = (claims: readonly { readonly notes: NotesInDoubt | null }[]) => sum(claims.map(({ notes }) => (notes?.denominationMinor === denominationMinor ? notes.noteCount : 0)));
      const truly = (hands: typeof handled.loaded) => sum(hands.filter((hand) => hand.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount));
      return ofKind(money, { denominationMinor, lostCount: countNotes(lost), uncountedCount: countNotes(uncounted), loadedCount: truly(handled.loaded), takenCount: truly(handled.takenFromUnits) });
    }),
    ...checkClaims(money.entries, uncounted.map(({ item, notes }) => ({ item, notes: notes! }))),
  ];
}

function ofKind(money: JournalMoney, { denominationMinor, lostCount, uncountedCount, loadedCount, takenCount }: { readonly denominationMinor: number; readonly lostCount: number; readonly uncountedCount: number; readonly loadedCount: number; readonly takenCount: number }): readonly Finding[] {
  const { entries, operations, unassigned, untoldNotes } = money;
  const goneCount = sum(entries.map((one) => goneNotes(one, denominationMinor)));
  const payouts = dataOf(entries, 'outcome.dispense').filter((payout) => isOfRecycler(payout.cassetteNumber) && payout.denominationMinor === denominationMinor);
  const maybePaidCount = sum(payouts.map(({ uncertainCount }) => uncertainCount));
  const told = dataOf(entries, 'service.acted').filter(({ action }) => action === 'recycler.counted').flatMap(({ target }) => deltasOf(target));
  const units = new Set(dataOf(entries, 'counts.changed').flatMap((changed) => changed.units).filter((unit) => unit.denominationMinor === denominationMinor && unit.unitId.startsWith(UNITS)).map(({ unitId }) => unitId));
  const toldCount = sum(told.filter(({ unitId }) => units.has(unitId)).map(({ noteCountDelta }) => noteCountDelta));
  // Each has an item of its operation, or is nobody's.
  const strayCount = sum(operations.map(({ unknown }) => countOf(unknown, denominationMinor))) + countOf(unassigned, denominationMinor) + untoldNotes + maybePaidCount;
  return [
    ...(lostCount <= goneCount && isExplained(entries, denominationMinor) ? [] : [found(`recycler: ${goneCount} notes of ${denominationMinor} are in no unit any more; ${lostCount} stand in doubt, and ${maybePaidCount} may have been paid out`)]),
    ...(toldCount - loadedCount <= uncountedCount + strayCount && loadedCount - toldCount <= strayCount + takenCount ? [] : [found(`recycler: hands put ${loadedCount} notes of ${denominationMinor} into its units, the journal has ${toldCount}; ${uncountedCount} and ${strayCount} stand in doubt`)]),
  ];
}

/** From the units into the path, and nobody's payout for certain. */
function goneNotes(one: JournalEntry, denominationMinor: number): number {
  if (one.kind !== 'notes.moved') return 0;
  const { moves } = one.data as EntryData<'notes.moved'>;
  return sum(moves.filter((move) => move.denominationMinor === denominationMinor && move.fromUnitId.startsWith(UNITS) && move.toUnitId === PATH).map(({ noteCount }) => noteCount));
}

/** Each time as many as payouts before it left without a result, and not more often than these; all others have an item. */
function isExplained(entries: readonly JournalEntry[], denominationMinor: number): boolean {
  let leftCount = 0;
  for (const one of entries) {
    leftCount -= goneNotes(one, denominationMinor);
    leftCount += sum(lostNotes([one]).map((notes) => (notes.denominationMinor === denominationMinor ? notes.noteCount : 0)));
    // Items stand behind the moves of their transaction, and a payout is in another one.
    if (one.kind !== 'outcome.dispense') continue;
    const payout = one.data as EntryData<'outcome.dispense'>;
    if (leftCount < 0) return false;
    if (isOfRecycler(payout.cassetteNumber) && payout.denominationMinor === denominationMinor) leftCount += payout.uncertainCount;
  }
  return leftCount >= 0;
}

/** `unit:count` for each unit, below zero where notes were missing. */
function deltasOf(target: string): readonly { readonly unitId: string; readonly noteCountDelta: number }[] {
  return target.split(' ').map((one) => one.split(':')).map(([unitId = '', count]) => ({ unitId, noteCountDelta: Number(count) }));
}

/** No item claims more than was counted as loaded into its unit, nor than box and path held when it was opened, and the box was told late. */
function checkClaims(entries: readonly JournalEntry[], claims: readonly { readonly item: SuspenseRow; readonly notes: NotesInDoubt }[]): readonly Finding[] {
  return claims.flatMap(({ item, notes: { unitId, denominationMinor, noteCount } }) => {
    const recordedIndex = entries.findIndex((one) => one.kind === 'suspense.recorded' && (one.data as EntryData<'suspense.recorded'>).suspenseId === item.suspenseId);
    const before = entries.slice(0, recordedIndex < 0 ? entries.length : recordedIndex);
    const countedIndex = before.findLastIndex((one) => isAct(one, 'recycler.counted'));
    const loadedCount = sum(deltasOf((before[countedIndex]?.data as EntryData<'service.acted'> | undefined)?.target ?? '').filter((delta) => delta.unitId === unitId).map(({ noteCountDelta }) => noteCountDelta));
    // Opened once more before they were counted, they are open since the first time.
    const sinceIndex = before.slice(0, countedIndex).findLastIndex((one) => isAct(one, 'recycler.counted'));
    const openedIndex = before.findIndex((one, index) => index > sinceIndex && isAct(one, 'notes.startExchange'));
    // The box's own, and all of the unit where notes were on their way from it.
    const heldCount = sum([BOX, unitId].map((heldUnit) => heldNotes(before.slice(0, openedIndex), heldUnit, denominationMinor))) + lateNotes(before.slice(openedIndex, countedIndex), denominationMinor);
    return noteCount <= loadedCount && noteCount <= heldCount ? [] : [found(`${unitId}: ${noteCount} notes of ${denominationMinor} in doubt, ${loadedCount} counted as loaded, ${heldCount} accepted or under way before`)];
  });
}

function isAct(one: JournalEntry, action: string): boolean {
  return one.kind === 'service.acted' && (one.data as EntryData<'service.acted'>).action === action;
}

/** The last count of a unit. */
function heldNotes(entries: readonly JournalEntry[], unitId: string, denominationMinor: number): number {
  return dataOf(entries, 'counts.changed').flatMap(({ units }) => units).findLast((unit) => unit.unitId === unitId && unit.denominationMinor === denominationMinor)?.noteCount ?? 0;
}

/** Into the box with the units open: of an order of before. */
function lateNotes(entries: readonly JournalEntry[], denominationMinor: number): number {
  return sum(dataOf(entries, 'counts.changed').flatMap(({ units }) => units).filter((unit) => unit.unitId === BOX && unit.denominationMinor === denominationMinor && unit.noteCountDelta > 0).map(({ noteCountDelta }) => noteCountDelta));
}

function notesOf(words: RegExp, evidence: string): NotesInDoubt | null {
  const told = words.exec(evidence)?.groups;
  return told === undefined ? null : { unitId: told.unit!, denominationMinor: Number(told.denominationMinor), noteCount: Number(told.noteCount) };
}

const found = (detail: string): Finding => ({ rule: 'suspense', detail });
