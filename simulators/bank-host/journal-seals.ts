import { verify, X509Certificate } from 'node:crypto';
import type { HostRequestBody } from '../../main/contracts/host-operations.ts';

type Seal = HostRequestBody<'journal.seal'>['seal'];

/** @returns whether a terminal's key signed this head of its journal: RFC 8785 of it with the name of the form, ECDSA P-256, 64 bytes r‖s in base64url [main/journal/seal.ts] */
export function createSealCheck(certificatePems: readonly string[]): (seal: Seal) => boolean {
  const keys = certificatePems.map((pem) => new X509Certificate(pem).publicKey);
  return ({ journalId, upToEntryNumber, hash, signature }) => {
    const text = `{"form":"qolma.journal.seal.1","hash":${JSON.stringify(hash)},"journalId":${JSON.stringify(journalId)},"upToEntryNumber":${upToEntryNumber}}`;
    return keys.some((key) => verify('sha256', Buffer.from(text, 'utf8'), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')));
  };
}
