import { fromPromise } from 'xstate';
import type { BunchInput, BunchOutcome, DispenseStep, PresentOutcome, RemixInput, RetractInput, RetractOutcome, StepInput, StepOutcome } from '../../../state-machines/cash-out/cash-out.types.ts';
import type { AccountsReply } from '../../../state-machines/deposit/deposit.types.ts';
import { addNotes } from '../../../state-machines/cash-out/bunch.ts';
import type { AmountChoices, AuthoriseReply, CompletedWithdrawal, MixReply, QuoteReply, WithdrawalContext } from '../../../state-machines/withdrawal/withdrawal.types.ts';
import type { MixPart } from '../../cash/mix.ts';
import { bunchesOf, largestPossible, nearestPossible, possibleStep, quickAmounts, remix, solveMix } from '../../cash/mix.ts';
import { withdrawalTotalMinor } from '../../cash/fees.ts';
import type { Account, HostAnswerBody } from '../../contracts/host-operations.ts';
import { assert } from '../../foundation/assert.ts';
import { sumOfNotesMinor, type NoteCount } from '../../foundation/money.ts';
import { entry, type EntryDraft, type JournalBatch } from '../../journal/journal.ts';
import { completionCause, completeWithdrawal } from '../cash/withdrawal-completion.ts';
import { presentBatch, retractBatch } from '../cash/bunch-booking.ts';
import { commitBunchOutcome, commitDispenseOutcome } from '../cash/dispense-booking.ts';
import { closeOpenDispenses } from '../cash/open-dispenses.ts';
import { closeOpenPresent } from '../cash/open-presents.ts';
import { dispenserMark, isMarked, markFacts } from '../cash/payout-mark.ts';
import { withStrangeNotes } from '../cash/strange-notes.ts';
import { WrittenAhead } from '../cash/written-ahead.ts';
import { isRecyclerCassette } from '../cash/cash-unit-ids.ts';
import { isNoteExchangeOpen } from '../cash/note-exchange.ts';
import { payableUnits } from '../cash/payable-units.ts';
import type { RecyclerDesk } from '../cash/recycler-desk.ts';
import type { CoreParts } from '../core-parts.ts';
import { replyOf, type AskOutcome } from '../host/host-gateway.ts';
import { findOpenMessage } from '../host/open-messages.ts';
import { memoFacts } from '../recovery/operation-memo.ts';
import { requireCommit } from '../require-commit.ts';
import { loadAccounts, NOT_NOW } from './deposit-actors.ts';
import type { ServedSession } from './operation-scope.ts';
import { clientIdOf, entryScope, memoScope, scopeOf } from './operation-scope.ts';
import { isTooShort } from './quote-validity.ts';

/** Most notes of one pay-out that a customer can take from an open exit. */
const NOTES_PER_WITHDRAWAL_MAX = 40;
const ANY_AMOUNT = { minMinor: 1, maxMinor: 100_000_000, noteCountMax: NOTES_PER_WITHDRAWAL_MAX };
const UNTOLD = 'the command ended without an outcome';

/** Fills the holes of the withdrawal and cash-out machines (OP-10). */
export function withdrawalActors(parts: () => CoreParts, served: () => ServedSession | null) {
  return {
    loadAccounts: fromPromise<AccountsReply, WithdrawalContext>(({ input }) => loadAccounts(parts(), served(), input, 'op-10')),
    loadChoices: fromPromise<AmountChoices | null, WithdrawalContext>(async ({ input }) => {
      requireCommit(parts().journal, { entries: [entry('account.chosen', { masked: input.account?.masked ?? '' }, { ...entryScope(served(), input.operationId), ...(input.account === null ? {} : { secrets: { account: { kind: 'account', value: input.account.accountRef } } }) })] });
      await parts().recyclerDesk?.recognise();
      await parts().cassettes.refresh();
      return loadChoices(parts());
    }),
    mixAmount: fromPromise<MixReply, { readonly amountMinor: number; readonly context: WithdrawalContext }>(({ input }) => Promise.resolve().then(() => mixAmount(parts(), served(), input))),
    quoteWithdrawal: fromPromise<QuoteReply, WithdrawalContext>(({ input }) => quoteWithdrawal(parts(), served(), input)),
    journalConsent: fromPromise<void, WithdrawalContext>(({ input }) => Promise.resolve().then(() => journalConsent(parts(), served(), input))),
    authorise: fromPromise<AuthoriseReply, WithdrawalContext>(({ input }) => authorise(parts(), served(), input)),
    completeWithdrawal: fromPromise<CompletedWithdrawal, WithdrawalContext>(({ input }) =>
      Promise.resolve().then(() => {
        const { account, out, quote, authorisationMessageId } = input;
        assert(account !== null && out !== null && quote !== null && authorisationMessageId !== null, 'a withdrawal is completed after it was authorised and dispensed');
        parts().heldOutcomes.requireWritten();
        closeUntold(parts(), input.operationId);
        return completeWithdrawal(parts(), {
          operationId: input.operationId, identity: input.identity, account, requestedMinor: input.amountMinor, quotedFeeMinor: quote.feeMinor, feeRule: quote.feeRule, execution: quote.execution,
          authorisationMessageId, presented: out.presented, presentedMinor: out.presentedMinor, uncertainMinor: out.uncertainMinor, cause: completionCause(out), scope: scopeOf(served(), input.operationId),
        });
      }),
    ),
  };
}

