import { fromPromise } from 'xstate';
import { insertedMinor, noteCounts } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { AcceptDepositRequest, AcceptedDeposit, CashTerms, DeliveryReply, RetainedDeposit } from '../../../state-machines/deposit/deposit.types.ts';
import type { HostReply } from '../../../state-machines/events.ts';
import type { ChangeReply, CheckReply, PaymentContext } from '../../../state-machines/payment/payment.types.ts';
import type { CashSplit } from '../../cash/fees.ts';
import { feeMinor, neededForCredit, splitForFixedCredit, splitInserted } from '../../cash/fees.ts';
import type { HostAnswerBody, Provider } from '../../contracts/host-operations.ts';
import { maskPhone } from '../../contracts/identifiers.ts';
import { assert } from '../../foundation/assert.ts';
import { MINOR_PER_UNIT } from '../../foundation/money.ts';
import { dataOf } from '../../journal/entry-data.ts';
import { entry } from '../../journal/journal.ts';
import type { ReceiptTarget } from '../../receipt/receipt-record.ts';
import type { CoreParts } from '../core-parts.ts';
import { destinationFacts } from '../electronic-receipt.ts';
import { replyOf } from '../host/host-gateway.ts';
import { requireCommit } from '../require-commit.ts';
import type { Acceptance } from './deposit-actors.ts';
import { journalTermsConsent, NOT_NOW, withinRoom } from './deposit-actors.ts';
import type { ServedSession } from './operation-scope.ts';
import { destinationOf, entryScope, memoScope, payerPhoneOf, scopeOf } from './operation-scope.ts';
import { maskRequisite, validateFields } from './provider-fields.ts';
import { consentInTime } from './quote-validity.ts';
import { retainMoney, suspectNotes } from './retained-money.ts';

/** Fills the holes of the payment machine (OP-05). */
export function paymentActors(parts: () => CoreParts, served: () => ServedSession | null) {
  return {
    findProvider: fromPromise<Provider | null, { readonly providerId: string; readonly context: PaymentContext }>(({ input }) => Promise.resolve(findProvider(parts(), served(), input))),
    checkPayment: fromPromise<CheckReply, { readonly fields: Readonly<Record<string, string>>; readonly context: PaymentContext }>(({ input }) => checkPayment(parts(), served(), input)),
    journalTermsConsent: fromPromise<void, PaymentContext>(({ input }) =>
      Promise.resolve().then(() => {
        const { operationId, identity, authentication, provider, fields, terms, checked } = input;
        assert(provider !== null && terms !== null, 'terms are agreed on a provider');
        journalTermsConsent(parts(), served(), input, {
          operation: 'op-05',
          operationId,
          identity,
          authentication,
          provider,
          fields,
          terms,
          maskedPayee: checked?.maskedPayee ?? null,
          consent: parts().consents.last(),
          ...memoScope(served()),
        });
      }),
    ),
    quoteChange: fromPromise<ChangeReply, AcceptDepositRequest<PaymentContext>>(({ input }) => quoteChange(parts(), served(), input)),
    acceptPayment: fromPromise<AcceptedDeposit, AcceptDepositRequest<PaymentContext>>(({ input }) => Promise.resolve().then(() => acceptPayment(parts(), served(), input))),
    retainPayment: fromPromise<RetainedDeposit, AcceptDepositRequest<PaymentContext>>(({ input }) =>
      Promise.resolve().then(() =>
        retainMoney(parts(), {
          operation: 'op-05', operationId: input.context.operationId, identity: input.context.identity, notes: input.notes, uncertainNotes: input.uncertainNotes,
          target: providerTarget(input.context), cause: input.by === 'customer' ? 'CUCL' : 'CUTO', reason: input.by === 'customer' ? 'the customer chose to claim it' : 'below the minimum when the customer left',
          scope: scopeOf(served(), input.context.operationId),
        }),
      ),
    ),
    awaitDelivery: fromPromise<DeliveryReply, { readonly messageId: string }>(({ input }) => parts().deliveries.awaitFinal(input.messageId, parts().config.limits.deliveryWaitMs)),
  };
}

