import { fromPromise } from 'xstate';
import type { DisambiguateReply, FindReply, IdentifyContext, Stated } from '../../../state-machines/identify/identify.types.ts';
import type { IssueReply, OneTimeCodeContext, VerifyReply } from '../../../state-machines/one-time-code/one-time-code.types.ts';
import type { ClosedOperation, OpenedOperation, SessionContext } from '../../../state-machines/session/session.types.ts';
import type { OperationEnd } from '../../../state-machines/events.ts';
import type { OperationCode } from '../../contracts/operations.ts';
import { maskIin, maskPhone } from '../../contracts/identifiers.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { EntryDraft, JournalBatch } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { replyOf, type AskOutcome } from '../host/host-gateway.ts';
import { forgetMemo } from '../recovery/operation-memo.ts';
import { recoveredResult } from '../recovery/recovered-result.ts';
import { operationsOfDevices } from '../recovery/lost-end.ts';
import { settleOperation } from '../recovery/settle-operation.ts';
import { requireCommit } from '../require-commit.ts';
import { movedMinor } from './moved-cash.ts';
import type { ServedSession } from './operation-scope.ts';
import { entryScope, scopeOf } from './operation-scope.ts';

type EntryScope = ReturnType<typeof entryScope>;

/** Fills the holes of the identify machine. */
export function identifyActors(parts: () => CoreParts, served: () => ServedSession | null, operationId: () => string | null) {
  return {
    findClient: fromPromise<FindReply, { readonly stated: Stated; readonly context: IdentifyContext }>(({ input }) => findClient(parts(), served(), operationId(), input)),
    disambiguate: fromPromise<DisambiguateReply, { readonly findRef: string; readonly birthDate: string; readonly context: IdentifyContext }>(async ({ input }) => {
      const outcome = await parts().gateway.ask('client.disambiguate', { findRef: input.findRef, birthDate: input.birthDate }, scopeOf(served(), operationId()));
      const reply = replyOf(outcome, (body) => body);
      if (reply.kind === 'ok' && reply.value.clientId !== null) requireCommit(parts().journal, { entries: [entry('client.identified', {
        clientId: reply.value.clientId,
        by: 'birthDate',
        maskedName: reply.value.maskedName ?? '',
      }, entryScope(served(), operationId()))] });
      return reply;
    }),
    statePayer: fromPromise<void, { readonly phone: string }>(({ input }) =>
      Promise.resolve().then(() => {
        const scope = entryScope(served(), operationId());
        requireCommit(parts().journal, { entries: [
          entry('terms.accepted', { version: parts().config.terms.version }, scope),
          entry('payer.stated', { maskedPhone: maskPhone(input.phone) }, { ...scope, secrets: { phone: { kind: 'phone', value: input.phone } } }),
        ] });
      }),
    ),
  };
}

async function findClient(parts: CoreParts, served: ServedSession | null, operationId: string | null, { stated, context }: { readonly stated: Stated; readonly context: IdentifyContext }): Promise<FindReply> {
  const scope = entryScope(served, operationId);
  requireCommit(parts.journal, { entries: [entry('terms.accepted', { version: parts.config.terms.version }, scope)] });
  const outcome = await parts.gateway.ask('client.find', {
    by: stated.kind === 'phone' ? { kind: 'phone', phone: stated.phone } : { kind: 'iin', iin: stated.iin },
    operation: context.operation,
  }, scopeOf(served, operationId), (asked) => foundEntries(replyOf(asked, (body) => body), stated, scope));
  return replyOf(outcome, (body) => body);
}

function foundEntries(reply: FindReply, stated: Stated, scope: EntryScope): JournalBatch | null {
  if (reply.kind === 'unavailable') return null;
  const masked = stated.kind === 'phone' ? maskPhone(stated.phone) : maskIin(stated.iin);
  const entries: EntryDraft[] = [entry('client.found', { by: stated.kind, masked, match: reply.kind === 'ok' ? reply.value.match : 'none' }, { ...scope, secrets: { [stated.kind]: stated.kind === 'phone' ? { kind: 'phone', value: stated.phone } : { kind: 'iin', value: stated.iin } } })];
  if (reply.kind === 'ok' && reply.value.match === 'one') entries.push(entry('client.identified', {
    clientId: reply.value.clientId,
    by: stated.kind,
    maskedName: reply.value.maskedName,
  }, scope));
  return { entries };
}

function verifiedEntries(reply: VerifyReply, otpRef: string, scope: EntryScope): JournalBatch | null {
  if (reply.kind === 'unavailable' || reply.kind === 'notFound') return null;
  const isVerified = reply.kind === 'ok' && reply.value.authentication !== null;
  return {
    entries: [
      isVerified
        ? entry('otp.verified', { otpRef, scope: [...(reply.value.authentication?.scope ?? [])] }, scope)
        : entry('otp.failed', { otpRef, triesLeft: reply.kind === 'ok' ? reply.value.triesLeft : 0, reason: reply.kind === 'declined' ? reply.refusal : 'wrongCode' }, scope),
    ],
  };
}