export function cashOutActors(parts: () => CoreParts, served: () => ServedSession | null) {
  const ahead = new WrittenAhead();
  return {
    journalDispenseIntent: fromPromise<void, { readonly step: DispenseStep; readonly operationId: string }>(async ({ input }) => {
      const intent = dispenseIntent(input.step, entryScope(served(), input.operationId));
      if (ahead.take(intent)) return;
      parts().heldOutcomes.requireWritten();
      const desk = recyclerDeskOf(parts(), input.step);
      if (desk?.isBringing === true) throw new Error('the recycler brings notes to its box');
      // The registers of just before, and no comparison of counts from here on.
      await desk?.recognise();
      desk?.beginPayout();
      try {
        const facts = isMarked(parts(), input.step) ? await markFacts(parts(), input.step) : {};
        requireOpen(parts());
        requireCommit(parts().journal, { entries: [intent], facts });
      } catch (error) {
        desk?.endPayout();
        throw error;
      }
    }),
    dispenseStep: fromPromise<StepOutcome, StepInput>(async ({ input }) => {
      const { devices } = parts();
      assert(devices.dispenser !== null, 'a dispense needs a dispenser');
      const outcome = withStrangeNotes(parts(), input.step, await devices.dispenser.dispense({ cassetteNumber: input.step.cassetteNumber, noteCount: input.step.noteCount }));
      const scope = entryScope(served(), input.operationId);
      // Nothing happens between a full outcome and what follows it: one transaction, one sync. Some devices are asked in between.
      const isFull = outcome.kind === 'completed' && outcome.value.presentedCount >= outcome.value.requestedCount;
      const isAsked = [input.step, input.next].some((step) => step !== null && isMarked(parts(), step));
      const mayFollow = () => input.next === null || !parts().site.isClosing;
      const follows = !isFull || isAsked || !mayFollow() ? null : input.next !== null ? dispenseIntent(input.next, scope) : presentedEntry(addNotes(input.presented, input.step.denominationMinor, outcome.value.presentedCount), scope);
      // Until it is durable the device keeps its event for the next start.
      const onWritten = () => recyclerDeskOf(parts(), input.step)?.endPayout();
      const isWritten = await commitDispenseOutcome(parts(), input.step, outcome, scope, { follows: follows === null ? [] : [follows], mayFollow, onWritten });
      ahead.wrote(isWritten ? follows : null);
      return { outcome };
    }),
    remixRest: fromPromise<readonly DispenseStep[] | null, RemixInput>(({ input }) => remixRest(parts(), input)),
    journalPresented: fromPromise<void, { readonly presented: readonly NoteCount[]; readonly operationId: string }>(({ input }) =>
      Promise.resolve().then(() => {
        const presented = presentedEntry(input.presented, entryScope(served(), input.operationId));
        if (ahead.take(presented)) return;
        parts().heldOutcomes.requireWritten();
        requireCommit(parts().journal, { entries: [presented] });
      }),
    ),
    journalTake: fromPromise<void, { readonly take: 'taken' | 'notTaken' | 'notObservable'; readonly presentedMinor: number; readonly operationId: string }>(async ({ input }) =>
      void (await parts().heldOutcomes.commit({ entries: [entry('outcome.take', { result: input.take, presentedMinor: input.presentedMinor }, entryScope(served(), input.operationId))] }))),
    ...bunchActors(parts, served),
  };
}

