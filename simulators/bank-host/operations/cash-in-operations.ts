import type { HostHeader, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import { approved, declined } from '../decision.ts';
import type { Declined } from '../decision.ts';
import { LEDGER_ACCOUNTS } from '../ledger.ts';
import type { LedgerLine } from '../ledger.ts';
import { quoteAgreedTo } from '../quotes.ts';
import { SAMPLE_PROVIDERS, normaliseFields } from '../sample-catalogue.ts';
import { feeForMinor, isFeeAsQuoted } from '../tariffs.ts';
import { authorise } from './context.ts';
import { reportOfDay } from './day-operations.ts';
import type { BankContext, BankRequest, Handlers } from './context.ts';

/**
 * Cash that already lies in the terminal's boxes. Whatever the bank decides, the cash is booked: to whom it was meant, or, when refused, to
 * suspense as a claim on the bank. [host-messages §6: after the note is stacked a refusal does not return cash]
 */
export type CashInOperation = 'cash.deposit' | 'cash.deposit.complete' | 'pay.provider';

export function cashInOperations(context: BankContext): Handlers<CashInOperation> {
  const { ledger, documents } = context;
  return {
    'cash.deposit'(request) {
      const { header, body } = request;
      const refusal = whyNotDeposited(context, request);
      if (refusal !== null) return suspend(context, header, { operation: 'cash.deposit', amountMinor: body.amountMinor, refusal });
      book(context, header, 'cash.deposit', [
        { account: LEDGER_ACCOUNTS.transit(header.terminalId), amountMinor: -body.amountMinor },
        { account: LEDGER_ACCOUNTS.client(body.accountRef), amountMinor: body.creditMinor },
        { account: LEDGER_ACCOUNTS.feeIncome, amountMinor: body.feeMinor },
      ]);
      reportOfDay(context, header, { operation: 'op-01', amountMinor: body.amountMinor });
      return approved<'cash.deposit'>({ authorisedMinor: body.amountMinor, documentNumber: documentNumber(context) });
    },

    'pay.provider'(request) {
      const { header, body } = request;
      const refusal = whyNotPaid(context, request);
      if (refusal !== null) return suspend(context, header, { operation: 'pay.provider', amountMinor: body.insertedMinor, refusal });
      book(context, header, 'pay.provider', [
        { account: LEDGER_ACCOUNTS.transit(header.terminalId), amountMinor: -body.insertedMinor },
        { account: LEDGER_ACCOUNTS.provider(body.providerId), amountMinor: body.creditMinor },
        { account: LEDGER_ACCOUNTS.feeIncome, amountMinor: body.feeMinor + (body.changeAgreed?.feeMinor ?? 0) },
        { account: LEDGER_ACCOUNTS.phoneTopUps, amountMinor: body.changeMinor - (body.changeAgreed?.feeMinor ?? 0) },
      ]);
      reportOfDay(context, header, { operation: 'op-05', amountMinor: body.insertedMinor });
      return approved<'pay.provider'>({ providerRef: `P${String(documents.nextNumber('provider')).padStart(8, '0')}` });
    },

    'cash.deposit.complete'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const deposit = documents.byEffect({ terminalId: header.terminalId, operation: body.operation === 'op-05' ? 'pay.provider' : 'cash.deposit', operationId: header.operationId });
      if (body.outcome === 'deposited') {
        // The money was booked with the request; this only closes the operation.
        if (deposit?.state !== 'executed' || body.retainedMinor !== 0) context.notice('host.completion.unmatched', { messageId: header.messageId });
        return approved<'cash.deposit.complete'>({ documentNumber: null });
      }
      // More may be retained than was counted: a note ordered into the box and not heard of again.
      const countedMinor = sumOfNotesMinor(body.notes);
      const doubtfulMinor = body.retainedMinor - countedMinor;
      // The document contradicts what was booked, which stays (TXNM).
      if (deposit?.state === 'executed') return declined('RF-31');
      if (doubtfulMinor < 0) return declined('RF-15');
      // A refused deposit has brought its cash here already: never twice.
      if (!ledger.isInSuspense({ terminalId: header.terminalId, operationId: header.operationId })) {
        book(context, header, 'cash.deposit.complete', [
          { account: LEDGER_ACCOUNTS.transit(header.terminalId), amountMinor: -countedMinor },
          { account: LEDGER_ACCOUNTS.suspenseIn(header.terminalId), amountMinor: countedMinor },
          { account: LEDGER_ACCOUNTS.doubtfulCash(header.terminalId), amountMinor: -doubtfulMinor },
          { account: LEDGER_ACCOUNTS.doubtfulClaim(header.terminalId), amountMinor: doubtfulMinor },
        ]);
        reportOfDay(context, header, { operation: body.operation, amountMinor: countedMinor });
      }
      return approved<'cash.deposit.complete'>({ documentNumber: documentNumber(context) });
    },
  };
}

