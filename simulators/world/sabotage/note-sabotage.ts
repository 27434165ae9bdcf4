import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { JournalBatch } from '../../../main/journal/journal.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

const BOX_UNIT = 'acceptor.box';

/** Mistakes in what is written down of hands at cassettes and cash box; what the hands do is right. */
const ofAct = (action: string, change: (batch: JournalBatch) => JournalBatch): Sabotage => ({
  journal: (journal) =>
    overlay(journal, { commit: (batch) => journal.commit((batch.entries ?? []).some((draft) => draft.kind === 'service.acted' && (draft.data as EntryData<'service.acted'>).action === action) ? change(batch) : batch) }),
});

/** As if the batch of a load were put together twice. */
export const countsLoadTwice = (): Sabotage => ofAct('notes.load', (batch) => ({ ...batch, cashUnits: [...(batch.cashUnits ?? []), ...(batch.cashUnits ?? [])] }));

/** The act stands there, and no count of it. */
export const forgetsLoadedNotes = (): Sabotage => ofAct('notes.load', (batch) => ({ ...batch, cashUnits: [] }));

/** A cassette goes away full and is booked as if it had been empty. */
export const booksEmptiedAsNothing = (): Sabotage => ofAct('notes.empty', (batch) => ({ ...batch, cashUnits: [], entries: (batch.entries ?? []).filter(({ kind }) => kind !== 'notes.moved') }));

/** What the device counts in its units at the end of an exchange, above what was known, is said and not counted. */
export const forgetsLoadedUnits = (): Sabotage => ofAct('recycler.counted', (batch) => ({ ...batch, cashUnits: (batch.cashUnits ?? []).filter(({ noteCountDelta }) => noteCountDelta < 0) }));

/** One kind of note stays in the box by the books, move and count alike, and went away with it. */
export const collectsAllButOneKind = (): Sabotage =>
  ofAct('notes.collect', (batch) => {
    const forgotten = (batch.cashUnits ?? []).find(({ unitId }) => unitId === BOX_UNIT)?.denominationMinor;
    const stays = (unitId: string, denominationMinor: number) => unitId === BOX_UNIT && denominationMinor === forgotten;
    const entries = (batch.entries ?? []).flatMap((draft) => {
      if (draft.kind !== 'notes.moved') return [draft];
      const moved = draft.data as EntryData<'notes.moved'>;
      const moves = moved.moves.filter((move) => !stays(move.fromUnitId, move.denominationMinor));
      return moves.length === 0 ? [] : [{ ...draft, data: { ...moved, moves } }];
    });
    return { ...batch, entries, cashUnits: (batch.cashUnits ?? []).filter((change) => !stays(change.unitId, change.denominationMinor)) };
  });
