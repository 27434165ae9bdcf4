import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { countOf, handCounts, isOfRecycler, sum } from './journal-money.ts';
import { checkSuspense } from './suspense.ts';

const BOX_UNIT = 'acceptor.box';
const COIN_BOX_UNIT = 'coinAcceptor.box';

/** What the journal says in more than one place, it says the same: orders before outcomes, counts of the box, suspense beside what nobody knows. */
export function checkBooks(journal: Journal, money: JournalMoney): readonly Finding[] {
  return [...checkOrders(money.entries), ...checkBoxCount(journal, money), ...checkSuspense(journal, money)];
}

/** Each movement of cash was ordered, and the order durable, before there is an outcome. */
function checkOrders(entries: readonly JournalEntry[]): readonly Finding[] {
  const findings: Finding[] = [];
  const orderedNotes = new Set<string>();
  const dispenses = new Map<string, number>();
  for (const one of entries) {
    const operation = one.operationId ?? '';
    if (one.kind === 'intent.stack' || one.kind === 'intent.return') orderedNotes.add((one.data as EntryData<'intent.stack'>).noteId);
    if (one.kind === 'outcome.stack' && !orderedNotes.has((one.data as EntryData<'outcome.stack'>).noteId)) findings.push({ rule: 'order', detail: `${operation}: a note was stacked without an order (entry ${one.entryNumber})` });
    if (one.kind === 'intent.dispense') dispenses.set(operation, (dispenses.get(operation) ?? 0) + 1);
    if (one.kind !== 'outcome.dispense') continue;
    const left = (dispenses.get(operation) ?? 0) - 1;
    dispenses.set(operation, left);
    if (left < 0) findings.push({ rule: 'order', detail: `${operation}: notes were dispensed without an order (entry ${one.entryNumber})` });
  }
  return findings;
}

function checkBoxCount(journal: Journal, money: JournalMoney): readonly Finding[] {
  const stacked = [...money.operations.flatMap((operation) => operation.stacked), ...money.unassigned];
  const coins = [...money.operations.flatMap((operation) => operation.coins), ...money.strayCoins].filter((denominationMinor) => denominationMinor > 0);
  return [...compareBox(journal, BOX_UNIT, { stacked, brought: broughtToBox(money) }), ...compareBox(journal, COIN_BOX_UNIT, { stacked: coins, brought: broughtToCoinBox(money) })];
}

/** What a recycler moved between its units and the box, and what it picked and did not hand out, by denomination. */
function broughtToBox(money: JournalMoney): (denominationMinor: number) => number {
  const moves = dataOf(money.entries, 'notes.moved').flatMap((moved) => moved.moves);
  const rejects = dataOf(money.entries, 'outcome.dispense').filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber));
  return (denominationMinor) => {
    const moved = (end: 'fromUnitId' | 'toUnitId') => sum(moves.filter((move) => move.denominationMinor === denominationMinor && move[end] === BOX_UNIT).map((move) => move.noteCount));
    return moved('toUnitId') - moved('fromUnitId') + sum(rejects.filter((payout) => payout.denominationMinor === denominationMinor).map((payout) => payout.rejectedCount));
  };
}

/** What hands took out of a hopper into the box, less what was taken away with it. */
function broughtToCoinBox(money: JournalMoney): (denominationMinor: number) => number {
  const moves = dataOf(money.entries, 'notes.moved').flatMap((moved) => moved.moves).filter(({ toUnitId }) => toUnitId === COIN_BOX_UNIT);
  return (denominationMinor) => sum(moves.filter((move) => move.denominationMinor === denominationMinor).map((move) => move.noteCount)) - sum(handCounts(money, 'coins.collect', String(denominationMinor)));
}

function compareBox(journal: Journal, unitId: string, { stacked, brought }: { readonly stacked: readonly number[]; readonly brought: (denominationMinor: number) => number }): readonly Finding[] {
  const counted = journal.cashUnits().filter((row) => row.unitId === unitId);
  return [...new Set([...stacked, ...counted.map((row) => row.denominationMinor)])].flatMap((denominationMinor): readonly Finding[] => {
    const noteCount = counted.find((row) => row.denominationMinor === denominationMinor)?.noteCount ?? 0;
    const stackedCount = countOf(stacked, denominationMinor) + brought(denominationMinor);
    return noteCount === stackedCount ? [] : [{ rule: 'cash', detail: `${unitId} counts ${noteCount} pieces of ${denominationMinor}, the entries ${stackedCount}` }];
  });
}