function findProvider(parts: CoreParts, served: ServedSession | null, { providerId, context }: { readonly providerId: string; readonly context: PaymentContext }): Provider | null {
  const provider = parts.catalogue.provider(providerId);
  if (provider !== null) requireCommit(parts.journal, { entries: [entry('provider.chosen', { providerId, catalogueVersion: parts.catalogue.current.version }, entryScope(served, context.operationId))] });
  return provider;
}

/** Whose rules the payer saw, was checked by and agreed on: a newer catalogue may have come since, also with a restart. */
function chosenCatalogueVersion(parts: CoreParts, operationId: string): number {
  const chosen = dataOf(parts.journal.operationEntries(operationId, ['provider.chosen']), 'provider.chosen').at(-1);
  return chosen?.catalogueVersion ?? parts.catalogue.current.version;
}

/** The fields by the provider's own rules, then the host's check of the requisites, then the quote of the fee. */
async function checkPayment(parts: CoreParts, served: ServedSession | null, { fields, context }: { readonly fields: Readonly<Record<string, string>>; readonly context: PaymentContext }): Promise<CheckReply> {
  const provider = context.provider;
  assert(provider !== null, 'a payment is checked for a chosen provider');
  if (!validateFields(provider, fields)) throw new Error('fields do not fit the masks');
  const scope = scopeOf(served, context.operationId);
  const { authToken } = context.authentication;
  const checked = replyOf(await parts.gateway.ask('pay.check', {
    providerId: provider.providerId,
    catalogueVersion: chosenCatalogueVersion(parts, context.operationId),
    fields: { ...fields },
    authToken,
  }, scope), (body) => body);
  if (checked.kind !== 'ok') return checked;
  const quoted = replyOf(await parts.gateway.ask('fee.quote', {
    operation: 'op-05',
    amountMinor: null,
    target: { kind: 'provider', providerId: provider.providerId, fields: { ...fields } },
    authToken,
  }, scope), (body, hostTimeUtcMs) => ({ ...body, validForMs: body.validUntilUtcMs - hostTimeUtcMs }));
  if (quoted.kind !== 'ok') return quoted;
  requireCommit(parts.journal, { entries: [entry('quote.received', {
    quoteId: quoted.value.quoteId,
    tariffId: quoted.value.tariffId,
    feeMinor: quoted.value.feeMinor,
  }, entryScope(served, context.operationId))] });
  return termsOf(parts, checked.value, quoted.value);
}

function termsOf(parts: CoreParts, check: HostAnswerBody<'pay.check'>, quote: HostAnswerBody<'fee.quote'> & Pick<CashTerms, 'validForMs'>): HostReply<Extract<CheckReply, { kind: 'ok' }>['value']> {
  const { feeRule } = quote;
  const wantedMinor = check.fixedMinor === null ? null : neededForCredit(feeRule, check.fixedMinor);
  // No note is taken beyond a fixed sum: none, or one below what the bank takes, could never be paid.
  if (wantedMinor !== null && (wantedMinor === 0 || wantedMinor < quote.minMinor)) return NOT_NOW;
  const terms = withinRoom(parts, {
    kind: 'ok',
    value: {
      quoteId: quote.quoteId, tariffId: quote.tariffId, feeRule, execution: quote.execution, wantedMinor, fixedCreditMinor: check.fixedMinor,
      insertMinMinor: Math.max(quote.minMinor, wantedMinor ?? neededForCredit(feeRule, Math.max(check.minMinor, 100))),
      // A fixed sum may be over-paid by a note; the rest is change. Cash is whole tenge: of a largest sum with tiyn it makes what is below.
      insertMaxMinor: wantedMinor === null ? Math.min(quote.maxMinor, neededForCredit(feeRule, check.maxMinor - (check.maxMinor % MINOR_PER_UNIT))) : quote.maxMinor,
      acceptedMinor: parts.config.acceptance.denominationsMinor, validUntilUtcMs: quote.validUntilUtcMs, validForMs: quote.validForMs,
    },
  });
  return terms.kind === 'ok' ? { kind: 'ok', value: { checked: { maskedPayee: check.maskedPayee, suggestedMinor: check.suggestedMinor }, terms: terms.value } } : terms;
}

