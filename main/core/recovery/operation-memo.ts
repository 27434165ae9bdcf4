import type { CashTerms, OperationInput } from '../../../state-machines/deposit/deposit.types.ts';
import type { WithdrawalQuote } from '../../../state-machines/withdrawal/withdrawal.types.ts';
import type { Account, Provider } from '../../contracts/host-operations.ts';
import type { Language } from '../../contracts/languages.ts';
import type { ShownConsent } from '../desk/consent-recorder.ts';
import type { Journal, JournalBatch } from '../../journal/journal.ts';

/**
 * What an operation was agreed on, durable from the customer's consent to its end, so that a restart can finish it as if the customer had
 * walked away. A fact of the journal: its text is the sealed payload of a `fact.put`, so it stands in the chain as long as the retention policy keeps facts;
 * a fact without text takes its place in the books when the operation closes.
 */
export type OperationMemo = OperationInput & {
  readonly sessionId: string | null;
  readonly language: Language;
  /** What was on the screen when the customer agreed; null only where a record of an older version lacks it. */
  readonly consent: ShownConsent | null;
  /** He would have nothing credited, and the disk did not take that at once: only of a process that lived on. */
  readonly isClaimed?: true;
} & (
    | { readonly operation: 'op-01'; readonly account: Account; readonly terms: CashTerms }
    | { readonly operation: 'op-05'; readonly provider: Provider; readonly fields: Readonly<Record<string, string>>; readonly maskedPayee: string | null; readonly terms: CashTerms }
    | { readonly operation: 'op-10'; readonly account: Account; readonly amountMinor: number; readonly quote: WithdrawalQuote }
  );

const keyOf = (operationId: string): string => `operation.memo.${operationId}`;

/** Facts that keep the memo, for the commit of the consent. */
export function memoFacts(memo: OperationMemo): NonNullable<JournalBatch['facts']> {
  return { [keyOf(memo.operationId)]: JSON.stringify(memo) };
}

/** Facts that empty it, for the commit of the close. */
export function forgetMemo(operationId: string): NonNullable<JournalBatch['facts']> {
  return { [keyOf(operationId)]: '' };
}

/** Our own writing, read back; null when there was no consent yet. */
export function readMemo(journal: Journal, operationId: string): OperationMemo | null {
  const kept = journal.fact(keyOf(operationId));
  return kept === undefined || kept === '' ? null : (JSON.parse(kept) as OperationMemo);
}