/** A command that ended without a word is in doubt, as after a death of the core; a recycler's counts are compared again. */
function closeUntold(parts: CoreParts, operationId: string): void {
  const entries = parts.journal.operationEntries(operationId);
  const open = closeOpenDispenses(parts, operationId, entries, { evidence: UNTOLD, extraNoteCountMax: parts.devices.dispenser?.capabilities.extraNoteCountMax ?? 0 });
  if (open.some(({ cassetteNumber }) => isRecyclerCassette(cassetteNumber))) parts.recyclerDesk?.endPayout();
  closeOpenPresent(parts, operationId, entries, UNTOLD);
}

/** The battery is nearly empty, or somebody is at the cassettes: what was not begun is not paid, and the bank is told so. @throws before anything is written or moved */
function requireOpen(parts: CoreParts): void {
  if (parts.site.isClosing) throw new Error('the terminal closes');
  if (isNoteExchangeOpen(parts.journal)) throw new Error('the cassettes are open');
}

type EntryScope = ReturnType<typeof entryScope>;

function dispenseIntent({ cassetteNumber, denominationMinor, noteCount }: DispenseStep, scope: EntryScope): EntryDraft {
  return entry('intent.dispense', { cassetteNumber, denominationMinor, noteCount }, scope);
}

function presentedEntry(presented: readonly NoteCount[], scope: EntryScope): EntryDraft {
  return entry('outcome.present', { presentedMinor: sumOfNotesMinor(presented), notes: [...presented] }, scope);
}

function recyclerDeskOf(parts: CoreParts, step: DispenseStep): RecyclerDesk | null {
  return isRecyclerCassette(step.cassetteNumber) ? parts.recyclerDesk : null;
}

/** Of a dispenser that gathers, presents and draws back. */
function bunchActors(parts: () => CoreParts, served: () => ServedSession | null) {
  const presenter = () => {
    const found = parts().devices.dispenser?.presenter ?? null;
    assert(found !== null, 'bunches need a dispenser with a stacker');
    return found;
  };
  type Bunch = { readonly steps: readonly DispenseStep[]; readonly operationId: string };
  return {
    journalBunchIntent: fromPromise<void, Bunch>(async ({ input }) => {
      parts().heldOutcomes.requireWritten();
      const facts = await dispenserMark(parts());
      requireOpen(parts());
      requireCommit(parts().journal, { entries: input.steps.map((step) => entry('intent.dispense', { ...step }, entryScope(served(), input.operationId))), facts });
    }),
    stackBunch: fromPromise<BunchOutcome, Bunch>(async ({ input: { steps, operationId } }) => {
      const outcome = await presenter().stack(steps.map(({ cassetteNumber, noteCount }) => ({ cassetteNumber, noteCount })));
      const surplusCount = outcome.kind === 'uncertain' ? Math.max(0, (outcome.lastKnown.noteCountMax ?? 0) - steps.reduce((sum, { noteCount }) => sum + noteCount, 0)) : 0;
      const dearest = steps.reduce((left, right) => (right.denominationMinor > left.denominationMinor ? right : left));
      const outcomes = steps.map((step, index): BunchOutcome['outcomes'][number] => {
        if (outcome.kind === 'completed') return { kind: 'completed', value: outcome.value[index]! };
        // Of each cassette all or nothing may have moved: the bounds of the command say nothing about one of them, but that there may be more of one than was asked for.
        return outcome.kind === 'failed' ? outcome : { ...outcome, lastKnown: { ...outcome.lastKnown, noteCountMin: 0, noteCountMax: step.noteCount + (step === dearest ? surplusCount : 0) } };
      });
      await commitBunchOutcome(parts(), steps, outcomes, entryScope(served(), operationId));
      return { outcomes };
    }),
    // Not with the outcome before: what lies in the stacker is certain until it is to be handed out, and a bunch in doubt is much money.
    journalPresentIntent: fromPromise<void, BunchInput>(async ({ input }) => {
      parts().heldOutcomes.requireWritten();
      const facts = await dispenserMark(parts());
      requireCommit(parts().journal, { entries: [entry('intent.present', { presentedMinor: sumOfNotesMinor(input.notes), notes: [...input.notes] }, entryScope(served(), input.operationId))], facts });
    }),
    presentBunch: fromPromise<PresentOutcome, BunchInput>(async ({ input }) => {
      const outcome = await presenter().present();
      await parts().heldOutcomes.commit(presentBatch(input.notes, outcome, entryScope(served(), input.operationId)));
      return { outcome };
    }),
    journalRetractIntent: fromPromise<void, RetractInput>(({ input }) =>
      Promise.resolve().then(() => {
        parts().heldOutcomes.requireWritten();
        requireCommit(parts().journal, { entries: [entry('intent.retract', { from: input.from, notes: [...input.notes] }, entryScope(served(), input.operationId))] });
      }),
    ),
    retractBunch: fromPromise<RetractOutcome, RetractInput>(async ({ input }) => {
      const outcome = await presenter().retract();
      await parts().heldOutcomes.commit(retractBatch(input, outcome, entryScope(served(), input.operationId)));
      return { outcome };
    }),
  };
}

