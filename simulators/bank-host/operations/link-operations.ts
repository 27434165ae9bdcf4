import { normalisePhone } from '../../../main/contracts/identifiers.ts';
import { STATED_OPERATIONS, staffAccountSchema } from '../../../main/contracts/host-operations.ts';
import type { StaffAccount } from '../../../main/contracts/host-operations.ts';
import { approved, declined } from '../decision.ts';
import { SAMPLE_CATALOGUE } from '../sample-catalogue.ts';
import type { BankContext, Handlers } from './context.ts';

/** The link itself, lists that the terminal keeps, and what moves no money. */
export type LinkOperation = 'link.signon' | 'link.heartbeat' | 'catalogue.sync' | 'staff.sync' | 'staff.password' | 'doc.status' | 'receipt.send' | 'device.exception';

const PREVIOUS_PASSWORDS_KEPT = 7;

export function linkOperations(context: BankContext): Handlers<LinkOperation> {
  const { database, businessDay, clock } = context;
  const greeting = () => ({ businessDay: businessDay.today(), catalogueVersion: SAMPLE_CATALOGUE.version });
  return {
    'link.signon'({ forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      context.documents.forgetOld(clock.nowUtcMs());
      return approved<'link.signon'>(greeting());
    },

    'link.heartbeat': ({ forcedRefusal }) => (forcedRefusal === null ? approved<'link.heartbeat'>(greeting()) : declined(forcedRefusal)),

    'catalogue.sync': ({ body, forcedRefusal }) => (forcedRefusal === null ? approved<'catalogue.sync'>({ catalogue: body.haveVersion === SAMPLE_CATALOGUE.version ? null : SAMPLE_CATALOGUE }) : declined(forcedRefusal)),

    'staff.sync': ({ forcedRefusal }) => (forcedRefusal === null ? approved<'staff.sync'>({ accounts: readStaff(context) }) : declined(forcedRefusal)),

    'staff.password'({ body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const account = readStaff(context).find((member) => member.login === body.login);
      if (account === undefined) return declined('RF-01');
      const changed: StaffAccount = {
        ...account,
        verifier: body.verifier,
        mustChangePassword: false,
        passwordChangedAtUtcMs: clock.nowUtcMs(),
        previousVerifiers: [account.verifier, ...account.previousVerifiers].slice(0, PREVIOUS_PASSWORDS_KEPT),
      };
      database.prepare('UPDATE staff SET account_json = ? WHERE login = ?').run(JSON.stringify(changed), body.login);
      return approved<'staff.password'>({});
    },

    'doc.status'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const known = context.documents.ofOperation({ terminalId: header.terminalId, operationId: body.operationId });
      return approved<'doc.status'>({ documents: STATED_OPERATIONS.flatMap((operation) => {
        const document = known.find((one) => one.operation === operation);
        if (document === undefined || document.state === 'notFound') return [];
        const { messageId, state, refusal } = document;
        return [{ operation, messageId, ...(context.isStillInProcess(document) ? { status: 'inProcess' as const, refusal: null } : { status: state, refusal }) }];
      }) });
    },

    'receipt.send'({ body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const phone = body.phone === null ? (body.clientId === null ? undefined : context.clients.byId(body.clientId)?.phone) : normalisePhone(body.phone);
      if (phone === undefined) return declined('RF-15');
      context.telephones.deliver({ atUtcMs: clock.nowUtcMs(), phone, channel: body.channel, language: body.language, kind: 'receipt', text: body.text });
      return approved<'receipt.send'>({});
    },

    'device.exception'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      database.prepare('INSERT INTO device_events (terminal_id, kind, device_id, error_code, detail, at_utc_ms) VALUES (?, ?, ?, ?, ?, ?)').run(header.terminalId, body.kind, body.deviceId, body.errorCode, body.detail, clock.nowUtcMs());
      return approved<'device.exception'>({});
    },
  };
}

/** In the order of logins. */
function readStaff(context: BankContext): StaffAccount[] {
  const rows = context.database.prepare('SELECT account_json FROM staff ORDER BY login').pluck().all() as string[];
  return rows.map((row) => staffAccountSchema.parse(JSON.parse(row)));
}
