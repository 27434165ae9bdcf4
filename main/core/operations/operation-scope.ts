import type { OperationInput } from '../../../state-machines/deposit/deposit.types.ts';
import type { Identity } from '../../../state-machines/identify/identify.types.ts';
import type { Language } from '../../contracts/languages.ts';
import { maskPhone } from '../../contracts/identifiers.ts';
import type { HostScope } from '../host/host-gateway.ts';
import type { ReceiptDestination } from '../electronic-receipt.ts';

/** The session that is being served, as actors see it; null between customers. */
export interface ServedSession {
  readonly sessionId: string;
  readonly language: Language;
}

/** The journal's and the host's scope of one operation in the served session. */
export function scopeOf(served: ServedSession | null, operationId: string | null): HostScope & { readonly sessionId: string | null } {
  return { operationId, sessionId: served?.sessionId ?? null, language: served?.language ?? 'kk' };
}

export function entryScope(served: ServedSession | null, operationId: string | null): { readonly sessionId: string | undefined; readonly operationId: string | undefined } {
  return { sessionId: served?.sessionId, operationId: operationId ?? undefined };
}

/** The session's part of an operation's memo. */
export function memoScope(served: ServedSession | null): { readonly sessionId: string | null; readonly language: Language } {
  return { sessionId: served?.sessionId ?? null, language: served?.language ?? 'kk' };
}

export function clientIdOf(identity: Identity): string {
  return identity.kind === 'client' ? identity.clientId : '';
}

/** The phone of a payer: stated, or that of the identified client. */
export function payerPhoneOf(input: Pick<OperationInput, 'identity'>): string {
  return input.identity.phone ?? '';
}

export function destinationOf(identity: Identity): ReceiptDestination {
  return identity.kind === 'client' ? { kind: 'client', clientId: identity.clientId } : { kind: 'phone', phone: identity.phone };
}

/** Masked, for screens: where the electronic receipt goes. */
export function electronicOf(identity: Identity): { readonly channel: 'sms' | 'push'; readonly maskedDestination: string } {
  if (identity.kind === 'payer') return { channel: 'sms', maskedDestination: maskPhone(identity.phone) };
  return { channel: 'push', maskedDestination: identity.phone === null ? identity.maskedName : maskPhone(identity.phone) };
}
