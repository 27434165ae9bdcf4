import type { SuspenseDecision } from '../../../main/contracts/host-operations.ts';
import { approved, declined } from '../decision.ts';
import type { BankContext, Handlers } from './context.ts';

/** Items of money in doubt that terminals told of, and what somebody at the bank decided on them. [issue 3] */
export type SuspenseOperation = 'suspense.report' | 'suspense.settlement' | 'suspense.status';

export function suspenseOperations(context: BankContext): Handlers<SuspenseOperation> {
  const { database, clock } = context;
  /** The newest word on an item: where the bank thought better of it, that one counts. */
  const newest = database.prepare(
    'SELECT suspense_id AS suspenseId, decision_id AS decisionId, settled_as AS "to", amount_minor AS amountMinor, authority, reason, decided_at_utc_ms AS decidedAtUtcMs FROM suspense_decisions WHERE terminal_id = ? AND suspense_id = ? ORDER BY rowid DESC LIMIT 1',
  );
  const decisionOn = (terminalId: string, suspenseId: string) => newest.get(terminalId, suspenseId) as SuspenseDecision | undefined;
  return {
    'suspense.report'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const { suspenseId, kind, amountMinor, operationId, operation, reference, openedAtUtcMs, evidence } = body;
      const added = database.prepare('INSERT OR IGNORE INTO suspense_items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(header.terminalId, suspenseId, kind, amountMinor, operationId, operation, reference, openedAtUtcMs, evidence, clock.nowUtcMs());
      if (added.changes === 1) context.suspense.reported(header.terminalId, suspenseId);
      context.notice('host.suspense.reported', { suspenseId, kind, amountMinor, terminalId: header.terminalId });
      return approved<'suspense.report'>({ decision: decisionOn(header.terminalId, suspenseId) ?? null });
    },

    'suspense.settlement'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const { suspenseId, to, amountMinor } = body;
      context.suspense.settledThere(header.terminalId, body);
      context.notice('host.suspense.settledThere', { suspenseId, to, amountMinor, terminalId: header.terminalId });
      return approved<'suspense.settlement'>({ decision: decisionOn(header.terminalId, suspenseId) ?? null });
    },

    'suspense.status'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      return approved<'suspense.status'>({ decisions: body.suspenseIds.flatMap((suspenseId) => decisionOn(header.terminalId, suspenseId) ?? []) });
    },
  };
}