function splitOf(context: Pick<PaymentContext, 'terms'>, inserted: number): CashSplit {
  const { terms } = context;
  assert(terms !== null, 'a payment is split on agreed terms');
  return terms.fixedCreditMinor === null ? splitInserted(terms.feeRule, inserted) : splitForFixedCredit(terms.feeRule, { insertedMinor: inserted, creditMinor: terms.fixedCreditMinor });
}

/**
 * The remainder goes to the payer's own phone; further targets come with the operations that serve them. Its fee is the host's word; without one
 * nothing is asked that could not be said, and the receipt names the phone.
 */
async function quoteChange(parts: CoreParts, served: ServedSession | null, { context, notes }: AcceptDepositRequest<PaymentContext>): Promise<ChangeReply> {
  const { changeMinor } = splitOf(context, insertedMinor(notes));
  if (changeMinor === 0) return { changeMinor, offers: [] };
  const quoted = replyOf(await parts.gateway.ask('fee.quote', {
    operation: 'op-05',
    amountMinor: changeMinor,
    target: { kind: 'phoneTopUp', phone: payerPhoneOf(context) },
    authToken: context.authentication.authToken,
  }, scopeOf(served, context.operationId)), (body) => body);
  if (quoted.kind !== 'ok') return { changeMinor, offers: [] };
  const changeFeeMinor = quoted.value.feeMinor ?? feeMinor(quoted.value.feeRule, changeMinor);
  // More than there is cannot be taken of it.
  return { changeMinor, offers: changeFeeMinor > changeMinor ? [] : [{ target: 'phoneTopUp', quoteId: quoted.value.quoteId, feeMinor: changeFeeMinor, validUntilUtcMs: quoted.value.validUntilUtcMs }] };
}

export function providerTarget(context: Pick<PaymentContext, 'provider' | 'fields'>): ReceiptTarget {
  const { provider, fields } = context;
  assert(provider !== null, 'a payment has a provider');
  return { kind: 'provider', name: provider.name, requisites: provider.fields.map((field) => ({ label: field.label, masked: maskRequisite(fields[field.key] ?? '') })) };
}

/** What accepting needs of the context; recovery has only this. */
export type PaymentToAccept = Pick<PaymentContext, 'operationId' | 'identity' | 'authentication' | 'provider' | 'fields' | 'checked' | 'changeChosen' | 'terms'>;

