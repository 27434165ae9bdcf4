import type { HostHeader, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import { approved, declined } from '../decision.ts';
import type { Declined } from '../decision.ts';
import { LEDGER_ACCOUNTS } from '../ledger.ts';
import { quoteAgreedTo } from '../quotes.ts';
import { WITHDRAWAL_DAY_MAX_MINOR, feeForMinor } from '../tariffs.ts';
import { documentNumber } from './cash-in-operations.ts';
import { reportOfDay } from './day-operations.ts';
import { authorise } from './context.ts';
import type { BankContext, BankRequest, Handlers } from './context.ts';

/** A withdrawal: authorised against a hold, booked by what the terminal reports. [host-messages §5.2] */
export type CashOutOperation = 'cash.withdraw' | 'cash.withdraw.complete';

interface Hold {
  readonly messageId: string;
  readonly clientId: string;
  readonly accountRef: string;
  readonly amountMinor: number;
  readonly feeMinor: number;
  readonly state: 'held' | 'posted' | 'released';
}

export function cashOutOperations(context: BankContext): Handlers<CashOutOperation> {
  const { database, clock, documents } = context;
  const insertHold = database.prepare("INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, 'held', ?)");
  const findHold = database.prepare('SELECT message_id AS messageId, client_id AS clientId, account_ref AS accountRef, amount_minor AS amountMinor, fee_minor AS feeMinor, state FROM holds WHERE terminal_id = ? AND message_id = ?');
  const closeHold = database.prepare('UPDATE holds SET state = ? WHERE terminal_id = ? AND message_id = ?');
  const remember = database.prepare('INSERT OR IGNORE INTO reversals VALUES (?, ?, ?)');
  return {
    'cash.withdraw'(request) {
      const { header, body } = request;
      const refusal = whyNotAuthorised(context, request);
      if (refusal !== null) return refusal;
      insertHold.run(header.terminalId, header.messageId, header.operationId, body.clientId, body.accountRef, body.amountMinor, body.feeMinor, context.businessDay.today());
      return approved<'cash.withdraw'>({ authorisedMinor: body.amountMinor, authorisationCode: String(documents.nextNumber('authorisation')).padStart(6, '0') });
    },

    'cash.withdraw.complete'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      // No notes: more left than was authorised, so that no sum of them is the figure that the customer pays.
      if ((body.notes.length > 0 && body.presentedMinor !== sumOfNotesMinor(body.notes)) || !isOutcomeConsistent(body)) return declined('RF-15');
      const hold = findHold.get(header.terminalId, body.originalMessageId) as Hold | undefined;
      if (body.outcome === 'none') {
        // Also for an original that never came: should it come later, it is refused. [host-messages §5.2, §5.7]
        remember.run(header.terminalId, body.originalMessageId, clock.nowUtcMs());
        if (hold?.state === 'held') closeHold.run('released', header.terminalId, hold.messageId);
        return approved<'cash.withdraw.complete'>({ documentNumber: null });
      }
      if (hold !== undefined && hold.state !== 'held') return declined('RF-15');
      if (hold !== undefined) closeHold.run('posted', header.terminalId, hold.messageId);
      // An original that is not known here, whatever the reason: the notes have left, so the account named in the report pays for them.
      else remember.run(header.terminalId, body.originalMessageId, clock.nowUtcMs());
      reportOfDay(context, header, { operation: 'op-10', amountMinor: -body.presentedMinor });
      bookGiven(context, header, { body, accountRef: hold?.accountRef ?? body.accountRef, feeMaxMinor: hold?.feeMinor ?? 0 });
      return approved<'cash.withdraw.complete'>({ documentNumber: documentNumber(context) });
    },
  };
}

