import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryData, EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { CREDITS } from './cash-messages.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';

type Closed = EntryData<'operation.closed'>;

const OUTCOME_OF_WITHDRAWAL: Readonly<Record<EntryData<'withdrawal.completed'>['outcome'], Closed['outcome']>> = { full: 'completed', partial: 'partial', none: 'refused', doubtful: 'pending' };

/** The last entry of each operation says what the entries before it say that came of it: how it ended, why it was refused, what cash moved, and by which reference people name it. */
export function checkClosings({ entries, operations }: JournalMoney): readonly Finding[] {
  const names = dataOf(entries, 'operation.closed').flatMap(({ reference }) => (reference === null ? [] : [reference]));
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return [
    ...operations.flatMap((operation) => ofOperation(entries.filter(({ operationId }) => operationId === operation.operationId), operation)),
    ...twice.map((name): Finding => ({ rule: 'session', detail: `reference ${name} names ${names.filter((one) => one === name).length} operations` })),
  ];
}

function ofOperation(own: readonly JournalEntry[], money: OperationMoney): readonly Finding[] {
  const [closed, ...more] = dataOf(own, 'operation.closed');
  // What was never closed is another rule's finding.
  if (closed === undefined) return [];
  const before = own.slice(0, own.findIndex(({ kind }) => kind === 'operation.closed'));
  const issued = dataOf(before, 'receipt.issued')[0];
  const agreedMinor = agreed(before);
  const problems = [
    ...(more.length === 0 ? [] : [`closed ${more.length + 1} times`]),
    ...(closed.movedMinor === agreedMinor ? [] : [`closed with ${closed.movedMinor} moved, the entries ${agreedMinor}`]),
    ...ofOutcome(closed, before, money),
    ...((closed.outcome === 'refused') === (closed.refusal !== null) ? [] : [`closed as ${closed.outcome} with the refusal ${closed.refusal ?? 'of nobody'}`]),
    ...(issued === undefined || issued.reference === closed.reference ? [] : [`closed under ${closed.reference ?? 'no reference'}, its receipt names ${issued.reference}`]),
  ];
  return problems.map((what) => ({ rule: 'session', detail: `${money.operationId}: ${what}` }));
}

/** Cash that was agreed to be inside, or that certainly left. */
function agreed(before: readonly JournalEntry[]): number {
  return dataOf(before, 'deposit.accepted')[0]?.insertedMinor ?? dataOf(before, 'deposit.cancelled')[0]?.retainedMinor ?? dataOf(before, 'withdrawal.completed')[0]?.presentedMinor ?? 0;
}

function ofOutcome({ outcome, refusal }: Closed, before: readonly JournalEntry[], { stacked, coins, ordered }: OperationMoney): readonly string[] {
  const has = (kind: EntryKind) => before.some((one) => one.kind === kind);
  const say = (expected: string) => [`closed as ${outcome}${refusal === null ? '' : ` ${refusal}`}, the entries say ${expected}`];
  const completed = dataOf(before, 'withdrawal.completed')[0];
  if (completed !== undefined) return outcome === OUTCOME_OF_WITHDRAWAL[completed.outcome] ? [] : say(completed.outcome);
  // Kept uncredited, or nobody knows: a claim.
  if (has('deposit.cancelled')) return outcome === 'pending' ? [] : say('kept');
  if (has('deposit.accepted')) return ofCredit(outcome, before).flatMap(say);
  const declined = dataOf(before, 'authorisation.declined')[0];
  if (declined !== undefined) return outcome === 'refused' && refusal === declined.refusal ? [] : say(`declined ${declined.refusal}`);
  // The bank has it from the lost part; what that was this journal does not know.
  if (has('operation.toldBefore')) return outcome === 'pending' ? [] : say('that the bank has heard how it ended');
  if (has('intent.dispense')) return say('a dispense that was never summed up');
  if (outcome === 'completed' || outcome === 'partial' || outcome === 'pending') return say('that nothing was agreed on');
  // Notes that went back to the customer are nobody's matter.
  return ordered.length > 0 && stacked.length > 0 ? say(`notes of ${stacked.join(', ')} inside`) : coins.length > 0 ? say(`coins of ${coins.join(', ')} inside`) : [];
}

/** By the bank's answer up to then. It may have come in the moment between the screen that waited for it and the close, or while the core was dead. */
function ofCredit(outcome: Closed['outcome'], before: readonly JournalEntry[]): readonly string[] {
  const ids = dataOf(before, 'message.staged').filter(({ operation }) => CREDITS.includes(operation)).map(({ messageId }) => messageId);
  const answer = dataOf(before, 'message.moved').filter(({ messageId }) => ids.includes(messageId)).at(-1)?.to;
  const isPending = outcome === 'pending';
  if (answer === 'executed') return isPending || outcome === 'completed' ? [] : ['executed'];
  if (answer === 'refused') return isPending || outcome === 'refused' ? [] : ['refused by the bank'];
  return isPending ? [] : ['that the bank has not answered'];
}
