import type { FeeRule, HostHeader } from '../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import type { BankDatabase } from './schema.ts';

export interface Quote {
  readonly target: unknown;
  readonly feeRule: FeeRule;
  readonly minMinor: number;
  readonly maxMinor: number;
}

/**
 * The quote the customer consented to, or undefined when it is not one of this session and operation, or did not hold any more when he consented. Without a rate it holds as long as the
 * session (host-messages §6).
 */
export function quoteAgreedTo(database: BankDatabase, header: HostHeader, { quoteId, consentAtUtcMs }: { readonly quoteId: string; /** null: agreed to beside another one */ readonly consentAtUtcMs: number | null }, operation: OperationCode): Quote | undefined {
  const row = database
    .prepare('SELECT terminal_id AS terminalId, session_id AS sessionId, operation, target_json AS targetJson, fee_rule_json AS feeRuleJson, min_minor AS minMinor, max_minor AS maxMinor, valid_until_utc_ms AS validUntilUtcMs FROM quotes WHERE quote_id = ?')
    .get(quoteId) as { terminalId: string; sessionId: string; operation: string; targetJson: string; feeRuleJson: string; minMinor: number; maxMinor: number; validUntilUtcMs: number } | undefined;
  if (row === undefined || row.terminalId !== header.terminalId || row.sessionId !== header.sessionId || row.operation !== operation || (consentAtUtcMs ?? 0) > row.validUntilUtcMs) return undefined;
  return { target: JSON.parse(row.targetJson), feeRule: JSON.parse(row.feeRuleJson) as FeeRule, minMinor: row.minMinor, maxMinor: row.maxMinor };
}
