import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { insertedMinor } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { Identity } from '../../../state-machines/identify/identify.types.ts';
import type { NoteCount } from '../../foundation/money.ts';
import { sumOfNotesMinor } from '../../foundation/money.ts';
import type { EntryData, EntryKind } from '../../journal/entry-kinds.ts';
import type { JournalEntry, SuspenseDraft } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { dataOf } from '../../journal/entry-data.ts';
import { bunchAccount } from '../cash/bunch-account.ts';
import type { DispenserEvidence } from '../cash/open-dispenses.ts';
import { closeOpenDispenses } from '../cash/open-dispenses.ts';
import { closeOpenPresent } from '../cash/open-presents.ts';
import { openNoteOrders } from '../cash/open-note-orders.ts';
import { completeWithdrawal } from '../cash/withdrawal-completion.ts';
import type { CoreParts } from '../core-parts.ts';
import type { HostScope } from '../host/host-gateway.ts';
import { acceptDeposit, accountTarget } from '../operations/deposit-actors.ts';
import { acceptPayment, providerTarget } from '../operations/payment-actors.ts';
import { movedMinor } from '../operations/moved-cash.ts';
import { retainMoney } from '../operations/retained-money.ts';
import { requireCommit } from '../require-commit.ts';
import type { HeardOfOperation } from './ask-host.ts';
import type { OperationMemo } from './operation-memo.ts';
import { forgetMemo, readMemo } from './operation-memo.ts';
import { isEndLost, lostEndEvidence, suspendLostEnd } from './lost-end.ts';
import { depositedBefore, isStated, withdrawnBefore } from './told-before.ts';

type Closed = Pick<EntryData<'operation.closed'>, 'outcome' | 'refusal'>;
type Withdrawn = EntryData<'withdrawal.completed'>['outcome'];

export interface Settled {
  /** One line for the recovery report. */
  readonly line: string;
}

/**
 * Ends an operation that nobody serves any more (restart, interruption) from the journal alone, as if the customer had walked away: notes
 * inside are used as agreed or kept as suspense, an authorisation is completed with what certainly left, silence is reversed. Nothing is
 * dispensed, nothing repeated.
 *
 * @throws JournalUnavailable  nothing is settled that the disk did not take; what devices told is written first
 * @param options.givesReference    a customer is going to read such an outcome: a reference code is given even where no receipt is
 * @param options.dispenserSays     what the dispenser showed, where a dispense has no outcome
 * @param options.bankSays          what it has of the operation; null: it did not say
 */
export function settleOperation(parts: CoreParts, operationId: string, why: string, options: { readonly givesReference?: (outcome: Closed['outcome']) => boolean; readonly dispenserSays?: DispenserEvidence; readonly bankSays?: HeardOfOperation['documents'] } = {}): Settled {
  parts.heldOutcomes.requireWritten();
  const entries = parts.journal.operationEntries(operationId);
  if (has(entries, 'operation.closed')) return { line: `${operationId}: closed before` };
  const memo = readMemo(parts.journal, operationId);
  const sessionId = entries[0]?.sessionId;
  // Only where the journal lost what its own life heard does it matter.
  const stated = isEndLost(parts, entries) ? (options.bankSays ?? null) : null;
  const isWithdrawal = has(entries, 'authorisation.received') || askedToPay(parts, operationId) !== undefined || (memo?.operation === 'op-10' && isEndLost(parts, entries));
  const closed = isWithdrawal ? settleWithdrawal(parts, operationId, entries, { memo, dispenserSays: options.dispenserSays ?? null, stated }) : settleCashIn(parts, operationId, entries, { memo, why, stated });
  const issued = dataOf(parts.journal.operationEntries(operationId, ['receipt.issued']), 'receipt.issued').at(-1);
  const told = issued?.reference ?? parts.journal.suspense({ state: 'open', operationId }).find((item) => item.reference !== null)?.reference ?? null;
  const reference = told ?? (options.givesReference?.(closed.outcome) === true ? parts.journal.peekReference() : null);
  const moved = movedMinor(parts.journal, operationId);
  requireCommit(parts.journal, {
    entries: [entry('operation.closed', { ...closed, movedMinor: moved, reference }, { sessionId, operationId })],
    facts: forgetMemo(operationId),
    ...(told === null && reference !== null ? { references: [reference] } : {}),
  });
  parts.deliveries.wake();
  return { line: settledLine(operationId, { ...closed, movedMinor: moved }) };
}

