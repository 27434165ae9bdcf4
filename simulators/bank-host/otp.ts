import { createHash, timingSafeEqual } from 'node:crypto';
import { maskPhone } from '../../main/contracts/identifiers.ts';
import type { Language } from '../../main/contracts/languages.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import { randomInteger } from '../../main/foundation/random.ts';
import type { AccessControl } from './access.ts';
import { sessionSubject, subjectOf } from './access.ts';
import { approved, declined } from './decision.ts';
import type { Decision } from './decision.ts';
import { codeText } from './phone.ts';
import type { Telephones } from './phone.ts';
import type { References } from './references.ts';
import type { BankDatabase } from './schema.ts';

/** The seeds' numbers (requirements §0, Q-02). A profile may tighten them. */
export interface CodePolicy {
  /** S-9. */
  readonly ttlMs: number;
  /** S-13. */
  readonly triesMax: number;
  /** */
  readonly resendAfterMs: number;
  readonly codesPerSessionMax: number;
  /** 4…8. */
  readonly codeLength: number;
}
export const DEFAULT_CODE_POLICY: CodePolicy = { ttlMs: 15 * 60_000, triesMax: 3, resendAfterMs: 60_000, codesPerSessionMax: 3, codeLength: 6 };

export interface CodeRequest {
  readonly terminalId: string;
  readonly sessionId: string;
  /** null: a payer without an account. */
  readonly clientId: string | null;
  readonly phone: string;
  readonly operation: OperationCode;
  readonly language: Language;
}

export interface OneTimeCodes {
  /** Makes a code, voids the session's older ones, sends it to the telephone. */
  request(request: CodeRequest): Decision<'otp.request'>;
  /** Checks what was typed; success yields the session's token (R-8.11c, Q-03). */
  verify(typed: { readonly terminalId: string; readonly sessionId: string; readonly otpRef: string; readonly code: string }): Decision<'otp.verify'>;
}

interface CodeRow {
  readonly otpRef: string;
  readonly clientId: string | null;
  readonly phone: string;
  readonly salt: Uint8Array;
  readonly codeHash: Uint8Array;
  readonly issuedAtUtcMs: number;
  readonly expiresAtUtcMs: number;
  readonly triesLeft: number;
  readonly state: 'live' | 'void' | 'used';
}
const COLUMNS = 'otp_ref AS otpRef, client_id AS clientId, phone, salt, code_hash AS codeHash, issued_at_utc_ms AS issuedAtUtcMs, expires_at_utc_ms AS expiresAtUtcMs, tries_left AS triesLeft, state';

export function createOneTimeCodes(options: { readonly database: BankDatabase; readonly clock: Clock; readonly random: Random; readonly telephones: Telephones; readonly access: AccessControl; readonly policy: CodePolicy; readonly references: References }): OneTimeCodes {
  const { database, clock, random, telephones, access, policy, references } = options;
  const ofSession = database.prepare(`SELECT ${COLUMNS} FROM one_time_codes WHERE terminal_id = ? AND session_id = ? ORDER BY issued_at_utc_ms, rowid`);
  const byRef = database.prepare(`SELECT ${COLUMNS} FROM one_time_codes WHERE otp_ref = ? AND terminal_id = ? AND session_id = ?`);
  const setState = database.prepare('UPDATE one_time_codes SET state = ?, tries_left = ? WHERE otp_ref = ?');
  const insert = database.prepare("INSERT INTO one_time_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live')");

  /** Unique to the session (T-2.2.1): a code that this session has had is not given again. */
  const newCode = (earlier: readonly CodeRow[]): string => {
    for (;;) {
      const code = Array.from({ length: policy.codeLength }, () => String(randomInteger(random, 10))).join('');
      if (!earlier.some((row) => matches(row, code))) return code;
    }
  };

  return {
    request(request) {
      const nowUtcMs = clock.nowUtcMs();
      const subjects = [subjectOf(request), sessionSubject(request)];
      const blockedUntilUtcMs = access.blockedUntil(subjects);
      if (blockedUntilUtcMs !== null) return declined('RF-20', { blockedUntilUtcMs });
      const earlier = ofSession.all(request.terminalId, request.sessionId) as CodeRow[];
      if (earlier.length >= policy.codesPerSessionMax) return declined('RF-20');
      const last = earlier.filter((row) => row.phone === request.phone).at(-1);
      if (last !== undefined && nowUtcMs < last.issuedAtUtcMs + policy.resendAfterMs) {
        return declined('RF-20', { isRetryable: true, blockedUntilUtcMs: last.issuedAtUtcMs + policy.resendAfterMs });
      }
      for (const row of earlier) if (row.state === 'live') setState.run('void', row.triesLeft, row.otpRef);

      const otpRef = references.draw('otp');
      const code = newCode(earlier);
      const salt = random.bytes(16);
      const expiresAtUtcMs = nowUtcMs + policy.ttlMs;
      insert.run(otpRef, request.terminalId, request.sessionId, request.clientId, request.phone, request.operation, salt, hashCode(salt, code), nowUtcMs, expiresAtUtcMs, policy.triesMax);
      telephones.deliver({ atUtcMs: nowUtcMs, phone: request.phone, channel: 'sms', language: request.language, kind: 'code', text: codeText(request.language, code) });
      return approved<'otp.request'>({
        otpRef,
        expiresAtUtcMs,
        maskedDestination: maskPhone(request.phone),
        channel: 'sms',
        codeLength: policy.codeLength,
        resendAfterMs: policy.resendAfterMs,
        triesLeft: policy.triesMax,
        codesLeft: policy.codesPerSessionMax - earlier.length - 1,
      });
    },

    verify(typed) {
      const row = byRef.get(typed.otpRef, typed.terminalId, typed.sessionId) as CodeRow | undefined;
      // A code of another session or terminal does not exist here (T-2.2.1).
      if (row === undefined) return declined('RF-01');
      const subjects = [subjectOf(row), sessionSubject(typed)];
      const blockedUntilUtcMs = access.blockedUntil(subjects);
      if (blockedUntilUtcMs !== null) return declined('RF-20', { blockedUntilUtcMs });
      // Replaced by a newer one, used, or too old: a new code is needed, no try is lost.
      if (row.state !== 'live' || clock.nowUtcMs() >= row.expiresAtUtcMs) return declined('RF-01', { isRetryable: true });

      if (!matches(row, typed.code)) {
        const triesLeft = row.triesLeft - 1;
        setState.run(triesLeft > 0 ? 'live' : 'void', triesLeft, row.otpRef);
        if (triesLeft === 0) return declined('RF-20', { blockedUntilUtcMs: access.block(subjects) });
        return approved<'otp.verify'>({ authToken: null, scope: [], expiresAtUtcMs: null, triesLeft, blockedUntilUtcMs: null });
      }
      setState.run('used', row.triesLeft, row.otpRef);
      const token = access.issueToken({ terminalId: typed.terminalId, sessionId: typed.sessionId, clientId: row.clientId, phone: row.phone, expiresAtUtcMs: row.expiresAtUtcMs });
      return approved<'otp.verify'>({ authToken: token.token, scope: [...token.scope], expiresAtUtcMs: token.expiresAtUtcMs, triesLeft: row.triesLeft, blockedUntilUtcMs: null });
    },
  };
}

function hashCode(salt: Uint8Array, code: string): Buffer {
  return createHash('sha256').update(salt).update(code).digest();
}

function matches(row: Pick<CodeRow, 'salt' | 'codeHash'>, code: string): boolean {
  return timingSafeEqual(hashCode(row.salt, code), row.codeHash);
}