/** One transaction: consent, acceptance, receipt with its number, and the payment message (T-2.1.2, T-2.6, Q-07). */
export function acceptPayment(parts: CoreParts, served: ServedSession | null, { context, notes, uncertainNotes, by, agreed }: Acceptance<PaymentToAccept>): AcceptedDeposit {
  parts.heldOutcomes.requireWritten();
  const { terms, provider } = context;
  assert(terms !== null && provider !== null, 'a payment is accepted on agreed terms');
  const scope = entryScope(served, context.operationId);
  const hostScope = scopeOf(served, context.operationId);
  const inserted = insertedMinor(notes);
  const split = splitOf(context, inserted);
  assert(split.missingMinor === 0, 'a payment below its minimum is not accepted');
  const counts = noteCounts(notes);
  const phone = payerPhoneOf(context);
  // A fee on a quote that has lapsed is none that he agreed to; the payment is not to be refused for it.
  const holdsChange = context.changeChosen !== null && (parts.gateway.bankNowUtcMs() ?? parts.journal.nowUtcMs()) <= context.changeChosen.validUntilUtcMs;
  const changeAgreed = split.changeMinor > 0 && holdsChange ? context.changeChosen : null;
  // Where the change goes was agreed to on a screen of its own, after the figures.
  const shown = agreed ?? (by === 'customer' ? parts.consents.figures() : parts.consents.last());
  const inTime = consentInTime(parts, context.operationId, terms.validUntilUtcMs, shown);
  const consent = { consentAtUtcMs: inTime?.consentAtUtcMs ?? parts.journal.nowUtcMs(), quoteId: terms.quoteId, textSha256: inTime?.textSha256 ?? '0'.repeat(64) };
  const issued = parts.receipts.issue(
    {
      operation: 'op-05', language: hostScope.language, acceptedAtUtcMs: parts.journal.nowUtcMs(), amountMinor: inserted, requestedMinor: null, feeMinor: split.feeMinor, totalMinor: inserted,
      creditMinor: split.creditMinor, changeMinor: split.changeMinor, ...(changeAgreed === null ? {} : { changeFeeMinor: changeAgreed.feeMinor }), maskedChangePhone: split.changeMinor === 0 ? null : maskPhone(phone), target: providerTarget(context),
      maskedPayee: context.checked?.maskedPayee ?? null, notes: counts, execution: terms.execution, status: 'accepted', refusal: null, suspenseMinor: insertedMinor(uncertainNotes),
    },
    context.operationId,
  );
  const { receiptNumber, reference } = issued.record;
  const message = parts.gateway.draft(
    'pay.provider',
    {
      providerId: provider.providerId, catalogueVersion: chosenCatalogueVersion(parts, context.operationId), fields: { ...context.fields }, insertedMinor: inserted, feeMinor: split.feeMinor, creditMinor: split.creditMinor,
      changeMinor: split.changeMinor, changePhone: split.changeMinor === 0 ? null : phone, ...(changeAgreed === null ? {} : { changeAgreed: { quoteId: changeAgreed.quoteId, feeMinor: changeAgreed.feeMinor } }), payerPhone: phone, purposeCode: provider.purposeCode, notes: counts, authToken: context.authentication.authToken, consent, receiptNumber, reference,
    },
    hostScope, 0,
  );
  const destination = destinationOf(context.identity);
  const suspected = suspectNotes(parts, { notes: uncertainNotes, operationId: context.operationId, reference, scope });
  const agreement = { quoteId: terms.quoteId, textSha256: shown?.textSha256 ?? consent.textSha256, language: hostScope.language };
  requireCommit(parts.journal, {
    entries: [
      // A customer who walked away agreed to the terms only (ux.md).
      ...(by === 'customer' ? [entry('consent.given', { stage: 'figures', totalMinor: inserted, ...agreement }, scope)] : []),
      ...(changeAgreed !== null ? [entry('consent.given', { stage: 'change', totalMinor: split.changeMinor, ...agreement, quoteId: changeAgreed.quoteId, textSha256: parts.consents.last()?.textSha256 ?? '' }, scope)] : []),
      entry('deposit.accepted', { insertedMinor: inserted, feeMinor: split.feeMinor, creditMinor: split.creditMinor, changeMinor: split.changeMinor, notes: counts, by }, scope),
      ...suspected.entries,
      { ...issued.entry, ...scope },
    ],
    suspense: suspected.suspense,
    receipts: [issued.draft],
    messages: [message, parts.receipts.electronicDraft(issued.record, destination, hostScope, 1)],
    facts: destinationFacts(context.operationId, destination),
  });
  parts.deliveries.wake();
  return {
    messageId: message.messageId,
    receiptNumber,
    reference,
    insertedMinor: inserted,
    feeMinor: split.feeMinor,
    creditMinor: split.creditMinor,
    changeMinor: split.changeMinor,
  };
}
