import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import { LEDGER_ACCOUNTS } from '../../bank-host/ledger.ts';
import { SAMPLE_TERMINAL_ID } from '../../bank-host/sample-bank.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import { bookedByOperation } from './booked.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { sum } from './journal-money.ts';

interface AcceptorWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[];
  readonly paidOutMinor?: number;
}
interface DispenserWorld {
  readonly exitMinor: number;
  readonly takenMinor: number;
}
interface CoinWorld {
  readonly coins: readonly { readonly denominationMinor: number; readonly place: string }[];
}
interface HopperWorld {
  readonly denominationMinor: number;
  readonly exitCount: number;
  readonly trayCount: number;
  readonly takenCount: number;
}

/** Of notes, in an acceptor or recycler. */
const INSIDE: readonly string[] = ['box', 'store', 'collected'];

/**
 * After visits of which the journal has lost the end, orders and outcomes too: the loss is told, what moved and is neither booked nor said stands in items, to the tenge or without a sum, and nothing is booked twice, whether
 * by a document or by what the bank decided on an item. Only operations that the journal has no entry of any more are told by the loss alone.
 * @param lostKinds  of the entries that are lacking
 */
export function checkLostEnd(surroundings: Surroundings, journal: Pick<Journal, 'suspense'>, money: JournalMoney, lostKinds: readonly string[]): readonly Finding[] {
  const { bank } = surroundings;
  const [restored] = dataOf(money.entries, 'journal.restored');
  const isTold = restored !== undefined && (restored.knownLostCount === null || restored.knownLostCount === lostKinds.length);
  const say = (rule: Finding['rule'], isWrong: boolean, detail: string): readonly Finding[] => (isWrong ? [{ rule, detail }] : []);
  const byOperation = bookedByOperation(bank, SAMPLE_TERMINAL_ID);
  const booked = [...byOperation.values()];
  const [bookedInMinor, bookedOutMinor, doubtedMinor] = [sum(booked.map(({ inMinor }) => inMinor)), sum(booked.map(({ outMinor }) => outMinor)), sum(booked.map(({ suspenseOutMinor }) => suspenseOutMinor))];
  const { inMinor, outMinor } = movedMinor(surroundings);
  const items = journal.suspense();
  const itemsMinor = sum(items.map(({ amountMinor }) => Math.abs(amountMinor)));
  const isWithoutSum = items.some(({ amountMinor }) => amountMinor === 0);
  const authorisedMinor = sum(money.operations.map((operation) => operation.authorisedMinor ?? 0)) + sum([...byOperation].filter(([operationId]) => !money.operations.some((operation) => operation.operationId === operationId)).map(([, { outMinor: unknownMinor }]) => unknownMinor));
  const keptMinor = bank.ledger.balanceMinor(LEDGER_ACCOUNTS.suspenseIn(SAMPLE_TERMINAL_ID));
  return [
    ...say('chain', !isTold, `${lostKinds.length} entries are lost, the journal says ${restored?.knownLostCount ?? 'nothing'}`),
    ...say('suspense', outMinor - bookedOutMinor > itemsMinor && !isWithoutSum, `${outMinor} left, ${bookedOutMinor} booked, in suspense ${itemsMinor}`),
    ...say('suspense', inMinor - bookedInMinor > itemsMinor && !isWithoutSum, `${inMinor} came in, ${bookedInMinor} booked, in suspense ${itemsMinor}`),
    ...say('money', bookedInMinor > inMinor, `${inMinor} came in, the bank booked ${bookedInMinor}`),
    ...say('money', bookedOutMinor + doubtedMinor > Math.max(outMinor, authorisedMinor), `${outMinor} left, the bank charged ${bookedOutMinor} and ${doubtedMinor} in doubt`),
    ...say('money', keptMinor < 0, `the bank paid ${-keptMinor} out of kept cash that was never booked`),
  ];
}

/** Of a terminal that nobody but this customer came to. A note of his that a recycler pays out again has come in and left. */
function movedMinor({ acceptor, dispenser, coins, loaded }: Surroundings): { readonly inMinor: number; readonly outMinor: number } {
  const { notes, paidOutMinor = 0 } = acceptor.world() as unknown as AcceptorWorld;
  const { exitMinor, takenMinor } = dispenser.world() as unknown as DispenserWorld;
  const storedMinor = sum((loaded.recycler?.stored ?? []).map(({ denominationMinor, noteCount }) => denominationMinor * noteCount));
  const insideMinor = sum(notes.filter(({ place }) => INSIDE.includes(place)).map(({ denominationMinor }) => denominationMinor));
  const coinsIn = coins === null ? [] : (coins.acceptor.world() as unknown as CoinWorld).coins.filter(({ place }) => place === 'box' || place === 'collected');
  const coinsOut = (coins?.hoppers ?? []).map((hopper) => hopper.world() as unknown as HopperWorld);
  return {
    inMinor: insideMinor + paidOutMinor - storedMinor + sum(coinsIn.map(({ denominationMinor }) => denominationMinor)),
    outMinor: exitMinor + takenMinor + paidOutMinor + sum(coinsOut.map(({ denominationMinor, exitCount, trayCount, takenCount }) => denominationMinor * (exitCount + trayCount + takenCount))),
  };
}
