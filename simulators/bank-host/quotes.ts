import type { FeeRule, HostHeader } from '../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import { RUNNING_STEP_GRACE_MS } from './access.ts';
import type { BankDatabase } from './schema.ts';

export interface Quote {
  readonly target: unknown;
  readonly feeRule: FeeRule;
  readonly minMinor: number;
  readonly maxMinor: number;
}

/**
 * The quote the customer consented to, or undefined when it is not one of this session and operation, or was too old by then.
 *
 * @param consent as signed by the terminal; its text's hash is evidence for a dispute, the bank keeps it in the document
 */
export function quoteConsentedTo(database: BankDatabase, header: HostHeader, consent: { readonly quoteId: string; readonly consentAtUtcMs: number }, operation: OperationCode): Quote | undefined {
  const row = database
    .prepare('SELECT terminal_id AS terminalId, session_id AS sessionId, operation, target_json AS targetJson, fee_rule_json AS feeRuleJson, min_minor AS minMinor, max_minor AS maxMinor, valid_until_utc_ms AS validUntilUtcMs FROM quotes WHERE quote_id = ?')
    .get(consent.quoteId) as { terminalId: string; sessionId: string; operation: string; targetJson: string; feeRuleJson: string; minMinor: number; maxMinor: number; validUntilUtcMs: number } | undefined;
  if (row === undefined || row.terminalId !== header.terminalId || row.sessionId !== header.sessionId || row.operation !== operation) return undefined;
  if (consent.consentAtUtcMs > row.validUntilUtcMs + RUNNING_STEP_GRACE_MS) return undefined;
  return { target: JSON.parse(row.targetJson), feeRule: JSON.parse(row.feeRuleJson) as FeeRule, minMinor: row.minMinor, maxMinor: row.maxMinor };
}