/** For the report: how an operation was ended. */
export function settledLine(operationId: string, { outcome, movedMinor: moved }: Pick<EntryData<'operation.closed'>, 'outcome' | 'movedMinor'>): string {
  return `${operationId}: ${outcome} ${moved}`;
}

function settleCashIn(parts: CoreParts, operationId: string, entries: readonly JournalEntry[], { memo, why, stated }: { readonly memo: OperationMemo | null; readonly why: string; readonly stated: HeardOfOperation['documents'] }): Closed {
  const notes = stackedNotes(entries);
  const uncertainNotes = closeOpenOrders(parts, operationId, entries);
  // With an item of its own for each note in doubt, also for one whose outcome the disk did not take.
  if (has(entries, 'deposit.accepted') || has(entries, 'deposit.cancelled') || has(entries, 'operation.toldBefore')) return { outcome: 'pending', refusal: null };
  if (isStated(stated, ['cash.deposit', 'pay.provider', 'cash.deposit.complete'])) return depositedBefore(parts, operationId, entries, { documents: stated, uncertainNotes });
  suspendLostEnd(parts, operationId, entries, 0);
  if (notes.length === 0 && uncertainNotes.length === 0) return { outcome: 'abandoned', refusal: null };
  useOrKeep(parts, { operationId, notes, uncertainNotes, memo, entries, why });
  return { outcome: 'pending', refusal: null };
}

function useOrKeep(parts: CoreParts, money: { readonly operationId: string; readonly notes: readonly InsertedNote[]; readonly uncertainNotes: readonly InsertedNote[]; readonly memo: OperationMemo | null; readonly entries: readonly JournalEntry[]; readonly why: string }): void {
  const { operationId, notes, uncertainNotes, memo, entries, why } = money;
  const served = memo === null ? null : { sessionId: memo.sessionId ?? '', language: memo.language };
  const isEnough = memo !== null && memo.operation !== 'op-10' && memo.isClaimed !== true && insertedMinor(notes) > 0 && insertedMinor(notes) >= memo.terms.insertMinMinor;
  if (isEnough && memo.operation === 'op-01') {
    acceptDeposit(parts, served, { context: { ...memo }, notes, uncertainNotes, by: 'recovery', agreed: memo.consent });
    return;
  }
  if (isEnough && memo.operation === 'op-05') {
    acceptPayment(parts, served, {
      context: { ...memo, checked: { maskedPayee: memo.maskedPayee, suggestedMinor: null }, changeChosen: null },
      notes,
      uncertainNotes,
      by: 'recovery',
      agreed: memo.consent,
    });
    return;
  }
  const identity: Identity = memo?.identity ?? { kind: 'payer', phone: '' };
  const target = memo === null || memo.operation === 'op-10' ? accountTarget(UNKNOWN_ACCOUNT) : memo.operation === 'op-01' ? accountTarget(memo.account) : providerTarget(memo);
  const scope: HostScope = { operationId, sessionId: memo?.sessionId ?? null, language: memo?.language ?? 'kk' };
  retainMoney(parts, { operation: memo?.operation === 'op-05' ? 'op-05' : 'op-01', operationId, identity, notes, uncertainNotes, target, cause: 'RSTR', reason: isEndLost(parts, entries) ? `${why}; ${lostEndEvidence(parts)}` : why, scope });
}

const RESTARTED = 'restarted before the outcome was known';

const UNKNOWN_ACCOUNT = { accountRef: '-', kind: 'current', masked: '••', currency: 'KZT', canDeposit: false, canWithdraw: false } as const;

