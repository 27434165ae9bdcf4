import type { EntryData, EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';

/** Money as the journal's entries tell it: one operation, minor units. */
export interface OperationMoney {
  readonly operationId: string;
  readonly isClosed: boolean;
  /** Notes that lie in the box for certain, by denomination. */
  readonly stacked: readonly number[];
  /** Notes of which nobody knows. */
  readonly unknown: readonly number[];
  /** What was agreed to be inside: accepted, or kept uncredited. null: neither. */
  readonly settledInMinor: number | null;
  /** Of it what was kept uncredited on the customer's wish or because it was too little. */
  readonly retainedMinor: number;
  readonly presentedMinor: number;
  readonly uncertainOutMinor: number;
  /** Picked, neither out nor in the tray: counted in the path. At the exit (35) a hand may reach it; the collection finds out. [lcdm §5, §7] */
  readonly inPathMinor: number;
}

export interface JournalMoney {
  readonly operations: readonly OperationMoney[];
  /** Notes in the box that no operation owns, by denomination. */
  readonly unassigned: readonly number[];
  readonly entries: readonly JournalEntry[];
}

const PAGE = 2_000;

/** Reads the whole journal. Knows the entries' meaning only, not how the core made them. */
export function readJournalMoney(journal: Journal): JournalMoney {
  const entries: JournalEntry[] = [];
  for (;;) {
    const page = journal.entries({ fromEntryNumber: entries.length + 1, limit: PAGE });
    entries.push(...page);
    if (page.length < PAGE) break;
  }
  const byOperation = new Map<string, JournalEntry[]>();
  for (const one of entries) {
    if (one.operationId === undefined) continue;
    const list = byOperation.get(one.operationId) ?? [];
    list.push(one);
    byOperation.set(one.operationId, list);
  }
  return { entries, unassigned: dataOf(entries, 'note.unassigned').map((note) => note.denominationMinor), operations: [...byOperation].filter(([, own]) => isCustomers(own)).map(([operationId, own]) => operationMoney(operationId, own)) };
}

/** Heartbeats and sign-ons are exchanges of their own, under the id of their message. */
function isCustomers(own: readonly JournalEntry[]): boolean {
  return own.some((one) => one.kind === 'operation.chosen' || one.kind.startsWith('intent.') || one.kind.startsWith('outcome.'));
}

function operationMoney(operationId: string, own: readonly JournalEntry[]): OperationMoney {
  /** The last word about a note counts. */
  const fates = new Map<string, { readonly denominationMinor: number; readonly result: string }>();
  // An order without an outcome: the disk did not take it, or nobody ever heard.
  for (const one of own) if (one.kind === 'intent.stack' || one.kind === 'intent.return') fates.set((one.data as EntryData<'intent.stack'>).noteId, { denominationMinor: (one.data as EntryData<'intent.stack'>).denominationMinor, result: 'unknown' });
  for (const one of own) if (one.kind === 'outcome.stack' || one.kind === 'outcome.return') fates.set((one.data as EntryData<'outcome.stack'>).noteId, one.data as EntryData<'outcome.stack'>);
  const notes = (result: string) => [...fates.values()].filter((fate) => fate.result === result).map((fate) => fate.denominationMinor);
  const accepted = dataOf(own, 'deposit.accepted')[0];
  const cancelled = dataOf(own, 'deposit.cancelled')[0];
  const dispensed = dataOf(own, 'outcome.dispense');
  return {
    operationId,
    isClosed: own.some((one) => one.kind === 'operation.closed'),
    stacked: notes('stacked'),
    unknown: notes('unknown'),
    settledInMinor: accepted?.insertedMinor ?? cancelled?.retainedMinor ?? null,
    retainedMinor: cancelled?.retainedMinor ?? 0,
    presentedMinor: sum(dispensed.map((outcome) => outcome.presentedCount * outcome.denominationMinor)),
    uncertainOutMinor: sum(dispensed.map((outcome) => outcome.uncertainCount * outcome.denominationMinor)),
    inPathMinor: sum(dispensed.map((outcome) => (outcome.pickedCount - outcome.presentedCount - outcome.rejectedCount) * outcome.denominationMinor)),
  };
}

export function dataOf<Kind extends EntryKind>(entries: readonly JournalEntry[], kind: Kind): readonly EntryData<Kind>[] {
  return entries.filter((one) => one.kind === kind).map((one) => one.data as EntryData<Kind>);
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

export function countOf(notes: readonly number[], denominationMinor: number): number {
  return notes.filter((note) => note === denominationMinor).length;
}
