import type { Journal } from '../../../main/journal/journal.ts';
import type { Bank } from '../../bank-host/bank.ts';
import { LEDGER_ACCOUNTS } from '../../bank-host/ledger.ts';
import type { Booked } from './booked.ts';
import { bookedByOperation } from './booked.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';
import { sum } from './journal-money.ts';

/**
 * The journal and the bank's ledger say the same of each operation once the queue is empty. A difference is explained only by a parked message
 * of that operation, by a report that the bank refused and that stands as a suspense item, by one that two persons ended, of which the bank has all or nothing, or by a note that was found after the bank had been told that nobody knows.
 */
export function checkMoney(journal: Journal, bank: Bank, money: JournalMoney, terminalId: string): readonly Finding[] {
  const booked = bookedByOperation(bank, terminalId);
  const parked = new Set(journal.messages({ states: ['parked'], limit: 1_000 }).map((message) => message.operationId));
  const late = lateNotes(journal);
  const ofItems = (reason: 'reportRefused' | 'reportSettled') => new Set(journal.suspense().filter((item) => item.reason === reason).map((item) => item.operationId));
  const [refused, settled] = [ofItems('reportRefused'), ofItems('reportSettled')];
  const over = overDispensed(journal);
  const findings = money.operations.flatMap((operation) => {
    const { operationId } = operation;
    if (parked.has(operationId)) return [];
    if (refused.has(operationId)) return compareRefused(journal, operation, { bookedMinor: booked.get(operationId)?.outMinor ?? 0, overMinor: over.get(operationId) ?? 0 });
    const known = { lateMinor: late.get(operationId) ?? 0, overMinor: over.get(operationId) ?? 0 };
    return compare(operation, booked.get(operationId) ?? (settled.has(operationId) ? asTold(operation, known.overMinor) : { inMinor: 0, outMinor: 0, suspenseOutMinor: 0 }), known);
  });
  const known = new Set(money.operations.map((operation) => operation.operationId));
  const strangers = [...booked.keys()].filter((operationId) => !known.has(operationId)).map((operationId): Finding => ({ rule: 'money', detail: `the bank booked cash for ${operationId}, which the journal does not know` }));
  // A credit is closed by the word that the notes are inside; without it the bank's day never comes out even. [design map, OP-01]
  const told = bank.documents.all().filter((document) => document.state === 'executed');
  const closed = new Set(told.filter((document) => document.operation === 'cash.deposit.complete').map((document) => document.operationId));
  const unclosed = [...new Set(told.filter((document) => document.operation === 'cash.deposit').map((document) => document.operationId))].filter((operationId) => !closed.has(operationId) && !parked.has(operationId) && !refused.has(operationId) && !settled.has(operationId));
  const trialMinor = sum(bank.ledger.balances().map((row) => row.balanceMinor));
  // What was kept uncredited and is ended was brought there before.
  const keptMinor = bank.ledger.balanceMinor(LEDGER_ACCOUNTS.suspenseIn(terminalId)) + keptUnheardMinor(journal, money, booked);
  // While it is in doubt whether its notes have left, the account stays held.
  const doubted = new Set(journal.suspense({ state: 'open' }).map((item) => item.operationId));
  // Of one that came after what is left of a lost journal the loss alone tells.
  const isEndLost = journal.entries({ kinds: ['journal.restored'], limit: 1 }).length > 0;
  const heldCount = (bank.database.prepare("SELECT operation_id FROM holds WHERE state = 'held'").pluck().all() as string[]).filter((operationId) => !doubted.has(operationId) && (known.has(operationId) || !isEndLost)).length;
  return [
    ...findings,
    ...strangers,
    ...unclosed.map((operationId): Finding => ({ rule: 'money', detail: `${operationId}: credited, and its completion never came to the bank` })),
    ...(trialMinor === 0 ? [] : [{ rule: 'money' as const, detail: `the bank's books are off by ${trialMinor}` }]),
    ...(keptMinor >= 0 ? [] : [{ rule: 'money' as const, detail: `the bank paid ${-keptMinor} out of kept cash that was never booked` }]),
    ...(heldCount === 0 || parked.size > 0 || refused.size > 0 || settled.size > 0 ? [] : [{ rule: 'money' as const, detail: `${heldCount} authorisations are neither used nor released` }]),
  ];
}

