import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { Config } from '../../contracts/config.ts';
import type { Result } from '../../foundation/outcome.ts';
import { err, ok } from '../../foundation/outcome.ts';
import { certificateKeyId, certificatesIn } from '../../host/signing/trust.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { replaceFile } from '../../system/replace-file.ts';

/** What a certificate says of itself; nothing of it is secret. Times: UTC ms. */
export interface CertificateFacts {
  /** Serial number, lower-case hex: the key id in messages and seals. */
  readonly keyId: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFromUtcMs: number;
  readonly validToUtcMs: number;
  readonly fingerprintSha256: string;
}

/** A new certificate that may take the place of the one in use. */
export interface NextSigningKey extends CertificateFacts {
  /** DER in base64. */
  readonly certificate: string;
  readonly isSameSubject: boolean;
}

export interface KeyProblem {
  readonly code: 'UNREADABLE' | 'WRONG_CURVE' | 'NOT_A_PAIR' | 'NOT_VALID_NOW' | 'IN_USE' | 'NUMBER_TAKEN';
  readonly detail: string;
}

/** @error UNREADABLE */
export function certificateFacts(path: string): Result<CertificateFacts, KeyProblem> {
  const all = certificateFactsIn(path);
  return all.ok ? ok(all.value[0]!) : all;
}

/** Of each certificate in a file, in their order; one at least. @error UNREADABLE */
export function certificateFactsIn(path: string): Result<readonly CertificateFacts[], KeyProblem> {
  try {
    return ok(certificatesIn(readFileSync(path, 'utf8')).map((pem) => factsOf(new X509Certificate(pem))));
  } catch {
    return err({ code: 'UNREADABLE', detail: `${path} is not a certificate that can be read` });
  }
}

/** What the chain knows of the keys that sealed it, oldest first. */
export function sealingKeysOf(journal: Pick<Journal, 'entries'>): readonly (CertificateFacts & { readonly sinceEntryNumber: number })[] {
  const introduced = journal.entries({ kinds: ['key.introduced'], limit: 1_000 }) as readonly JournalEntry<'key.introduced'>[];
  return introduced.flatMap(({ data, entryNumber }) => (data.purpose !== 'seal' || data.certificate === null ? [] : [{ ...factsOf(new X509Certificate(Buffer.from(data.certificate, 'base64'))), sinceEntryNumber: entryNumber }]));
}

/**
 * Holds a new pair against the one in use and against the chain.
 * @error UNREADABLE · WRONG_CURVE  not P-256 · NOT_A_PAIR · NOT_VALID_NOW · IN_USE · NUMBER_TAKEN  the chain knows another certificate by this number
 */
export function checkNextKey(next: { readonly keyFile: string; readonly certificateFile: string }, { journal, inUse, line, nowUtcMs }: { readonly journal: Pick<Journal, 'entries'>; readonly inUse: CertificateFacts; /** Of the line to the bank. */ readonly line: Pick<CertificateFacts, 'fingerprintSha256'> | null; readonly nowUtcMs: number }): Result<NextSigningKey, KeyProblem> {
  let certificate: X509Certificate;
  let isPair: boolean;
  try {
    certificate = new X509Certificate(readFileSync(next.certificateFile));
    const key = createPrivateKey(readFileSync(next.keyFile));
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return err({ code: 'WRONG_CURVE', detail: 'the key is not an EC key on P-256' });
    isPair = certificate.checkPrivateKey(key);
  } catch {
    return err({ code: 'UNREADABLE', detail: 'the new key or its certificate cannot be read' });
  }
  const facts = factsOf(certificate);
  if (!isPair) return err({ code: 'NOT_A_PAIR', detail: 'the new certificate does not belong to the new key' });
  if (nowUtcMs < facts.validFromUtcMs || nowUtcMs > facts.validToUtcMs) return err({ code: 'NOT_VALID_NOW', detail: 'the new certificate is not valid today: look at the clock of this computer, then ask the bank' });
  if (facts.fingerprintSha256 === inUse.fingerprintSha256) return err({ code: 'IN_USE', detail: 'this certificate is in use already' });
  if (facts.fingerprintSha256 === line?.fingerprintSha256) return err({ code: 'IN_USE', detail: 'this certificate is that of the line to the bank, which takes no message signed with it' });
  const known = sealingKeysOf(journal).find(({ keyId }) => keyId === facts.keyId);
  if (known !== undefined && known.fingerprintSha256 !== facts.fingerprintSha256) return err({ code: 'NUMBER_TAKEN', detail: 'the journal knows another certificate by this number' });
  return ok({ ...facts, certificate: certificate.raw.toString('base64'), isSameSubject: facts.subject === inUse.subject });
}

/**
 * The old key vouches for the new one: both entries, and the seal of the old key over them, are one transaction. From then on the journal opens with either; who trusts the old key can follow
 * the chain to the new one. A pair that was introduced before is not introduced again.
 */
export function introduceNextKey(journal: Pick<Journal, 'commit' | 'entries'>, change: { readonly from: CertificateFacts; readonly next: NextSigningKey; readonly by: string }): ReturnType<Journal['commit']> {
  const { from, next, by } = change;
  const isKnown = sealingKeysOf(journal).some(({ keyId }) => keyId === next.keyId);
  const succession: EntryData<'key.succeeded'> = { fromKeyId: from.keyId, toKeyId: next.keyId, fromSubject: from.subject, toSubject: next.subject, by };
  return journal.commit({ entries: [entry('key.succeeded', succession)], ...(isKnown ? {} : { nextSealingKey: { keyId: next.keyId, certificate: next.certificate } }) });
}

/** Names the new pair in the configuration, in one rename: there is no moment with one file new and the other old. A link stays one: what it leads to is changed. The old pair stays where it is. */
export function pointConfigAt(configFile: string, next: { readonly keyFile: string; readonly certificateFile: string }): boolean {
  try {
    const config = JSON.parse(readFileSync(configFile, 'utf8')) as { host: Partial<Config['host']> };
    const changed = { ...config, host: { ...config.host, signKeyFile: next.keyFile, signCertificateFile: next.certificateFile } };
    const target = realpathSync(configFile);
    replaceFile(target, `${JSON.stringify(changed, null, 2)}\n`, statSync(target).mode);
    return true;
  } catch {
    return false;
  }
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    keyId: certificateKeyId(certificate), subject: oneLine(certificate.subject), issuer: oneLine(certificate.issuer),
    validFromUtcMs: certificate.validFromDate.getTime(), validToUtcMs: certificate.validToDate.getTime(), fingerprintSha256: certificate.fingerprint256,
  };
}

const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ');
