import type { OperationCode } from '../../../main/contracts/operations.ts';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import type { Bank } from '../../bank-host/bank.ts';
import { LEDGER_ACCOUNTS } from '../../bank-host/ledger.ts';
import type { Finding } from './findings.ts';
import { sum } from './journal-money.ts';

/** A result that a customer has read. */
export interface ShownResult {
  readonly screen: 'result-success' | 'result-partial' | 'result-pending' | 'result-refused';
  readonly operation: OperationCode;
  readonly amountMinor: number;
  readonly feeMinor: number | null;
  readonly keptMinor: number;
  readonly receiptNumber: string;
}

/** Remembers what screens said about money, once for each receipt and screen. */
export class PromiseWatch {
  readonly #seen = new Map<string, ShownResult>();

  look(model: ScreenModel): void {
    if (model.screen !== 'result-success' && model.screen !== 'result-partial' && model.screen !== 'result-pending' && model.screen !== 'result-refused') return;
    const { receiptNumber, operation, amountMinor, feeMinor } = model.data;
    if (receiptNumber === null) return;
    this.#seen.set(`${model.screen} ${receiptNumber}`, { screen: model.screen, operation, amountMinor, feeMinor, keptMinor: model.screen === 'result-refused' ? model.data.keptMinor : 0, receiptNumber });
  }

  get shown(): readonly ShownResult[] {
    return [...this.#seen.values()];
  }
}

/** No screen said more than the bank did: credited, paid, given and refused, each against the bank's postings of that operation; what was still to come against the journal. */
export function checkPromises(shown: readonly ShownResult[], journal: Journal, bank: Bank, terminalId: string): readonly Finding[] {
  const postings = bank.ledger.postings();
  // Settled by hand: whether the bank booked it is what nobody knew; what lies in doubt then was promised.
  const settled = new Set(journal.suspense().filter((item) => item.reason === 'reportSettled').map((item) => item.operationId));
  const parked = new Set(journal.messages({ states: ['parked'], limit: 1_000 }).map((message) => message.operationId));
  return shown.flatMap((result): readonly Finding[] => {
    const operationId = journal.receipt(result.receiptNumber)?.receipt.operationId;
    if (operationId === undefined) return [{ rule: 'promise', detail: `${result.screen} named receipt ${result.receiptNumber}, which the journal does not have` }];
    if (result.screen === 'result-pending') return contradictedByJournal(result, journal, operationId);
    if (parked.has(operationId)) return [];
    const own = postings.filter((posting) => posting.operationId === operationId);
    const total = (matches: (account: string) => boolean) => sum(own.filter((posting) => matches(posting.account)).map((posting) => posting.amountMinor));
    const customerMinor = total((account) => account.startsWith('client:') || account.startsWith('provider:'));
    const feeMinor = total((account) => account === LEDGER_ACCOUNTS.feeIncome);
    const keptMinor = total((account) => account === LEDGER_ACCOUNTS.suspenseIn(terminalId));
    if (settled.has(operationId) && own.length === 0) return [];
    return contradictions(result, { customerMinor, feeMinor, keptMinor });
  });
}

/** The bank had not spoken: the figure is what was accepted for the customer, kept as his claim, or certainly given and paid for. */
function contradictedByJournal({ operation, receiptNumber, amountMinor }: ShownResult, journal: Journal, operationId: string): readonly Finding[] {
  const entries = journal.operationEntries(operationId, ['deposit.accepted', 'deposit.cancelled', 'withdrawal.completed', 'amount.chosen']);
  const given = dataOf(entries, 'withdrawal.completed').map(({ presentedMinor }) => Math.min(presentedMinor, dataOf(entries, 'amount.chosen').at(-1)?.amountMinor ?? 0));
  const [journalMinor] = [...dataOf(entries, 'deposit.accepted').map(({ creditMinor }) => creditMinor), ...dataOf(entries, 'deposit.cancelled').map(({ retainedMinor }) => retainedMinor), ...given];
  return journalMinor === amountMinor ? [] : [{ rule: 'promise', detail: `result-pending ${operation} ${receiptNumber}: ${amountMinor} on the screen, ${journalMinor ?? 'nothing'} in the journal` }];
}

function contradictions(result: ShownResult, booked: { readonly customerMinor: number; readonly feeMinor: number; readonly keptMinor: number }): readonly Finding[] {
  const say = (what: string): Finding => ({ rule: 'promise', detail: `${result.screen} ${result.operation} ${result.receiptNumber}: ${what}` });
  if (result.screen === 'result-refused') {
    const findings = result.keptMinor === booked.keptMinor ? [] : [say(`kept ${result.keptMinor} on the screen, ${booked.keptMinor} at the bank`)];
    return booked.customerMinor === 0 ? findings : [...findings, say(`refused, yet the bank booked ${booked.customerMinor}`)];
  }
  const promisedMinor = result.operation === 'op-10' ? -(result.amountMinor + (result.feeMinor ?? 0)) : result.amountMinor;
  return [
    ...(booked.customerMinor === promisedMinor ? [] : [say(`promised ${promisedMinor}, the bank booked ${booked.customerMinor}`)]),
    ...(booked.feeMinor === (result.feeMinor ?? 0) ? [] : [say(`fee ${result.feeMinor} on the screen, ${booked.feeMinor} at the bank`)]),
  ];
}
