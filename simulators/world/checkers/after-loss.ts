import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal, JournalEntry, SuspenseRow } from '../../../main/journal/journal.ts';
import type { Bank } from '../../bank-host/bank.ts';
import { LEDGER_ACCOUNTS } from '../../bank-host/ledger.ts';
import { SAMPLE_TERMINAL_ID } from '../../bank-host/sample-bank.ts';
import type { Booked } from './booked.ts';
import { bookedByOperation } from './booked.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import { checkBooks } from './books.ts';
import { checkClosings } from './closings.ts';
import { checkCountsAfterLoss } from './counts-after-loss.ts';
import { checkDecisions } from './decisions.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';
import { sum } from './journal-money.ts';
import { checkMessageActs } from './message-acts.ts';
import { keptUnheardMinor } from './money.ts';
import { checkQueue } from './queue.ts';
import { checkRecoveryReports } from './recovery-reports.ts';

/**
 * A world whose journal has lost its end between two customers, orders, outcomes and whole operations too. What the lost part said of an operation, and what the restored journal says of it, are two accounts of the same cash:
 * nothing is booked beyond what they show moved, and what moved and is not booked stands in items of the operation, to the tenge or without a sum. Of an operation that the restored journal does not know the loss alone tells.
 * No number is given twice. Items that the bank was told of in the lost part are its own; counts lack what the lost part counted until somebody counts, and nothing else.
 * @param before  of the journal that was lost, to its end
 */
export function checkAfterLoss({ surroundings, journal, money, before }: { readonly surroundings: Surroundings; readonly journal: Journal; readonly money: JournalMoney; readonly before: JournalMoney }): readonly Finding[] {
  const { bank } = surroundings;
  const head = journal.verify();
  const booked = bookedByOperation(bank, SAMPLE_TERMINAL_ID);
  const items = journal.suspense();
  const now = new Map(money.operations.map((operation) => [operation.operationId, operation]));
  const then = new Map(before.operations.map((operation) => [operation.operationId, operation]));
  const keptMinor = bank.ledger.balanceMinor(LEDGER_ACCOUNTS.suspenseIn(SAMPLE_TERMINAL_ID)) + keptUnheardMinor(journal, money, booked);
  return [
    ...(head.ok ? [] : [{ rule: 'chain' as const, detail: `${head.error.entryNumber}: ${head.error.detail}` }]),
    ...[...new Set([...now.keys(), ...then.keys(), ...booked.keys()])].flatMap((operationId) => ofOperation(operationId, {
      accounts: [then.get(operationId), now.get(operationId)].filter((account) => account !== undefined), isKnown: now.has(operationId),
      booked: booked.get(operationId) ?? { inMinor: 0, outMinor: 0, suspenseOutMinor: 0 }, items: items.filter((item) => item.operationId === operationId),
    })),
    ...(keptMinor >= 0 ? [] : [{ rule: 'money' as const, detail: `the bank paid ${-keptMinor} out of kept cash that was never booked` }]),
    ...heldUnsaid(bank, now, items),
    ...ofDevices(surroundings, { booked: [...booked.values()], items, then, now }),
    ...checkCountsAfterLoss(surroundings, { before, after: money }),
    ...checkDecisions(journal, bank, before.entries),
    ...endedOtherwise(bank, journal, { before, after: money }),
    ...givenTwice(before, money),
    ...checkClosings(money),
    ...checkRecoveryReports(money.entries),
    ...checkBooks(journal, money),
    ...checkMessageActs(journal, bank, money),
    ...checkQueue(journal),
  ];
}

/** An account that stays held for a withdrawal of which the restored journal knows has an item of it. */
function heldUnsaid(bank: Bank, known: ReadonlyMap<string, OperationMoney>, items: readonly SuspenseRow[]): readonly Finding[] {
  const held = bank.database.prepare("SELECT operation_id FROM holds WHERE state = 'held'").pluck().all() as string[];
  return held.filter((operationId) => known.has(operationId) && !items.some((item) => item.operationId === operationId)).map((operationId) => ({ rule: 'money', detail: `${operationId}: the account stays held, and nothing says so` }));
}

