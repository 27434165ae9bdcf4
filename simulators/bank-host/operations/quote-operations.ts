import type { HostRequestBody } from '../../../main/contracts/host-operations.ts';
import { maskName } from '../../../main/contracts/identifiers.ts';
import type { OperationCode } from '../../../main/contracts/operations.ts';
import type { RefusalCode } from '../../../main/foundation/refusals.ts';
import { approved, declined } from '../decision.ts';
import type { Declined } from '../decision.ts';
import { SAMPLE_PROVIDERS, normaliseFields } from '../sample-catalogue.ts';
import type { SampleProvider } from '../sample-catalogue.ts';
import { LIMITS, TARIFFS, feeForMinor } from '../tariffs.ts';
import type { Tariff } from '../tariffs.ts';
import { authorise } from './context.ts';
import type { BankContext, Handlers } from './context.ts';

/** What it will cost and how much is allowed, before anybody consents. */
export type QuoteOperation = 'fee.quote' | 'pay.check';

type Target = HostRequestBody<'fee.quote'>['target'];
interface Terms {
  readonly tariff: Tariff;
  readonly minMinor: number;
  readonly maxMinor: number;
  readonly overMax: RefusalCode;
  readonly execution: SampleProvider['execution'];
}

export function quoteOperations(context: BankContext): Handlers<QuoteOperation> {
  const insert = context.database.prepare('INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    'fee.quote'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      if (header.sessionId === null) return declined('RF-01');
      const { target, operation, amountMinor } = body;
      const access = authorise(context, { header, body }, { operation, clientId: target.kind === 'account' ? target.clientId : null, step: 'new' });
      if ('declined' in access) return access.declined;
      const terms = termsOf(context, target, operation);
      if ('outcome' in terms) return terms;
      if (amountMinor !== null && amountMinor > terms.maxMinor) return declined(terms.overMax);
      if (amountMinor !== null && amountMinor < terms.minMinor) return declined('RF-04');

      const { rule, tariffId } = terms.tariff;
      const feeMinor = amountMinor === null ? null : feeForMinor(rule, amountMinor);
      const quoteId = context.references.draw('q');
      // Without a rate a quote holds until the session ends. [host-messages §6]
      const validUntilUtcMs = Math.min(access.token.expiresAtUtcMs, context.clock.nowUtcMs() + (context.quoteMs() ?? Infinity));
      insert.run(quoteId, header.terminalId, header.sessionId, operation, JSON.stringify(target), JSON.stringify(rule), terms.minMinor, terms.maxMinor, validUntilUtcMs);
      return approved<'fee.quote'>({
        quoteId,
        tariffId,
        feeRule: rule,
        feeMinor,
        totalMinor: amountMinor === null || feeMinor === null ? null : rule.payer === 'onTop' ? amountMinor + feeMinor : amountMinor,
        minMinor: terms.minMinor,
        maxMinor: terms.maxMinor,
        validUntilUtcMs,
        execution: terms.execution,
      });
    },

    'pay.check'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const access = authorise(context, { header, body }, { operation: 'op-05', clientId: null, step: 'new' });
      if ('declined' in access) return access.declined;
      const sample = SAMPLE_PROVIDERS.get(body.providerId);
      if (sample === undefined) return declined('RF-25');
      if (normaliseFields(sample, body.fields) === undefined) return declined('RF-15');
      return approved<'pay.check'>({
        maskedPayee: sample.payee === null ? null : maskName(sample.payee),
        suggestedMinor: sample.suggestedMinor,
        fixedMinor: sample.fixedMinor,
        minMinor: sample.fixedMinor ?? sample.provider.minMinor,
        maxMinor: sample.fixedMinor ?? sample.provider.maxMinor,
      });
    },
  };
}

function termsOf(context: BankContext, target: Target, operation: OperationCode): Terms | Declined {
  const bank = LIMITS[operation];
  if (target.kind === 'phoneTopUp') return { tariff: TARIFFS.phoneTopUp, minMinor: 0, maxMinor: bank.maxMinor, overMax: 'RF-04', execution: 'atOnce' };
  if (target.kind === 'provider') {
    if (operation !== 'op-05') return declined('RF-15');
    const sample = SAMPLE_PROVIDERS.get(target.providerId);
    if (sample === undefined) return declined('RF-25');
    // Of a fixed sum the notes may well make more: the rest is change.
    const ownMaxMinor = sample.fixedMinor === null ? sample.provider.maxMinor : bank.maxMinor;
    return { tariff: sample.tariff, minMinor: Math.max(bank.minMinor, sample.fixedMinor ?? sample.provider.minMinor), maxMinor: Math.min(bank.maxMinor, ownMaxMinor), overMax: 'RF-04', execution: sample.execution };
  }
  if (operation === 'op-05') return declined('RF-15');
  const account = context.clients.account(target.accountRef);
  if (account === undefined || account.clientId !== target.clientId) return declined('RF-15');
  if (operation === 'op-10') return { tariff: TARIFFS.withdrawal, minMinor: bank.minMinor, maxMinor: bank.maxMinor, overMax: 'RF-04', execution: 'atOnce' };
  return { tariff: TARIFFS.deposit, minMinor: bank.minMinor, maxMinor: Math.min(bank.maxMinor, account.depositMaxMinor), overMax: account.depositMaxMinor < bank.maxMinor ? 'RF-03' : 'RF-04', execution: 'atOnce' };
}
