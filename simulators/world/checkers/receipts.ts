import type { FeeRule } from '../../../main/contracts/host-operations.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import type { ReceiptRecord } from '../../../main/receipt/receipt-record.ts';
import { receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import type { Bank } from '../../bank-host/bank.ts';
import { LEDGER_ACCOUNTS } from '../../bank-host/ledger.ts';
import { feeForMinor } from '../../bank-host/tariffs.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';
import { sum } from './journal-money.ts';
import { doubtOf } from './money.ts';

/** Each receipt says what its operation came to, also where nobody was there to read a screen: the cash, what is in doubt, the fee of the bank's tariff for just this much, and what the bank took as its fee. */
export function checkReceipts(journal: Journal, bank: Bank, money: JournalMoney): readonly Finding[] {
  const issued = money.entries.filter(({ kind }) => kind === 'receipt.issued').flatMap((one) => dataOf([one], 'receipt.issued').map(({ receiptNumber }) => ({ receiptNumber, operationId: one.operationId })));
  const postings = bank.ledger.postings().filter(({ account }) => account === LEDGER_ACCOUNTS.feeIncome);
  return money.operations.flatMap((operation): readonly Finding[] => {
    const { operationId } = operation;
    const say = (what: string): Finding => ({ rule: 'promise', detail: `${operationId}: ${what}` });
    const [own, ...more] = issued.filter((one) => one.operationId === operationId);
    const kept = own === undefined ? undefined : journal.receipt(own.receiptNumber);
    // One that the retention policy let go of says nothing any more.
    if (kept === undefined || kept.receipt.recordJson === '') return [];
    const record = receiptRecordSchema.parse(JSON.parse(kept.receipt.recordJson));
    const bookedFeeMinor = sum(postings.filter((posting) => posting.operationId === operationId).map(({ amountMinor }) => amountMinor));
    const wrong = [...(record.operation === 'op-10' ? ofWithdrawal(record, operation) : ofCashIn(record, operation)), ...feeOf(record, quotedRule(bank, money, operationId))];
    return [
      ...(more.length === 0 ? [] : [say(`${more.length + 1} receipts`)]),
      ...wrong.map((what) => say(`receipt ${record.receiptNumber}: ${what}`)),
      ...(bookedFeeMinor === 0 || bookedFeeMinor === record.feeMinor ? [] : [say(`a fee of ${record.feeMinor} on the receipt, ${bookedFeeMinor} at the bank`)]),
    ];
  });
}

/** More than was authorised is neither charged nor, to its owner and the bank, in doubt, and no sum of its notes is the figure. */
function ofWithdrawal({ amountMinor, feeMinor, totalMinor, suspenseMinor, notes }: ReceiptRecord, operation: OperationMoney): readonly string[] {
  const { presentedMinor, authorisedMinor } = operation;
  const chargedMinor = Math.min(presentedMinor, authorisedMinor ?? presentedMinor);
  const doubtMinor = doubtOf(operation);
  return [
    ...(amountMinor === chargedMinor ? [] : [`${amountMinor} paid out, the entries ${chargedMinor}`]),
    ...(suspenseMinor === doubtMinor ? [] : [`${suspenseMinor} in doubt, the entries ${doubtMinor}`]),
    ...(totalMinor === amountMinor + feeMinor ? [] : [`${totalMinor} debited for ${amountMinor} and a fee of ${feeMinor}`]),
    ...(sumOfNotesMinor(notes) === (presentedMinor === chargedMinor ? amountMinor : 0) ? [] : [`${amountMinor} in notes of ${sumOfNotesMinor(notes)}`]),
  ];
}

function ofCashIn({ amountMinor, feeMinor, totalMinor, creditMinor, changeMinor, status, notes }: ReceiptRecord, { settledInMinor }: OperationMoney): readonly string[] {
  return [
    ...(amountMinor === settledInMinor && totalMinor === amountMinor ? [] : [`${amountMinor} of ${totalMinor} inserted, the entries ${settledInMinor}`]),
    ...(status === 'notCredited' ? (creditMinor === 0 && feeMinor === 0 ? [] : [`${creditMinor} credited of what was kept`]) : creditMinor + feeMinor + changeMinor === amountMinor ? [] : [`${amountMinor} is ${creditMinor} credited, ${changeMinor} of change and a fee of ${feeMinor}`]),
    ...(sumOfNotesMinor(notes) === amountMinor ? [] : [`${amountMinor} in notes of ${sumOfNotesMinor(notes)}`]),
  ];
}

/** Of a deposit and a payment the bank looks at the fee itself, before it books. */
function feeOf({ operation, amountMinor, feeMinor }: ReceiptRecord, rule: FeeRule | null): readonly string[] {
  if (operation !== 'op-10' || rule === null) return [];
  const tariffMinor = feeForMinor(rule, amountMinor);
  return feeMinor === tariffMinor ? [] : [`a fee of ${feeMinor} for ${amountMinor}, by the tariff ${tariffMinor}`];
}

function quotedRule(bank: Bank, { entries }: JournalMoney, operationId: string): FeeRule | null {
  const quoteId = dataOf(entries.filter((one) => one.operationId === operationId), 'quote.received').at(-1)?.quoteId;
  const json = quoteId === undefined ? undefined : (bank.database.prepare('SELECT fee_rule_json FROM quotes WHERE quote_id = ?').pluck().get(quoteId) as string | undefined);
  return json === undefined ? null : (JSON.parse(json) as FeeRule);
}