/** Numbers and references of papers, and of messages. */
function givenTwice(before: JournalMoney, { entries }: JournalMoney): readonly Finding[] {
  const restoredAt = entries.findLastIndex(({ kind }) => kind === 'journal.restored');
  const given = (from: readonly JournalEntry[]) => [...dataOf(from, 'receipt.issued').flatMap(({ receiptNumber, reference }) => [receiptNumber, reference]), ...dataOf(from, 'message.staged').map(({ seq }) => `message ${seq}`)];
  const known = new Set(given(before.entries));
  return given(entries.slice(restoredAt + 1)).filter((one) => known.has(one)).map((one) => ({ rule: 'promise', detail: `${one} was given before and is given again` }));
}

interface AcceptorWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[];
}
interface DispenserWorld {
  readonly exitMinor: number;
  readonly takenMinor: number;
}
interface Told {
  readonly booked: readonly Booked[];
  readonly items: readonly SuspenseRow[];
  readonly then: ReadonlyMap<string, OperationMoney>;
  readonly now: ReadonlyMap<string, OperationMoney>;
}

/** Of one that nobody settled before the journal was gone, all that was agreed: its orders have no outcome. */
function mayHaveLeftMinor({ isClosed, authorisedMinor, presentedMinor, uncertainOutMinor }: OperationMoney): number {
  return Math.max(presentedMinor + uncertainOutMinor, isClosed ? 0 : (authorisedMinor ?? 0));
}

/**
 * By the devices' own account, where one device takes and another pays: nothing is booked beyond what came in or left, and what did is booked, in an item, or of an operation that only the lost journal knew.
 */
function ofDevices({ acceptor, dispenser, coins, loaded }: Surroundings, { booked, items, then, now }: Told): readonly Finding[] {
  if (coins !== null || loaded.recycler !== null) return [];
  const { notes } = acceptor.world() as unknown as AcceptorWorld;
  const { exitMinor, takenMinor } = dispenser.world() as unknown as DispenserWorld;
  const lying = (...places: readonly string[]) => sum(notes.filter(({ place }) => places.includes(place)).map(({ denominationMinor }) => denominationMinor));
  const [inMinor, inMaxMinor, outMinor] = [lying('box', 'collected'), lying('box', 'collected', 'transport', 'technician'), exitMinor + takenMinor];
  const [bookedInMinor, bookedOutMinor, doubtedMinor] = [sum(booked.map((one) => one.inMinor)), sum(booked.map((one) => one.outMinor)), sum(booked.map((one) => one.suspenseOutMinor))];
  const lost = [...then.values()].filter(({ operationId }) => !now.has(operationId));
  const [lostInMinor, lostOutMinor] = [sum(lost.flatMap(({ stacked, unknown }) => [...stacked, ...unknown])), sum(lost.map(mayHaveLeftMinor))];
  const saidMinor = (sign: 1 | -1) => (items.some(({ amountMinor }) => amountMinor === 0) ? Infinity : sum(items.map(({ amountMinor }) => Math.max(0, sign * amountMinor))));
  const say = (isWrong: boolean, detail: string): readonly Finding[] => (isWrong ? [{ rule: 'cash', detail }] : []);
  return [
    ...say(bookedInMinor > inMaxMinor + saidMinor(1), `${inMaxMinor} lies in the acceptor, the bank booked ${bookedInMinor}`),
    ...say(inMinor - bookedInMinor > saidMinor(1) + lostInMinor, `${inMinor} lies in the acceptor, ${bookedInMinor} is booked, ${saidMinor(1)} in items, ${lostInMinor} of operations that were lost`),
    ...say(bookedOutMinor > outMinor, `${outMinor} left the dispenser, the bank charged ${bookedOutMinor}`),
    ...say(outMinor - bookedOutMinor - doubtedMinor > saidMinor(-1) + lostOutMinor, `${outMinor} left the dispenser, ${bookedOutMinor} is booked, ${doubtedMinor} in doubt, ${saidMinor(-1)} in items, ${lostOutMinor} of operations that were lost`),
  ];
}