function settleWithdrawal(parts: CoreParts, operationId: string, entries: readonly JournalEntry[], known: { readonly memo: OperationMemo | null; readonly dispenserSays: DispenserEvidence | null; readonly stated: HeardOfOperation['documents'] }): Closed {
  const { memo } = known;
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  const [before] = dataOf(entries, 'withdrawal.completed');
  if (before !== undefined) return closedAs(before.outcome);
  if (has(entries, 'operation.toldBefore')) return { outcome: 'pending', refusal: null };
  const authorised = dataOf(entries, 'authorisation.received')[0];
  const [declined] = dataOf(entries, 'authorisation.declined');
  const refused = { outcome: 'refused', refusal: declined?.refusal ?? 'RF-34' } as const;
  if (authorised === undefined && (declined !== undefined || has(entries, 'authorisation.timedOut'))) return refused;
  const request = known.stated?.find(({ operation }) => operation === 'cash.withdraw');
  const isReported = isStated(known.stated, ['cash.withdraw.complete']);
  // The report of it was that of a refusal: nothing was ordered, and nothing is left to tell.
  if (isReported && authorised === undefined && request?.status === 'refused') return refused;
  if (isReported) return withdrawnBefore(parts, operationId, entries, { documents: known.stated, agreedMinor: memo?.operation === 'op-10' ? memo.amountMinor : null, ...leftCash(parts, operationId, entries, known.dispenserSays) });
  if (memo === null || memo.operation !== 'op-10') return suspendUntold(parts, operationId, entries, known.dispenserSays);
  const hostScope: HostScope = { operationId, sessionId: memo.sessionId, language: memo.language };
  const asked = askedToPay(parts, operationId);
  // What the lost part heard, or asked, the bank says: agreed, cash may have left; not agreed, or never asked, none was ordered.
  if (authorised === undefined && request?.status === 'executed') {
    requireCommit(parts.journal, {
      entries: [entry('authorisation.received', { messageId: request.messageId, authorisedMinor: memo.amountMinor, authorisationCode: '' }, scope)],
      ...(asked?.messageId === request.messageId ? { messageMoves: [{ messageId: request.messageId, to: 'executed', detail: 'the bank said so when it was asked about it' }] } : {}),
    });
    return settleWithdrawal(parts, operationId, parts.journal.operationEntries(operationId), known);
  }
  if (authorised === undefined) {
    const isAgreedNever = known.stated !== null && (request === undefined || request.status === 'refused');
    if (!isAgreedNever) suspendLostEnd(parts, operationId, entries, 0 - memo.amountMinor);
    reverseUnanswered(parts, asked, memo, hostScope);
    return refused;
  }
  const left = leftCash(parts, operationId, entries, known.dispenserSays);
  const presentedMinor = sumOfNotesMinor(left.presented);
  const lostMinor = isEndLost(parts, entries) ? Math.max(0, memo.amountMinor - presentedMinor - left.uncertainMinor) : 0;
  const completed = completeWithdrawal(parts, {
    operationId, identity: memo.identity, account: memo.account, requestedMinor: memo.amountMinor, quotedFeeMinor: memo.quote.feeMinor, feeRule: memo.quote.feeRule, execution: memo.quote.execution,
    authorisationMessageId: authorised.messageId, presented: left.presented, presentedMinor, uncertainMinor: left.uncertainMinor + lostMinor, ...(lostMinor === 0 ? {} : { untold: lostEndEvidence(parts) }), cause: 'RSTR', scope: hostScope,
  });
  if (!has(entries, 'outcome.take') && completed.presentedMinor > 0) requireCommit(parts.journal, { entries: [entry('outcome.take', { result: 'notObservable', presentedMinor: completed.presentedMinor }, scope)] });
  return closedAs(completed.outcome);
}

/** Notes that left and money that may have; commands without an outcome, of one bunch its present too, are in doubt from here on. */
function leftCash(parts: CoreParts, operationId: string, entries: readonly JournalEntry[], says: DispenserEvidence | null): { readonly presented: readonly NoteCount[]; readonly uncertainMinor: number } {
  const evidence = says === null ? RESTARTED : `${RESTARTED}; ${says.evidence}`;
  const openSteps = closeOpenDispenses(parts, operationId, entries, { evidence, extraNoteCountMax: says?.extraNoteCountMax ?? parts.devices.dispenser?.capabilities.extraNoteCountMax ?? 0 });
  const bunches = bunchAccount(closeOpenPresent(parts, operationId, entries, evidence));
  const uncertainMinor = [
    ...dataOf(entries, 'outcome.dispense').map((outcome) => outcome.uncertainCount * outcome.denominationMinor),
    ...openSteps.map((step) => step.uncertainCount * step.denominationMinor),
    bunches?.uncertainMinor ?? 0,
  ].reduce((sum, amount) => sum + amount, 0);
  return { presented: bunches?.presented ?? presentedNotes(entries), uncertainMinor };
}

/**
 * The bank was asked for money, and what the customer agreed to is not there. Nothing of ours leaves it so; without it no completion and no reversal can be written, and what left, what may have and an
 * account that may be held must not end in silence.
 */