/** Fills the holes of the one-time-code machine. The typed digits go into one host call and nowhere else. */
export function oneTimeCodeActors(parts: () => CoreParts, served: () => ServedSession | null, operationId: () => string | null) {
  return {
    requestCode: fromPromise<IssueReply, OneTimeCodeContext>(async ({ input }) => {
      const { gateway, clock } = parts();
      const { identity } = input;
      const destination = identity.kind === 'client' ? ({ kind: 'client', clientId: identity.clientId } as const) : ({ kind: 'phone', phone: identity.phone } as const);
      const outcome = await gateway.ask('otp.request', { destination, operation: input.operation }, scopeOf(served(), operationId()), (asked) => {
        const sent = replyOf(asked, ({ otpRef, maskedDestination, channel }) => ({ otpRef, maskedDestination, channel }));
        return sent.kind === 'ok' ? { entries: [entry('otp.requested', sent.value, entryScope(served(), operationId()))] } : null;
      });
      const nowUtcMs = clock.nowUtcMs();
      // By the bank's clock: ours may have been set meanwhile.
      const lifeMs = (expiresAtUtcMs: number, hostTimeUtcMs: number) => Math.max(0, expiresAtUtcMs - hostTimeUtcMs);
      return replyOf(outcome, (body, hostTimeUtcMs) => ({
        otpRef: body.otpRef, expiresAtUtcMs: nowUtcMs + lifeMs(body.expiresAtUtcMs, hostTimeUtcMs), maskedDestination: body.maskedDestination, channel: body.channel, codeLength: body.codeLength,
        resendAtUtcMs: nowUtcMs + body.resendAfterMs, resendAfterMs: body.resendAfterMs, expiresInMs: lifeMs(body.expiresAtUtcMs, hostTimeUtcMs), triesLeft: body.triesLeft, codesLeft: body.codesLeft,
      }));
    }),
    verifyCode: fromPromise<VerifyReply, { readonly code: string; readonly context: OneTimeCodeContext }>(async ({ input }) => {
      const { gateway } = parts();
      const otpRef = input.context.issued?.otpRef ?? '';
      const scope = entryScope(served(), operationId());
      const toReply = (asked: AskOutcome<'otp.verify'>): VerifyReply => replyOf(asked, (body, hostTimeUtcMs) => ({
        authentication: body.authToken === null || body.expiresAtUtcMs === null ? null : {
          authToken: body.authToken,
          scope: body.scope,
          expiresAtUtcMs: body.expiresAtUtcMs,
          expiresInMs: Math.max(1_000, body.expiresAtUtcMs - hostTimeUtcMs),
        },
        triesLeft: body.triesLeft,
      }));
      return toReply(await gateway.ask('otp.verify', { otpRef, code: input.code }, scopeOf(served(), operationId()), (asked) => verifiedEntries(toReply(asked), otpRef, scope)));
    }),
  };
}

/** Fills the session's own holes. @param onNoPaper  a receipt that the customer asked for did not come out */
export function sessionActors(parts: () => CoreParts, onNoPaper: () => void) {
  return {
    openOperation: fromPromise<OpenedOperation, { readonly operation: OperationCode; readonly sessionId: string }>(({ input }) =>
      Promise.resolve().then(() => {
        const operationId = parts().ids.ulid();
        requireCommit(parts().journal, { entries: [entry('operation.chosen', { operation: input.operation }, { sessionId: input.sessionId, operationId })] });
        return { operationId };
      }),
    ),
    closeOperation: fromPromise<ClosedOperation, SessionContext>(({ input }) => Promise.resolve().then(() => closeOperation(parts(), input))),
    printReceipt: fromPromise<boolean, { readonly receiptNumber: string; readonly context: SessionContext }>(async ({ input: { receiptNumber, context } }) => {
      const isPrinted = await parts().receipts.print(receiptNumber, context.language, { sessionId: context.sessionId, operationId: context.operationId ?? undefined });
      if (!isPrinted) onNoPaper();
      return isPrinted;
    }),
  };
}

/**
 * The last entry of an operation. What the customer reads on the result screen has a reference code that the journal knows, also when there is no
 * receipt (ux.md, principle 7). @throws JournalUnavailable
 */
function closeOperation(parts: CoreParts, context: SessionContext): ClosedOperation {
  const { operationId, sessionId, end, leaveReason } = context;
  if (operationId === null) return { end };
  if (end?.kind === 'pending' && end.why === 'interrupted') {
    settleOperation(parts, operationId, 'the operation was interrupted', { givesReference: () => true });
    return { end: recoveredResult(parts, operationId)?.end ?? end };
  }
  // Closed, nobody settles it any more: what was told of its notes must stand before.
  parts.heldOutcomes.requireWritten();
  const reference = end === null ? null : (end.result.reference ?? parts.journal.peekReference());
  const isNew = end !== null && end.result.reference === null;
  requireCommit(parts.journal, {
    entries: [entry('operation.closed', { ...closing(end, leaveReason !== null), movedMinor: movedMinor(parts.journal, operationId), reference }, { sessionId, operationId })],
    facts: forgetMemo(operationId),
    ...(isNew && reference !== null ? { references: [reference] } : {}),
  });
  return { end: end === null ? null : { ...end, result: { ...end.result, reference } } };
}

function closing(end: Exclude<OperationEnd, { kind: 'cancelled' | 'left' }> | null, hasLeft: boolean): Pick<EntryData<'operation.closed'>, 'outcome' | 'refusal'> {
  if (end === null) return { outcome: hasLeft ? 'abandoned' : 'cancelled', refusal: null };
  const outcome = { success: 'completed', partial: 'partial', pending: 'pending', refused: 'refused' } as const;
  return { outcome: outcome[end.kind], refusal: end.kind === 'refused' ? end.refusal : null };
}

/** One customer at a time: an operation that is still open when its session ends was cut off, and is settled as after a restart; one whose end a restored journal lost waits for the bank's word. */
export function closeSession(parts: CoreParts, session: { readonly sessionId: string; readonly reason: string }): void {
  for (const operationId of operationsOfDevices(parts.journal)) settleOperation(parts, operationId, 'the session ended before the operation');
  requireCommit(parts.journal, { entries: [entry('session.ended', { reason: session.reason }, { sessionId: session.sessionId })] });
}