/** An item is ended once, by the bank as it decided; one whose end the bank had heard of in the lost part is ended in no other way. */
function endedOtherwise(bank: Bank, journal: Journal, { before, after }: { readonly before: JournalMoney; readonly after: JournalMoney }): readonly Finding[] {
  const [ends, lostEnds, decisions, settlements] = [dataOf(after.entries, 'suspense.settled'), dataOf(before.entries, 'suspense.settled'), bank.suspense.decisions(), bank.suspense.settlements()];
  const say = (detail: string): Finding => ({ rule: 'suspense', detail });
  return [
    ...journal.suspense().filter(({ suspenseId }) => ends.filter((end) => end.suspenseId === suspenseId).length > 1).map(({ suspenseId }) => say(`${suspenseId}: ended more than once`)),
    ...ends.filter(({ by }) => by === 'bank').filter((end) => !decisions.some((one) => one.suspenseId === end.suspenseId && one.decisionId === end.authority && one.to === end.to)).map(({ suspenseId, to }) => say(`${suspenseId}: ended as ${to} by the bank, which did not decide so`)),
    ...lostEnds.flatMap(({ suspenseId, to }) => {
      const words = new Set([...decisions, ...settlements].filter((one) => one.suspenseId === suspenseId).map((one) => one.to));
      const [item] = journal.suspense({ suspenseId });
      return item !== undefined && words.size === 1 && words.has(to) && item.state !== to ? [say(`${suspenseId}: was ended as ${to}, the bank knows it, the restored journal has ${item.state}`)] : [];
    }),
  ];
}

interface Known {
  readonly accounts: readonly OperationMoney[];
  readonly isKnown: boolean;
  readonly booked: Booked;
  readonly items: readonly SuspenseRow[];
}

function ofOperation(operationId: string, { accounts, isKnown, booked, items }: Known): readonly Finding[] {
  const most = (of: (account: OperationMoney) => number) => Math.max(0, ...accounts.map(of));
  const least = (of: (account: OperationMoney) => number) => most((account) => of(account));
  const inside = (account: OperationMoney) => sum(account.stacked) + sum(account.coins);
  const [inMinor, inMaxMinor] = [least(inside), most((account) => inside(account) + sum(account.unknown))];
  const [outMinor, outMaxMinor] = [least(({ presentedMinor }) => presentedMinor), most(({ presentedMinor, uncertainOutMinor, authorisedMinor }) => Math.max(presentedMinor + uncertainOutMinor, authorisedMinor ?? 0))];
  const saidMinor = (sign: 1 | -1) => (items.some(({ amountMinor }) => amountMinor === 0) ? Infinity : sum(items.map(({ amountMinor }) => Math.max(0, sign * amountMinor))));
  const say = (isWrong: boolean, detail: string): readonly Finding[] => (isWrong ? [{ rule: 'money', detail: `${operationId}: ${detail}` }] : []);
  return [
    ...say(booked.inMinor > inMaxMinor, `${inMinor} came in, the bank booked ${booked.inMinor}`),
    ...say(booked.outMinor + booked.suspenseOutMinor > outMaxMinor, `${outMinor} left, the bank charged ${booked.outMinor} and ${booked.suspenseOutMinor} in doubt`),
    ...say(isKnown && inMinor - booked.inMinor > saidMinor(1), `${inMinor} came in, ${booked.inMinor} booked, in suspense ${items.map(({ amountMinor }) => amountMinor).join(', ')}`),
    ...say(isKnown && outMinor - booked.outMinor > saidMinor(-1), `${outMinor} left, ${booked.outMinor} booked, in suspense ${items.map(({ amountMinor }) => amountMinor).join(', ')}`),
  ];
}