function suspendUntold(parts: CoreParts, operationId: string, entries: readonly JournalEntry[], says: DispenserEvidence | null): Closed {
  const closed = { outcome: 'pending', refusal: null } as const;
  if (has(entries, 'suspense.opened')) return closed;
  const { presented, uncertainMinor } = leftCash(parts, operationId, entries, says);
  const leftMinor = sumOfNotesMinor(presented) + uncertainMinor;
  const evidence = `the bank was asked for this withdrawal and never told how it ended: its terms are not in the journal; ${sumOfNotesMinor(presented)} left, ${uncertainMinor} may have`;
  const reference = parts.journal.peekReference();
  const item: SuspenseDraft = { suspenseId: parts.ids.ulid(), operationId, reason: 'dispenseUncertain', amountMinor: 0 - leftMinor, evidence, reference };
  const { suspenseId, reason, amountMinor } = item;
  requireCommit(parts.journal, { entries: [entry('suspense.opened', { suspenseId, reason, amountMinor, reference }, { sessionId: entries[0]?.sessionId, operationId })], suspense: [item] });
  return closed;
}

/** As the customer would have read it. */
function closedAs(withdrawn: Withdrawn): Closed {
  if (withdrawn === 'none') return { outcome: 'refused', refusal: 'RF-24' };
  return { outcome: withdrawn === 'full' ? 'completed' : withdrawn === 'partial' ? 'partial' : 'pending', refusal: null };
}

/** Asked, and the answer never became durable: the account may be held. */
function reverseUnanswered(parts: CoreParts, asked: EntryData<'message.staged'> | undefined, memo: Extract<OperationMemo, { operation: 'op-10' }>, scope: HostScope): void {
  if (asked === undefined) return;
  requireCommit(parts.journal, {
    entries: [entry('authorisation.timedOut', { messageId: asked.messageId, failure: 'RESTARTED' }, { sessionId: memo.sessionId ?? undefined, operationId: memo.operationId })],
    messages: [
      parts.gateway.draft('cash.withdraw.complete', {
        accountRef: memo.account.accountRef, clientId: memo.identity.kind === 'client' ? memo.identity.clientId : '', outcome: 'none', requestedMinor: memo.amountMinor, authorisedMinor: 0, presentedMinor: 0,
        uncertainMinor: 0, feeMinor: 0, notes: [], cause: 'RSTR', originalMessageId: asked.messageId, receiptNumber: null,
      }, scope),
    ],
  });
}

/** Behind however many quotes the customer had before. */
function askedToPay({ journal }: CoreParts, operationId: string): EntryData<'message.staged'> | undefined {
  return dataOf(journal.operationEntries(operationId, ['message.staged']), 'message.staged').find(({ operation }) => operation === 'cash.withdraw');
}

/** Orders that the devices could not explain after the restart become uncertain outcomes. */
function closeOpenOrders(parts: CoreParts, operationId: string, entries: readonly JournalEntry[]): readonly InsertedNote[] {
  const open = openNoteOrders(parts.journal, operationId).map(({ note }) => note);
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  if (open.length > 0) requireCommit(parts.journal, { entries: open.map((note) => entry('outcome.stack', {
    ...note,
    outcome: 'uncertain',
    result: 'unknown',
    evidence: 'no word from the device after the restart',
  }, scope)) });
  for (const { noteId } of open) parts.acceptorDesk.giveUp(noteId);
  // A note that was unknown for a while and then found in the box is no longer in doubt: it is among the stacked ones.
  const found = new Set(stackedNotes(entries).map((note) => note.noteId));
  const before = [...dataOf(entries, 'outcome.stack'), ...dataOf(entries, 'outcome.return')].filter((outcome) => outcome.result === 'unknown' && !found.has(outcome.noteId));
  return [...before.map(({ noteId, denominationMinor }) => ({ noteId, denominationMinor })), ...open];
}

/** Notes and coins that lie inside for certain. */
function stackedNotes(entries: readonly JournalEntry[]): readonly InsertedNote[] {
  return [
    ...[...dataOf(entries, 'outcome.stack'), ...dataOf(entries, 'outcome.return')].filter((outcome) => outcome.result === 'stacked').map(({ noteId, denominationMinor }) => ({ noteId, denominationMinor })),
    ...dataOf(entries, 'coin.accepted').map(({ coinId, denominationMinor }) => ({ noteId: coinId, denominationMinor })),
  ];
}

function presentedNotes(entries: readonly JournalEntry[]): readonly NoteCount[] {
  const counts = new Map<number, number>();
  for (const outcome of dataOf(entries, 'outcome.dispense')) if (outcome.presentedCount > 0) counts.set(outcome.denominationMinor, (counts.get(outcome.denominationMinor) ?? 0) + outcome.presentedCount);
  return [...counts].sort(([left], [right]) => right - left).map(([denominationMinor, noteCount]) => ({ denominationMinor, noteCount }));
}

function has(entries: readonly JournalEntry[], kind: EntryKind): boolean {
  return entries.some((candidate) => candidate.kind === kind);
}