function loadChoices(parts: CoreParts): AmountChoices | null {
  const units = payableUnits(parts);
  const maxMinor = largestPossible(units, ANY_AMOUNT);
  if (maxMinor === 0) return null;
  const available = units.filter((unit) => unit.noteCount > unit.keepCount);
  return {
    quickMinor: quickAmounts(units, ANY_AMOUNT),
    minMinor: nearestPossible({ amountMinor: 0, units, limits: ANY_AMOUNT, candidateCount: 1 })[0] ?? maxMinor,
    maxMinor,
    stepMinor: possibleStep(units),
    denominationsMinor: [...new Set(available.map((unit) => unit.denominationMinor))].sort((left, right) => left - right),
  };
}

function mixAmount(parts: CoreParts, served: ServedSession | null, { amountMinor, context }: { readonly amountMinor: number; readonly context: WithdrawalContext }): MixReply {
  const units = payableUnits(parts);
  const mixed = amountMinor > 0 ? solveMix({ amountMinor, units, strategy: parts.config.dispense.strategy, noteCountMax: NOTES_PER_WITHDRAWAL_MAX }) : ({ ok: false } as const);
  if (!mixed.ok) return { kind: 'impossible', nearestMinor: nearestPossible({ amountMinor, units, limits: ANY_AMOUNT }) };
  requireCommit(parts.journal, { entries: [entry('amount.chosen', { amountMinor }, entryScope(served, context.operationId))] });
  return { kind: 'possible', steps: stepsOf(parts, mixed.value) };
}

/** A mix as commands of the device. */
function stepsOf(parts: Pick<CoreParts, 'devices'>, mix: readonly MixPart[]): readonly DispenseStep[] {
  const { presenter } = parts.devices.dispenser ?? { presenter: null };
  if (presenter !== null) return bunchesOf(mix, presenter.bunchNotesMax).flat();
  const perCommand = parts.devices.dispenser?.capabilities.notesPerCommandMax ?? 1;
  return mix.flatMap((part) => chunk(part, perCommand));
}

/** What is owed, from cassettes that did not fail; nothing from a device that is not well any more. */
async function remixRest(parts: CoreParts, { owedMinor, failedCassettes, noteCount }: RemixInput): Promise<readonly DispenseStep[] | null> {
  await parts.cassettes.refresh();
  const state = parts.devices.dispenser?.status().state;
  const noteCountMax = NOTES_PER_WITHDRAWAL_MAX - noteCount;
  if ((state !== 'ready' && state !== 'busy') || noteCountMax <= 0) return null;
  const mixed = remix({ owedMinor, units: payableUnits(parts), failedCassettes: new Set(failedCassettes), strategy: parts.config.dispense.strategy, noteCountMax });
  parts.log.warn('cdm.mix.again', { owedMinor, failedCassettes: failedCassettes.join(' '), isPossible: mixed.ok });
  return mixed.ok ? stepsOf(parts, mixed.value) : null;
}

/** Few notes per command, so that an uncertain one is uncertain about few. [lcdm §8] */
function chunk(part: DispenseStep, noteCountMax: number): readonly DispenseStep[] {
  const steps: DispenseStep[] = [];
  for (let rest = part.noteCount; rest > 0; rest -= noteCountMax) steps.push({
    cassetteNumber: part.cassetteNumber,
    denominationMinor: part.denominationMinor,
    noteCount: Math.min(rest, noteCountMax),
  });
  return steps;
}

