import type { HostAnswerBody, HostFailure, HostOperation } from '../../contracts/host-operations.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import { minorToDecimal } from '../../foundation/money.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { Journal } from '../../journal/journal.ts';
import type { AskOutcome } from './host-gateway.ts';

/**
 * A yes to a deposit that names another sum than came in: taken for a yes, the customer's receipt would say that all of it is booked, and only the day's totals that it is not.
 *
 * @returns what it is instead: an answer that nobody can believe, in front of a person before long; null: nothing of that kind
 */
export function answerOfOtherSum(journal: Pick<Journal, 'operationEntries'>, { operation, operationId }: Pick<StoredMessage, 'operation' | 'operationId'>, outcome: AskOutcome<HostOperation>): Extract<HostFailure, { kind: 'invalidAnswer' }> | null {
  if (operation !== 'cash.deposit' || outcome.kind !== 'answered' || outcome.answer.outcome !== 'approved') return null;
  const { authorisedMinor } = outcome.answer.body as HostAnswerBody<'cash.deposit'>;
  const [accepted] = dataOf(journal.operationEntries(operationId, ['deposit.accepted']), 'deposit.accepted');
  if (accepted === undefined || accepted.insertedMinor === authorisedMinor) return null;
  return { kind: 'invalidAnswer', code: 'HST_MALFORMED', detail: `approves ${minorToDecimal(authorisedMinor)} of ${minorToDecimal(accepted.insertedMinor)}` };
}
