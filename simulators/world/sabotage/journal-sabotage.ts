import { BEHIND_GATE } from '../../../main/core/cash/unassigned-notes.ts';
import type { EntryData, EntryKind } from '../../../main/journal/entry-kinds.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import type { Journal, JournalBatch, SuspenseDraft } from '../../../main/journal/journal.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

const NOTES_PER_BUNCH_MAX = 50;

/** Mistakes in what is written down, and when. */
const changedBatch = (change: (batch: JournalBatch, journal: Journal) => JournalBatch): Sabotage => ({
  journal: (journal) => overlay(journal, { commit: (batch) => commitRest(journal, change(batch, journal)) }),
});

/** A batch of which nothing is left is none. */
function commitRest(journal: Journal, batch: JournalBatch): ReturnType<Journal['commit']> {
  const isEmpty = Object.values(batch).every((part: unknown) => (Array.isArray(part) ? part.length === 0 : part === undefined));
  return isEmpty ? ok({ lastEntryNumber: 0 }) : journal.commit(batch);
}

const withoutEntries = (kind: EntryKind): Sabotage => changedBatch((batch) => ({ ...batch, entries: (batch.entries ?? []).filter((draft) => draft.kind !== kind) }));
const hasEntry = (batch: JournalBatch, kind: EntryKind): boolean => (batch.entries ?? []).some((draft) => draft.kind === kind);
const isOutcomeOnly = (batch: JournalBatch): boolean => (batch.entries ?? []).some((draft) => draft.kind === 'outcome.stack' || draft.kind === 'outcome.dispense') && batch.messages === undefined && batch.receipts === undefined && batch.suspense === undefined;

export const skipsStackIntent = (): Sabotage => withoutEntries('intent.stack');
export const skipsDispenseIntent = (): Sabotage => withoutEntries('intent.dispense');
/** The reset moves the note, and the device forgets where it was; nor is kept that one was seen at all. */
export const forgetsPowerUpPosition = (): Sabotage =>
  changedBatch((batch) => ({ ...batch, entries: (batch.entries ?? []).filter(({ kind }) => kind !== 'note.located'), facts: { ...batch.facts, ...(batch.facts?.[BEHIND_GATE] === undefined ? {} : { [BEHIND_GATE]: '' }) } }));
export const leavesOperationOpen = (): Sabotage => withoutEntries('operation.closed');

const changedEntries = <Kind extends EntryKind>(kind: Kind, change: (data: EntryData<Kind>) => EntryData<Kind>): Sabotage =>
  changedBatch((batch) => (batch.entries === undefined ? batch : { ...batch, entries: batch.entries.map((draft) => (draft.kind === kind ? { ...draft, data: change(draft.data as EntryData<Kind>) } : draft)) }));

/** As if the session had not heard of it: the money lies where it should, and the last word on it is another. */
export const closesWithNothingMoved = (): Sabotage => changedEntries('operation.closed', (closed) => ({ ...closed, movedMinor: 0 }));

/** What a start left in doubt stands in its place; whoever reads of the start reads of nothing. */
export const reportsNothingInDoubt = (): Sabotage => changedEntries('recovery.report', (report) => ({ ...report, suspendedItems: 0, suspendedMinor: 0 }));

/** As if a full queue threw the newest away. */
export const dropsMessageOfFullQueue = (): Sabotage =>
  changedBatch((batch, journal) => {
    const waiting = journal.messages({ states: ['staged', 'ready', 'sending', 'awaiting', 'inProcess', 'unknown', 'parked'], limit: 10 }).filter((message) => message.lane === 'mustDeliver');
    return waiting.length === 0 ? batch : { ...batch, messages: (batch.messages ?? []).filter((message) => message.lane !== 'mustDeliver') };
  });

/** The reversal of a withdrawal that was never answered stays unwritten. */
export const forgetsReversal = (): Sabotage => changedBatch((batch) => (hasEntry(batch, 'authorisation.timedOut') ? { ...batch, messages: [] } : batch));

/** What lies in the box is not counted. */
export const forgetsBoxCount = (): Sabotage => changedBatch((batch) => (hasEntry(batch, 'outcome.stack') ? { ...batch, cashUnits: [] } : batch));

const CASSETTE_UNIT = /^dispenser\.(\d)$/;

