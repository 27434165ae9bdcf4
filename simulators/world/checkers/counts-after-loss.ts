import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { CashUnitRow, JournalEntry } from '../../../main/journal/journal.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import { checkCassettes } from './cassettes.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { countOf, readJournalMoney, sum, toldInstead } from './journal-money.ts';

const [BOX, OUTSIDE] = ['acceptor.box', 'outside'] as const;

interface AcceptorWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[];
}

/**
 * Counts of a journal that lost its end are wrong by what the lost part counted, until somebody counts, and by no more: what was counted since is what moved since. So what the lost journal counted at its end and what the restored one
 * has counted since are together what lies in a cassette, and in the box no less lies than the restored journal counts, and no more than both, but for notes of which either did not know. Only where one device takes and another
 * pays, and nobody has taken out since what the restored journal counted.
 */
export function checkCountsAfterLoss(surroundings: Surroundings, { before, after }: { readonly before: JournalMoney; readonly after: JournalMoney }): readonly Finding[] {
  const { acceptor, dispenser, handled, loaded } = surroundings;
  const restoredAt = after.entries.findLastIndex(({ kind }) => kind === 'journal.restored');
  const since = after.entries.slice(restoredAt);
  if (loaded.recycler !== null || hasTakenOut(since)) return [];
  const [atLoss, atRestore, now] = [countsOf(before.entries), countsOf(after.entries.slice(0, restoredAt)), countsOf(after.entries)];
  const both = readJournalMoney({ entries: ({ fromEntryNumber = 1, limit }) => [...before.entries, ...since].slice(fromEntryNumber - 1, fromEntryNumber - 1 + limit) });
  const rows = [...new Set([...atLoss.keys(), ...now.keys()])].map((key): CashUnitRow => {
    const [unitId, denominationMinor] = JSON.parse(key) as [string, number];
    return { unitId, denominationMinor, noteCount: (atLoss.get(key) ?? 0) + (now.get(key) ?? 0) - (atRestore.get(key) ?? 0) };
  });
  const { notes } = acceptor.world() as unknown as AcceptorWorld;
  const wasTakenOutBefore = hasTakenOut(before.entries.slice(restoredAt));
  const kinds = [...new Set(notes.map(({ denominationMinor }) => denominationMinor))];
  return [
    ...checkCassettes({ world: dispenser.world(), loaded: loaded.cassettes }, both, rows),
    ...kinds.flatMap((denominationMinor): readonly Finding[] => {
      const lying = (...places: readonly string[]) => notes.filter((note) => note.denominationMinor === denominationMinor && places.includes(note.place)).length;
      const insideCount = lying('box', 'collected') - (handled.boxed.get(denominationMinor) ?? 0);
      const doubtCount = sum([before, after].map((money) => countOf([...money.operations.flatMap(({ unknown }) => unknown), ...money.unassigned, ...toldInstead(money.entries)], denominationMinor) + money.untoldNotes)) + lying('transport', 'technician');
      const countedCount = now.get(JSON.stringify([BOX, denominationMinor])) ?? 0;
      const mostCount = rows.find((row) => row.unitId === BOX && row.denominationMinor === denominationMinor)?.noteCount ?? 0;
      const say = (isWrong: boolean, detail: string): readonly Finding[] => (isWrong ? [{ rule: 'cash', detail: `cash box: ${insideCount} notes of ${denominationMinor} lie there, ${detail}, ${doubtCount} of which nobody knew` }] : []);
      return [
        ...say(!wasTakenOutBefore && countedCount > insideCount + doubtCount, `the restored journal counts ${countedCount}`),
        ...say(insideCount > mostCount + doubtCount, `the lost and the restored journal count ${mostCount} together`),
      ];
    }),
  ];
}

const hasTakenOut = (entries: readonly JournalEntry[]): boolean => dataOf(entries, 'notes.moved').some(({ moves }) => moves.some(({ toUnitId }) => toUnitId === OUTSIDE));

/** Notes of each unit and value as these entries leave them, by `[unitId, denominationMinor]`. */
function countsOf(entries: readonly JournalEntry[]): ReadonlyMap<string, number> {
  const changes = entries.filter(({ kind }) => kind === 'counts.changed').flatMap(({ data }) => (data as EntryData<'counts.changed'>).units);
  return new Map(changes.map(({ unitId, denominationMinor, noteCount }) => [JSON.stringify([unitId, denominationMinor]), noteCount]));
}
