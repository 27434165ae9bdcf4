import type { Json } from '../simulator.ts';
import type { Bank } from './bank.ts';

/**
 * The bank's truth for `world.json`, checkers and the workbench. Names, telephones and codes are not in it.
 * For each terminal: journalled cash in = `cashInMinor + suspenseInMinor`, journalled cash out = `cashOutMinor`, with `suspenseOutMinor` what may have left besides.
 */
export interface BankWorld {
  readonly businessDay: string;
  readonly terminals: { readonly [terminalId: string]: { readonly cashInMinor: number; readonly cashOutMinor: number; readonly suspenseInMinor: number; readonly suspenseOutMinor: number; readonly doubtfulInMinor: number; readonly suspenseMinor: number } };
  readonly accounts: readonly { readonly account: string; readonly balanceMinor: number }[];
  readonly documents: readonly { readonly terminalId: string; readonly messageId: string; readonly operationId: string; readonly operation: string; readonly state: string; readonly refusal: string | null; readonly businessDay: string }[];
  readonly holds: readonly { readonly terminalId: string; readonly messageId: string; readonly operationId: string; readonly amountMinor: number; readonly feeMinor: number; readonly state: string }[];
  readonly deviceEvents: readonly { readonly terminalId: string; readonly kind: string; readonly deviceId: string; readonly errorCode: string }[];
  readonly phones: readonly { readonly phone: string; readonly messages: readonly { readonly kind: string; readonly text: string }[] }[];
  /** Money in doubt that terminals told of, the oldest first. */
  readonly suspense: readonly { readonly suspenseId: string; readonly terminalId: string; readonly kind: string; readonly amountMinor: number; readonly reference: string | null; readonly decided: string | null; readonly settledThere: string | null }[];
  /** Faults that still wait for their moment. */
  readonly armedFaults: readonly { readonly fault: string; readonly operation: string | null; readonly timesLeft: number }[];
  /** 0, or the double entry is broken. */
  readonly trialBalanceMinor: number;
}

const HIDDEN = '••••••';

export function bankWorld(bank: Bank): BankWorld {
  const accounts = bank.ledger.balances();
  const documents = bank.documents.all();
  const terminalIds = [...new Set(documents.map((document) => document.terminalId))].sort();
  return {
    businessDay: bank.businessDay.today(),
    terminals: Object.fromEntries(
      terminalIds.map((terminalId) => {
        const cash = bank.ledger.terminalCash(terminalId);
        return [terminalId, { ...cash, suspenseMinor: cash.suspenseInMinor + cash.suspenseOutMinor }];
      }),
    ),
    accounts,
    documents: documents.map(({ terminalId, messageId, operationId, operation, state, refusal, businessDay }) => ({ terminalId, messageId, operationId, operation, state, refusal, businessDay })),
    holds: bank.database.prepare('SELECT terminal_id AS terminalId, message_id AS messageId, operation_id AS operationId, amount_minor AS amountMinor, fee_minor AS feeMinor, state FROM holds ORDER BY rowid').all() as BankWorld['holds'],
    deviceEvents: bank.database.prepare('SELECT terminal_id AS terminalId, kind, device_id AS deviceId, error_code AS errorCode FROM device_events ORDER BY event_id').all() as BankWorld['deviceEvents'],
    phones: bank.telephones.phones().map(({ phone }) => ({ phone: `${phone.slice(0, 3)}${HIDDEN}${phone.slice(-2)}`, messages: bank.telephones.messages(phone).map((message) => ({ kind: message.kind, text: message.kind === 'code' ? HIDDEN : message.text })) })),
    suspense: bank.suspense.items().map(({ suspenseId, terminalId, kind, amountMinor, reference, decision, settlement }) => ({ suspenseId, terminalId, kind, amountMinor, reference, decided: decision?.to ?? null, settledThere: settlement?.to ?? null })),
    armedFaults: bank.faults.armed().map(({ fault, operation, timesLeft }) => ({ fault, operation, timesLeft })),
    trialBalanceMinor: accounts.reduce((sum, row) => sum + row.balanceMinor, 0),
  };
}

/** The same as plain JSON, for the control socket. */
export function bankWorldJson(bank: Bank): Json {
  return JSON.parse(JSON.stringify(bankWorld(bank))) as Json;
}
