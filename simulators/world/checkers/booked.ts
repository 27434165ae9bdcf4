import type { Bank } from '../../bank-host/bank.ts';
import { LEDGER_ACCOUNTS } from '../../bank-host/ledger.ts';

/** What the bank booked for one operation of this terminal. */
export interface Booked {
  inMinor: number;
  outMinor: number;
  suspenseOutMinor: number;
}

/** Cash of each operation in the bank's ledger. */
export function bookedByOperation(bank: Bank, terminalId: string): ReadonlyMap<string, Booked> {
  const booked = new Map<string, Booked>();
  const [transit, suspenseOut] = [LEDGER_ACCOUNTS.transit(terminalId), LEDGER_ACCOUNTS.suspenseOut(terminalId)];
  for (const posting of bank.ledger.postings()) {
    if (posting.operationId === null || (posting.account !== transit && posting.account !== suspenseOut)) continue;
    const own = booked.get(posting.operationId) ?? { inMinor: 0, outMinor: 0, suspenseOutMinor: 0 };
    booked.set(posting.operationId, own);
    if (posting.account === suspenseOut) own.suspenseOutMinor += posting.amountMinor;
    else if (posting.amountMinor < 0) own.inMinor -= posting.amountMinor;
    else own.outMinor += posting.amountMinor;
  }
  return booked;
}
