import { approved, declined } from '../decision.ts';
import { sessionSubject } from '../access.ts';
import { maskedClientName } from '../clients.ts';
import type { Client } from '../clients.ts';
import { authorise, clientBlock } from './context.ts';
import type { BankContext, Handlers } from './context.ts';

/** Who stands there: look-up, disambiguation, one-time codes, accounts. [requirements §2, T-2.4] */
export type IdentityOperation = 'client.find' | 'client.disambiguate' | 'client.accounts' | 'otp.request' | 'otp.verify';

const BIRTH_DATE_TRIES_MAX = 3;
/** Enumeration guard: a terminal that keeps missing is made to pause. [host-messages §6, Lookup] */
const FIND_FAILURES_MAX = 20;
const FIND_FAILURE_WINDOW_MS = 10 * 60_000;

export function identityOperations(context: BankContext): Handlers<IdentityOperation> {
  const { clients, access, codes, clock } = context;
  return {
    ...lookUpOperations(context),

    'client.accounts'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const access = authorise(context, { header, body }, { operation: body.operation, clientId: body.clientId, step: 'new' });
      if ('declined' in access) return access.declined;
      const accounts = clients.accountsOf(body.clientId).filter((account) => (body.operation === 'op-10' ? account.canWithdraw : account.canDeposit));
      return approved<'client.accounts'>({
        accounts: accounts.map(({ accountRef, kind, masked, canDeposit, canWithdraw }) => ({ accountRef, kind, masked, currency: 'KZT' as const, canDeposit, canWithdraw })),
      });
    },

    'otp.request'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      if (header.sessionId === null) return declined('RF-01');
      const { destination, operation } = body;
      if (destination.kind === 'phone') {
        // Without a look-up only a payment in cash may follow.
        if (operation !== 'op-05') return declined('RF-01');
        return codes.request({ terminalId: header.terminalId, sessionId: header.sessionId, clientId: null, phone: destination.phone, operation, language: header.language });
      }
      const client = clients.byId(destination.clientId);
      if (client === undefined) return declined('RF-01');
      return clientBlock(context, client) ?? codes.request({ terminalId: header.terminalId, sessionId: header.sessionId, clientId: client.clientId, phone: client.phone, operation, language: header.language });
    },

    'otp.verify'({ header, body, forcedRefusal }) {
      if (forcedRefusal === 'RF-20') {
        const blockedUntilUtcMs = header.sessionId === null ? null : access.block([sessionSubject({ terminalId: header.terminalId, sessionId: header.sessionId })]);
        return declined('RF-20', { blockedUntilUtcMs });
      }
      if (forcedRefusal !== null) return declined(forcedRefusal);
      if (header.sessionId === null) return declined('RF-01');
      const decision = codes.verify({ terminalId: header.terminalId, sessionId: header.sessionId, otpRef: body.otpRef, code: body.code });
      context.notice('host.code.checked', { outcome: decision.outcome, isRight: decision.outcome === 'approved' && decision.body.authToken !== null, atUtcMs: clock.nowUtcMs() });
      return decision;
    },
  };
}

function lookUpOperations(context: BankContext): Handlers<'client.find' | 'client.disambiguate'> {
  const { database, clients, access, clock, random } = context;
  const recentFailures = database.prepare('SELECT count(*) FROM find_failures WHERE terminal_id = ? AND at_utc_ms > ?').pluck();
  const noteFailure = database.prepare('INSERT INTO find_failures VALUES (?, ?)');
  const findByRef = database.prepare('SELECT phone, tries_left AS triesLeft FROM finds WHERE find_ref = ? AND terminal_id = ? AND session_id = ?');
  const setTries = database.prepare('UPDATE finds SET tries_left = ? WHERE find_ref = ?');
  return {
    'client.find'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const nowUtcMs = clock.nowUtcMs();
      if ((recentFailures.get(header.terminalId, nowUtcMs - FIND_FAILURE_WINDOW_MS) as number) >= FIND_FAILURES_MAX) return declined('RF-20', { isRetryable: true, blockedUntilUtcMs: nowUtcMs + FIND_FAILURE_WINDOW_MS });
      if (header.sessionId === null) return declined('RF-01');
      const sessionBlock = access.blockedUntil([sessionSubject({ terminalId: header.terminalId, sessionId: header.sessionId }), ...(body.by.kind === 'phone' ? [`phone:${body.by.phone}`] : [])]);
      if (sessionBlock !== null) return declined('RF-20', { blockedUntilUtcMs: sessionBlock });

      const found = body.by.kind === 'phone' ? clients.byPhone(body.by.phone) : [clients.byIin(body.by.iin)].filter((client) => client !== undefined);
      const [only] = found;
      if (only === undefined) {
        noteFailure.run(header.terminalId, nowUtcMs);
        return { outcome: 'notFound' };
      }
      if (found.length === 1) return clientBlock(context, only) ?? approved<'client.find'>({ match: 'one', clientId: only.clientId, maskedName: maskedClientName(only) });
      const findRef = `find-${Buffer.from(random.bytes(10)).toString('hex')}`;
      database.prepare('INSERT INTO finds VALUES (?, ?, ?, ?, ?, ?)').run(findRef, header.terminalId, header.sessionId, only.phone, body.operation, BIRTH_DATE_TRIES_MAX);
      // No candidate is named (T-2.4.2).
      return approved<'client.find'>({ match: 'ambiguous', findRef, needs: 'birthDate', triesLeft: BIRTH_DATE_TRIES_MAX });
    },

    'client.disambiguate'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      if (header.sessionId === null) return declined('RF-01');
      const find = findByRef.get(body.findRef, header.terminalId, header.sessionId) as { phone: string; triesLeft: number } | undefined;
      if (find === undefined) return declined('RF-01');
      const subjects = [sessionSubject({ terminalId: header.terminalId, sessionId: header.sessionId }), `phone:${find.phone}`];
      const blockedUntilUtcMs = access.blockedUntil(subjects);
      if (blockedUntilUtcMs !== null || find.triesLeft === 0) return declined('RF-20', { blockedUntilUtcMs });
      const matching: readonly Client[] = clients.byPhone(find.phone).filter((client) => client.birthDate === body.birthDate);
      const [only] = matching;
      if (only !== undefined && matching.length === 1) return clientBlock(context, only) ?? approved<'client.disambiguate'>({ clientId: only.clientId, maskedName: maskedClientName(only), triesLeft: find.triesLeft });
      const triesLeft = find.triesLeft - 1;
      setTries.run(triesLeft, body.findRef);
      // The same three tries as for a code (Q-02, S-13).
      if (triesLeft === 0) return declined('RF-20', { blockedUntilUtcMs: access.block(subjects) });
      return approved<'client.disambiguate'>({ clientId: null, maskedName: null, triesLeft });
    },
  };
}