function whyNotDeposited(context: BankContext, request: BankRequest<'cash.deposit'>): Declined | null {
  const { header, body, forcedRefusal } = request;
  if (forcedRefusal !== null) return declined(forcedRefusal);
  const access = authorise(context, request, { operation: 'op-01', clientId: body.clientId, step: 'cashInside' });
  if ('declined' in access) return access.declined;
  const account = context.clients.account(body.accountRef);
  if (account === undefined || account.clientId !== body.clientId || !account.canDeposit) return declined('RF-15');
  if (body.amountMinor !== body.creditMinor + body.feeMinor || sumOfNotesMinor(body.notes) !== body.amountMinor) return declined('RF-15');
  const quote = quoteAgreedTo(context.database, header, body.consent, 'op-01');
  // Another fee than the one agreed to is no agreement. [host-messages §6, Consent]
  if (quote === undefined || !isFeeAsQuoted(quote.feeRule, { feeMinor: body.feeMinor, creditMinor: body.creditMinor, insertedMinor: body.amountMinor })) return declined('RF-15');
  if (body.amountMinor > account.depositMaxMinor) return declined('RF-03');
  return body.amountMinor > quote.maxMinor ? declined('RF-04') : null;
}

function whyNotPaid(context: BankContext, request: BankRequest<'pay.provider'>): Declined | null {
  const { header, body, forcedRefusal } = request;
  if (forcedRefusal !== null) return declined(forcedRefusal);
  const access = authorise(context, request, { operation: 'op-05', clientId: null, step: 'cashInside' });
  if ('declined' in access) return access.declined;
  const sample = SAMPLE_PROVIDERS.get(body.providerId);
  if (sample === undefined) return declined('RF-25');
  if (normaliseFields(sample, body.fields) === undefined || body.purposeCode !== sample.provider.purposeCode) return declined('RF-15');
  if (body.insertedMinor !== body.feeMinor + body.creditMinor + body.changeMinor || sumOfNotesMinor(body.notes) !== body.insertedMinor) return declined('RF-15');
  if (body.changeMinor > 0 && body.changePhone === null) return declined('RF-15');
  if (body.changeAgreed !== undefined && !isChangeAsQuoted(context, header, body, body.changeAgreed)) return declined('RF-15');
  if (sample.fixedMinor !== null && body.creditMinor !== sample.fixedMinor) return declined('RF-15');
  const quote = quoteAgreedTo(context.database, header, body.consent, 'op-05');
  if (quote === undefined || !isFeeAsQuoted(quote.feeRule, body)) return declined('RF-15');
  return body.insertedMinor - body.changeMinor > quote.maxMinor ? declined('RF-04') : null;
}

/** Another fee than the one that was quoted for this change and this telephone is no agreement. */
function isChangeAsQuoted(context: BankContext, header: HostHeader, { changeMinor, changePhone }: HostRequestBody<'pay.provider'>, agreed: { readonly quoteId: string; readonly feeMinor: number }): boolean {
  const quote = quoteAgreedTo(context.database, header, { quoteId: agreed.quoteId, consentAtUtcMs: null }, 'op-05');
  const target = quote?.target as HostRequestBody<'fee.quote'>['target'] | undefined;
  return quote !== undefined && target?.kind === 'phoneTopUp' && target.phone === changePhone && agreed.feeMinor === feeForMinor(quote.feeRule, changeMinor);
}

/** Refused, but the notes are inside: a claim on the bank is booked with the refusal. */
function suspend(context: BankContext, header: HostHeader, claim: { readonly operation: CashInOperation; readonly amountMinor: number; readonly refusal: Declined }): Declined {
  if (!context.ledger.isInSuspense({ terminalId: header.terminalId, operationId: header.operationId })) {
    book(context, header, claim.operation, [
      { account: LEDGER_ACCOUNTS.transit(header.terminalId), amountMinor: -claim.amountMinor },
      { account: LEDGER_ACCOUNTS.suspenseIn(header.terminalId), amountMinor: claim.amountMinor },
    ]);
  }
  return claim.refusal;
}

/** Late documents post to their own day. [host-messages §5.6] */
function book(context: BankContext, header: HostHeader, purpose: string, lines: readonly LedgerLine[]): void {
  context.ledger.post({ terminalId: header.terminalId, operationId: header.operationId, purpose, businessDay: header.businessDay ?? context.businessDay.today(), atUtcMs: context.clock.nowUtcMs(), lines });
}

/** Of an electronic document of the bank, as printed on receipts. */
export function documentNumber(context: BankContext): string {
  return `D-${context.businessDay.today().replaceAll('-', '')}-${String(context.documents.nextNumber('document')).padStart(5, '0')}`;
}
