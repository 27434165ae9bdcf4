import { verify, X509Certificate } from 'node:crypto';
import type { HostRequestBody } from '../../main/contracts/host-operations.ts';
import { sequenced } from './wire/signature.ts';

const SIGNATURE_BYTES = 64;

type Seal = Omit<HostRequestBody<'journal.seal'>['seal'], 'loss'>;

/** @returns whether a terminal's key signed this head of its journal: RFC 8785 of it with the name of the form, ECDSA P-256, 64 bytes r‖s in base64url [main/journal/seal.ts] */
export function createSealCheck(certificatePems: readonly string[]): (seal: Seal) => boolean {
  const keys = certificatePems.map((pem) => new X509Certificate(pem).publicKey);
  return ({ journalId, upToEntryNumber, hash, signature }) => {
    const text = `{"form":"qolma.journal.seal.1","hash":${JSON.stringify(hash)},"journalId":${JSON.stringify(journalId)},"upToEntryNumber":${upToEntryNumber}}`;
    const value = Buffer.from(signature, 'base64url');
    return value.length === SIGNATURE_BYTES && keys.some((key) => verify('sha256', Buffer.from(text, 'utf8'), key, sequenced(value)));
  };
}