async function quoteWithdrawal(parts: CoreParts, served: ServedSession | null, input: WithdrawalContext): Promise<QuoteReply> {
  const account = input.account as Account;
  const outcome = await parts.gateway.ask(
    'fee.quote',
    {
      operation: 'op-10',
      amountMinor: input.amountMinor,
      target: { kind: 'account', clientId: clientIdOf(input.identity), accountRef: account.accountRef },
      authToken: input.authentication.authToken,
    },
    scopeOf(served, input.operationId),
    (asked) => {
      const quoted = replyOf(asked, ({ quoteId, tariffId, feeMinor }) => ({ quoteId, tariffId, feeMinor }));
      return quoted.kind === 'ok' ? { entries: [entry('quote.received', quoted.value, entryScope(served, input.operationId))] } : null;
    },
  );
  const reply = replyOf(outcome, (body, hostTimeUtcMs) => ({ ...body, validForMs: body.validUntilUtcMs - hostTimeUtcMs }));
  if (reply.kind !== 'ok') return reply;
  return isTooShort(parts.log, reply.value) ? NOT_NOW : quotedFigures(reply.value, input.amountMinor);
}

/** What the customer is asked to agree to. Where the bank left a figure out its rule gives it; figures that contradict each other are no offer. */
function quotedFigures(body: HostAnswerBody<'fee.quote'> & { readonly validForMs: number }, amountMinor: number): QuoteReply {
  const { quoteId, tariffId, feeRule, execution, validForMs } = body;
  const totalMinor = body.feeMinor === null ? withdrawalTotalMinor(feeRule, amountMinor) : amountMinor + body.feeMinor;
  if (body.totalMinor !== null && body.totalMinor !== totalMinor) return NOT_NOW;
  return { kind: 'ok', value: { quoteId, tariffId, feeRule, feeMinor: totalMinor - amountMinor, totalMinor, execution, validForMs } };
}

function journalConsent(parts: CoreParts, served: ServedSession | null, input: WithdrawalContext): void {
  const { account, quote } = input;
  assert(account !== null && quote !== null, 'a consent is given to a quote');
  const consent = parts.consents.last();
  requireCommit(parts.journal, {
    entries: [entry('consent.given', {
      stage: 'figures',
      quoteId: quote.quoteId,
      totalMinor: quote.totalMinor,
      textSha256: consent?.textSha256 ?? '',
      language: consent?.language ?? 'kk',
    }, entryScope(served, input.operationId))],
    facts: memoFacts({
      operation: 'op-10',
      operationId: input.operationId,
      identity: input.identity,
      authentication: input.authentication,
      account,
      amountMinor: input.amountMinor,
      quote,
      consent,
      ...memoScope(served),
    }),
  });
}

/** Asks for the authorisation. What its answer means is durable with the answer: an approval, or the reversal before the screen says no. [host-messages §5.2] */
async function authorise(parts: CoreParts, served: ServedSession | null, input: WithdrawalContext): Promise<AuthoriseReply> {
  const { account, quote } = input;
  assert(account !== null && quote !== null, 'a withdrawal is authorised on a quote');
  const scope = scopeOf(served, input.operationId);
  // The limits may have been reached, and the disk nearly full, since the operation was offered. This sum has no room to fit into: the bank hears of it before a note leaves.
  if (parts.deliveries.isOverLimit() || !parts.journal.room().ok || hasOpenReversal(parts, scope.sessionId, account.accountRef)) return NOT_NOW;
  const shown = parts.consents.last();
  const outcome = await parts.gateway.ask(
    'cash.withdraw',
    {
      clientId: clientIdOf(input.identity), accountRef: account.accountRef, amountMinor: input.amountMinor, feeMinor: quote.feeMinor, mix: mixOf(input.steps), authToken: input.authentication.authToken,
      consent: { consentAtUtcMs: shown?.consentAtUtcMs ?? parts.journal.nowUtcMs(), quoteId: quote.quoteId, textSha256: shown?.textSha256 ?? '0'.repeat(64) },
    },
    scope,
    (asked) => authorisationBatch(parts, served, input, asked),
  );
  const verdict = authorisationVerdict(outcome, input.amountMinor);
  if (verdict.kind === 'unusable') parts.deliveries.wake();
  if (verdict.kind === 'approved') return { kind: 'approved', messageId: outcome.messageId, authorisedMinor: verdict.authorisedMinor };
  return verdict.kind === 'declined' ? verdict : { kind: 'reversed', mayBeHeld: verdict.kind === 'unusable' };
}