function compare(operation: OperationMoney, booked: Booked, { lateMinor, overMinor }: { readonly lateMinor: number; readonly overMinor: number }): readonly Finding[] {
  const { operationId } = operation;
  const stackedMinor = sum(operation.stacked) + sum(operation.coins);
  const findings: Finding[] = [];
  if (!operation.isClosed) findings.push({ rule: 'session', detail: `operation ${operationId} was never closed` });
  const settledMinor = operation.settledInMinor ?? 0;
  if (stackedMinor !== settledMinor && stackedMinor - settledMinor > lateMinor) findings.push({ rule: 'money', detail: `${operationId}: ${stackedMinor} stacked, ${settledMinor} accounted for, ${lateMinor} found late` });
  if (settledMinor > stackedMinor) findings.push({ rule: 'money', detail: `${operationId}: ${settledMinor} accounted for, only ${stackedMinor} stacked` });
  if (booked.inMinor !== settledMinor) findings.push({ rule: 'money', detail: `${operationId}: journal took in ${settledMinor}, the bank booked ${booked.inMinor}` });
  if (booked.outMinor !== operation.presentedMinor - overMinor) findings.push({ rule: 'money', detail: `${operationId}: journal gave ${operation.presentedMinor}, ${overMinor} of it unauthorised, the bank booked ${booked.outMinor}` });
  const doubtMinor = doubtOf(operation);
  if (overMinor === 0 ? booked.suspenseOutMinor !== doubtMinor : booked.suspenseOutMinor > operation.uncertainOutMinor) findings.push({ rule: 'money', detail: `${operationId}: journal is uncertain about ${operation.uncertainOutMinor}, the bank about ${booked.suspenseOutMinor}` });
  return findings;
}

/** What has left stands in one place: with the bank, in the item of the refused report, or in that of what was not authorised. */
function compareRefused(journal: Journal, { operationId, presentedMinor }: OperationMoney, { bookedMinor, overMinor }: { readonly bookedMinor: number; readonly overMinor: number }): readonly Finding[] {
  const coveredMinor = 0 - sum(journal.suspense().filter((item) => item.operationId === operationId && item.reason === 'reportRefused').map((item) => item.amountMinor));
  const knownMinor = bookedMinor + coveredMinor + overMinor;
  return knownMinor === presentedMinor ? [] : [{ rule: 'money', detail: `${operationId}: journal gave ${presentedMinor}, bank and items know of ${knownMinor}` }];
}

/** Beyond the authorisation the bank takes no doubt either (a hopper may throw a coin too many); the terminal's own item has all of it. */
export function doubtOf({ authorisedMinor, uncertainOutMinor, presentedMinor }: OperationMoney): number {
  return authorisedMinor === null ? uncertainOutMinor : Math.min(uncertainOutMinor, Math.max(0, authorisedMinor - presentedMinor));
}

/** Of kept cash whose report two persons ended and the bank never had: by its item it was paid to the customer all the same. */
export function keptUnheardMinor(journal: Journal, { operations }: JournalMoney, booked: ReadonlyMap<string, Booked>): number {
  const paid = journal.suspense({ state: 'paid' }).filter(({ reason }) => reason === 'retained').map(({ operationId }) => operationId);
  const settled = journal.suspense().filter(({ reason }) => reason === 'reportSettled').map(({ operationId }) => operationId);
  return sum(operations.filter(({ operationId }) => settled.includes(operationId) && paid.includes(operationId) && !booked.has(operationId)).map(({ retainedMinor }) => retainedMinor));
}

/** As if the bank had booked the report that people ended: its cash is looked at all the same. */
function asTold(operation: OperationMoney, overMinor: number): Booked {
  return { inMinor: operation.settledInMinor ?? 0, outMinor: operation.presentedMinor - overMinor, suspenseOutMinor: doubtOf(operation) };
}

/** What left on top of an authorisation, by operation: nobody was debited for it. */
function overDispensed(journal: Journal): ReadonlyMap<string, number> {
  return new Map(journal.suspense().flatMap((item) => (item.reason === 'overDispensed' && item.operationId !== null ? [[item.operationId, -item.amountMinor] as const] : [])));
}

/** Notes of each operation whose place was unknown when it was settled: one suspense item for each, whoever ended it since. */
function lateNotes(journal: Journal): ReadonlyMap<string, number> {
  const late = new Map<string, number>();
  for (const item of journal.suspense()) {
    if (item.reason !== 'noteUncertain' || item.operationId === null) continue;
    late.set(item.operationId, (late.get(item.operationId) ?? 0) + item.amountMinor);
  }
  return late;
}