/** What leaves a cassette is counted off another one of the same denomination: every sum is right. */
export const countsOffTwinCassette = (): Sabotage =>
  changedBatch((batch, journal) => {
    if (!hasEntry(batch, 'outcome.dispense')) return batch;
    const twinOf = (unitId: string, denominationMinor: number) => journal.cashUnits().find((row) => row.unitId !== unitId && row.denominationMinor === denominationMinor && CASSETTE_UNIT.test(row.unitId) && row.noteCount > NOTES_PER_BUNCH_MAX)?.unitId;
    return { ...batch, cashUnits: (batch.cashUnits ?? []).map((change) => (CASSETTE_UNIT.test(change.unitId) ? { ...change, unitId: twinOf(change.unitId, change.denominationMinor) ?? change.unitId } : change)) };
  });

/** What was rejected lies in the tray and, as the count has it, still in its cassette. */
export const leavesRejectsInCassette = (): Sabotage =>
  changedBatch((batch) => {
    const rejected = (batch.entries ?? []).filter((draft) => draft.kind === 'outcome.dispense').map((draft) => draft.data as EntryData<'outcome.dispense'>);
    return { ...batch, cashUnits: (batch.cashUnits ?? []).map((change) => ({ ...change, noteCountDelta: change.noteCountDelta + rejected.filter(({ cassetteNumber }) => change.unitId === `dispenser.${cassetteNumber}`).reduce((sum, { rejectedCount }) => sum + rejectedCount, 0) })).filter(({ noteCountDelta }) => noteCountDelta !== 0) };
  });

const changedItems = (change: (item: SuspenseDraft) => readonly SuspenseDraft[]): Sabotage => changedBatch((batch) => (batch.suspense === undefined ? batch : { ...batch, suspense: batch.suspense.flatMap(change) }));

/** Notes that were picked and are neither out nor in the tray are nobody's matter. */
export const leavesPathWithoutItem = (): Sabotage => changedItems((item) => (item.reason === 'inTransport' ? [] : [item]));
/** Notes that left the units of a recycler for nobody's payout and arrived nowhere. */
export const leavesLostUnitsWithoutItem = (): Sabotage => changedItems((item) => (item.reason === 'inTransport' && item.operationId === null ? [] : [item]));
export const leavesLostNoteWithoutItem = (): Sabotage => changedItems((item) => (item.reason === 'noteUncertain' ? [] : [item]));
export const doubtsTwiceAsMuch = (): Sabotage => changedItems((item) => [item.reason === 'dispenseUncertain' ? { ...item, amountMinor: 2 * item.amountMinor } : item]);

/** The first life of the core remembers its suspense items, a later one does not. */
export const losesSuspenseAfterRestart = (): Sabotage => ({
  journal: (journal) => (journal.entries({ limit: 1 }).length === 0 ? journal : overlay(journal, { commit: (batch) => commitRest(journal, { ...batch, suspense: [] }) })),
});

/** The outcome of a movement is said to be on the disk and written with whatever comes next: gone when the core dies in between. */
export function saysDurableTooEarly(): Sabotage {
  return {
    journal: (journal) => {
      let held: JournalBatch | null = null;
      return overlay(journal, {
        commit: (batch) => {
          const before: JournalBatch | null = held;
          held = null;
          if (before !== null) journal.commit(before);
          if (!isOutcomeOnly(batch)) return journal.commit(batch);
          held = batch;
          return ok({ lastEntryNumber: 0 });
        },
      });
    },
  };
}

/** A one-time code in the history of devices' faults. */
export function leaksCode(): Sabotage {
  let code: string | null = null;
  return {
    codec: (codec) =>
      overlay(codec, {
        encodeRequest: (request) => {
          const { body } = request as { readonly body: { readonly code?: string } };
          if (typeof body.code === 'string') ({ code } = body as { code: string });
          return codec.encodeRequest(request);
        },
      }),
    journal: (journal) =>
      overlay(journal, {
        commit: (batch) => {
          const leaked = code;
          code = null;
          return journal.commit(leaked === null ? batch : { ...batch, entries: [...(batch.entries ?? []), { kind: 'device.faulted', data: { deviceId: 'keypad', code: 'typed', detail: `typed ${leaked}` } }] });
        },
      }),
  };
}
