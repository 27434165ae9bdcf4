import type { OperationCode } from '../../main/contracts/operations.ts';
import { OPERATIONS } from '../../main/contracts/operations.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { BankDatabase } from './schema.ts';

/** S-13 as read by Q-02: three wrong tries close access for 15 minutes, per client and per terminal session. */
export const BLOCK_MS = 15 * 60_000;
/** A device step that was already under way when the session's time ran out may still be reported. */
export const RUNNING_STEP_GRACE_MS = 3 * 60_000;

/** What a verified code opened. Worth nothing at another terminal, in another session, for another client. */
export interface AccessToken {
  readonly token: string;
  readonly terminalId: string;
  readonly sessionId: string;
  /** null: a payer known by telephone only. */
  readonly clientId: string | null;
  readonly phone: string;
  readonly scope: readonly OperationCode[];
  readonly expiresAtUtcMs: number;
}

export interface TokenUse {
  readonly token: string;
  readonly terminalId: string;
  readonly sessionId: string | null;
  readonly operation: OperationCode;
  /** When the customer consented: cash documents may arrive long after the session. */
  readonly usedAtUtcMs: number;
  /**
   * How far past its time the token still opens: a new step not at all; one that was running by the grace; cash that is already inside always,
   * since its quote was given in time and the notes can no longer be handed back.
   */
  readonly step: 'new' | 'running' | 'cashInside';
}

export interface AccessControl {
  /** The latest end of a running block of any of the subjects, or null. */
  blockedUntil(subjects: readonly string[]): number | null;
  /** Blocks all of them. @returns the end of the block, UTC ms */
  block(subjects: readonly string[]): number;
  issueToken(holder: Omit<AccessToken, 'token' | 'scope'>): AccessToken;
  /** The token when it opens this operation here and then, else undefined. */
  openedBy(use: TokenUse): AccessToken | undefined;
}

/** Blocks hold for a client wherever he goes; a payer without an account is his telephone number. */
export function subjectOf(who: { readonly clientId: string | null; readonly phone: string }): string {
  return who.clientId === null ? `phone:${who.phone}` : `client:${who.clientId}`;
}

export function sessionSubject(where: { readonly terminalId: string; readonly sessionId: string }): string {
  return `session:${where.terminalId}/${where.sessionId}`;
}

export function createAccessControl(options: { readonly database: BankDatabase; readonly clock: Clock; readonly random: Random }): AccessControl {
  const { database, clock, random } = options;
  const blockOf = database.prepare('SELECT until_utc_ms FROM access_blocks WHERE subject = ?').pluck();
  const setBlock = database.prepare('INSERT INTO access_blocks VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET until_utc_ms = excluded.until_utc_ms');
  const findToken = database.prepare(
    'SELECT token, terminal_id AS terminalId, session_id AS sessionId, client_id AS clientId, phone, scope_json AS scopeJson, expires_at_utc_ms AS expiresAtUtcMs FROM access_tokens WHERE token = ?',
  );
  return {
    blockedUntil(subjects) {
      const running = subjects.map((subject) => (blockOf.get(subject) as number | undefined) ?? 0).filter((untilUtcMs) => untilUtcMs > clock.nowUtcMs());
      return running.length === 0 ? null : Math.max(...running);
    },
    block(subjects) {
      const untilUtcMs = clock.nowUtcMs() + BLOCK_MS;
      for (const subject of subjects) setBlock.run(subject, untilUtcMs);
      return untilUtcMs;
    },
    issueToken(holder) {
      // One code confirms several operations of its session (R-8.11c); a payer without an account can only pay providers.
      const scope: readonly OperationCode[] = holder.clientId === null ? ['op-05'] : OPERATIONS;
      const token = `at-${Buffer.from(random.bytes(20)).toString('base64url')}`;
      database.prepare('INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?, ?, ?)').run(token, holder.terminalId, holder.sessionId, holder.clientId, holder.phone, JSON.stringify(scope), holder.expiresAtUtcMs);
      return { ...holder, token, scope };
    },
    openedBy(use) {
      const row = findToken.get(use.token) as (Omit<AccessToken, 'scope'> & { readonly scopeJson: string }) | undefined;
      if (row === undefined || row.terminalId !== use.terminalId || row.sessionId !== use.sessionId) return undefined;
      const { scopeJson, ...rest } = row;
      const token: AccessToken = { ...rest, scope: JSON.parse(scopeJson) as OperationCode[] };
      const lastUseUtcMs = token.expiresAtUtcMs + { new: 0, running: RUNNING_STEP_GRACE_MS, cashInside: Infinity }[use.step];
      if (!token.scope.includes(use.operation) || use.usedAtUtcMs > lastUseUtcMs) return undefined;
      return token;
    },
  };
}
