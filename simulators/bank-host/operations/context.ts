import type { HostHeader, HostOperation, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../../main/contracts/operations.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { Random } from '../../../main/foundation/random.ts';
import type { RefusalCode } from '../../../main/foundation/refusals.ts';
import type { AccessControl, AccessToken, TokenUse } from '../access.ts';
import type { BusinessDay } from '../business-day.ts';
import type { Client, ClientRegister } from '../clients.ts';
import { declined } from '../decision.ts';
import type { Decision, Declined } from '../decision.ts';
import type { Documents } from '../documents.ts';
import type { Ledger } from '../ledger.ts';
import type { OneTimeCodes } from '../otp.ts';
import type { Telephones } from '../phone.ts';
import type { References } from '../references.ts';
import type { BankDatabase } from '../schema.ts';
import type { SuspenseDesk } from '../suspense-desk.ts';

/** Everything the operations work with; made once by `createBank`. */
export interface BankContext {
  readonly database: BankDatabase;
  /** The bank's own clock, which may be set wrong on purpose. */
  readonly clock: Clock;
  readonly random: Random;
  readonly references: References;
  readonly businessDay: BusinessDay;
  readonly ledger: Ledger;
  readonly clients: ClientRegister;
  readonly access: AccessControl;
  readonly codes: OneTimeCodes;
  readonly telephones: Telephones;
  readonly documents: Documents;
  readonly suspense: SuspenseDesk;
  /** A seal of a terminal's journal that the terminal's own key signed. */
  isSealGenuine(seal: HostRequestBody<'journal.seal'>['seal']): boolean;
  /** True while the fault board keeps this document in processing. */
  isStillInProcess(key: { readonly terminalId: string; readonly messageId: string }): boolean;
  /** The fault board's wish: the next totals differ. */
  takeContraryTotals(): boolean;
  /** The fault board's wish: how long a quote holds; null: as long as its session. */
  quoteMs(): number | null;
  /** For the time-line; never codes, names or numbers of people. */
  notice(event: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
}

export interface BankRequest<Op extends HostOperation> {
  readonly header: HostHeader;
  readonly body: HostRequestBody<Op>;
  /** The fault board's wish: decide with this refusal whatever the request says. */
  readonly forcedRefusal: RefusalCode | null;
}

export type Handler<Op extends HostOperation> = (request: BankRequest<Op>) => Decision<Op>;
export type Handlers<Ops extends HostOperation> = { readonly [Op in Ops]: Handler<Op> };

/**
 * The token when it opens `operation` for this request, else why not.: an instruction without valid factor evidence is refused.
 *
 * @param clientId the client whose account is touched; null for a payment, which any verified payer may make
 */
export function authorise(
  context: BankContext,
  request: { readonly header: HostHeader; readonly body: { readonly authToken: string; readonly consent?: { readonly consentAtUtcMs: number } } },
  wanted: { readonly operation: OperationCode; readonly clientId: string | null; readonly step: TokenUse['step'] },
): { readonly token: AccessToken } | { readonly declined: Declined } {
  const token = context.access.openedBy({
    token: request.body.authToken,
    terminalId: request.header.terminalId,
    sessionId: request.header.sessionId,
    operation: wanted.operation,
    usedAtUtcMs: request.body.consent?.consentAtUtcMs ?? context.clock.nowUtcMs(),
    step: wanted.step,
  });
  if (token === undefined) return { declined: declined('RF-01') };
  if (wanted.clientId !== null && token.clientId !== wanted.clientId) return { declined: declined('RF-01') };
  const client = token.clientId === null ? undefined : context.clients.byId(token.clientId);
  // A block may arrive in mid-session (R-8.21, S-23).
  if (client?.blockRefusal) return { declined: declined(client.blockRefusal) };
  return { token };
}

/** Why this client is served nowhere now, or null. */
export function clientBlock(context: BankContext, client: Client): Declined | null {
  if (client.blockRefusal !== null) return declined(client.blockRefusal);
  const blockedUntilUtcMs = context.access.blockedUntil([`client:${client.clientId}`]);
  return blockedUntilUtcMs === null ? null : declined('RF-20', { blockedUntilUtcMs });
}
