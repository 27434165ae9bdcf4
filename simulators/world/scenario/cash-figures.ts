import { z } from 'zod';
import type { JournalReader } from '../../../main/journal/reader.ts';
import type { Json } from '../../simulator.ts';
import type { LoadedCassette } from '../../parts/dispenser-notes.ts';
import { checkCassettes } from '../checkers/cassettes.ts';
import { readJournalMoney } from '../checkers/journal-money.ts';
import { dataOf } from './journal-entries.ts';

/** One visit's cash, net, minor units: in positive, out negative, fee included. */
export interface CashFigures {
  /** What the simulated hardware knows: notes and coins in the boxes, less notes that were presented, taken or not. */
  readonly movedMinor: number;
  /** What the journal says, doubtful notes as it opened them as suspense. */
  readonly journalMinor: number;
  /** What the bank has booked to somebody or debited; its own suspense is not in it. */
  readonly hostMinor: number;
  /** Open suspense items of the journal: inside and nobody's, or perhaps out. */
  readonly suspenseMinor: number;
}

/** Figures with what stays in doubt: the place of these notes no device could tell. */
export interface CashAccount extends CashFigures {
  readonly doubtInMinor: number;
  readonly doubtOutMinor: number;
  /** An item without a sum: a note or coins of which no device told the value, or how many, lie inside beside all that is told. */
  readonly hasUntoldInside: boolean;
}

const acceptorWorld = z.looseObject({ notes: z.array(z.looseObject({ denominationMinor: z.number(), place: z.string() })) });
const dispenserWorld = z.looseObject({ exitMinor: z.number(), takenMinor: z.number() });
const coinAcceptorWorld = z.looseObject({ coins: z.array(z.looseObject({ denominationMinor: z.number(), place: z.string() })) });
const hopperWorld = z.looseObject({ denominationMinor: z.number(), trayCount: z.number(), takenCount: z.number() });
const bankWorld = z.looseObject({
  terminals: z.record(z.string(), z.looseObject({ cashInMinor: z.number(), cashOutMinor: z.number() })),
  accounts: z.array(z.looseObject({ account: z.string(), balanceMinor: z.number() })),
  trialBalanceMinor: z.number(),
});

export interface Worlds {
  readonly acceptor: Json;
  readonly dispenser: Json;
  readonly printer: Json;
  readonly bank: Json;
  readonly 'coin-acceptor': Json;
  readonly 'coin-dispenser': Json;
}

/** Where a note is the terminal's for good: in the box or a unit that pays out, or in a box that was taken out. What sticks in the path is nobody's yet. */
const IN_BOX = ['box', 'store', 'collected'];

/** The three accounts of the same notes: hardware, journal, bank. They share no code: each is read from where it was written. */
export function cashAccount(worlds: Worlds, journal: JournalReader): CashAccount {
  const { notes } = acceptorWorld.parse(worlds.acceptor);
  const coins = coinAcceptorWorld.parse(worlds['coin-acceptor']).coins;
  const hopper = hopperWorld.parse(worlds['coin-dispenser']);
  const coinsOutMinor = (hopper.trayCount + hopper.takenCount) * hopper.denominationMinor;
  const insideMinor = sum([...notes, ...coins].filter(({ place }) => IN_BOX.includes(place)).map(({ denominationMinor }) => denominationMinor));
  const { exitMinor, takenMinor } = dispenserWorld.parse(worlds.dispenser);
  const terminals = Object.values(bankWorld.parse(worlds.bank).terminals);
  const suspense = journal.suspense({ state: 'open' });
  const doubtInMinor = sum(suspense.filter(({ reason }) => reason === 'noteUncertain').map(({ amountMinor }) => amountMinor));
  const doubtOutMinor = -sum(suspense.filter(({ reason }) => reason === 'dispenseUncertain' || reason === 'inTransport').map(({ amountMinor }) => amountMinor));
  return {
    movedMinor: insideMinor - exitMinor - takenMinor - coinsOutMinor,
    journalMinor: certainMinor(journal) + doubtInMinor - doubtOutMinor,
    hostMinor: sum(terminals.map(({ cashInMinor, cashOutMinor }) => cashInMinor - cashOutMinor)),
    suspenseMinor: sum(suspense.map(({ amountMinor }) => amountMinor)),
    doubtInMinor,
    doubtOutMinor,
    hasUntoldInside: suspense.some(({ reason, amountMinor }) => reason === 'unassigned' && amountMinor === 0),
  };
}

/** Notes that the journal saw certainly stacked, less notes that it saw certainly presented and not drawn back. */
function certainMinor(journal: JournalReader): number {
  const stacked = [...dataOf(journal, 'outcome.stack'), ...dataOf(journal, 'outcome.return')].filter(({ result }) => result === 'stacked');
  const unassigned = [...dataOf(journal, 'note.unassigned'), ...dataOf(journal, 'coin.accepted')];
  const presented = readJournalMoney(journal).operations.map(({ presentedMinor }) => presentedMinor);
  return sum([...stacked, ...unassigned].map(({ denominationMinor }) => denominationMinor)) - sum(presented);
}

/** What does not agree, in words; empty: every note is accounted for. Doubtful notes may have moved or not, never more than they are. */
export function cashProblems(cash: CashAccount, worlds: Worlds): readonly string[] {
  const { movedMinor, journalMinor, hostMinor, suspenseMinor, doubtInMinor, doubtOutMinor, hasUntoldInside } = cash;
  const problems: string[] = [];
  // Counted as moved in the journal's figure; each may in truth have stayed.
  const isExplained = (hasUntoldInside || movedMinor <= journalMinor + doubtOutMinor) && movedMinor >= journalMinor - doubtInMinor;
  if (!isExplained) problems.push(`cash: the hardware moved ${movedMinor}, the journal says ${journalMinor} (in doubt ${doubtInMinor} in, ${doubtOutMinor} out)`);
  if (journalMinor !== hostMinor + suspenseMinor) problems.push(`cash: the journal says ${journalMinor}, the bank has ${hostMinor} and in suspense are ${suspenseMinor}`);
  const { trialBalanceMinor } = bankWorld.parse(worlds.bank);
  if (trialBalanceMinor !== 0) problems.push(`bank: the double entry is out by ${trialBalanceMinor}`);
  return problems;
}

/** Cassette by cassette, as at the end of a simulated world. @param loaded  before the first start; none: the terminal has no dispenser */
export function cassetteProblems(worlds: Worlds, journal: JournalReader, loaded: readonly LoadedCassette[]): readonly string[] {
  if (loaded.length === 0) return [];
  return checkCassettes({ world: worlds.dispenser, loaded }, readJournalMoney(journal), journal.cashUnits()).map(({ rule, detail }) => `${rule}: ${detail}`);
}

/** Balance of one ledger account of the bank, minor units; 0 when nothing was booked on it. */
export function bankBalanceMinor(worlds: Worlds, account: string): number {
  return bankWorld.parse(worlds.bank).accounts.find((row) => row.account === account)?.balanceMinor ?? 0;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
