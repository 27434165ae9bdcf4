import type { EntryData, EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import type { JournalReader } from '../../../main/journal/reader.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';

/** Money as the journal's entries tell it: one operation, minor units. */
export interface OperationMoney {
  readonly operationId: string;
  readonly isClosed: boolean;
  /** Notes that lie in the box for certain, by denomination. */
  readonly stacked: readonly number[];
  /** Coins that lie in their box for certain. */
  readonly coins: readonly number[];
  /** Notes that were told to move. */
  readonly ordered: readonly number[];
  /** Notes of which nobody knows. */
  readonly unknown: readonly number[];
  /** What was agreed to be inside: accepted, or kept uncredited. null: neither. */
  readonly settledInMinor: number | null;
  /** Of it what was kept uncredited on the customer's wish or because it was too little. */
  readonly retainedMinor: number;
  /** Of a withdrawal, by the bank; null: none. */
  readonly authorisedMinor: number | null;
  /** Handed out and not drawn back. */
  readonly presentedMinor: number;
  /** Perhaps out: the device does not know, or nobody saw whether the bunch in reach was taken, or what was drawn back was not counted. */
  readonly uncertainOutMinor: number;
  /** Picked, neither out nor in the tray: in the path or the stacker. At the exit (35) a hand may reach it; the collection finds out. [lcdm §5, §7] */
  readonly inPathMinor: number;
  /** Open where a journal ended that lost what came after: what it ordered then is in no entry. */
  readonly isEndLost: boolean;
}

export interface JournalMoney {
  readonly operations: readonly OperationMoney[];
  /** Notes in the box that no operation owns, by denomination. */
  readonly unassigned: readonly number[];
  /** Of such whose value the device did not tell: in no count. One may be a note of which an operation does not know. */
  readonly untoldNotes: number;
  /** Coins in the box that no operation owns; 0: of untold value. */
  readonly strayCoins: readonly number[];
  readonly entries: readonly JournalEntry[];
  /** The last entry before the terminal stood dark for months; null: it never did. */
  readonly restedAfterNumber: number | null;
}

const PAGE = 2_000;

/** Reads the whole journal. Knows the entries' meaning only, not how the core made them. */
export function readJournalMoney(journal: Pick<JournalReader, 'entries'>, restedAfterNumber: number | null = null): JournalMoney {
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
  const strayCoins = dataOf(entries.filter((one) => one.operationId === undefined), 'coin.accepted').map((coin) => coin.denominationMinor);
  const lossNumbers = entries.filter((one) => one.kind === 'journal.restored' && (one.data as EntryData<'journal.restored'>).knownLostCount !== 0).map(({ entryNumber }) => entryNumber);
  const unassigned = dataOf(entries, 'note.unassigned').map((note) => note.denominationMinor);
  return { entries, restedAfterNumber, strayCoins, unassigned: unassigned.filter((denominationMinor) => denominationMinor > 0), untoldNotes: countOf(unassigned, 0), operations: [...byOperation].filter(([, own]) => isCustomers(own)).map(([operationId, own]) => operationMoney(operationId, own, lossNumbers)) };
}

/** What the device called notes that it had called otherwise in escrow: they are in doubt with both, and one of the other kind may lie in the box in their place. */
export function toldInstead(entries: readonly JournalEntry[]): readonly number[] {
  return [...dataOf(entries, 'outcome.stack'), ...dataOf(entries, 'outcome.return')].flatMap(({ result, toldMinor }) => (result === 'unknown' && toldMinor !== undefined ? [toldMinor] : []));
}

/** Heartbeats and sign-ons are exchanges of their own, under the id of their message. */
function isCustomers(own: readonly JournalEntry[]): boolean {
  return own.some((one) => one.kind === 'operation.chosen' || one.kind.startsWith('intent.') || one.kind.startsWith('outcome.'));
}

/** Where all that it could order is in the journal, nothing is lost. */
const ENDS: readonly EntryKind[] = ['operation.closed', 'deposit.accepted', 'deposit.cancelled', 'withdrawal.completed', 'authorisation.declined', 'authorisation.timedOut'];

/** @param lossNumbers  entries that say that the journal goes on without its end */
function operationMoney(operationId: string, own: readonly JournalEntry[], lossNumbers: readonly number[]): OperationMoney {
  const isEndLost = lossNumbers.some((number) => (own[0]?.entryNumber ?? number) < number && !own.some((one) => one.entryNumber < number && ENDS.includes(one.kind)));
  /** The last word about a note counts. */
  const fates = new Map<string, { readonly denominationMinor: number; readonly result: string }>();
  // An order without an outcome: the disk did not take it, or nobody ever heard.
  for (const one of own) if (one.kind === 'intent.stack' || one.kind === 'intent.return') fates.set((one.data as EntryData<'intent.stack'>).noteId, { denominationMinor: (one.data as EntryData<'intent.stack'>).denominationMinor, result: 'unknown' });
  for (const one of own) if (one.kind === 'outcome.stack' || one.kind === 'outcome.return') fates.set((one.data as EntryData<'outcome.stack'>).noteId, one.data as EntryData<'outcome.stack'>);
  const notes = (result: string) => [...fates.values()].filter((fate) => fate.result === result).map((fate) => fate.denominationMinor);
  const accepted = dataOf(own, 'deposit.accepted')[0];
  const cancelled = dataOf(own, 'deposit.cancelled')[0];
  const known = givenMoney(own);
  const given = isEndLost ? { ...known, uncertainOutMinor: dataOf(own, 'withdrawal.completed')[0]?.uncertainMinor ?? known.uncertainOutMinor } : known;
  return {
    operationId,
    isClosed: own.some((one) => one.kind === 'operation.closed'),
    stacked: notes('stacked'),
    coins: dataOf(own, 'coin.accepted').map((coin) => coin.denominationMinor),
    ordered: [...fates.values()].map((fate) => fate.denominationMinor),
    unknown: notes('unknown'),
    settledInMinor: accepted?.insertedMinor ?? cancelled?.retainedMinor ?? null,
    retainedMinor: cancelled?.retainedMinor ?? 0,
    authorisedMinor: dataOf(own, 'authorisation.received')[0]?.authorisedMinor ?? null,
    ...given, isEndLost,
  };
}

/** Follows the notes of an operation out of the cassettes: into reach at once, or by way of a stacker, in reach as a bunch, and back. [lcdm §5, f53 sheet: bundle] */
function givenMoney(own: readonly JournalEntry[]): Pick<OperationMoney, 'presentedMinor' | 'uncertainOutMinor' | 'inPathMinor'> {
  const minor = { presented: 0, uncertain: 0, path: 0, stacker: 0, reach: 0 };
  let ordered: 'present' | 'retract' | null = null;
  const move = (from: keyof typeof minor, to: keyof typeof minor | null) => {
    if (to !== null) minor[to] += minor[from];
    minor[from] = 0;
  };
  for (const one of own) {
    const data = <Kind extends EntryKind>(kind: Kind): EntryData<Kind> | null => (one.kind === kind ? (one.data as EntryData<Kind>) : null);
    const [dispensed, presented, retracted] = [data('outcome.dispense'), data('outcome.present'), data('outcome.retract')];
    if (one.kind === 'intent.present') ordered = 'present';
    if (one.kind === 'intent.retract') ordered = 'retract';
    if (dispensed !== null) {
      const { denominationMinor, presentedCount, uncertainCount, pickedCount, rejectedCount, stackedCount = 0 } = dispensed;
      minor.presented += presentedCount * denominationMinor;
      minor.uncertain += uncertainCount * denominationMinor;
      minor.stacker += stackedCount * denominationMinor;
      minor.path += (pickedCount - presentedCount - rejectedCount - stackedCount) * denominationMinor;
    }
    if (presented?.outcome !== undefined) {
      ordered = null;
      if (presented.outcome !== 'failed') move('stacker', presented.outcome === 'completed' ? 'reach' : 'uncertain');
    }
    if (retracted !== null) {
      ordered = null;
      if (retracted.from === 'stacker') {
        if (retracted.outcome === 'completed') move('stacker', null);
      } else if (retracted.outcome !== 'failed') {
        minor.reach -= sum((retracted.notes ?? []).map((note) => note.denominationMinor * note.noteCount));
        move('reach', retracted.notes === null ? 'uncertain' : 'presented');
      }
    }
    // Not drawn back: the customer's, whether he has it in his hand or not.
    if (one.kind === 'outcome.take' && ordered === null) move('reach', 'presented');
  }
  if (ordered === 'present') move('stacker', 'uncertain');
  return { presentedMinor: minor.presented, uncertainOutMinor: minor.uncertain + minor.reach, inPathMinor: minor.path + minor.stacker };
}

/** What a person said that he did with coins or notes: `name:count` for each, as the act has it. */
export function handCounts({ entries }: Pick<JournalMoney, 'entries'>, action: string, name: string): readonly number[] {
  const told = dataOf(entries, 'service.acted').filter((acted) => acted.action === action).flatMap(({ target }) => target.split(' '));
  return told.map((one) => one.split(':')).filter(([named]) => named === name).map(([, count]) => Number(count));
}

/** All pieces that a person said he put in by this act, whatever the unit. */
export function handSum({ entries }: Pick<JournalMoney, 'entries'>, action: string): number {
  return sum(dataOf(entries, 'service.acted').filter((acted) => acted.action === action).flatMap(({ target }) => target.split(' ')).map((one) => Number(one.split(':')[1] ?? 0)));
}

/** Cassette numbers of a recycler's units, beside those of a dispenser (below) and of a hopper (above). */
const [RECYCLER_CASSETTE_MIN, RECYCLER_CASSETTE_MAX] = [101, 200];

export function isOfHopper(cassetteNumber: number): boolean {
  return cassetteNumber > RECYCLER_CASSETTE_MAX;
}

export function isOfRecycler(cassetteNumber: number): boolean {
  return cassetteNumber >= RECYCLER_CASSETTE_MIN && cassetteNumber <= RECYCLER_CASSETTE_MAX;
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

export function countOf(notes: readonly number[], denominationMinor: number): number {
  return notes.filter((note) => note === denominationMinor).length;
}
