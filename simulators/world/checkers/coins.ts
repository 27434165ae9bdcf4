import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { CashUnitRow } from '../../../main/journal/journal.ts';
import type { Coin } from '../../coin-acceptor/cctalk-coin-acceptor/model.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { countOf, handCounts, sum } from './journal-money.ts';

interface HopperWorld {
  readonly hopperCount: number;
  readonly jammedCount: number;
  readonly exitCount: number;
  readonly trayCount: number;
  readonly takenCount: number;
  readonly removedCount: number;
}

const CASSETTE_OF_FIRST = 201;
/** A device that forgot its memory forgot no more than people throw in before it is noticed. */
const COINS_PER_DOUBT_MAX = 20;

/** Coins are in one place each; what lies in box and hopper and what has left is what the journal says, but for what it says it does not know. */
export function checkCoins({ coins, loaded }: Surroundings, money: JournalMoney, counted: readonly CashUnitRow[]): readonly Finding[] {
  if (coins === null) return [];
  const boxed = (coins.acceptor.world() as unknown as { readonly coins: readonly Coin[] }).coins.filter((coin) => coin.place === 'box' || coin.place === 'collected').map((coin) => coin.denominationMinor);
  return [...checkBox(boxed, money), ...coins.hoppers.flatMap((hopper, index) => checkHopper(hopper.world() as unknown as HopperWorld, money, { index, loadedCount: loaded.coinCounts[index] ?? 0, counted }))];
}

/** A coin in the box without a credit is one that the device said it cannot tell of: an item without a sum stands for such. */
function checkBox(boxed: readonly number[], money: JournalMoney): readonly Finding[] {
  const credited = [...money.operations.flatMap((operation) => operation.coins), ...money.strayCoins];
  const doubts = dataOf(money.entries, 'suspense.opened').filter(({ reason, amountMinor }: EntryData<'suspense.opened'>) => reason === 'unassigned' && amountMinor === 0);
  const ofKinds = [...new Set([...boxed, ...credited])].sort((left, right) => left - right).map((denominationMinor) => ({ denominationMinor, boxCount: countOf(boxed, denominationMinor), creditedCount: countOf(credited, denominationMinor) }));
  const untoldCount = sum(ofKinds.map(({ boxCount, creditedCount }) => boxCount - creditedCount));
  const mayMiss = doubts.length > 0 && untoldCount <= doubts.length * COINS_PER_DOUBT_MAX;
  return ofKinds.flatMap(({ denominationMinor, boxCount, creditedCount }): readonly Finding[] => {
    if (creditedCount === boxCount || (creditedCount < boxCount && mayMiss)) return [];
    return [{ rule: 'cash', detail: `coin box: ${boxCount} coins of ${denominationMinor}, the journal has ${creditedCount}, ${doubts.length} times it does not know` }];
  });
}

function checkHopper(hopper: HopperWorld, money: JournalMoney, { index, loadedCount, counted }: { /** From 0. */ readonly index: number; readonly loadedCount: number; readonly counted: readonly CashUnitRow[] }): readonly Finding[] {
  const unitId = `coinDispenser.${index + 1}`;
  const payouts = dataOf(money.entries, 'outcome.dispense').filter(({ cassetteNumber }) => cassetteNumber === CASSETTE_OF_FIRST + index);
  const presentedCount = sum(payouts.map((payout) => payout.presentedCount));
  const uncertainCount = sum(payouts.map((payout) => payout.uncertainCount));
  const insideCount = hopper.hopperCount + hopper.jammedCount;
  const outCount = hopper.exitCount + hopper.trayCount + hopper.takenCount;
  const unitCount = sum(counted.filter((row) => row.unitId === unitId).map(({ noteCount }) => noteCount));
  const emptiedCount = sum(dataOf(money.entries, 'notes.moved').flatMap(({ moves }) => moves).filter(({ fromUnitId }) => fromUnitId === unitId).map(({ noteCount }) => noteCount));
  const putIn = sum(handCounts(money, 'coins.load', unitId));
  const findings: Finding[] = [];
  if (insideCount + outCount + hopper.removedCount !== loadedCount + putIn) findings.push({ rule: 'cash', detail: `hopper ${index + 1}: ${loadedCount + putIn} coins loaded, ${insideCount + outCount + hopper.removedCount} found` });
  if (outCount < presentedCount || outCount > presentedCount + uncertainCount) findings.push({ rule: 'cash', detail: `hopper ${index + 1}: ${outCount} coins left it; the journal has ${presentedCount} presented and ${uncertainCount} uncertain` });
  const [heldCount, lyingCount] = [unitCount + emptiedCount, insideCount + hopper.removedCount];
  if (heldCount < lyingCount || heldCount > lyingCount + uncertainCount) findings.push({ rule: 'cash', detail: `${unitId} counts ${unitCount} coins and ${emptiedCount} taken out, ${lyingCount} did not leave for the tray and ${uncertainCount} are uncertain` });
  return findings;
}