type AuthorisationVerdict =
  | Extract<AuthoriseReply, { kind: 'declined' }>
  | { readonly kind: 'approved'; readonly authorisedMinor: number; readonly authorisationCode: string }
  | { readonly kind: 'neverSent' }
  | { readonly kind: 'unusable'; readonly failure: string };

function authorisationVerdict(outcome: AskOutcome<'cash.withdraw'>, amountMinor: number): AuthorisationVerdict {
  if (outcome.kind === 'failed') {
    // Not on the wire, or not even in the journal: the bank knows nothing of it.
    return outcome.failure.kind === 'notSent' || outcome.failure.kind === 'journal' ? { kind: 'neverSent' } : { kind: 'unusable', failure: outcome.failure.code };
  }
  const { answer } = outcome;
  if (answer.outcome === 'declined') return { kind: 'declined', refusal: answer.refusal };
  return answer.outcome === 'approved' && answer.body.authorisedMinor === amountMinor ? { kind: 'approved', ...answer.body } : { kind: 'unusable', failure: 'UNUSABLE_ANSWER' };
}

function authorisationBatch(parts: CoreParts, served: ServedSession | null, input: WithdrawalContext, outcome: AskOutcome<'cash.withdraw'>): JournalBatch | null {
  const { messageId } = outcome;
  const verdict = authorisationVerdict(outcome, input.amountMinor);
  const inScope = entryScope(served, input.operationId);
  if (verdict.kind === 'neverSent') return null;
  if (verdict.kind === 'declined') return { entries: [entry('authorisation.declined', { messageId, refusal: verdict.refusal }, inScope)] };
  if (verdict.kind === 'approved') return { entries: [entry('authorisation.received', { messageId, authorisedMinor: verdict.authorisedMinor, authorisationCode: verdict.authorisationCode }, inScope)] };
  const { failure } = verdict;
  const cause = failure === 'HST_SIGNATURE_INVALID' || failure === 'HST_NOT_FOR_US' ? 'SECU' : failure === 'HST_MALFORMED' || failure === 'UNUSABLE_ANSWER' ? 'FMTE' : 'TIMO';
  return {
    entries: [entry('authorisation.timedOut', { messageId, failure }, inScope)],
    messages: [
      parts.gateway.draft('cash.withdraw.complete', {
        accountRef: input.account?.accountRef ?? '', clientId: clientIdOf(input.identity), outcome: 'none', requestedMinor: input.amountMinor, authorisedMinor: 0, presentedMinor: 0, uncertainMinor: 0, feeMinor: 0,
        notes: [], cause, originalMessageId: messageId, receiptNumber: null,
      }, scopeOf(served, input.operationId)),
    ],
  };
}

/** No new authorisation while the bank has not acknowledged how the last one of this session ended, or while it may hold this account for one that was reversed. [host-messages §5.1] */
function hasOpenReversal(parts: CoreParts, sessionId: string | null, accountRef: string): boolean {
  return findOpenMessage(parts.journal, (message) => message.operation === 'cash.withdraw.complete' && (message.sessionId === sessionId || isReversalOf(parts, message.operationId, accountRef))) !== undefined;
}

function isReversalOf({ journal }: CoreParts, operationId: string, accountRef: string): boolean {
  const entries = journal.operationEntries(operationId, ['authorisation.timedOut', 'account.chosen']);
  const chosen = entries.findLast(({ kind }) => kind === 'account.chosen');
  const account = chosen === undefined ? undefined : journal.secret(chosen.entryNumber, 'account');
  return entries.some(({ kind }) => kind === 'authorisation.timedOut') && account?.ok === true && account.value === accountRef;
}

function mixOf(steps: readonly DispenseStep[]): { denominationMinor: number; noteCount: number }[] {
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step.denominationMinor, (counts.get(step.denominationMinor) ?? 0) + step.noteCount);
  return [...counts].map(([denominationMinor, noteCount]) => ({ denominationMinor, noteCount }));
}