function whyNotAuthorised(context: BankContext, request: BankRequest<'cash.withdraw'>): Declined | null {
  const { header, body, forcedRefusal } = request;
  if (forcedRefusal !== null) return declined(forcedRefusal);
  const { database, clients, ledger } = context;
  // Its reversal was here first: too late, nothing is held. [host-messages §5.2]
  if (database.prepare('SELECT 1 FROM reversals WHERE terminal_id = ? AND original_message_id = ?').get(header.terminalId, header.messageId) !== undefined) return declined('RF-24');
  const access = authorise(context, request, { operation: 'op-10', clientId: body.clientId, step: 'running' });
  if ('declined' in access) return access.declined;
  const account = clients.account(body.accountRef);
  if (account === undefined || account.clientId !== body.clientId || !account.canWithdraw) return declined('RF-15');
  if (account.debitRefusal !== null) return declined(account.debitRefusal);
  const quote = quoteAgreedTo(database, header, body.consent, 'op-10');
  if (quote === undefined || body.feeMinor !== feeForMinor(quote.feeRule, body.amountMinor)) return declined('RF-15');
  if (body.mix.length > 0 && sumOfNotesMinor(body.mix) !== body.amountMinor) return declined('RF-15');
  if (body.amountMinor < quote.minMinor || body.amountMinor > quote.maxMinor) return declined('RF-04');
  if (withdrawnTodayMinor(context, body.clientId) + body.amountMinor > WITHDRAWAL_DAY_MAX_MINOR) return declined('RF-04');
  const heldMinor = database.prepare("SELECT coalesce(sum(amount_minor + fee_minor), 0) FROM holds WHERE account_ref = ? AND state = 'held'").pluck().get(body.accountRef) as number;
  // amount and fee together, before anything moves.
  return ledger.balanceMinor(LEDGER_ACCOUNTS.client(body.accountRef)) - heldMinor < body.amountMinor + body.feeMinor ? declined('RF-02') : null;
}

/** What was authorised today and not released; an unfinished withdrawal counts in full. */
function withdrawnTodayMinor(context: BankContext, clientId: string): number {
  return context.database.prepare("SELECT coalesce(sum(amount_minor), 0) FROM holds WHERE client_id = ? AND business_day = ? AND state <> 'released'").pluck().get(clientId, context.businessDay.today()) as number;
}

function isOutcomeConsistent(body: HostRequestBody<'cash.withdraw.complete'>): boolean {
  const { outcome, presentedMinor, uncertainMinor, authorisedMinor } = body;
  if (outcome === 'none') return presentedMinor === 0 && uncertainMinor === 0;
  if (outcome === 'doubtful') return presentedMinor + uncertainMinor <= authorisedMinor;
  return uncertainMinor === 0 && presentedMinor > 0 && (outcome === 'full' ? presentedMinor === authorisedMinor : presentedMinor < authorisedMinor);
}

/**
 * Books what left, and what may have left. **decision** on the fee of a partial pay-out: the bank takes the fee that the terminal reports (and has
 * printed), never more than was agreed, and none when no note certainly came.
 */
function bookGiven(context: BankContext, header: HostHeader, given: { readonly body: HostRequestBody<'cash.withdraw.complete'>; readonly accountRef: string; readonly feeMaxMinor: number }): void {
  const { presentedMinor, uncertainMinor } = given.body;
  const feeMinor = presentedMinor > 0 ? Math.min(given.body.feeMinor, given.feeMaxMinor) : 0;
  context.ledger.post({
    terminalId: header.terminalId,
    operationId: header.operationId,
    purpose: 'cash.withdraw.complete',
    businessDay: header.businessDay ?? context.businessDay.today(),
    atUtcMs: context.clock.nowUtcMs(),
    lines: [
      { account: LEDGER_ACCOUNTS.client(given.accountRef), amountMinor: -(presentedMinor + uncertainMinor + feeMinor) },
      { account: LEDGER_ACCOUNTS.transit(header.terminalId), amountMinor: presentedMinor },
      { account: LEDGER_ACCOUNTS.suspenseOut(header.terminalId), amountMinor: uncertainMinor },
      { account: LEDGER_ACCOUNTS.feeIncome, amountMinor: feeMinor },
    ],
  });
}
