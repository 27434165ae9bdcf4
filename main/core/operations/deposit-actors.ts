import { fromPromise } from 'xstate';
import type { InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { insertedMinor, noteCounts } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { AcceptDepositRequest, AcceptedDeposit, AccountsReply, CashTerms, DeliveryReply, DepositContext, OperationInput, TermsReply } from '../../../state-machines/deposit/deposit.types.ts';
import type { HostReply } from '../../../state-machines/events.ts';
import { neededForCredit, splitInserted } from '../../cash/fees.ts';
import type { Account } from '../../contracts/host-operations.ts';
import type { OperationCode } from '../../contracts/operations.ts';
import { assert } from '../../foundation/assert.ts';
import { entry } from '../../journal/journal.ts';
import type { ReceiptTarget } from '../../receipt/receipt-record.ts';
import type { CoreParts } from '../core-parts.ts';
import { destinationFacts } from '../electronic-receipt.ts';
import type { ShownConsent } from '../desk/consent-recorder.ts';
import { replyOf } from '../host/host-gateway.ts';
import type { OperationMemo } from '../recovery/operation-memo.ts';
import { memoFacts } from '../recovery/operation-memo.ts';
import { requireCommit } from '../require-commit.ts';
import type { ServedSession } from './operation-scope.ts';
import { clientIdOf, destinationOf, entryScope, memoScope, scopeOf } from './operation-scope.ts';
import { consentInTime, isTooShort } from './quote-validity.ts';
import { retainMoney, suspectNotes } from './retained-money.ts';

/** Fills the holes of the deposit machine (OP-01). */
export function depositActors(parts: () => CoreParts, served: () => ServedSession | null) {
  return {
    loadAccounts: fromPromise<AccountsReply, DepositContext>(({ input }) => loadAccounts(parts(), served(), input, 'op-01')),
    quoteDeposit: fromPromise<TermsReply, DepositContext>(({ input }) => quoteDeposit(parts(), served(), input)),
    journalTermsConsent: fromPromise<void, DepositContext>(({ input }) =>
      Promise.resolve().then(() => {
        const { operationId, identity, authentication, account, terms } = input;
        assert(account !== null && terms !== null, 'terms are agreed on an account');
        journalTermsConsent(parts(), served(), input, {
          operation: 'op-01',
          operationId,
          identity,
          authentication,
          account,
          terms,
          consent: parts().consents.last(),
          ...memoScope(served()),
        });
      }),
    ),
    acceptDeposit: fromPromise<AcceptedDeposit, AcceptDepositRequest<DepositContext>>(({ input }) => Promise.resolve().then(() => acceptDeposit(parts(), served(), input))),
    retainDeposit: fromPromise(({ input }: { input: AcceptDepositRequest<DepositContext> }) =>
      Promise.resolve().then(() =>
        retainMoney(parts(), {
          operation: 'op-01', operationId: input.context.operationId, identity: input.context.identity, notes: input.notes, uncertainNotes: input.uncertainNotes,
          target: accountTarget(input.context.account as Account), cause: input.by === 'customer' ? 'CUCL' : 'CUTO', reason: input.by === 'customer' ? 'the customer chose to claim it' : 'below the minimum when the customer left',
          scope: scopeOf(served(), input.context.operationId),
        }),
      ),
    ),
    awaitDelivery: fromPromise<DeliveryReply, { readonly messageId: string }>(({ input }) => parts().deliveries.awaitFinal(input.messageId, parts().config.limits.deliveryWaitMs)),
  };
}

/** Notes inside to be used as agreed, by whose word. */
export interface Acceptance<Context> {
  readonly context: Context;
  readonly notes: readonly InsertedNote[];
  readonly uncertainNotes: readonly InsertedNote[];
  readonly by: 'customer' | 'walkAway' | 'recovery';
  /** After a restart: what the customer agreed to before it. */
  readonly agreed?: ShownConsent | null;
}

export function accountTarget(account: Account): ReceiptTarget {
  return { kind: 'account', accountKind: account.kind, masked: account.masked };
}

/** Accounts of the client that this operation may use, those of the host's order first (T-2.4.3). */
export async function loadAccounts(parts: CoreParts, served: ServedSession | null, input: OperationInput, operation: OperationCode): Promise<AccountsReply> {
  const outcome = await parts.gateway.ask('client.accounts', {
    clientId: clientIdOf(input.identity),
    operation,
    authToken: input.authentication.authToken,
  }, scopeOf(served, input.operationId));
  const reply = replyOf(outcome, (body) => body.accounts.filter((account) => (operation === 'op-10' ? account.canWithdraw : account.canDeposit)));
  return reply.kind === 'ok' && reply.value.length === 0 ? { kind: 'notFound' } : reply;
}

async function quoteDeposit(parts: CoreParts, served: ServedSession | null, input: DepositContext): Promise<TermsReply> {
  const account = input.account as Account;
  const outcome = await parts.gateway.ask(
    'fee.quote',
    {
      operation: 'op-01',
      amountMinor: null,
      target: { kind: 'account', clientId: clientIdOf(input.identity), accountRef: account.accountRef },
      authToken: input.authentication.authToken,
    },
    scopeOf(served, input.operationId),
    (asked) => {
      const quoted = replyOf(asked, ({ quoteId, tariffId, feeMinor }) => ({ quoteId, tariffId, feeMinor }));
      if (quoted.kind !== 'ok') return null;
      const scope = entryScope(served, input.operationId);
      return { entries: [entry('account.chosen', { masked: account.masked }, { ...scope, secrets: { account: { kind: 'account', value: account.accountRef } } }), entry('quote.received', quoted.value, scope)] };
    },
  );
  return withinRoom(parts, replyOf(outcome, (body, hostTimeUtcMs): CashTerms => ({
    quoteId: body.quoteId, tariffId: body.tariffId, feeRule: body.feeRule, execution: body.execution, wantedMinor: null, fixedCreditMinor: null,
    insertMinMinor: Math.max(body.minMinor, neededForCredit(body.feeRule, 100)),
    insertMaxMinor: body.maxMinor,
    acceptedMinor: parts.config.acceptance.denominationsMinor,
    validUntilUtcMs: body.validUntilUtcMs,
    validForMs: body.validUntilUtcMs - hostTimeUtcMs,
  })));
}

/** Of our own accord, with the link there: nobody reads that it is not. */
export const NOT_NOW = { kind: 'declined', refusal: 'RF-24', blockedUntilUtcMs: null } as const;

/** No more comes in than the bank may be left without word of: the last note stops before the limit of the queue, not after. [host-messages §5.1] */
export function withinRoom(parts: Pick<CoreParts, 'deliveries' | 'log'>, reply: HostReply<CashTerms>): HostReply<CashTerms> {
  if (reply.kind !== 'ok') return reply;
  if (isTooShort(parts.log, reply.value)) return NOT_NOW;
  const insertMaxMinor = Math.min(reply.value.insertMaxMinor, parts.deliveries.roomMinor());
  return insertMaxMinor < reply.value.insertMinMinor ? NOT_NOW : { kind: 'ok', value: { ...reply.value, insertMaxMinor } };
}

/** The consent to the terms, before the first note (ux.md). */
export function journalTermsConsent(parts: CoreParts, served: ServedSession | null, input: { readonly operationId: string; readonly terms: CashTerms | null }, memo: OperationMemo): void {
  const consent = parts.consents.last();
  requireCommit(parts.journal, {
    entries: [entry('consent.given', {
      stage: 'terms',
      quoteId: input.terms?.quoteId ?? '',
      totalMinor: null,
      textSha256: consent?.textSha256 ?? '',
      language: consent?.language ?? 'kk',
    }, entryScope(served, input.operationId))],
    facts: memoFacts(memo),
  });
}

/** What accepting needs of the context; recovery has only this. */
export type DepositToAccept = Pick<DepositContext, 'operationId' | 'identity' | 'authentication' | 'account' | 'terms'>;

/** One transaction: consent, acceptance, receipt with its number, and the message to the bank (T-2.1.2, T-2.6, Q-07). */
export function acceptDeposit(parts: CoreParts, served: ServedSession | null, { context, notes, uncertainNotes, by, agreed }: Acceptance<DepositToAccept>): AcceptedDeposit {
  parts.heldOutcomes.requireWritten();
  const { terms, account } = context;
  assert(terms !== null && account !== null, 'a deposit is accepted on agreed terms');
  const scope = entryScope(served, context.operationId);
  const hostScope = scopeOf(served, context.operationId);
  const inserted = insertedMinor(notes);
  const split = splitInserted(terms.feeRule, inserted);
  assert(split.missingMinor === 0, 'a deposit below its fee is not accepted');
  const counts = noteCounts(notes);
  const shown = agreed ?? parts.consents.last();
  const inTime = consentInTime(parts, context.operationId, terms.validUntilUtcMs, shown);
  const consent = { consentAtUtcMs: inTime?.consentAtUtcMs ?? parts.journal.nowUtcMs(), quoteId: terms.quoteId, textSha256: inTime?.textSha256 ?? '0'.repeat(64) };
  const issued = parts.receipts.issue(
    {
      operation: 'op-01', language: hostScope.language, acceptedAtUtcMs: parts.journal.nowUtcMs(), amountMinor: inserted, requestedMinor: null, feeMinor: split.feeMinor, totalMinor: inserted,
      creditMinor: split.creditMinor, changeMinor: 0, maskedChangePhone: null, target: accountTarget(account), maskedPayee: context.identity.kind === 'client' ? context.identity.maskedName : null,
      notes: counts, execution: terms.execution, status: 'accepted', refusal: null, suspenseMinor: insertedMinor(uncertainNotes),
    },
    context.operationId,
  );
  const { receiptNumber, reference } = issued.record;
  const message = parts.gateway.draft(
    'cash.deposit',
    {
      clientId: clientIdOf(context.identity),
      accountRef: account.accountRef,
      amountMinor: inserted,
      feeMinor: split.feeMinor,
      creditMinor: split.creditMinor,
      notes: counts,
      authToken: context.authentication.authToken,
      consent,
      receiptNumber,
      reference,
    },
    hostScope, 0,
  );
  const destination = destinationOf(context.identity);
  const suspected = suspectNotes(parts, { notes: uncertainNotes, operationId: context.operationId, reference, scope });
  requireCommit(parts.journal, {
    entries: [
      // A customer who walked away agreed to the terms only (ux.md).
      ...(by === 'customer' ? [entry('consent.given', {
        stage: 'figures',
        quoteId: terms.quoteId,
        totalMinor: inserted,
        textSha256: shown?.textSha256 ?? consent.textSha256,
        language: hostScope.language,
      }, scope)] : []),
      entry('deposit.accepted', { insertedMinor: inserted, feeMinor: split.feeMinor, creditMinor: split.creditMinor, changeMinor: 0, notes: counts, by }, scope),
      ...suspected.entries,
      { ...issued.entry, ...scope },
    ],
    suspense: suspected.suspense,
    receipts: [issued.draft],
    messages: [message, parts.receipts.electronicDraft(issued.record, destination, hostScope, 1)],
    facts: destinationFacts(context.operationId, destination),
  });
  parts.deliveries.wake();
  return { messageId: message.messageId, receiptNumber, reference, insertedMinor: inserted, feeMinor: split.feeMinor, creditMinor: split.creditMinor, changeMinor: 0 };
}
