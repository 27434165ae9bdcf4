import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { rawToDer, SIGNATURE_LENGTH_BYTES } from '../foundation/ecdsa-form.ts';
import { canonicalJson } from './hash-chain.ts';

/** The terminal's key as the journal uses it, wherever it lies: file, TPM, token. */
export interface JournalSealer {
  /** Serial number of the certificate, lower-case hex. */
  readonly keyId: string;
  /** DER; goes into the chain once, so that an extract carries what it is checked with. */
  readonly certificate: Uint8Array;
  /** ECDSA P-256 over SHA-256 of `bytes`; 64 bytes r‖s. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** What a seal vouches for: this journal's chain, from its beginning to this entry. */
export interface SealedHead {
  readonly journalId: string;
  readonly upToEntryNumber: number;
  /** Hash of that entry, hex. */
  readonly hash: string;
}

/** Without a business event that seals by itself, the chain is sealed after so many entries. */
export const SEAL_INTERVAL_ENTRIES = 500;

/** Business events after which the chain is sealed in the same transaction. [issue: operation closed, service action, cut-over, start, stop] */
const SEALING_KINDS: ReadonlySet<string> = new Set(['operation.closed', 'service.acted', 'service.loggedIn', 'service.left', 'terminal.started', 'terminal.stopped', 'recovery.completed', 'retention.purged', 'key.rotated', 'key.succeeded', 'journal.restored']);
const SEALING_AREAS = ['day.', 'collection.', 'suspense.settled', 'exchange.'];

export function isSealingKind(kind: string): boolean {
  return SEALING_KINDS.has(kind) || SEALING_AREAS.some((area) => kind.startsWith(area));
}

/** The bytes that are signed: RFC 8785 of the head with the name of this form. */
export function sealedBytes(head: SealedHead): Buffer {
  return Buffer.from(canonicalJson({ form: 'qolma.journal.seal.1', journalId: head.journalId, upToEntryNumber: head.upToEntryNumber, hash: head.hash }), 'utf8');
}

/** @param signature  base64url of 64 bytes r‖s */
export function isSealGenuine(head: SealedHead, signature: string, publicKey: KeyObject): boolean {
  const raw = Buffer.from(signature, 'base64url');
  return raw.length === SIGNATURE_LENGTH_BYTES && verify('sha256', sealedBytes(head), publicKey, rawToDer(raw));
}

/** @returns undefined when the bytes are no certificate */
export function certificateKey(der: Uint8Array): KeyObject | undefined {
  try {
    return new X509Certificate(Buffer.from(der)).publicKey;
  } catch {
    return undefined;
  }
}
